"""A unit of a network at a moment, as the sections of its page get it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.data.dataset import DIGITS, class_in_words
from core.network.arrays import Floats
from core.network.network import Network
from core.network.unit_layers import UnitLayer, unit_layers


@dataclass(frozen=True, eq=False)
class UnitView:
    """One unit.

    Attributes
    ----------
    network : Network
        Whose it is.
    layer : int
        Counted from 1; the last is the layer of the ten digits.
    unit : int
        Counted from 0.
    names : sequence of str
        What the ten classes are called.
    """

    network: Network
    layer: int
    unit: int
    names: Sequence[str] = DIGITS

    @property
    def target(self) -> tuple[int, int]:
        """Layer and unit."""
        return self.layer, self.unit

    @property
    def layers(self) -> tuple[UnitLayer, ...]:
        """All layers, the last that of the digits."""
        return unit_layers(self.network.parameters.layout)

    @property
    def its_layer(self) -> UnitLayer:
        """The layer that it is in."""
        return self.layers[self.layer - 1]

    @property
    def exists(self) -> bool:
        """Whether the network has such a unit."""
        return self.layer <= len(self.layers) and self.unit < self.its_layer.units

    @property
    def is_hidden(self) -> bool:
        """Whether it is no digit."""
        return not self.its_layer.is_output

    @property
    def name(self) -> str:
        """What it is called: "unit 3", "map 3 of layer 2", "digit 7" or "class Coat"."""
        if not self.is_hidden:
            return class_in_words(self.names, self.unit)
        return f"{self.its_layer.noun} {self.unit}" + (f" of layer {self.layer}" if len(self.layers) > 2 else "")

    @property
    def incoming(self) -> Floats:
        """Its weights, shape (inputs,)."""
        weights: Floats = self.network.parameters.vector[self.its_layer.incoming(self.unit)]
        return weights

    @property
    def bias(self) -> float:
        """Its bias."""
        return float(self.network.parameters.vector[self.its_layer.bias(self.unit)][0])

    @property
    def following(self) -> UnitLayer | None:
        """The layer that it sends its activation to; a digit has none."""
        return self.layers[self.layer] if self.is_hidden else None

    @property
    def outgoing(self) -> Floats | None:
        """The weight on its way to each unit of the next layer, or the sum of them where there are several."""
        following = self.following
        if following is None:
            return None
        weights: Floats = self.network.parameters.arrays[following.weights.name]
        if following.source_count == following.inputs:
            return weights.reshape(following.inputs, following.units)[self.unit]
        return following.summed_by_source(weights)[self.unit]

    @property
    def sends_one_by_one(self) -> bool:
        """Whether each way to a unit of the next layer is one weight."""
        following = self.following
        return following is not None and following.source_count == following.inputs

    @property
    def incoming_images(self) -> Floats:
        """Its weights as images, of shape (k, rows, columns): one for each map before; k is 0 where there are none."""
        layer = self.its_layer
        if not layer.source_shape:
            return np.zeros((0, 1, 1), np.float32)
        return self.incoming[layer.source_order].reshape(layer.source_count, *layer.source_shape)
