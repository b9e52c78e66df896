"""Weight decay: at each update, every weight loses a share of itself, so that only what the data ask for stays large.

    w <- w (1 - rate decay)

It is decoupled: weights shrink beside the gradient and not through it, alike for every optimizer. Biases do not decay.

Source: Loshchilov, Hutter 2017, "Decoupled weight decay regularization", arXiv:1711.05101.
"""

from core.network.parameters import Parameters


def decay_weights(parameters: Parameters, rate: float, weight_decay: float) -> None:
    """Shrink every weight, and no bias, in place by the share ``rate * weight_decay``."""
    keep = max(0.0, 1 - rate * weight_decay)
    for weights in parameters.weights:
        weights *= keep
