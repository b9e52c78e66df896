"""The same numbers in another shape: what convolutions see as maps, dense layers see as one row, and back.

Map after map, row after row: number ``(c, r, s)`` of maps is number ``(c rows + r) columns + s`` of the row. Nothing
is computed, so the gradients only take the other shape as well.
"""

from dataclasses import dataclass
from math import prod

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape


@dataclass(frozen=True)
class Flatten(Operation):
    """Maps become one row of numbers."""

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return how many numbers there are."""
        return (prod(in_shape),)

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Lay the numbers in a row."""
        work.output.reshape(work.input.shape, copy=False)[...] = work.input

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Give the gradients their places in the maps."""
        work.d_input[...] = d_output.reshape(work.d_input.shape)


@dataclass(frozen=True)
class Unflatten(Operation):
    """One row of numbers becomes maps, such as the 784 pixels one of 28 x 28.

    Attributes
    ----------
    shape : tuple of int
        Maps, rows and columns.
    """

    shape: Shape

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return that of the maps."""
        return self.shape

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Give the numbers their places in the maps."""
        work.output[...] = work.input.reshape(work.output.shape)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Lay the gradients in a row."""
        work.d_input.reshape(d_output.shape, copy=False)[...] = d_output
