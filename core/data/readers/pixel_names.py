"""The order in which the names of a table's columns say that the pixels lie.

Programs that sort names as text write pixel0, pixel1, pixel10, pixel11, ..., pixel2. Names that count the pixels,
or their rows and columns, from 0 or from 1, are believed; anything else leaves the pixels as they stand.
"""

import re
from collections.abc import Sequence

import numpy as np

from core.network.arrays import IMAGE_SIDE, PIXELS

_COUNTED = re.compile(r"(\D*)(\d{1,4})\D{0,2}")
_PLACED = re.compile(
    r"(?:pixels?|pix|px|p|image|img|row|r)?[\W_]*(\d{1,2})(?:[\W_]*(?:x|column|col|c)[\W_]*|[\W_]+)(\d{1,2})\W?",
    re.IGNORECASE,
)
"""Row, then column: "1x1", "r0c27", "pixel_3_14"."""


def find_pixel_order(names: Sequence[str]) -> list[int] | None:
    """Return where the pixels stand that names say to be the first, the second and so on.

    Parameters
    ----------
    names : sequence of 784 str
        Of the columns that hold pixels, as they stand.

    Returns
    -------
    list of int or None
        None where the names do not count the pixels, or count them as they stand.
    """
    plain = [name.strip().strip("'\"").strip() for name in names]
    numbers = _counted(plain) or _placed(plain)
    if numbers is None:
        return None
    order = np.argsort(numbers, kind="stable")
    return None if np.array_equal(order, np.arange(PIXELS)) else [int(place) for place in order]


def order_note(names: Sequence[str], order: Sequence[int]) -> str:
    """Return what is told of pixels that were put into the order of their names."""
    first, last = (names[order[place]].strip()[:20] for place in (0, -1))
    return f"The columns of pixels stand in another order than their names, {first} to {last}, and are read by these."


def _counted(names: Sequence[str]) -> list[int] | None:
    """Return the numbers in names that are alike but for these, where they count from 0 or 1 without a gap."""
    found = [_COUNTED.fullmatch(name) for name in names]
    if not all(found) or len({match[1].lower() for match in found if match}) != 1:
        return None
    numbers = [int(match[2]) for match in found if match]
    return numbers if sorted(numbers) in ([*range(PIXELS)], [*range(1, PIXELS + 1)]) else None


def _placed(names: Sequence[str]) -> list[int] | None:
    """Return each pixel's number by row and column, where these count from 0 or 1 and name every place once."""
    found = [_PLACED.fullmatch(name) for name in names]
    if not all(found):
        return None
    places = np.array([(int(match[1]), int(match[2])) for match in found if match])
    places -= places.min(axis=0)
    if not places.max() < IMAGE_SIDE or len(np.unique(places, axis=0)) != PIXELS:
        return None
    # Row by row, but with the column named first: which way is meant cannot be told, and the file is in order.
    if np.array_equal(places[:, 1] * IMAGE_SIDE + places[:, 0], np.arange(PIXELS)):
        return None
    return [int(number) for number in places[:, 0] * IMAGE_SIDE + places[:, 1]]
