"""What a network makes of a photo: the mean of its answers to the image, each time a little distorted.

This is test-time augmentation. Where the answers differ, their mean is as unsure as one alone should be.

Source: M. Ayhan and P. Berens, "Test-time Data Augmentation for Estimation of Heteroscedastic Aleatoric Uncertainty in
Deep Neural Networks", MIDL 2018.
"""

import numpy as np
from numpy.typing import NDArray

from core.drawing.distortion import distort
from core.network.network import Network
from core.network.prediction import predict

_COPIES = 32
"""Distorted copies of a photo; a hundred are worth no more (docs/models.md)."""


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
        The mean over copies that are distorted as in training; the same image, the same copies.
    """
    copies = distort(np.repeat(image[np.newaxis], _COPIES, axis=0), "distort", np.random.default_rng(0))
    mean: NDArray[np.float32] = predict(network, copies).mean(axis=0)
    return mean
