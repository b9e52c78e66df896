"""Be the optimizer: the page on which a small network is made by hand."""
