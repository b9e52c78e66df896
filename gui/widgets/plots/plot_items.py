"""Items that fill the area of a plot and paint in its pixels: the fastest way there is to draw curves with Qt.

An item in the coordinates of the data has Qt and pyqtgraph work out its extent, its pen and its transform at each
repaint. Here NumPy moves all points to pixels at once, and one call draws them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from gui.look.theme import Theme, applied


class PixelItem(pg.GraphicsObject):
    """An item that fills a view box and paints in its pixels."""

    def __init__(self, view: pg.ViewBox, z: float) -> None:
        super().__init__()
        self._view = view
        self.theme = applied.theme
        self.font = QFont()
        self.setParentItem(view)
        self.setZValue(z)
        view.sigResized.connect(self._on_view_resized)
        view.sigRangeChanged.connect(self._on_range_changed)

    def boundingRect(self) -> QRectF:
        """Return the area of the plot."""
        return self._view.rect()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colors of a theme."""
        self.theme = theme
        self.update()

    def pixels(self, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where points of the view lie in the item."""
        (left, right), (bottom, top) = self._view.state["viewRange"]
        rect = self._view.rect()
        across = (np.asarray(x) - left) * (rect.width() / (right - left or 1))
        down = (top - np.asarray(y)) * (rect.height() / (top - bottom or 1))
        return across, down

    def column(self, x: float) -> int:
        """Return the column of pixels in which x lies."""
        return round(float(self.pixels(x, 0)[0]))

    @Slot()
    def _on_view_resized(self) -> None:
        self.prepareGeometryChange()

    @Slot()
    def _on_range_changed(self) -> None:
        self.update()


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points, or where it is ``filled`` the area that it encloses.

    Attributes
    ----------
    x, y : float arrays of shape (n,)
        Points in the coordinates of the view.
    color : QColor
        Of line or area.
    filled : bool
        Whether it is an area.
    width : int
        Logical pixels; 1 for lines of many points, which would be slow to draw otherwise.
    style : Qt.PenStyle
        Solid, dashed or dotted.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: QColor
    filled: bool = False
    width: int = 1
    style: Qt.PenStyle = Qt.PenStyle.SolidLine


class CurvesItem(PixelItem):
    """Any number of lines, the first at the back."""

    def __init__(self, view: pg.ViewBox) -> None:
        super().__init__(view, 0)
        self._lines: tuple[Line, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What is drawn."""
        return self._lines

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Draw these lines from now on."""
        self._lines = tuple(lines)
        self.update()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the lines."""
        for line in self._lines:
            polygon = _polygon(*self.pixels(line.x, line.y))
            if line.filled:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(line.color)
                painter.drawPolygon(polygon)
            else:
                painter.setPen(QPen(line.color, line.width, line.style))
                painter.drawPolyline(polygon)


def _polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    polygon = pg.functions.create_qpolygonf(len(x))
    if len(x):
        points = pg.functions.ndarray_from_qpolygonf(polygon)
        # Qt counts in 32 bits; what lies far outside of the view is brought nearer first.
        np.clip(x, -1e5, 1e5, out=points[:, 0])
        np.clip(y, -1e5, 1e5, out=points[:, 1])
    return polygon
