"""Greyscale morphology with square windows: what is narrower than the window goes, the rest stays as it is.

Source: J. Serra, "Image Analysis and Mathematical Morphology", 1982. Windows of twice the length are made of two
windows, so that a wide one takes a handful of steps: van Herk's and Gil's idea in the form that suits arrays.
"""

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Shades = TypeVar("_Shades", NDArray[np.float32], NDArray[np.uint8])


def dilate(shades: _Shades, half: int) -> _Shades:
    """Give each pixel the largest value within ``half`` pixels in both directions; the edge goes on outside."""
    for axis in (0, 1):
        padding = [(half, half) if along == axis else (0, 0) for along in (0, 1)]
        padded = np.moveaxis(np.pad(shades, padding, mode="edge"), axis, 0)
        window, length = 2 * half + 1, 1
        while 2 * length <= window:
            padded = np.maximum(padded[:-length], padded[length:])
            length *= 2
        rest = window - length
        widest = np.maximum(padded[: len(padded) - rest], padded[rest:])
        shades = np.ascontiguousarray(np.moveaxis(widest, 0, axis))
    return shades


def erode(shades: _Shades, half: int) -> _Shades:
    """Give each pixel the smallest value within ``half`` pixels in both directions; the edge goes on outside."""
    return np.asarray(255 - dilate((255 - shades).astype(shades.dtype), half), shades.dtype)


def closing(shades: _Shades, window: int, *, goes_on: bool = False) -> _Shades:
    """Wipe out everything dark that is narrower than ``window`` pixels.

    With ``goes_on``, what reaches the edge is taken to go on outside, and may be too wide there to be wiped out.
    """
    half = max(1, window // 2)
    if not goes_on:
        return erode(dilate(shades, half), half)
    padded = np.pad(shades, 2 * half, mode="edge")
    return erode(dilate(padded, half), half)[2 * half : -2 * half, 2 * half : -2 * half]


def opening(shades: _Shades, window: int) -> _Shades:
    """Wipe out everything light that is narrower than ``window`` pixels."""
    half = max(1, window // 2)
    return dilate(erode(shades, half), half)
