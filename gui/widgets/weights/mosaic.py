"""Several small images as one tile, side by side with a line between them: a unit's kernel for each map before it."""

from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

_LINE = 1
"""Pixels between two images."""


@dataclass(frozen=True)
class Mosaic:
    """Equal images in rows that make a shape near to a square.

    Attributes
    ----------
    count : int
        Images in a tile.
    rows, columns : int
        Pixels of each of them.
    """

    count: int
    rows: int
    columns: int

    @property
    def across(self) -> int:
        """How many stand side by side."""
        return ceil(sqrt(self.count))

    @property
    def width(self) -> int:
        """Pixels of a tile from left to right."""
        return self.across * (self.columns + _LINE) - _LINE

    @property
    def height(self) -> int:
        """Pixels of a tile from top to bottom."""
        return ceil(self.count / self.across) * (self.rows + _LINE) - _LINE

    def arrange(self, images: NDArray[np.uint8], ground: int) -> NDArray[np.uint8]:
        """Return tiles of shape (n, height, width), made of images of shape (n, count, rows, columns)."""
        if self.count == 1:
            return images[:, 0]
        tiles = np.full((len(images), self.height, self.width), ground, np.uint8)
        for image in range(self.count):
            row, column = self._corner(image)
            tiles[:, row : row + self.rows, column : column + self.columns] = images[:, image]
        return tiles

    def at(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Return image, row and column at a pixel of a tile; None on a line, or where no image is."""
        (down, row), (right, column) = divmod(row, self.rows + _LINE), divmod(column, self.columns + _LINE)
        image = down * self.across + right
        is_inside = row < self.rows and column < self.columns and right < self.across and image < self.count
        return (image, row, column) if is_inside else None

    def _corner(self, image: int) -> tuple[int, int]:
        down, right = divmod(image, self.across)
        return down * (self.rows + _LINE), right * (self.columns + _LINE)
