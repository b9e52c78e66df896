"""A run's recipe: the settings it started with and every knob that was turned since.

Recipe, data and the number of an update decide everything that update does, to the last bit. That is what lets a run
be replayed, branched, written to a file and repeated on another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import ConfigError
from core.training.config import LIVE_KNOBS, TrainingConfig


@dataclass(frozen=True)
class KnobEvent:
    """Settings that were changed between two updates.

    Attributes
    ----------
    update : int
        Updates made before the change; the next one is the first to feel it.
    changes : mapping
        New values by the name of their field in `TrainingConfig`.
    """

    update: int
    changes: Mapping[str, Any]


@dataclass(frozen=True)
class Recipe:
    """First settings and knob events in the order of their updates.

    Raises
    ------
    ConfigError
        If an event changes what cannot change within a run or to a value that makes no sense, or if events are out of
        order.
    """

    config: TrainingConfig
    events: tuple[KnobEvent, ...] = ()

    def __post_init__(self) -> None:
        previous, config = 0, self.config
        for event in self.events:
            if event.update < previous:
                raise ConfigError(f"a change at update {event.update:,} stands after one at update {previous:,}.")
            _require_changeable(event.update, event.changes)
            previous, config = event.update, config.with_changes(**event.changes)

    def config_at(self, update: int) -> TrainingConfig:
        """Return the settings in force for the update that follows ``update`` earlier ones."""
        config = self.config
        for event in self.events:
            if event.update <= update:
                config = config.with_changes(**event.changes)
        return config

    def with_event(self, update: int, **changes: Any) -> "Recipe":
        """Return the recipe up to ``update``, with ``changes`` made there and whatever came later forgotten.

        Changes at one and the same update become one event; what ends where it began is none.

        Raises
        ------
        ConfigError
            If a value makes no sense or the setting cannot change within a run.
        """
        _require_changeable(update, changes)
        past = Recipe(self.config, tuple(event for event in self.events if event.update < update))
        config = past.config_at(update)
        for event in reversed(self.events):
            if event.update == update:
                changes = {**event.changes, **changes}
        real = {name: value for name, value in changes.items() if getattr(config, name) != value}
        return Recipe(past.config, (*past.events, KnobEvent(update, real))) if real else past

    def until(self, update: int) -> "Recipe":
        """Return the recipe without the events after ``update``."""
        return Recipe(self.config, tuple(event for event in self.events if event.update <= update))


def _require_changeable(update: int, changes: Mapping[str, Any]) -> None:
    fixed = set(changes) - LIVE_KNOBS
    if fixed:
        raise ConfigError(f"{', '.join(sorted(fixed))} cannot change within a run (update {update:,}).")
