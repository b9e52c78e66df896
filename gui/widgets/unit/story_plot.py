"""Two curves over a run, one below the other: how many images activate a unit, and how large its gradient is."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.explanation.unit_story import UnitStory
from core.runs.learning_time import LearningTime, update_ticks
from gui.look.formatting import number, percent
from gui.widgets.painted_widget import PaintedWidget

_ACTIVE, _GRADIENT = "active for", "length of its gradient"


class StoryPlot(PaintedWidget):
    """The story of one unit of a layer; the updates are spread as on the timeline."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._story: UnitStory | None = None
        self._unit = 0
        self._moment: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("activity and gradient of the unit over the run")

    def show_story(self, story: UnitStory | None, unit: int = 0) -> None:
        """Show what became of a unit, or nothing."""
        self._story, self._unit = story, unit
        self.setAccessibleDescription("" if story is None else "; ".join(_told(story, unit)))
        self.update()

    def mark_moment(self, update: int | None) -> None:
        """Set off the moment that is shown."""
        if update != self._moment:
            self._moment = update
            self.update()

    def accessible_value(self) -> str:
        """Return both curves in words."""
        return self.accessibleDescription() or "not looked at yet"

    def sizeHint(self) -> QSize:
        """Ask for twelve lines."""
        return QSize(240, 12 * self.fontMetrics().lineSpacing())

    def minimumSizeHint(self) -> QSize:
        """Ask for as much height."""
        return QSize(self.fontMetrics().horizontalAdvance("0.00000888 ") + 120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw both curves, and the updates below them."""
        story = self._story
        if story is None:
            return
        theme, line = self._theme, self.fontMetrics().lineSpacing()
        side = self.fontMetrics().horizontalAdvance("0.00888 ")
        time = _time_of(story)
        active, gradients = story.active[:, self._unit], story.gradients[:, self._unit]
        largest = float(np.nanmax(gradients, initial=0.0)) or 1.0
        half = (self.height() - 1.3 * line) / 2
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for top, values, name, ends, color in (
                (0.0, active, f"{_ACTIVE} … of the training images", ("0", "100 %"), theme.link),
                (half, gradients / largest, _GRADIENT, ("0", number(largest, 2)), theme.test),
            ):
                area = QRectF(side, top + 1.2 * line, self.width() - side - 8, half - 1.7 * line)
                self._draw_axes(painter, area, name, ends)
                painter.setPen(QPen(QColor(color), 2))
                points = self._points(area, time, story.updates, values)
                painter.drawPolyline(points)
                for point in points:
                    painter.drawEllipse(point, 1.5, 1.5)
                self._draw_moments(painter, area, time, story)
            self._draw_updates(painter, QRectF(side, self.height() - line, self.width() - side - 8, line), time)

    def _draw_axes(self, painter: QPainter, area: QRectF, name: str, ends: tuple[str, str]) -> None:
        theme, line = self._theme, self.fontMetrics().lineSpacing()
        painter.setPen(QColor(theme.muted))
        painter.drawText(
            QRectF(area.left(), area.top() - 1.2 * line, area.width(), line), Qt.AlignmentFlag.AlignLeft, name
        )
        for y, text in zip((area.bottom(), area.top()), ends, strict=True):
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(theme.muted))
            box = QRectF(0, y - line / 2, area.left() - 4, line)
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)

    def _draw_moments(self, painter: QPainter, area: QRectF, time: LearningTime, story: UnitStory) -> None:
        """Mark the update since which the unit is dead, and the moment that is shown."""
        died_at = story.died_at.get(self._unit)
        for update, color, style in (
            (died_at, self._theme.warning, Qt.PenStyle.SolidLine),
            (self._moment, self._theme.outline, Qt.PenStyle.DashLine),
        ):
            if update is not None and update <= time.end:
                x = area.left() + time.share(update) * area.width()
                painter.setPen(QPen(QColor(color), 1.5, style))
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _draw_updates(self, painter: QPainter, area: QRectF, time: LearningTime) -> None:
        painter.setPen(QColor(self._theme.muted))
        room = self.fontMetrics().horizontalAdvance(f"{time.end:,}  ")
        for update in update_ticks(time, area.width(), room):
            x = area.left() + time.share(update) * area.width()
            left = min(max(x - room / 2, area.left() - room / 2), area.right() + 8 - room)
            painter.drawText(
                QRectF(left, area.top(), room, area.height()), Qt.AlignmentFlag.AlignHCenter, f"{update:,}"
            )

    def _points(
        self,
        area: QRectF,
        time: LearningTime,
        updates: NDArray[np.int64],
        values: NDArray[np.float64],
    ) -> list[QPointF]:
        return [
            QPointF(area.left() + time.share(update) * area.width(), area.bottom() - value * area.height())
            for update, value in zip(updates.tolist(), values, strict=True)
            if np.isfinite(value)
        ]


def _time_of(story: UnitStory) -> LearningTime:
    """Return the scale on which the moments of a story lie evenly, as they were chosen."""
    end = max(int(story.updates[-1]), 1)
    return LearningTime(story.half, end)


def _told(story: UnitStory, unit: int) -> list[str]:
    return [
        f"update {update:,}: active for {percent(float(active), 0)}, gradient {number(float(gradient), 2)}"
        for update, active, gradient in zip(
            story.updates.tolist(), story.active[:, unit], story.gradients[:, unit], strict=True
        )
    ]
