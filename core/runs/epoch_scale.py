"""Epochs by update and updates by epoch, for a run whose batch size may change on the way.

After such a change an update is another share of an epoch, so no single number turns one into the other.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.training.batches import BatchPlan
from core.training.config import TrainingConfig
from core.training.recipe import Recipe

_BEYOND = 1_000_000
"""Epochs after the last change up to which its batch size is taken to go on: more than a run can have."""

Numbers = NDArray[np.float64] | Sequence[float]


class EpochScale:
    """The scale of time of one run.

    Parameters
    ----------
    plan : BatchPlan
        Tells which update belongs to which epoch.
    """

    def __init__(self, plan: BatchPlan) -> None:
        self._plan = plan
        self._updates, self._epochs = _turns(plan)

    @classmethod
    def steady(cls, updates_per_epoch: int) -> "EpochScale":
        """Return the scale of a run whose epochs all have so many updates."""
        return cls(BatchPlan(Recipe(TrainingConfig(batch_size=1)), updates_per_epoch))

    def epoch(self, update: int) -> float:
        """Return the passes over the data that ``update`` updates are, exactly."""
        return self._plan.epoch(update)

    def epochs(self, updates: Numbers) -> NDArray[np.float64]:
        """Return the passes that each of these numbers of updates is, fractions included; for drawing.

        Exact where epochs begin and where the batch size changes, on straight lines between.
        """
        return np.interp(updates, self._updates, self._epochs)

    def updates(self, epochs: Numbers) -> NDArray[np.float64]:
        """Return after how many updates so many passes have been made: what `epochs` does, the other way round."""
        return np.interp(epochs, self._epochs, self._updates)


def _turns(plan: BatchPlan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return updates and epochs between which the scale is straight: changes, and the epochs that begin beside them."""
    turns: dict[int, float] = {}
    for segment, following in pairwise([*plan.segments, None]):
        assert segment is not None
        end = following.first_update if following else segment.first_update + _BEYOND * segment.updates_per_epoch
        turns[segment.first_update] = segment.epoch + segment.offset / segment.size
        next_epoch = segment.first_update + segment.updates_in_first_epoch
        if next_epoch <= end:
            last = segment.batch(end)
            turns |= {next_epoch: segment.epoch + 1.0, end - last.start // segment.batch_size: float(last.epoch)}
    updates, epochs = np.array(sorted(turns.items()), np.float64).T
    return updates, epochs
