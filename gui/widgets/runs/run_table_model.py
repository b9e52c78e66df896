"""The rows of the table of runs: their order, which metrics are the best, and what the user may change in place."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, TypeGuard

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtGui import QFont, QIcon

from core.runs.run_metrics import BETTER, NEWEST_SHARE, RunMetrics
from gui.look.theme import Themed, applied
from gui.look.tooltip import paragraphs
from gui.widgets.runs.run_row import (
    HIGH_IS_GOOD,
    METRICS,
    RATED,
    SEPARATOR,
    Column,
    RunRow,
    cell_text,
    metric_of,
    second_line,
)
from gui.widgets.runs.swatch import swatch

SECOND_LINE = Qt.ItemDataRole.UserRole + 1
"""Role of the text that stands below the first line of a cell."""

SORT_BY: Mapping[Column, str] = MappingProxyType(
    {
        Column.NAME: "name",
        Column.DATA: "data",
        Column.UPDATES: "updates",
        Column.TRAIN_LOSS: "train loss",
        Column.TEST_LOSS: "test loss",
        Column.TEST_ACCURACY: "test accuracy",
        Column.BEST_ACCURACY: "best accuracy",
        Column.SECONDS: "time",
    }
)
"""What the runs can be sorted by."""

_HEADINGS: Mapping[Column, str] = MappingProxyType(
    {
        Column.CURVE: "",
        Column.NAME: "Run and what differs",
        Column.DATA: "Data",
        Column.UPDATES: "Updates",
        Column.TRAIN_LOSS: "Train\nloss",
        Column.TEST_LOSS: "Test\nloss",
        Column.TEST_ACCURACY: "Test\naccuracy",
        Column.BEST_ACCURACY: "Best\naccuracy",
        Column.SECONDS: "Time",
    }
)
_ARROWS = {Qt.SortOrder.AscendingOrder: "▴ ", Qt.SortOrder.DescendingOrder: "▾ "}
CAVEAT = (
    "Bold is the best of these runs. But a difference of a few tenths of a point is no more than another seed "
    "makes: before you believe it, train both again with other seeds."
)
_MEANINGS: Mapping[Column, str] = MappingProxyType(
    {
        Column.CURVE: "Whose curves the tab Training shows, and in which color.",
        Column.NAME: "What was changed from run to run. F2 or a double-click renames a run.",
        Column.DATA: (
            "What each run was trained and tested on: images in the training set + in the test set. Where they are not "
            "the data of the present run, its curves are dotted."
        ),
        Column.UPDATES: "Updates made, and how many passes over the training images they are.",
        Column.TRAIN_LOSS: f"Mean loss of the newest {NEWEST_SHARE:.0%} of the training batches.",
        Column.TEST_LOSS: "Loss on the test set, when it was last looked at.",
        Column.TEST_ACCURACY: "Share of the test set that is read correctly, when it was last looked at.",
        Column.BEST_ACCURACY: (
            "The highest test accuracy on the way, or validation accuracy where images are held out, and "
            "after how many updates it was seen. When the test set is "
            "looked at depends on the clock, so that the same run made twice may differ here. And a moment picked by "
            "its test accuracy looks a little better than it is."
        ),
        Column.SECONDS: "Time spent in updates. That of a branch begins where it branched off.",
    }
)
LEFT_ALIGNED = (Column.CURVE, Column.NAME, Column.DATA)
"""Columns of words; the others are numbers."""

_SORTABLE = "Click to sort, again for the other way round, and once more for the newest first."


class RunTableModel(Themed, QAbstractTableModel):
    """Runs in the order that the user chose; by default as they are given, the newest first.

    The order stays while metrics grow, so that no row moves away from under the pointer.
    """

    curve_toggled = Signal(str, bool)
    """The user wants to see the curve of a run, by its id, or not."""

    renamed = Signal(str, str)
    """The user calls a run, by its id, otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._given: tuple[RunRow, ...] = ()
        self._rows: list[RunRow] = []
        self._best: dict[Column, str] = {}
        self._sorting: tuple[Column | None, Qt.SortOrder] = (None, Qt.SortOrder.AscendingOrder)
        self._bold = QFont()
        self._bold.setBold(True)
        self._swatches: dict[tuple[int | None, bool], QIcon] = {}
        applied.changed.connect(self._on_theme_changed)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs from top to bottom."""
        return tuple(self._rows)

    def show_rows(self, rows: Sequence[RunRow]) -> None:
        """Show these runs, given with the newest first."""
        self.beginResetModel()
        self._given = tuple(rows)
        self._arrange()
        self._best = self._find_best()
        self.endResetModel()

    @property
    def data_differ(self) -> bool:
        """Whether there are runs on more than one pair of data sets."""
        return len({(row.data_name, row.data_sizes) for row in self._rows}) > 1

    def show_metrics(self, run_metrics: RunMetrics) -> None:
        """Bring the metrics of the present run up to date."""
        for place, row in enumerate(self._rows):
            if row.is_present and row.run_metrics != run_metrics:
                self._rows[place] = replace(row, run_metrics=run_metrics)
                self._given = tuple(self._rows[place] if other is row else other for other in self._given)
                best, self._best = self._best, self._find_best()
                whole = best != self._best
                first, last = (0, len(self._rows) - 1) if whole else (place, place)
                self.dataChanged.emit(self.index(first, Column.UPDATES), self.index(last, Column.SECONDS))

    def widest_heading(self, column: Column) -> str:
        """Return the heading of a column with the arrow that it has where the runs are sorted by it."""
        return _ARROWS[Qt.SortOrder.AscendingOrder] + _HEADINGS[column]

    @Slot()
    def _on_theme_changed(self) -> None:
        self._swatches.clear()
        if self._rows:
            self.dataChanged.emit(self.index(0, Column.CURVE), self.index(len(self._rows) - 1, Column.CURVE))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of runs."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008
        """Return the number of columns."""
        return 0 if parent.isValid() else len(Column)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """Say that names can be edited, and boxes checked unless something hinders."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == Column.NAME:
            flags |= Qt.ItemFlag.ItemIsEditable
        if index.column() == Column.CURVE and not self._rows[index.row()].disabled_reason:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row, column = self._rows[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.EditRole and column is Column.NAME:
            return row.name
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return cell_text(row, column)
        if role == SECOND_LINE:
            return second_line(row, column)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self._tool_tip(row, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        if role == Qt.ItemDataRole.FontRole and (column is Column.NAME or self._is_best(row, column)):
            return self._bold
        if column is Column.CURVE and role == Qt.ItemDataRole.CheckStateRole:
            is_shown = row.is_present or row.color_index is not None
            return Qt.CheckState.Checked if is_shown else Qt.CheckState.Unchecked
        if column is Column.CURVE and role == Qt.ItemDataRole.DecorationRole:
            return self._swatch(row)
        return None

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tell what the user changed; whoever keeps the runs answers with new rows."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and not row.disabled_reason:
            self.curve_toggled.emit(row.run_id, Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == Column.NAME:
            name = " ".join(value.split())
            if name and name != row.name:
                self.renamed.emit(row.run_id, name)
                return True
        return False

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return heading and meaning of a column."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.DisplayRole:
            by, order = self._sorting
            return (_ARROWS[order] if by is column else "") + _HEADINGS[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return paragraphs(
                _MEANINGS[column], CAVEAT if column in RATED else "", _SORTABLE if column in SORT_BY else ""
            )
        if role == Qt.ItemDataRole.InitialSortOrderRole:
            return Qt.SortOrder.DescendingOrder if column in HIGH_IS_GOOD else Qt.SortOrder.AscendingOrder
        if role == Qt.ItemDataRole.TextAlignmentRole and column in LEFT_ALIGNED:
            # Other headings have two lines; this one may have them where it is narrow.
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | int(Qt.TextFlag.TextWordWrap)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the runs by a column; -1, or that of the curves, is the newest first."""
        self._sorting = (Column(column) if column in SORT_BY else None, order)
        self.beginResetModel()
        self._arrange()
        self.endResetModel()

    def _arrange(self) -> None:
        rows = list(self._given)
        column, order = self._sorting
        falls = order is Qt.SortOrder.DescendingOrder
        if column in (Column.NAME, Column.DATA):
            rows.sort(key=lambda row: (row.data_name if column is Column.DATA else row.name).casefold(), reverse=falls)
        elif column is not None:
            # What is not known stands last, whichever way.
            rows.sort(key=lambda row: _sort_key(metric_of(row, column), falls))
        self._rows = rows

    def _find_best(self) -> dict[Column, str]:
        """Return how the best metric of each column is written, where they are not all alike."""
        best = {}
        judged_by = {row.run_metrics.validation_accuracy is None for row in self._rows if row.run_metrics.updates}
        # The best at the validation set and at the test set cannot be compared.
        rated = RATED if len(judged_by) < 2 else RATED - {Column.BEST_ACCURACY}
        for column in rated:
            written = {
                value: cell_text(row, column) for row in self._rows if _is_known(value := metric_of(row, column))
            }
            if len(set(written.values())) > 1:
                best[column] = written[BETTER[METRICS[column]](written)]
        return best

    def _is_best(self, row: RunRow, column: Column) -> bool:
        # What is written alike is equally good: nobody could see why one of them is bold.
        return column in self._best and cell_text(row, column) == self._best[column]

    def _swatch(self, row: RunRow) -> QIcon:
        key = (row.color_index, row.is_present)
        if key not in self._swatches:
            colors = (self._theme.train, self._theme.test) if row.is_present else ()
            if row.color_index is not None and not row.is_present:
                colors = (self._theme.runs[row.color_index],)
            self._swatches[key] = swatch(colors)
        return self._swatches[key]

    def _tool_tip(self, row: RunRow, column: Column) -> str:
        if column is Column.CURVE:
            return paragraphs(row.disabled_reason or "Show the curve of this run in the tab Training (Space)")
        if column is Column.NAME:
            metrics = [f"{SORT_BY[other]} {_in_line(row, other)}" for other in METRICS]
            return paragraphs(row.name, row.note, row.settings, f"data {row.data_name}", SEPARATOR.join(metrics))
        return paragraphs(_MEANINGS[column], CAVEAT if column in RATED else "")

    def _spoken(self, row: RunRow, column: Column) -> str:
        if column is Column.CURVE:
            return f"curve of {row.name}"
        if column is Column.NAME:
            return _in_line(row, column)
        best = ", the best" if self._is_best(row, column) else ""
        return f"{SORT_BY[column]} {_in_line(row, column)}{best}"


def _in_line(row: RunRow, column: Column) -> str:
    return f"{cell_text(row, column)} {second_line(row, column)}".strip()


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _sort_key(value: float | None, falls: bool) -> tuple[bool, float]:
    if not _is_known(value):
        return True, 0.0
    return False, -value if falls else value
