"""The numbers that a network learns: weights and biases, all in one vector.

One vector makes an optimizer a handful of lines (every parameter is treated alike), a snapshot one copy, and a
saved model one array. ``weights[l]`` and ``biases[l]`` are views into it: change one and the other has changed too.
Gradients have the same layout, so "the gradient of this weight" is found at the same place.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import DTypeLike

from core.network.arrays import Floats, frozen
from core.network.layout import Layout, layout_of


def parameter_count(layer_sizes: tuple[int, ...]) -> int:
    """Return how many weights and biases a network of these layer sizes has: 7,960 for (784, 10, 10)."""
    return layout_of(layer_sizes).size


@dataclass(frozen=True, eq=False)
class Parameters:
    """Weights and biases (or their gradients) of a fully connected network.

    Attributes
    ----------
    vector : float array of shape (parameter_count(layer_sizes),)
        Every number: weights of layer 0 row by row, biases of layer 0, weights of layer 1, and so on.
    layer_sizes : tuple of int
        Units from input to output, such as (784, 10, 10).
    arrays : dict of str to float array
        Every array by its name, such as "W1" and "b1": a view.
    weights : tuple of float arrays
        ``weights[l]`` of shape (layer_sizes[l], layer_sizes[l + 1]), a view; column j feeds unit j.
    biases : tuple of float arrays
        ``biases[l]`` of shape (layer_sizes[l + 1],), a view.
    """

    vector: Floats
    layer_sizes: tuple[int, ...]
    arrays: dict[str, Floats] = field(init=False, repr=False)
    weights: tuple[Floats, ...] = field(init=False, repr=False)
    biases: tuple[Floats, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.vector.shape != (self.layout.size,):
            raise ValueError(f"layers {self.layer_sizes} do not fit {self.vector.shape} parameters")
        arrays = {place.name: self.vector[place.slice].reshape(place.shape) for place in self.layout.places}
        object.__setattr__(self, "arrays", arrays)
        weights = {place.name for place in self.layout.places if place.is_weights}
        object.__setattr__(self, "weights", tuple(array for name, array in arrays.items() if name in weights))
        object.__setattr__(self, "biases", tuple(array for name, array in arrays.items() if name not in weights))

    @property
    def layout(self) -> Layout:
        """Where in the vector each array lies."""
        return layout_of(self.layer_sizes)

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
