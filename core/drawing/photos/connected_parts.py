"""Connected parts of an image: which pixels hang together, side by side or corner to corner.

Runs of pixels in each row are joined with the runs that they touch in the row above, in a forest where every part is
a tree (union-find). Source: R. Haralick and L. Shapiro, "Computer and Robot Vision" I, 1992, section 2.3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Part:
    """Pixels that hang together.

    Attributes
    ----------
    label : int
        Its number in the label image, from 1.
    ink : float
        Sum of its values.
    strongest : float
        Largest of its values.
    top, left : int
        First row and first column.
    height, width : int
        Of its bounding box, pixels.
    """

    label: int
    ink: float
    strongest: float
    top: int
    left: int
    height: int
    width: int

    def touches_edge(self, shape: tuple[int, ...]) -> bool:
        """Return whether it reaches the edge of an image of this shape."""
        return (
            self.top == 0 or self.left == 0 or self.top + self.height == shape[0] or self.left + self.width == shape[1]
        )

    def distance(self, other: "Part") -> int:
        """Return how many pixels lie between the bounding boxes; negative where they overlap."""
        down = max(self.top, other.top) - min(self.top + self.height, other.top + other.height)
        across = max(self.left, other.left) - min(self.left + self.width, other.left + other.width)
        return max(down, across)


def label_parts(mask: NDArray[np.bool_], values: NDArray[np.float64]) -> tuple[NDArray[np.intp], list[Part]]:
    """Find the connected parts of a mask.

    Parameters
    ----------
    mask : bool array of shape (H, W)
        Which pixels count.
    values : float array of shape (H, W)
        What is summed up for each part.

    Returns
    -------
    labels : int array of shape (H, W)
        0 outside of the mask, elsewhere the number of the part.
    parts : list of Part
        ``parts[i]`` has the label i + 1.
    """
    rows, starts, ends = _runs(mask)
    roots = _join_touching(rows, starts, ends)
    _, numbers = np.unique(roots, return_inverse=True)
    labels = np.zeros(mask.shape, np.intp)
    labels[mask] = np.repeat(numbers + 1, ends - starts)
    count = int(numbers.max(initial=-1)) + 1
    ink = np.bincount(labels[mask], values[mask], minlength=count + 1)
    strongest = np.zeros(count + 1)
    np.maximum.at(strongest, labels[mask], values[mask])
    top, left = np.full(count, mask.shape[0]), np.full(count, mask.shape[1])
    bottom, right = np.zeros(count, np.intp), np.zeros(count, np.intp)
    np.minimum.at(top, numbers, rows)
    np.minimum.at(left, numbers, starts)
    np.maximum.at(bottom, numbers, rows + 1)
    np.maximum.at(right, numbers, ends)
    columns = ink[1:], strongest[1:], top, left, bottom - top, right - left
    measures = zip(*(column.tolist() for column in columns), strict=True)
    return labels, [Part(label, *measured) for label, measured in enumerate(measures, start=1)]


def _runs(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return row, first column and column after the last of every run, row by row from left to right."""
    changes = np.diff(mask.astype(np.int8), axis=1, prepend=0, append=0)
    rows, starts = np.nonzero(changes == 1)
    ends = np.nonzero(changes == -1)[1]
    return rows, starts, ends


def _join_touching(rows: NDArray[np.intp], starts: NDArray[np.intp], ends: NDArray[np.intp]) -> list[int]:
    """Return for each run the number of the run that stands for its part."""
    row_of, start_of, end_of = rows.tolist(), starts.tolist(), ends.tolist()
    parents = list(range(len(row_of)))

    def root(run: int) -> int:
        while parents[run] != run:
            parents[run] = parents[parents[run]]
            run = parents[run]
        return run

    above = 0
    for run, row in enumerate(row_of):
        while row_of[above] < row - 1 or (row_of[above] == row - 1 and end_of[above] < start_of[run]):
            above += 1
        touching = above
        while row_of[touching] == row - 1 and start_of[touching] <= end_of[run]:
            parents[root(touching)] = root(run)
            touching += 1
    return [root(run) for run in range(len(row_of))]
