"""A widget as it is painted, asked at places in its own coordinates, whatever the density of the screen."""

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from tests.layout import laid_out


class Painted:
    """The picture of a widget, taken at once.

    Attributes
    ----------
    image : QImage
        In pixels of the screen, of which ``ratio`` go into one of the widget's.
    """

    def __init__(self, widget: QWidget, area: QRect | None = None) -> None:
        laid_out(widget)
        self.image: QImage = (widget.grab() if area is None else widget.grab(area)).toImage()
        self.ratio = self.image.devicePixelRatio()
        self._size = widget.size() if area is None else area.size()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Painted) and self.image == other.image

    __hash__ = None

    def color(self, x: float, y: float) -> str:
        """Return the color at a place as ``"#rrggbb"``."""
        return self.image.pixelColor(int(x * self.ratio), int(y * self.ratio)).name()

    def color_at(self, place: QPointF) -> str:
        """Return the color at a place as ``"#rrggbb"``."""
        return self.color(place.x(), place.y())

    def row(self, y: float) -> list[str]:
        """Return the color of each column of the widget at a height, from left to right."""
        return [self.color(x + 0.5, y) for x in range(self._size.width())]

    def column(self, x: float) -> list[str]:
        """Return the color of each row of the widget, from top to bottom."""
        return [self.color(x, y + 0.5) for y in range(self._size.height())]

    def part(self, area: QRect | QRectF) -> QImage:
        """Return what is painted in an area."""
        left, top, width, height = (value * self.ratio for value in area.getRect())
        return self.image.copy(int(left), int(top), round(width), round(height))

    def places(self, color: str) -> list[QPointF]:
        """Return the middles of the screen's pixels that have a color."""
        image, ratio = self.image, self.ratio
        return [
            QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)
            for y in range(image.height())
            for x in range(image.width())
            if image.pixelColor(x, y).name() == color
        ]
