"""Numbers as horizontal bars, one below another, each behind its name and before its value in digits."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gui.widgets.painted_widget import PaintedWidget


class NamedBars(PaintedWidget):
    """Rows with a name and a number, one of which may carry a ring: the truth. How a bar is drawn is up to the widget.

    Attributes
    ----------
    values : float64 array of shape (n,)
        What the bars stand for; empty where there is nothing yet.
    """

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.values: NDArray[np.float64] = np.zeros(0)
        self._names: tuple[str, ...] = ()
        self._ringed: int | None = None
        self.setAccessibleName(name)

    def row(self, place: int) -> QRectF:
        """Return where a bar's row is."""
        height = self.height() / max(len(self._names), 1)
        return QRectF(0, place * height, self.width(), height)

    def text(self, value: float) -> str:
        """Return a number as it is written beside its bar."""
        raise NotImplementedError

    def part_count(self) -> int:
        """Return how many bars there are; none before there are values."""
        return len(self.values)

    def part_name(self, part: int) -> str:
        """Return name and number of a bar."""
        truth = ", the truth" if part == self._ringed else ""
        return f"{self._names[part]}{truth}: {self.text(float(self.values[part]))}"

    def part_rect(self, part: int) -> QRectF:
        """Return where a bar's row is."""
        return self.row(part)

    def accessible_value(self) -> str:
        """Return all bars."""
        return "; ".join(map(self.part_name, range(self.part_count())))

    def _draw_name(self, painter: QPainter, room: QRectF, place: int, color: str) -> None:
        """Write a name in the painter's font, and draw the ring around it if it is the truth."""
        if place == self._ringed:
            painter.setPen(QPen(QColor(self._theme.success), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(room.adjusted(1, 1.5, -1, -1.5), 5, 5)
        painter.setPen(QColor(color))
        width = round(room.width())
        name = painter.fontMetrics().elidedText(self._names[place], Qt.TextElideMode.ElideRight, width)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, name)

    def _draw_value(self, painter: QPainter, room: QRectF, value: float, color: str) -> None:
        """Write a number at the right end of its room."""
        painter.setPen(QColor(color))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.text(value))
