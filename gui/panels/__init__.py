"""One panel a file; none knows another. The main window puts them together."""
