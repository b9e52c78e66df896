"""Printed lines in an image of ink: rulings, squares, margins, boxes and tables, found and taken away.

A straight line of a digit is as straight as one that is printed. What tells them apart is the company they keep: a
printed line runs from edge to edge of the image, or lies among others of its kind, or ends where others begin.

1. Ridges, which are dark against what lies a few pixels above and below, vote for the lines they may lie on.
2. Line by line, from the one with most votes on, a parabola is laid through the ridges: paper bends.
3. What is printed goes: along the line, the ink that most of it has is subtracted, so that a darker stroke that runs
   along it stays; where a stroke crosses it, the ink stays as it is.

Voting: R. Duda and P. Hart, "Use of the Hough Transformation to Detect Lines and Curves in Pictures", Communications
of the ACM 15, 1972.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_Ink = NDArray[np.float32]
_Places = NDArray[np.float64]

_SLOPES = np.linspace(-0.46, 0.46, 63)
_BIN = 3
"""Width of the votes' bins, in pixels."""
_REACHES = (4, 8)
"""Pixels above and below which a ridge has to be darker than."""
_SHORTEST = 0.1
"""Length of the shortest line that is looked for, as a share of the longer side."""
_WIDEST_GAP = 0.07
"""Length of the longest gap in a line, where a stroke crosses it, likewise."""
_COVERED = 0.6
_FAINTEST = 0.4
"""Ink, in that of most of a line, that each end of it has at least."""
_WIDEST = 0.02
"""Width of the widest line, likewise."""
_MOST_LINES = 150
_BESIDE = 1.8
"""Pixels by which a ridge may lie beside its line."""
_NEAR_EDGE = 0.025
_MEETING = 0.01
_DOUBLED = 0.6
"""Share by which widths may differ: where two boxes meet, the line between them is twice as wide."""
_FAMILY = 4
"""Lines of a kind from which on all are printed."""
_BLOCK = 48
"""Pixels along a line over which its ink may change, with the light."""


@dataclass(frozen=True, eq=False)
class _Line:
    """A line that runs from left to right.

    ``start`` and ``stop`` are its first column and the one after its last; ``bend`` is its row as a polynomial of the
    column; ``ink`` and ``width`` are what most of it has.
    """

    start: int
    stop: int
    bend: NDArray[np.float64]
    ink: float
    width: float

    @property
    def length(self) -> int:
        return self.stop - self.start

    @property
    def ends(self) -> _Places:
        """Column and row of both ends, shape (2, 2)."""
        columns = np.array([self.start, self.stop - 1])
        return np.column_stack([columns, np.polyval(self.bend, columns)])

    @property
    def middle(self) -> float:
        return float(np.polyval(self.bend, (self.start + self.stop) / 2))

    @property
    def slope(self) -> float:
        (x0, y0), (x1, y1) = self.ends
        return float((y1 - y0) / max(x1 - x0, 1))

    def is_like(self, other: "_Line", spread: float = 0.4) -> bool:
        """Return whether two lines may have been printed together."""
        darkness = 0.4 < self.ink / max(other.ink, 1e-6) < 2.5
        return darkness and abs(self.width - other.width) <= max(2.0, spread * max(self.width, other.width))


def erase_printed_lines(ink: _Ink) -> tuple[_Ink, NDArray[np.bool_]]:
    """Take the printed lines out of the ink.

    Parameters
    ----------
    ink : float32 array of shape (H, W)
        How strong the ink is; 0 is paper.

    Returns
    -------
    cleaned : float32 array of shape (H, W)
        The ink without them; 0 is what most of the paper has.
    straight : bool array of shape (H, W)
        Where there are other straight lines, which may be a digit's or printed.
    """
    paper = float(np.median(ink))
    noise = 1.4826 * float(np.median(np.abs(ink - paper)))
    above = ink - paper
    least = max(4.0, 2.5 * noise)
    found = _find_lines(above, least), _find_lines(above.T, least)
    printed = _printed(*found, ink.shape)
    straight = np.zeros(ink.shape, bool)
    for image, mask, lines, gone in zip((above, above.T), (straight, straight.T), found, printed, strict=True):
        for line in gone:
            _erase(image, line, noise)
        for line in lines:
            if line not in gone:
                columns = np.arange(line.start, line.stop)
                mask[_rows_along(image, columns, line.bend, round(line.width / 2) + 1), columns] = True
    return above, straight


