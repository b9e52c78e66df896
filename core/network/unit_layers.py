"""The units of a network, whatever its operations: which numbers belong to which unit, and which weights lead to it.

A layer, as people count them, is an operation with weights and what follows it up to the next one. Its units are what
has weights of its own: in a fully connected layer each unit gives out one number, in a convolution each unit is a map
and gives out one number for each place, all with the same kernel.

Nothing here knows a kind of operation. What has to be known is asked of its own passes:

    owners      with all weights 0 and the biases 0, 1, 2, ..., each number that comes out is that of its unit
    carried     what does not mix units, such as pooling, hands these numbers on as they are
    sources     dL/dW = sum over places of x dz; with dz = 1 and the numbers as x, each weight tells whose it multiplies
"""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Floats
from core.network.layout import Layout, Place
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Operation, Pass, Shape

Indices = NDArray[np.int64]

_Number = TypeVar("_Number", bound=np.generic)


@dataclass(frozen=True, eq=False)
class UnitLayer:
    """A layer of units.

    Attributes
    ----------
    layout : Layout
        Of the network.
    number : int
        From 1; the last layer is that of the digits.
    operation : int
        Which operation has the weights.
    behind : int
        The operation with weights after it, or how many operations there are.
    is_output : bool
        Whether it is the last.
    owners : tuple of int64 arrays of shape (numbers,)
        Which unit each number belongs to that the operation with weights gives out, and each of those behind it; the
        last are the numbers that enter the next layer.
    sources : int64 array of the shape of the weights without its last axis
        Which unit of the layer before each weight of a unit multiplies; 0 throughout for pixels.
    source_count : int
        How many units there are before it; 1 for the image.
    """

    layout: Layout
    number: int
    operation: int
    behind: int
    is_output: bool
    owners: tuple[Indices, ...] = field(repr=False)
    sources: Indices = field(repr=False)
    source_count: int

    @property
    def weights(self) -> Place:
        """Where its weights lie; the last axis are the units."""
        return next(place for place in self._places if place.is_weights)

    @property
    def biases(self) -> Place:
        """Where its biases lie."""
        return next(place for place in self._places if not place.is_weights)

    @property
    def _places(self) -> list[Place]:
        return [place for place in self.layout.places if place.operation == self.operation]

    @property
    def units(self) -> int:
        """How many units it has."""
        return self.weights.shape[-1]

    @property
    def inputs(self) -> int:
        """How many weights each unit has."""
        return prod(self.weights.shape[:-1])

    @cached_property
    def source_order(self) -> Indices:
        """Return which weight of a unit comes first, second and so on, unit after unit of the layer before."""
        return np.argsort(self.sources.ravel(), kind="stable")

    @property
    def nonlinearity(self) -> Nonlinearity | None:
        """What is made of its pre-activations; None where nothing is, or where they are made into others before."""
        for index in range(self.operation + 1, self.behind):
            operation = self.layout.operations[index]
            if isinstance(operation, Nonlinearity):
                return operation
            if operation.parameter_shapes(self.layout.shapes[index]):
                return None
        return None

    @property
    def noun(self) -> str:
        """What one of its units is called: "unit", "map" or "output"."""
        return "output" if self.is_output else "map" if self.map_shape else "unit"

    @cached_property
    def map_shape(self) -> Shape:
        """Rows and columns of what the operation with weights gives out for a unit; empty where that is one number."""
        return self.map_shape_at(self.operation)

    def map_shape_at(self, index: int) -> Shape:
        """Return rows and columns of what an operation of this layer gives out for a unit.

        Empty where that is one number, and where it gives out all numbers in one row.
        """
        first, *rest = self.layout.shapes[index + 1]
        numbers = self.owners[index - self.operation].reshape(first, -1)
        return tuple(rest) if (numbers == numbers[:, :1]).all() else ()

    @property
    def source_shape(self) -> Shape:
        """Rows and columns of the weights by which a unit multiplies a map, or the image; empty where it is one."""
        each = self.inputs // self.source_count
        side = round(each**0.5)
        return (side, side) if each > 1 and side * side == each else ()

    @property
    def map_end(self) -> int:
        """The last operation of this layer that gives out maps: what it gives out are the feature maps."""
        return max(index for index in range(self.operation, self.behind) if self.map_shape_at(index))

    def by_unit(self, numbers: NDArray[_Number], index: int) -> NDArray[_Number]:
        """Return what an operation of this layer gives out, or what is like it, unit by unit.

        Parameters
        ----------
        numbers : array of shape (m, *output of the operation)
            For each of m images.
        index : int
            The operation, from 0: that with the weights, or one behind it.

        Returns
        -------
        array of shape (m, units, places)
            A copy, or a view where each unit is one number.
        """
        flat, owners = numbers.reshape(len(numbers), -1), self.owners[index - self.operation]
        if len(owners) > self.units:
            flat = flat[:, np.argsort(owners, kind="stable")]
        return flat.reshape(len(numbers), self.units, -1)

    def incoming(self, unit: int) -> Indices:
        """Return where in the vector the weights of a unit lie, shape (inputs,)."""
        found: Indices = self.weights.slice.start + np.arange(self.inputs) * self.units + unit
        return found

    def bias(self, unit: int) -> Indices:
        """Return where in the vector the bias of a unit lies, shape (1,)."""
        return np.array([self.biases.slice.start + unit])

    def outgoing(self, unit: int) -> Indices:
        """Return where in the vector the weights lie that multiply what a unit gives out; none for a digit."""
        if self.is_output:
            return np.zeros(0, np.int64)
        following = unit_layers(self.layout)[self.number]
        rows = np.flatnonzero(following.sources.ravel() == unit)[:, np.newaxis]
        found: Indices = following.weights.slice.start + rows * following.units + np.arange(following.units)
        return found.ravel()

    def strongest_weight(self, weights: Floats, source: int, unit: int) -> tuple[int, ...]:
        """Return which weight between a unit of the layer before and one of this is the largest in size: its cell."""
        rows = np.flatnonzero(self.sources.ravel() == source)
        row = rows[np.abs(weights.reshape(self.inputs, self.units)[rows, unit]).argmax()]
        return *(int(each) for each in np.unravel_index(row, self.sources.shape)), unit

    def source_images(self, weights: Floats) -> Floats:
        """Return weights, or what is like them, as images: what each unit looks for in each map before it.

        Parameters
        ----------
        weights : float array of the shape of the weights
            Or of their gradient, or of their change.

        Returns
        -------
        float array of shape (units, source_count, rows, columns)
            `source_shape` says whether there are any.
        """
        matrix = weights.reshape(self.inputs, self.units)
        if self.source_count > 1:
            matrix = matrix[self.source_order]
        images: Floats = matrix.T
        return images.reshape(self.units, self.source_count, *self.source_shape)

    def in_order_of_weights(self, numbers: Floats) -> Floats:
        """Return a number for each weight of a unit, given unit after unit of the layer before; shape (inputs,)."""
        found = np.empty_like(numbers)
        found[self.source_order] = numbers
        return found

    def summed_by_source(self, weights: Floats) -> Floats:
        """Return the sums of weights, or of what is like them, that belong to one connection between two units.

        ``weights`` has the shape of the weights; returned is an array of shape (source_count, units).
        """
        matrix = weights.reshape(self.inputs, self.units)
        if self.source_count == self.inputs:
            return matrix
        belongs = (self.sources.ravel() == np.arange(self.source_count)[:, np.newaxis]).astype(weights.dtype)
        sums: Floats = belongs @ matrix
        return sums

    def multiplied(self, work: Pass) -> Floats:
        """Return what each weight multiplies for one image, the mean over the places of a map: like the weights.

        ``work`` is the pass of the operation with weights.
        """
        return _multiplied(self.layout.operations[self.operation], work)


