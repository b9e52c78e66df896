"""Which parts of the ink in an image make up the digit: the largest that may be one, and what stands near it.

In a photo, not all that is dark is written. What reaches in from the edge is the table; a disc is a punched hole; a
lying line below the rest is an underline. None of them is kept, where there is anything else.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from core.drawing.photos.connected_parts import Part, label_parts
from core.drawing.photos.morphology import dilate

_Ink = NDArray[np.float32]

_STRONG = 0.5
_JOINED = 0.3
"""Share of full ink from which on pixels of a large image hang together."""
_SOFT_EDGE_SHARE = 0.05
_SPECK_SHARE = 0.03
_INNER_SPECK_SHARE = 0.01
"""The same inside of the digit's box, where the eyes of a face are."""
_NEAR = 0.45
"""Distance from the digit, as a share of its longer side, up to which a part belongs to it."""
_NEAR_LINE = 0.35
"""The same for a lying line, such as the bar of a 5."""
_LIKE = 0.55
"""Share of the height of the digit from which on a part farther away may be another digit."""
_SAME_PEN = 0.55
"""Thickness, in that of the digit, from which on a part may be written with the same pen."""
_LONGEST = 2.2
"""Length of a straight line, in the digit's longer side, up to which it may be one of its strokes: the stem of a 4."""
_NO_LINE_SHARE = 0.25
_STRAIGHT = 0.75
"""Share of a box or a table that lies on straight lines, where they were not told to be printed."""
_LONG = 4.5
"""Length in widths from which on a straight part is a line."""


def keep_digit(ink: _Ink, straight: NDArray[np.bool_] | None, *, is_photo: bool) -> _Ink:
    """Leave the parts that make up the digit, and nothing else.

    Parameters
    ----------
    ink : float32 array of shape (H, W)
        0 is paper, 1 is full ink.
    straight : bool array of shape (H, W), or None
        Where there are straight lines; None for a small image, which is no page.
    is_photo : bool
        Whether there may be a table, shadows and holes.
    """
    strong = (ink >= _STRONG).astype(np.uint8)
    reach = max(2, round(_SOFT_EDGE_SHARE * max(ink.shape)))
    if straight is None:
        # The soft edge of a stroke lies beside it; what is faint and farther away is the edge of a shadow.
        ink = np.where(dilate(strong, reach) > 0, ink, 0)
        labels, parts = label_parts(ink > 0, ink.astype(np.float64))
        kept = _without_corners(parts, labels)
        return np.where(np.isin(labels, [part.label for part in kept]), ink, 0)
    labels, parts = label_parts(ink >= _JOINED, ink.astype(np.float64))
    solid = [part for part in parts if part.strongest >= _STRONG]
    kept = _choose(solid, labels, straight, is_photo=is_photo) if solid else []
    near = dilate(np.isin(labels, [part.label for part in kept]).astype(np.uint8), 2)
    others = (labels > 0) & ~np.isin(labels, [part.label for part in kept])
    return np.where((near > 0) & ~others, ink, 0)


def _without_corners(parts: Sequence[Part], labels: NDArray[np.intp]) -> list[Part]:
    """Return the parts of a small image that are no specks, and do not reach in from a corner."""
    solid = [part for part in parts if part.strongest >= _STRONG]
    inner = [part for part in solid if not _holds_corner(part, labels)]
    largest_inner = max((part.ink for part in inner), default=0.0)
    least = 0.15 * min(labels.shape)
    if any(max(part.height, part.width) >= least and part.ink == largest_inner for part in inner):
        solid = inner
    largest = max(part.ink for part in solid)
    return [part for part in solid if part.ink >= _SPECK_SHARE * largest]


def _holds_corner(part: Part, labels: NDArray[np.intp]) -> bool:
    return part.label in labels[[0, 0, -1, -1], [0, -1, 0, -1]]


