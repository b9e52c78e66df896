"""Few numbers of a stage as horizontal bars from zero, each with its name and value; many are `UnitBars`."""

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.arrays import Floats
from gui.look.formatting import number
from gui.look.theme import mix, scaled_font
from gui.widgets.named_bars import NamedBars
from gui.widgets.stages.stage_terms import FULL

MOST = 20
"""More bars than this are not readable one above the other; `UnitBars` take over."""


class StageBars(NamedBars):
    """One bar a number; negative ones go left of zero."""

    bar_pointed_at = Signal(object)
    """Place of the bar under the pointer, or None."""

    bar_chosen = Signal(int)
    """A bar was clicked, or gone to by an arrow key."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bars", parent)
        self._marked: int | None = None
        self._pointed: int | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_values(self, values: Floats, names: tuple[str, ...], ringed: int | None = None) -> None:
        """Show a bar for each value, shape (n,), under its name; the name at ``ringed``, the truth, carries a ring."""
        self.values, self._names, self._ringed = np.asarray(values, np.float64), names, ringed
        self.update()

    def mark(self, place: int | None) -> None:
        """Set one bar off from the others, or none."""
        self._marked = place
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for rows a little higher than the text."""
        return QSize(200, max(1, len(self.values)) * (self.fontMetrics().height() + 5))

    def minimumSizeHint(self) -> QSize:
        """Keep the text of most rows readable."""
        return QSize(120, min(len(self.values), 10) * (self.fontMetrics().height() - 1))

    def row(self, place: int) -> QRectF:
        """Return where a bar's row is."""
        height = min(super().row(0).height(), 2.8 * self.fontMetrics().height())
        return QRectF(0, place * height, self.width(), height)

    def text(self, value: float) -> str:
        """Return a number as it is written everywhere in the explanation."""
        return number(value)

    def bar_at(self, y: float) -> int | None:
        """Return the bar at a height of the widget, None below the last."""
        place = int(y // self.row(0).height())
        return place if 0 <= place < len(self.values) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer from bar to bar."""
        self._point_at(self.bar_at(event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the bar under the pointer."""
        place = self.bar_at(event.position().y())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.bar_chosen.emit(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from bar to bar with the arrow keys."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or not len(self.values):
            super().keyPressEvent(event)
            return
        self.bar_chosen.emit(min(max((self._marked or 0) + step, 0), len(self.values) - 1))
        self.tell_current_part()

    def current_part(self) -> int | None:
        """Return the bar that the keyboard is at."""
        return self._marked

    def _point_at(self, place: int | None) -> None:
        if place != self._pointed:
            self._pointed = place
            self.bar_pointed_at.emit(place)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw all rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        finite = self.values[np.isfinite(self.values)]
        low, high = min(float(finite.min(initial=0)), 0.0), max(float(finite.max(initial=0)), 0.0)
        for place in range(len(self.values)):
            self._draw_row(painter, place, low, high)

    def _draw_row(self, painter: QPainter, place: int, low: float, high: float) -> None:
        theme, row, value = self._theme, self.row(place), float(self.values[place])
        metrics = self.fontMetrics()
        is_marked = place == self._marked
        if is_marked or place == self._pointed:
            painter.setPen(QPen(QColor(theme.link), 2) if is_marked and self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.raised))
            painter.drawRoundedRect(row.adjusted(1, 0.5, -1, -0.5), 4, 4)
        names = max((metrics.horizontalAdvance(name) for name in self._names), default=0) + 14.0
        numbers = metrics.horizontalAdvance("−0.000888") + 6.0
        name = QRectF(row.left() + 2, row.top(), names, row.height())
        painter.setFont(scaled_font(self.font(), 1, bold=is_marked))
        self._draw_name(painter, name, place, theme.text)
        track = QRectF(name.right() + 4, row.top() + 2, row.width() - names - numbers - 12, row.height() - 4)
        color = QColor(theme.positive if value > 0 else theme.negative)
        if track.width() < numbers / 2:
            # Large text in a narrow window: the bar goes on behind the number, as pale as under the numbers of a table.
            track.setRight(row.right() - 4)
            color = mix(theme.surface, color.name(), FULL)
        painter.setPen(Qt.PenStyle.NoPen)
        span = (high - low) or 1.0
        zero = track.left() - low / span * track.width()
        if np.isfinite(value):
            end = zero + value / span * track.width()
            painter.setBrush(color)
            painter.drawRect(QRectF(min(zero, end), track.top(), abs(end - zero), track.height()))
        painter.setPen(QPen(mix(theme.surface, theme.text, 0.4), 1))
        painter.drawLine(round(zero), round(row.top()), round(zero), round(row.bottom()))
        self._draw_value(
            painter, QRectF(row.right() - numbers - 4, row.top(), numbers, row.height()), value, theme.text
        )
