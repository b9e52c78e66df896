"""What a network makes of pictures: a forward pass and a softmax, chunk by chunk.

A photo is asked about several times, each time a little distorted: test-time augmentation. Where the answers differ,
their mean is as unsure as one alone should be.

Source: M. Ayhan and P. Berens, "Test-time Data Augmentation for Estimation of Heteroscedastic Aleatoric Uncertainty in
Deep Neural Networks", MIDL 2018.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from core.arrays import PIXEL_SCALE, Floats, Pixels
from core.dataset import CLASSES
from core.distortion import distort
from core.loss import softmax
from core.network import Network, forward

_CHUNK = 1000
_COPIES = 32
"""Distorted copies of a photo; a hundred are worth no more (docs/models.md)."""


def scaled(images: Pixels | Floats) -> Floats:
    """Return pictures as float32 in [0, 1]; those that are floating point already are taken to be so scaled."""
    if images.dtype == np.uint8:
        return images * PIXEL_SCALE
    return images.astype(np.float32, copy=False)


def logits_by_chunk(network: Network, images: Pixels | Floats) -> Iterator[tuple[slice, Floats]]:
    """Yield which pictures, and their logits of shape (rows, 10), a thousand at a time: memory stays small."""
    for start in range(0, len(images), _CHUNK):
        rows = slice(start, min(start + _CHUNK, len(images)))
        yield rows, forward(network, scaled(images[rows])).logits


def predict(network: Network, images: Pixels | Floats) -> NDArray[np.float32]:
    """Return the probability that a network gives to each digit.

    Parameters
    ----------
    network : Network
        float32 parameters.
    images : uint8 or float32 array of shape (n, 784)
        Pictures, 0 to 255 or scaled to [0, 1].

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


def predict_photo(network: Network, image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the probability that a network gives to each digit in a photo, whose ink is never quite certain.

    Parameters
    ----------
    network : Network
        float32 parameters.
    image : float32 array of shape (784,), in [0, 1]
        The digit, prepared as MNIST was.

    Returns
    -------
    float32 array of shape (10,)
        The mean over copies that are distorted as in training; the same picture, the same copies.
    """
    copies = distort(np.repeat(image[np.newaxis], _COPIES, axis=0), "distort", np.random.default_rng(0))
    mean: NDArray[np.float32] = predict(network, copies).mean(axis=0)
    return mean
