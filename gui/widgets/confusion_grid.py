"""Where the cells of a confusion matrix lie: names of the axes and headings before them, shares after them."""

from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QFontMetrics

from core.network.arrays import CLASSES
from gui.widgets.confusion_words import HEADING, TOTAL, Cell, meaning

_SHARE, _SHORT_SHARE = "% right", "%"
"""Heading of the shares, and where the cells are narrow."""

_GAP = 4
_PAD = 8

Span = tuple[int, int]
"""Where a row or column begins and how large it is, in pixels."""


@dataclass(frozen=True)
class ConfusionGrid:
    """Rows and columns in whole pixels.

    Attributes
    ----------
    rows, columns : tuple of 12 (int, int)
        Begin and size of the heading, the ten digits and the shares.
    share : str
        Heading of the shares.
    """

    rows: tuple[Span, ...]
    columns: tuple[Span, ...]
    share: str

    def cell_rect(self, row: int, column: int) -> QRect:
        """Return where a cell lies."""
        (x, width), (y, height) = self.columns[column - HEADING], self.rows[row - HEADING]
        return QRect(x, y, width, height)

    def cells(self) -> QRect:
        """Return where the ten by ten cells lie."""
        return self.cell_rect(0, 0).united(self.cell_rect(CLASSES - 1, CLASSES - 1))

    def cell_at(self, place: QPoint | QPointF) -> Cell:
        """Return row and column of a point; what lies between two belongs to the one before."""
        return _place_at(self.rows, place.y()), _place_at(self.columns, place.x())

    def frame(self, cell: Cell) -> QRect:
        """Return where a cell lies, or all of the row, the column or the whole that it stands for."""
        (top, bottom), (left, right) = ((HEADING, TOTAL) if at == HEADING else (at, at) for at in meaning(cell))
        return self.cell_rect(top, left).united(self.cell_rect(bottom, right))


def fit_grid(size: QSize, metrics: QFontMetrics, heading: int = 0) -> ConfusionGrid:
    """Return the grid that fills a widget; ``heading`` is what the names of rows need, where they are no digits."""
    grid = _grid_of(size, metrics, heading, _SHARE)
    cramped = grid.columns[-HEADING][1] < metrics.horizontalAdvance("0,000")
    return _grid_of(size, metrics, heading, _SHORT_SHARE) if cramped else grid


def _grid_of(size: QSize, metrics: QFontMetrics, heading: int, share: str) -> ConfusionGrid:
    left, top, right, below = _edges(metrics, share)
    line = metrics.height()
    left = max(left, line + heading + _PAD // 2)
    return ConfusionGrid(
        rows=_spans(top, size.height() - top - below, line + 2, below - _GAP),
        columns=_spans(left, size.width() - left - right, max(line, heading), right - _GAP),
        share=share,
    )


def room_for(across: int, down: int, metrics: QFontMetrics) -> QSize:
    """Return the size of a widget whose cells are so wide and so high."""
    left, top, right, below = _edges(metrics, _SHARE)
    return QSize(left + CLASSES * across + right, top + CLASSES * down + below)


def _edges(metrics: QFontMetrics, share: str) -> tuple[int, int, int, int]:
    """Return the room left of, above, right of and below the cells."""
    line, named, value = metrics.height(), metrics.horizontalAdvance(share), metrics.horizontalAdvance("100.0")
    return max(2 * line, named + _PAD), 2 * line + 2, _GAP + max(named, value) + _PAD, _GAP + line + _PAD


def _spans(start: int, cells: int, heading: int, share: int) -> tuple[Span, ...]:
    """Divide a length: ``heading`` pixels before ``start``, ten cells after it, a gap, and ``share`` pixels."""
    ends = [start + cells * place // CLASSES for place in range(CLASSES + 1)]
    digits = [(begin, end - begin) for begin, end in pairwise(ends)]
    return (start - heading, heading), *digits, (ends[-1] + _GAP, share)


def _place_at(spans: tuple[Span, ...], position: float) -> int:
    """Return the last row or column that begins before a position."""
    return next((place for place in range(TOTAL, HEADING, -1) if position >= spans[place - HEADING][0]), HEADING)
