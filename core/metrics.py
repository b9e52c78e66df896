"""Figures by update: what the plots show.

Training loss and accuracy are those of each batch, known at no extra cost because the forward pass has computed them
already. Test figures need a pass over the test set and so come at chosen updates only.

One thread writes, any thread reads. A column that is full is replaced by a longer copy before the count that makes
the new entries visible is raised, so a reader who takes the count first never sees an entry that is not there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Metrics:
    """The figures of a run up to some update, as read-only views.

    Attributes
    ----------
    batch_loss, batch_accuracy : float32 arrays of shape (n,)
        Mean cross-entropy (nats) and accuracy (fraction) of the batch of update i + 1, before that update.
    test_updates : int64 array of shape (k,)
        Updates after which the test set was looked at, ascending.
    test_loss, test_accuracy : float32 arrays of shape (k,)
        Mean cross-entropy (nats) and accuracy (fraction) over the test set.
    """

    batch_loss: NDArray[np.float32]
    batch_accuracy: NDArray[np.float32]
    test_updates: NDArray[np.int64]
    test_loss: NDArray[np.float32]
    test_accuracy: NDArray[np.float32]


class MetricsLog:
    """A growing record of `Metrics`, written by the trainer's thread and read by any."""

    def __init__(self) -> None:
        self._batches = _Columns(np.float32, np.float32)
        self._tests = _Columns(np.int64, np.float32, np.float32)

    def add_batch(self, loss: float, accuracy: float) -> None:
        """Record the next update's batch."""
        self._batches.append(loss, accuracy)

    def add_test(self, update: int, loss: float, accuracy: float) -> None:
        """Record a look at the test set after ``update`` updates."""
        self._tests.append(update, loss, accuracy)

    def read(self) -> Metrics:
        """Return what has been recorded so far; costs no copy."""
        return Metrics(*self._batches.views(), *self._tests.views())

    def until(self, update: int) -> "MetricsLog":
        """Return a log of its own that holds what this one had after ``update`` updates."""
        past, metrics = MetricsLog(), self.read()
        kept = int(np.searchsorted(metrics.test_updates, update, side="right"))
        past._batches.extend(metrics.batch_loss[:update], metrics.batch_accuracy[:update])
        past._tests.extend(metrics.test_updates[:kept], metrics.test_loss[:kept], metrics.test_accuracy[:kept])
        return past


class _Columns:
    """Equally long arrays that grow at their end, doubling their room when it runs out."""

    def __init__(self, *dtypes: type[np.generic]) -> None:
        self._arrays: list[NDArray[Any]] = [np.empty(1024, dtype) for dtype in dtypes]
        self._count = 0

    def append(self, *values: float) -> None:
        count = self._count
        if count == len(self._arrays[0]):
            self._make_room(count + 1)
        for array, value in zip(self._arrays, values, strict=True):
            array[count] = value
        self._count = count + 1

    def extend(self, *arrays: NDArray[np.generic]) -> None:
        end = self._count + len(arrays[0])
        self._make_room(end)
        for own, added in zip(self._arrays, arrays, strict=True):
            own[self._count : end] = added
        self._count = end

    def _make_room(self, needed: int) -> None:
        if needed > len(self._arrays[0]):
            room = max(needed, 2 * len(self._arrays[0]))
            self._arrays = [np.resize(array, room) for array in self._arrays]

    def views(self) -> list[NDArray[Any]]:
        count = self._count
        found = [array[:count] for array in self._arrays]
        for view in found:
            view.flags.writeable = False
        return found
