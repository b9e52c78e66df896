"""Random distortions of training pictures, so that the network meets each digit in many forms."""

from typing import Literal

import numpy as np

from core.arrays import Floats
from core.dataset import IMAGE_SIDE


def distort(images: Floats, kind: Literal["shift", "distort"], rng: np.random.Generator) -> Floats:
    """Return distorted pictures.

    Parameters
    ----------
    images : float32 array of shape (n, 784)
        Pictures in [0, 1].
    kind : {"shift", "distort"}
        "shift" moves each by at most one pixel along both axes.
    rng : numpy.random.Generator
        Source of the random numbers.
    """
    count = len(images)
    padded = np.zeros((count, IMAGE_SIDE + 2, IMAGE_SIDE + 2), np.float32)
    padded[:, 1:-1, 1:-1] = images.reshape(count, IMAGE_SIDE, IMAGE_SIDE)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (IMAGE_SIDE, IMAGE_SIDE), axis=(1, 2))
    down, right = rng.integers(0, 3, (2, count))
    return windows[np.arange(count), down, right].reshape(images.shape)
