"""What each layer of a list gives out and how many parameters it has, for somebody who is making the list."""

from dataclasses import dataclass
from math import prod

from core.errors import ConfigError
from core.network.arrays import CLASSES
from core.network.dense import Dense
from core.network.layer_kinds import Layer
from core.network.layers import layered, write_layer
from core.network.operation import Shape
from core.network.pooling import MaxPooling


@dataclass(frozen=True)
class LayerOutline:
    """A layer among others.

    Attributes
    ----------
    words : str
        The layer as `core.network.layers.parse_layers` reads it.
    out_shape : tuple of int or None
        What it gives out for each image; None where it does not fit behind the layers before it.
    parameters : int
        Numbers that it learns.
    left_out : int
        Rows, and columns, of what comes in that no square of a pooling covers.
    """

    words: str
    out_shape: Shape | None
    parameters: int
    left_out: int = 0

    @property
    def size(self) -> str:
        """What it gives out, in short: "8 × 24 × 24"."""
        return "" if self.out_shape is None else " × ".join(f"{each:,}" for each in self.out_shape)

    @property
    def title(self) -> str:
        """The layer and what it gives out, in short: "conv 8 5x5 → 8 × 24 × 24"; of a dense layer that is the same."""
        return f"{self.words} → {self.size}" if self.size and not self.words.isdigit() else self.short_title

    @property
    def short_title(self) -> str:
        """The layer alone: "conv 8 5x5"."""
        return f"dense {self.words}" if self.words.isdigit() else self.words

    @property
    def told(self) -> str:
        """All of it in one line."""
        if self.out_shape is None:
            return f"{self.words}: does not fit"
        noun = "numbers" if len(self.out_shape) == 1 else "maps with rows and columns"
        parameters = f", {self.parameters:,} parameters" if self.parameters else ""
        last = "row and column" if self.left_out == 1 else f"{self.left_out} rows and columns"
        lost = f"; the last {last} of what comes in are left out" if self.left_out else ""
        return f"{self.words}: gives out {self.size} {noun}{parameters}{lost}"


def outline(layers: tuple[Layer, ...]) -> tuple[LayerOutline, ...]:
    """Return what each layer gives out, as far as the list fits."""
    for end in range(len(layers), 0, -1):
        fitting = layers[:end] if end == len(layers) else (*layers[:end], Dense(CLASSES))
        try:
            layout = layered(fitting)
        except ConfigError:
            continue
        places = [index for index, each in enumerate(layout.operations) if isinstance(each, Layer)][:end]
        sizes = [sum(prod(place.shape) for place in layout.places if place.operation == index) for index in places]
        found = [
            LayerOutline(write_layer(layer), layout.shapes[index + 1], size, _left_out(layer, layout.shapes[index]))
            for layer, index, size in zip(layers, places, sizes, strict=False)
        ]
        return (*found, *(LayerOutline(write_layer(layer), None, 0) for layer in layers[end:]))
    return tuple(LayerOutline(write_layer(layer), None, 0) for layer in layers)


def _left_out(layer: Layer, in_shape: Shape) -> int:
    return in_shape[-1] % layer.side if isinstance(layer, MaxPooling) else 0
