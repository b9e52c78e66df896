"""Where things stand in the diagram of a network: the image, a column of units for each hidden layer, ten digits."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

_GAP = 5.0
_MARGIN = 8.0
_SMALLEST_IMAGE, _LARGEST_IMAGE, _LARGEST_TILE, _LARGEST_SQUARE = 56.0, 196.0, 84.0, 44.0
_LEAST_OF_TEXT = 1.9
"""How high the smallest tile is, in heights of text: its number has room."""
_LEAST_STEP = 2.8
"""From column to column, in heights of text; image and digits give way until there is as much."""

BAR = 6.0
"""Width of the bar beside a unit."""


@dataclass(frozen=True)
class NetworkLayout:
    """Places in logical pixels.

    Attributes
    ----------
    image : QRectF
        Of the image.
    heads : tuple of QRectF
        Above each column, the image's first, for its name.
    units : tuple of tuples of QRectF
        ``units[l][k]``: the k-th unit that is shown of layer l, the output last; without the bar beside it.
    """

    image: QRectF
    heads: tuple[QRectF, ...]
    units: tuple[tuple[QRectF, ...], ...]

    def end(self, layer: int, place: int) -> QPointF:
        """Return where lines arrive at a unit."""
        rect = self.units[layer][place]
        return QPointF(rect.left(), rect.center().y())

    def start(self, layer: int, place: int) -> QPointF:
        """Return where lines to the next layer start."""
        rect = self.units[layer][place]
        return QPointF(rect.right() + BAR + 2, rect.center().y())


def room_for_units(height: float, text_height: float) -> int:
    """Return how many units a column has room for, at least 2."""
    return max(2, int((height - _head(text_height) - _MARGIN + _GAP) // (_LEAST_OF_TEXT * text_height + _GAP)))


def lay_out(
    width: float,
    height: float,
    text_height: float,
    words: tuple[float, float],
    shown: Sequence[int],
    have_images: Sequence[bool],
) -> NetworkLayout:
    """Return where things stand.

    Parameters
    ----------
    width, height : float
        Of the diagram.
    text_height : float
        Of a line of text.
    words : tuple of two floats
        Widths of the names of the digits and of their values.
    shown : sequence of int
        How many units of each layer are shown, the ten digits last.
    have_images : sequence of bool
        Of which hidden layers the units are images.
    """
    top = _head(text_height)
    inner = height - top - _MARGIN
    side, output_width = _ends(width, inner, text_height, words, len(shown))
    image = QRectF(_MARGIN, top + (inner - side) / 2, side, side)
    output_left = width - _MARGIN - output_width
    step = (output_left - image.right()) / len(shown)
    columns = []
    centers = [image.center().x()]
    for layer, count in enumerate(shown[:-1]):
        largest = _LARGEST_TILE if have_images[layer] else _LARGEST_SQUARE
        tile = max(8.0, min(largest, (inner + _GAP) / count - _GAP, 0.5 * step))
        pitch = min(tile + 3 * _GAP, (inner - tile) / max(count - 1, 1))
        x = image.right() + (layer + 1) * step - tile / 2 - BAR / 2
        first = top + (inner - (count - 1) * pitch - tile) / 2
        columns.append(tuple(QRectF(x, first + place * pitch, tile, tile) for place in range(count)))
        centers.append(x + tile / 2)
    row = min(inner / shown[-1], 3.2 * text_height)
    first = top + (inner - row * shown[-1]) / 2
    columns.append(tuple(QRectF(output_left, first + k * row + 1, output_width, row - 2) for k in range(shown[-1])))
    centers.append(output_left + output_width / 2)
    heads = tuple(_head_at(center, place, centers, width, text_height) for place, center in enumerate(centers))
    return NetworkLayout(image, heads, tuple(columns))


def _ends(
    width: float, inner: float, text_height: float, words: tuple[float, float], columns: int
) -> tuple[float, float]:
    """Return the widths of the image and of the digits, which leave the columns between them their room.

    The bars of the digits are shorter first, then the image is smaller, and then the digits' values are left out.
    """
    side = max(_SMALLEST_IMAGE, min(_LARGEST_IMAGE, 0.2 * width, 0.6 * inner))
    names, values = words
    bars, least = min(0.16 * width, 160.0), 2 * text_height
    choices = (
        (side, min(names + values + bars, 0.4 * width)),
        (side, names + values + least),
        (_SMALLEST_IMAGE, names + values + least),
        (_SMALLEST_IMAGE, names + least),
    )
    for image, output in choices:
        if width - 2 * _MARGIN - image - output >= columns * _LEAST_STEP * text_height:
            break
    return image, output


def _head(text_height: float) -> float:
    return 2 * text_height + 10


def _head_at(center: float, place: int, centers: Sequence[float], width: float, text_height: float) -> QRectF:
    """Return the room above a column: up to halfway to its neighbors."""
    left = 2.0 if place == 0 else (centers[place - 1] + center) / 2 + 2
    right = width - 2 if place == len(centers) - 1 else (center + centers[place + 1]) / 2 - 2
    half = min(center - left, right - center)
    return QRectF(center - half, 2, 2 * half, 2 * text_height + 4)