def _find_lines(ink: _Ink, least: float) -> list[_Line]:
    """Return the straight lines that run from left to right, printed or not."""
    height, width = ink.shape
    longer = max(ink.shape)
    shortest = max(20.0, _SHORTEST * longer)
    rows, columns = _ridges(ink, least)
    offset = int(0.5 * width * _SLOPES[-1]) + 4 * _BIN
    bins = (height + 2 * offset) // _BIN + 2

    def votes_of(some: NDArray[np.bool_] | slice) -> NDArray[np.intp]:
        across = rows[some, None] - _SLOPES * (columns[some, None] - width / 2)
        where = ((across + offset) / _BIN).astype(np.intp) + bins * np.arange(len(_SLOPES))
        return np.bincount(where.ravel(), minlength=bins * len(_SLOPES)).reshape(len(_SLOPES), bins)

    votes = votes_of(slice(None))
    free = np.ones(len(rows), bool)
    lines: list[_Line] = []
    for _ in range(_MOST_LINES):
        pairs = votes[:, :-1] + votes[:, 1:]
        best = int(pairs.argmax())
        if pairs.flat[best] < _COVERED * shortest:
            break
        slope, bin_number = divmod(best, bins - 1)
        start = np.array([_SLOPES[slope], (bin_number + 1) * _BIN - offset - _SLOPES[slope] * width / 2])
        near, bend = _lay_through(rows, columns, free, start)
        if not near.any():
            near = free & (np.abs(rows - np.polyval(start, columns)) <= 2 * _BIN)
        else:
            lines += _pieces(ink, columns[near], bend, shortest, _WIDEST_GAP * longer)
        votes = votes - votes_of(near)
        free &= ~near
        if not near.any():
            break
    return lines


