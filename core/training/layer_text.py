"""Hidden layers as text, the way people write them: "128, 64" is 128 units followed by 64."""

import re

from core.errors import ConfigError
from core.training.config import TrainingConfig

_SEPARATORS = re.compile(r"[\s,;x×]+")


def parse_layers(text: str) -> tuple[int, ...]:
    """Return the units of each hidden layer; empty text, or "none", means that there is none.

    Raises
    ------
    ConfigError
        If a part is not a whole number, or a number is out of range.
    """
    parts = [part for part in _SEPARATORS.split(text.strip().lower()) if part]
    if parts in ([], ["none"]):
        return ()
    for part in parts:
        if not (part.isascii() and part.isdigit()):
            raise ConfigError(f"“{part}” is not a number of units; write whole numbers, such as 128, 64.")
    return TrainingConfig(hidden=tuple(int(part) for part in parts)).hidden


def write_layers(hidden: tuple[int, ...]) -> str:
    """Return what `parse_layers` reads: "128, 64", or "" for no hidden layer."""
    return ", ".join(map(str, hidden))
