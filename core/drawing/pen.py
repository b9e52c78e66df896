"""A pen on paper: from the places that a pointer reports to a line without gaps or corners.

A mouse reports where it is some 60 to 1,000 times a second, a fast hand moves 50 pixels between two reports, and
joining them by straight lines would give a polygon. So the line runs from **midpoint to midpoint** of what was
reported, as quadratic Bézier curves with the reported places as control points:

    reported   p0 ------- p1 ------- p2 ------- p3
    drawn      p0 -- m01 ~~~~~~~ m12 ~~~~~~~ m23 -- p3

At every midpoint both curves have the direction of the line through it: the stroke has no corner. And each piece
depends on three reports only, so that it can be drawn as soon as the third has come, and never changes again.

Such a line keeps away from the reported places, and the more the farther they are apart. Where a busy computer reports
few of them, a circle would become a rounded polygon. There, `between` puts places on a spline through the reports.

The width of the pen is a third coordinate, which a tablet's pressure changes on the way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, hypot, sqrt

import numpy as np
from numpy.typing import NDArray

from core.drawing.preparation import Box
from core.drawing.strokes import coverage, to_bytes

Place = tuple[float, float, float]
"""Where the pen is and how wide: x to the right, y down, diameter; in pixels."""

Piece = tuple[Place, Place]
"""Start and end of a straight piece of a stroke."""

FAR = 40.0
"""Distance of two reports, in units of the canvas, from which on places are put between them. A hand rarely goes so far
in the sixtieth of a second between two reports."""

_PUT_IN_EVERY = 10.0
_SHARPEST = -0.1
"""Cosine of the turn below which a place is a corner that was meant, as in a 7."""

FLATNESS = 0.1
"""By how much, in pixels, a chord may stray from the curve that it stands for."""


@dataclass(frozen=True)
class PenStroke:
    """What the pen did between touching the paper and leaving it.

    Attributes
    ----------
    places : tuple of Place
        The reported places, at least one; a single one is a dot.
    erases : bool
        True where the pen took ink away.
    """

    places: tuple[Place, ...]
    erases: bool = False


def chords(stroke: PenStroke) -> list[Piece]:
    """Return the straight pieces that a finished stroke consists of."""
    places = stroke.places
    if len(places) == 1:
        return [(places[0], places[0])]
    pieces = [opening(*places[:2])]
    for before, at, after in zip(places, places[1:], places[2:], strict=False):
        pieces += curve(before, at, after)
    return [*pieces, closing(*places[-2:])]


def opening(first: Place, second: Place) -> Piece:
    """Return the straight piece that a stroke begins with, up to the first midpoint."""
    return first, _middle(first, second)


def curve(before: Place, at: Place, after: Place) -> list[Piece]:
    """Return the chords of the curve around ``at``, from the midpoint before it to the midpoint after it."""
    start, end = _middle(before, at), _middle(at, after)
    # n equal chords of a quadratic curve stray from it by |start - 2 at + end| / (4 n^2).
    bend = hypot(start[0] - 2 * at[0] + end[0], start[1] - 2 * at[1] + end[1])
    count = max(ceil(sqrt(bend / (4 * FLATNESS))), 1)
    return list(pairwise(_on_curve(start, at, end, step / count) for step in range(count + 1)))


def between(before: Place | None, start: Place, end: Place, after: Place | None) -> list[Place]:
    """Return places to put between two reports, on a centripetal Catmull-Rom spline, which swings out nowhere.

    Parameters
    ----------
    before, after : Place or None
        The reports around these two; None at an end of the stroke.
    start, end : Place
        Reports that are far apart.
    """
    gap = hypot(end[0] - start[0], end[1] - start[1])
    leaving = None if before is None else _slope(before, start, end, at_end=False)
    arriving = None if after is None else _slope(start, end, after, at_end=True)
    known = leaving or arriving
    if known is None:
        return []
    # Where a stroke ends or has a corner, it goes there as a parabola.
    other = 2 * (end[0] - start[0]) - known[0], 2 * (end[1] - start[1]) - known[1]
    leaving, arriving = leaving or other, arriving or other
    count = ceil(gap / _PUT_IN_EVERY)
    return [_on_spline(start, leaving, end, arriving, step / count) for step in range(1, count)]


def _slope(first: Place, middle: Place, last: Place, *, at_end: bool) -> tuple[float, float] | None:
    """Return the direction in which a spline goes through the middle one of three reports; None at a corner.

    It is as long as the piece that ends there, or, unless ``at_end``, as the one that begins there.
    """
    to, on = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise((first, middle, last))]
    lengths = hypot(*to), hypot(*on)
    if to[0] * on[0] + to[1] * on[1] <= _SHARPEST * lengths[0] * lengths[1]:
        return None
    s, t = sqrt(lengths[0]), sqrt(lengths[1])
    x, y = (a / s - (a + b) / (s + t) + b / t for a, b in zip(to, on, strict=True))
    time = s if at_end else t
    return time * x, time * y


def _on_spline(
    start: Place, leaving: tuple[float, float], end: Place, arriving: tuple[float, float], s: float
) -> Place:
    """Return the place at ``s`` (0 to 1) of Hermite's cubic from start to end."""
    far = s * s * (3 - 2 * s)
    out, back = s * (1 - s) ** 2, s * s * (s - 1)
    x, y = (
        (1 - far) * a + far * b + out * v + back * w
        for a, b, v, w in zip(start[:2], end[:2], leaving, arriving, strict=True)
    )
    return x, y, (1 - s) * start[2] + s * end[2]


