"""Several runs as two CSV files for a spreadsheet: a table of what they are and how good they became, and their curves.

The table has one row for each run::

    run,name,data,train_images,test_images,settings,updates,epochs,train_loss,…,best_validation_accuracy

The curves have at most `MOST_ROWS` rows for each, however long it is: where it made more updates, a row stands for a
stretch of ``batches`` of them. Its losses and accuracies of batches are means over the stretch, those of the test and
the validation set are what the last look in the stretch found, and ``update`` and ``epoch`` are where it ends::

    run,name,update,epoch,batches,batch_loss,batch_accuracy,test_loss,test_accuracy,validation_loss,validation_accuracy

Losses are in nats, accuracies are fractions. The numbers of every update of one run are what `core.files.metrics_csv`
writes.
"""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.progress import Report, ignore_progress
from core.runs.run_metrics import RunMetrics
from core.system.atomic_file import save_file
from core.system.paths import names_beside
from core.training.metrics import Metrics

MOST_ROWS = 500
"""Rows of a run's curve at most: twenty runs fit a spreadsheet many times, and no plot shows more points."""

TABLE_COLUMNS = (
    *("run", "name", "data", "train_images", "test_images", "settings", "updates", "epochs", "train_loss"),
    *("last_test_loss", "last_test_accuracy", "best_test_accuracy", "best_update", "train_seconds"),
    *("last_validation_loss", "last_validation_accuracy", "best_validation_accuracy"),
)
CURVE_COLUMNS = (
    *("run", "name", "update", "epoch", "batches", "batch_loss", "batch_accuracy", "test_loss", "test_accuracy"),
    *("validation_loss", "validation_accuracy"),
)


@dataclass(frozen=True, eq=False)
class ExportedRun:
    """What is written of a run.

    Attributes
    ----------
    name : str
        What the user calls it.
    data, sizes : str, (int, int)
        What it was trained on; images in the training and in the test set.
    settings : str
        All else that decides it, in words.
    run_metrics : RunMetrics
        How good it became.
    metrics : Metrics
        Its metrics by update.
    epoch_at : callable
        Passes over the training set by update.
    """

    name: str
    data: str
    sizes: tuple[int, int]
    settings: str
    run_metrics: RunMetrics
    metrics: Metrics
    epoch_at: Callable[[int], float]


def curves_path(table: Path) -> Path:
    """Return where the curves go that belong to a table: beside it, and over no file but those of an older table."""
    return next(path for path in names_beside(table, "_curves") if table.exists() or not path.exists())


def write_runs_csv(table: Path, curves: Path, runs: Sequence[ExportedRun], report: Report = ignore_progress) -> None:
    """Write both files, whole or not at all.

    Parameters
    ----------
    table, curves : Path
        The files to make or to replace.
    runs : sequence of ExportedRun
        They are numbered from 1.
    report : Report
        Told of the progress; may cancel.

    Raises
    ------
    DataError
        If a file cannot be written; old ones stay as they were.
    """
    with save_file(curves, DataError) as curves_file, save_file(table, DataError) as table_file:
        table_file.write(_line(TABLE_COLUMNS))
        curves_file.write(_line(CURVE_COLUMNS))
        for number, run in enumerate(runs, 1):
            report((number - 1) / len(runs), f"writing {curves.name}")
            table_file.write(_line((number, *_table_row(run))))
            for row in _curve_rows(run):
                curves_file.write(_line((number, _as_words(run.name), *row)))


def _table_row(run: ExportedRun) -> Iterator[Any]:
    run_metrics = run.run_metrics
    # Some spreadsheets take a file for one in the system's own encoding.
    settings = run.settings.replace(" · ", "; ").replace("→", "->")
    best_test, best_validation = run_metrics.best_accuracy, None
    if run.metrics.validates:
        best_test, best_validation = best_validation, best_test
    yield from (_as_words(run.name), _as_words(run.data), *run.sizes)
    yield from (settings, run_metrics.updates, f"{run_metrics.epochs:.7g}")
    yield from map(_number, (run_metrics.train_loss, run_metrics.test_loss, run_metrics.test_accuracy, best_test))
    yield from ("" if run_metrics.best_update is None else run_metrics.best_update, f"{run_metrics.seconds:.4g}")
    yield from map(_number, (run_metrics.validation_loss, run_metrics.validation_accuracy, best_validation))


def _curve_rows(run: ExportedRun) -> Iterator[tuple[Any, ...]]:
    metrics, updates = run.metrics, len(run.metrics.batch_loss)
    batches = max(1, -(-updates // MOST_ROWS))
    first = 0
    for stop in [0, *range(batches, updates, batches), updates]:
        batch = (metrics.batch_loss[first:stop], metrics.batch_accuracy[first:stop])
        means = [float(values.mean(dtype=np.float64)) if len(values) else None for values in batch]
        test = _last_look(metrics.test_updates, (metrics.test_loss, metrics.test_accuracy), first, stop)
        looks = (metrics.validation_loss, metrics.validation_accuracy)
        validation = _last_look(metrics.validation_updates, looks, first, stop)
        yield (stop, f"{run.epoch_at(stop):.7g}", stop - first, *map(_number, (*means, *test, *validation)))
        first = stop


def _last_look(
    updates: NDArray[np.int64], values: Sequence[NDArray[np.float32]], first: int, stop: int
) -> list[float | None]:
    """Return what the last look found that was taken after update ``first``, or at 0, up to ``stop``."""
    last = int(np.searchsorted(updates, stop, side="right")) - 1
    is_new = last >= 0 and (updates[last] > first or stop == 0)
    return [float(column[last]) if is_new else None for column in values]


def _as_words(name: str) -> str:
    """Return a name that no spreadsheet takes for a formula and carries out: others may have named the run."""
    return f"'{name}" if name.startswith(("=", "+", "-", "@", "\t", "\r")) else name


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.7g}"


def _line(values: Sequence[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    # A name that the system itself could not decode has letters that UTF-8 has not.
    return text.getvalue().encode(errors="backslashreplace")
