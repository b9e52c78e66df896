"""The track of the timeline: a line from the first update to the last, filled as far as it is trained, with ticks."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from gui.look.theme import Theme, mix

_TICK_LENGTH = 4


def draw_track(painter: QPainter, track: QRectF, theme: Theme) -> None:
    """Draw the whole way that a run goes."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(mix(theme.window, theme.text, 0.18))
    painter.drawRoundedRect(track, 2, 2)


def draw_filled(painter: QPainter, track: QRectF, trained: float, shown: float, theme: Theme) -> None:
    """Fill the track as far as the run is trained (to the x ``trained``), and stronger up to the moment shown."""
    painter.setPen(Qt.PenStyle.NoPen)
    for color, right in ((mix(theme.window, theme.accent, 0.5), trained), (QColor(theme.accent), shown)):
        painter.setBrush(color)
        painter.drawRoundedRect(QRectF(track.left(), track.top(), right - track.left(), track.height()), 2, 2)


def draw_ticks(
    painter: QPainter, area: QRectF, places: Sequence[tuple[int, float]], theme: Theme, *, part: QRectF
) -> None:
    """Draw ticks with the numbers of updates below the track, in the painter's font.

    Parameters
    ----------
    painter : QPainter
        Draws in logical pixels.
    area : QRectF
        Where ticks and numbers go.
    places : sequence of (int, float)
        Updates, each with its x.
    theme : Theme
        The colors.
    part : QRectF
        What is painted at all; numbers beyond it are left out.
    """
    metrics = painter.fontMetrics()
    labels = area.adjusted(0, _TICK_LENGTH + 1, 0, 0)
    for update, x in places:
        painter.setPen(QPen(QColor(theme.outline), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.top() + _TICK_LENGTH))
        text = f"{update:,}"
        width = metrics.horizontalAdvance(text) + 4
        left = min(max(x - width / 2, area.left()), area.right() - width)
        label = QRectF(left, labels.top(), width, labels.height())
        if label.intersects(part):
            painter.setPen(QColor(theme.muted))
            painter.drawText(label, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, text)
