"""What a setting is: its name on screen, what it means, which values make sense, and how it is said and typed.

`core.training.config.TrainingConfig` declares each setting once, with its default. The form, the command line, the
words on recipes, lesson files and the window of a branch follow from what is declared there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from core.errors import ConfigError, quoted
from core.network.layers import layered, parse_layers


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting of a run; the kinds below say which values make sense.

    Attributes
    ----------
    label : str
        What it is called on screen.
    tip : str
        What it means, for somebody who meets the word for the first time.
    row : int
        Where it stands among the others in the form.
    of_network : bool
        Whether it is about the network, and not about how it is trained.
    is_live : bool
        Whether it may change within a run, also while it trains, and takes effect at its next update.
    subject : str
        What it is called where a value makes no sense.
    words : callable, optional
        What a recipe says of it, given the `TrainingConfig`: "" where it makes no difference. By default its name and
        its value.
    unused : callable, optional
        Why it has no effect beside the other settings of a `TrainingConfig`; "" where it has.
    help : str, optional
        What the command line says of it.
    option : str
        What it is called on the command line; by default as in `TrainingConfig`.
    aliases : tuple of str
        What people call it elsewhere.
    """

    label: str
    tip: str
    row: int
    of_network: bool = False
    is_live: bool = False
    subject: str = ""
    words: Callable[[Any], str] | None = None
    unused: Callable[[Any], str] = lambda config: ""
    help: str | None = None
    option: str = ""
    aliases: tuple[str, ...] = ()

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError, with the value and what was expected, where a value makes no sense."""
        raise NotImplementedError

    def describe(self, value: object) -> str:
        """Put a value into words: "0.05", "32", "full", "Adam"."""
        return str(value)


def declared(name: str, config: Any) -> Setting:
    """Return the setting of a name, as a class of settings declares it."""
    found: Setting = config.__dataclass_fields__[name].metadata["setting"]
    return found


def titled(name: str, config: Any) -> str:
    """Return what the value of a setting is called: "ReLU", "0.1", "full"."""
    return declared(name, config).describe(getattr(config, name))


def says_nothing(config: Any) -> str:
    """Return "": another setting says it."""
    return ""


def setting(default: Any, declared: Setting) -> Any:
    """Return the field of a dataclass that holds a setting."""
    return field(default=default, metadata={"setting": declared})


@dataclass(frozen=True)
class Choice:
    """A value that can be chosen, what it is called, and what it means."""

    value: str
    title: str
    meaning: str


@dataclass(frozen=True, kw_only=True)
class Choices(Setting):
    """One of several words."""

    choices: tuple[Choice, ...]

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError where there is no such choice."""
        values = [choice.value for choice in self.choices]
        if value not in values:
            raise ConfigError(f"{name} is {quoted(value)}; choose one of {', '.join(values)}.")

    def describe(self, value: object) -> str:
        """Return what a choice is called."""
        return next(choice.title for choice in self.choices if choice.value == value)


@dataclass(frozen=True, kw_only=True)
class Number(Setting):
    """A number from ``low`` to ``high``, or above ``low`` where ``open_below``; a form steps through ``stops``."""

    low: float
    high: float
    open_below: bool = False
    stops: tuple[float, ...]

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError where a value is no number, or out of range."""
        # No need to ask for finite numbers: infinity is above every limit, and what is no number lies in no range.
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if (
            not is_number
            or not self.low <= value <= self.high  # type: ignore[operator]
            or (self.open_below and value == self.low)
        ):
            limit = f"above {self.low:g} and at most" if self.open_below else f"from {self.low:g} to"
            raise ConfigError(f"{self.subject} is {quoted(value)}; expected a number {limit} {self.high:g}.")

    def describe(self, value: object) -> str:
        """Write a number as short as it can be."""
        return f"{value:g}"


@dataclass(frozen=True, kw_only=True)
class Whole(Setting):
    """A whole number from ``low`` to ``high``; or None, where that is given a name by ``none``.

    A form steps by ``step``, and calls ``low`` what ``least`` says, where that says something.
    """

    low: int
    high: int
    none: str | None = None
    step: int = 1
    least: str = ""

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError where a value is no whole number, or out of range."""
        if value is not None or self.none is None:
            require_whole(self.subject, value, self.low, self.high)

    def describe(self, value: object) -> str:
        """Write a number with commas."""
        return str(self.none) if value is None else f"{value:,}"


def require_whole(subject: str, value: object, low: int, high: int) -> None:
    """Raise ConfigError where a value is no whole number from ``low`` to ``high``."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise ConfigError(f"{subject} is {quoted(value)}; expected a whole number from {low:,} to {high:,}.")


@dataclass(frozen=True, kw_only=True)
class Layers(Setting):
    """Units of each hidden layer: at most ``most`` layers, each of 1 to ``most_units``."""

    most: int
    most_units: int

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError where there are too many layers, or a number of units makes no sense."""
        if not isinstance(value, list | tuple):
            raise ConfigError(f"{name} is {quoted(value)}; expected a list of numbers of units, such as [128, 64].")
        if len(value) > self.most:
            raise ConfigError(f"{len(value)} hidden layers are too many; at most {self.most} are possible.")
        for units in value:
            require_whole("a hidden layer's number of units", units, 1, self.most_units)


@dataclass(frozen=True, kw_only=True)
class LayerList(Setting):
    """A network in the words of `core.network.layers`; "" where other settings say what it is."""

    def check(self, name: str, value: object) -> None:
        """Raise ConfigError where a layer makes no sense or does not fit."""
        if not isinstance(value, str):
            raise ConfigError(f"{name} is {str(value)[:60]!r}; expected a text such as “conv 8 5x5, pool 2, 10”.")
        if value:
            layered(parse_layers(value))
