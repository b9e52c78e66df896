"""The weights of one unit as an image to paint on, with the mouse or by keyboard."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.arrays import IMAGE_SIDE
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.weight_brush import WeightBrush

_LEAST = 112
"""Side in logical pixels; below four for each pixel of the image nobody hits one."""

_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_PAINT = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class WeightCanvas(TileGrid):
    """One tile whose brush is always down.

    Attributes
    ----------
    brush : WeightBrush
        Paints with the mouse, and with Space at the pixel that the arrow keys lead to.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(lambda tile: "", parent=parent)
        self._row = self._column = IMAGE_SIDE // 2
        self.brush = WeightBrush(self)
        self.brush.is_down = True
        self.set_labeled(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("weights of the unit, to be painted")
        self.setAccessibleDescription("Arrow keys move the brush, Space paints.")
        self.setToolTip("Paint incoming weights: drag, or move with the arrow keys and press Space")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Use the largest square that fits."""
        super().resizeEvent(event)
        self.set_room(event.size())
        self.setMinimumSize(_LEAST, _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the image, and where the keyboard's brush stands."""
        super().paintEvent(event)
        painter, zoom, tile = QPainter(self), self.layout_.zoom, self.tile_rect(0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().window())
        painter.drawRect(QRectF(tile.right() + 1, 0, self.width(), self.height()))
        painter.drawRect(QRectF(0, tile.bottom() + 1, self.width(), self.height()))
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            left, top = self.layout_.corner(0)
            pixel = QRectF(left + self._column * zoom, top + self._row * zoom, zoom, zoom)
            for color, margin in ((self._theme.surface, 2.0), (self._theme.text, 1.0)):
                painter.setPen(QPen(QColor(color), 1))
                painter.drawRect(pixel.adjusted(-margin, -margin, margin, margin))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the brush with the arrow keys, paint with Space."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            down, right = _STEPS[key]
            self._row = min(max(self._row + down, 0), IMAGE_SIDE - 1)
            self._column = min(max(self._column + right, 0), IMAGE_SIDE - 1)
            self.setAccessibleDescription(f"row {self._row}, column {self._column}")
            self.update()
        elif key in _PAINT:
            self.brush.dab(self._row, self._column)
        else:
            super().keyPressEvent(event)
