"""Reading digits from files: CSV, IDX, folders that hold either, and the MNIST that the program downloads."""
