"""The data of past runs: in memory as far as a budget goes, loaded again from their source when they are needed."""

from collections.abc import Callable

import numpy as np

from core.data.data_source import DataSource
from core.data.dataset import DataPair, Dataset
from core.errors import DataError
from core.progress import Report, ignore_progress
from core.runs.run_record import DataRecord, fingerprint_of

_COMPARED = 1000
"""Images at a time."""

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

    @classmethod
    def of_record(cls, record: DataRecord, load: LoadData | None) -> "KeptData":
        """Return data of a kept run that are loaded when they are needed."""
        kept = cls.__new__(cls)
        kept.pair, kept.name, kept.sizes = None, record.name, record.sizes
        kept.load, kept._released = load, record.fingerprint
        return kept

    @property
    def source(self) -> DataSource | None:
        """Where the data come from; None where they were put together in the program."""
        load = self.load
        return DataSource(load.paths, load.adjustment) if isinstance(load, DataSource) else None

    def is_recorded_as(self, record: DataRecord) -> bool:
        """Return whether these are the data that a record is of; reads nothing for it."""
        known = self._released if self.pair is None else fingerprint_of(self.pair)
        return (self.name, self.sizes, known) == (record.name, record.sizes, record.fingerprint)

    @property
    def can_be_released(self) -> bool:
        """Whether the memory of the data can be given up."""
        return self.pair is not None and self.load is not None

    def release(self) -> None:
        """Give up the memory; `get` loads the data again."""
        if self.pair is not None:
            self._released = fingerprint_of(self.pair)
            self.pair = None

    def holds(self, pair: DataPair) -> bool:
        """Return whether these are the same images and labels."""
        if pair is self.pair or self.sizes != (len(pair.train), len(pair.test)):
            return pair is self.pair
        if self.pair is None:
            return fingerprint_of(pair) == self._released
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
            if self.load is None:
                raise DataError(f"“{self.name}” was put together in the program, and is not there any more.")
            pair = self.load(report)
            if not self.holds(pair):
                raise DataError(f"What is read for “{self.name}” now differs from what the run was trained on.")
            self.pair = pair
        return self.pair


def _is_same(one: Dataset, other: Dataset) -> bool:
    if one is other:
        return True
    if not np.array_equal(one.labels, other.labels):
        return False
    # In pieces: what says of each byte whether it is the same would take as much memory as the images do.
    pieces = (slice(first, first + _COMPARED) for first in range(0, len(one), _COMPARED))
    return all(np.array_equal(one.images[piece], other.images[piece]) for piece in pieces)
