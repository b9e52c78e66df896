"""Where in the one vector of a network each weight and bias lies: the only place that knows.

Layer after layer, its weights W row by row and then its biases b, numbered from 1 as on paper: W1, b1, W2, b2. Whoever
wants a weight asks for it by its name and the cell; whoever holds a place in the vector asks whose it is.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np

Shape = tuple[int, ...]


class Place(NamedTuple):
    """Where an array of parameters lies.

    Attributes
    ----------
    operation : int
        Whose it is, counted from 0.
    name : str
        What it is called, such as "W1": a letter for what it is, and the number of the operation among those that
        have parameters.
    shape : tuple of int
        Its shape; a column j of weights feeds unit j.
    slice : slice
        Its part of the vector.
    """

    operation: int
    name: str
    shape: Shape
    slice: slice

    @property
    def is_weights(self) -> bool:
        """Whether these are weights, drawn at random and shrunk by weight decay, and not biases."""
        return self.name.startswith("W")


@dataclass(frozen=True)
class Layout:
    """The arrays of parameters, in the order in which they lie in the vector.

    Attributes
    ----------
    layer_sizes : tuple of int
        Units from input to output, such as (784, 10, 10).
    places : tuple of Place
        Where each array lies.
    """

    layer_sizes: tuple[int, ...]
    places: tuple[Place, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places: list[Place] = []
        start = 0
        for layer, (inputs, outputs) in enumerate(pairwise(self.layer_sizes)):
            for letter, shape in (("W", (inputs, outputs)), ("b", (outputs,))):
                stop = start + prod(shape)
                places.append(Place(layer, f"{letter}{layer + 1}", shape, slice(start, stop)))
                start = stop
        object.__setattr__(self, "places", tuple(places))

    @property
    def size(self) -> int:
        """How many parameters there are: 7,960 for (784, 10, 10)."""
        return int(self.places[-1].slice.stop)

    def index(self, name: str, cell: tuple[int, ...]) -> int:
        """Return where in the vector one parameter lies: a cell of the array of this name."""
        place = next(place for place in self.places if place.name == name)
        return int(place.slice.start + np.ravel_multi_index(cell, place.shape))

    def at(self, index: int) -> tuple[Place, tuple[int, ...]]:
        """Return the array that a place in the vector belongs to, and its cell there.

        Raises
        ------
        IndexError
            If the vector is not as long.
        """
        for place in self.places:
            if place.slice.start <= index < place.slice.stop:
                return place, tuple(map(int, np.unravel_index(index - place.slice.start, place.shape)))
        raise IndexError(f"there is no parameter {index} among {self.size}")


layout_of = lru_cache(Layout)
"""Return the `Layout` for these layer sizes; asked for often, made once."""
