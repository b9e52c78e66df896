"""Explanations and gradient checks, worked out on a thread of their own, one after the other.

Only the newest wish counts: what is asked for while something is under way cancels it and takes its place.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from core.data.dataset import Dataset
from core.explanation.update import UpdateExplanation, UpdateSource, explain_update, network_of
from core.network.gradient_check import GradientFunction, backpropagation, check_gradient
from core.progress import Report
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.session.background_task import BackgroundTask


class _Wish(NamedTuple):
    """Work to be done, the signal that brings its result, and the backward pass that it examines, if any."""

    work: Callable[[Report], Any]
    outcome: SignalInstance
    gradient: GradientFunction | None = None


class Explainer(QObject):
    """Works for one panel; call `close` before it goes."""

    explained = Signal(object)
    """The `core.explanation.update.UpdateExplanation` that was asked for."""

    checked = Signal(object)
    """A list of `core.network.gradient_check.GradientCheck`."""

    gradient_changed = Signal()
    """Another backward pass is examined from now on: what checks have found does not hold for it."""

    progressed = Signal(float, str)
    """How far it is, and with what."""

    busy_changed = Signal(bool)
    """Work began or ended."""

    failed = Signal(str)
    """What went wrong, in one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gradient: GradientFunction = backpropagation
        self._task: BackgroundTask | None = None
        self._wish: _Wish | None = None
        self._waiting: _Wish | None = None
        self._trainer: Trainer | None = None
        self._followed: tuple[Recipe, Dataset] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._task is not None

    @property
    def gradient(self) -> GradientFunction:
        """The backward pass that `check` examines: the one that trains, unless a lesson puts a broken one here."""
        return self._gradient

    @gradient.setter
    def gradient(self, gradient: GradientFunction) -> None:
        if gradient is not self._gradient:
            self._gradient = gradient
            self.gradient_changed.emit()

    def explain(self, source: UpdateSource, example: int) -> None:
        """Take the next update of a run apart; `explained` brings it.

        Parameters
        ----------
        source : UpdateSource
            What decides the update.
        example : int
            The image of the batch that is to be kept in full; the last one where the batch has fewer.
        """

        def work(report: Report) -> UpdateExplanation:
            trainer = self._trainer_for(source)
            size = len(trainer.batch_indices(source.state.update))
            return explain_update(trainer, source.state, min(example, size - 1), report)

        self._ask(_Wish(work, self.explained))

    def check(self, explanation: UpdateExplanation, indices: Sequence[int]) -> None:
        """Check derivatives, by their places in the parameter vector, on the images kept in full."""
        batch = explanation.inputs, explanation.targets
        gradient = self.gradient

        def work(report: Report) -> object:
            return check_gradient(network_of(explanation), batch, indices, gradient=gradient, report=report)

        self._ask(_Wish(work, self.checked, gradient))

    @Slot()
    def cancel(self) -> None:
        """Give up what is under way; `explained` or `checked` does not follow, even if the work has just been done."""
        self._waiting = self._wish = None
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """End the thread; what it makes is not wanted any more."""
        self.cancel()
        task, self._task = self._task, None
        if task:
            task.wait()

    def _trainer_for(self, source: UpdateSource) -> Trainer:
        if self._trainer is None or self._followed != (source.recipe, source.data):
            self._trainer = Trainer(source.recipe, source.data)
            self._followed = source.recipe, source.data
        return self._trainer

    def _ask(self, wish: _Wish) -> None:
        if self._task:
            self._waiting = wish
            self._task.cancel()
            return
        self._task = BackgroundTask(wish.work, self)
        self._wish = wish
        self._task.progressed.connect(self._on_progressed)
        self._task.succeeded.connect(self._on_succeeded)
        self._task.failed.connect(self._on_failed)
        self._task.cancelled.connect(self._on_ended)
        self.busy_changed.emit(True)
        self._task.start()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self._waiting is None:
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._task is None:
            return
        wish = self._wish if self._waiting is None else None
        self._on_ended()
        if wish is not None and wish.gradient in (None, self._gradient):
            wish.outcome.emit(result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._on_ended()
        self.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        if self._task is None:
            return
        self._task = None
        waiting, self._waiting = self._waiting, None
        if waiting:
            self._ask(waiting)
        else:
            self.busy_changed.emit(False)
