"""The table of runs as it is seen: two lines a row, columns that give way where there is little room."""

from math import ceil

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QFontMetricsF, QPainter, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gui.look.follow_font import follow_font, keep_font
from gui.look.theme import Themed, applied, mix, scaled_font
from gui.widgets.runs.run_row import Column, RunRow, cell_text, second_line
from gui.widgets.runs.run_table_model import LEFT_ALIGNED, SECOND_LINE, RunTableModel
from gui.widgets.runs.swatch import SWATCH_HEIGHT, SWATCH_WIDTH

_PAD_X, _PAD_Y = 7, 5
_HEAD_PAD_X = 7
_SHORTEST_NAME = 20
"""Characters that the column of names has room for, before others give way to it."""

_LAST = (Column.TRAIN_LOSS, Column.SECONDS)
"""Columns at the right end: where there is little room, these have to be scrolled to."""

_LEAST_LINES = 6
"""Lines of text below the headings that stay in view in a small window."""

_LONGEST_DATA = 20
"""Characters of a line in the column of data, where names of data wrap."""

_WIDEST = {
    Column.DATA: "",
    Column.UPDATES: "epoch 000.0",
    Column.TRAIN_LOSS: "0.0000",
    Column.TEST_LOSS: "0.0000",
    Column.TEST_ACCURACY: "00.00 %",
    Column.BEST_ACCURACY: "at 000,000",
    Column.SECONDS: "00.0 min",
}
_LONGEST_NAME = 80


class RunDelegate(Themed, QStyledItemDelegate):
    """Draws a cell as a line of text and a muted one below it, which wraps in the column of names."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        """Gray out a box that cannot be checked."""
        super().initStyleOption(option, index)
        if index.column() == Column.CURVE and not index.flags() & Qt.ItemFlag.ItemIsUserCheckable:
            option.state &= ~QStyle.StateFlag.State_Enabled

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a cell."""
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        if index.column() == Column.CURVE:
            super().paint(painter, option, index)
            return
        cell = QStyleOptionViewItem(option)
        self.initStyleOption(cell, index)
        text, cell.text = cell.text, ""
        cell.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, cell, painter, cell.widget)
        first, second = self._lines(option, index)
        side = Qt.AlignmentFlag.AlignLeft if index.column() in LEFT_ALIGNED else Qt.AlignmentFlag.AlignRight
        painter.save()
        painter.setFont(cell.font)
        painter.setPen(self._theme.text)
        elided = QFontMetrics(cell.font).elidedText(text, Qt.TextElideMode.ElideRight, first.width())
        painter.drawText(first, side | Qt.AlignmentFlag.AlignVCenter, elided)
        painter.setFont(option.font)
        painter.setPen(self._theme.muted)
        painter.drawText(second, side | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, index.data(SECOND_LINE))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Ask for as many lines as the column's width makes necessary."""
        if index.column() == Column.CURVE:
            return QSize(0, 0)
        return QSize(option.rect.width(), self._height(option, index) + 2 * _PAD_Y)

    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QWidget:
        """Return the entry for a name."""
        editor = QLineEdit(parent)
        editor.setMaxLength(_LONGEST_NAME)
        editor.setAccessibleName("Name of the run")
        return editor

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Lay the entry over the cell, so that no half of a line looks out from under it."""
        editor.setGeometry(option.rect)

    def _height(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> int:
        return option.fontMetrics.height() + self._second_height(option, index)

    def _second_height(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> int:
        text = index.data(SECOND_LINE)
        room = QRect(0, 0, max(1, option.rect.width() - 2 * _PAD_X), 10_000)
        return option.fontMetrics.boundingRect(room, Qt.TextFlag.TextWordWrap, text).height() if text else 0

    def _lines(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> tuple[QRect, QRect]:
        """Return where both lines lie, in the middle of the cell's height."""
        line, second = option.fontMetrics.height(), self._second_height(option, index)
        inner = option.rect.adjusted(_PAD_X, 0, -_PAD_X, 0)
        top = inner.top() + (inner.height() - line - second) // 2
        return QRect(inner.left(), top, inner.width(), line), QRect(inner.left(), top + line, inner.width(), second)