@lru_cache(maxsize=32)
def unit_layers(layout: Layout) -> tuple[UnitLayer, ...]:
    """Return the layers of a network, from the one that sees the pixels to that of the digits."""
    weighted = [place.operation for place in layout.places if place.is_weights]
    ends = [*weighted[1:], len(layout.operations)]
    entering, count = np.zeros(prod(layout.in_shape), np.int64), 1
    for index in range(weighted[0]):
        entering = _carried(layout, index, entering)
    layers: list[UnitLayer] = []
    for number, (operation, behind) in enumerate(zip(weighted, ends, strict=True), 1):
        owners = [_numbered(layout, operation)]
        for index in range(operation + 1, behind):
            owners.append(_carried(layout, index, owners[-1]))
        sources = _sources(layout, operation, entering)
        is_output = number == len(weighted)
        layers.append(UnitLayer(layout, number, operation, behind, is_output, tuple(owners), sources, count))
        entering, count = owners[-1], layers[-1].units
    return tuple(layers)


def layer_of(layout: Layout, index: int) -> UnitLayer:
    """Return the layer that an operation, counted from 0, belongs to."""
    return next(layer for layer in unit_layers(layout) if layer.operation <= index < layer.behind)


def _numbered(layout: Layout, index: int) -> Indices:
    """Return which unit each number belongs to that an operation with weights gives out."""
    if len(layout.shapes[index + 1]) == 1:
        return np.arange(layout.shapes[index + 1][0])
    return _whole(_made(layout, index, np.zeros(prod(layout.shapes[index]))).output)


