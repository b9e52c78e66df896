"""The numbers that a network learns: weights and biases, all in one vector.

One vector makes an optimiser a handful of lines (every parameter is treated alike), a snapshot one copy, and a
saved model one array. ``weights[l]`` and ``biases[l]`` are views into it: change one and the other has changed too.
Gradients have the same layout, so "the gradient of this weight" is found at the same place.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import prod

import numpy as np
from numpy.typing import DTypeLike

from core.network.arrays import Floats, frozen


@lru_cache
def parameter_count(layer_sizes: tuple[int, ...]) -> int:
    """Return how many weights and biases a network of these layer sizes has: 7,960 for (784, 10, 10)."""
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(layer_sizes))


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights and biases (or their gradients) of a fully connected network.

    Attributes
    ----------
    vector : float array of shape (parameter_count(layer_sizes),)
        Every number: weights of layer 0 row by row, biases of layer 0, weights of layer 1, and so on.
    layer_sizes : tuple of int
        Units from input to output, such as (784, 10, 10).
    weights : tuple of float arrays
        ``weights[l]`` of shape (layer_sizes[l], layer_sizes[l + 1]), a view; column j feeds unit j.
    biases : tuple of float arrays
        ``biases[l]`` of shape (layer_sizes[l + 1],), a view.
    """

    vector: Floats
    layer_sizes: tuple[int, ...]
    weights: tuple[Floats, ...] = field(init=False, repr=False)
    biases: tuple[Floats, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.vector.shape != (parameter_count(self.layer_sizes),):
            raise ValueError(f"layers {self.layer_sizes} do not fit {self.vector.shape} parameters")
        weights: list[Floats] = []
        biases: list[Floats] = []
        start = 0
        for inputs, outputs in pairwise(self.layer_sizes):
            for views, shape in ((weights, (inputs, outputs)), (biases, (outputs,))):
                stop = start + prod(shape)
                views.append(self.vector[start:stop].reshape(shape))
                start = stop
        object.__setattr__(self, "weights", tuple(weights))
        object.__setattr__(self, "biases", tuple(biases))

    @classmethod
    def zeros(cls, layer_sizes: tuple[int, ...], dtype: DTypeLike = np.float32) -> "Parameters":
        """Return parameters that are all 0."""
        return cls(np.zeros(parameter_count(layer_sizes), dtype), layer_sizes)

    def frozen(self) -> "Parameters":
        """Return a read-only copy."""
        return Parameters(frozen(self.vector), self.layer_sizes)

    def astype(self, dtype: DTypeLike) -> "Parameters":
        """Return a copy with elements of another type."""
        return Parameters(self.vector.astype(dtype), self.layer_sizes)
