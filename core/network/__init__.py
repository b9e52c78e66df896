"""What learns: weights, forward pass, backward pass, loss, and what a network makes of an image."""
