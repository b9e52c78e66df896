"""Replay: the exact state of a run after any of its updates.

The nearest keyframe before it is copied and the updates between are made again. Because recipe, data and the number
of an update decide all that it does, the result equals what training had there, bit for bit.

States passed on the way are kept, as far as a small budget goes, until the next visit elsewhere: whoever looks at a
moment often wants the one before it next, and would otherwise have to come all the way again.
"""

from collections.abc import Callable

from core.data.dataset import Dataset
from core.network.network import Network
from core.progress import Report, ignore_progress
from core.runs.keyframes import Keyframes
from core.training.recipe import Recipe
from core.training.trainer import Trainer, TrainingState

NEARBY_BUDGET = 16 * 2**20
"""Bytes for the states between two keyframes that were passed last."""


def advance(
    trainer: Trainer,
    state: TrainingState,
    update: int,
    report: Report,
    text: str,
    visit: Callable[[TrainingState], None] = lambda state: None,
) -> None:
    """Make updates of a state, in place, until so many are made.

    Parameters
    ----------
    trainer : Trainer
        Makes them.
    state : TrainingState
        Where it begins; where it is cancelled, the state stays at the update that has been reached.
    update : int
        Updates made at the end.
    report : Report
        Told of the share that is made, with ``text``.
    visit : callable
        Shown the state after each update.
    """
    first = state.update

    def report_update(fraction: float, _: str) -> None:
        report((state.update - first + fraction) / (update - first), text)

    while state.update < update:
        report_update(0.0, text)
        trainer.step(state, report_update)
        visit(state)


class Replay:
    """Recovers states of one run; it owns a trainer, so one thread at a time may use it.

    Parameters
    ----------
    recipe : Recipe
        The recipe that the run has followed.
    data : Dataset
        Its training set.
    keyframes : Keyframes
        Its keyframes; they may grow meanwhile.
    """

    def __init__(self, recipe: Recipe, data: Dataset, keyframes: Keyframes) -> None:
        self._trainer = Trainer(recipe, data)
        self._keyframes = keyframes
        self._start: TrainingState | None = None
        self._nearby = Keyframes(NEARBY_BUDGET, fewest=1)
        self._last: TrainingState | None = None

    def follow(self, recipe: Recipe) -> None:
        """Take over a recipe to which the run has added knob events."""
        if recipe is not self._trainer.recipe:
            self._trainer.follow(recipe)
            self._start = self._last = None

    def state_at(self, update: int, report: Report = ignore_progress) -> TrainingState:
        """Return the state after ``update`` updates, as a copy of its own."""
        state, reached = self._nearest(update).copy(), self._nearby.updates[-1]

        def keep(passed: TrainingState) -> None:
            if passed.update > reached:
                self._nearby.offer(passed)

        advance(self._trainer, state, update, report, f"replaying up to update {update:,}", keep)
        self._last = state.copy()
        return state

    def network_at(self, update: int, report: Report = ignore_progress) -> Network:
        """Return the network after ``update`` updates, with the cuts made that belong before the next."""
        return Network(self._trainer.cut_parameters(self.state_at(update, report)))

    def _nearest(self, update: int) -> TrainingState:
        """Return the last known state at or before an update; not to be changed."""
        keyframe = self._keyframes.before(update)
        if keyframe is not self._start:
            self._start, self._nearby = keyframe, Keyframes(NEARBY_BUDGET, fewest=1)
            self._nearby.offer(keyframe)
        nearest = self._nearby.before(update)
        if self._last is not None and nearest.update < self._last.update <= update:
            return self._last
        return nearest
