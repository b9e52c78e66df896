"""The pointer on the canvas: a ring as wide as what it draws or takes away."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QCursor, QPainter, QPen, QPixmap

from gui.look.theme import Theme

_SMALLEST = 6.0


def ring_cursor(diameter: float, theme: Theme, ratio: float, *, erases: bool) -> QCursor:
    """Return a pointer that is a ring, dashed where it erases; it can be seen on paper and on ink.

    Parameters
    ----------
    diameter : float
        In logical pixels.
    theme : Theme
        Colors of paper and ink.
    ratio : float
        Screen pixels per logical pixel.
    erases : bool
        Whether it takes ink away.
    """
    side = max(diameter, _SMALLEST) + 2
    pixmap = QPixmap(round(side * ratio), round(side * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    dark = QPen(QColor(theme.ink), 1.2, Qt.PenStyle.DashLine if erases else Qt.PenStyle.SolidLine)
    with QPainter(pixmap) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pen, inset in ((dark, 1.0), (QPen(QColor(theme.paper), 1.2), 2.2)):
            painter.setPen(pen)
            painter.drawEllipse(QRectF(inset, inset, side - 2 * inset, side - 2 * inset))
    return QCursor(pixmap)
