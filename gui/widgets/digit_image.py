"""One 28x28 image of a digit, enlarged without smoothing so that every pixel of it can be seen."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.arrays import IMAGE_SIDE
from core.network.receptive_field import Field
from gui.look.theme import Theme
from gui.widgets.pixel_grid import PixelGrid, gray_colors, gray_levels


def gray_image(pixels: NDArray[np.uint8], theme: Theme) -> QImage:
    """Return an image that runs from the theme's paper (0) to its ink (255).

    Parameters
    ----------
    pixels : uint8 array of shape (height, width)
        0 is paper, 255 is full ink.
    theme : Theme
        Gives the two ends.
    """
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(gray_levels(theme))
    # The copy owns its pixels; the original would read the array's memory after it is gone.
    return image.copy()


def where_ink_is(pixels: NDArray[np.uint8] | None) -> str:
    """Say in words which part of an image, uint8 of shape (height, width), has ink."""
    if pixels is None or not pixels.any():
        return "blank"
    rows, columns = (np.flatnonzero(pixels.any(axis=axis)) for axis in (1, 0))
    height, width = pixels.shape
    return f"{height} by {width} pixels; ink in rows {rows[0]} to {rows[-1]}, columns {columns[0]} to {columns[-1]}"


class DigitImage(PixelGrid):
    """A digit as the network sees it, in a square with an optional line of text below."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: NDArray[np.uint8] | None = None
        self._caption = caption
        self._field: Field | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(caption or "image of a digit")

    def show_image(self, image: NDArray[np.generic] | None) -> None:
        """Show an image, or an empty square for None.

        Parameters
        ----------
        image : array of shape (784,) or (28, 28), or None
            uint8 from 0 to 255, or float from 0 to 1; 0 is paper.
        """
        if image is None:
            self._pixels = None
        else:
            square = np.asarray(image).reshape(IMAGE_SIDE, IMAGE_SIDE)
            if square.dtype != np.uint8:
                square = np.rint(np.clip(square, 0, 1) * 255)
            self._pixels = square.astype(np.uint8)
        self._redraw()

    def mark_field(self, field: Field | None) -> None:
        """Draw a frame round a part of the image, or none."""
        if field != self._field:
            self._field = field
            self.update()

    def accessible_value(self) -> str:
        """Return which part of the image has ink."""
        return where_ink_is(self._pixels)

    def set_caption(self, caption: str) -> None:
        """Change the line below the image; "" removes it."""
        if caption != self._caption:
            self._caption = caption
            self.setAccessibleDescription(caption)
            self.updateGeometry()
            self.update()

    def sizeHint(self) -> QSize:
        """Ask for two screen pixels per pixel of the digit."""
        return QSize(2 * IMAGE_SIDE + 2, 2 * IMAGE_SIDE + 2 + self._caption_height())

    def minimumSizeHint(self) -> QSize:
        """Never shrink below one screen pixel per pixel of the digit."""
        return QSize(IMAGE_SIDE + 2, IMAGE_SIDE + 2 + self._caption_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the square, the digit in it and the text below."""
        painter = QPainter(self)
        frame = self._fitted(below=self._caption_height())
        self._draw_framed(painter, frame, self._theme.paper)
        if self._field is not None:
            self._draw_field(painter, frame, self._field)
        if self._caption:
            below = QRectF(0, frame.bottom() + 1, self.width(), self._caption_height())
            painter.setPen(QColor(self._theme.text if self.isEnabled() else self._theme.disabled))
            text = self.fontMetrics().elidedText(self._caption, Qt.TextElideMode.ElideRight, self.width())
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, text)

    def _draw_field(self, painter: QPainter, frame: QRectF, field: Field) -> None:
        zoom = frame.width() / IMAGE_SIDE
        left, top = frame.left() + field.column * zoom, frame.top() + field.row * zoom
        painter.setPen(QPen(QColor(self._theme.link), 2))
        painter.drawRect(QRectF(left, top, field.columns * zoom, field.rows * zoom))

    def _caption_height(self) -> int:
        return self.fontMetrics().height() + 4 if self._caption else 0

    def _redraw(self) -> None:
        self._show_colors(None if self._pixels is None else gray_colors(self._pixels, self._theme))
