"""The runs that were left behind, so that others can be compared with them and they can be gone on with.

Figures and recipe of a run stay as long as it is in the list, some hundred kilobytes. The run itself, with its network
and its keyframes, stays as far as a memory budget goes that all share. Where that is spent, keyframes are thinned,
which only makes the way back to a moment longer; where that is not enough, the oldest runs are let go of. Those can
still be made again, since recipe and data decide a run to the last bit.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from core.dataset import DataPair
from core.history.epoch_scale import EpochScale
from core.history.run_figures import RunFigures, figures_of
from core.metrics import Metrics
from core.progress import Report, ignore_progress
from core.recipe import Recipe
from core.run import Run
from core.text.setting_words import describe_changes

MOST_RUNS = 20

PLACES = 8
"""So many curves can be told apart by color beside those of the present run."""

MEMORY_BUDGET = 256 * 2**20
"""Bytes that networks and keyframes of all left runs may take."""


@dataclass(frozen=True, eq=False)
class PastRun:
    """A run as it was when it was left.

    Attributes
    ----------
    id, name : str
        The run's own.
    recipe : Recipe
        Settings, and those knob events that an update has felt.
    update : int
        Updates made.
    epoch_scale : EpochScale
        Its epochs by update.
    metrics : Metrics
        Its figures, a copy.
    seconds : float
        Time spent in its updates.
    is_repeatable : bool
        Whether recipe and data make it again.
    run : Run or None
        The run itself; None where its memory was needed.
    place : int or None
        Its color, by number; None where it has none.
    is_shown : bool
        Whether its curve is to be drawn; then it has a place.
    """

    id: str
    name: str
    recipe: Recipe
    update: int
    epoch_scale: EpochScale
    metrics: Metrics
    seconds: float
    is_repeatable: bool
    run: Run | None
    place: int | None
    is_shown: bool

    @cached_property
    def figures(self) -> RunFigures:
        """How good it was."""
        return figures_of(self.metrics, self.epoch_scale.epoch, self.seconds)

    @property
    def can_return(self) -> bool:
        """Whether it is still there, or can be made again."""
        return self.run is not None or self.is_repeatable

    def make_again(self, data: DataPair, report: Report = ignore_progress) -> Run:
        """Return the run, made again from its recipe up to the update at which it was left.

        Parameters
        ----------
        data : DataPair
            The data of the run.
        report : Report
            Called at every update.

        Raises
        ------
        CancelledError
            If ``report`` says so.
        """
        run = Run(self.recipe, data, name=self.name)
        run.id = self.id
        run.advance(self.update, report, f"making {self.name} again")
        return run


class RunHistory:
    """At most `MOST_RUNS` runs that were left, the newest first; at most `PLACES` of them are shown as curves.

    A run keeps its place, and with it its color, also while it is hidden, until another needs it.

    Parameters
    ----------
    budget : int
        Bytes for networks and keyframes.
    """

    def __init__(self, budget: int = MEMORY_BUDGET) -> None:
        self._budget = budget
        self._runs: list[PastRun] = []

    @property
    def runs(self) -> tuple[PastRun, ...]:
        """All runs, the one left last first."""
        return tuple(self._runs)

    @property
    def nbytes(self) -> int:
        """Memory of networks and keyframes; what branches share with their parent counts twice."""
        return sum(past.run.nbytes for past in self._runs if past.run is not None)

    def get(self, run_id: str) -> PastRun | None:
        """Return a run by its id, None where it is not in the list."""
        return next((past for past in self._runs if past.id == run_id), None)

    def remember(self, run: Run, present: Run | None = None) -> None:
        """Put a run that was just left on top of the list; one that has made no update has nothing to show.

        Parameters
        ----------
        run : Run
            Its thread may still be in its last update.
        present : Run or None
            The run that took its place, which may be one of the list.
        """
        # Not its count of updates, which may be ahead of its figures by the one that is being made.
        metrics = run.metrics.until(run.update).read()
        update = len(metrics.batch_loss)
        if not update:
            return
        known = self.get(run.id)
        past = PastRun(
            id=run.id,
            name=run.name,
            recipe=run.recipe.until(update - 1),
            update=update,
            epoch_scale=run.epoch_scale,
            metrics=metrics,
            seconds=run.train_seconds,
            is_repeatable=run.is_repeatable,
            # One too large for all of it must not cost the others theirs.
            run=run if run.nbytes <= self._budget else None,
            place=known.place if known else None,
            is_shown=False,
        )
        self.forget(run.id)
        self._runs = [past, *self._runs][:MOST_RUNS]
        if known is None or known.is_shown:
            if not self.can_show(run.id):
                oldest = next(other for other in reversed(self._runs) if other.is_shown)
                self.show(oldest.id, False)
            self.show(run.id, True)
        self._keep_within_budget((run, present))

    def can_show(self, run_id: str) -> bool:
        """Return whether a run is shown, or there is a color left for it."""
        past = self.get(run_id)
        return past is not None and (past.place is not None or self._find_place() is not None)

    def show(self, run_id: str, shown: bool) -> None:
        """Show or hide the curve of a run; one that gets no color stays hidden."""
        past = self.get(run_id)
        if past is None:
            return
        place = past.place
        if shown and place is None:
            place = self._find_place()
            for other in self._runs:
                if place is not None and other.place == place:
                    self._replace(other, place=None)
        self._replace(past, place=place, is_shown=shown and place is not None)

    def rename(self, run_id: str, name: str) -> None:
        """Call a run otherwise."""
        past = self.get(run_id)
        if past is not None:
            self._replace(past, name=name)
            if past.run is not None:
                past.run.name = name

    def forget(self, run_id: str) -> None:
        """Drop a run."""
        self._runs = [past for past in self._runs if past.id != run_id]

    def clear(self) -> None:
        """Drop all runs."""
        self._runs = []

    def restore(self, runs: Sequence[PastRun]) -> None:
        """Bring back what was dropped since the list was so; one whose color another has got by now is hidden."""
        kept = {past.id: past for past in self._runs}
        taken = {past.place for past in self._runs}
        before = [kept.pop(past.id) if past.id in kept else _without_place(past, taken) for past in runs]
        self._runs = [*kept.values(), *before][:MOST_RUNS]

    def _replace(self, past: PastRun, **changes: Any) -> None:
        self._runs[self._runs.index(past)] = replace(past, **changes)

    def _find_place(self) -> int | None:
        """Return a place that nobody has, else that of the hidden run left longest ago."""
        taken = {past.place for past in self._runs}
        free = [place for place in range(PLACES) if place not in taken]
        hidden = [past.place for past in reversed(self._runs) if past.place is not None and not past.is_shown]
        return next(iter([*free, *hidden]), None)

    def _keep_within_budget(self, in_use: tuple[Run | None, ...]) -> None:
        """Thin the keyframes of whichever run takes most, then let go of the oldest, until the budget is kept.

        Runs ``in_use`` may be in the hands of another thread: they are not thinned.
        """
        resting = [past.run for past in reversed(self._runs) if past.run is not None and past.run not in in_use]
        for run in resting:
            run.rest()
        while resting and self.nbytes > self._budget:
            largest = max(resting, key=lambda run: run.keyframes.nbytes)
            if not largest.keyframes.thin():
                resting.remove(largest)
        for past in reversed(self._runs):
            if self.nbytes > self._budget:
                self._replace(past, run=None)


def _without_place(past: PastRun, taken: Collection[int | None]) -> PastRun:
    return replace(past, place=None, is_shown=False) if past.place in taken else past


def branch_name(parent: str, update: int, changes: Mapping[str, Any]) -> str:
    """Return what a branch may be called: "Run 1 from 2,814: learning rate 0.05".

    Of a branch's branch only the first name and the last change are told.
    """
    root = re.split(r" from [\d,]+(?=:|$)", parent)[0]
    said = describe_changes(changes)
    return f"{root} from {update:,}" + (f": {said}" if said else "")
