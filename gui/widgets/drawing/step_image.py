"""One image of the preparation, with what the next step will do to it drawn on top."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.drawing.preparation import Box
from gui.widgets.digit_image import where_ink_is
from gui.widgets.pixel_grid import PixelGrid, gray_colors


@dataclass(frozen=True)
class Outline:
    """A box to draw on an image, in its pixels; ``is_main`` ones are drawn solid, others dotted."""

    box: Box
    is_main: bool


class StepImage(PixelGrid):
    """A square gray image of any resolution, with boxes or a cross on it."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels: NDArray[np.uint8] | None = None
        self._outlines: Sequence[Outline] = ()
        self._cross: tuple[float, float] | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def show_image(
        self,
        pixels: NDArray[np.uint8] | None,
        outlines: Sequence[Outline] = (),
        cross: tuple[float, float] | None = None,
    ) -> None:
        """Show an image, or blank paper for None.

        Parameters
        ----------
        pixels : uint8 array of shape (s, s) or None
            0 is paper, 255 is ink.
        outlines : sequence of Outline
            Boxes to draw on top.
        cross : tuple of two floats, optional
            Row and column, counted from the top left corner, to mark with a cross.
        """
        self._pixels, self._outlines, self._cross = pixels, outlines, cross
        self._redraw()

    def accessible_value(self) -> str:
        """Return which part of the image has ink."""
        return where_ink_is(self._pixels)

    def minimumSizeHint(self) -> QSize:
        """Never shrink below two screen pixels per pixel of the smallest image."""
        return QSize(42, 42)

    def sizeHint(self) -> QSize:
        """Ask for four at a time in a narrow column."""
        return QSize(66, 66)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image, the boxes and the cross."""
        painter = QPainter(self)
        # A frame of filled squares: of a line that falls between two screen pixels, sides would be missing.
        side = min(self.width(), self.height())
        outer = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        painter.fillRect(outer, QColor(self._theme.outline))
        frame = outer.adjusted(1, 1, -1, -1)
        side -= 2
        painter.fillRect(frame, QColor(self._theme.paper))
        if self._pixels is not None:
            # Large images are made smaller smoothly; in small ones every pixel is to be seen.
            smooth = self._image.width() > side
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawImage(frame, self._image)
            self._draw_marks(painter, frame, side / self._image.width())

    def _draw_marks(self, painter: QPainter, frame: QRectF, zoom: float) -> None:
        painter.setClipRect(frame)
        for outline in self._outlines:
            style = Qt.PenStyle.SolidLine if outline.is_main else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(self._theme.test), 1.5, style))
            box = outline.box
            area = QRectF(box.left * zoom, box.top * zoom, box.width * zoom, box.height * zoom)
            painter.drawRect(area.translated(frame.topLeft()))
        if self._cross is not None:
            row, column = self._cross
            center = frame.topLeft() + QPointF(column, row) * zoom
            painter.setPen(QPen(QColor(self._theme.test), 1.5))
            for arm in (QPointF(5, 0), QPointF(0, 5)):
                painter.drawLine(center - arm, center + arm)
        painter.setClipping(False)

    def _redraw(self) -> None:
        self._show_colors(None if self._pixels is None else gray_colors(self._pixels, self._theme))
