"""The loss of one image on its curve: what a probability given to the truth costs, -ln p."""

from math import exp, log

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.formatting import number, percent
from gui.look.theme import scaled_font, text_scale
from gui.widgets.painted_widget import PaintedWidget


class LossCurve(PaintedWidget):
    """The curve of -ln p with one point on it."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._probability = 1.0
        self._loss = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("loss by probability of the truth")

    def show_point(self, probability: float, loss: float) -> None:
        """Show an image's point: the probability of its label, and its loss in nats."""
        self._probability, self._loss = probability, loss
        self.setAccessibleDescription(f"{percent(probability)} for the truth costs {number(loss)}")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for room for a small plot."""
        return QSize(240, 180)

    def minimumSizeHint(self) -> QSize:
        """Keep the axes readable."""
        return QSize(120, round(90 * text_scale(self.font())))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw axes, curve and point."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, line, scale = self._theme, self.fontMetrics().height(), text_scale(self.font())
        left = self.fontMetrics().horizontalAdvance("10") + 8.0
        top_edge, bottom_edge = line + 4.0 * scale, self.height() - line - 8.0
        area = QRectF(left, top_edge, self.width() - left - 10, bottom_edge - top_edge)
        top = max(5.0, min(self._loss, 50.0) * 1.15) if self._loss == self._loss else 5.0
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(0, 0, self.width(), line), Qt.AlignmentFlag.AlignLeft, "ℓ = −ln p[label], in nats")
        for value in (0.0, log(10), top):
            y = area.bottom() - value / top * area.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            text = QRectF(0, y - line / 2, left - 5, line)
            painter.drawText(text, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.2g}")
            if value == log(10):
                above = QRectF(area.left(), y - line - 1, area.width(), line)
                painter.drawText(above, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, "guessing")
        for share in (0.0, 0.5, 1.0):
            x = area.left() + share * area.width()
            text = QRectF(x - 40 * scale, area.bottom() + 4, 80 * scale, line)
            align = {0.0: Qt.AlignmentFlag.AlignHCenter, 1.0: Qt.AlignmentFlag.AlignRight}.get(share)
            if share == 1.0:
                text.moveRight(area.right() + 8)
            painter.drawText(text, align or Qt.AlignmentFlag.AlignHCenter, f"{100 * share:.0f} %")
        painter.setClipRect(area.adjusted(-6, -6, 6, 6))
        curve = QPolygonF()
        for step in range(161):
            loss = top * (1 - step / 160)
            curve.append(self._at(area, top, exp(-loss), loss))
        painter.setPen(QPen(QColor(theme.train), 2))
        painter.drawPolyline(curve)
        if self._loss != self._loss:
            return
        point = self._at(area, top, self._probability, min(self._loss, top))
        painter.setPen(QPen(QColor(theme.test), 1, Qt.PenStyle.DashLine))
        painter.drawLine(point, QPointF(area.left(), point.y()))
        painter.drawLine(point, QPointF(point.x(), area.bottom()))
        painter.setPen(QPen(QColor(theme.surface), 2))
        painter.setBrush(QColor(theme.test))
        painter.drawEllipse(point, 6, 6)
        painter.setClipping(False)
        painter.setFont(scaled_font(self.font(), 1.1, bold=True))
        painter.setPen(QColor(theme.text))
        text = QRectF(point.x() - 90 * scale, point.y() - 1.6 * line, 180 * scale, 1.3 * line)
        text.moveLeft(min(max(text.left(), area.left() + 4), area.right() - text.width()))
        text.moveTop(max(text.top(), area.top() - 2))
        near_left = point.x() < area.center().x()
        if near_left:
            text.moveLeft(point.x() + 12)
        align = Qt.AlignmentFlag.AlignLeft if near_left else Qt.AlignmentFlag.AlignRight
        painter.drawText(
            text, align | Qt.AlignmentFlag.AlignVCenter, f"{percent(self._probability)} → {number(self._loss)}"
        )

    def _at(self, area: QRectF, top: float, probability: float, loss: float) -> QPointF:
        return QPointF(area.left() + probability * area.width(), area.bottom() - loss / top * area.height())
