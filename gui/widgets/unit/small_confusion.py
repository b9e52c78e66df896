"""A confusion matrix so small that two stand beside each other: colors, and each cell's count where one points."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES
from gui.look.formatting import percent
from gui.look.theme import mix, scaled_font
from gui.widgets.confusion_words import describe
from gui.widgets.painted_widget import PaintedWidget

_LEAST_CELL, _LARGEST_CELL = 11, 20


class SmallConfusion(PaintedWidget):
    """Rows are true digits, columns predicted ones; right answers in one color, mistakes in another."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._counts: NDArray[np.int64] | None = None
        self._names: tuple[str, ...] = DIGITS
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_counts(self, counts: NDArray[np.int64] | None) -> None:
        """Show counts of shape (10, 10), row = true digit; None clears."""
        self._counts = counts
        self.update()

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Call the ten classes by these names."""
        self._names = names

    def accessible_value(self) -> str:
        """Return the share of right answers for each digit."""
        counts = self._counts
        if counts is None:
            return "not known yet"
        images = counts.sum(axis=1)
        shares = np.diag(counts) / np.maximum(images, 1)
        return "; ".join(
            f"{name}: {percent(float(share))} right" if count else f"{name}: no images"
            for name, share, count in zip(self._names, shares, images, strict=True)
        )

    def sizeHint(self) -> QSize:
        """Ask for cells in which a color is seen."""
        side = self._head() + CLASSES * _LARGEST_CELL
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Ask for the smallest such cells."""
        side = self._head() + CLASSES * _LEAST_CELL
        return QSize(side, side)

    def heightForWidth(self, width: int) -> int:
        """Return the height of a square."""
        return min(width, self.sizeHint().height())

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell lies."""
        side = (min(self.width(), self.height()) - self._head()) / CLASSES
        return QRectF(self._head() + column * side, self._head() + row * side, side, side)

    def tip_at(self, place: QPoint) -> str:
        """Return what the cell under the pointer says."""
        return self.describe_at(place.x(), place.y())

    def describe_at(self, x: float, y: float) -> str:
        """Return what the cell at a point says, in words; "" where there is none."""
        first = self.cell_rect(0, 0)
        row, column = (int((place - self._head()) // first.width()) for place in (y, x))
        inside = 0 <= row < CLASSES and 0 <= column < CLASSES
        return describe(self._counts, (row, column), self._names) if inside and self._counts is not None else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the cells, with the digits at their edges."""
        theme, head = self._theme, self._head()
        with QPainter(self) as painter:
            painter.setFont(scaled_font(self.font(), 0.8))
            for row in range(CLASSES):
                for column in range(CLASSES):
                    painter.fillRect(
                        self.cell_rect(row, column).adjusted(0.5, 0.5, -0.5, -0.5), self._color(row, column)
                    )
            painter.setPen(QColor(theme.muted))
            for digit in range(CLASSES):
                cell = self.cell_rect(digit, digit)
                painter.drawText(QRectF(cell.left(), 0, cell.width(), head), Qt.AlignmentFlag.AlignCenter, str(digit))
                painter.drawText(QRectF(0, cell.top(), head, cell.height()), Qt.AlignmentFlag.AlignCenter, str(digit))

    def _head(self) -> int:
        return self.fontMetrics().height()

    def _color(self, row: int, column: int) -> QColor:
        counts, theme = self._counts, self._theme
        if counts is None:
            return mix(theme.surface, theme.text, 0.06)
        share = float(counts[row, column] / max(int(counts[row].sum()), 1))
        # So that one mistake in fifty is seen.
        return mix(theme.surface, theme.positive if row == column else theme.negative, min(1.0, share**0.5))
