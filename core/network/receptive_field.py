"""Which pixels a place of a map depends on: its receptive field.

A place of the first convolution sees as many pixels as its kernel has weights. Each layer behind it sees more: a kernel
of 5 behind a pooling of 2 behind a kernel of 5 looks at 14 pixels in a row and a column.

Source: Luo, Li, Urtasun, Zemel 2016, "Understanding the effective receptive field in deep convolutional neural
networks", arXiv:1701.04128.
"""

from typing import NamedTuple

from core.network.arrays import IMAGE_SIDE
from core.network.unit_layers import UnitLayer


class Field(NamedTuple):
    """A part of an image: its first row and column, and how many there are."""

    row: int
    column: int
    rows: int
    columns: int


def receptive_field(layer: UnitLayer, place: int) -> Field | None:
    """Return which pixels a unit's pre-activation at one place depends on.

    Parameters
    ----------
    layer : UnitLayer
        The unit's layer.
    place : int
        Of its map, counted row by row from 0.

    Returns
    -------
    Field or None
        None where the unit gives out one number, and may depend on all of the image.
    """
    if not layer.map_shape:
        return None
    spans = [(each, each) for each in divmod(place, layer.map_shape[1])]
    for operation in reversed(layer.layout.operations[: layer.operation + 1]):
        spans = [operation.seen(first, last) for first, last in spans]
    (top, bottom), (left, right) = ((max(first, 0), min(last, IMAGE_SIDE - 1)) for first, last in spans)
    return Field(top, left, bottom - top + 1, right - left + 1)
