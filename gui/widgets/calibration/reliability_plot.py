"""The reliability diagram: how often a network is right, for answers of which it is as sure."""

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.training.calibration import BINS, Reliability
from gui.look.formatting import percent
from gui.widgets.painted_widget import PaintedWidget

_PALE = 150
"""Opacity of the bars, so that the diagonal shows through."""


class ReliabilityPlot(PaintedWidget):
    """A bar for each bin of confidence, as high as its accuracy; on the diagonal lies who is as sure as right."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Reliability | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("accuracy by confidence (reliability diagram)")

    def show_reliability(self, found: Reliability | None) -> None:
        """Show how sure and how right a network was, or nothing."""
        self._found = found
        self.setToolTip("\n".join(map(self.part_name, range(self.part_count()))))
        self.update()

    def part_count(self) -> int:
        """Return how many bins there are; none before anything is measured."""
        return 0 if self._found is None else BINS

    def part_name(self, part: int) -> str:
        """Return what a bin holds."""
        assert self._found is not None
        bounds = f"{100 * part // BINS} to {100 * (part + 1) // BINS} %"
        count = int(self._found.counts[part])
        if not count:
            return f"{bounds}: no answer"
        sure, right = (percent(float(of[part])) for of in (self._found.confidence, self._found.accuracy))
        return f"{bounds}: {count:,} answer{'s' * (count > 1)}, {sure} sure, {right} right"

    def part_rect(self, part: int) -> QRectF:
        """Return where a bin's bar can stand."""
        area = self._area()
        return QRectF(area.left() + part * area.width() / BINS, area.top(), area.width() / BINS, area.height())

    def accessible_value(self) -> str:
        """Return all bins in words."""
        return "; ".join(map(self.part_name, range(self.part_count()))) or "not measured yet"

    def sizeHint(self) -> QSize:
        """Ask for a square of fifteen lines."""
        side = 15 * self.fontMetrics().lineSpacing()
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        """Ask for room in which the numbers below the bars do not run together."""
        digits = self.fontMetrics().horizontalAdvance("8,888 ")
        return QSize(digits * BINS // 2 + self._side(), 9 * self.fontMetrics().lineSpacing())

    def _side(self) -> int:
        return self.fontMetrics().horizontalAdvance("100 % ")

    def _area(self) -> QRectF:
        line = self.fontMetrics().lineSpacing()
        return QRectF(self._side(), 0.7 * line, self.width() - self._side() - 4, self.height() - 4.9 * line)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bars, the diagonal, and below each bar how many answers it stands for."""
        theme, area, line = self._theme, self._area(), self.fontMetrics().lineSpacing()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._draw_axes(painter, area)
            if self._found is not None:
                self._draw_bars(painter)
            painter.setPen(QPen(QColor(theme.text), 1, Qt.PenStyle.DashLine))
            painter.drawLine(area.bottomLeft(), area.topRight())
            painter.setPen(QColor(theme.muted))
            below = QRectF(area.left(), area.bottom() + 2.9 * line, area.width(), line)
            text = "confidence; above it, answers in each bin"
            if self.fontMetrics().horizontalAdvance(text) > below.width():
                text = "confidence"
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_axes(self, painter: QPainter, area: QRectF) -> None:
        theme, line = self._theme, self.fontMetrics().lineSpacing()
        painter.setPen(QColor(theme.muted))
        beside = QRectF(0, area.bottom() - 0.75 * area.height() - line / 2, area.left() - 4, line)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, "right")
        for share, text in ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %")):
            x, y = area.left() + share * area.width(), area.bottom() - share * area.height()
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - line / 2, area.left() - 4, line), right, text)
            width = self._side()
            left = min(max(x - width / 2, area.left()), self.width() - width)
            edge = {0.0: Qt.AlignmentFlag.AlignLeft, 0.5: Qt.AlignmentFlag.AlignHCenter}
            flag = edge.get(share, Qt.AlignmentFlag.AlignRight)
            painter.drawText(QRectF(left, area.bottom() + 2.0 * line, width, line), flag, text)

    def _draw_bars(self, painter: QPainter) -> None:
        assert self._found is not None
        theme, line, texts = self._theme, self.fontMetrics().lineSpacing(), self._counts()
        for part in range(BINS):
            if not self._found.counts[part]:
                continue
            room = self.part_rect(part)
            accuracy, sure = float(self._found.accuracy[part]), float(self._found.confidence[part])
            top = room.bottom() - accuracy * room.height()
            color = QColor(theme.link)
            color.setAlpha(_PALE)
            painter.fillRect(QRectF(room.left() + 1, top, room.width() - 2, room.bottom() - top), color)
            # How far the bar is from where it should end.
            meant = room.bottom() - sure * room.height()
            painter.setPen(QPen(QColor(theme.error), 2))
            painter.drawLine(QPointF(room.center().x(), top), QPointF(room.center().x(), meant))
            painter.setPen(QColor(theme.text))
            below = QRectF(room.left(), room.bottom() + 0.3 * line, room.width(), line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, texts[part])

    def _counts(self) -> list[str]:
        """Return the answers in each bin, in thousands where they are too long, or nothing where that is no help."""
        assert self._found is not None
        exact = [f"{count:,}" for count in self._found.counts]
        short = [f"{count // 1000}k" if count >= 1000 else str(count) for count in self._found.counts]
        room = self.part_rect(0).width()
        for texts in (exact, short):
            if all(self.fontMetrics().horizontalAdvance(f"{text} ") <= room for text in texts):
                return texts
        return [""] * BINS
