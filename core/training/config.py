"""Everything that decides a training run, in one frozen value: together with the data it is the run's recipe.

The values are checked when the object is made, so whoever holds a `TrainingConfig` need not check it again.
"""

from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args

from core.errors import ConfigError
from core.network.activations import Activation
from core.network.arrays import CLASSES, PIXELS
from core.network.fully_connected import fully_connected
from core.network.initialization import Initialization
from core.network.layout import Layout

Optimizer = Literal["sgd", "momentum", "adam"]
Schedule = Literal["constant", "step", "cosine"]
Augmentation = Literal["none", "shift", "distort"]

MAX_HIDDEN_LAYERS = 8
MOST_EPOCHS, MOST_UPDATES = 100_000, 100_000_000

SEEDS = 2**32
"""So many seeds there are; the first is 0."""

MAX_UNITS = 4096

_CHOICES: dict[str, tuple[str, ...]] = {
    "activation": get_args(Activation),
    "initialization": get_args(Initialization),
    "optimizer": get_args(Optimizer),
    "schedule": get_args(Schedule),
    "augmentation": get_args(Augmentation),
}

LIVE_KNOBS = frozenset(
    {"learning_rate", "momentum", "weight_decay", "optimizer", "schedule", "batch_size", "epochs", "updates"}
)
"""What may change within a run, also while it trains, and takes effect at its next update.

A branch may differ in these from the run it comes from. All else decides the shape of the network, where it begins or
what it sees, and so makes another run.
"""


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """The recipe of a training run.

    Attributes
    ----------
    hidden : tuple of int
        Units of each hidden layer from input to output; empty for softmax regression.
    activation : {"relu", "tanh", "sigmoid"}
        What every hidden unit does with its weighted sum.
    initialization : {"auto", "he", "xavier", "zeros"}
        How the first weights are drawn; "auto" takes He for ReLU and Xavier for tanh and sigmoid.
    optimizer : {"sgd", "momentum", "adam"}
        How a gradient becomes a change of the parameters.
    learning_rate : float
        Length of a step; above 0. The schedule starts from it.
    schedule : {"constant", "step", "cosine"}
        How the learning rate falls over the run.
    momentum : float
        Share of the last step that is kept, 0 <= momentum < 1; used by "momentum", and as beta1 by "adam".
    weight_decay : float
        Share of each weight lost per update, divided by the learning rate; 0 or more. Biases do not decay.
    batch_size : int or None
        Pictures per update; None takes the whole training set at once.
    epochs : int
        Passes over the training set after which the run is finished.
    updates : int or None
        Where given, the run is finished after this many updates instead.
    validation : int
        Images held out of the training set, to choose settings by; 0 holds out none.
    augmentation : {"none", "shift", "distort"}
        How each picture is changed at random before the network sees it.
    seed : int
        Decides the first weights, the order of the pictures and their distortions.

    Raises
    ------
    ConfigError
        On construction, naming the value and what was expected.
    """

    hidden: tuple[int, ...] = (10,)
    activation: Activation = "relu"
    initialization: Initialization = "auto"
    optimizer: Optimizer = "sgd"
    learning_rate: float = 0.1
    schedule: Schedule = "constant"
    momentum: float = 0.9
    weight_decay: float = 0.0
    batch_size: int | None = 64
    epochs: int = 10
    updates: int | None = None
    augmentation: Augmentation = "none"
    validation: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.hidden, list | tuple):
            raise ConfigError(f"hidden is {self.hidden!r}; expected a list of numbers of units, such as [128, 64].")
        object.__setattr__(self, "hidden", tuple(self.hidden))
        if len(self.hidden) > MAX_HIDDEN_LAYERS:
            raise ConfigError(
                f"{len(self.hidden)} hidden layers are too many; at most {MAX_HIDDEN_LAYERS} are possible."
            )
        for units in self.hidden:
            _require_whole("a hidden layer's number of units", units, 1, MAX_UNITS)
        for name, choices in _CHOICES.items():
            if getattr(self, name) not in choices:
                raise ConfigError(f"{name} is {getattr(self, name)!r}; choose one of {', '.join(choices)}.")
        _require_number("the learning rate", self.learning_rate, 0.0, 1e6, open_below=True)
        _require_number("momentum", self.momentum, 0.0, 0.9999)
        _require_number("weight decay", self.weight_decay, 0.0, 1e3)
        if self.batch_size is not None:
            _require_whole("the batch size", self.batch_size, 1, 10_000_000)
        _require_whole("the number of epochs", self.epochs, 1, MOST_EPOCHS)
        if self.updates is not None:
            _require_whole("the number of updates", self.updates, 1, MOST_UPDATES)
        _require_whole("the number of images held out for validation", self.validation, 0, 10_000_000)
        _require_whole("the seed", self.seed, 0, SEEDS - 1)

    @property
    def layout(self) -> Layout:
        """The operations of the network, with where in the vector the parameters of each lie."""
        return fully_connected((PIXELS, *self.hidden, CLASSES), self.activation)

    def images_left(self, size: int) -> int:
        """Return how many of a training set's images are left to learn from.

        Raises
        ------
        ConfigError
            If that is none.
        """
        if self.validation >= size:
            raise ConfigError(
                f"{self.validation:,} images cannot be held out for validation: the training set has {size:,}. "
                "Hold out fewer."
            )
        return size - self.validation

    def with_changes(self, **changes: Any) -> "TrainingConfig":
        """Return a config that differs in the named fields; raises ConfigError as construction does."""
        return replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them."""
        return asdict(self) | {"hidden": list(self.hidden)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainingConfig":
        """Make a config from what `to_dict` returned.

        Raises
        ------
        ConfigError
            If a name is unknown or a value makes no sense.
        """
        if not isinstance(values, dict):
            raise ConfigError(f"the settings are {values!r}; expected names with their values.")
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ConfigError(
                f"the settings hold {', '.join(sorted(map(repr, unknown)))}, which this version does not know."
            )
        return cls(**values)


def _require_whole(name: str, value: object, low: int, high: int) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{name} is {value!r}; expected a whole number from {low:,} to {high:,}.")


def _require_number(name: str, value: object, low: float, high: float, *, open_below: bool = False) -> None:
    # No need to ask for finite numbers: infinity is above every limit, and what is no number lies in no range.
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not low <= value <= high or (open_below and value == low):  # type: ignore[operator]
        limit = f"above {low:g} and at most {high:g}" if open_below else f"from {low:g} to {high:g}"
        raise ConfigError(f"{name} is {value!r}; expected a number {limit}.")
