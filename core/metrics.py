"""Figures by update: what the plots show.

Training loss and accuracy are those of each batch, known at no extra cost because the forward pass has computed them
already. Test figures need a pass over the test set and so come at chosen updates only.

One thread writes, any thread reads. A table that is full is replaced by a longer copy before the count that makes
the new entries visible is raised, so a reader who takes the count first never sees an entry that is not there.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BATCH_COLUMNS = np.dtype([("batch_loss", np.float32), ("batch_accuracy", np.float32)])
_TEST_COLUMNS = np.dtype([("test_updates", np.int64), ("test_loss", np.float32), ("test_accuracy", np.float32)])
_FIRST_ROWS = 1024


@dataclass(frozen=True, eq=False)
class Metrics:
    """The figures of a run up to some update, as read-only views.

    Attributes
    ----------
    batch_loss, batch_accuracy : float32 arrays of shape (n,)
        Mean cross-entropy (nats) and accuracy (fraction) of the batch of update i + 1, before that update.
    test_updates : int64 array of shape (k,)
        Updates after which the test set was looked at, ascending; n at most.
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
        self._batches = _Table(np.empty(_FIRST_ROWS, _BATCH_COLUMNS))
        self._tests = _Table(np.empty(_FIRST_ROWS, _TEST_COLUMNS))

    def add_batch(self, loss: float, accuracy: float) -> None:
        """Record the next update's batch."""
        self._batches.append((loss, accuracy))

    def add_test(self, update: int, loss: float, accuracy: float) -> None:
        """Record a look at the test set after ``update`` updates."""
        self._tests.append((update, loss, accuracy))

    def read(self) -> Metrics:
        """Return what has been recorded so far; costs no copy."""
        # Tests first: the batches that came before a test were recorded before it, so none of them is missing then.
        return Metrics(**self._tests.columns(), **self._batches.columns())

    def until(self, update: int) -> "MetricsLog":
        """Return a log of its own that holds what this one had after ``update`` updates."""
        past, tests = MetricsLog(), self.read().test_updates
        past._batches = self._batches.first(update)
        past._tests = self._tests.first(int(np.searchsorted(tests, update, side="right")))
        return past


class _Table:
    """Rows that are added at the end of an array, which doubles its room when it runs out.

    A row is written in one go, at a fifth of the cost of one value to each of several arrays.
    """

    def __init__(self, rows: NDArray[np.void], count: int = 0) -> None:
        self._rows = rows
        self._count = count

    def append(self, row: tuple[float, ...]) -> None:
        count, rows = self._count, self._rows
        if count == len(rows):
            rows = np.empty(2 * count, rows.dtype)
            rows[:count] = self._rows
            self._rows = rows
        rows[count] = row
        self._count = count + 1

    def columns(self) -> dict[str, NDArray[Any]]:
        """Return the rows so far as read-only views by the name of their column."""
        count = self._count
        rows = self._rows[:count]
        rows.flags.writeable = False
        return {name: rows[name] for name in rows.dtype.names or ()}

    def first(self, count: int) -> "_Table":
        """Return a table of its own that holds the first ``count`` rows, or all where there are fewer."""
        count = min(count, self._count)
        return _Table(self._rows[: max(count, _FIRST_ROWS)].copy(), count)
