"""Signed numbers as colors: blue for positive, red for negative, the ground's own color for zero.

The scale is symmetric, so that equal strength looks equally strong on both sides, and its ends are round numbers that
change seldom: were they to follow each value, colors would flicker while nothing but the scale had moved.
"""

from functools import lru_cache
from math import floor, log10

import numpy as np
from numpy.typing import NDArray

from gui.look.theme import Theme, mix

LEVELS = 127
"""Shades on each side of zero."""

GROUND = 0
"""The code of what is no value at all: the gap between two images."""

_ZERO = LEVELS + 1
_SAMPLE = 8192
_STEPS = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


@lru_cache
def color_table(theme: Theme) -> NDArray[np.uint32]:
    """Return the colors of the codes 0 to 255 as 0xffRRGGBB, a read-only uint32 array of shape (256,)."""
    ends = [mix(theme.neutral, theme.negative, level / LEVELS).rgb() for level in range(LEVELS, 0, -1)]
    ends += [mix(theme.neutral, theme.positive, level / LEVELS).rgb() for level in range(LEVELS + 1)]
    table = np.array([mix(theme.surface, theme.border, 0.8).rgb(), *ends], np.uint32)
    table.flags.writeable = False
    return table


def color_codes(values: NDArray[np.floating], limit: float) -> NDArray[np.uint8]:
    """Return a code from 1 (``-limit`` or less) over 128 (zero) to 255 (``limit`` or more) for each value.

    What is not a number gets the code of zero.
    """
    scaled = values * np.float32(LEVELS / limit)
    np.clip(scaled, -LEVELS, LEVELS, out=scaled)
    scaled += np.float32(_ZERO + 0.5)
    if np.isnan(scaled.sum()):
        np.nan_to_num(scaled, copy=False, nan=_ZERO)
    return scaled.astype(np.uint8)


class SteadyScale:
    """The end of a symmetric scale: follows the size of the values in jumps."""

    def __init__(self) -> None:
        self.limit = 0.0

    def follow(self, values: NDArray[np.floating]) -> float:
        """Return a limit that all but the largest two per cent of the values keep.

        It grows as soon as more than those would pass it and shrinks once it is more than three times too large.
        """
        size = _size(values)
        if size <= 0:
            self.limit = self.limit or 1.0
        elif size > self.limit or size < self.limit / 3:
            self.limit = _round_up(1.25 * size)
        return self.limit

    def forget(self) -> None:
        """Choose the limit anew at the next values."""
        self.limit = 0.0


def fitting_limit(values: NDArray[np.floating]) -> float:
    """Return a round limit that all but the largest two per cent of the values keep, whatever was shown before."""
    size = _size(values)
    return _round_up(1.1 * size) if size > 0 else 1.0


def _size(values: NDArray[np.floating]) -> float:
    """Return what all but the largest two per cent of the values keep, 0 where there are none."""
    flat = values.ravel()
    sample = np.abs(flat[:: max(1, len(flat) // _SAMPLE)])
    sample = sample[np.isfinite(sample)]
    if not len(sample):
        return 0.0
    # As `np.percentile` has it, but for the steps between two numbers of the sample, in a third of the time.
    place = round(0.98 * (len(sample) - 1))
    return float(np.partition(sample, place)[place])


def _round_up(value: float) -> float:
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-12))
