"""What a network is made of: operations, each with its forward and its backward pass side by side in one file.

An operation takes an array x, the images of a batch row by row, and makes another one of it, y. On the backward pass
it gets dL/dy, how fast the loss L rises with each number that it gave out, and works out dL/dx for the operation before
it, by the chain rule; and where it has parameters, dL/d(parameters). It need not know what stands before or behind it.
That is all there is to backpropagation: a network of any depth is a tuple of such operations.

An operation is a frozen value without a memory. Its parameters are views into the network's one vector
(`core.network.layout`), and what it computes goes into a `Pass` whose arrays are made once and used for every batch.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import DTypeLike

from core.network.arrays import Floats

Shape = tuple[int, ...]
"""Of one image's numbers, without the axis of the batch: (784,) for pixels in a row."""

Arrays = Mapping[str, Floats]
"""An operation's parameters, or their gradients, by the names that it gives them."""


MAPS = 3
"""Axes of an image's numbers where they are maps: channels, rows and columns."""


def empty_for_batch(shape: Shape, batch: int, dtype: DTypeLike) -> Floats:
    """Return an array of shape (batch, *shape) to write to.

    In memory, the images of maps lie innermost: what a kernel sees at one place are then long runs, which is several
    times as fast as the short rows of a map. `batch_last` shows an array as it lies.
    """
    if len(shape) == MAPS:
        return np.moveaxis(np.empty((*shape, batch), dtype), -1, 0)
    return np.empty((batch, *shape), dtype)


def batch_last(array: Floats) -> Floats:
    """Return a view of maps, of shape (m, channels, rows, columns), with the shape (channels, rows, columns, m)."""
    return array.transpose(1, 2, 3, 0)


@dataclass(eq=False, slots=True)
class Pass:
    """What one operation computes for a batch of m images.

    Attributes
    ----------
    input : float array of shape (m, *in_shape)
        x: the output of the operation before, or the images.
    output : float array of shape (m, *out_shape)
        y.
    d_input : float array of shape (m, *in_shape)
        dL/dx, which is dL/dy for the operation before.
    kept : float array of shape (m, *kept_shape)
        What the operation keeps besides: the derivative f'(x) of a nonlinearity. Most keep nothing.
    shared : float array
        What it keeps for the batch as a whole, such as means over the images; of few numbers, and made anew each time.
    in_training : bool
        Whether the forward pass was one of training, for an operation that then computes something else.
    """

    input: Floats
    output: Floats
    d_input: Floats
    kept: Floats
    shared: Floats = field(default_factory=lambda: np.empty(0))
    in_training: bool = False

    @classmethod
    def empty(
        cls, inputs: Floats, in_shape: Shape, out_shape: Shape, kept_shape: Shape, batch: int, dtype: DTypeLike
    ) -> "Pass":
        """Return arrays to compute into for a batch of so many images; ``inputs`` is what will be read."""
        output, d_input, kept = (empty_for_batch(shape, batch, dtype) for shape in (out_shape, in_shape, kept_shape))
        return cls(inputs, output, d_input, kept)


class Operation(ABC):
    """One step of a network; subclasses are frozen dataclasses."""

    is_curved = False
    """Whether it is curved between its kinks, so that its first-order part is not all of it."""

    draws = False
    """Whether it does something else in training, such as drawing at random, so that training hands it a generator."""

    starts_at_one: ClassVar[frozenset[str]] = frozenset()
    """Which of its parameters, besides weights, begin at 1 and not at 0."""

    statistics: ClassVar[frozenset[str]] = frozenset()
    """Which of its parameters are running means of what batches have: training moves them, and no gradient does."""

    def parameter_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """Return the shapes of its parameters by name, for inputs of this shape.

        A name that begins with W is for weights: they are drawn at random, by the number of inputs that a unit (the
        last axis) sums over, and weight decay shrinks them. All others start at 0, or at 1, and do not decay.
        """
        return {}

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of its output, for inputs of this shape."""
        return in_shape

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return the shape of what it keeps for each image."""
        return (0,)

    def seen(self, first: int, last: int) -> tuple[int, int]:
        """Return the first and the last row, or column, coming in that some of those going out depend on."""
        return first, last

    @abstractmethod
    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute ``work.output`` from ``work.input``.

        Parameters
        ----------
        parameters : dict of str to float array
            Those of `parameter_shapes`.
        work : Pass
            Read and written.
        rng : numpy.random.Generator or None
            Source of what is drawn anew for each update of training, such as a mask; None where the network is used
            or judged.
        """

    @abstractmethod
    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute ``work.d_input`` from ``d_output``, the derivative of the loss by ``work.output``."""

    def parameter_gradient(self, work: Pass, d_output: Floats, gradient: Arrays) -> None:  # noqa: B027
        """Write the derivatives by the parameters, added up over the batch, to ``gradient``; none where there are none.

        ``d_output`` is the derivative of the loss by ``work.output``.
        """

    def same_branch(self, one: Pass, other: Pass) -> bool:
        """Return whether two inputs lie on the same sides of all kinks, with a straight line between them."""
        return True
