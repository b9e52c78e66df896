"""The way back: the exact state of a run after any of its updates.

The nearest keyframe before it is copied and the updates between are made again. Because recipe, data and the number
of an update decide all that it does, the result equals what training had there, bit for bit.
"""

from core.dataset import Dataset
from core.keyframes import Keyframes
from core.progress import Report, ignore_progress
from core.recipe import Recipe
from core.trainer import Trainer, TrainingState


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
        self._last: TrainingState | None = None

    def follow(self, recipe: Recipe) -> None:
        """Take over a recipe to which the run has added knob events."""
        if recipe is not self._trainer.recipe:
            self._trainer.follow(recipe)
            self._last = None

    def state_at(self, update: int, report: Report = ignore_progress) -> TrainingState:
        """Return the state after ``update`` updates, as a copy of its own.

        Raises
        ------
        CancelledError
            If ``report`` says so.
        """
        state = self._keyframes.before(update)
        if self._last is not None and state.update <= self._last.update <= update:
            state = self._last
        state = state.copy()
        first = state.update
        text = f"replaying up to update {update:,}"
        while state.update < update:
            report((state.update - first) / (update - first), text)
            self._trainer.step(state)
        self._last = state.copy()
        return state
