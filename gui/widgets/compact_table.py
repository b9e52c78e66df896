"""A table of numbers for a narrow column: rows as low and columns as narrow as their text allows.

Where that is too wide still, the names in the first column give way; the numbers are what is looked for. Of a name such
as "row 4, column 2" the numbers stay.
"""

import re

from PySide6.QtCore import QAbstractItemModel, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gui.look.follow_font import follow_font, keep_font
from gui.look.theme import scaled_font
from gui.widgets.giving_way import GivingWay

_PADDING = 11
_FIRST = 4
_MEASURED_ROWS = 50
_SHORTEST_NAME = 9
"""Characters of a name that stay in view."""


class CompactTable(QTableView):
    """Shows a model that is only to be read.

    Parameters
    ----------
    model : QAbstractItemModel
        What is shown.
    compares : bool
        Whether the numbers of a row are to be compared: then they stand side by side at the right, and the names take
        the room that is left over. Otherwise the last column takes it.
    """

    def __init__(self, model: QAbstractItemModel, *, compares: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._compares = compares
        self._fitted_width = 0
        # Columns of numbers, with signs and units, in the order in which they are explained.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setModel(model)
        self.setStyleSheet("QTableView::item { padding: 0 2px; } QHeaderView::section { padding: 2px 3px; }")
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(12)
        header.setStretchLastSection(not compares)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setShowGrid(False)
        self.setItemDelegateForColumn(0, GivingWay(_shorter_names, self))
        model.modelReset.connect(self.fit_columns)
        keep_font(self, lambda usual: scaled_font(usual, 0.92))
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 5)
        self.fit_columns()

    def minimumSizeHint(self) -> QSize:
        """Keep a row in view."""
        return self.size_of(1)

    def size_of(self, count: int) -> QSize:
        """Return the least size with so many rows in view."""
        rows = count * self.verticalHeader().defaultSectionSize()
        height = self.horizontalHeader().sizeHint().height() + rows + 2 * self.frameWidth()
        return QSize(super().minimumSizeHint().width(), height)

    def fit_columns(self) -> None:
        """Make every column as wide as the widest of its first texts, the first one as wide as there is room."""
        model, widths = self.model(), []
        for column in range(model.columnCount()):
            texts = [str(model.headerData(column, Qt.Orientation.Horizontal) or "")]
            rows = range(min(model.rowCount(), _MEASURED_ROWS))
            texts += [str(model.index(row, column).data() or "") for row in rows]
            widths.append(max(map(self.fontMetrics().horizontalAdvance, texts)) + _PADDING)
        if widths:
            shortest = self._shortest_name()
            # Whether the scroll bar is there at the moment must not count: it comes and goes with the widths.
            bar = self.verticalScrollBar().sizeHint().width()
            room = max(self.width() - 2 * self.frameWidth() - bar - sum(widths[1:]), shortest)
            widths[0] = room if self._compares else min(widths[0] + _FIRST, room)
        for column, width in enumerate(widths):
            self.setColumnWidth(column, width)

    def _shortest_name(self) -> int:
        """Return the width that names keep: some characters, or their numbers where these are all that is left."""
        model, metrics = self.model(), self.fontMetrics()
        rows = range(min(model.rowCount(), _MEASURED_ROWS))
        names = [str(model.index(row, 0).data() or "") for row in rows]
        some = metrics.averageCharWidth() * _SHORTEST_NAME
        if not all(map(_shorter_names, names)):
            return some
        header = str(model.headerData(0, Qt.Orientation.Horizontal) or "")
        least = [header, *(_shorter_names(name)[0] for name in names)]
        return max(map(metrics.horizontalAdvance, least), default=0) + _PADDING

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the names the room that there is now."""
        super().resizeEvent(event)
        if self.width() != self._fitted_width:
            self._fitted_width = self.width()
            self.fit_columns()


def _shorter_names(name: str) -> tuple[str, ...]:
    """Return what may stand for a name: of "map 3, row 4, column 2" the numbers, "3, 4, 2"."""
    named = re.fullmatch(r"[a-z]+ (\d+)(?:, [a-z]+ \d+)+", name)
    return (", ".join(re.findall(r"\d+", name)),) if named else ()