class RunTable(QTableView):
    """Shows a `RunTableModel`; a whole row is chosen at a time."""

    chosen = Signal()
    """Another run, or none, is chosen; `row` is the one."""

    def __init__(self, runs: RunTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs
        self._chosen_id = ""
        # Columns of numbers with their units.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setModel(runs)
        self.setItemDelegate(RunDelegate(self))
        self.setAccessibleName("Runs")
        applied.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.setIconSize(QSize(SWATCH_WIDTH, SWATCH_HEIGHT))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
        header.setMinimumSectionSize(12)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setStretchLastSection(True)
        header.setSortIndicatorClearable(True)
        for column in _LAST:
            header.moveSection(header.visualIndex(column), header.count() - 1)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
        header.sortIndicatorChanged.connect(self._on_sort_indicator_changed)
        runs.modelAboutToBeReset.connect(self._on_about_to_be_reset)
        runs.modelReset.connect(self._on_reset)
        runs.dataChanged.connect(self._on_data_changed)
        self.selectionModel().selectionChanged.connect(self._on_selection_changed)
        keep_font(self, lambda usual: scaled_font(usual, 0.95))
        follow_font(self, self._fit)

    @property
    def row(self) -> RunRow | None:
        """The chosen run."""
        chosen = self.selectionModel().selectedRows()
        return self._runs.rows[chosen[0].row()] if chosen else None

    def choose(self, run_id: str) -> None:
        """Choose a run by its id."""
        for place, row in enumerate(self._runs.rows):
            if row.run_id == run_id:
                self.setCurrentIndex(self._runs.index(place, Column.NAME))

    @Slot()
    def rename(self) -> None:
        """Let the user edit the name of the chosen run."""
        chosen = self.selectionModel().selectedRows(Column.NAME)
        if chosen:
            self.setCurrentIndex(chosen[0])
            self.edit(chosen[0])

    @Slot()
    def toggle_curve(self) -> None:
        """Show or hide the curve of the chosen run, where nothing hinders."""
        row = self.row
        if row is not None and not row.disabled_reason:
            self._runs.curve_toggled.emit(row.run_id, row.color_index is None)

    def sort_by(self, column: Column | None) -> None:
        """Sort by a column, the best first; None puts the newest first."""
        role = Qt.ItemDataRole.InitialSortOrderRole
        order = Qt.SortOrder.AscendingOrder
        if column is not None:
            order = self._runs.headerData(column, Qt.Orientation.Horizontal, role)
        self.horizontalHeader().setSortIndicator(-1 if column is None else column, order)

    @Slot()
    def _on_theme_changed(self) -> None:
        theme = applied.theme
        # A tint and not the full accent, on which the colors of curves could not be told apart.
        tint = mix(theme.surface, theme.accent, 0.2).name()
        self.setStyleSheet(
            f"QTableView {{ selection-background-color: {tint}; selection-color: {theme.text}; }}"
            # The model writes the arrow into the heading, where it takes no room from the text.
            "QHeaderView::up-arrow, QHeaderView::down-arrow { image: none; width: 0; height: 0; }"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns the room that there is now."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the rows that came while hidden."""
        super().showEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Make columns as wide as what stands in them, and rows as high as needed; what has no room is scrolled to."""
        if not self.isVisible():
            return
        self.setMinimumHeight(self.horizontalHeader().sizeHint().height() + _LEAST_LINES * self.fontMetrics().height())
        widths = {column: self._width_of(column) for column in Column if column is not Column.NAME}
        self.setColumnHidden(Column.DATA, not self._runs.data_differ)
        if not self._runs.data_differ:
            del widths[Column.DATA]
        # Whether the scroll bar is there at the moment must not count: it comes and goes with the heights.
        room = self.width() - 2 * self.frameWidth() - self.verticalScrollBar().sizeHint().width()
        least = _SHORTEST_NAME * self.fontMetrics().averageCharWidth()
        widths[Column.NAME] = max(least, room - sum(widths.values()))
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        self.resizeRowsToContents()

    def _width_of(self, column: Column) -> int:
        if column is Column.CURVE:
            box = self.style().pixelMetric(QStyle.PixelMetric.PM_IndicatorWidth, None, self)
            return box + SWATCH_WIDTH + 3 * _PAD_X
        # Whole pixels are often a fraction too few: text that exactly fills them would end in "…".
        metrics, bold = QFontMetricsF(self.font()), QFontMetricsF(scaled_font(self.font(), 1, bold=True))
        first = [bold.horizontalAdvance(cell_text(row, column)) for row in self._runs.rows]
        second = [metrics.horizontalAdvance(text) for text in (_WIDEST[column],)]
        second += [metrics.horizontalAdvance(second_line(row, column)) for row in self._runs.rows]
        if column is Column.DATA:
            second = [min(max(second), _LONGEST_DATA * metrics.averageCharWidth())]
        heading = self._runs.widest_heading(column).splitlines()
        head = max(map(self.horizontalHeader().fontMetrics().horizontalAdvance, heading)) + 2 * _HEAD_PAD_X
        return max(head, ceil(max(first + second)) + 2 * _PAD_X)

    @Slot()
    def _on_about_to_be_reset(self) -> None:
        if self.state() is QAbstractItemView.State.EditingState:
            # The entry goes with the old rows. What was typed counts, and the keyboard stays in the table.
            self.setFocus()

    @Slot()
    def _on_reset(self) -> None:
        self.choose(self._chosen_id)
        self._fit()
        self.chosen.emit()

    @Slot()
    def _on_data_changed(self) -> None:
        # The metrics of a run that goes on become longer now and then, and wider where one becomes the best.
        shown = [column for column in Column if column > Column.DATA and not self.isColumnHidden(column)]
        if any(self._width_of(column) > self.columnWidth(column) for column in shown):
            self._fit()

    @Slot()
    def _on_selection_changed(self) -> None:
        row = self.row
        self._chosen_id = row.run_id if row else ""
        self.chosen.emit()

    @Slot(int, Qt.SortOrder)
    def _on_sort_indicator_changed(self, column: int, order: Qt.SortOrder) -> None:
        if column == Column.CURVE:
            self.sort_by(None)
