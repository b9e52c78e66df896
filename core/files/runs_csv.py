"""Several runs as one CSV file: a table of what they are and how good they became, and under it all their curves.

The columns are those of `core.files.metrics_csv`, with the number of the run before them and its own figures behind::

    run,update,epoch,batch_loss,…,validation_accuracy,name,settings,updates,train_loss,last_test_loss,…,train_seconds

First comes a row for update 0 of every run, which alone fills the columns behind: these rows are the table. The rows
for update 1 and on follow, run by run.
"""

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import DataError
from core.files.atomic_file import save_file
from core.files.metrics_csv import HEADER, ROWS_AT_ONCE, metrics_rows
from core.history.run_figures import RunFigures
from core.metrics import Metrics
from core.progress import Report, ignore_progress

TABLE_COLUMNS = (
    "name",
    "settings",
    "updates",
    "train_loss",
    "last_test_loss",
    "last_test_accuracy",
    "best_test_accuracy",
    "best_update",
    "train_seconds",
    "last_validation_loss",
    "last_validation_accuracy",
    "best_validation_accuracy",
)


@dataclass(frozen=True, eq=False)
class RunRecord:
    """What is written of a run.

    Attributes
    ----------
    name : str
        What the user calls it.
    settings : str
        All that decides it, in words.
    figures : RunFigures
        How good it became.
    metrics : Metrics
        Its figures by update.
    epoch_at : callable
        Passes over the training set by update.
    """

    name: str
    settings: str
    figures: RunFigures
    metrics: Metrics
    epoch_at: Callable[[int], float]


def write_runs_csv(path: Path, runs: Sequence[RunRecord], report: Report = ignore_progress) -> None:
    """Write the file, whole or not at all.

    Parameters
    ----------
    path : Path
        The file to make or to replace.
    runs : sequence of RunRecord
        They are numbered from 1.
    report : Report
        Told of the progress; may cancel.

    Raises
    ------
    DataError
        If the file cannot be written; an old one stays as it was.
    """
    total = sum(len(run.metrics.batch_loss) for run in runs) + 1
    done, rest = 0, "," * len(TABLE_COLUMNS)
    with save_file(path, DataError) as file:
        file.write(f"run,{HEADER},{','.join(TABLE_COLUMNS)}\n".encode())
        for number, run in enumerate(runs, 1):
            (figures,) = metrics_rows(run.metrics, run.epoch_at, 0, 1)
            file.write(f"{number},{figures},{_table_row(run)}\n".encode())
        for number, run in enumerate(runs, 1):
            last = len(run.metrics.batch_loss)
            for first in range(1, last + 1, ROWS_AT_ONCE):
                report(done / total, f"writing {path.name}")
                stop = min(first + ROWS_AT_ONCE, last + 1)
                rows = metrics_rows(run.metrics, run.epoch_at, first, stop)
                file.write("".join(f"{number},{row}{rest}\n" for row in rows).encode())
                done += stop - first


def _table_row(run: RunRecord) -> str:
    figures = run.figures
    best = (None, figures.best_accuracy) if run.metrics.validates else (figures.best_accuracy, None)
    written = _written(figures.train_loss, figures.test_loss, figures.test_accuracy, best[0])
    validation = _written(figures.validation_loss, figures.validation_accuracy, best[1])
    best_update = "" if figures.best_update is None else figures.best_update
    text = io.StringIO()
    csv.writer(text, lineterminator="").writerow(
        [run.name, run.settings, figures.updates, *written, best_update, f"{figures.seconds:.4g}", *validation]
    )
    return text.getvalue()


def _written(*numbers: float | None) -> list[str]:
    return ["" if number is None else f"{number:.7g}" for number in numbers]
