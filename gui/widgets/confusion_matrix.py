"""The confusion matrix: how many pictures of each digit (rows) were taken for each digit (columns)."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.dataset import CLASSES
from gui.look.formatting import percent
from gui.look.theme import LIGHT, Theme, mix


class ConfusionMatrix(QWidget):
    """Counts in a square of ten by ten, right answers and mistakes in their own colors, and each digit's accuracy."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._counts: NDArray[np.int64] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Confusion matrix: rows are the true digits, columns the answers")

    def show_counts(self, counts: NDArray[np.int64] | None) -> None:
        """Show counts of shape (10, 10), row = true digit; None clears."""
        self._counts = counts
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room in which four-digit counts can be read."""
        side = self.fontMetrics().horizontalAdvance("0,000") + 6
        return QSize((CLASSES + 3) * side, (CLASSES + 1) * side)

    def minimumSizeHint(self) -> QSize:
        """Stay readable in a narrow column."""
        return QSize(360, 260)

    def cell_rect(self, row: int, column: int) -> QRectF:
        """Return where a cell lies; row and column -1 hold the headings, column 10 each digit's accuracy."""
        width = self.width() / (CLASSES + 2.6)
        height = self.height() / (CLASSES + 1)
        return QRectF((column + 1) * width, (row + 1) * height, width * (1.6 if column == CLASSES else 1), height)

    def describe(self, row: int, column: int) -> str:
        """Return what a cell says, in words; "" where there is nothing."""
        if self._counts is None or not (0 <= row < CLASSES and 0 <= column < CLASSES):
            return ""
        total, count = int(self._counts[row].sum()), int(self._counts[row, column])
        share = percent(count / total) if total else "–"
        what = f"{row} read as {row}" if row == column else f"{row} taken for {column}"
        return f"{what}: {count:,} of {total:,} ({share})"

    def cell_at(self, place: QPointF) -> tuple[int, int]:
        """Return row and column of a point; -1 in the headings."""
        first = self.cell_rect(0, 0)
        return int(place.y() // first.height()) - 1, int(place.x() // first.width()) - 1

    def event(self, event: QEvent) -> bool:
        """Tell what the cell under the pointer says."""
        if isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.describe(*self.cell_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw headings, cells and accuracies."""
        theme, counts = self._theme, self._counts
        with QPainter(self) as painter:
            painter.setPen(QColor(theme.muted))
            center = Qt.AlignmentFlag.AlignCenter
            for digit in range(CLASSES):
                painter.drawText(self.cell_rect(-1, digit), center, str(digit))
                painter.drawText(self.cell_rect(digit, -1), center, str(digit))
            painter.drawText(self.cell_rect(-1, CLASSES), center, "right")
            if counts is None:
                return
            for row in range(CLASSES):
                total = max(int(counts[row].sum()), 1)
                for column in range(CLASSES):
                    self._draw_cell(painter, row, column, int(counts[row, column]), total)
                painter.setPen(QColor(theme.text))
                painter.drawText(self.cell_rect(row, CLASSES), center, percent(int(counts[row, row]) / total))

    def _draw_cell(self, painter: QPainter, row: int, column: int, count: int, total: int) -> None:
        theme, rect = self._theme, self.cell_rect(row, column).adjusted(1, 1, -1, -1)
        share = count / total
        # A mistake of one in ten is as bad as they come with a trained network: full color from there.
        strength = 0.35 * share if row == column else min(0.75, 7.5 * share)
        painter.fillRect(rect, mix(theme.surface, theme.positive if row == column else theme.negative, strength))
        if count:
            painter.setPen(QColor(theme.text))
            painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{count:,}")
