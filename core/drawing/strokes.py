"""Strokes of a pen, turned into an image.

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
        Side of the image, in pixels.

    Returns
    -------
    uint8 array of shape (side, side)
        0 is paper, 255 is full ink; what lies outside is cut off.
    """
    starts, ends = _segments(strokes, longest=max(width, 2.0))
    if not len(starts):
        return np.zeros((side, side), np.uint8)
    # Every segment inks pixels within one patch of the same size, so that all of them are computed at once.
    patch = int(np.ceil(np.abs(ends - starts).max() + width)) + 3
    corners = np.floor(np.minimum(starts, ends) - width / 2 - 1).astype(np.int64)
    corners = corners.clip(-patch, side)
    centers = np.arange(patch, dtype=np.float32) + np.float32(0.5)
    x = (corners[:, :1] + centers)[:, None, :]
    y = (corners[:, 1:] + centers)[:, :, None]
    inked = coverage(_squared_distance(x, y, starts, ends), width)

    canvas = np.zeros((side + 2 * patch, side + 2 * patch), np.float32)
    for (column, row), ink in zip((corners + patch).tolist(), inked, strict=True):
        area = canvas[row : row + patch, column : column + patch]
        np.maximum(area, ink, out=area)
    kept = canvas[patch : patch + side, patch : patch + side]
    return to_bytes(kept)


def _segments(strokes: Sequence[Stroke], longest: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return where the segments of all strokes start and end, shape (s, 2) each, cut into pieces up to ``longest``."""
    paths = [np.asarray(stroke, np.float32) for stroke in strokes if len(stroke)]
    if not paths:
        return np.empty((0, 2), np.float32), np.empty((0, 2), np.float32)
    starts = np.concatenate([path[: max(len(path) - 1, 1)] for path in paths])
    steps = np.concatenate([path[min(1, len(path) - 1) :] for path in paths]) - starts
    pieces = np.maximum(np.ceil(np.hypot(*steps.T) / longest), 1).astype(np.int64)
    steps = np.repeat(steps / pieces[:, None].astype(np.float32), pieces, axis=0)
    which = np.arange(len(steps)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    starts = np.repeat(starts, pieces, axis=0) + which[:, None].astype(np.float32) * steps
    return starts, starts + steps


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
    x: NDArray[np.float32], y: NDArray[np.float32], starts: NDArray[np.float32], ends: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the squared distances of points from segments.

    Parameters
    ----------
    x, y : float32 arrays of shape (s, 1, p) and (s, p, 1)
        Columns and rows of the points, a patch of them for each segment.
    starts, ends : float32 arrays of shape (s, 2)
        The segments.

    Returns
    -------
    float32 array of shape (s, p, p)
    """
    x0, y0 = starts.T[:, :, None, None]
    dx, dy = (ends - starts).T[:, :, None, None]
    right, down = x - x0, y - y0
    # How far along the segment the nearest point lies, 0 at its start and 1 at its end.
    along = np.clip((right * dx + down * dy) / np.maximum(dx * dx + dy * dy, np.float32(1e-12)), 0, 1)
    squared: NDArray[np.float32] = (right - along * dx) ** 2 + (down - along * dy) ** 2
    return squared
