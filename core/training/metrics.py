"""Metrics by update: what the plots show.

Training loss and accuracy are those of each batch, known at no extra cost because the forward pass has computed them
already. Metrics of the validation or the test set need a pass over it and so come at chosen updates only.

One thread writes, any thread reads. A table that is full is replaced by a longer copy before the count that makes
the new entries visible is raised, so a reader who takes the count first never sees an entry that is not there.
"""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

_BATCH_COLUMNS = np.dtype([("batch_loss", np.float32), ("batch_accuracy", np.float32)])
_TEST_COLUMNS = np.dtype([("test_updates", np.int64), ("test_loss", np.float32), ("test_accuracy", np.float32)])
_VALIDATION_COLUMNS = np.dtype(
    [("validation_updates", np.int64), ("validation_loss", np.float32), ("validation_accuracy", np.float32)]
)
_FIRST_ROWS = 1024


class Looks(NamedTuple):
    """What was found by looking at images that the network does not learn from.

    Attributes
    ----------
    name : {"validation", "test"}
        Which set these images are.
    updates : int64 array of shape (k,)
        Updates after which it was looked at, ascending.
    loss, accuracy : float32 arrays of shape (k,)
        Mean cross-entropy (nats) and accuracy (fraction) over the set.
    """

    name: Literal["validation", "test"]
    updates: NDArray[np.int64]
    loss: NDArray[np.float32]
    accuracy: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Metrics:
    """The metrics of a run up to some update, as read-only views.

    Attributes
    ----------
    batch_loss, batch_accuracy : float32 arrays of shape (n,)
        Mean cross-entropy (nats) and accuracy (fraction) of the batch of update i + 1, before that update.
    test_updates : int64 array of shape (k,)
        Updates after which the test set was looked at, ascending; n at most.
    test_loss, test_accuracy : float32 arrays of shape (k,)
        Mean cross-entropy (nats) and accuracy (fraction) over the test set.
    validation_updates, validation_loss, validation_accuracy : arrays of shape (m,)
        The same of the images held out for validation.
    validates : bool
        Whether images are held out: the test set is then looked at once, at the end.
    """

    batch_loss: NDArray[np.float32]
    batch_accuracy: NDArray[np.float32]
    test_updates: NDArray[np.int64]
    test_loss: NDArray[np.float32]
    test_accuracy: NDArray[np.float32]
    validation_updates: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))
    validation_loss: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    validation_accuracy: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    validates: bool = False

    @property
    def watched(self) -> Looks:
        """The looks by which a run is judged while it trains: at the validation set, where there is one."""
        if self.validates:
            return Looks("validation", self.validation_updates, self.validation_loss, self.validation_accuracy)
        return Looks("test", self.test_updates, self.test_loss, self.test_accuracy)


class MetricsLog:
    """A growing record of `Metrics`, written by the trainer's thread and read by any.

    Parameters
    ----------
    validates : bool
        Whether the run holds out images for validation.
    """

    def __init__(self, *, validates: bool = False) -> None:
        self._validates = validates
        self._batches = _Table(np.empty(_FIRST_ROWS, _BATCH_COLUMNS))
        self._tests = _Table(np.empty(_FIRST_ROWS, _TEST_COLUMNS))
        self._validations = _Table(np.empty(_FIRST_ROWS if validates else 1, _VALIDATION_COLUMNS))

    @classmethod
    def of(cls, metrics: Metrics) -> "MetricsLog":
        """Return a log of its own that goes on from metrics."""
        log = cls(validates=metrics.validates)
        log._batches = _Table.of(_BATCH_COLUMNS, metrics)
        log._tests = _Table.of(_TEST_COLUMNS, metrics)
        log._validations = _Table.of(_VALIDATION_COLUMNS, metrics)
        return log

    def add_batch(self, loss: float, accuracy: float) -> None:
        """Record the next update's batch."""
        self._batches.append((loss, accuracy))

    def add_test(self, update: int, loss: float, accuracy: float) -> None:
        """Record a look at the test set after ``update`` updates."""
        self._tests.append((update, loss, accuracy))

    def add_validation(self, update: int, loss: float, accuracy: float) -> None:
        """Record a look at the validation set after ``update`` updates."""
        self._validations.append((update, loss, accuracy))

    def read(self) -> Metrics:
        """Return what has been recorded so far; costs no copy."""
        # Looks first: the batches that came before one were recorded before it, so none of them is missing then.
        looks = self._tests.columns() | self._validations.columns()
        return Metrics(**looks, **self._batches.columns(), validates=self._validates)

    def until(self, update: int) -> "MetricsLog":
        """Return a log of its own that holds what this one had after ``update`` updates."""
        past, so_far = MetricsLog(validates=self._validates), self.read()
        past._batches = self._batches.first(update)
        past._tests = self._tests.first(int(np.searchsorted(so_far.test_updates, update, side="right")))
        looks = int(np.searchsorted(so_far.validation_updates, update, side="right"))
        past._validations = self._validations.first(looks)
        return past


class _Table:
    """Rows that are added at the end of an array, which doubles its room when it runs out.

    A row is written in one go, at a fifth of the cost of one value to each of several arrays.
    """

    def __init__(self, rows: NDArray[np.void], count: int = 0) -> None:
        self._rows = rows
        self._count = count

    @classmethod
    def of(cls, columns: np.dtype[np.void], metrics: Metrics) -> "_Table":
        """Return a table that begins with these columns of metrics."""
        names = columns.names or ()
        count = len(getattr(metrics, names[0]))
        rows = np.empty(max(count, _FIRST_ROWS), columns)
        for name in names:
            rows[name][:count] = getattr(metrics, name)
        return cls(rows, count)

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
