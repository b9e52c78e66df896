"""The past of runs: every run that another has taken the place of, to be compared with, resumed or undone to.

Metrics and recipe of a run stay as long as it is in the list, some hundred kilobytes. The run itself, with its network
and its keyframes, stays as far as a memory budget goes that all share. Where that is spent, keyframes are thinned,
which only makes replays longer; where that is not enough, runs are released that recipe and data make again to the
last bit, the oldest first. What lies in a file as well is released long before. Data that only past runs need have a
budget of their own, and are loaded again.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.data.dataset import DataPair
from core.runs.kept_data import KeptData
from core.runs.past_run import PastRun
from core.runs.run import Run
from core.runs.run_metrics import metrics_of
from core.runs.run_record import RunRecord
from core.training.setting_words import describe_changes

COLORS = 8
"""So many curves can be told apart by color beside those of the present run."""

MEMORY_BUDGET = 256 * 2**20
"""Bytes that networks and keyframes of all past runs may take."""

KEPT_BUDGET = 4 * 2**20
"""Of these, bytes of runs that files hold as well: to read one of the others again takes a moment."""

DATA_BUDGET = 256 * 2**20
"""Bytes that data may take which only past runs need."""


class RunHistory:
    """The runs that others took the place of, the newest first; at most `COLORS` of them are shown as curves.

    A run keeps its color also while it is hidden, until another needs it.

    Parameters
    ----------
    budget, data_budget : int
        Bytes for networks and keyframes, and for data that only these runs need.
    kept_budget : int
        Of the budget for networks and keyframes, what is for runs that files hold as well.
    """

    def __init__(
        self, budget: int = MEMORY_BUDGET, data_budget: int = DATA_BUDGET, kept_budget: int = KEPT_BUDGET
    ) -> None:
        self.budget = budget
        self._kept_budget = kept_budget
        self._data_budget = data_budget
        self._runs: list[PastRun] = []

    @property
    def runs(self) -> tuple[PastRun, ...]:
        """All runs, the one left last first."""
        return tuple(self._runs)

    @property
    def nbytes(self) -> int:
        """Memory of networks and keyframes; what branches share with their parent counts twice."""
        return sum(past.nbytes for past in self._runs)

    def get(self, run_id: str) -> PastRun | None:
        """Return a run by its id, None where it is not in the list."""
        return next((past for past in self._runs if past.id == run_id), None)

    def remember(
        self,
        run: Run,
        data: KeptData | None = None,
        in_use: Collection[Run] = (),
        load: Callable[[], RunRecord] | None = None,
    ) -> PastRun:
        """Put a run that was just left on top of the list.

        Parameters
        ----------
        run : Run
            Its thread may still be in its last update. It is neither thinned nor released before the next one comes.
        data : KeptData, optional
            Its data; by default they are taken to have no source.
        in_use : collection of Run
            Runs that a thread, or the window, may be using: neither thinned nor released.
        load : callable, optional
            Returns the run as its file holds it, where it is kept in one.
        """
        # Not its count of updates, which may be ahead of its metrics by the one that is being made.
        metrics = run.metrics.until(run.update).read()
        update = len(metrics.batch_loss)
        known = self.get(run.id)
        past = PastRun(
            id=run.id,
            name=run.name,
            note=run.note,
            is_starred=run.is_starred,
            begun=run.begun,
            recipe=run.recipe.until(max(0, update - 1)),
            data=data or KeptData(run.data),
            update=update,
            run_metrics=metrics_of(metrics, run.epoch_at, run.train_seconds),
            read_metrics=lambda: metrics,
            is_repeatable=run.is_repeatable,
            run=run,
            kept=None,
            load=load,
            color_index=known.color_index if known else None,
            is_shown=False,
        )
        self.forget([run.id])
        self._runs.insert(0, past)
        if update and (known is None or known.is_shown):
            if not self.can_show(run.id):
                oldest = next(other for other in reversed(self._runs) if other.is_shown)
                self.show(oldest.id, False)
            self.show(run.id, True)
        self.keep_within_budget((run, *in_use))
        return self._runs[0]

    def can_show(self, run_id: str) -> bool:
        """Return whether a run has a curve that is shown, or could be in a color that is left."""
        past = self.get(run_id)
        return past is not None and past.update > 0 and (past.color_index is not None or self._find_color() is not None)

    def show(self, run_id: str, shown: bool) -> None:
        """Show or hide the curve of a run; one that gets no color stays hidden."""
        past = self.get(run_id)
        if past is None:
            return
        color_index = past.color_index
        if shown and color_index is None:
            color_index = self._find_color()
            for other in self._runs:
                if color_index is not None and other.color_index == color_index:
                    self._replace(other, color_index=None)
        self._replace(past, color_index=color_index, is_shown=shown and color_index is not None)

    def describe(self, run_id: str, **changes: Any) -> None:
        """Change the ``name``, the ``note`` or the star (``is_starred``) of a run."""
        past = self.get(run_id)
        if past is not None:
            self._replace(past, **changes)
            if past.run is not None:
                for name, value in changes.items():
                    setattr(past.run, name, value)

    def put_below(self, runs: Sequence[PastRun]) -> None:
        """Put runs of earlier starts below those of this one."""
        self._runs += [past for past in runs if self.get(past.id) is None]

    def forget(self, run_ids: Iterable[str]) -> None:
        """Drop runs."""
        dropped = set(run_ids)
        self._runs = [past for past in self._runs if past.id not in dropped]

    def restore(self, runs: Sequence[PastRun]) -> None:
        """Bring back what was dropped since the list was so; one whose color another has got by now is hidden."""
        kept = {past.id: past for past in self._runs}
        taken = {past.color_index for past in self._runs}
        before = [kept.pop(past.id) if past.id in kept else _without_color(past, taken) for past in runs]
        self._runs = [*kept.values(), *before]

    def add(self, runs: Sequence[PastRun]) -> None:
        """Put runs of another list on top; one whose color is taken here is hidden."""
        taken = {past.color_index for past in self._runs}
        self._runs = [*(_without_color(past, taken) for past in runs if self.get(past.id) is None), *self._runs]

    def keep_within_budget(self, in_use: Collection[Run] = ()) -> None:
        """Release what the budgets have no room for, but nothing of the runs ``in_use``."""
        self._keep_networks_within_budget(in_use)
        self._keep_data_within_budget(in_use)

    def _replace(self, past: PastRun, **changes: Any) -> None:
        self._runs[self._runs.index(past)] = replace(past, **changes)

    def _find_color(self) -> int | None:
        """Return a color that nobody has, else that of the hidden run left longest ago."""
        taken = {past.color_index for past in self._runs}
        free = [color_index for color_index in range(COLORS) if color_index not in taken]
        hidden = [
            past.color_index for past in reversed(self._runs) if past.color_index is not None and not past.is_shown
        ]
        return next(iter([*free, *hidden]), None)

    def _keep_networks_within_budget(self, in_use: Collection[Run]) -> None:
        """Release the oldest of those in files, thin whichever run takes most, release the oldest, repeatable first."""
        ids = {run.id for run in in_use}
        resting = [past for past in reversed(self._runs) if past.has_network and past.id not in ids]
        # A file may be damaged, or could not be written: then the recipe has to make the run again.
        in_files = [past for past in resting if past.load is not None and past.is_repeatable]
        for past in tuple(in_files):
            if sum(other.nbytes for other in in_files) > self._kept_budget:
                self._replace(past, run=None, kept=None)
                in_files.remove(past)
                resting.remove(past)
        for past in resting:
            if past.run is not None:
                past.run.release_buffers()
        # One in use that is too large for the whole budget must not cost the others theirs.
        used = [past.nbytes for past in self._runs if past.id in ids]
        budget = self.budget - sum(size for size in used if size <= self.budget)
        thinnable = list(resting)
        while thinnable and sum(past.nbytes for past in resting) > budget:
            largest = max(thinnable, key=lambda past: past.nbytes)
            if not largest.thin():
                thinnable.remove(largest)
        # What would not fit in any case goes before what would.
        for past in sorted(resting, key=lambda past: (not past.is_repeatable, past.nbytes <= self.budget)):
            if sum(other.nbytes for other in resting) > budget:
                self._replace(past, run=None, kept=None)
                resting.remove(past)

    def _keep_data_within_budget(self, in_use: Collection[Run]) -> None:
        """Release the data of the runs left longest ago; their networks and keyframes stay."""
        needed = [run.data for run in in_use]
        resting = [past.data for past in reversed(self._runs) if not any(past.data.pair is pair for pair in needed)]
        for data in dict.fromkeys(resting):
            if _data_bytes([data.pair for data in resting], needed) <= self._data_budget:
                break
            if data.can_be_released:
                data.release()
                for past in self._runs:
                    if past.data is data and past.run is not None:
                        self._replace(past, run=None, kept=past.run.without_data())


def _data_bytes(pairs: Iterable[DataPair | None], needed: Iterable[DataPair]) -> int:
    """Return the memory of data, in which several may share a training or a test set, beside those that are needed."""
    shared = {part for pair in needed for part in (pair.train, pair.test)}
    parts = {part for pair in pairs if pair is not None for part in (pair.train, pair.test)} - shared
    return sum(part.images.nbytes + part.labels.nbytes for part in parts)


def _without_color(past: PastRun, taken: Collection[int | None]) -> PastRun:
    return replace(past, color_index=None, is_shown=False) if past.color_index in taken else past


def branch_name(parent: str, update: int, changes: Mapping[str, Any]) -> str:
    """Return what a branch may be called: "Run 1 from 2,814: learning rate 0.05".

    Of a branch's branch only the first name and the last change are told.
    """
    root = re.split(r" from [\d,]+(?=:|$)", parent)[0]
    said = describe_changes(changes)
    return f"{root} from {update:,}" + (f": {said}" if said else "")
