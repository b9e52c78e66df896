"""The stages of an update as a chain of boxes: forward to the right, back to the left, the present one lit.

The backward pass runs beneath the forward pass, as the gradient does beneath the numbers that it belongs to. The stages
whose numbers the present one is made of are framed; seldom is that just the stage before. Chains that are too long for
the width scroll so that the present stage stays in view; where a row goes on it fades out, with an arrow.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QLinearGradient, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.theme import mix, scaled_font
from gui.widgets.painted_widget import PaintedWidget

_GAP = 9.0
_BETWEEN_ROWS = 9.0
_FADE = 26.0
"""Width in which a row that goes on beyond the edge fades out."""


class StageChain(PaintedWidget):
    """Boxes in two rows that show where one is and can be clicked."""

    stage_chosen = Signal(int)
    """A box was clicked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: tuple[str, ...] = ()
        self._tips: tuple[str, ...] = ()
        self._turn = 0
        self._current = 0
        self._sources: tuple[int, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("stages of the update")

    def set_stages(self, names: Sequence[str], tips: Sequence[str], turn: int) -> None:
        """Show these boxes.

        Parameters
        ----------
        names, tips : sequences of str
            Short name and explanation of each stage, in order.
        turn : int
            The first stage of the backward pass.
        """
        if (tuple(names), tuple(tips), turn) != (self._names, self._tips, self._turn):
            self._names, self._tips, self._turn = tuple(names), tuple(tips), turn
            self.update()

    def set_current(self, stage: int, sources: Sequence[int] = ()) -> None:
        """Light a box; those before it are done, and those whose numbers it is made of are framed."""
        self._current, self._sources = stage, tuple(sources)
        self.setAccessibleDescription(f"stage {stage + 1} of {len(self._names)}: {self._tips[stage]}")
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for two rows of boxes."""
        return QSize(400, round(2 * self._row_height() + _BETWEEN_ROWS + 2))

    def minimumSizeHint(self) -> QSize:
        """Keep both rows."""
        return QSize(120, self.sizeHint().height())

    def part_count(self) -> int:
        """Return how many stages there are."""
        return len(self._names)

    def part_name(self, part: int) -> str:
        """Return name and explanation of a stage."""
        return self._tips[part]

    def part_rect(self, part: int) -> QRectF:
        """Return where a stage's box is."""
        return self.box(part)

    def current_part(self) -> int | None:
        """Return the stage that is lit."""
        return self._current if self._names else None

    def place_of(self, name: str) -> int | None:
        """Return the stage of a name, such as "dW₁"; None where the chain has none."""
        return self._names.index(name) if name in self._names else None

    def box(self, stage: int) -> QRectF:
        """Return where a stage's box stands."""
        return self._boxes()[stage]

    def _boxes(self) -> list[QRectF]:
        """Return where each stage's box stands; all at once, as each depends on those beside it."""
        boxes = [QRectF()] * len(self._names)
        height = self._row_height()
        for is_back, top in ((False, 1.0), (True, 1.0 + height + _BETWEEN_ROWS)):
            row = self._row(is_back)
            widths = self._widths(row)
            left = 1 - self._scrolled(row, widths)
            for stage, width in zip(row, widths, strict=True):
                boxes[stage] = QRectF(left, top, width, height)
                left += width + _GAP
        return boxes

    def _row(self, is_back: bool) -> list[int]:
        """Return the stages of a row from left to right."""
        return list(range(len(self._names) - 1, self._turn - 1, -1)) if is_back else list(range(self._turn))

    def _widths(self, row: list[int]) -> list[float]:
        """Return the widths of a row's boxes: as wide as their names, what is left over shared out evenly."""
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(self._names[stage]) + 7.0 for stage in row]
        spare = self.width() - 2 - sum(widths) - (len(row) - 1) * _GAP
        return [width + max(spare, 0.0) / len(row) for width in widths]

    def _scrolled(self, row: list[int], widths: list[float]) -> float:
        """Return how far a row that is too long is scrolled: its current stage, or else where it meets the other."""
        length = sum(widths) + (len(row) - 1) * _GAP + 2
        if length <= self.width():
            return 0.0
        place = row.index(self._current) if self._current in row else len(row) - 1
        middle = sum(widths[:place]) + place * _GAP + widths[place] / 2 - self.width() / 2
        return min(max(middle, 0.0), length - self.width())

    def _row_height(self) -> float:
        return self.fontMetrics().height() + 7.0

    def stage_at(self, x: float, y: float) -> int | None:
        """Return the stage whose box, or the arrow that leads to it, is at a point; None where there is none."""
        boxes = self._boxes()
        for row in (self._row(is_back=False), self._row(is_back=True)):
            area = self._fade_area(boxes[row[0]])
            for stage, edge in zip(self._beyond(row, boxes), (area.left(), area.right()), strict=True):
                if stage is not None and abs(x - edge) < _FADE / 2 and area.top() <= y <= area.bottom():
                    return stage
        return next((stage for stage, box in enumerate(boxes) if box.contains(x, y)), None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the box under the pointer."""
        stage = self.stage_at(event.position().x(), event.position().y())
        if stage is not None and event.button() == Qt.MouseButton.LeftButton:
            self.stage_chosen.emit(stage)

    def tip_at(self, place: QPoint) -> str:
        """Name the box under the pointer."""
        stage = self.stage_at(place.x(), place.y())
        return "" if stage is None else self._tips[stage]

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw arrows and boxes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self._boxes()
        for stage, box in enumerate(boxes):
            if stage:
                self._draw_arrow(painter, boxes[stage - 1], box, stage <= self._current)
            self._draw_box(painter, stage, box)
        for is_back in (False, True):
            self._draw_fades(painter, self._row(is_back), boxes)

    def _beyond(self, row: list[int], boxes: Sequence[QRectF]) -> tuple[int | None, int | None]:
        """Return the nearest stages of a row that are not whole in view on the left and on the right."""
        left = [stage for stage in row if boxes[stage].left() < 0]
        right = [stage for stage in row if boxes[stage].right() > self.width()]
        return left[-1] if left else None, right[0] if right else None

    def _fade_area(self, box: QRectF) -> QRectF:
        return QRectF(0, box.top() - 1, self.width(), box.height() + 2)

    def _draw_fades(self, painter: QPainter, row: list[int], boxes: Sequence[QRectF]) -> None:
        area = self._fade_area(boxes[row[0]])
        left, right = self._beyond(row, boxes)
        for stage, edge, inward in ((left, area.left(), 1), (right, area.right(), -1)):
            if stage is None:
                continue
            paper = QColor(self._theme.window)
            fade = QLinearGradient(edge, 0, edge + inward * _FADE, 0)
            fade.setColorAt(0.5, paper)
            paper.setAlpha(0)
            fade.setColorAt(1, paper)
            painter.fillRect(QRectF(min(edge, edge + inward * _FADE), area.top(), _FADE, area.height()), fade)
            tip, back, half = edge + inward * 3, edge + inward * 8, 5
            painter.setPen(QPen(QColor(self._theme.text), 2))
            middle = area.center().y()
            painter.drawPolyline([QPointF(back, middle - half), QPointF(tip, middle), QPointF(back, middle + half)])

    def _draw_box(self, painter: QPainter, stage: int, box: QRectF) -> None:
        theme = self._theme
        color = theme.train if stage < self._turn else theme.test
        is_current, is_done = stage == self._current, stage < self._current
        is_source = stage in self._sources
        painter.setPen(QPen(QColor(color if is_current or is_done else theme.outline), 1))
        painter.setBrush(QColor(color) if is_current else mix(theme.surface, color, 0.16 if is_done else 0))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if is_source:
            painter.setPen(QPen(QColor(theme.text), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 4, 4)
        painter.setPen(QColor(theme.surface if is_current else theme.text))
        font = scaled_font(self.font(), 1, bold=is_current)
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._names[stage])

    def _draw_arrow(self, painter: QPainter, start: QRectF, end: QRectF, is_done: bool) -> None:
        color = QColor(self._theme.text if is_done else self._theme.outline)
        painter.setPen(QPen(color, 1.2))
        if start.top() < end.top():
            self._draw_head(painter, QPointF(end.center().x(), start.bottom()), QPointF(end.center().x(), end.top()))
        elif start.left() < end.left():
            self._draw_head(painter, QPointF(start.right(), start.center().y()), QPointF(end.left(), end.center().y()))
        else:
            self._draw_head(painter, QPointF(start.left(), start.center().y()), QPointF(end.right(), end.center().y()))

    def _draw_head(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        across, down = end.x() - start.x(), end.y() - start.y()
        length = max((across**2 + down**2) ** 0.5, 1.0)
        unit = QPointF(across / length, down / length)
        side = QPointF(-unit.y(), unit.x())
        painter.drawLine(start + unit, end - unit)
        head = QPainterPath(end - unit)
        head.lineTo(end - unit * 5 + side * 3)
        head.lineTo(end - unit * 5 - side * 3)
        head.closeSubpath()
        painter.fillPath(head, painter.pen().color())
