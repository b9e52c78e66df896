"""The runs that were left behind: their figures stay, so that the next run can be compared with them.

Only figures and recipe are kept, some hundred kilobytes a run, and not the keyframes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.history.epoch_scale import EpochScale
from core.history.timeline import describe_changes
from core.metrics import Metrics
from core.recipe import Recipe
from core.run import Run

MOST_RUNS = 6
"""So many curves can be told apart by color beside those of the present run."""


@dataclass(frozen=True, eq=False)
class PastRun:
    """A run as it was when it was left.

    Attributes
    ----------
    id, name : str
        The run's own.
    recipe : Recipe
        Settings and knob events.
    update : int
        Updates made.
    epoch_scale : EpochScale
        Its epochs by update.
    metrics : Metrics
        Its figures, a copy.
    """

    id: str
    name: str
    recipe: Recipe
    update: int
    epoch_scale: EpochScale
    metrics: Metrics


class RunHistory:
    """At most `MOST_RUNS` runs that were left, each at a place of its own.

    The place decides a run's color, so it keeps it; when all are taken, a new run gets that of the oldest.
    """

    def __init__(self) -> None:
        self._runs: list[PastRun] = []
        self._oldest = 0

    @property
    def runs(self) -> tuple[PastRun, ...]:
        """The kept runs by their places."""
        return tuple(self._runs)

    def remember(self, run: Run) -> bool:
        """Keep what a run has shown; return whether there was anything to keep.

        A run that has not made an update has nothing to show. One that is known already takes its old place.
        """
        if not run.update:
            return False
        metrics = run.metrics.until(run.update).read()
        past = PastRun(run.id, run.name, run.recipe, run.update, run.epoch_scale, metrics)
        known = [place for place, other in enumerate(self._runs) if other.id == run.id]
        if known:
            self._runs[known[0]] = past
        elif len(self._runs) < MOST_RUNS:
            self._runs.append(past)
        else:
            self._runs[self._oldest] = past
            self._oldest = (self._oldest + 1) % MOST_RUNS
        return True

    def clear(self) -> None:
        """Drop all runs."""
        self._runs.clear()
        self._oldest = 0


def branch_name(parent: str, update: int, changes: Mapping[str, Any]) -> str:
    """Return what a branch may be called: "Run 1 from 2,814: learning rate 0.05".

    Of a branch's branch only the first name and the last change are told.
    """
    root = parent.split(" from ")[0]
    said = describe_changes(changes)
    return f"{root} from {update:,}" + (f": {said}" if said else "")
