"""The run behind the window: training, time machine, and work in the background."""
