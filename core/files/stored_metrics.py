"""The metrics of a run as columns of a .npz file, named as in `core.training.metrics.Metrics`."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelFileError
from core.files.npz_archive import Archive
from core.training.metrics import Metrics

_BATCHES = ("batch_loss", "batch_accuracy")
_TESTS = ("test_updates", "test_loss", "test_accuracy")
_VALIDATIONS = ("validation_updates", "validation_loss", "validation_accuracy")

METRICS = (*_BATCHES, *_TESTS, *_VALIDATIONS)
"""What the columns are called; the last three are there for a run with a validation set only."""

_LARGEST_METRICS = 400_000_000
"""Bytes of one column: the losses of `core.training.config.MOST_UPDATES` updates."""


def metrics_arrays(metrics: Metrics) -> dict[str, NDArray[Any]]:
    """Return the columns to be stored, by name."""
    names = [*_BATCHES, *_TESTS, *(_VALIDATIONS if metrics.validates else ())]
    return {name: getattr(metrics, name) for name in names}


def read_metrics(archive: Archive) -> Metrics | None:
    """Return the metrics that an archive holds; None where it holds none.

    Raises
    ------
    ModelFileError
        If they do not fit together.
    """
    if not any(name in archive.names for name in METRICS):
        return None
    columns: dict[str, NDArray[Any]] = {}
    validates = any(name in archive.names for name in _VALIDATIONS)
    for name in [*_BATCHES, *_TESTS, *(_VALIDATIONS if validates else ())]:
        dtype = np.int64 if name.endswith("_updates") else np.float32
        header = archive.header(name)
        if header.dtype != dtype or len(header.shape) != 1 or header.bytes_in_all > _LARGEST_METRICS:
            expected = np.dtype(dtype)
            raise ModelFileError(
                f"{name} is {header.dtype} of shape {header.shape}; expected one column of {expected}."
            )
        columns[name] = archive.elements(header)
        columns[name].flags.writeable = False
    metrics = Metrics(**columns, validates=validates)
    if len(metrics.batch_loss) != len(metrics.batch_accuracy):
        raise ModelFileError("batch_loss and batch_accuracy differ in length.")
    for names in (_TESTS, _VALIDATIONS) if validates else (_TESTS,):
        if len({len(columns[name]) for name in names}) > 1:
            raise ModelFileError(f"{', '.join(names[:-1])} and {names[-1]} differ in length.")
        steps = np.diff(columns[names[0]], prepend=-1, append=len(metrics.batch_loss) + 1)
        if (steps <= 0).any():
            raise ModelFileError(f"{names[0]} is not ascending, or goes beyond the last update.")
    return metrics
