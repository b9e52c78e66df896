"""The terms of one number: the multipliers, each product with its factors, and what they come to."""

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.explanation.terms import Terms
from gui.look.formatting import factor, number
from gui.look.labels import PlainLabel
from gui.look.theme import LIGHT, Theme, mix, set_role
from gui.widgets.compact_table import CompactTable
from gui.widgets.drawing.evidence_picture import EvidencePicture

Index = QModelIndex | QPersistentModelIndex
DISPLAY = Qt.ItemDataRole.DisplayRole
_ROWS, _LINES = 4, 4


class TermsModel(QAbstractTableModel):
    """Products with their factors, one a row, those of other kinds below."""

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self._terms: Terms | None = None

    def show(self, terms: Terms) -> None:
        """Take the terms of a number."""
        self.beginResetModel()
        self._terms = terms
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many terms there are."""
        if self._terms is None or parent.isValid():
            return 0
        return len(self._terms.products) + len(self._terms.extras)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return name, factors and product."""
        return 0 if self._terms is None or parent.isValid() else 2 + len(self._terms.factors)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        if self._terms is None or not index.isValid():
            return None
        column, last = index.column(), self.columnCount() - 1
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        name, numbers = self._row(index.row())
        if role in (DISPLAY, Qt.ItemDataRole.ToolTipRole):
            if column == 0:
                return name
            value = numbers[column - 1]
            # Two factors and their product side by side: two digits of the factors are enough to see it.
            digits = 2 if len(self._terms.factors) > 1 and column < last and role == DISPLAY else 3
            return "" if value is None else number(value, digits)
        if role == Qt.ItemDataRole.BackgroundRole and column == last and numbers[-1]:
            largest = max(float(np.abs(self._terms.products).max(initial=0)), 1e-300)
            color = self.theme.positive if numbers[-1] > 0 else self.theme.negative
            return QBrush(mix(self.theme.surface, color, 0.45 * min(abs(numbers[-1]) / largest, 1.0)))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return the name of a column."""
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal or self._terms is None:
            return None
        names = [self._terms.over, *(name for name, _ in self._terms.factors)]
        return names[section] if section < len(names) else self._terms.term or ("product" if names[2:] else "term")

    def _row(self, row: int) -> tuple[str, list[float | None]]:
        terms = self._terms
        assert terms is not None
        count = len(terms.products)
        if row >= count:
            name, extra = terms.extras[row - count]
            return name, [*[None] * len(terms.factors), extra]
        return terms.labels[row], [*(float(factor[row]) for _, factor in terms.factors), float(terms.products[row])]


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
        self.picture = EvidencePicture("product")
        self.body = QStackedWidget()
        self.body.addWidget(self.table)
        self.body.addWidget(self.picture)
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
        owner = f"{whose}: " if whose else ""
        self.head.setText(f"{owner}{terms.symbol} = {number(terms.value)}")
        self.rule.setText("\n".join(line for line in (terms.meaning, _multipliers(terms)) if line))
        self.rule.setVisible(bool(self.rule.text()))
        if terms.over_pixels:
            self.picture.show_terms(terms.products, terms.factors[0][1])
            self.body.setCurrentWidget(self.picture)
        else:
            self.model.show(terms)
            self.table.horizontalHeader().setVisible(bool(terms.factors or terms.over))
            self.body.setCurrentWidget(self.table)
        self.total.setText(_total(terms))

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self.model.theme = theme
        self.picture.set_theme(theme)
        self.table.viewport().update()


def _multipliers(terms: Terms) -> str:
    """Say what the sum is multiplied by, or what is divided by it."""
    if not terms.multipliers:
        return ""
    parts = [f"{name} = {number(value)}" for name, value in terms.multipliers]
    is_sum = len(terms.products) > 1
    return ", times ".join(parts) + (", divided by the sum of" if terms.divides else ", times" + " the sum of" * is_sum)


def _total(terms: Terms) -> str:
    """Say what the terms add up to, and how the number comes of that."""
    value = number(terms.value)
    if terms.over_pixels:
        parts = " + ".join(f"{name} {number(extra)}" for name, extra in terms.extras)
        return f"{len(terms.products)} products add up to {number(float(terms.products.sum()))}; + {parts} = {value}"
    total = f"sum {number(terms.sum)}" if len(terms.products) + len(terms.extras) > 1 else ""
    if not terms.multipliers:
        return total
    factors = [number(terms.multipliers[0][1]), *(factor(multiplier) for _, multiplier in terms.multipliers[1:])]
    last = f" / {number(terms.sum)}" if terms.divides else f" · {factor(terms.sum)}"
    return f"{total}{'; ' * bool(total)}{' · '.join(factors)}{last} = {value}"
