"""The past of a run: states to return to, the way back, marks, deaths and comparisons."""
