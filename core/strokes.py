"""Strokes of a pen, turned into a picture.

A stroke is the path of the pen between touching the paper and leaving it, recorded as points that are joined by
straight segments. A round pen of width w inks every point closer than w / 2 to the path. So a pixel's ink follows from
one number, its distance d to the nearest segment: full below w / 2, none above, and at the edge the share of the pixel
that is covered, which is about ``w / 2 + 1/2 - d``. This is how `render_strokes` smooths (antialiases) edges.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Stroke = NDArray[np.floating]
"""Points of shape (p, 2) with p at least 1: x to the right and y down, in pixels; pixel (row i, column j) covers
x from j to j + 1 and y from i to i + 1."""


def render_strokes(strokes: Sequence[Stroke], width: float, side: int = 280) -> NDArray[np.uint8]:
    """Draw strokes with a round pen.

    Parameters
    ----------
    strokes : sequence of arrays of shape (p, 2)
        The points of each stroke, in pixels, x first; a stroke of one point is a dot.
    width : float
        Diameter of the pen, in pixels.
    side : int
        Side of the picture, in pixels.

    Returns
    -------
    uint8 array of shape (side, side)
        0 is paper, 255 is full ink; what lies outside is cut off.
    """
    ink = np.zeros((side, side), np.float32)
    reach = width / 2 + 1
    for start, end in zip(*segments_of(strokes), strict=True):
        low = np.floor(np.minimum(start, end) - reach).astype(int).clip(0, side)
        high = np.ceil(np.maximum(start, end) + reach).astype(int).clip(0, side)
        x = np.arange(low[0], high[0], dtype=np.float32)[None, :] + np.float32(0.5)
        y = np.arange(low[1], high[1], dtype=np.float32)[:, None] + np.float32(0.5)
        area = ink[low[1] : high[1], low[0] : high[0]]
        np.maximum(area, coverage(_squared_distance(x, y, start, end), width), out=area)
    return to_bytes(ink)


def segments_of(strokes: Sequence[Stroke]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return where the segments of all strokes start and end, two arrays of shape (segments, 2)."""
    starts = [np.asarray(stroke[: max(len(stroke) - 1, 1)], np.float32) for stroke in strokes if len(stroke)]
    ends = [np.asarray(stroke[min(1, len(stroke) - 1) :], np.float32) for stroke in strokes if len(stroke)]
    if not starts:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    return np.concatenate(starts), np.concatenate(ends)


def coverage(squared_distance: NDArray[np.float32], width: float | NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the share of each pixel (0 to 1) that a pen of ``width`` covers whose path passes at that distance."""
    # A pen thinner than a pixel covers at most its own width of it.
    most = np.minimum(width, np.float32(1))
    covered: NDArray[np.float32] = np.clip(np.float32(0.5) * (width + 1) - np.sqrt(squared_distance), 0, most)
    return covered


def to_bytes(ink: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Turn ink from 0 to 1 into bytes from 0 to 255, rounded to the nearest."""
    return (ink * 255 + np.float32(0.5)).astype(np.uint8)


def _squared_distance(
    x: NDArray[np.float32], y: NDArray[np.float32], start: NDArray[np.float32], end: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the squared distance of the points (x, y) from one segment, broadcast over x and y."""
    (x0, y0), (dx, dy) = start, end - start
    length = dx * dx + dy * dy
    # How far along the segment the nearest point lies, 0 at its start and 1 at its end.
    along = np.clip(((x - x0) * dx + (y - y0) * dy) / np.maximum(length, np.float32(1e-12)), 0, 1)
    squared: NDArray[np.float32] = (x - x0 - along * dx) ** 2 + (y - y0 - along * dy) ** 2
    return squared
