"""Which operations make a network, and where in its one vector the parameters of each lie: the only place that knows.

Operation after operation, its arrays lie row by row, in the order in which it names them. They are numbered as on
paper, by the layers, which are the operations with weights: W1, b1, W2, b2. What others have is numbered by the layer
before them: scale1, shift1. Whoever wants a weight asks for it by its name and the cell; whoever holds a place in the
vector asks whose it is.
"""

from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import PIXELS
from core.network.operation import MAPS, Operation, Shape

CHUNK_BYTES = 32 * 2**20
"""What the passes of a network with maps take at once, so that they stay near the processor."""

FEWEST_AT_ONCE = 16
"""Images; from fewer, batch norm would learn little of a batch."""


class Place(NamedTuple):
    """Where an array of parameters lies.

    Attributes
    ----------
    operation : int
        Whose it is, counted from 0.
    kind : str
        What the operation calls it, such as "W".
    number : int
        Of the layer: of this operation among those with weights, from 1, or of the last such before it.
    shape : tuple of int
        Its shape.
    slice : slice
        Its part of the vector.
    """

    operation: int
    kind: str
    number: int
    shape: Shape
    slice: slice

    @property
    def name(self) -> str:
        """What it is called in the network, such as "W1"."""
        return f"{self.kind}{self.number}"

    @property
    def is_weights(self) -> bool:
        """Whether these are weights, drawn at random and shrunk by weight decay, and not biases."""
        return self.kind.startswith("W")


@dataclass(frozen=True)
class Layout:
    """The operations of a network and their arrays of parameters, in the order in which they lie in the vector.

    Attributes
    ----------
    operations : tuple of Operation
        From the images to the logits.
    in_shape : tuple of int
        Shape of an image.
    shapes : tuple of tuple of int
        ``shapes[i]`` enters operation i; the last leaves the network.
    places : tuple of Place
        Where each array lies.

    Raises
    ------
    ValueError
        If two arrays have the same name.
    """

    operations: tuple[Operation, ...]
    in_shape: Shape = (PIXELS,)
    shapes: tuple[Shape, ...] = field(init=False, repr=False, compare=False)
    places: tuple[Place, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shapes, places = [self.in_shape], list[Place]()
        number = start = 0
        for index, operation in enumerate(self.operations):
            arrays = operation.parameter_shapes(shapes[-1])
            number += any(kind.startswith("W") for kind in arrays)
            for kind, shape in arrays.items():
                places.append(Place(index, kind, number, shape, slice(start, start + prod(shape))))
                start += prod(shape)
            shapes.append(operation.out_shape(shapes[-1]))
        if len({place.name for place in places}) < len(places):
            raise ValueError(f"two arrays have the same name among {', '.join(place.name for place in places)}")
        object.__setattr__(self, "shapes", tuple(shapes))
        object.__setattr__(self, "places", tuple(places))

    @property
    def size(self) -> int:
        """How many parameters there are: 7,960 for 784-10-10."""
        return int(self.places[-1].slice.stop)

    @cached_property
    def draws(self) -> bool:
        """Whether an operation draws something at random for each update."""
        return any(operation.draws for operation in self.operations)

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Numbers that enter, and the units of each layer, such as (784, 10, 10); a map is one unit."""
        return prod(self.in_shape), *(place.shape[-1] for place in self.places if place.is_weights)

    @cached_property
    def has_maps(self) -> bool:
        """Whether numbers pass through it as maps, and not only in a row."""
        return any(len(shape) == MAPS for shape in self.shapes)

    @cached_property
    def statistics(self) -> tuple[Place, ...]:
        """Where running means lie, which no gradient moves."""
        return tuple(place for place in self.places if place.kind in self.operations[place.operation].statistics)

    @cached_property
    def image_bytes(self) -> int:
        """Memory that both passes take for each image, in single precision."""
        kept = sum(prod(each.kept_shape(shape)) for each, shape in zip(self.operations, self.shapes, strict=False))
        return 4 * (2 * sum(map(prod, self.shapes)) + kept)

    def chunk(self, most: int) -> int:
        """Return how many images at once are worked on: fewer than ``most`` where each takes much memory as maps."""
        return min(most, max(FEWEST_AT_ONCE, CHUNK_BYTES // self.image_bytes)) if self.has_maps else most

    def index(self, name: str, cell: tuple[int, ...]) -> int:
        """Return where in the vector one parameter lies: a cell of the array of this name."""
        place = next(place for place in self.places if place.name == name)
        return int(place.slice.start + np.ravel_multi_index(cell, place.shape))

    def indices(self, name: str, cells: tuple[int | NDArray[np.int64], ...]) -> NDArray[np.int64]:
        """Return where in the vector many cells of an array lie; rows and columns are arrays, or one for all."""
        place = next(place for place in self.places if place.name == name)
        found: NDArray[np.int64] = place.slice.start + np.ravel_multi_index(np.broadcast_arrays(*cells), place.shape)
        return found

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
