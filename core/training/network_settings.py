"""The settings of a network before it has learned: its layers, their activation, how its first weights are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.errors import ConfigError
from core.network.activations import ACTIVATIONS, Activation
from core.network.arrays import CLASSES, PIXELS
from core.network.dense import Dense
from core.network.fully_connected import fully_connected
from core.network.initialization import Initialization
from core.network.layer_kinds import Layer
from core.network.layers import is_fully_connected, layered, parse_layers, write_layers
from core.network.layout import Layout
from core.training.setting import Choice, Choices, LayerList, Layers, declared, says_nothing, setting, titled

MAX_HIDDEN_LAYERS = 8
MAX_UNITS = 4096


def _units(config: "NetworkSettings") -> str:
    if config.layers:
        return f"{config.layers} with {titled('activation', config)}"
    if not config.hidden:
        return "no hidden layer"
    units = "-".join(map(str, config.hidden))
    return f"{units} {titled('activation', config)} unit{'' if config.hidden == (1,) else 's'}"


@dataclass(frozen=True, kw_only=True)
class NetworkSettings:
    """What `core.training.config.TrainingConfig` says of the network; how that is trained stands there.

    Raises
    ------
    ConfigError
        On construction, naming the value and what was expected.
    """

    hidden: tuple[int, ...] = setting(
        (10,),
        Layers(
            label="Hidden layers",
            tip="Layers of units (neurons) between the 784 pixels and the ten digits. More units can learn more, but "
            "each update takes longer. Type the units of each layer, such as 128, 64, or use the buttons; nothing "
            "means no hidden layer.",
            row=1,
            of_network=True,
            most=MAX_HIDDEN_LAYERS,
            most_units=MAX_UNITS,
            words=_units,
            help="units of the hidden layers, or 'none'",
            aliases=("units",),
        ),
    )
    layers: str = setting(
        "",
        LayerList(
            label="Layers",
            tip="The layers of a network that is not only dense (fully connected), from the image to the ten digits: "
            "convolution, max pooling, dropout, batch norm. Such as conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10; the "
            "activation follows by itself.",
            row=1,
            of_network=True,
            words=says_nothing,
            help="layers in words, such as 'conv 8 5x5, pool 2, dropout 0.5, norm, 32, 10', instead of --hidden",
            aliases=("architecture", "model"),
        ),
    )
    activation: Activation = setting(
        "relu",
        Choices(
            label="Activation",
            tip="The activation function: what a unit makes of its pre-activation, the weighted sum of its inputs plus "
            "its bias. Without this nonlinearity, many layers could do no more than one.",
            row=2,
            of_network=True,
            choices=tuple(Choice(each.name, each.title, each.meaning) for each in ACTIVATIONS.values()),
            words=says_nothing,
            aliases=("nonlinearity",),
        ),
    )
    initialization: Initialization = setting(
        "auto",
        Choices(
            label="Initialization",
            tip="How weights are drawn at random before the first update (weight initialization). They must differ, or "
            "all units of a layer learn the same. Biases begin at 0.",
            row=3,
            of_network=True,
            choices=(
                Choice("auto", "auto", "He for ReLU, Xavier for tanh and sigmoid."),
                Choice("he", "He", "He (Kaiming) normal: random, of the size that suits ReLU."),
                Choice("xavier", "Xavier", "Xavier (Glorot) normal: random, of the size that suits tanh and sigmoid."),
                Choice(
                    "zeros",
                    "all zero",
                    "To see why units must differ: equal units get equal gradients. Lesson: All-zero start.",
                ),
            ),
            aliases=("init",),
        ),
    )

    def __post_init__(self) -> None:
        for each in fields(self):
            declared(each.name, self).check(each.name, getattr(self, each.name))
        object.__setattr__(self, "hidden", tuple(self.hidden))
        if self.layers:
            self._tidy_layers()

    def _tidy_layers(self) -> None:
        """Write the layers as everybody does; those of a fully connected network as hidden layers."""
        layers = parse_layers(self.layers)
        plain = is_fully_connected(layers)
        hidden = _hidden_of(layers)
        if plain:
            declared("hidden", self).check("hidden", hidden)
        object.__setattr__(self, "hidden", hidden if plain else ())
        object.__setattr__(self, "layers", "" if plain else write_layers(layers))

    @property
    def layout(self) -> Layout:
        """The operations of the network, with where in the vector the parameters of each lie."""
        if self.layers:
            return layered(parse_layers(self.layers), self.activation)
        return fully_connected((PIXELS, *self.hidden, CLASSES), self.activation)


def _hidden_of(layers: tuple[Layer, ...]) -> tuple[int, ...]:
    return tuple(layer.units for layer in layers[:-1] if isinstance(layer, Dense))


def require_one_network(values: Mapping[str, Any]) -> None:
    """Raise ConfigError where layers and hidden layers are both given, and say different things."""
    layers, hidden = values.get("layers"), values.get("hidden")
    if not (layers and hidden and isinstance(layers, str) and isinstance(hidden, list | tuple)):
        return
    listed = parse_layers(layers)
    if not is_fully_connected(listed) or _hidden_of(listed) != tuple(hidden):
        raise ConfigError(
            f"The layers “{layers[:60]}” and the hidden layers {', '.join(map(str, hidden))[:60]} are two different "
            "networks; give only one of them."
        )
