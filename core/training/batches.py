"""Which images make the batch of a given update.

An epoch is one pass over the training set in an order of its own, drawn from the seed and the epoch's number alone, so
that any batch of any epoch is known without running what comes before. The last batch of an epoch may be smaller.

A knob event that changes the batch size takes over in the middle of an epoch: the new batches go on where the old ones
stopped, over the same order.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.training.config import TrainingConfig
from core.training.learning_rate import SCHEDULES
from core.training.recipe import Recipe

INITIALIZATION_STREAM, ORDER_STREAM, AUGMENTATION_STREAM, VALIDATION_STREAM, OPERATION_STREAM = range(5)


def random_stream(seed: int, stream: int, index: int = 0) -> np.random.Generator:
    """Return a generator that depends on the seed, on what it is used for and on a count, and on nothing else."""
    return np.random.default_rng([seed, stream, index])


def epoch_order(seed: int, epoch: int, size: int) -> NDArray[np.int64]:
    """Return the order in which an epoch visits the ``size`` images, an int64 permutation of shape (size,)."""
    return random_stream(seed, ORDER_STREAM, epoch).permutation(size)


class Batch(NamedTuple):
    """Positions ``start`` to ``stop - 1`` in the order of ``epoch``; epochs count from 0."""

    epoch: int
    start: int
    stop: int

    @property
    def size(self) -> int:
        """How many images it holds."""
        return self.stop - self.start


@dataclass(frozen=True)
class Segment:
    """A stretch of a run under unchanged settings.

    Attributes
    ----------
    config : TrainingConfig
        The settings in force.
    first_update : int
        Updates made before this stretch.
    epoch, offset : int
        Where in the data it begins.
    size : int
        Images in the training set.
    optimizer_start : int
        The update from which this optimizer has been remembering.
    """

    config: TrainingConfig
    first_update: int
    epoch: int
    offset: int
    size: int
    optimizer_start: int

    @cached_property
    def batch_size(self) -> int:
        """Images per update, full batch included."""
        return min(self.config.batch_size or self.size, self.size)

    @property
    def updates_per_epoch(self) -> int:
        """Updates in a whole epoch."""
        return -(-self.size // self.batch_size)

    @property
    def updates_in_first_epoch(self) -> int:
        """Updates left in the epoch in which the stretch begins."""
        return -(-(self.size - self.offset) // self.batch_size)

    def batch(self, update: int) -> Batch:
        """Return where the batch of an update in this stretch lies."""
        index = update - self.first_update
        epoch, start = self.epoch, self.offset + index * self.batch_size
        if start >= self.size:
            epochs, index = divmod(index - self.updates_in_first_epoch, self.updates_per_epoch)
            epoch, start = self.epoch + 1 + epochs, index * self.batch_size
        return Batch(epoch, start, min(start + self.batch_size, self.size))

    @property
    def end(self) -> int:
        """Updates after which the run is finished if nothing changes any more."""
        if self.config.updates is not None:
            return max(self.config.updates, self.first_update)
        whole_epochs = self.config.epochs - self.epoch - 1
        if whole_epochs < 0:
            return self.first_update
        return self.first_update + self.updates_in_first_epoch + whole_epochs * self.updates_per_epoch

    def learning_rate(self, update: int) -> float:
        """Return the learning rate of an update, by the schedule."""
        if self.config.updates is not None:
            done = update / self.config.updates
        else:
            batch = self.batch(update)
            done = (batch.epoch + batch.start / self.size) / self.config.epochs
        return self.config.learning_rate * SCHEDULES[self.config.schedule](done)


class BatchPlan:
    """A recipe laid out over a training set: settings and batch of every update.

    Parameters
    ----------
    recipe : Recipe
        Settings and knob events.
    size : int
        Images in the training set, those held out for validation included.

    Attributes
    ----------
    segments : list of Segment
        In order; an event at the very update of another leaves a stretch of no updates.
    total_updates : int
        Updates after which the run is finished.

    Raises
    ------
    ConfigError
        If so many images are held out that none is left.
    """

    def __init__(self, recipe: Recipe, size: int) -> None:
        size = recipe.config.images_left(size)
        self.segments = [Segment(recipe.config, 0, 0, 0, size, 0)]
        for event in recipe.events:
            previous = self.segments[-1]
            config = previous.config.with_changes(**event.changes)
            epoch, start, _ = previous.batch(event.update)
            kept = previous.optimizer_start if config.optimizer == previous.config.optimizer else event.update
            self.segments.append(Segment(config, event.update, epoch, start, size, kept))
        # An event after the end never comes; one at the very end may ask for more epochs.
        ends = [one.end for one, following in pairwise(self.segments) if one.end < following.first_update]
        self.total_updates = ends[0] if ends else self.segments[-1].end

    def segment(self, update: int) -> Segment:
        """Return the stretch to which the update after ``update`` earlier ones belongs."""
        for segment in reversed(self.segments):
            if segment.first_update <= update:
                return segment
        raise ValueError(f"updates count from 0, not {update}")

    def epoch(self, update: int) -> float:
        """Return how many passes over the data ``update`` updates are, with the fraction of the running one."""
        segment = self.segment(update)
        batch = segment.batch(update)
        return batch.epoch + batch.start / segment.size
