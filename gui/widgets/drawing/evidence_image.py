"""Evidence as an image: a number for each pixel, blue where ink speaks for, red where it speaks against."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QSize
from PySide6.QtGui import QAccessible, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.arrays import IMAGE_SIDE, Floats
from gui.look.formatting import number
from gui.look.theme import mix
from gui.widgets.pixel_grid import PixelGrid

_FAINT_INK = 0.22


class EvidenceImage(PixelGrid):
    """Signed numbers, one a pixel, in the diverging colors over a faint print of the digit."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, meaning: str = "evidence", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meaning = meaning
        self._terms: Floats | None = None
        self._shape: tuple[int, int] = IMAGE_SIDE, IMAGE_SIDE
        self._ink: Floats = np.zeros(IMAGE_SIDE * IMAGE_SIDE)
        self._limit = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(f"{meaning} of each pixel")

    @property
    def limit(self) -> float:
        """What the strongest color stands for, either way."""
        return self._limit

    def show_terms(
        self,
        terms: Floats | None,
        ink: Floats | None = None,
        limit: float | None = None,
        shape: tuple[int, int] = (IMAGE_SIDE, IMAGE_SIDE),
    ) -> None:
        """Show one signed number a pixel, or nothing.

        Parameters
        ----------
        terms : float array of shape (pixels,) or None
            What each pixel contributes, row by row.
        ink : float array of shape (pixels,), in [0, 1], optional
            The digit itself, to be printed faintly below.
        limit : float, optional
            What the strongest color stands for; the largest of the numbers, unless given.
        shape : tuple of int
            Rows and columns.
        """
        self._terms, self._shape = terms, shape
        if terms is not None:
            self._ink = np.zeros(len(terms)) if ink is None else ink
            self._limit = limit or float(np.abs(terms).max()) or 1.0
        self._redraw()

    def sizeHint(self) -> QSize:
        """Ask for four screen pixels per pixel."""
        return QSize(4 * IMAGE_SIDE + 2, 4 * IMAGE_SIDE + 2)

    def minimumSizeHint(self) -> QSize:
        """Never shrink below one screen pixel per pixel."""
        return QSize(IMAGE_SIDE + 2, IMAGE_SIDE + 2)

    def tip_at(self, place: QPoint) -> str:
        """Tell the numbers of the pixel under the pointer."""
        return self.describe(place.x(), place.y())

    def accessible_value(self) -> str:
        """Return where the strongest numbers of either sign are."""
        if self._terms is None:
            return "nothing yet"
        ends = (int(self._terms.argmax()), "strongest for"), (int(self._terms.argmin()), "strongest against")
        return "; ".join(f"{name}: {self._pixel(pixel)}" for pixel, name in ends)

    def describe(self, x: float, y: float) -> str:
        """Return the numbers of the pixel at a point of the widget, "" where there is none."""
        frame = self._fitted(self._shape)
        rows, columns = self._shape
        row = int((y - frame.top()) // (frame.height() / rows))
        column = int((x - frame.left()) // (frame.width() / columns))
        if self._terms is None or not (0 <= row < rows and 0 <= column < columns):
            return ""
        return self._pixel(row * columns + column)

    def _pixel(self, pixel: int) -> str:
        assert self._terms is not None
        row, column = divmod(pixel, self._shape[1])
        term = number(float(self._terms[pixel]))
        ink = f"pixel {number(float(self._ink[pixel]))}, " if self._ink.any() else ""
        return f"row {row}, column {column}: {ink}{self._meaning} {term}"

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the image in a square."""
        self._draw_framed(QPainter(self), self._fitted(self._shape), self._theme.neutral)

    def _redraw(self) -> None:
        self._show_colors(None if self._terms is None else self._blended(self._terms / self._limit))

    def _blended(self, shares: Floats) -> NDArray[np.uint32]:
        """Return the colors of terms from -1 to 1, row by row."""
        theme = self._theme
        neutral, print_color = _rgb(QColor(theme.neutral)), _rgb(mix(theme.neutral, theme.text, _FAINT_INK))
        below = neutral + self._ink[:, None] * (print_color - neutral)
        signed = np.where(shares[:, None] > 0, _rgb(QColor(theme.positive)), _rgb(QColor(theme.negative)))
        red, green, blue = np.rint(below + np.abs(shares)[:, None] * (signed - below)).astype(np.uint32).T
        return (0xFF << 24 | red << 16 | green << 8 | blue).reshape(self._shape)


def _rgb(color: QColor) -> NDArray[np.float64]:
    return np.array([color.red(), color.green(), color.blue()], float)
