"""The metrics of a run as a CSV file, for spreadsheets and notebooks.

One row for each update: ``update,epoch,batch_loss,batch_accuracy,test_loss,test_accuracy``, then
``validation_loss,validation_accuracy``. Losses are in nats, accuracies are fractions; the columns of a set are empty
where it was not looked at. Row 0 is the network before its first update, which has no batch.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.progress import Report, ignore_progress
from core.system.atomic_file import save_file
from core.training.metrics import Metrics

HEADER = "update,epoch,batch_loss,batch_accuracy,test_loss,test_accuracy,validation_loss,validation_accuracy"

ROWS_AT_ONCE = 5000
"""So many are written between two reports."""


def write_metrics_csv(
    path: Path, metrics: Metrics, epoch_at: Callable[[int], float], report: Report = ignore_progress
) -> None:
    """Write the file, whole or not at all.

    Parameters
    ----------
    path : Path
        The file to make or to replace.
    metrics : Metrics
        The metrics of the run.
    epoch_at : callable
        Passes over the training set by update.
    report : Report
        Told of the progress; may cancel.

    Raises
    ------
    DataError
        If the file cannot be written; an old one stays as it was.
    """
    last = len(metrics.batch_loss)
    with save_file(path, DataError) as file:
        file.write(f"{HEADER}\n".encode())
        for first in range(0, last + 1, ROWS_AT_ONCE):
            report(first / (last + 1), f"writing {path.name}")
            rows = metrics_rows(metrics, epoch_at, first, min(first + ROWS_AT_ONCE, last + 1))
            file.write("".join(f"{row}\n" for row in rows).encode())


def metrics_rows(metrics: Metrics, epoch_at: Callable[[int], float], first: int, stop: int) -> Iterator[str]:
    """Write out the rows of the updates from ``first`` to ``stop - 1``, each without its line's end."""
    tests = _looks(metrics.test_updates, metrics.test_loss, metrics.test_accuracy, first, stop)
    validations = _looks(metrics.validation_updates, metrics.validation_loss, metrics.validation_accuracy, first, stop)
    for update in range(first, stop):
        batch = f"{metrics.batch_loss[update - 1]:.7g},{metrics.batch_accuracy[update - 1]:.7g}" if update else ","
        yield f"{update},{epoch_at(update):.7g},{batch},{tests.get(update, ',')},{validations.get(update, ',')}"


def _looks(
    updates: NDArray[np.int64], losses: NDArray[np.float32], accuracies: NDArray[np.float32], first: int, stop: int
) -> dict[int, str]:
    """Write out the looks at a set from update ``first`` to ``stop - 1``, by their update."""
    return {
        int(update): f"{loss:.7g},{accuracy:.7g}"
        for update, loss, accuracy in zip(updates, losses, accuracies, strict=True)
        if first <= update < stop
    }
