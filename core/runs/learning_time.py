"""Time in which learning is even: a run's first updates change the network most, and get the most room.

The loss of most runs falls about as the logarithm of the updates: as much from update 100 to 1,000 as from 1,000 to
10,000. So an update k lies at log(1 + k / h) of the way; h is the update by which half of the whole fall was done, and
below it the scale is nearly linear. A run whose loss falls evenly has a late h, and its scale is nearly linear
throughout.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import expm1, log1p

import numpy as np
from numpy.typing import NDArray

_PARTS = 60
"""Stretches, growing by equal factors, over whose means the loss is said to fall."""

_EARLY, _LATEST = 300, 100
"""Of a run that has no loss yet, half of the fall is taken to be done by this update, or this part of the run."""


@dataclass(frozen=True)
class LearningTime:
    """A scale of updates from 0 to ``end``.

    Attributes
    ----------
    half : float
        The update by which half of the fall of the loss was done, above 0.
    end : int
        The last update, at least 1.
    """

    half: float
    end: int

    def share(self, update: float) -> float:
        """Return where an update lies, from 0 to 1."""
        return log1p(update / self.half) / log1p(self.end / self.half)

    def update(self, share: float) -> float:
        """Return which update lies there: what `share` does, the other way round."""
        return self.half * expm1(share * log1p(self.end / self.half))


@dataclass(frozen=True)
class SteadyPace:
    """A film of so many updates a second."""

    updates_per_second: float

    def after(self, update: float, seconds: float) -> float:
        """Return the update that is shown so many seconds after another."""
        return update + seconds * self.updates_per_second


@dataclass(frozen=True)
class LearningPace:
    """A film of a whole run in so many seconds, slow where the network learns most."""

    time: LearningTime
    seconds: float

    def after(self, update: float, seconds: float) -> float:
        """Return the update that is shown so many seconds after another."""
        return self.time.update(min(self.time.share(update) + seconds / self.seconds, 1.0))


Pace = SteadyPace | LearningPace


def half_of_fall(loss: NDArray[np.floating]) -> float | None:
    """Return the update by which the loss had done half of its fall, None where it has not fallen.

    Parameters
    ----------
    loss : float array of shape (n,)
        By update, finite or not.
    """
    if len(loss) < 2:
        return None
    edges = np.unique(np.geomspace(1, len(loss), _PARTS).astype(np.int64))
    begins = np.concatenate(([0], edges[:-1]))
    finite = np.isfinite(loss)
    counts = np.add.reduceat(finite, begins)
    means = np.add.reduceat(np.where(finite, loss, 0), begins) / np.maximum(counts, 1)
    first, least = means[0], means[counts > 0].min(initial=np.inf)
    if not least < 0.95 * first:
        return None
    reached = int(np.argmax((means <= (first + least) / 2) & (counts > 0)))
    return float(max(edges[reached], 1))


def usual_half(total: int) -> float:
    """Return what to take for `half_of_fall` of a run of which nothing is known yet."""
    return max(1.0, min(_EARLY, total / _LATEST))


def update_ticks(time: LearningTime, width: float, room: float) -> tuple[int, ...]:
    """Return updates to mark on a scale of so many pixels, at least ``room`` apart, in ascending order.

    The first and the last update come first, then powers of ten, then their halves and fifths.
    """
    powers = [10**power for power in range(1, 10) if 10**power < time.end]
    rest = [factor * power for factor in (5, 2) for power in (1, *powers) if factor * power < time.end]
    chosen: list[int] = []
    for update in (0, time.end, *powers, *rest):
        place = bisect_right(chosen, update)
        around = chosen[max(place - 1, 0) : place + 1]
        if all(abs(time.share(update) - time.share(other)) * width >= room for other in around):
            chosen.insert(place, update)
    return tuple(chosen)