def _carried(layout: Layout, index: int, numbers: Indices) -> Indices:
    """Return whose the numbers are that an operation hands on which does not mix units."""
    if layout.shapes[index + 1] == layout.shapes[index]:
        return numbers
    return _whole(_made(layout, index, numbers).output)


def _sources(layout: Layout, index: int, entering: Indices) -> Indices:
    """Return which unit each row of an operation's weights reads, shape of the weights without the last axis."""
    operation, in_shape = layout.operations[index], layout.shapes[index]
    shapes = operation.parameter_shapes(in_shape)
    shape = next(each for name, each in shapes.items() if name.startswith("W"))[:-1]
    if shape == in_shape:
        # A weight for each number; no need for a gradient as large as the weights.
        return entering.reshape(shape)
    told, often = (_multiplied(operation, _made(layout, index, each)) for each in (entering, np.ones(len(entering))))
    # Divided by how often it is read: at a border, some places of a kernel lie outside.
    return np.rint(told[..., 0] / often[..., 0]).astype(np.int64)


def _made(layout: Layout, index: int, numbers: NDArray[np.int64] | Floats) -> Pass:
    """Return what an operation makes of numbers, with weights that are 0 and biases that are 0, 1, 2, ..."""
    operation, in_shape = layout.operations[index], layout.shapes[index]
    x = numbers.reshape(1, *in_shape).astype(np.float64)
    work = Pass.empty(x, in_shape, layout.shapes[index + 1], operation.kept_shape(in_shape), 1, np.float64)
    parameters = {
        name: np.zeros(shape) if name.startswith("W") else np.arange(prod(shape), dtype=np.float64)
        for name, shape in operation.parameter_shapes(in_shape).items()
    }
    operation.forward(parameters, work, None)
    return work


def _multiplied(operation: Operation, work: Pass) -> Floats:
    in_shape, shape = work.input.shape[1:], work.output.shape[1:]
    gradient: dict[str, Floats] = {
        name: np.empty(each, work.input.dtype) for name, each in operation.parameter_shapes(in_shape).items()
    }
    weights = next(array for name, array in gradient.items() if name.startswith("W"))
    places = prod(shape) // weights.shape[-1]
    operation.parameter_gradient(work, np.full((1, *shape), 1 / places, work.input.dtype), gradient)
    return weights


def _whole(numbers: Floats) -> Indices:
    return np.rint(numbers).astype(np.int64).ravel()
