"""The terms of one number: the multipliers, each product with its factors, and what they come to."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Slot
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.explanation.terms import Terms
from core.explanation.worked_terms import WorkedTerms
from gui.look.labels import PlainLabel
from gui.look.theme import Themed, mix, set_role
from gui.look.tooltip import paragraphs
from gui.widgets.compact_table import CompactTable
from gui.widgets.drawing.evidence_image import EvidenceImage

Index = QModelIndex | QPersistentModelIndex
DISPLAY = Qt.ItemDataRole.DisplayRole
_ROWS, _LINES = 4, 4
_ROWS_OF_STEP = 2
"""What has to be worked out first takes a row for the rule and a row for the numbers."""

FULL = 0.45
"""Share of color behind the largest term, on which it can still be read."""


class TermsModel(Themed, QAbstractTableModel):
    """What has to be worked out first, products with their factors, and what else is added: one a row.

    The products can be sorted, by what they belong to or by size.
    """

    def __init__(self) -> None:
        super().__init__()
        self._worked: WorkedTerms | None = None
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._sorted: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)

    def show(self, worked: WorkedTerms) -> None:
        """Take the terms of a number."""
        self.beginResetModel()
        self._worked = worked
        self._sort()
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the products: by name as they come, by a factor or the product by size without its sign."""
        self.beginResetModel()
        self._sorted = (column, order)
        self._sort()
        self.endResetModel()

    def _sort(self) -> None:
        if self._worked is None:
            return
        terms = self._worked.terms
        count, (column, order) = len(terms.products), self._sorted
        columns = [np.arange(count), *(np.abs(factor) for _, factor in terms.factors), np.abs(terms.products)]
        # A table with fewer columns than the one before it is sorted by its last.
        keys = columns[min(column, len(columns) - 1)]
        self._order = np.argsort(keys if order is Qt.SortOrder.AscendingOrder else -keys, kind="stable")

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows there are."""
        if self._worked is None or parent.isValid():
            return 0
        terms = self._worked.terms
        return _ROWS_OF_STEP * len(terms.steps) + len(terms.products) + len(terms.extras)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return name, factors and product."""
        return 0 if self._worked is None or parent.isValid() else 2 + len(self._worked.terms.factors)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if self._worked is None or not index.isValid():
            return None
        column, last = index.column(), self.columnCount() - 1
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == DISPLAY:
            return self._texts(index.row())[column]
        if role == Qt.ItemDataRole.ToolTipRole:
            return paragraphs(self._texts(index.row())[column])
        product = self._product(index.row())
        if role == Qt.ItemDataRole.BackgroundRole and column == last and product:
            largest = max(float(np.abs(self._worked.terms.products).max(initial=0)), 1e-300)
            color = self._theme.positive if product > 0 else self._theme.negative
            return QBrush(mix(self._theme.surface, color, FULL * min(abs(product) / largest, 1.0)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column."""
        if orientation != Qt.Orientation.Horizontal or self._worked is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return paragraphs("Click to sort by size" if section else "Click to sort as they come")
        if role != DISPLAY:
            return None
        terms = self._worked.terms
        names = [terms.over, *(name for name, _ in terms.factors)]
        return names[section] if section < len(names) else terms.term or ("product" if names[2:] else "term")

    def _texts(self, row: int) -> tuple[str, ...]:
        worked = self._worked
        assert worked is not None
        terms, blank = worked.terms, [""] * len(worked.terms.factors)
        step, line = divmod(row, _ROWS_OF_STEP)
        if step < len(terms.steps):
            rule, numbers, value = worked.steps[step]
            return (f"   = {numbers}", *blank, value) if line else (rule, *blank, "")
        row -= _ROWS_OF_STEP * len(terms.steps)
        if row >= len(terms.products):
            row -= len(terms.products)
            return (terms.extras[row][0], *blank, worked.extra(row))
        place = int(self._order[row])
        return (terms.labels[place], *worked.row(place))

    def _product(self, row: int) -> float:
        """Return the term of a row, 0 for one that is none."""
        assert self._worked is not None
        terms = self._worked.terms
        row -= _ROWS_OF_STEP * len(terms.steps)
        if row < 0:
            return 0.0
        count = len(terms.products)
        return float(terms.products[self._order[row]]) if row < count else terms.extras[row - count][1]


class TermsView(QWidget):
    """Says what one number is made of."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._terms: Terms | None = None
        self.head = PlainLabel()
        self.head.setWordWrap(True)
        set_role(self.head, "heading")
        self.rule = PlainLabel()
        self.rule.setWordWrap(True)
        set_role(self.rule, "muted")
        self.total = PlainLabel()
        self.total.setWordWrap(True)
        self.model = TermsModel()
        self.table = CompactTable(self.model)
        self.table.setAccessibleName("terms")
        self.table.setWordWrap(True)
        header = self.table.horizontalHeader()
        header.setSectionsClickable(True)
        header.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        header.setSortIndicatorShown(False)
        header.sectionClicked.connect(self._on_column_clicked)
        self._sorted: tuple[int, Qt.SortOrder] = (0, Qt.SortOrder.AscendingOrder)
        self.image = EvidenceImage("product")
        self.body = QStackedWidget()
        self.body.addWidget(self.table)
        self.body.addWidget(self.image)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addWidget(self.head)
        layout.addWidget(self.rule)
        layout.addWidget(self.body, 1)
        layout.addWidget(self.total)

    @property
    def terms(self) -> Terms | None:
        """What is shown."""
        return self._terms

    def minimumSizeHint(self) -> QSize:
        """Ask for some rows and some lines of text; where there are more lines for once, rows give way."""
        least, line = self.layout().minimumSize(), self.fontMetrics().lineSpacing()
        return QSize(least.width(), self.table.size_of(_ROWS).height() + _LINES * line + 3 * self.layout().spacing())

    def show_terms(self, terms: Terms, whose: str = "") -> None:
        """Show the terms of a number, and whose number it is where that is not clear from what stands around."""
        self._terms = terms
        worked = WorkedTerms(terms)
        owner = f"{whose}: " if whose else ""
        self.head.setText(f"{owner}{terms.symbol} = {worked.value}")
        self.rule.setText("\n".join(line for line in (worked.meaning, worked.multiplied_by) if line))
        self.rule.setVisible(bool(self.rule.text()))
        if terms.image:
            first = terms.factors[0][1]
            is_ink = len(terms.factors) > 1 and first.min() >= 0 and first.max() <= 1
            self.image.show_terms(terms.products, first if is_ink else None, shape=terms.image)
            self.body.setCurrentWidget(self.image)
        else:
            self.model.show(worked)
            self.table.horizontalHeader().setVisible(bool(terms.factors or terms.over))
            self.body.setCurrentWidget(self.table)
        self.total.setText(worked.total)

    @Slot(int)
    def _on_column_clicked(self, column: int) -> None:
        """Sort by a column: the largest first, and the other way round when it is clicked again."""
        first = Qt.SortOrder.DescendingOrder if column else Qt.SortOrder.AscendingOrder
        other = Qt.SortOrder.AscendingOrder if column else Qt.SortOrder.DescendingOrder
        self._sorted = (column, other if self._sorted == (column, first) else first)
        self.model.sort(*self._sorted)
        self.table.horizontalHeader().setSortIndicatorShown(column > 0)
        self.table.horizontalHeader().setSortIndicator(*self._sorted)
