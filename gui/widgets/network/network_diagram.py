"""The network as a diagram: the image, its hidden units, ten digits, and what flows along the lines between them.

Blue adds and red takes away; the wider a line, the more it carries. Of many units and lines the strongest are drawn,
and what is left out is told.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget

from core.data.dataset import DIGITS
from core.explanation.flow_words import describe_unit
from core.explanation.signal_flow import SignalFlow, strongest_lines, strongest_units
from core.network.arrays import CLASSES
from gui.look.follow_font import follow_font
from gui.look.formatting import percent, probability
from gui.look.theme import Theme
from gui.widgets.network.network_layout import BAR, NetworkLayout, lay_out, room_for_units
from gui.widgets.network.network_painter import Drawing, paint_network, words_room
from gui.widgets.network.network_parts import Connection, Line, Unit, distance
from gui.widgets.painted_widget import PaintedWidget
from gui.widgets.weights.diverging_colors import SteadyScale, color_codes, color_table

FEW_LINES = 60
_NEAR = 5.0
"""Pixels from a line within which it is meant."""
_ROUNDING = 1e-6


class NetworkDiagram(PaintedWidget):
    """Paints a `SignalFlow`; units and lines can be pointed at, walked through by keyboard, and chosen."""

    pointed_at = Signal(object)
    """The `Unit` or `Connection` under the pointer or the keyboard's mark, or None."""

    unit_chosen = Signal(int, int)
    """Layer and unit that was clicked, or on which Enter was pressed; the output is the last layer."""

    connection_chosen = Signal(int, int, int)
    """Layer, source and target of a line that was clicked; layer 0 leads from the first hidden layer to the next."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._flow: SignalFlow | None = None
        self._pixels: NDArray[np.float32] | None = None
        self._names: Sequence[str] = DIGITS
        self._shows_all = False
        self._shown: list[NDArray[np.int64]] = []
        self._layout = lay_out(600, 400, 16, (20, 40), (1, CLASSES), (True,))
        self._lines: list[Line] = []
        self._line_scale, self._unit_scale = SteadyScale(), SteadyScale()
        self._image_scales: list[SteadyScale] = []
        self._tiles: list[list[QImage]] = []
        self._tile_pixels: list[NDArray[np.uint32]] = []
        self._pointed: Unit | Connection | None = None
        self._current = Unit(0, 0)
        self._lit: int | None = None
        self._chosen: tuple[Unit, ...] = ()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("diagram of the network")
        follow_font(self, self._lay_out)

    # --- what it shows

    @property
    def flow(self) -> SignalFlow | None:
        """What is shown; None before there is anything."""
        return self._flow

    @property
    def layout_(self) -> NetworkLayout:
        """Where things stand."""
        return self._layout

    @property
    def shown_units(self) -> list[NDArray[np.int64]]:
        """The numbers of the units that are shown, layer by layer."""
        return self._shown

    @property
    def connections(self) -> list[Connection]:
        """The lines that are drawn between units, the weakest first."""
        return [line.connection for line in self._lines if line.connection.layer >= 0]

    @property
    def lines_in_all(self) -> int:
        """How many connections there are between units."""
        return 0 if self._flow is None else sum(lines.size for lines in self._flow.lines)

    @property
    def share_drawn(self) -> float:
        """The share of the sum of all strengths between units that the drawn lines carry, 0 to 1."""
        if self._flow is None:
            return 0.0
        total = sum(float(np.abs(lines).sum()) for lines in self._flow.lines)
        drawn = sum(abs(line.value) for line in self._lines if line.connection.layer >= 0)
        return drawn / total if total > 0 else 1.0

    @property
    def share_told(self) -> str:
        """The same in words, "93 %": no rounding makes all of it."""
        is_all = self.share_drawn > 1 - _ROUNDING
        return percent(1.0, 0) if is_all else probability(self.share_drawn, 0)

    def show_flow(self, flow: SignalFlow, pixels: NDArray[np.float32] | None) -> None:
        """Show what flows, and the image that it comes from: float32 of shape (784,), or None."""
        if self._flow is None or flow.view != self._flow.view:
            for scale in (self._line_scale, self._unit_scale, *self._image_scales):
                scale.forget()
        if self._flow is None or flow.layers is not self._flow.layers:
            self._shown, self._current, self._pointed = [], Unit(0, 0), None
            self._image_scales = [SteadyScale() for _ in flow.layers]
        self._flow, self._pixels = flow, pixels
        self._lay_out()

    def light(self, layer: int | None, chosen: Sequence[Unit] = ()) -> None:
        """Frame a layer, −1 for the image, and in it or elsewhere some units; None frames no layer."""
        self._lit, self._chosen = layer, tuple(chosen)
        self._lay_out()

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        self._names = names
        self._lay_out()

    def show_all_lines(self, shown: bool) -> None:
        """Draw every line between the units that are shown, or the strongest."""
        self._shows_all = shown
        self._lay_out()

    def _redraw(self) -> None:
        self._compose()
        self.update()

    def minimumSizeHint(self) -> QSize:
        """Ask for room for the ten digits."""
        return QSize(360, round(14 * self.fontMetrics().height()))

    def _lay_out(self) -> None:
        flow = self._flow
        if flow is None:
            return
        metrics = QFontMetricsF(self.font())
        room = room_for_units(self.height(), metrics.height())
        before = self._shown if len(self._shown) == len(flow.units) else [None] * len(flow.units)
        self._shown = [
            strongest_units(self._strengths(flow, layer), room, before[layer]) for layer in range(len(flow.units) - 1)
        ]
        self._shown.append(np.arange(CLASSES))
        words = words_room(metrics, self._names)
        self._layout = lay_out(
            self.width(), self.height(), metrics.height(), words, list(map(len, self._shown)), self._have_images(flow)
        )
        self._connect_units(flow)
        self._compose()
        self.update()

    def _strengths(self, flow: SignalFlow, layer: int) -> NDArray[np.floating]:
        """Return by what the units are chosen that have room; those that are framed come first."""
        strengths = flow.strength_of_units(layer)
        framed = [unit.unit for unit in self._chosen if unit.layer == layer]
        if framed:
            strengths = strengths.copy()
            strengths[framed] = np.inf
        return strengths

    @staticmethod
    def _have_images(flow: SignalFlow) -> list[bool]:
        """Return which hidden layers have images in one view or another: a layer keeps its place in all of them."""
        return [place == 0 or bool(layer.map_shape) for place, layer in enumerate(flow.layers[:-1])]

    def _connect_units(self, flow: SignalFlow) -> None:
        """Choose the lines that are drawn, the weakest first, so that the strongest lie on top."""
        layout, lines = self._layout, []
        parts = [
            np.abs(values[np.ix_(self._shown[layer], self._shown[layer + 1])])
            for layer, values in enumerate(flow.lines)
        ]
        count = sum(part.size for part in parts)
        few = count if self._shows_all else FEW_LINES
        # The strongest of all layers together.
        flat = np.concatenate([part.ravel() for part in parts]) if parts else np.zeros(0)
        least = np.partition(flat, -few)[-few] if 0 < few < len(flat) else 0.0
        for layer, values in enumerate(flow.lines):
            sources, targets = self._shown[layer], self._shown[layer + 1]
            starts = [layout.start(layer, place) for place in range(len(sources))]
            arrivals = [layout.end(layer + 1, place) for place in range(len(targets))]
            part = values[np.ix_(sources, targets)]
            for row, column in strongest_lines(np.where(np.abs(part) >= least, part, 0), few).tolist():
                connection = Connection(layer, int(sources[row]), int(targets[column]))
                line = QLineF(starts[row], arrivals[column])
                lines.append(Line(connection, float(part[row, column]), line))
        if flow.arriving is not None:
            begin = QPointF(layout.image.right() + 2, layout.image.center().y())
            for place, unit in enumerate(self._shown[0].tolist()):
                lines.append(
                    Line(Connection(-1, 0, unit), float(flow.arriving[unit]), QLineF(begin, layout.end(0, place)))
                )
        lines.sort(key=lambda line: abs(line.value))
        self._lines = lines
        self._line_scale.follow(np.array([line.value for line in lines] or [0.0]))
        if len(flow.units) > 1:
            self._unit_scale.follow(np.concatenate(flow.units[:-1]))

    def _compose(self) -> None:
        """Make the images of the hidden units that are shown, where they have any."""
        flow = self._flow
        self._tiles, self._tile_pixels = [], []
        for layer, units in enumerate(self._shown[:-1] if flow is not None else ()):
            self._tiles.append(self._images_of(layer, units))

    def _images_of(self, layer: int, units: NDArray[np.int64]) -> list[QImage]:
        images = None if self._flow is None else self._flow.images[layer]
        if images is None:
            return []
        codes = color_codes(images[units], self._image_scales[layer].follow(images))
        # The images read this array's memory, which therefore lives as long as they do.
        self._tile_pixels.append(np.ascontiguousarray(color_table(self._theme)[codes]))
        return [
            QImage(tile.data, tile.shape[1], tile.shape[0], tile.shape[1] * 4, QImage.Format.Format_RGB32)
            for tile in self._tile_pixels[-1]
        ]

    # --- what is seen

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint lines, units and digits."""
        self.paint(QPainter(self), self._theme)

    def paint(self, painter: QPainter, theme: Theme) -> None:
        """Paint the whole diagram, in the widget's own coordinates."""
        painter.fillRect(QRectF(0, 0, self.width(), self.height()), QColor(theme.surface))
        if self._flow is not None:
            painter.setFont(self.font())
            paint_network(painter, theme, self._drawing(self._flow))

    def _drawing(self, flow: SignalFlow) -> Drawing:
        current = self._rect(self._current) if self.hasFocus() else None
        return Drawing(
            flow=flow,
            pixels=self._pixels,
            names=self._names,
            layout=self._layout,
            shown=self._shown,
            lines=self._lines,
            tiles=self._tiles,
            full_line=self._line_scale.limit,
            full_unit=self._unit_scale.limit or 1.0,
            pointed=self._pointed,
            frames=(
                (self._lit_rect(), "accent"),
                *((self._rect(unit), "text") for unit in (*self._chosen, self._pointed)),
                (current, "link"),
            ),
        )

    def _lit_rect(self) -> QRectF | None:
        """Return where the layer is that is lit; None where none is."""
        if self._lit is None or not self._shown:
            return None
        if self._lit < 0:
            return self._layout.image
        rects = [self._rect(Unit(self._lit, unit)) or QRectF() for unit in self._shown[self._lit].tolist()]
        return rects[0].united(rects[-1]).adjusted(-2, -2, 2, 2)

    def _rect(self, unit: Unit | Connection | None) -> QRectF | None:
        """Return where a unit stands, with its bar; None where it is not shown."""
        if not isinstance(unit, Unit) or unit.layer >= len(self._shown):
            return None
        places = np.flatnonzero(self._shown[unit.layer] == unit.unit)
        if not len(places):
            return None
        rect = self._layout.units[unit.layer][int(places[0])]
        return rect if unit.layer == len(self._shown) - 1 else rect.adjusted(0, 0, BAR + 2, 0)

    # --- what is heard

    def part_count(self) -> int:
        """Return how many units are shown, in all layers."""
        return sum(map(len, self._shown))

    def part_name(self, part: int) -> str:
        """Return what is to be said of a unit."""
        unit = self._unit_of(part)
        return "" if self._flow is None else describe_unit(self._flow, unit.layer, unit.unit, self._names)

    def part_rect(self, part: int) -> QRectF:
        """Return where a unit stands."""
        return self._rect(self._unit_of(part)) or QRectF()

    def current_part(self) -> int | None:
        """Return the unit that the keyboard is at, where it is shown."""
        units = [self._unit_of(part) for part in range(self.part_count())]
        return units.index(self._current) if self._current in units else None

    def accessible_value(self) -> str:
        """Return how much is shown, and what the keyboard is at."""
        part = self.current_part()
        count = f"{self.part_count()} units, {len(self.connections)} of {self.lines_in_all} connections"
        return count if part is None else f"{count}; {self.part_name(part)}"

    def _unit_of(self, part: int) -> Unit:
        """Return a unit that is shown, counted layer by layer."""
        for layer, units in enumerate(self._shown):
            if part < len(units):
                return Unit(layer, int(units[part]))
            part -= len(units)
        raise IndexError(part)

    # --- what the user does

    def at(self, position: QPointF) -> Unit | Connection | None:
        """Return the unit or the line at a place."""
        for layer, units in enumerate(self._shown):
            for unit in units.tolist():
                rect = self._rect(Unit(layer, unit))
                if rect is not None and rect.contains(position):
                    return Unit(layer, unit)
        near = [line for line in reversed(self._lines) if distance(line.line, position) <= _NEAR]
        return near[0].connection if near else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        self._point_at(self.at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose what is under the pointer."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._choose(self.at(event.position()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk from unit to unit with the arrow keys, choose with Enter or Space."""
        down = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        right = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if self._shown and (down or right):
            self._walk(down, right)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._choose(self._current)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the room."""
        self._lay_out()

    def _walk(self, down: int, right: int) -> None:
        layer = min(max(self._current.layer + right, 0), len(self._shown) - 1)
        before, now = self._shown[self._current.layer], self._shown[layer]
        place = int(np.searchsorted(before, self._current.unit))
        if right:
            place = round(place * (len(now) - 1) / max(len(before) - 1, 1))
        place = min(max(place + down, 0), len(now) - 1)
        self._current = Unit(layer, int(now[place]))
        self._point_at(self._current)
        self.tell_current_part()

    def _point_at(self, thing: Unit | Connection | None) -> None:
        if thing != self._pointed:
            self._pointed = thing
            self.pointed_at.emit(thing)
            self.update()

    def _choose(self, thing: Unit | Connection | None) -> None:
        if isinstance(thing, Unit):
            self._current = thing
            self.unit_chosen.emit(thing.layer, thing.unit)
        elif thing is not None and thing.layer >= 0:
            self.connection_chosen.emit(thing.layer, thing.source, thing.target)
        self.update()