def _ridges(ink: _Ink, least: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return rows and columns of the pixels that are dark against what lies above and below."""
    padded = np.pad(ink, ((_REACHES[-1], _REACHES[-1]), (0, 0)), mode="edge")

    def shifted(by: int) -> _Ink:
        return padded[_REACHES[-1] + by : _REACHES[-1] + by + len(ink)]

    stands_out = np.maximum.reduce([ink - np.maximum(shifted(-reach), shifted(reach)) for reach in _REACHES])
    rows, columns = np.nonzero((stands_out > least) & (ink >= shifted(-1)) & (ink >= shifted(1)))
    return rows, columns


def _lay_through(
    rows: NDArray[np.intp], columns: NDArray[np.intp], free: NDArray[np.bool_], start: NDArray[np.float64]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which ridges lie on a line that begins as the straight one given, and how it runs."""
    bend = start
    near = free
    for beside, degree in ((1.5 * _BIN, 1), (3.0, 1), (2.0, 2), (_BESIDE, 2)):
        near = free & (np.abs(rows - np.polyval(bend, columns)) <= beside)
        if near.sum() < 12:
            return np.zeros_like(free), bend
        bend = np.polyfit(columns[near], rows[near], degree)
    return free & (np.abs(rows - np.polyval(bend, columns)) <= _BESIDE), bend


def _pieces(
    ink: _Ink, columns: NDArray[np.intp], bend: NDArray[np.float64], shortest: float, gap: float
) -> list[_Line]:
    """Cut a line where it has wide gaps; return the pieces that are long and mostly there."""
    there = np.unique(columns)
    lines = []
    for piece in np.split(there, np.flatnonzero(np.diff(there) > gap) + 1):
        if piece[-1] - piece[0] < shortest - 1:
            continue
        along = _along(ink, piece, bend, 9)
        profile = np.median(along, axis=1)
        # Specks of the paper beyond its ends lie on it by chance, and are fainter.
        piece = piece[along[7:12].max(axis=0) >= _FAINTEST * profile[7:12].max()]
        start, stop = int(piece[0]), int(piece[-1]) + 1
        if stop - start >= shortest and len(piece) >= _COVERED * (stop - start):
            # The widest stretch around the middle that has half of the ink.
            strong = profile >= profile[7:12].max() / 2
            up, down = int(np.argmin(strong[9::-1])) or 10, int(np.argmin(strong[9:])) or 10
            line = _Line(start, stop, bend, float(profile[7:12].max()), float(max(up + down - 1, 1)))
            if line.width <= max(3.0, _WIDEST * max(ink.shape)):
                lines.append(line)
    return lines


def _along(ink: _Ink, columns: NDArray[np.intp], bend: NDArray[np.float64], half: int) -> _Ink:
    """Return the ink along a line, shape (2 half + 1, n): a row for each distance from it."""
    return ink[_rows_along(ink, columns, bend, half), columns]


def _rows_along(ink: _Ink, columns: NDArray[np.intp], bend: NDArray[np.float64], half: int) -> NDArray[np.intp]:
    rows = np.rint(np.polyval(bend, columns)).astype(np.intp)
    around: NDArray[np.intp] = np.clip(rows + np.arange(-half, half + 1)[:, None], 0, len(ink) - 1)
    return around


def _printed(lying: list[_Line], standing: list[_Line], shape: tuple[int, ...]) -> tuple[list[_Line], list[_Line]]:
    """Return the lines that were printed, by the company they keep."""
    kinds = (lying, shape), (standing, shape[::-1])
    families = tuple([line for line in lines if _family(line, lines) >= _FAMILY] for lines in (lying, standing))
    kept = lying, standing
    while True:
        # An end that is held by a line with a free end is no corner of a box, but a corner of a 5.
        held = tuple(
            [line for line in lines if line in sure or _is_held(line, across, side)]
            for (_, side), lines, across, sure in zip(kinds, kept, kept[::-1], families, strict=True)
        )
        if [len(lines) for lines in held] == [len(lines) for lines in kept]:
            return held[0], held[1]
        kept = held[0], held[1]


def _is_held(line: _Line, across: list[_Line], shape: tuple[int, ...]) -> bool:
    """Return whether both ends lie at the image's edge, or on lines that run across."""
    height, width = shape
    edge, meeting = _NEAR_EDGE * max(shape), max(4.0, _MEETING * max(shape))

    def is_met(x: float, y: float, other: _Line) -> bool:
        reaches = other.start - meeting <= y <= other.stop + meeting
        return reaches and bool(abs(np.polyval(other.bend, y) - x) <= meeting + line.width / 2)

    return all(
        min(x, width - 1 - x, y, height - 1 - y) <= edge
        or any(other.is_like(line, _DOUBLED) and is_met(x, y, other) for other in across)
        for x, y in line.ends
    )


def _family(line: _Line, lines: list[_Line]) -> int:
    """Return how many lines of its kind run beside a line, itself included."""
    return sum(
        other.is_like(line)
        and abs(other.slope - line.slope) < 0.06
        and 0.5 < other.length / line.length < 2
        and min(other.stop, line.stop) - max(other.start, line.start) > 0.5 * min(other.length, line.length)
        and (other is line or abs(other.middle - line.middle) > 2 * line.width)
        for other in lines
    )


def _erase(ink: _Ink, line: _Line, noise: float) -> None:
    """Take a line out of the ink, but not what crosses it."""
    half = int(np.ceil(line.width / 2)) + 2
    columns = np.arange(max(0, line.start - 3), min(ink.shape[1], line.stop + 3))
    rows = _rows_along(ink, columns, line.bend, half + 1)
    found = ink[rows, columns]
    # A line between two rows is on the one here and on the other there.
    # Where a stroke runs along half of it and beside it, what most of it has there is the stroke's ink.
    whole = np.minimum(_widest(np.median(found, axis=1, keepdims=True)), line.ink)
    own = np.empty_like(found)
    for start in range(0, len(columns), _BLOCK):
        block = slice(start, start + _BLOCK)
        own[:, block] = np.minimum(np.median(found[:, block], axis=1, keepdims=True), 1.3 * whole)
    rest = np.maximum(found - 1.25 * _widest(own) - 2 * noise, 0)
    # Ink covers ink: a stroke that is twice as dark is none the lighter for what is printed below it.
    rest = np.where(found > 2 * line.ink + 2 * noise, found, rest)
    ink[rows[1:-1], columns] = np.maximum(rest[1:-1], np.minimum(_crossing(rest), found[1:-1]))


def _widest(profile: _Ink) -> _Ink:
    """Return for each row of a profile the largest of it and of the rows beside it."""
    padded = np.pad(profile, ((1, 1), (0, 0)), mode="edge")
    return np.maximum(np.maximum(padded[:-2], padded[2:]), profile)


def _crossing(rest: _Ink) -> _Ink:
    """Return the ink of strokes that go on above and below a line, at whatever slant, joined straight across it.

    Parameters
    ----------
    rest : float32 array of shape (2 half + 3, n)
        The ink along the line without the line's own; its first and last rows are above and below the line.
    """
    half = (len(rest) - 3) // 2
    most = half + 1
    above, below = (np.pad(rest[row], 2 * most) for row in (0, -1))
    count = rest.shape[1]
    joined = np.zeros((2 * half + 1, count), rest.dtype)
    places = np.arange(count) + 2 * most
    for slant in range(-most, most + 1):
        for row, offset in enumerate(range(-half, half + 1)):
            middle = places - round(slant * offset / most)
            joined[row] = np.maximum(joined[row], np.minimum(above[middle - slant], below[middle + slant]))
    return joined
