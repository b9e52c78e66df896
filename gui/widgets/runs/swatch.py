"""A sample of the lines with which a run is drawn in the plots."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

SWATCH_WIDTH, SWATCH_HEIGHT = 18, 12
_THICKNESS = 4
_SHARPNESS = 3
"""Pixels for each logical one: sharp enough on any screen."""


def swatch(colors: Sequence[str]) -> QIcon:
    """Return a pixmap of one line below another, one for each color; one without any has the same size."""
    pixmap = QPixmap(SWATCH_WIDTH * _SHARPNESS, SWATCH_HEIGHT * _SHARPNESS)
    pixmap.setDevicePixelRatio(_SHARPNESS)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        for place, color in enumerate(colors):
            middle = SWATCH_HEIGHT * (place + 1) / (len(colors) + 1)
            painter.fillRect(QRectF(0, middle - _THICKNESS / 2, SWATCH_WIDTH, _THICKNESS), QColor(color))
    icon = QIcon()
    # Colors mean something, and so stay the same where their row is chosen or its box is gray.
    for mode in QIcon.Mode:
        icon.addPixmap(pixmap, mode)
    return icon
