"""Walking along the curves by keyboard: the crosshair goes from update to update, and its metrics are told."""

from collections.abc import Callable

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QColor, QFocusEvent, QKeyEvent, QPainter, QPen

from gui.look.accessible_parts import PaintedParts
from gui.look.announcements import announce
from gui.look.theme import Theme

_STRIDES = 50
"""Presses of an arrow key that lead across the view."""


class WalkablePlots(PaintedParts, pg.GraphicsLayoutWidget):
    """Plots that take the keyboard; what is drawn in them, and where, a subclass knows."""

    accessible_role = QAccessible.Role.Chart

    def __init__(self, *arguments: object) -> None:
        super().__init__(*arguments)
        # The axes stand left of the plots, where they are read.
        self.ci.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.tell: Callable[[], str] = str
        """Returns the metrics at the crosshair, or the newest, in words."""
        self._walked_to: int | None = None

    @property
    def theme(self) -> Theme:
        """The colors in which it is painted."""
        raise NotImplementedError

    @property
    def time_range(self) -> tuple[float, float]:
        """The updates at both ends of the view."""
        raise NotImplementedError

    def newest(self) -> float:
        """Return the update at which the longest of all curves ends."""
        raise NotImplementedError

    def point_at_update(self, update: int | None) -> None:
        """Put the crosshair at an update, or take it away."""
        raise NotImplementedError

    def accessible_value(self) -> str:
        """Return the metrics at the crosshair, or the newest."""
        return self.tell()

    def keyPressEvent(self, ev: QKeyEvent) -> None:
        """Lead the crosshair: arrows, with Shift by single updates, Home and End; Esc takes it away."""
        first, last = (round(end) for end in self.time_range)
        stride = 1 if ev.modifiers() & Qt.KeyboardModifier.ShiftModifier else max(1, (last - first) // _STRIDES)
        newest = round(self.newest())
        here = newest if self._walked_to is None else self._walked_to
        places = {
            Qt.Key.Key_Left: here - stride,
            Qt.Key.Key_Right: here + stride,
            Qt.Key.Key_Home: max(first, 0),
            Qt.Key.Key_End: newest,
        }
        if ev.key() == Qt.Key.Key_Escape and self._walked_to is not None:
            self._walk_to(None)
        elif ev.key() in places:
            self._walk_to(min(max(places[Qt.Key(ev.key())], 0), newest))
        else:
            super().keyPressEvent(ev)

    def _walk_to(self, update: int | None) -> None:
        self._walked_to = update
        self.point_at_update(update)
        if update is not None:
            announce(self, self.tell())

    def focusInEvent(self, ev: QFocusEvent) -> None:
        """Show where the keyboard is."""
        super().focusInEvent(ev)
        self.viewport().update()

    def focusOutEvent(self, ev: QFocusEvent) -> None:
        """Take the keyboard's mark and its crosshair away."""
        super().focusOutEvent(ev)
        self.viewport().update()
        if self._walked_to is not None:
            self._walk_to(None)

    def drawForeground(self, painter: QPainter, rect: QRectF) -> None:
        """Frame the plots where they have the keyboard."""
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QPen(QColor(self.theme.link), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.viewport().rect()).adjusted(1, 1, -1, -1))