def _choose(
    parts: Sequence[Part], labels: NDArray[np.intp], straight: NDArray[np.bool_], *, is_photo: bool
) -> list[Part]:
    largest = max(part.ink for part in parts)
    parts = [part for part in parts if part.ink >= _INNER_SPECK_SHARE * largest]
    likely = [part for part in parts if part.ink >= _SPECK_SHARE * largest]
    shapes = {part.label: _Shape(part, labels, straight) for part in parts}
    if is_photo:
        likely = _prefer(likely, lambda part: not part.touches_edge(labels.shape))
        likely = _prefer(likely, lambda part: not shapes[part.label].is_disc)
    else:
        likely = _prefer(likely, lambda part: not _holds_corner(part, labels))
    likely = _prefer(likely, lambda part: not shapes[part.label].is_lying_line)
    frames = {
        part.label
        for part in likely
        if shapes[part.label].is_straight and any(_is_framed(other, part) for other in likely)
    }
    likely = _prefer(likely, lambda part: part.label not in frames)
    main = max(likely, key=lambda part: part.ink)
    if shapes[main.label].is_line:
        # It may be a 1, or what is left of a table.
        likely = [part for part in likely if part.ink >= _NO_LINE_SHARE * main.ink]
        main = max(_prefer(likely, lambda part: not shapes[part.label].is_line), key=lambda part: part.ink)
    others = [part for part in parts if part is not main and part.label not in frames]
    if is_photo:
        others = [part for part in others if not part.touches_edge(labels.shape)]
    return [main, *(part for part in others if _belongs(part, main, shapes))]


def _belongs(part: Part, main: Part, shapes: Mapping[int, "_Shape"]) -> bool:
    """Return whether a part is one more stroke of the digit, or another digit beside it."""
    shape, pen = shapes[part.label], shapes[main.label].thickness
    side, distance = max(main.height, main.width), part.distance(main)
    if shape.is_lying_line and part.top > main.top + 0.8 * main.height and part.width > 0.5 * main.width:
        return False
    if distance <= 0 and not _is_framed(main, part):
        return True
    if part.ink < _SPECK_SHARE * main.ink or shape.is_disc or shape.thickness < _SAME_PEN * pen:
        return False
    if shape.is_line and max(part.height, part.width) > _LONGEST * side:
        return False
    if distance <= (_NEAR_LINE if shape.is_lying_line else _NEAR) * side:
        return True
    is_alike = _LIKE < part.height / main.height < 1 / _LIKE and part.ink > 0.3 * main.ink
    return is_alike and not shape.is_lying_line and abs(part.top - main.top) < 0.5 * side


def _is_framed(part: Part, frame: Part) -> bool:
    """Return whether a part stands well inside of another's box."""
    inside = (
        part.top > frame.top
        and part.left > frame.left
        and part.top + part.height < frame.top + frame.height
        and part.left + part.width < frame.left + frame.width
    )
    return inside and part.ink >= _SPECK_SHARE * frame.ink and 2 * part.height * part.width < frame.height * frame.width


def _prefer(parts: Sequence[Part], wanted: Callable[[Part], bool]) -> list[Part]:
    """Return the parts that are wanted, or all where none is."""
    return [part for part in parts if wanted(part)] or list(parts)


class _Shape:
    """What form a part has, measured on its pixels."""

    def __init__(self, part: Part, labels: NDArray[np.intp], straight: NDArray[np.bool_]) -> None:
        box = np.s_[part.top : part.top + part.height, part.left : part.left + part.width]
        mask = labels[box] == part.label
        area = int(mask.sum())
        padded = np.pad(mask, 1).astype(np.int8)
        edges = int(np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum())
        # Steps along the pixels' sides are longer than the outline by 4 / pi on average.
        outline = edges * np.pi / 4
        rows, columns = np.nonzero(mask)
        spread = np.cov(np.stack([columns, rows]), bias=True) if area > 2 else np.eye(2)
        lengths, axes = np.linalg.eigh(spread + np.eye(2) / 12)
        long, short = np.sqrt(12 * lengths[1]), np.sqrt(12 * lengths[0])
        self.thickness = 2 * area / outline
        is_round = 0.7 < part.height / part.width < 1.4 and area > 0.6 * part.height * part.width
        self.is_disc = bool(is_round and outline**2 < 1.45 * 4 * np.pi * area)
        # A straight line fills the rectangle that has its spreads.
        self.is_line = bool(long > _LONG * short and area > 0.7 * long * short)
        self.is_straight = bool(straight[box][mask].mean() > _STRAIGHT)
        self.is_lying_line = bool(self.is_line and abs(axes[0, 1]) > 0.9)
