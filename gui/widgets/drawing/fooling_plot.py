"""How many answers stay right as images are changed more and more: along the gradient, and at random."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explanation.fooling import FoolingCurve
from gui.look.formatting import percent
from gui.widgets.painted_widget import PaintedWidget

_ALONG, _RANDOM = "along the gradient", "random signs"


class FoolingPlot(PaintedWidget):
    """Two curves from 0 to 100 %, over the gray levels of the change."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._curve: FoolingCurve | None = None
        self._level = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("test accuracy by gray levels of change")

    @property
    def curve(self) -> FoolingCurve | None:
        """What is shown."""
        return self._curve

    def show_curve(self, curve: FoolingCurve | None) -> None:
        """Show how a network did, or nothing."""
        self._curve = curve
        self.setAccessibleDescription("" if curve is None else "; ".join(_told(curve)))
        self.setToolTip(self.accessibleDescription())
        self.update()

    def accessible_value(self) -> str:
        """Return both curves in words."""
        return self.accessibleDescription() or "not measured yet"

    def mark_level(self, level: int) -> None:
        """Set off the gray levels that the drawing is changed by."""
        self._level = level
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for six lines."""
        return QSize(200, 6 * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Ask for as much height, and room for both names."""
        width = self.fontMetrics().horizontalAdvance(f"{_ALONG}  {_RANDOM}  ")
        return QSize(width, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curves and their names."""
        if self._curve is None:
            return
        theme, line = self._theme, self.fontMetrics().lineSpacing()
        side = self.fontMetrics().horizontalAdvance("100 % ")
        area = QRectF(side, 1.2 * line, self.width() - side - 14, self.height() - 2.5 * line)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_axes(painter, area)
            for values, color, name, flag in (
                (self._curve.fooled, theme.error, _ALONG, Qt.AlignmentFlag.AlignLeft),
                (self._curve.random, theme.link, _RANDOM, Qt.AlignmentFlag.AlignRight),
            ):
                painter.setPen(QPen(QColor(color), 2))
                painter.drawPolyline(self._points(area, values))
                painter.drawText(QRectF(area.left(), 0, area.width(), line), flag, name)

    def _draw_axes(self, painter: QPainter, area: QRectF) -> None:
        theme, line = self._theme, self.fontMetrics().lineSpacing()
        for share, text in ((0.0, "0"), (0.5, "50"), (1.0, "100 %")):
            y = area.bottom() - share * area.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            box = QRectF(0, y - line / 2, area.left() - 4, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        last = self._curve.levels[-1] if self._curve else 1
        for level in range(0, last + 1, 8):
            x = area.left() + level / last * area.width()
            box = QRectF(x - 30, area.bottom() + 2, 60, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignHCenter, str(level))
        if 0 < self._level <= last:
            painter.setPen(QPen(QColor(theme.outline), 1, Qt.PenStyle.DashLine))
            x = area.left() + self._level / last * area.width()
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _points(self, area: QRectF, values: Sequence[float]) -> list[QPointF]:
        levels = self._curve.levels if self._curve else ()
        return [
            QPointF(area.left() + level / levels[-1] * area.width(), area.bottom() - value * area.height())
            for level, value in zip(levels, values, strict=True)
        ]


def _told(curve: FoolingCurve) -> list[str]:
    return [
        f"{level} gray levels: {percent(fooled)} right along the gradient, {percent(random)} with random signs"
        for level, fooled, random in zip(curve.levels, curve.fooled, curve.random, strict=True)
    ]
