"""What a confusion matrix says, in words.

A cell is known by its row and column, 0 to 9. Row and column `HEADING` hold the digits at the edge, row and column
`TOTAL` the shares that are right: at the end of a row of all images of its digit (the recall), at the end of a column
of all answers with its digit (the precision), in the corner of all images (the accuracy).
"""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES
from gui.look.formatting import NO_BREAK_SPACE, percent
from gui.look.tooltip import paragraphs

Cell = tuple[int, int]

HEADING = -1
TOTAL = CLASSES
EVERYTHING: Cell = (HEADING, HEADING)


def meaning(cell: Cell) -> Cell:
    """Return the cell with `HEADING` where it stands for a whole row or column, at whichever end."""
    row, column = cell
    return HEADING if row == TOTAL else row, HEADING if column == TOTAL else column


def describe(counts: NDArray[np.int64], cell: Cell, names: tuple[str, ...] = DIGITS) -> str:
    """Say in words what a cell tells, or the row or column that it heads or ends.

    Parameters
    ----------
    counts : int64 array of shape (10, 10)
        Row = true digit, column = answer.
    cell : (int, int)
        Row and column.
    names : tuple of str
        What the classes are called.
    """
    row, column = meaning(cell)
    if (row, column) == EVERYTHING:
        return f"All images: {_of(np.trace(counts), counts.sum())} read correctly"
    if column == HEADING:
        return f"All images of {names[row]}: {_of(counts[row, row], counts[row].sum())} read correctly"
    if row == HEADING:
        return f"All answers {names[column]}: {_of(counts[column, column], counts[:, column].sum())} correct"
    what = f"{names[row]} read as {names[column]}"
    return f"{what}: {_of(counts[row, column], counts[row].sum())}"


def caption(counts: NDArray[np.int64], cell: Cell, names: tuple[str, ...] = DIGITS) -> str:
    """Describe the images of a cell, and say in which order they are shown."""
    row, column = meaning(cell)
    if (row, column) == EVERYTHING:
        return f"The hardest of all {counts.sum():,} images. Click in the matrix for others."
    if HEADING in (row, column):
        order = "The hardest first."
    else:
        order = "The least confident first." if row == column else "The most confident mistakes first."
    return f"{describe(counts, cell, names)}. {order}"


def tooltip(counts: NDArray[np.int64], cell: Cell, names: tuple[str, ...] = DIGITS) -> str:
    """Describe a cell, and name its share as the field does."""
    row, column = meaning(cell)
    kinds = {(False, True): "recall", (True, False): "precision", (True, True): "accuracy"}
    name = kinds.get((row == HEADING, column == HEADING))
    named = f"This share is called {name}." if name else ""
    return paragraphs(f"{describe(counts, cell, names)}.", named, "Click to see the images.")


def share(part: int, whole: int, decimals: int = 1) -> str:
    """Write a share in per cent, without the sign; "–" for a share of nothing."""
    return percent(part / whole, decimals).removesuffix(f"{NO_BREAK_SPACE}%") if whole else "–"


def _of(part: int, whole: int) -> str:
    """Write a part of a whole: "14 of 1,028 (1.4 %)"."""
    return f"{part:,} of {whole:,} ({percent(part / whole) if whole else '–'})"
