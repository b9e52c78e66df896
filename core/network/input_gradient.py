"""What a network would have an image be: derivatives by the pixels instead of by the weights.

Training follows the chain rule as far as the weights of the first layer. One step further back stands the image:

    dx = dz1 W1^T

This is the gradient by which one looks for an image that raises or lowers something: the loss, to fool the network; a
logit, to dream of a digit.
"""

import numpy as np

from core.network.arrays import Floats, Labels
from core.network.network import Network, back_to_input, forward
from core.network.softmax_loss import one_hot, softmax


def loss_by_pixels(network: Network, inputs: Floats, labels: Labels) -> Floats:
    """Return by how much each image's own loss grows with each of its pixels.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Images scaled to [0, 1].
    labels : uint8 array of shape (m,)
        The digit that each loss asks for.

    Returns
    -------
    float array of shape (m, 784)
        In nats per full ink.
    """
    passes = forward(network, inputs)
    # Not divided by m: these are m losses, each of one image.
    return back_to_input(network, passes, softmax(passes.logits) - one_hot(labels))


def slopes_by_pixels(network: Network, pixels: Floats, directions: Floats) -> Floats:
    """Return how sums of an image's logits grow with each of its pixels.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``pixels``.
    pixels : float array of shape (784,)
        One image, scaled to [0, 1].
    directions : float array of shape (k, 10)
        How often each logit counts in each of the sums: 1 and -1 for the difference of two.

    Returns
    -------
    float array of shape (k, 784)
        Per full ink.
    """
    # The image once for each sum: its row goes back from that sum alone.
    passes = forward(network, np.repeat(pixels[np.newaxis], len(directions), axis=0))
    return back_to_input(network, passes, directions.astype(pixels.dtype))
