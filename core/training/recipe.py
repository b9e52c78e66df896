"""A run's recipe: the settings it started with, every knob that was turned since, and every cut that was made.

Recipe, data and the number of an update decide everything that update does, to the last bit. That is what lets a run
be replayed, branched, written to a file and repeated on another machine.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from core.errors import ConfigError
from core.network.layout import Layout
from core.training.config import LIVE_KNOBS, TrainingConfig
from core.training.cuts import Cut, in_force


@dataclass(frozen=True)
class KnobEvent:
    """What was changed between two updates: settings, and the network itself.

    Attributes
    ----------
    update : int
        Updates made before the change; the next one is the first to feel it.
    changes : mapping
        New values by the name of their field in `TrainingConfig`.
    cuts : tuple of Cut
        Changes of units, made one after the other.
    """

    update: int
    changes: Mapping[str, Any]
    cuts: tuple[Cut, ...] = ()


@dataclass(frozen=True)
class Recipe:
    """First settings and knob events in the order of their updates.

    Raises
    ------
    ConfigError
        If an event changes what cannot change within a run or to a value that makes no sense, or a unit that is not
        there, or if events are out of order.
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
        _require_possible(self.cuts, config)

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """All cuts in their order."""
        return tuple(cut for event in self.events for cut in event.cuts)

    def cuts_in_force(self, update: int) -> tuple[Cut, ...]:
        """Return the cuts made up to the update that follows ``update`` earlier ones and not set back by then."""
        return in_force(cut for event in self.events if event.update <= update for cut in event.cuts)

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
        past = self._before(update)
        config, here = past.config_at(update), self._event_at(update)
        changes = {**here.changes, **changes}
        real = {name: value for name, value in changes.items() if getattr(config, name) != value}
        return past._and(replace(here, changes=real))

    def with_cut(self, update: int, cut: Cut) -> "Recipe":
        """Return the recipe up to ``update``, with a cut made there and whatever came later forgotten.

        Of numbers set and weights painted at one and the same update the last counts, whatever else was changed in
        between; what is set back at the update at which it was cut was never cut.

        Raises
        ------
        ConfigError
            If there is no such unit, or a "back" finds nothing to set back.
        """
        past, here = self._before(update), self._event_at(update)
        cuts = here.cuts
        if cut.kind == "back":
            earlier = [one for one in past.cuts_in_force(update) if one.target == cut.target]
            same = [one for one in in_force(cuts) if one.target == cut.target]
            if not earlier and not same:
                raise ConfigError(f"There is nothing to set back: {cut.name} was not cut.")
            if not earlier:
                return past._and(replace(here, cuts=tuple(one for one in cuts if one.target != cut.target)))
        elif (place := _place_of_replaced(cut, cuts, self.config.layout)) is not None:
            cut, cuts = replace(cut, before=cuts[place].before), (*cuts[:place], *cuts[place + 1 :])
        return past._and(replace(here, cuts=(*cuts, cut)))

    def without_cuts(self, update: int) -> "Recipe":
        """Return the recipe up to ``update``, without the cuts made there."""
        return self._before(update)._and(replace(self._event_at(update), cuts=()))

    def with_cuts_of(self, earlier: "Recipe", update: int) -> "Recipe":
        """Return a recipe that this one has grown from at ``update``, with the settings turned there since."""
        here, then = self._event_at(update), earlier._event_at(update)
        if here.changes == then.changes:
            return earlier
        return self._before(update)._and(replace(here, cuts=then.cuts))

    def _before(self, update: int) -> "Recipe":
        return Recipe(self.config, tuple(event for event in self.events if event.update < update))

    def _event_at(self, update: int) -> KnobEvent:
        """Return all that is changed at an update, as one event."""
        changes: dict[str, Any] = {}
        cuts: tuple[Cut, ...] = ()
        for event in self.events:
            if event.update == update:
                changes, cuts = {**changes, **event.changes}, (*cuts, *event.cuts)
        return KnobEvent(update, changes, cuts)

    def _and(self, event: KnobEvent) -> "Recipe":
        return Recipe(self.config, (*self.events, event)) if event.changes or event.cuts else self

    def until(self, update: int) -> "Recipe":
        """Return the recipe without the events after ``update``."""
        return Recipe(self.config, tuple(event for event in self.events if event.update <= update))


def _require_changeable(update: int, changes: Mapping[str, Any]) -> None:
    fixed = set(changes) - LIVE_KNOBS
    if fixed:
        raise ConfigError(f"{', '.join(sorted(fixed))} cannot change within a run (update {update:,}).")


def _place_of_replaced(cut: Cut, cuts: tuple[Cut, ...], layout: Layout) -> int | None:
    """Return which of some cuts another writes over as a whole, where none in between touched the same parameters."""
    cut.check(layout)
    written = cut.written(layout)
    for place in reversed(range(len(cuts))):
        earlier = cuts[place]
        if _replaces(cut, earlier):
            return place
        if earlier.kind == "back" or np.isin(written, earlier.written(layout)).any():
            return None
    return None


def _replaces(cut: Cut, earlier: Cut) -> bool:
    """Return whether a cut gives other values to the very parameters of an earlier one: a number, or a painting."""
    return cut.kind in ("set", "paint") and (cut.kind, cut.target, cut.source) == (
        earlier.kind,
        earlier.target,
        earlier.source,
    )


def _require_possible(cuts: tuple[Cut, ...], config: TrainingConfig) -> None:
    for place, cut in enumerate(cuts):
        cut.check(config.layout)
        if cut.kind == "back":
            for one in in_force(cuts[:place]):
                if one.target == cut.target and not one.before:
                    raise ConfigError(f"{one.name} cannot be set back: its cut does not say what was there.")
