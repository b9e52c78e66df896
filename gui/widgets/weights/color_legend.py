"""What the colors of signed numbers mean: a strip from the most negative to the most positive."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.formatting import MINUS
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.weights.diverging_colors import color_table


class ColorLegend(PaintedWidget):
    """The symmetric scale of a diverging image with its two ends."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limit = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("color scale")
        self.set_limit(1.0)

    def set_limit(self, limit: float) -> None:
        """Name the value that has full color."""
        if limit == self._limit:
            return
        self._limit = limit
        ends = f"{MINUS}{limit:g} (red) to {limit:g} (blue)"
        self.setAccessibleDescription(ends)
        self.setToolTip(f"Weights from {ends}; zero has the color of the ground. Stronger ones look like the ends.")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for a strip and a number on either side."""
        return QSize(64 + 2 * self._text_width(), self.fontMetrics().height() + 2)

    def minimumSizeHint(self) -> QSize:
        """Ask for a shorter strip."""
        return self.sizeHint() - QSize(54, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw strip and numbers."""
        painter = QPainter(self)
        width, middle = self._text_width(), self.height() / 2
        strip = QRectF(width, middle - 5, self.width() - 2 * width, 10)
        colors = color_table(self._theme)[1:]
        painter.drawImage(strip, QImage(colors.data, len(colors), 1, 4 * len(colors), QImage.Format.Format_RGB32))
        painter.setPen(QPen(QColor(self._theme.outline), 1))
        painter.drawRect(strip)
        painter.setPen(QColor(self._theme.muted))
        left, right = QRectF(0, 0, width - 5, self.height()), QRectF(strip.right() + 5, 0, width - 5, self.height())
        painter.drawText(left, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{MINUS}{self._limit:g}")
        painter.drawText(right, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, f"{self._limit:g}")

    def _text_width(self) -> int:
        return self.fontMetrics().horizontalAdvance(f"{MINUS}0.05") + 6
