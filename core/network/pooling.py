"""Max pooling: of each square of so many numbers, the largest goes on.

    y[c, r, s] = the largest of x[c, side r + i, side s + j], for i and j from 0 to side - 1

The maps become smaller, and what a filter has found counts wherever in the square it was. Where the rows or columns
of a map do not come out even, those left over at its lower and right edge are left out.

Backward, the gradient goes to the winner alone; had another been a little larger, nothing would have changed:

    dx = dy at the winner, 0 at all others

Of equals the first wins, row by row. Where two change places the slope jumps, a kink like that of ReLU at 0.

In the networks of this program the nonlinearity comes after the pooling and not before. ReLU, tanh and sigmoid never
fall, so the largest stays the largest and the result is the same, from a quarter of the numbers.

Source: Ranzato, Huang, Boureau, LeCun 2007, "Unsupervised learning of invariant feature hierarchies", CVPR.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape, batch_last


@dataclass(frozen=True)
class MaxPooling(Operation):
    """The largest of each square of ``side`` x ``side``."""

    side: int

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return as many maps, with a ``side``-th of the rows and columns."""
        channels, rows, columns = in_shape
        return (channels, rows // self.side, columns // self.side)

    def seen(self, first: int, last: int) -> tuple[int, int]:
        """Return the rows, or columns, of the squares."""
        return first * self.side, (last + 1) * self.side - 1

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return that of the largest of each row of a square."""
        channels, rows, columns = in_shape
        return (channels, rows // self.side * self.side, columns // self.side)

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute y: of each row of a square the largest, and of these the largest."""
        of_rows = batch_last(work.kept)
        maps = batch_last(work.input)[:, : of_rows.shape[1]]
        self._largest([maps[:, :, across] for across in self._slices(of_rows.shape[2])], of_rows)
        height = work.output.shape[2]
        self._largest([of_rows[:, down] for down in self._slices(height)], batch_last(work.output))

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx: what arrives goes to the row with the largest, and in it to the largest."""
        of_rows, d_maps = batch_last(work.kept), batch_last(work.d_input)
        _, height, width, _ = batch_last(d_output).shape
        maps, d_of_rows = batch_last(work.input), np.empty_like(of_rows)
        if (height * self.side, width * self.side) != maps.shape[1:3]:
            d_maps[...] = 0
        rows = self._slices(height)
        self._hand_back(
            batch_last(d_output),
            batch_last(work.output),
            [of_rows[:, down] for down in rows],
            [d_of_rows[:, down] for down in rows],
        )
        used = slice(height * self.side)
        places = [(slice(None), used, across) for across in self._slices(width)]
        self._hand_back(d_of_rows, of_rows, [maps[place] for place in places], [d_maps[place] for place in places])

    def winners(self, work: Pass) -> NDArray[np.int64]:
        """Return which of each square won, counted row by row from 0, shape (m, channels, rows, columns) of y."""
        batch, channels, height, width = work.output.shape
        used = work.input[:, :, : height * self.side, : width * self.side]
        squares = used.reshape(batch, channels, height, self.side, width, self.side).transpose(0, 1, 2, 4, 3, 5)
        winners: NDArray[np.int64] = squares.reshape(*work.output.shape, -1).argmax(axis=-1)
        return winners

    def same_branch(self, one: Pass, other: Pass) -> bool:
        """Return whether the same numbers win."""
        return np.array_equal(self.winners(one), self.winners(other))

    def _slices(self, count: int) -> list[slice]:
        """Return where the first of each group of ``side`` stand, the second, and so on."""
        return [slice(first, first + count * self.side, self.side) for first in range(self.side)]

    @staticmethod
    def _largest(rivals: list[Floats], largest: Floats) -> None:
        first, second, *others = rivals
        np.maximum(first, second, out=largest)
        for other in others:
            np.maximum(largest, other, out=largest)

    @staticmethod
    def _hand_back(arriving: Floats, largest: Floats, rivals: list[Floats], gradients: list[Floats]) -> None:
        """Give what arrives to the first rival that equals the largest; what is left over is the last one's."""
        for rival, gradient in zip(rivals[:-1], gradients[:-1], strict=True):
            np.multiply(arriving, rival == largest, out=gradient)
            arriving = arriving - gradient
        gradients[-1][...] = arriving
