"""The numbers that a network learns: weights and biases, all in one vector.

One vector makes an optimizer a handful of lines (every parameter is treated alike), a snapshot one copy, and a
saved model one array. ``arrays["W1"]`` and all others are views into it: change one and the other has changed too.
Gradients have the same layout, so "the gradient of this weight" is found at the same place.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import DTypeLike

from core.network.arrays import Floats, frozen
from core.network.layout import Layout
from core.network.operation import Arrays


@dataclass(frozen=True, eq=False)
class Parameters:
    """The parameters of a network, or their gradients.

    Attributes
    ----------
    vector : float array of shape (layout.size,)
        Every number.
    layout : Layout
        Where in it each array lies.
    arrays : dict of str to float array
        Every array by its name, such as "W1" and "b1": a view.
    by_operation : tuple of dict of str to float array
        The same views for each operation, by the names that it gives them, such as "W" and "b".
    weights, biases : tuple of float arrays
        The same views: those that decay, and all others.
    """

    vector: Floats
    layout: Layout
    arrays: Arrays = field(init=False, repr=False)
    by_operation: tuple[Arrays, ...] = field(init=False, repr=False)
    weights: tuple[Floats, ...] = field(init=False, repr=False)
    biases: tuple[Floats, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.vector.shape != (self.layout.size,):
            raise ValueError(f"layers {self.layout.layer_sizes} do not fit {self.vector.shape} parameters")
        by_operation: tuple[dict[str, Floats], ...] = tuple({} for _ in self.layout.operations)
        views = [(place, self.vector[place.slice].reshape(place.shape)) for place in self.layout.places]
        for place, view in views:
            by_operation[place.operation][place.kind] = view
        object.__setattr__(self, "arrays", {place.name: view for place, view in views})
        object.__setattr__(self, "by_operation", by_operation)
        object.__setattr__(self, "weights", tuple(view for place, view in views if place.is_weights))
        object.__setattr__(self, "biases", tuple(view for place, view in views if not place.is_weights))

    @classmethod
    def zeros(cls, layout: Layout, dtype: DTypeLike = np.float32) -> "Parameters":
        """Return parameters that are all 0."""
        return cls(np.zeros(layout.size, dtype), layout)

    def copy(self) -> "Parameters":
        """Return a copy that shares no memory."""
        return Parameters(self.vector.copy(), self.layout)

    def frozen(self) -> "Parameters":
        """Return a read-only copy."""
        return Parameters(frozen(self.vector), self.layout)

    def astype(self, dtype: DTypeLike) -> "Parameters":
        """Return a copy with elements of another type."""
        return Parameters(self.vector.astype(dtype), self.layout)
