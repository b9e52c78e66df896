"""The units of a layer, as people call them: what the numbers of a stage run over.

A layer's numbers lie in a row, or in maps: images of rows and columns, one for each kernel of a convolution. A stage of
maps runs over three axes, which map, row and column; a kernel's weights over four.
"""

from dataclasses import dataclass
from typing import NamedTuple

from core.data.dataset import class_in_words, class_noun
from core.network.arrays import IMAGE_SIDE
from core.network.operation import Shape

MAPS = ("map", "row", "column")
"""Kinds of the axes of a stage whose numbers are maps."""

KERNEL_AXES = 4
"""Axes of a stage of kernels: the incoming map, the kernel's rows and columns, and the map that it makes."""


class Key(NamedTuple):
    """What tells units from all others; see `Units`."""

    layer: int
    kind: str
    size: int


@dataclass(frozen=True)
class Units:
    """The pixels, the units of a hidden layer, or the classes; or one axis of maps or kernels.

    Attributes
    ----------
    layer : int
        0 for the pixels.
    size : int
        How many they are.
    kind : str
        What one of them is called: "pixel", "unit", "number"; "digit" or "class"; "map", "row" or "column"; of kernels
        "kernel row" or "kernel column".
    is_one_of_several : bool
        Whether there are other hidden layers, so that a unit's layer has to be told.
    shape : tuple of int
        (maps, rows, columns) where they are the numbers of maps in a row.
    names : tuple of str
        What the classes are called where they are those.
    """

    layer: int
    size: int
    kind: str
    is_one_of_several: bool = False
    shape: Shape = ()
    names: tuple[str, ...] = ()

    @classmethod
    def of_classes(cls, layer: int, names: tuple[str, ...]) -> "Units":
        """Return the outputs of a network, one for each class."""
        return cls(layer, len(names), class_noun(names), names=names)

    @property
    def is_output(self) -> bool:
        """Whether they are the classes."""
        return bool(self.names)

    @property
    def numbering(self) -> tuple[str, ...]:
        """The line of a legend that says which number in a formula is which class, where names do not say it."""
        if not self.is_output or self.kind == "digit":
            return ()
        return (f"numbers of classes: {', '.join(f'{number} {name}' for number, name in enumerate(self.names))}",)

    @property
    def several(self) -> str:
        """What many of them are called: "pixels" or "classes"."""
        return f"{self.kind}es" if self.kind.endswith("s") else f"{self.kind}s"

    @property
    def key(self) -> Key:
        """What tells them from all others: stages with equal keys run over the same units."""
        return Key(self.layer, self.kind, self.size)

    @property
    def labels(self) -> tuple[str, ...]:
        """Each in short, for a column of a table."""
        if self.is_output:
            return self.names
        is_placed = self.kind in ("pixel", "number")
        return tuple(self.name(unit) if is_placed else str(unit) for unit in range(self.size))

    def name(self, unit: int) -> str:
        """Return what people call one of them: "row 14, column 9", "unit 3 of layer 2", "digit 5" or "class Coat"."""
        if self.is_output:
            return class_in_words(self.names, unit)
        if self.kind == "pixel":
            row, column = divmod(unit, IMAGE_SIDE)
            return f"row {row}, column {column}"
        if self.kind == "number":
            _, rows, columns = self.shape
            row, column = divmod(unit % (rows * columns), columns)
            return f"map {unit // (rows * columns)}, row {row}, column {column}"
        return f"{self.kind} {unit}" + (f" of layer {self.layer}" if self.is_one_of_several else "")


def name_of(axes: tuple[Units, ...], cell: tuple[int, ...]) -> str:
    """Return what people call the place of a number: "unit 3", or "map 2, row 4, column 5"."""
    if is_maps(axes):
        # One map alone, the image, needs no number.
        places = list(zip(axes, cell, strict=True))[axes[0].size == 1 :]
        return ", ".join(units.name(place) for units, place in places)
    return axes[-1].name(cell[-1])


def is_maps(axes: tuple[Units, ...]) -> bool:
    """Return whether a stage with these axes has maps."""
    return tuple(units.kind for units in axes) == MAPS
