"""How many digits stand side by side in a drawing: a network takes all ink for one, and is sure of it even so.

Parts with blank columns between them count where they are about as high as all the ink. A bar of a 5 that does not
touch it is too low to count, and mostly lies above it. docs/models.md tells how often that is right.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

INK_FROM = 64
"""Pixels from this shade on count as ink; a pen's soft edge does not."""

FULL_HEIGHT = 0.6
"""A part that is at least this share of the height of all ink may be a digit of its own."""


def count_side_by_side(ink: NDArray[np.uint8]) -> int:
    """Return how many digits a drawing seems to show.

    Parameters
    ----------
    ink : uint8 array of shape (H, W)
        0 is paper, 255 is full ink.

    Returns
    -------
    int
        0 for blank paper; 1 for one digit, however many strokes it has.
    """
    filled = ink >= INK_FROM
    is_inked = np.concatenate([[False], filled.any(axis=0), [False]])
    edges = np.flatnonzero(is_inked[1:] != is_inked[:-1]).tolist()
    heights = [_height(filled[:, left:right]) for left, right in list(pairwise(edges))[::2]]
    least = FULL_HEIGHT * _height(filled)
    return max(sum(height >= least for height in heights), min(len(heights), 1))


def _height(filled: NDArray[np.bool_]) -> int:
    """Return from the first row with ink to the last, in pixels; 0 without ink."""
    rows = np.flatnonzero(filled.any(axis=1))
    return int(rows[-1] - rows[0]) + 1 if len(rows) else 0
