"""Everything that decides a training run, in one frozen value: together with the data it is the run's recipe.

The values are checked when the object is made, so whoever holds a `TrainingConfig` need not check it again.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from types import MappingProxyType
from typing import Any, Literal

from core.errors import ConfigError, quoted
from core.network.fully_connected import activation_of
from core.network.layers import is_fully_connected, layers_of, write_layers
from core.network.layout import Layout
from core.text.number_text import counted
from core.training.network_settings import NetworkSettings, require_one_network
from core.training.optimizers import OPTIMIZERS, OptimizerName
from core.training.setting import Choice, Choices, Number, Setting, Whole, says_nothing, setting, titled

Schedule = Literal["constant", "step", "cosine"]
Augmentation = Literal["none", "shift", "distort", "mix", "fooled-8", "fooled-16", "fooled-32"]

FOOLED: Mapping[str, int] = MappingProxyType({"fooled-8": 8, "fooled-16": 16, "fooled-32": 32})
"""By how many gray levels images fool the network where it is trained on such, by the augmentation that does so."""

MOST_EPOCHS, MOST_UPDATES = 100_000, 100_000_000

SEEDS = 2**32
"""So many seeds there are; the first is 0."""

NO_MOMENTUM = "Plain SGD keeps nothing of earlier gradients. Choose momentum or Adam as optimizer to use this."

_FIVES = tuple(float(f"{digits}e{power}") for power in range(-6, 2) for digits in (1, 2, 5))


def _optimizer(config: "TrainingConfig") -> str:
    return OPTIMIZERS[config.optimizer].describe(config.momentum, TrainingConfig.momentum)


@dataclass(frozen=True, kw_only=True)
class TrainingConfig(NetworkSettings):
    """The settings of a run: each is declared once, with its default, and says itself what it means.

    Raises
    ------
    ConfigError
        On construction, naming the value and what was expected.
    """

    optimizer: OptimizerName = setting(
        "sgd",
        Choices(
            label="Optimizer",
            tip="The kind of gradient descent: how a gradient becomes a change of the parameters.",
            row=6,
            is_live=True,
            choices=tuple(Choice(each.name, each.title, each.meaning) for each in OPTIMIZERS.values()),
            words=_optimizer,
        ),
    )
    learning_rate: float = setting(
        0.1,
        Number(
            label="Learning rate",
            tip="How far the parameters move against the gradient at each update (step, iteration). Too small and the "
            "loss hardly falls, too large and training diverges.",
            row=4,
            is_live=True,
            subject="the learning rate",
            low=0.0,
            high=1e6,
            open_below=True,
            stops=_FIVES,
            help="by default the preset's, or what fits the optimizer",
            aliases=("lr", "rate", "eta"),
        ),
    )
    schedule: Schedule = setting(
        "constant",
        Choices(
            label="Schedule",
            tip="How the learning rate falls over the run, update by update (learning rate scheduler): large at first, "
            "small at the end.",
            row=5,
            is_live=True,
            choices=(
                Choice("constant", "constant", "The same rate throughout."),
                Choice("step", "step", "Step decay: halved after each fifth of the run."),
                Choice("cosine", "cosine", "Cosine annealing: falls gently, almost to 0 at the end of the run."),
            ),
            words=lambda config: f"{config.schedule} schedule",
            help="how the learning rate falls",
        ),
    )
    momentum: float = setting(
        0.9,
        Number(
            label="Momentum",
            tip="How much of the velocity, which is what the last update added, is kept at each update: 0 none, 0.9 "
            "most of it. With Adam it is β₁ (beta1), the share kept of the running mean of the gradient.",
            row=7,
            is_live=True,
            subject="momentum",
            low=0.0,
            high=0.9999,
            stops=(*(tenths / 10 for tenths in range(10)), 0.95, 0.98, 0.99, 0.995, 0.999),
            words=says_nothing,
            unused=lambda config: "" if OPTIMIZERS[config.optimizer].uses_momentum else NO_MOMENTUM,
            aliases=("beta1",),
        ),
    )
    weight_decay: float = setting(
        0.0,
        Number(
            label="Weight decay",
            tip="Every weight, but no bias, loses the share rate × decay at each update (AdamW's way, beside the "
            "gradient). Keeps weights small and the function smooth. 0 switches it off.",
            row=10,
            is_live=True,
            subject="weight decay",
            low=0.0,
            high=1e3,
            stops=(0.0, *_FIVES),
            words=lambda config: f"weight decay {config.weight_decay:g}" if config.weight_decay else "no weight decay",
            aliases=("decay",),
        ),
    )
    batch_size: int | None = setting(
        64,
        Whole(
            label="Batch size",
            tip="Images whose mean gradient makes an update (a minibatch). Few make many noisy updates of an epoch, "
            "all of them (full batch) one exact update. Choose, or type a number.",
            row=8,
            is_live=True,
            subject="the batch size",
            low=1,
            high=10_000_000,
            none="full",
            words=lambda config: "full batch" if config.batch_size is None else f"batch {config.batch_size:,}",
            help="images per update",
            aliases=("batch",),
        ),
    )
    epochs: int = setting(
        10,
        Whole(
            label="Epochs",
            tip="How often the run goes through all training images: each time is an epoch.",
            row=9,
            is_live=True,
            subject="the number of epochs",
            low=1,
            high=MOST_EPOCHS,
            words=lambda config: "" if config.updates else counted(config.epochs, "epoch"),
            help="passes over the training set",
        ),
    )
    updates: int | None = setting(
        None,
        Whole(
            label="Updates",
            tip="How many updates (steps, iterations) the run makes.",
            row=9,
            is_live=True,
            subject="the number of updates",
            low=1,
            high=MOST_UPDATES,
            none="None",
            words=lambda config: counted(config.updates, "update") if config.updates else "",
            help="updates (steps), instead of epochs",
            option="iterations",
            aliases=("iterations", "steps"),
        ),
    )
    augmentation: Augmentation = setting(
        "none",
        Choices(
            label="Augmentation",
            tip="Random changes of each training image before the network sees it (data augmentation), so that it "
            "meets new variants all the time. Helps with drawn digits.",
            row=11,
            choices=(
                Choice("none", "none", "Every image as it is."),
                Choice("shift", "shift", "Translation: moved by up to one pixel."),
                Choice(
                    "distort",
                    "distort",
                    "Affine and elastic: slanted, turned, scaled, bent, thicker or thinner. Slower.",
                ),
                Choice("mix", "mix", "Half of the images distorted, half only shifted: some stay sharp and straight."),
                *(
                    Choice(
                        name,
                        f"fooled {levels}",
                        f"Adversarial training: every second image makes a sign step (FGSM) of {levels} gray levels "
                        "along the gradient of its loss, away from what the network reads. Then it is fooled less. "
                        "Slower.",
                    )
                    for name, levels in FOOLED.items()
                ),
            ),
            words=lambda config: (
                "no augmentation" if config.augmentation == "none" else f"augmentation {titled('augmentation', config)}"
            ),
            help="random changes of training images",
            aliases=("distortion",),
        ),
    )
    validation: int = setting(
        0,
        Whole(
            label="Validation",
            tip="Training images held out as a validation set: the network never learns from them. Choose settings by "
            "how well these are read, and look at the test set once, at the end. 5,000 of MNIST's 60,000 are usual.",
            row=12,
            subject="the number of images held out for validation",
            low=0,
            high=10_000_000,
            step=5_000,
            least="none",
            words=lambda config: f"{config.validation:,} held out for validation" if config.validation else "",
            help="hold N training images out, to choose settings by (0)",
        ),
    )
    seed: int = setting(
        0,
        Whole(
            label="Seed",
            tip="The random seed decides all chance: initialization, order of the images, augmentation. On one "
            "computer the same seed gives the same run, to the last bit. On another processor the last digits may "
            "differ, and at a high learning rate the whole run.",
            row=13,
            subject="the seed",
            low=0,
            high=SEEDS - 1,
            words=lambda config: f"seed {config.seed}",
        ),
    )

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
        """Return a config that differs in the named fields; raises ConfigError as construction does.

        Where hidden layers are named alone, they are all layers that the network has.
        """
        require_one_network(changes)
        if "hidden" in changes:
            changes = {"layers": "", **changes}
        return replace(self, **changes)

    def with_network(self, layout: Layout) -> "TrainingConfig":
        """Return a config whose network has these operations."""
        layers, activation = layers_of(layout), activation_of(layout, self.activation)
        if is_fully_connected(layers):
            return self.with_changes(hidden=layout.layer_sizes[1:-1], activation=activation)
        return self.with_changes(layers=write_layers(layers), activation=activation)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON can hold them; the layers only where there are others than dense ones."""
        values = asdict(self) | {"hidden": list(self.hidden)}
        return values if self.layers else {name: value for name, value in values.items() if name != "layers"}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "TrainingConfig":
        """Make a config from what `to_dict` returned.

        Raises
        ------
        ConfigError
            If a name is unknown or a value makes no sense.
        """
        if not isinstance(values, dict):
            raise ConfigError(f"the settings are {quoted(values)}; expected names with their values.")
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise ConfigError(
                f"the settings hold {', '.join(sorted(map(repr, unknown)))}, which this version does not know."
            )
        require_one_network(values)
        return cls(**values)


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {each.name: each.metadata["setting"] for each in fields(TrainingConfig)}
)
"""Every setting by its name."""

LIVE_KNOBS = frozenset(name for name, declared in SETTINGS.items() if declared.is_live)
"""What may change within a run, also while it trains, and takes effect at its next update.

A branch may differ in these from the run it comes from. All else decides the shape of the network, where it begins or
what it sees, and so makes another run.
"""
