"""What a network makes of images: a forward pass and a softmax, chunk by chunk."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, PIXEL_SCALE, Floats, Pixels
from core.network.network import Network, forward
from core.network.softmax_loss import softmax

_CHUNK = 1000


def scaled(images: Pixels | Floats) -> Floats:
    """Return images as float32 in [0, 1]; those that are floating point already are taken to be so scaled."""
    if images.dtype == np.uint8:
        return images * PIXEL_SCALE
    return images.astype(np.float32, copy=False)


def logits_by_chunk(network: Network, images: Pixels | Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield which images, and their logits of shape (rows, 10), at most a thousand at a time: memory stays small."""
    chunk = network.parameters.layout.chunk(_CHUNK)
    for start in range(0, len(images), chunk):
        rows = slice(start, min(start + chunk, len(images)))
        yield rows, forward(network, scaled(images[rows])).logits


def predict(network: Network, images: Pixels | Floats) -> NDArray[np.float32]:
    """Return the probability that a network gives to each digit.

    Parameters
    ----------
    network : Network
        float32 parameters.
    images : uint8 or float32 array of shape (n, 784)
        Images, 0 to 255 or scaled to [0, 1].

    Returns
    -------
    float32 array of shape (n, 10)
        Each row sums to 1; it is not a number where the network's sums overflow.
    """
    probabilities = np.empty((len(images), CLASSES), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, logits in logits_by_chunk(network, images):
            softmax(logits, out=probabilities[rows])
    return probabilities
