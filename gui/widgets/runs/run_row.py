"""One run as a row of the table of runs, and what of it stands in which column."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType

from core.runs.run_metrics import BETTER, RunMetrics
from gui.look.formatting import NO_BREAK_SPACE, number, percent

SEPARATOR = " · "
"""Between pieces of settings, which hold commas of their own."""


STAR = "★"


class Column(IntEnum):
    """The columns of the table."""

    CURVE = 0
    NAME = 1
    DATA = 2
    UPDATES = 3
    TRAIN_LOSS = 4
    TEST_LOSS = 5
    TEST_ACCURACY = 6
    BEST_ACCURACY = 7
    SECONDS = 8


@dataclass(frozen=True)
class RunRow:
    """A run as it stands in the table.

    Attributes
    ----------
    run_id, name : str
        The run's own.
    is_present : bool
        Whether it is the one that is being trained.
    color_index : int or None
        The color of its curve, by number; None where it has none, or is hidden.
    disabled_reason : str
        Why its curve can be neither shown nor hidden; "" where it can.
    differences : str
        What of its settings is not the same in all rows.
    settings : str
        All of its settings.
    data_name, data_sizes : str, (int, int)
        What it was trained on; images in the training and in the test set.
    run_metrics : RunMetrics
        How good it became.
    is_kept, has_data : bool
        Whether its network, in memory or in a file, and its data are there.
    is_repeatable : bool
        Whether its recipe makes it again.
    note : str
        What the user wrote down about it.
    is_starred : bool
        Whether the user marked it.
    """

    run_id: str
    name: str
    is_present: bool
    color_index: int | None
    disabled_reason: str
    differences: str
    settings: str
    data_name: str
    data_sizes: tuple[int, int]
    run_metrics: RunMetrics
    is_kept: bool
    has_data: bool
    is_repeatable: bool
    note: str = ""
    is_starred: bool = False


METRICS: Mapping[Column, str] = MappingProxyType(
    {
        Column.UPDATES: "updates",
        Column.TRAIN_LOSS: "train_loss",
        Column.TEST_LOSS: "test_loss",
        Column.TEST_ACCURACY: "test_accuracy",
        Column.BEST_ACCURACY: "best_accuracy",
        Column.SECONDS: "seconds",
    }
)
"""Names of fields of `RunMetrics` by the columns that show them."""

HIGH_IS_GOOD = frozenset(column for column, name in METRICS.items() if BETTER.get(name) is max)
RATED = frozenset(column for column, name in METRICS.items() if name in BETTER)
"""Columns in which one run is better than another."""


def seconds_text(seconds: float) -> str:
    """Write a duration: "0.42 s", "31 s", "2.5 min"."""
    text = f"{seconds:.2f} s" if seconds < 10 else f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.1f} min"
    return text.replace(" ", NO_BREAK_SPACE)


def _accuracy(value: float) -> str:
    return percent(value, 2)


_WRITE: Mapping[Column, Callable[[float], str]] = MappingProxyType(
    {
        Column.UPDATES: "{:,}".format,
        Column.TRAIN_LOSS: number,
        Column.TEST_LOSS: number,
        Column.TEST_ACCURACY: _accuracy,
        Column.BEST_ACCURACY: _accuracy,
        Column.SECONDS: seconds_text,
    }
)


def metric_of(row: RunRow, column: Column) -> float | None:
    """Return the number that stands in a column, None where nothing is known."""
    if column is Column.SECONDS and not row.run_metrics.updates:
        return None
    value: float | None = getattr(row.run_metrics, METRICS[column])
    return value


def cell_text(row: RunRow, column: Column) -> str:
    """Return what stands in a column in the first place."""
    if column is Column.CURVE:
        return ""
    if column is Column.NAME:
        return f"{STAR} {row.name}" if row.is_starred else row.name
    if column is Column.DATA:
        return " + ".join(f"{size:,}" for size in row.data_sizes)
    value = metric_of(row, column)
    return "–" if value is None else _WRITE[column](value)


def second_line(row: RunRow, column: Column) -> str:
    """Return what stands below that, smaller in weight."""
    run_metrics = row.run_metrics
    if column is Column.NAME:
        note = row.note.partition("\n")[0]
        said = ("present run" if row.is_present else "", row.differences, f"“{note}”" if note else "")
        return SEPARATOR.join(filter(None, said))
    if column is Column.DATA:
        return row.data_name
    if column is Column.UPDATES and run_metrics.updates:
        return f"epoch {run_metrics.epochs:,.1f}"
    if column is Column.TEST_LOSS and run_metrics.validation_loss is not None:
        return f"validation {number(run_metrics.validation_loss)}"
    if column is Column.TEST_ACCURACY and run_metrics.validation_accuracy is not None:
        return f"validation {_accuracy(run_metrics.validation_accuracy)}"
    if column is Column.BEST_ACCURACY and run_metrics.updates and run_metrics.best_update is not None:
        which = "validation, " if run_metrics.validation_accuracy is not None else ""
        return f"{which}at {run_metrics.best_update:,}"
    return ""
