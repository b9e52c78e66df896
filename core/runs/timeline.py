"""What a timeline of a run shows, without a window: where epochs begin, what happened when."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from core.training.recipe import Recipe
from core.training.setting_words import describe_cut, describe_turn

MarkKind = Literal["knob", "cut", "dead", "diverged"]


@dataclass(frozen=True)
class Mark:
    """Something worth finding again on the timeline.

    Attributes
    ----------
    update : int
        Updates made when it happened.
    kind : {"knob", "cut", "dead", "diverged"}
        A setting was changed, a unit was changed by hand, a unit died, or training diverged.
    text : str
        In a few words.
    unit : tuple of int, optional
        Hidden layer and unit, both from 0, that it is about: the first of those that died.
    """

    update: int
    kind: MarkKind
    text: str
    unit: tuple[int, int] | None = None


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
        if not event.changes:
            continue
        if marks and turned == event.changes.keys() and event.update - since <= apart:
            first = marks.pop().update
        else:
            first, before = event.update, recipe.config_at(event.update - 1) if event.update else recipe.config
        turned, since = frozenset(event.changes), event.update
        marks.append(Mark(first, "knob", describe_turn(before, event.changes)))
    return tuple(marks)


def cut_marks(recipe: Recipe) -> tuple[Mark, ...]:
    """Return a mark for every update before which units were changed by hand, at the first of these units."""
    layout = recipe.config.layout
    return tuple(
        Mark(
            event.update,
            "cut",
            ", ".join(describe_cut(cut, layout) for cut in event.cuts),
            (event.cuts[0].layer - 1, event.cuts[0].unit),
        )
        for event in recipe.events
        if event.cuts
    )
