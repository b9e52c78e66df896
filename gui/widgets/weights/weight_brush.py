"""A brush for the weights of a unit: the left button paints, the right one erases, and one stroke is one change."""

from math import ceil, hypot

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QMouseEvent

from core.network.arrays import IMAGE_SIDE, Floats
from gui.widgets.weights.tile_grid import TileGrid

_RADIUS, _FINE = 1.5, 0.5
"""Of the brush, in pixels of the image, and on a kernel that is as small as the brush."""
_STEP = 0.5
"""Pixels of the image from one place of a stroke to the next."""
_SMALL = 12
"""Pixels along a side of an image that is painted finely."""


class WeightBrush(QObject):
    """Paints on the tile of a grid that shows one unit.

    Parameters
    ----------
    grid : TileGrid
        Shows the unit; gets the mouse only where the brush is up.

    Attributes
    ----------
    is_down : bool
        Whether the mouse paints, and is not for pointing.
    mirrors : bool
        Whether what is painted at the left is painted at the right too.
    """

    painted = Signal(object)
    """The weights as they are while a stroke is under way, a float array of shape (pixels,)."""

    stroke_made = Signal(object)
    """A stroke has ended; the weights, likewise."""

    def __init__(self, grid: TileGrid) -> None:
        super().__init__(grid)
        self._grid = grid
        self._weights: Floats | None = None
        self._value = 0.0
        self._last = (0.0, 0.0)
        self.strength = 1.0
        self.is_down = self.mirrors = False
        self._source: Floats = np.zeros(IMAGE_SIDE * IMAGE_SIDE, np.float32)
        self._shape: tuple[int, ...] = (1, IMAGE_SIDE, IMAGE_SIDE)
        grid.installEventFilter(self)

    @property
    def is_painting(self) -> bool:
        """Whether a stroke is under way."""
        return self._weights is not None

    def take(self, weights: Floats, strength: float, shape: tuple[int, ...] = (1, IMAGE_SIDE, IMAGE_SIDE)) -> None:
        """Paint on these weights from the next stroke on, with this one for the left button.

        Parameters
        ----------
        weights : float array of shape (pixels,)
            Image by image, row by row.
        strength : float
            What the left button paints.
        shape : tuple of int
            Images, rows and columns. Of several images, one pixel is painted at a time.
        """
        self._source, self.strength, self._shape = weights, strength, shape

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Paint with the mouse where the brush is down."""
        if event.type() == QEvent.Type.EnabledChange:
            # A stroke on weights that give way to others is for neither.
            self._weights = None
        if not self.is_down or not isinstance(event, QMouseEvent):
            return False
        kind, place = event.type(), (event.position().x(), event.position().y())
        if kind == QEvent.Type.MouseButtonPress:
            self._weights = self._source.astype(np.float32)
            self._value = 0.0 if event.button() == Qt.MouseButton.RightButton else self.strength
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._value = -self._value
            self._last = place
            self._paint_to(*place)
        elif kind == QEvent.Type.MouseMove and self._weights is not None:
            self._paint_to(*place)
        elif kind == QEvent.Type.MouseButtonRelease and self._weights is not None:
            weights, self._weights = self._weights, None
            self.stroke_made.emit(weights)
        else:
            return False
        return True

    def dab(self, row: int, column: int) -> None:
        """Make a stroke at one pixel alone."""
        self._weights, self._value = self._source.astype(np.float32), self.strength
        self._paint_around(0, row + 0.5, column + 0.5)
        self.painted.emit(self._weights)
        weights, self._weights = self._weights, None
        self.stroke_made.emit(weights)

    def _paint_to(self, x: float, y: float) -> None:
        """Paint on from the last place: of a fast hand only few places are reported."""
        across, down = x - self._last[0], y - self._last[1]
        steps = max(1, ceil(hypot(across, down) / (_STEP * self._grid.layout_.zoom)))
        for left in reversed(range(steps)):
            self._paint(x - across * left / steps, y - down * left / steps)
        self._last = (x, y)
        self.painted.emit(self._weights)

    def _paint(self, x: float, y: float) -> None:
        if self._shape[0] > 1:
            place = self._grid.pixel_at(x, y)
            if place is not None:
                image, row = divmod(place[1], self._shape[1])
                self._paint_around(image, row + 0.5, place[2] + 0.5)
            return
        left, top = self._grid.layout_.corner(0)
        zoom = self._grid.layout_.zoom
        self._paint_around(0, (y - top) / zoom, (x - left) / zoom)

    def _paint_around(self, image: int, row: float, column: float) -> None:
        assert self._weights is not None
        images, rows, columns = np.indices(self._shape)
        down, right = rows + 0.5 - row, columns + 0.5 - column
        if min(self._shape[1:]) <= _SMALL:
            near = np.maximum(abs(down), abs(right)) <= _FINE
        else:
            near = np.hypot(down, right) <= _RADIUS
        if self.mirrors:
            near |= near[..., ::-1]
        near &= images == image
        self._weights[near.ravel()] = self._value
