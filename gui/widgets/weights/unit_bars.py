"""One bar for each unit of a layer: its activation, or what it contributes.

Ten units get a broad bar and a number each; five hundred get thin bars in several rows. The scale is a round number
that is seldom left, so that the bars and not the scale move while the network learns.
"""

from math import ceil, floor, log10

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.look.formatting import MINUS, number
from gui.look.theme import mix, scaled_font, text_scale
from gui.widgets.painted_widget import PaintedWidget

_NARROWEST = 4.0
_WIDEST = 34.0
"""Width of a bar at most, in logical pixels beside text of the usual size."""

_KEYS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Space: 0,
    Qt.Key.Key_Return: 0,
    Qt.Key.Key_Enter: 0,
}
"""By how many units a key goes on; those that stay choose the unit."""


class UnitBars(PaintedWidget):
    """Bars of any number of units, on one scale with its limit written above."""

    unit_clicked = Signal(int)
    """A unit was chosen, by mouse or keyboard; units count from 0."""

    unit_pointed_at = Signal(object)
    """Unit under the pointer, or None."""

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = caption
        self._values: NDArray[np.float64] = np.zeros(0)
        self._shown = False
        self._limit = 1.0
        self._signed = False
        self._marked: int | None = None
        self._keyboard = 0
        self._places: tuple[tuple[float, ...], tuple[NDArray[np.generic], ...]] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(caption)

    @property
    def values(self) -> NDArray[np.float64]:
        """What the bars stand for, one number a unit."""
        return self._values

    @property
    def caption(self) -> str:
        """The line above the bars."""
        return self._caption

    @property
    def limit(self) -> float:
        """What a bar of full length stands for."""
        return self._limit

    def show_values(self, values: ArrayLike, *, signed: bool = False) -> None:
        """Show one bar for each value.

        Parameters
        ----------
        values : array of shape (units,)
            Finite or not; what is not finite gets no bar.
        signed : bool
            Bars go up from the middle for positive values and down for negative ones, in the diverging colors.
        """
        values = np.asarray(values, np.float64)
        if len(values) != len(self._values) or signed != self._signed:
            self._limit, self._marked, self._keyboard = 0.0, None, 0
        self._values, self._signed, self._shown = values, signed, True
        largest = float(np.abs(values[np.isfinite(values)]).max(initial=0))
        if not self._limit or largest > self._limit or 0 < largest < self._limit / 5:
            self._limit = _round_limit(largest)
        self.update()

    def show_nothing(self, units: int) -> None:
        """Show so many units without a value."""
        self.show_values(np.zeros(units), signed=self._signed)
        self._shown = False

    def set_caption(self, caption: str) -> None:
        """Change the line above the bars."""
        self._caption = caption
        self.setAccessibleName(caption)
        self.update()

    def mark(self, unit: int | None) -> None:
        """Set one unit off from the others, or none."""
        self._marked = unit
        self.update()

    def sizeHint(self) -> QSize:
        """Ask for bars four lines of text high."""
        return QSize(200, 6 * self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Keep the bars at least a line and a half high."""
        return QSize(80, round(3.6 * self.fontMetrics().height()))

    # Where everything lies.

    def _columns(self) -> int:
        """Return how many units stand side by side; the rows are as full as each other."""
        count = max(len(self._values), 1)
        fitting = max(int(self.width() / _NARROWEST), 1)
        return ceil(count / ceil(count / fitting))

    def _is_labeled(self) -> bool:
        widest = self.fontMetrics().horizontalAdvance(str(max(len(self._values) - 1, 0)))
        return 0 < len(self._values) <= self._columns() and self.width() / len(self._values) >= widest + 3

    def _rows(self) -> int:
        return ceil(max(len(self._values), 1) / self._columns())

    def _bars_height(self) -> float:
        """Return the height of all rows of bars together, without caption and numbers."""
        line = self.fontMetrics().height()
        return max(self.height() - line - 3 - (line if self._is_labeled() else 0), 1)

    def _bars_width(self) -> float:
        """Return how far to the right the bars reach."""
        return self._columns() * self._cell(0).width()

    def _gap(self) -> float:
        """Return what is left free on either side of a bar."""
        return 2.0 if self._cell(0).width() > 10 else 0.5

    def _cell(self, unit: int) -> QRectF:
        """Return the area of one unit's bar, without its number."""
        columns, rows = self._columns(), self._rows()
        width = min(self.width() / columns, _WIDEST * text_scale(self.font()))
        height = self._bars_height() / rows
        row, column = divmod(unit, columns)
        top = self.fontMetrics().height() + 3 + row * height
        return QRectF(column * width, top, width, height - (1.0 if rows > 1 else 0.0))

    def unit_at(self, x: float, y: float) -> int | None:
        """Return the unit whose bar stands at a point of the widget, None where there is none."""
        first = self._cell(0)
        column = int(x // first.width())
        row = int((y - first.top()) // (self._bars_height() / self._rows()))
        unit = min(max(row, 0), self._rows() - 1) * self._columns() + column
        return unit if 0 <= column < self._columns() and unit < len(self._values) and y >= first.top() else None

    # What the user does.

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer from bar to bar."""
        self.unit_pointed_at.emit(self.unit_at(event.position().x(), event.position().y()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self.unit_pointed_at.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the unit under the pointer."""
        unit = self.unit_at(event.position().x(), event.position().y())
        if unit is not None and event.button() == Qt.MouseButton.LeftButton:
            self._keyboard = unit
            self.unit_clicked.emit(unit)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from unit to unit with the arrow keys, choose with Space or Enter."""
        step = _KEYS.get(Qt.Key(event.key()), 0)
        if step and len(self._values):
            self._keyboard = min(max(self._keyboard + step, 0), len(self._values) - 1)
            self.setAccessibleDescription(self._description(self._keyboard))
            self.tell_current_part()
            self.update()
        elif event.key() in _KEYS and len(self._values):
            self.unit_clicked.emit(self._keyboard)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Claim the arrow keys before a shortcut of the window gets them."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _KEYS:
            event.accept()
            return True
        return super().event(event)

    def tip_at(self, place: QPoint) -> str:
        """Name the unit under the pointer."""
        unit = self.unit_at(place.x(), place.y())
        return "" if unit is None else self._description(unit)

    def _description(self, unit: int) -> str:
        return f"unit {unit}: {number(float(self._values[unit]))}" if self._shown else f"unit {unit}"

    # What is heard.

    def part_count(self) -> int:
        """Return how many bars there are."""
        return len(self._values)

    def part_name(self, part: int) -> str:
        """Return unit and number of a bar."""
        return self._description(part)

    def part_rect(self, part: int) -> QRectF:
        """Return where a bar is."""
        return self._cell(part)

    def current_part(self) -> int | None:
        """Return the bar that the keyboard is at."""
        return self._keyboard if len(self._values) else None

    def accessible_value(self) -> str:
        """Return how many bars there are, the highest of them, and the one that the keyboard is at."""
        if not len(self._values) or not self._shown:
            return "no values yet"
        highest = int(np.nanargmax(np.abs(self._values))) if np.isfinite(self._values).any() else 0
        return f"{len(self._values)} bars; largest {self._description(highest)}; {self._description(self._keyboard)}"

    # What is seen.

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw caption, scale and bars."""
        painter = QPainter(self)
        theme, line = self._theme, self.fontMetrics().height()
        low = f"{MINUS}{self._limit:g}" if self._signed else "0"
        scale = f"{low} to {self._limit:g}" if self._shown else ""
        scale_width = self.fontMetrics().horizontalAdvance(scale)
        # The scale stands at the end of the bars, as long as the caption leaves it room there.
        written = self.fontMetrics().horizontalAdvance(self._caption) + 8 + scale_width
        head = QRectF(0, 0, min(max(self._bars_width(), written), self.width()), line)
        painter.setPen(QColor(theme.muted))
        painter.drawText(head, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, scale)
        room = self.width() - scale_width - 8
        caption = self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, room)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, caption)
        if not len(self._values):
            if self.hasFocus():
                painter.setPen(QPen(QColor(theme.link), 2))
                painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))
            return
        painter.drawImage(QRectF(0, line + 3, self.width(), self._bars_height()), self._paint_bars())
        if self._is_labeled():
            self._draw_numbers(painter)
        for unit, color, wanted in (
            (self._marked, theme.text, self._marked is not None),
            (self._keyboard, theme.link, self.hasFocus()),
        ):
            if wanted and unit is not None and unit < len(self._values):
                painter.setPen(QPen(QColor(color), 2))
                painter.drawRect(self._cell(unit).adjusted(self._gap(), 0, -self._gap(), 0))

    def _paint_bars(self) -> QImage:
        """Return all bars as one image in screen pixels: hundreds of them cost hardly more than ten."""
        key = (self.width(), self.height(), self.devicePixelRatioF(), len(self._values), self._signed)
        if self._places is None or self._places[0] != key:
            self._places = (key, self._find_places())
        unit, track, height = self._places[1]
        values = np.where(np.isfinite(self._values) & self._shown, self._values, 0.0)
        shares = np.clip(values / self._limit, -1, 1).astype(np.float32)[unit]
        pixels = track + (track & (height > 0) & (height <= shares))
        if self._signed:
            pixels += 2 * (track & (height < 0) & (height >= shares))

        theme = self._theme
        image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], pixels.strides[0], QImage.Format.Format_Indexed8)
        up = theme.positive if self._signed else theme.accent
        colors = [mix(theme.window, theme.text, 0.09), QColor(up), QColor(theme.negative)]
        image.setColorTable([QColor(0, 0, 0, 0).rgba(), *(color.rgb() for color in colors)])
        return image.copy()

    def _find_places(self) -> tuple[NDArray[np.intp], NDArray[np.uint8], NDArray[np.float32]]:
        """Return which unit each screen pixel belongs to, 1 where it is in a bar's track, and how high up in it.

        The height is a share of a full bar above its base line, which is in the middle where values have a sign.
        """
        ratio = self.devicePixelRatioF()
        cell, columns, gap = self._cell(0), self._columns(), self._gap()
        column, across = np.divmod((np.arange(round(self.width() * ratio)) + 0.5) / ratio, cell.width())
        pitch = self._bars_height() / self._rows()
        row, down = np.divmod((np.arange(round(self._bars_height() * ratio)) + 0.5) / ratio, pitch)
        unit = (row[:, None] * columns + column[None, :]).astype(np.intp)
        in_column = (column < columns) & (across >= gap) & (across < cell.width() - gap)
        track = in_column[None, :] & (down < cell.height())[:, None] & (unit < len(self._values))
        height = 1 - down[:, None] / cell.height()
        if self._signed:
            height = 2 * height - 1
        return np.minimum(unit, len(self._values) - 1), track.astype(np.uint8), height.astype(np.float32)

    def _draw_numbers(self, painter: QPainter) -> None:
        # Numbers are only drawn below a single row, whose cells are all alike.
        first = self._cell(0)
        below = QRectF(0, first.bottom(), first.width(), self.fontMetrics().height())
        painter.setPen(QColor(self._theme.muted))
        for unit in range(len(self._values)):
            if unit != self._marked:
                painter.drawText(below.translated(unit * first.width(), 0), Qt.AlignmentFlag.AlignCenter, str(unit))
        if self._marked is not None and self._marked < len(self._values):
            painter.setFont(scaled_font(self.font(), 1, bold=True))
            painter.setPen(QColor(self._theme.text))
            place = below.translated(self._marked * first.width(), 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(self._marked))


def _round_limit(largest: float) -> float:
    """Return the smallest of ..., 0.5, 1, 2, 5, 10, ... that is at least ``largest``; 1 for 0."""
    if largest <= 0:
        return 1.0
    power = 10.0 ** floor(log10(largest))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= largest * (1 - 1e-12))
