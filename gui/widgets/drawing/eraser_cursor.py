"""The pointer while erasing: a ring as wide as what it takes away."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

_SMALLEST = 6.0


def ring_cursor(diameter: float, color: str, ratio: float) -> QCursor:
    """Return a pointer that is a ring.

    Parameters
    ----------
    diameter : float
        In logical pixels.
    color : str
        ``"#rrggbb"``.
    ratio : float
        Screen pixels per logical pixel.
    """
    side = max(diameter, _SMALLEST) + 2
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(color), 1.5))
        painter.drawEllipse(QRectF(1, 1, side - 2, side - 2))
    return QCursor(pixmap)
