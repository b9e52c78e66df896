"""A run's recipe: the settings it started with and every knob that was turned since.

Recipe, data and the number of an update decide everything that update does, to the last bit. That is what lets a run
be replayed, branched, written to a file and repeated on another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.config import BRANCH_KNOBS, TrainingConfig
from core.errors import ConfigError


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
        If an event changes what cannot change within a run, or events are out of order.
    """

    config: TrainingConfig
    events: tuple[KnobEvent, ...] = ()

    def __post_init__(self) -> None:
        previous = 0
        for event in self.events:
            if event.update < previous:
                raise ConfigError(f"a change at update {event.update:,} stands after one at update {previous:,}.")
            previous = event.update
            fixed = set(event.changes) - BRANCH_KNOBS
            if fixed:
                raise ConfigError(f"{', '.join(sorted(fixed))} cannot change within a run (update {event.update:,}).")

    def config_at(self, update: int) -> TrainingConfig:
        """Return the settings in force for the update that follows ``update`` earlier ones."""
        config = self.config
        for event in self.events:
            if event.update <= update:
                config = config.with_changes(**event.changes)
        return config

    def with_event(self, update: int, **changes: Any) -> "Recipe":
        """Return the recipe up to ``update``, with ``changes`` made there and whatever came later forgotten."""
        config = self.config_at(update)
        real = {name: value for name, value in changes.items() if getattr(config, name) != value}
        past = self.until(update)
        return Recipe(past.config, (*past.events, KnobEvent(update, real))) if real else past

    def until(self, update: int) -> "Recipe":
        """Return the recipe without the events after ``update``."""
        return Recipe(self.config, tuple(event for event in self.events if event.update <= update))
