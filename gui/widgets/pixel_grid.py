"""Numbers as colored pixels: what digits, evidence, steps of the preparation, heat maps and tiles have in common."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from core.network.arrays import IMAGE_SIDE
from gui.look.theme import Theme, mix
from gui.widgets.painted_widget import PaintedWidget


@lru_cache(maxsize=4)
def gray_levels(theme: Theme) -> list[int]:
    """Return 256 colors as Qt's color tables want them, from the theme's paper to its ink."""
    return [mix(theme.paper, theme.ink, level / 255).rgb() for level in range(256)]


def gray_colors(pixels: NDArray[np.uint8], theme: Theme) -> NDArray[np.uint32]:
    """Return the colors of gray pixels, of any shape, from the theme's paper (0) to its ink (255)."""
    return np.array(gray_levels(theme), np.uint32)[pixels]


class PixelGrid(PaintedWidget):
    """An array of colors, each a pixel of an image; how large it is painted is up to the widget."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colors = np.zeros((0, 0), np.uint32)
        self._image = QImage()

    def _show_colors(self, colors: NDArray[np.uint32] | None) -> None:
        """Show colors as Qt packs them, shape (height, width), or none."""
        # The image reads this array's memory, which therefore lives as long as the image does.
        self._colors = np.zeros((0, 0), np.uint32) if colors is None else np.ascontiguousarray(colors)
        height, width = self._colors.shape
        self._image = QImage(self._colors.data, width, height, width * 4, QImage.Format.Format_RGB32)
        self.update()

    def _fitted(self, shape: tuple[int, int] = (IMAGE_SIDE, IMAGE_SIDE), below: int = 0) -> QRectF:
        """Return the largest place at the top for so many pixels in which none is wider than its neighbor.

        Parameters
        ----------
        shape : tuple of int
            Rows and columns.
        below : int
            Logical pixels to leave free below it.
        """
        ratio, (rows, columns) = self.devicePixelRatioF(), shape
        zoom = max(1, int(min((self.width() - 2) / columns, (self.height() - below - 2) / rows) * ratio))
        width, height = zoom * columns / ratio, zoom * rows / ratio
        return QRectF(round((self.width() - width) / 2 * ratio) / ratio, round(ratio) / ratio, width, height)

    def _draw_framed(self, painter: QPainter, frame: QRectF, blank: str) -> None:
        """Draw the image, or a blank of that color, with a thin line around it."""
        if self._image.isNull():
            painter.fillRect(frame, QColor(blank))
        else:
            painter.drawImage(frame, self._image)
        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawRect(frame.adjusted(-0.5, -0.5, 0.5, 0.5))