def closing(before: Place, last: Place) -> Piece:
    """Return the straight piece that a stroke ends with, from the last midpoint."""
    return _middle(before, last), last


def press(raster: NDArray[np.uint8], pieces: Iterable[Piece], *, erases: bool, scale: float) -> Box | None:
    """Draw straight pieces with a round pen, in place.

    Ink is the larger of what is there and what the pen covers, so neither the order of the pieces nor how a line was
    cut into pieces makes a difference.

    Parameters
    ----------
    raster : uint8 array of shape (H, W)
        0 is paper, 255 is full ink.
    pieces : iterable of pairs of Place
        Start and end of each.
    erases : bool
        Take ink away instead.
    scale : float
        Pixels of the raster per unit of the places.

    Returns
    -------
    Box or None
        What has changed at most, in pixels of the raster; None where all lay outside.
    """
    changed: list[Box] = []
    for piece in pieces:
        box = reach(piece, raster.shape, scale)
        if box is None:
            continue
        covered = _covered(box, *piece, scale)
        area = raster[box.top : box.bottom, box.left : box.right]
        if erases:
            np.minimum(area, 255 - covered, out=area)
        else:
            np.maximum(area, covered, out=area)
        changed.append(box)
    return bounding_box(changed)


def reach(piece: Piece, shape: tuple[int, ...], scale: float) -> Box | None:
    """Return the pixels that a pen can touch on a straight piece, None where all lie outside.

    Parameters
    ----------
    piece : Piece
        Where it goes.
    shape : tuple of int
        Height and width of the raster.
    scale : float
        Pixels of the raster per unit of the places.
    """
    (x0, y0, width0), (x1, y1, width1) = piece
    margin = max(width0, width1) / 2 * scale + 1
    low_x, high_x = sorted((x0 * scale, x1 * scale))
    low_y, high_y = sorted((y0 * scale, y1 * scale))
    top, bottom = max(int(low_y - margin), 0), min(ceil(high_y + margin), shape[0])
    left, right = max(int(low_x - margin), 0), min(ceil(high_x + margin), shape[1])
    return Box(top, left, bottom, right) if top < bottom and left < right else None


def bounding_box(boxes: Sequence[Box]) -> Box | None:
    """Return the smallest box around all boxes, None where there is none."""
    if not boxes:
        return None
    return Box(
        min(box.top for box in boxes),
        min(box.left for box in boxes),
        max(box.bottom for box in boxes),
        max(box.right for box in boxes),
    )


def _middle(a: Place, b: Place) -> Place:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2] + b[2]) / 2


def _on_curve(start: Place, control: Place, end: Place, t: float) -> Place:
    """Return the place at ``t`` (0 to 1) of the quadratic Bézier curve."""
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t**2
    x, y, width = (a * p + b * q + c * r for p, q, r in zip(start, control, end, strict=True))
    return x, y, width


def _covered(box: Box, start: Place, end: Place, scale: float) -> NDArray[np.uint8]:
    """Return how much of each pixel of ``box`` a pen covers that goes straight from start to end, 255 for all of it."""
    (x0, y0, width0), (x1, y1, width1) = start, end
    # Places in pixels of the raster, seen from the start of the piece, at the pixels' centers.
    x = np.arange(box.left, box.right, dtype=np.float32)[None, :] + np.float32(0.5 - x0 * scale)
    y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + np.float32(0.5 - y0 * scale)
    dx, dy = (x1 - x0) * scale, (y1 - y0) * scale
    length_squared = dx * dx + dy * dy
    along = np.clip((x * dx + y * dy) / length_squared, 0, 1) if length_squared else np.float32(0)
    squared_distance = (x - along * dx) ** 2 + (y - along * dy) ** 2
    width = np.asarray((width0 + along * (width1 - width0)) * scale, np.float32)
    return to_bytes(coverage(squared_distance, width))
