"""Long curves summed up for the eye: any stretch of a run in at most so many points, at a cost that does not grow.

A run of 100,000 updates has 100,000 batch losses, and a plot has some hundred pixels. So the curve is cut into buckets
of equally many updates, and each bucket is summed up by its lowest, mean and highest value and by their standard
deviation: the mean is the trend, the deviation says how far single batches lie from it, whatever the size of the
buckets, and the lowest and highest keep every spike.

Summing up 100,000 values twenty times a second would be waste. `BatchCurve` keeps sums at several scales instead, each
eight times as coarse as the one before, like the levels of a map. New values change only the last bucket of each level;
a question is answered from the level that fits. Buckets begin at multiples of their size, so that they stay where they
are while the curve grows and do not flicker.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL_FACTOR = 8
"""How many buckets of one level make one of the next."""

_COARSEST = 64
"""A level with fewer buckets than this is coarse enough; no further one is kept."""


@dataclass(frozen=True, eq=False)
class Buckets:
    """A stretch of a curve, summed up in equal buckets; those without a finite value are left out.

    Attributes
    ----------
    size : int
        Updates per bucket; the last bucket may hold fewer.
    updates : float64 array of shape (n,)
        Middle of each bucket, in updates, ascending.
    low, mean, high : float64 arrays of shape (n,)
        Least, mean and greatest of the finite values of each bucket.
    deviation : float64 array of shape (n,)
        Their standard deviation: the root of the mean square of the distance from the mean.
    """

    size: int
    updates: NDArray[np.float64]
    low: NDArray[np.float64]
    mean: NDArray[np.float64]
    high: NDArray[np.float64]
    deviation: NDArray[np.float64]


class BatchCurve:
    """A growing curve with one value per update, the first for update 1."""

    def __init__(self) -> None:
        self._values: NDArray[np.floating] = np.zeros(0, np.float32)
        self._levels: list[_Level] = []

    def __len__(self) -> int:
        return len(self._values)

    def follow(self, values: NDArray[np.floating]) -> None:
        """Take in how far the curve has grown; what was there before must not have changed.

        Parameters
        ----------
        values : float array of shape (n,)
            The whole curve so far, finite or not. It is not copied and must stay as it is. If it is shorter than
            before, the run has gone back, and the curve is summed up anew.
        """
        if len(values) < len(self):
            self._levels = []
        known, self._values = len(self), values
        level = 0
        while self._count(level) >= _COARSEST:
            if level == len(self._levels):
                self._levels.append(_Level())
                known = 0
            # Only the bucket that the first new value falls into, and those after it, have changed.
            start = known // LEVEL_FACTOR ** (level + 1)
            below = self._sums(level, start * LEVEL_FACTOR, self._count(level))
            self._levels[level].replace_from(start, _merge(below, LEVEL_FACTOR))
            level += 1

    def buckets(self, first: float, last: float, limit: int) -> Buckets:
        """Sum up the updates from ``first`` to ``last`` in at most ``limit`` + 2 buckets.

        Buckets hold a power of two of updates, and those that reach beyond either end are given whole.
        """
        start, stop = self._span(first, last)
        size = self.bucket_size(first, last, limit)
        begin, end = start // size * size, min(len(self), -(-stop // size) * size)
        if begin >= end:
            return Buckets(size, *np.zeros((5, 0)))
        level = 0
        while LEVEL_FACTOR ** (level + 1) <= size and level < len(self._levels):
            level += 1
        fine = LEVEL_FACTOR**level
        sums = _merge(self._sums(level, begin // fine, -(-end // fine)), size // fine)
        begins = np.arange(begin, end, size)
        middles = (begins + 1 + np.minimum(begins + size, len(self))) / 2
        finite = sums[_COUNT] > 0
        low, high, total, squares, count = sums[:, finite]
        mean = total / count
        # Of equal values, rounding may leave a little less than nothing.
        deviation = np.sqrt(np.maximum(squares / count - mean**2, 0))
        return Buckets(size, middles[finite], low, mean, high, deviation)

    def bucket_size(self, first: float, last: float, limit: int) -> int:
        """Return how many updates each of the `buckets` with these arguments holds; 1 where they are single values."""
        start, stop = self._span(first, last)
        size = 1
        while stop - start > size * limit:
            size *= 2
        return size

    def _span(self, first: float, last: float) -> tuple[int, int]:
        return max(0, int(first) - 1), min(len(self), max(0, int(np.ceil(last))))

    def _count(self, level: int) -> int:
        """Return how many buckets a level has; level 0 are the values themselves."""
        size: int = LEVEL_FACTOR**level
        return -(-len(self) // size)

    def _sums(self, level: int, start: int, stop: int) -> NDArray[np.float64]:
        if level:
            return self._levels[level - 1].sums[:, start:stop]
        values = self._values[start:stop].astype(np.float64)
        finite = np.isfinite(values)
        kept = np.where(finite, values, 0)
        return np.stack((np.where(finite, values, np.inf), np.where(finite, values, -np.inf), kept, kept**2, finite))


_LOW, _HIGH, _COUNT = 0, 1, 4
_ROWS = 5


def _merge(sums: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """Merge each ``size`` neighbors of buckets given as rows of low, high, total, squares and count, shape (5, n)."""
    begins = np.arange(0, sums.shape[1], size)
    merged = np.empty((_ROWS, len(begins)))
    for row in range(_ROWS):
        reduce = {_LOW: np.minimum, _HIGH: np.maximum}.get(row, np.add)
        reduce.reduceat(sums[row], begins, out=merged[row])
    return merged


class _Level:
    """Buckets of one size, as rows of low, high, total, squares and count in an array with room to grow."""

    def __init__(self) -> None:
        self.sums = np.empty((_ROWS, _COARSEST))

    def replace_from(self, start: int, sums: NDArray[np.float64]) -> None:
        end = start + sums.shape[1]
        if end > self.sums.shape[1]:
            longer = np.empty((_ROWS, max(end, 2 * self.sums.shape[1])))
            longer[:, :start] = self.sums[:, :start]
            self.sums = longer
        self.sums[:, start:end] = sums
