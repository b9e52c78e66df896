"""A recipe's cuts laid out over its updates: what changes before which of them, and what training leaves alone."""

from bisect import bisect_right

import numpy as np

from core.network.parameters import Parameters
from core.network.unit_layers import Indices
from core.training.cuts import Cut, apply_cuts, in_force
from core.training.recipe import Recipe

_NONE: Indices = np.zeros(0, np.int64)


class CutPlan:
    """The cuts of a recipe.

    Parameters
    ----------
    recipe : Recipe
        Settings, knob events and cuts.
    """

    def __init__(self, recipe: Recipe) -> None:
        layout = recipe.config.layout
        self._cuts: dict[int, tuple[Cut, ...]] = {}
        for event in recipe.events:
            if event.cuts:
                self._cuts[event.update] = (*self._cuts.get(event.update, ()), *event.cuts)
        self._updates = tuple(self._cuts)
        self._earlier: dict[int, tuple[Cut, ...]] = {}
        self._held: list[Indices] = []
        made: tuple[Cut, ...] = ()
        for update, cuts in self._cuts.items():
            self._earlier[update] = made
            made = in_force((*made, *cuts))
            self._held.append(np.unique(np.concatenate([_NONE, *(cut.held(layout) for cut in made)])))

    def happen_at(self, update: int) -> bool:
        """Return whether anything is cut between the update before and the one that follows ``update`` earlier ones."""
        return update in self._cuts

    def apply(self, update: int, parameters: Parameters) -> None:
        """Make the cuts that belong there, in place; once they are made, making them again changes nothing."""
        if update in self._cuts:
            apply_cuts(self._earlier[update], self._cuts[update], parameters)

    def held_at(self, update: int) -> Indices:
        """Return which parameters the update that follows ``update`` earlier ones leaves alone."""
        if not self._updates or update < self._updates[0]:
            return _NONE
        return self._held[bisect_right(self._updates, update) - 1]
