"""Which columns of a table hold the pixels, which one the labels, and which one only counts the rows.

A first row that names them is believed where it fits. Without one, the columns at the edges are looked at: row numbers
rise by one, labels are a few whole numbers that keep changing or words, and the corner of an image is mostly paper.
Where that leaves two readings, the file is refused: taken for the label, an empty corner would make any network look
perfect.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.network.arrays import CLASSES, PIXELS

LABEL_NAMES = frozenset({"label", "labels", "class", "classes", "digit", "target", "y", "number", "category"})
INDEX_NAMES = frozenset(
    {"", "id", "index", "idx", "imageid", "image_id", "row", "row_id", "rowid", "no", "nr", "level_0"}
)

EDGE = 3
"""Labels and row numbers are looked for in so many columns at either end."""

MAX_LABEL = 99
"""No corner of an image that is mostly ink passes for a label: EMNIST's labels go to 61."""

CLEARLY_LABELS, CLEARLY_PAPER = 0.7, 0.8
"""Largest share of one value among labels, and smallest among the values of a corner, of which one is told apart."""

Column = NDArray[np.float64] | Sequence[str]


@dataclass(frozen=True)
class Layout:
    """What the columns (from 0) hold.

    Attributes
    ----------
    label : int or None
        None where there are no labels.
    index : int or None
        Row numbers, which are passed over.
    notes : tuple of str
        What of it is unusual.
    """

    label: int | None
    index: int | None = None
    notes: tuple[str, ...] = ()

    def others(self, columns: int) -> list[int]:
        """Return the columns that are left: the pixels."""
        return [column for column in range(columns) if column not in (self.label, self.index)]


def find_layout(columns: int, names: tuple[str, ...], edges: dict[int, Column], file_name: str) -> Layout:
    """Return what the columns of a table hold.

    Parameters
    ----------
    columns : int
        784 to 786.
    names : tuple of str
        The first row, where it holds names; else empty.
    edges : dict of int to array or list of str
        All cells of the `EDGE` outermost columns at either end: numbers or words.
    file_name : str
        For messages.

    Raises
    ------
    DataError
        If which column holds the labels cannot be told.
    """
    extra = columns - PIXELS
    label, index = _named(names, LABEL_NAMES), _named(names, INDEX_NAMES)
    if extra == 0:
        return Layout(None)
    if extra == 1:
        if label is not None:
            return _described(label, None, columns)
        if index is not None or (index := _counting(edges, (0, columns - 1))) is not None:
            return _described(None, index, columns)
        return _described(_find_label(edges, columns, file_name), None, columns)
    if index is None or index == label:
        at_edges = [column for column in (0, 1, columns - 2, columns - 1) if column != label]
        rising = [column for column in at_edges if _counting(edges, [column], certain=True) is not None]
        # One of the two columns must count the rows; where only one may, it does, however few rows there are.
        index = rising[0] if len(rising) == 1 else _counting(edges, at_edges, certain=label is not None)
    if index is None:
        raise DataError(
            f"{file_name} has {columns} columns, two more than the {PIXELS} pixels, and neither of the two counts the "
            "rows. Delete the one that holds no labels, then open the file again."
        )
    if label is None:
        rest = {column: cells for column, cells in edges.items() if column != index}
        # The columns at the edges once the row numbers are gone.
        first, last = (min(rest), max(rest))
        label = _find_label({first: rest[first], last: rest[last]}, columns, file_name)
    return _described(label, index, columns)


def _described(label: int | None, index: int | None, columns: int) -> Layout:
    notes = []
    if index is not None:
        notes.append(f"Column {index + 1} only counts the rows and is passed over.")
    if label is not None and label > (0 if index is None else 1):
        place = "the last column" if label == columns - 1 else f"column {label + 1}"
        notes.append(f"The labels are in {place}.")
    return Layout(label, index, tuple(notes))


def _named(names: tuple[str, ...], known: frozenset[str]) -> int | None:
    """Return the first column that has one of the known names."""
    for column, name in enumerate(names):
        plain = name.strip().strip("#'\"").strip().lower()
        if plain in known or (known is INDEX_NAMES and re.fullmatch(r"unnamed: ?\d+", plain)):
            return column
    return None


def _counting(edges: dict[int, Column], columns: Sequence[int], *, certain: bool = False) -> int | None:
    """Return the column whose numbers rise by one from row to row, or are whole, large and all different.

    Ten rows may hold the labels 0 to 9 in turn; more must be row numbers. ``certain`` tells that none of the columns
    holds labels.
    """
    for column in columns:
        cells = edges.get(column)
        if not isinstance(cells, np.ndarray) or len(cells) < (2 if certain else CLASSES + 1):
            continue
        if (np.diff(cells) == 1).all():
            return column
        if cells.max() > 255 and (cells == np.floor(cells)).all() and len(np.unique(cells)) == len(cells):
            return column
    return None


def _find_label(edges: dict[int, Column], columns: int, file_name: str) -> int:
    """Return which of the two outermost columns holds the labels.

    Raises
    ------
    DataError
        If neither can, or either may.
    """
    first, last = min(edges), max(edges)
    words = [column for column in (first, last) if not isinstance(edges[column], np.ndarray)]
    if words:
        return words[0]
    shares = {column: _largest_share(np.asarray(edges[column])) for column in (first, last)}
    candidates = {column: share for column, share in shares.items() if share is not None}
    if not candidates:
        # What is wrong is said of the first column, where labels are expected.
        return first
    if len(candidates) == 1:
        return next(iter(candidates))
    if shares[first] == shares[last] == 1:
        # Labels that are all alike: where one edge is empty, it is the other.
        return last if not np.any(edges[first]) and np.any(edges[last]) and _is_paper(edges, last) else first
    at_first, at_last = candidates[first], candidates[last]
    if at_first <= CLEARLY_LABELS < at_last or (at_first < 1 and at_last == 1):
        return first
    if (at_last <= CLEARLY_LABELS and at_first >= CLEARLY_PAPER) or (at_last < 1 and at_first == 1):
        return last
    if at_first <= CLEARLY_LABELS and at_last <= CLEARLY_LABELS:
        # Corners that are as busy as labels: the convention decides.
        return first
    raise DataError(
        f"{file_name}: either the first or the last column may hold the labels. "
        "Write a first row that names the columns, with the word label above the labels, then open the file again."
    )


def _is_paper(edges: dict[int, Column], last: int) -> bool:
    """Tell whether the pixel before the last column is empty, as the last one is not."""
    neighbor = edges.get(last - 1)
    return neighbor is None or not np.any(np.asarray(neighbor))


def _largest_share(cells: NDArray[np.float64]) -> float | None:
    """Return the share of the most frequent value; None where these cannot be labels."""
    if not len(cells) or cells.min() < 0 or cells.max() > MAX_LABEL or not (cells == np.floor(cells)).all():
        return None
    return float(np.bincount(cells.astype(np.int64)).max() / len(cells))
