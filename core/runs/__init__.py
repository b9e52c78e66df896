"""A run and its past: metrics, states to return to, replay, marks, deaths and comparisons."""
