"""The small shapes on the bar of the timeline: what happened, told apart by shape and color, and the handle."""

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.runs.timeline import MarkKind
from gui.look.theme import Theme

TRACK_HEIGHT = 5.0
HANDLE_RADIUS = 7.0
MARK_SIZE = 4.5

_COLORS: dict[MarkKind, str] = {"knob": "link", "cut": "accent", "dead": "warning", "diverged": "error"}
_OUTLINES: dict[MarkKind, tuple[tuple[int, int], ...]] = {
    "knob": ((0, -1), (1, 0), (0, 1), (-1, 0)),
    "cut": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "diverged": ((0, -1), (1, 1), (-1, 1)),
}


def draw_mark(painter: QPainter, kind: MarkKind, theme: Theme) -> None:
    """Draw a mark above the origin, the point of the track it belongs to: a diamond, a square, a cross, a triangle."""
    color = QColor(getattr(theme, _COLORS[kind]))
    center = QPointF(0, -HANDLE_RADIUS - MARK_SIZE - 1)
    painter.setPen(QPen(color, 1))
    painter.drawLine(center + QPointF(0, MARK_SIZE), QPointF(0, -TRACK_HEIGHT / 2))
    if kind in _OUTLINES:
        painter.setBrush(color)
        painter.drawPolygon(QPolygonF([center + MARK_SIZE * QPointF(x, y) for x, y in _OUTLINES[kind]]))
        return
    reach = MARK_SIZE - 1
    painter.setPen(QPen(color, 2))
    for slope in (1, -1):
        painter.drawLine(center - reach * QPointF(1, slope), center + reach * QPointF(1, slope))


def draw_handle(painter: QPainter, theme: Theme, *, live: bool, focused: bool) -> None:
    """Draw the handle around the origin: live it is hollow, as nothing has been chosen; in the past a filled pin."""
    center = QPointF(0, 0)
    if focused:
        painter.setPen(QPen(QColor(theme.link), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, HANDLE_RADIUS + 3, HANDLE_RADIUS + 3)
    painter.setPen(QPen(QColor(theme.accent), 2.5))
    painter.setBrush(QColor(theme.surface if live else theme.accent))
    painter.drawEllipse(center, HANDLE_RADIUS - 1, HANDLE_RADIUS - 1)
    if not live:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.on_accent))
        painter.drawEllipse(center, 2.0, 2.0)
