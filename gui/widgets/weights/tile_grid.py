"""Many small images of signed numbers side by side, painted as a single one.

One image for all tiles is what keeps this cheap enough to show 512 units live: NumPy lays the pixels out, one call
paints them.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from core.network.arrays import IMAGE_SIDE
from gui.look.theme import Theme, scaled_font
from gui.widgets.pixel_grid import PixelGrid
from gui.widgets.weights.diverging_colors import GROUND, color_codes, color_table
from gui.widgets.weights.mosaic import Mosaic
from gui.widgets.weights.tile_layout import TileLayout, fitting_layout, layout_at, next_zoom

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_FRAME = 2
"""Logical pixels; a number begins where the frame of its tile ends."""


class TileGrid(PixelGrid):
    """A grid of tiles that can be pointed at, walked through by keyboard, and chosen from.

    Parameters
    ----------
    describe : callable
        ``describe(tile)`` returns what is to be said of a tile.
    tip : callable, optional
        ``tip(tile)`` returns what the tooltip says, by default the same.
    """

    tile_pointed_at = Signal(object)
    """Tile under the pointer or the keyboard's mark as int, or None."""

    pixel_pointed_at = Signal(object)
    """(tile, row, column) under the pointer, or None; rows count on through the images of a tile."""

    tile_chosen = Signal(int)
    """A tile was clicked, or Enter pressed on it."""

    def __init__(
        self,
        describe: Callable[[int], str],
        tip: Callable[[int], str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._describe = describe
        self._tip = tip or describe
        self._table = _colors(self._theme)
        self._images: NDArray[np.floating] = np.zeros((1, 1, IMAGE_SIDE, IMAGE_SIDE), np.float32)
        self._mosaic = Mosaic(1, IMAGE_SIDE, IMAGE_SIDE)
        self._limit = 1.0
        self._layout = layout_at(1, (IMAGE_SIDE, IMAGE_SIDE), IMAGE_SIDE, 1.0)
        self._room = QSize(200, 200)
        self._zoom: float | None = None
        self._pointed: int | None = None
        self._current = 0
        self._chosen: int | None = None
        self._marks: Mapping[int, str] = {}
        self._values: Mapping[int, str] = {}
        self._is_labeled = True
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    @property
    def layout_(self) -> TileLayout:
        """Where the tiles stand."""
        return self._layout

    @property
    def current(self) -> int:
        """The tile that the keyboard is at."""
        return self._current

    def show_weights(self, weights: NDArray[np.floating], limit: float) -> None:
        """Show one tile for each column of weights on the pixels of an image, of shape (784, n)."""
        self.show_images(weights.T.reshape(-1, 1, IMAGE_SIDE, IMAGE_SIDE), limit)

    def show_images(self, images: NDArray[np.floating], limit: float) -> None:
        """Show one tile for each unit.

        Parameters
        ----------
        images : float array of shape (n, k, rows, columns)
            The k images of unit j make tile j.
        limit : float
            What has full color.
        """
        count_changed, before = len(images) != len(self._images), self._mosaic
        self._images, self._limit = images, limit
        self._mosaic = Mosaic(*images.shape[1:])
        if count_changed:
            self._current, self._pointed, self._chosen = 0, None, None
        if count_changed or self._mosaic != before:
            self._lay_out()
        self._compose()

    def set_marks(self, marks: Mapping[int, str]) -> None:
        """Mark tiles, by number; the text is part of nothing but what the caller describes."""
        self._marks = dict(marks)
        self.update()

    def set_values(self, values: Mapping[int, str]) -> None:
        """Write a value behind the number of a tile, wherever both have room."""
        self._values = dict(values)
        self.update()

    def set_labeled(self, labeled: bool) -> None:
        """Write the number into each tile that has room, or into none."""
        self._is_labeled = labeled
        self._lay_out()
        self._compose()

    def set_current(self, tile: int) -> None:
        """Bring the keyboard to a tile."""
        self._current = min(max(tile, 0), self._layout.count - 1)
        self.update()

    def set_chosen(self, tile: int | None) -> None:
        """Set one tile off from the others, with its number however small it is; or none."""
        if tile != self._chosen:
            self._chosen = tile
            self.update()

    def set_room(self, room: QSize) -> None:
        """Tell how much room there is without scrolling; without a zoom of its own the grid fits into it."""
        if room != self._room:
            self._room = room
            self._lay_out()
            self._compose()

    def zoom_by(self, step: int) -> None:
        """Make all tiles one step larger (1) or smaller (-1)."""
        self._zoom = next_zoom(self._layout.zoom, step, self.devicePixelRatioF())
        self._lay_out()
        self._compose()

    def zoom_to_fit(self) -> None:
        """Make tiles as large as fit."""
        self._zoom = None
        self._lay_out()
        self._compose()

    def sizeHint(self) -> QSize:
        """Ask for all tiles as they are laid out."""
        return QSize(round(self._layout.width), round(self._layout.height))

    def part_count(self) -> int:
        """Return how many tiles there are."""
        return self._layout.count if self._describe(0) else 0

    def part_name(self, part: int) -> str:
        """Return what is to be said of a tile."""
        return self._describe(part)

    def part_rect(self, part: int) -> QRectF:
        """Return where a tile stands."""
        return self.tile_rect(part)

    def current_part(self) -> int | None:
        """Return the tile that the keyboard is at."""
        return self._current

    def tile_rect(self, tile: int) -> QRectF:
        """Return where a tile stands, without the gap."""
        x, y = self._layout.corner(tile)
        return QRectF(x, y, self._layout.tile_width * self._layout.zoom, self._layout.tile_height * self._layout.zoom)

    def _lay_out(self) -> None:
        count, ratio = len(self._images), self.devicePixelRatioF()
        tile = self._mosaic.width, self._mosaic.height
        width, height = self._room.width(), self._room.height()
        before = self._layout
        if self._zoom is None:
            least = self._label_room() if self._is_labeled else 0
            self._layout = fitting_layout(count, tile, width, height, ratio, least)
        else:
            self._layout = layout_at(count, tile, width, self._zoom)
        if self._layout != before:
            self.setMinimumHeight(round(self._layout.height))
            self.updateGeometry()

    def _compose(self) -> None:
        layout = self._layout
        columns, rows, count, across, down = layout.columns, layout.rows, layout.count, layout.across, layout.down
        tiles = self._mosaic.arrange(color_codes(self._images, self._limit), GROUND)
        codes = np.full((rows, down, columns, across), GROUND, np.uint8)
        by_tile = codes.transpose(0, 2, 1, 3)[:, :, : layout.tile_height, : layout.tile_width]
        full = count // columns
        by_tile[:full] = tiles[: full * columns].reshape(full, columns, *tiles.shape[1:])
        if full < rows:
            by_tile[full, : count - full * columns] = tiles[full * columns :]
        self._show_colors(self._table[codes.reshape(rows * down, columns * across)])

    def _redraw(self) -> None:
        self._table = _colors(self._theme)
        self._compose()

    # --- what is seen

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint all tiles at once, then numbers and marks."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.surface))
        zoom = self._layout.zoom
        # The gaps after the last column and row belong to the image, but not to a tile.
        painter.setClipRect(QRectF(0, 0, self._layout.width, self._layout.height))
        painter.drawImage(QRectF(0, 0, self._image.width() * zoom, self._image.height() * zoom), self._image)
        painter.setClipping(False)
        visible = QRectF(event.rect())
        self._draw_edges(painter, visible)
        for tile in sorted(self._marks):
            if tile < self._layout.count:
                self._draw_mark(painter, self.tile_rect(tile))
        if self._is_labeled:
            # Where not all have room for theirs, those that are looked at have their numbers.
            looked_at = [tile for tile in (self._pointed, self._chosen) if tile is not None]
            self._draw_labels(painter, visible, self._seen(visible) if self._has_room_for_labels() else looked_at)
        if self._chosen is not None:
            self._draw_frame(painter, self._chosen, self._theme.text, _FRAME)
        if self._pointed is not None:
            self._draw_frame(painter, self._pointed, self._theme.text, 1)
        if self.hasFocus():
            self._draw_frame(painter, self._current, self._theme.link, _FRAME)

    def _draw_edges(self, painter: QPainter, visible: QRectF) -> None:
        """Draw where each tile ends: weights near zero have the color of the ground."""
        painter.setPen(QPen(QColor(self._theme.border), 1))
        rects = (self.tile_rect(tile) for tile in self._seen(visible))
        painter.drawRects([rect.adjusted(-0.5, -0.5, 0.5, 0.5) for rect in rects])

    def _seen(self, visible: QRectF) -> range:
        """Return the tiles of all rows that are in view."""
        layout = self._layout
        pitch = layout.down * layout.zoom
        first, last = int(max(visible.top(), 0) // pitch), int(max(visible.bottom(), 0) // pitch)
        return range(min(first * layout.columns, layout.count), min((last + 1) * layout.columns, layout.count))

    def _label_room(self) -> float:
        """Return how large a tile must be to carry its number."""
        return 2.4 * self.fontMetrics().height()

    def _has_room_for_labels(self) -> bool:
        return self._layout.tile_width * self._layout.zoom >= self._label_room()

    def _draw_labels(self, painter: QPainter, visible: QRectF, tiles: Iterable[int]) -> None:
        is_small = self._layout.tile_width * self._layout.zoom < 2 * self._label_room()
        painter.setFont(scaled_font(self.font(), 0.8 if is_small else 1.0))
        metrics = painter.fontMetrics()
        height = metrics.height() - (2 if is_small else 0)
        for tile in tiles:
            rect = self.tile_rect(tile)
            if rect.intersects(visible):
                text = f"{tile}: {self._values[tile]}" if tile in self._values else str(tile)
                text = text if metrics.horizontalAdvance(text) < rect.width() - 6 else str(tile)
                width = metrics.horizontalAdvance(text) + (3 if is_small else 6)
                room = QRectF(rect.left(), rect.top(), width + _FRAME, height + _FRAME)
                painter.fillRect(room, QColor(self._theme.surface))
                painter.setPen(QColor(self._theme.warning if tile in self._marks else self._theme.muted))
                painter.drawText(room.adjusted(_FRAME, _FRAME, 0, 0), Qt.AlignmentFlag.AlignCenter, text)

    def _draw_mark(self, painter: QPainter, rect: QRectF) -> None:
        veil = QColor(self._theme.surface)
        veil.setAlpha(140)
        painter.fillRect(rect, veil)
        painter.setPen(QPen(QColor(self._theme.warning), 2))
        painter.drawLine(rect.topLeft(), rect.bottomRight())
        painter.drawLine(rect.topRight(), rect.bottomLeft())

    def _draw_frame(self, painter: QPainter, tile: int, color: str, width: int) -> None:
        painter.setPen(QPen(QColor(color), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.tile_rect(tile).adjusted(width / 2, width / 2, -width / 2, -width / 2))

    # --- what the user does

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer from tile to tile and pixel to pixel."""
        place = event.position().x(), event.position().y()
        self._point_at(self._layout.tile_at(*place))
        self.pixel_pointed_at.emit(self.pixel_at(*place))

    def pixel_at(self, x: float, y: float) -> tuple[int, int, int] | None:
        """Return (tile, row, column) at a place, or None; rows count on through the images of a tile."""
        tile = self._layout.tile_at(x, y)
        if tile is None:
            return None
        left, top = self._layout.corner(tile)
        found = self._mosaic.at(int((y - top) // self._layout.zoom), int((x - left) // self._layout.zoom))
        return None if found is None else (tile, found[0] * self._mosaic.rows + found[1], found[2])

    def leaveEvent(self, event: QEvent) -> None:
        """Forget the pointer."""
        self._point_at(None)
        self.pixel_pointed_at.emit(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the tile under the pointer."""
        tile = self._layout.tile_at(event.position().x(), event.position().y())
        if tile is not None and event.button() == Qt.MouseButton.LeftButton:
            self._current = tile
            self.tile_chosen.emit(tile)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Walk with the arrow keys, choose with Enter or Space."""
        key = Qt.Key(event.key())
        if key in _ARROWS:
            self._walk_to(self._layout.neighbor(self._current, *_ARROWS[key]))
        elif key == Qt.Key.Key_Home:
            self._walk_to(0)
        elif key == Qt.Key.Key_End:
            self._walk_to(self._layout.count - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.tile_chosen.emit(self._current)
        else:
            super().keyPressEvent(event)

    def tip_at(self, place: QPoint) -> str:
        """Name the tile under the pointer."""
        tile = self._layout.tile_at(place.x(), place.y())
        return "" if tile is None else self._tip(tile)

    def center(self, tile: int) -> QPoint:
        """Return the middle of a tile."""
        return self.tile_rect(tile).center().toPoint()

    def _walk_to(self, tile: int) -> None:
        self._current = tile
        self.setAccessibleDescription(self._describe(tile))
        self.tell_current_part()
        self.tile_pointed_at.emit(tile)
        self.update()

    def _point_at(self, tile: int | None) -> None:
        if tile != self._pointed:
            self._pointed = tile
            self.tile_pointed_at.emit(tile)
            self.update()


def _colors(theme: Theme) -> NDArray[np.uint32]:
    """Return the colors of all codes; between the tiles there is nothing."""
    table = color_table(theme).copy()
    table[GROUND] = QColor(theme.surface).rgb()
    return table
