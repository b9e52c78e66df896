"""What lies under and over the curves of a plot: faint lines below; markers, cursors, dots and labels above."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.look.theme import mix
from gui.session.run_curves import XY
from gui.widgets.plots.plot_axis import PlotAxis
from gui.widgets.plots.plot_items import PixelItem
from gui.widgets.plots.plot_ranges import free_shift, pushed_apart, touching

MOST_DOTS = 60
"""Above this many points in view a curve is drawn without dots."""

_DOT_ROOM = 8
"""Pixels from dot to dot, on the mean; closer together they would run into a thick line and are left out too."""

_MARKER_ROWS = 2
"""Lines of text over which markers close to each other spread."""

_LOOKS = 8
"""Places across the width of a label at which other curves are looked for."""

_REACH = 5
"""Pixels around a marker within which the pointer means it."""


@dataclass(frozen=True)
class EndLabel:
    """The newest value of a curve, written beside its end.

    Attributes
    ----------
    x, y : float
        The end, in the coordinates of the view.
    text : str
        What is written.
    color : str
        Of the curve.
    """

    x: float
    y: float
    text: str
    color: str


@dataclass(frozen=True, eq=False)
class Dots:
    """Points of a curve that are marked one by one, x ascending, in the coordinates of the view."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: str


class GuideLines(PixelItem):
    """Very light horizontal lines at the marks of the left axis."""

    def __init__(self, view: pg.ViewBox, axis: PlotAxis) -> None:
        super().__init__(view, -100)
        self._axis = axis

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the lines."""
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        width = self.boundingRect().width()
        painter.setPen(QPen(mix(self.theme.surface, self.theme.border, 0.6), 1))
        for y in np.rint(self.pixels(0, self._axis.tick_places())[1]):
            painter.drawLine(QLineF(0, y, width, y))


class PlotOverlay(PixelItem):
    """Markers, cursors, dots and labels above the curves."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 100)
        self._labels: tuple[EndLabel, ...] = ()
        self._others: tuple[XY, ...] = ()
        self._dots: tuple[Dots, ...] = ()
        self._markers: tuple[tuple[float, str], ...] = ()
        self._moment: float | None = None
        self._pointer: float | None = None

    @property
    def labels(self) -> tuple[EndLabel, ...]:
        """What is written at the ends of the curves."""
        return self._labels

    def show_curves(self, labels: Sequence[EndLabel], dots: Sequence[Dots], others: Sequence[XY] = ()) -> None:
        """Label the ends of curves, and put dots on those that have few points in view.

        Parameters
        ----------
        labels, dots : sequence
            What is written and marked.
        others : sequence of (x, y)
            All other curves, which labels must not cover.
        """
        self._labels, self._dots, self._others = tuple(labels), tuple(dots), tuple(others)
        self.update()

    def show_markers(self, markers: Sequence[tuple[float, str]]) -> None:
        """Mark places in time by a line each; the text stands beside it where there is room and may be ""."""
        self._markers = tuple(markers)
        self.update()

    def show_moment(self, x: float | None) -> None:
        """Put the time cursor at x, or take it away."""
        if x != self._moment:
            self._update_columns(self._moment, x)
            self._moment = x

    def show_pointer(self, x: float | None) -> None:
        """Put the crosshair at x, or take it away."""
        if x != self._pointer:
            self._update_columns(self._pointer, x)
            self._pointer = x

    def label_width(self, text: str) -> float:
        """Return how much room a label needs to the right of its curve, in pixels."""
        return QFontMetricsF(self.font).horizontalAdvance(text) + 14

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw everything from back to front."""
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.setFont(self.font)
        labels = self._places_of_labels()
        self._draw_markers(painter, [room for _, room, _ in labels])
        for x, color, style in (
            (self._moment, self.theme.link, Qt.PenStyle.SolidLine),
            (self._pointer, self.theme.muted, Qt.PenStyle.DashLine),
        ):
            if x is not None:
                self._draw_vertical(painter, x, color, style)
        for dots in self._dots:
            self._draw_dots(painter, dots)
        for label, room, text in labels:
            painter.setPen(QColor(label.color))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)

    def _update_columns(self, *places: float | None) -> None:
        """Repaint no more than the columns that a line leaves and comes to."""
        for x in places:
            if x is not None:
                self.update(QRectF(self.column(x) - 1, 0, 3, self.boundingRect().height()))

    def _draw_vertical(self, painter: QPainter, x: float, color: str, style: Qt.PenStyle) -> None:
        place = self.column(x)
        painter.setPen(QPen(QColor(color), 1, style))
        painter.drawLine(QLineF(place, 0, place, self.boundingRect().height()))

    def marker_text(self, x: float) -> str:
        """Return what the markers within reach of the pointer at x say."""
        place = self.column(x)
        return "\n".join(text for at, text in self._markers if abs(self.column(at) - place) <= _REACH)

    def _draw_markers(self, painter: QPainter, taken: list[QRectF]) -> None:
        """Draw lines and triangles, and the texts where they meet neither each other nor the labels."""
        rect, color = self.boundingRect(), QColor(self.theme.warning)
        places = [(self.column(x), text) for x, text in self._markers]
        places = [(place, text) for place, text in places if 0 <= place <= rect.width()]
        painter.setPen(QPen(color, 1, Qt.PenStyle.DashLine))
        for place, _ in places:
            painter.drawLine(QLineF(place, 0, place, rect.height()))
        metrics, taken = QFontMetricsF(self.font), list(taken)
        painter.setPen(color)
        # The newest first: what was turned last is what holds.
        for place, text in reversed(places):
            width = metrics.horizontalAdvance(text) + 4
            rooms = [
                QRectF(left, 7 + row * metrics.height(), width, metrics.height())
                for left in (place + 6, place - 6 - width)
                for row in range(_MARKER_ROWS)
            ]
            fitting = (room for room in rooms if room.left() >= 0 and room.right() <= rect.width())
            room = next((room for room in fitting if not any(room.intersects(other) for other in taken)), None)
            if text and room is not None:
                taken.append(room)
                painter.fillRect(room, QColor(self.theme.surface))
                painter.drawText(room, Qt.AlignmentFlag.AlignCenter, text)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        for place, _ in places:
            painter.drawPolygon(QPolygonF([QPointF(place - 4, 0), QPointF(place + 4, 0), QPointF(place, 6)]))

    def _draw_dots(self, painter: QPainter, dots: Dots) -> None:
        (left, right), _ = self._view.state["viewRange"]
        begin, end = np.searchsorted(dots.x, (left, right))
        if end - begin > MOST_DOTS:
            return
        xs, ys = self.pixels(dots.x[begin : end + 1], dots.y[begin : end + 1])
        if len(xs) > 1 and xs[-1] - xs[0] < _DOT_ROOM * (len(xs) - 1):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(dots.color))
        painter.drawRects(
            [QRectF(x - 2, y - 2, 5, 5) for x, y in zip(np.rint(xs).tolist(), np.rint(ys).tolist(), strict=True)]
        )

    def _places_of_labels(self) -> list[tuple[EndLabel, QRectF, str]]:
        """Return where each label is written, and what: beside the ends of its curve, where no other curve passes."""
        rect, metrics = self.boundingRect(), QFontMetricsF(self.font)
        (left, right), (bottom, top) = self._view.state["viewRange"]
        shown = [label for label in self._labels if left <= label.x <= right]
        if not shown:
            return []
        texts = [f"{'↑ ' if label.y > top else '↓ ' if label.y < bottom else ''}{label.text}" for label in shown]
        xs, ys = self.pixels([label.x for label in shown], np.clip([label.y for label in shown], bottom, top))
        widths = [metrics.horizontalAdvance(text) for text in texts]
        half = metrics.height() / 2
        x = min(float(xs.max()) + 7, rect.width() - max(widths) - 3)
        places = pushed_apart(ys.tolist(), metrics.height(), half, rect.height() - half)
        taken, found = self._passing(x, x + max(widths)), []
        for block in touching(places, metrics.height()):
            ends = places[block[0]] - half, places[block[-1]] + half
            shift = free_shift(ends, taken, (0.0, rect.height()))
            if shift is not None:
                taken.append((ends[0] + shift, ends[1] + shift))
                found += [
                    (shown[at], QRectF(x, places[at] + shift - half, widths[at], metrics.height()), texts[at])
                    for at in block
                ]
        return found

    def _passing(self, left: float, right: float) -> list[tuple[float, float]]:
        """Return from where to where, in pixels from the top, other curves go between two columns of pixels."""
        found = []
        for curve in self._others:
            x, y = self.pixels(*curve)
            within = np.interp(np.linspace(left, right, _LOOKS), x, y, left=np.nan, right=np.nan) if len(x) else x
            within = within[np.isfinite(within)]
            if len(within):
                found.append((float(within.min()) - 2, float(within.max()) + 2))
        return found
