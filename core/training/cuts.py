"""Surgery: changes that a person makes to a network between two updates, and what training must leave alone then.

    off      the unit says nothing any more: the weights that carry its activation on become 0
    hold     the unit says the same to every image: its incoming weights become 0, its bias what gives that activation
    set      one incoming weight of a unit, or its bias, becomes a number
    paint    all incoming weights of a unit become what was painted
    back     what cuts of this unit changed becomes what it was, and training may change all of it again

A unit that is off or held stays so: training changes neither what was set nor anything else on its way in, and so none
of what an optimizer remembers of it leaks in later. A number or a painting is where training goes on from, or is held
as well. All else of the network goes on learning, and takes over what it can.

A cut is part of the recipe. It says all it does, so replaying needs no more than the state before it; `before` is what
it wrote over, to be put back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from core.errors import ConfigError
from core.network.arrays import Floats
from core.network.layout import Layout
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.unit_layers import Indices, UnitLayer, unit_layers

CutKind = Literal["off", "hold", "set", "paint", "back"]

LARGEST = float(np.finfo(np.float32).max)
"""What a float32 can hold."""


@dataclass(frozen=True, kw_only=True)
class Cut:
    """One change of one unit.

    Attributes
    ----------
    kind : {"off", "hold", "set", "paint", "back"}
        What is done.
    layer : int
        Counted from 1; the last is the layer of the ten digits.
    unit : int
        Counted from 0.
    source : int or None
        For "set": which input's weight, counted from 0; None is the bias.
    value : float
        For "set" and "hold": the number, and the activation.
    weights : bytes
        For "paint": the incoming weights, one after the other, as little-endian float32.
    is_held : bool
        For "set" and "paint": whether training leaves alone what was set.
    before : bytes
        What was there, as little-endian float32; without it nothing can be put back.

    Raises
    ------
    ConfigError
        If a number is not finite or too large for a float32.
    """

    kind: CutKind
    layer: int
    unit: int
    source: int | None = None
    value: float = 0.0
    weights: bytes = b""
    is_held: bool = False
    before: bytes = b""

    def __post_init__(self) -> None:
        if self.kind not in get_args(CutKind):
            raise ConfigError(
                f"{self.kind!r} is no way to change a unit; choose one of {', '.join(get_args(CutKind))}."
            )
        if not abs(self.value) <= LARGEST:
            raise ConfigError(
                f"{self.name} cannot take the value {str(self.value)[:30]}; "
                f"expected a number from {-LARGEST:.3g} to {LARGEST:.3g}."
            )
        for numbers in (self.weights, self.before):
            if len(numbers) % 4 or not np.isfinite(floats(numbers)).all():
                raise ConfigError(f"{self.name} cannot take weights that are no finite numbers of 4 bytes each.")

    @property
    def name(self) -> str:
        """What it is about, in words."""
        return f"unit {self.unit} of layer {self.layer}"

    def named(self, layout: Layout) -> str:
        """Return what it is about in words, of a network that has it: "map 3 of layer 2"."""
        noun = "map" if unit_layers(layout)[self.layer - 1].noun == "map" else "unit"
        return f"{noun} {self.unit} of layer {self.layer}"

    @property
    def target(self) -> tuple[int, int]:
        """Layer and unit."""
        return self.layer, self.unit

    def check(self, layout: Layout) -> None:
        """Raise ConfigError where a network has no such unit, weight or activation."""
        layer = require_unit(self.layer, self.unit, layout, only_hidden=self.kind in ("off", "hold"))
        inputs, name = layer.inputs, self.named(layout)
        if self.kind == "set" and self.source is not None and not 0 <= self.source < inputs:
            raise ConfigError(f"{name} has no input {self.source}; expected 0 to {inputs - 1:,}.")
        if self.kind == "paint" and len(self.weights) != 4 * inputs:
            raise ConfigError(f"{name} has {inputs:,} weights, and {len(self.weights) // 4:,} are painted.")
        if self.kind == "hold":
            self.bias(layout)
        changed = len(self.written(layout))
        if self.before and len(self.before) != 4 * changed:
            raise ConfigError(
                f"{name} changes {changed:,} numbers and is set back to {len(self.before) // 4:,}; as many are needed."
            )

    def bias(self, layout: Layout) -> float:
        """Return the bias with which a unit without incoming weights has this activation.

        Raises
        ------
        ConfigError
            If the activation function never comes to that value.
        """
        nonlinearity = unit_layers(layout)[self.layer - 1].nonlinearity
        if nonlinearity is None:
            raise ConfigError(f"{self.named(layout)} cannot be held: what it says depends on more than its own bias.")
        bias = nonlinearity.inverse(float(np.float32(self.value)))
        if bias is None:
            limits = nonlinearity.limits
            raise ConfigError(f"{self.named(layout)} cannot be held at {self.value:g}: its activations are {limits}.")
        return bias

    def written(self, layout: Layout) -> Indices:
        """Return which parameters are given a value."""
        layer = unit_layers(layout)[self.layer - 1]
        incoming = layer.incoming(self.unit)
        match self.kind:
            case "off":
                return layer.outgoing(self.unit)
            case "hold":
                return np.concatenate((incoming, layer.bias(self.unit)))
            case "set":
                return layer.bias(self.unit) if self.source is None else incoming[[self.source]]
            case "paint":
                return incoming
        return np.zeros(0, np.int64)

    def held(self, layout: Layout) -> Indices:
        """Return which parameters training leaves alone from then on."""
        match self.kind:
            case "off":
                # The way in as well: no gradient comes there, but momentum and weight decay would go on.
                layer = unit_layers(layout)[self.layer - 1]
                parts = layer.incoming(self.unit), layer.bias(self.unit), layer.outgoing(self.unit)
                return np.concatenate(parts)
            case "hold":
                return self.written(layout)
            case "set" | "paint" if self.is_held:
                return self.written(layout)
        return np.zeros(0, np.int64)

    def apply(self, parameters: Parameters) -> None:
        """Change parameters in place; "back" is left to `set_back`, which knows what is to be undone."""
        places = self.written(parameters.layout)
        match self.kind:
            case "off":
                parameters.vector[places] = 0
            case "hold":
                parameters.vector[places] = 0
                parameters.vector[places[-1]] = self.bias(parameters.layout)
            case "set":
                parameters.vector[places] = self.value
            case "paint":
                parameters.vector[places] = floats(self.weights)

    def keeping(self, parameters: Parameters) -> "Cut":
        """Return this cut with what it is about to write over in these parameters."""
        return replace(self, before=float_bytes(parameters.vector[self.written(parameters.layout)]))


def floats(numbers: bytes) -> NDArray[np.float32]:
    """Return what little-endian float32 bytes hold, shape (n,)."""
    return np.frombuffer(numbers[: len(numbers) // 4 * 4], "<f4").astype(np.float32, copy=False)


def float_bytes(values: Floats) -> bytes:
    """Return numbers as little-endian float32."""
    return values.astype("<f4").tobytes()


def require_unit(number: int, unit: int, layout: Layout, *, only_hidden: bool = True) -> UnitLayer:
    """Return a layer, counted from 1; raises ConfigError where a network has no such unit, counted from 0."""
    layers = unit_layers(layout)
    kind, count = ("hidden layer", len(layers) - 1) if only_hidden else ("layer", len(layers))
    if not 1 <= number <= count:
        has = f"{count} {kind}{'' if count == 1 else 's'}" if count else f"no {kind}"
        raise ConfigError(f"This network has no {kind} {number}: it has {has}.")
    layer = layers[number - 1]
    if not 0 <= unit < layer.units:
        raise ConfigError(f"Layer {number} of this network has no unit {unit}; expected 0 to {layer.units - 1:,}.")
    return layer


def in_force(cuts: Iterable[Cut]) -> tuple[Cut, ...]:
    """Return which of some cuts, in their order, were not set back."""
    kept: list[Cut] = []
    for cut in cuts:
        kept = [one for one in kept if one.target != cut.target] if cut.kind == "back" else [*kept, cut]
    return tuple(kept)


def set_back(cuts: Sequence[Cut], parameters: Parameters) -> None:
    """Give parameters, in place, the values that cuts of one unit wrote over; the last is undone first."""
    for cut in reversed(cuts):
        parameters.vector[cut.written(parameters.layout)] = floats(cut.before)


def apply_cuts(earlier: Sequence[Cut], cuts: Iterable[Cut], parameters: Parameters) -> None:
    """Change parameters in place by cuts made one after the other.

    Parameters
    ----------
    earlier : sequence of Cut
        Those that were in force before.
    cuts : iterable of Cut
        What is done now.
    parameters : Parameters
        Changed in place.
    """
    made = list(earlier)
    for cut in cuts:
        if cut.kind == "back":
            set_back([one for one in in_force(made) if one.target == cut.target], parameters)
        else:
            cut.apply(parameters)
        made.append(cut)


def cut_network(network: Network, cuts: Iterable[Cut]) -> Network:
    """Return a copy of a network with cuts made, read-only.

    Raises
    ------
    ConfigError
        If it has no such unit.
    """
    parameters = network.parameters.copy()
    cuts = tuple(cuts)
    for cut in cuts:
        cut.check(parameters.layout)
    apply_cuts((), cuts, parameters)
    return Network(parameters.frozen(), network.loss)


def without_units(network: Network, units: Iterable[tuple[int, int]]) -> Network:
    """Return a copy of a network in which these units, as hidden layer from 1 and unit from 0, are switched off.

    Raises
    ------
    ConfigError
        If it has no such unit.
    """
    return cut_network(network, (Cut(kind="off", layer=layer, unit=unit) for layer, unit in units))
