"""A drawing as values that JSON can hold: the places of the pen, and images that were laid on the canvas."""

import base64
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.drawing.pen import PenStroke
from core.drawing.sketch import INK_SIDE, Mark, PastedImage
from core.errors import UserError
from core.network.arrays import IMAGE_SIDE

MOST_PLACES = 100_000
_FARTHEST = 10_000.0


def mark_values(mark: Mark) -> dict[str, Any]:
    """Return a stroke or an image as JSON can hold it."""
    if isinstance(mark, PenStroke):
        return {"places": [list(place) for place in mark.places], "erases": mark.erases}
    example = None if mark.example is None else _packed(mark.example)
    return {"ink": _packed(mark.ink), "example": example}


def read_mark(values: object, error: type[UserError]) -> Mark:
    """Return what `mark_values` was given.

    Raises
    ------
    UserError
        Of the type ``error``, where it makes no sense.
    """
    if not isinstance(values, dict):
        raise error("a mark of the drawing makes no sense.")
    if "places" in values:
        places = values["places"]
        if not isinstance(places, list) or not 1 <= len(places) <= MOST_PLACES or not all(map(_is_place, places)):
            raise error("a stroke of the drawing makes no sense.")
        return PenStroke(
            tuple((float(x), float(y), float(width)) for x, y, width in places), values.get("erases") is True
        )
    ink, example = _unpacked(values.get("ink"), INK_SIDE), _unpacked(values.get("example"), IMAGE_SIDE)
    if ink is None:
        raise error("an image in the drawing makes no sense.")
    return PastedImage(ink, example)


def _is_place(place: object) -> bool:
    # No need to ask for finite numbers: what is no number lies in no range.
    return (
        isinstance(place, list)
        and len(place) == 3
        and all(type(value) in (int, float) and -_FARTHEST <= value <= _FARTHEST for value in place)
        and place[2] > 0
    )


def _packed(image: NDArray[np.uint8]) -> str:
    return base64.b64encode(zlib.compress(np.ascontiguousarray(image).tobytes())).decode()


def _unpacked(text: object, side: int) -> NDArray[np.uint8] | None:
    """Return a square image; None for what is none, or would unpack to more."""
    if not isinstance(text, str):
        return None
    try:
        content = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), side * side + 1)
    except (ValueError, zlib.error):
        return None
    return np.frombuffer(content, np.uint8).reshape(side, side) if len(content) == side * side else None
