"""The data of past runs: in memory as far as a budget goes, loaded again from their source when they are needed."""

from collections.abc import Callable

import numpy as np

from core.data.dataset import DataPair, Dataset
from core.errors import DataError
from core.progress import Report, ignore_progress

LoadData = Callable[[Report], DataPair]
"""Loads data from where they came from."""


class KeptData:
    """One pair of data sets, shared by all past runs on it.

    Parameters
    ----------
    pair : DataPair
        The data.
    load : callable, optional
        Loads the same data again; data without it stay in memory.

    Attributes
    ----------
    pair : DataPair or None
        The data; None where their memory was needed.
    name, sizes : str, (int, int)
        What the data are called; images in the training and in the test set.
    """

    def __init__(self, pair: DataPair, load: LoadData | None = None) -> None:
        self.pair: DataPair | None = pair
        self.name = pair.name
        self.sizes = (len(pair.train), len(pair.test))
        self.load = load
        self._released: tuple[str, ...] = ()

    @property
    def can_be_released(self) -> bool:
        """Whether the memory of the data can be given up."""
        return self.pair is not None and self.load is not None

    def release(self) -> None:
        """Give up the memory; `get` loads the data again."""
        if self.pair is not None:
            self._released = _fingerprint(self.pair)
            self.pair = None

    def holds(self, pair: DataPair) -> bool:
        """Return whether these are the same images and labels."""
        if pair is self.pair or self.sizes != (len(pair.train), len(pair.test)):
            return pair is self.pair
        if self.pair is None:
            return _fingerprint(pair) == self._released
        # A look at the bytes of both takes a third of the time that a fingerprint does.
        same_names = pair.class_names == self.pair.class_names
        return same_names and _is_same(pair.test, self.pair.test) and _is_same(pair.train, self.pair.train)

    def get(self, report: Report = ignore_progress) -> DataPair:
        """Return the data, loaded again where they are not in memory.

        Raises
        ------
        DataError
            If they cannot be loaded, or are not the same any more.
        """
        if self.pair is None:
            assert self.load is not None, "only data with a source are released"
            pair = self.load(report)
            if not self.holds(pair):
                raise DataError(f"What is read for “{self.name}” now differs from what the run was trained on.")
            self.pair = pair
        return self.pair


def _fingerprint(pair: DataPair) -> tuple[str, ...]:
    """Return what tells data from others: images, labels, and what the classes are called."""
    return pair.train.fingerprint, pair.test.fingerprint, *pair.class_names


def _is_same(one: Dataset, other: Dataset) -> bool:
    if one is other:
        return True
    return np.array_equal(one.labels, other.labels) and np.array_equal(one.images, other.images)
