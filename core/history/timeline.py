"""What a timeline of a run shows, without a window: how far it reaches, where epochs begin, what happened when."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.recipe import Recipe
from core.text.setting_words import describe_turn

MarkKind = Literal["knob", "dead", "diverged"]

_EARLY = 8
"""While less than this fraction (an eighth) of a run is trained, the timeline shows its beginning enlarged."""

_SHORTEST = 64

_CLOSEST = 0.9
"""Share of its room that a tick needs at least; in whole updates, epochs differ a little in length."""


@dataclass(frozen=True)
class Mark:
    """Something worth finding again on the timeline.

    Attributes
    ----------
    update : int
        Updates made when it happened.
    kind : {"knob", "dead", "diverged"}
        A setting was changed, a unit died, or training ran away.
    text : str
        In a few words.
    """

    update: int
    kind: MarkKind
    text: str


@dataclass(frozen=True)
class Tick:
    """Where an epoch begins."""

    epoch: int
    update: int


def visible_end(trained: int, total: int) -> int:
    """Return up to which update the timeline reaches.

    That is the end of the run; but as long as little of it is trained, the end of a stretch in which that little can
    be seen, which doubles when it is half full.
    """
    total = max(total, trained, 1)
    if trained * _EARLY >= total:
        return total
    end = _SHORTEST
    while end < 2 * trained:
        end *= 2
    return min(end, total)


def epoch_ticks(end: int, epoch_at: Callable[[int], float], most: int) -> tuple[Tick, ...]:
    """Return where epochs begin up to update ``end``, at steps of 1, 2, 5, 10, 20, ... epochs.

    Where the batch size was changed, the short epochs of the one part may lie too close together; some are left out.

    Parameters
    ----------
    end : int
        The last update shown.
    epoch_at : callable
        Passes over the training set by update, never falling.
    most : int
        How many ticks there is room for beside that of epoch 0.
    """
    last = int(epoch_at(end))
    steps = (factor * 10**power for power in range(10) for factor in (1, 2, 5))
    step = next(step for step in steps if last <= step * max(most, 1))
    ticks = [Tick(0, 0)]
    for epoch in range(step, last + 1, step):
        update = update_of_epoch(epoch, end, epoch_at)
        if update - ticks[-1].update >= _CLOSEST * end / (max(most, 1) + 1):
            ticks.append(Tick(epoch, update))
    return tuple(ticks)


def update_of_epoch(epoch: float, end: int, epoch_at: Callable[[int], float]) -> int:
    """Return the first update, at most ``end``, at which so many passes over the data have been made.

    Epochs of one run may differ in length, where the batch size was changed, so it is searched for.
    """
    # The tolerance lets 3.1 - 1 find the update at which 2.1 was reached.
    return min(end, bisect_left(range(end + 1), epoch - 1e-9, key=epoch_at))


def knob_marks(recipe: Recipe, apart: int = 0) -> tuple[Mark, ...]:
    """Return a mark for every change of settings within a run: what was, and what it became.

    Parameters
    ----------
    recipe : Recipe
        Has the changes.
    apart : int
        Changes of the same settings that follow each other by no more updates than this are one: a knob that is
        dragged is turned many times on its way.
    """
    marks: list[Mark] = []
    turned, before, since = frozenset[str](), recipe.config, 0
    for event in recipe.events:
        if marks and turned == event.changes.keys() and event.update - since <= apart:
            first = marks.pop().update
        else:
            first, before = event.update, recipe.config_at(event.update - 1) if event.update else recipe.config
        turned, since = frozenset(event.changes), event.update
        marks.append(Mark(first, "knob", describe_turn(before, event.changes)))
    return tuple(marks)
