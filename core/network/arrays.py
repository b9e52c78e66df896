"""The kinds of array that travel through the program, named once.

Training computes in float32, which halves the memory traffic of float64. The checks of gradients compute in float64,
so the functions of the network accept either and return what they were given.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

IMAGE_SIDE = 28
PIXELS = IMAGE_SIDE * IMAGE_SIDE
"""Inputs of a network: the pixels of an image, row by row."""

CLASSES = 10
"""Outputs of a network: one for each digit."""

Floats = NDArray[np.floating[Any]]
"""float32 or float64."""

Pixels = NDArray[np.uint8]
"""Images of shape (n, 784), 0 for paper and 255 for full ink."""

Labels = NDArray[np.uint8]
"""Digits of shape (n,), 0 to 9."""

PIXEL_SCALE = np.float32(1 / 255)
"""What turns bytes into the [0, 1] that the network sees."""


def frozen(array: Floats) -> Floats:
    """Return a read-only copy that shares no memory with ``array``: safe to hand to another thread."""
    copy = array.copy()
    copy.flags.writeable = False
    return copy
