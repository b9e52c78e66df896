"""Explanations and gradient checks, worked out on a thread of their own, one after the other.

Only the newest request counts: what is asked for while something is under way cancels it and takes its place.
"""

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal, SignalInstance, Slot

from core.data.dataset import Dataset
from core.explanation.own_image import explain_own_image
from core.explanation.update import OwnImage, UpdateExplanation, UpdateSource, explain_update, network_of
from core.network.gradient_check import GradientFunction, backpropagation, check_gradient
from core.progress import Report
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from gui.session.task_slot import Policy, TaskSlot


class _Outcome(NamedTuple):
    """Results with the signals that bring them, and the backward pass that was examined, if any."""

    results: Sequence[tuple[object, SignalInstance]]
    gradient: GradientFunction | None = None


class Explainer(QObject):
    """Works for one panel."""

    explained = Signal(object)
    """The `core.explanation.update.UpdateExplanation` that was asked for."""

    own_explained = Signal(object)
    """The same of an image of the user's; after `explained`, where both were asked for."""

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
        self._slot = TaskSlot(Policy.NEWEST_WAITS, self)
        self._slot.started.connect(self._on_started)
        self._slot.ended.connect(self._on_ended)
        self._slot.progressed.connect(self.progressed)
        self._slot.succeeded.connect(self._on_succeeded)
        self._slot.failed.connect(self.failed)
        self._trainer: Trainer | None = None
        self._followed: tuple[Recipe, Dataset] | None = None

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self._slot.busy

    @property
    def gradient(self) -> GradientFunction:
        """The backward pass that `check` examines: the one that trains, unless a lesson puts a broken one here."""
        return self._gradient

    @gradient.setter
    def gradient(self, gradient: GradientFunction) -> None:
        if gradient is not self._gradient:
            self._gradient = gradient
            self.gradient_changed.emit()

    def explain(self, source: UpdateSource, example: int, own: OwnImage | None = None) -> None:
        """Take the next update of a run apart; `explained` brings it, and `own_explained` that of an own image.

        Parameters
        ----------
        source : UpdateSource
            What decides the update.
        example : int
            The image of the batch that is to be kept in full; the last one where the batch has fewer.
        own : OwnImage, optional
            An image of the user's that is to be taken apart at the same moment.
        """

        def work(report: Report) -> _Outcome:
            trainer = self._trainer_for(source)
            size = len(trainer.batch_indices(source.state.update))
            explanation = explain_update(trainer, source.state, min(example, size - 1), report)
            return _Outcome([(explanation, self.explained), *self._explain_own(trainer, source, own)])

        self._slot.start(work)

    def explain_own(self, source: UpdateSource, own: OwnImage) -> None:
        """Take an image of the user's apart, as the network of a moment sees it; `own_explained` brings it."""

        def work(report: Report) -> _Outcome:
            return _Outcome(self._explain_own(self._trainer_for(source), source, own))

        self._slot.start(work)

    def _explain_own(
        self, trainer: Trainer, source: UpdateSource, own: OwnImage | None
    ) -> list[tuple[object, SignalInstance]]:
        return [] if own is None else [(explain_own_image(trainer, source.state, own), self.own_explained)]

    def check(self, explanation: UpdateExplanation, indices: Sequence[int]) -> None:
        """Check derivatives, by their places in the parameter vector, on the images kept in full."""
        batch = explanation.inputs, explanation.targets
        gradient = self.gradient

        def work(report: Report) -> _Outcome:
            checks = check_gradient(network_of(explanation), batch, indices, gradient=gradient, report=report)
            return _Outcome([(checks, self.checked)], gradient)

        self._slot.start(work)

    def forget(self) -> None:
        """Let go of the run that was taken apart; its memory was needed for updates alone."""
        self._trainer = self._followed = None

    @Slot()
    def cancel(self) -> None:
        """Give up what is under way; `explained` or `checked` does not follow, even if the work has just been done."""
        self._slot.cancel()

    def _trainer_for(self, source: UpdateSource) -> Trainer:
        trainer = self._trainer
        if trainer is None or self._followed != (source.recipe, source.data):
            self._trainer = trainer = Trainer(source.recipe, source.data)
            self._followed = source.recipe, source.data
        return trainer

    @Slot()
    def _on_started(self) -> None:
        self.busy_changed.emit(True)

    @Slot()
    def _on_ended(self) -> None:
        self.busy_changed.emit(False)

    @Slot(object)
    def _on_succeeded(self, outcome: _Outcome) -> None:
        if outcome.gradient in (None, self._gradient):
            for result, signal in outcome.results:
                signal.emit(result)
