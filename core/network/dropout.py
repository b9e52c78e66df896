"""Dropout: in training, each number is left out by chance; what stays is enlarged to make up for it.

    y = x mask          mask = 0 with probability share, else 1 / (1 - share)

At every update another part of the network is missing, so no unit can rely on a certain other one, which holds
overfitting back. Because of the enlargement the mean of what goes on is the same, and where the network is used or
judged nothing needs to be done: the mask is 1 then.

Backward, with the same mask, for what was left out had no say:

    dx = dy mask

The mask is drawn from the seed and the number of the update alone, so that a replay draws it again.

Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014, "Dropout: a simple way to prevent neural
networks from overfitting", JMLR 15.
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape


@dataclass(frozen=True)
class Dropout(Operation):
    """Leaves out the given share of the numbers, 0 or more and below 1."""

    share: float

    draws = True

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return that of the mask, one number for each input."""
        return in_shape

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute y = x mask, with a mask that is drawn in training."""
        if rng is None:
            work.kept[...] = 1
        else:
            # Drawn image by image, whatever the order in memory.
            stays = rng.random(work.kept.shape, np.float32) >= self.share
            np.multiply(stays, work.kept.dtype.type(1 / (1 - self.share)), out=work.kept)
        np.multiply(work.input, work.kept, out=work.output)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx = dy mask."""
        np.multiply(d_output, work.kept, out=work.d_input)
