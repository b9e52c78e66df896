"""Beside the image of a stage: what a number is made of, whether its gradient is right, what the update will do.

Three pages for one and the same number: the one under the pointer is taken apart, the parameter that the walk has
chosen is checked by nudging it, or its change is foretold before the update is made.
"""

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from core.explanation.parameter_update import ParameterUpdate
from core.explanation.stage import Cell, at
from core.explanation.update import UpdateExplanation
from core.network.gradient_check import GradientCheck, random_sample
from gui.session.stage_walk import StageWalk
from gui.widgets.segments import Segments
from gui.widgets.stages.stage_check import SAMPLE, GradientCheckPage
from gui.widgets.stages.stage_prediction import PredictionPage
from gui.widgets.stages.stage_terms import TermsView
from gui.widgets.text_room import least_height

TERMS, CHECK, PREDICT = range(3)


_LEAST_LINES = 13
"""Lines of text that the pages get room for, so that the stage with the longest rule asks for no more than others."""


class StageSide(QWidget):
    """Shows one of the three pages, and keeps all three at the place where the walk is.

    Attributes
    ----------
    pages : Segments
        Chooses the page: `TERMS`, `CHECK` or `PREDICT`.
    terms : TermsView
        What a number is made of.
    check : GradientCheckPage
        Is the gradient right?
    prediction : PredictionPage
        What the update will do.
    """

    check_requested = Signal(object)
    """Derivatives are to be checked: a sequence of their places in the parameter vector."""

    update_requested = Signal()
    """Something has been foretold; the update is to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation: UpdateExplanation | None = None
        self._parameter_index = 0
        self._sampler = np.random.default_rng()
        self.terms = TermsView()
        self.check = GradientCheckPage()
        self.prediction = PredictionPage()
        self.pages = Segments(
            "Beside the image",
            (
                ("Terms", "What the number under the pointer is made of"),
                ("Check", "Is the gradient right? Nudge a parameter and see (gradient check, finite differences)"),
                ("Predict", "Say what the update will do, then see"),
            ),
            show_name=False,
        )
        self._stack = QStackedWidget()
        for page in (self.terms, self.check, self.prediction):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.pages, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._stack, 1)
        self.pages.chosen.connect(self._stack.setCurrentIndex)
        self.check.check_requested.connect(self._on_check_requested)
        self.check.sample_requested.connect(self._on_sample_requested)
        self.prediction.update_requested.connect(self.update_requested)

    def event(self, event: QEvent) -> bool:
        """Keep room for what the pages hold now, in the present width."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            pages = (self.terms, self.check, self.prediction)
            for page in pages:
                page.resize(self._stack.width(), page.height())
            usual = _LEAST_LINES * self.fontMetrics().lineSpacing()
            self._stack.setMinimumHeight(max(usual, *map(least_height, pages)))
        return super().event(event)

    def show_explanation(self, explanation: UpdateExplanation) -> None:
        """Turn to an update; checks of another one are gone, and what was foretold of the one before is judged."""
        previous, self._explanation = self._explanation, explanation
        if previous is None or not _is_same_batch(previous, explanation):
            self.check.clear()
        if previous is not None and previous.update != explanation.update:
            self.prediction.settle(explanation)

    def show_cell(self, walk: StageWalk, cell: Cell, example: int | None) -> None:
        """Take a cell of the stage apart: of an image of the batch, or (None) of the batch as a whole."""
        if self._explanation is None:
            return
        stage = walk.stage
        # Where the batch as a whole has no single number, that of the image last looked at is taken apart.
        image = walk.image if example is None and stage.is_by_image else example
        in_batch = walk.whole_batch and image is not None
        self.terms.show_terms(stage.terms(cell, image), f"image {image + 1}" if in_batch else "")

    def show_parameter(self, walk: StageWalk) -> None:
        """Turn to the parameter that the walk looks at: to be checked, or its change to be foretold."""
        explanation = self._explanation
        if explanation is None:
            return
        update, cell = walk.parameter
        self._parameter_index = update.index(cell)
        name = update.symbol + at(cell)
        names = [units.name(unit) for units, unit in zip(update.axes, cell, strict=True)]
        self.check.show_parameter(f"{name}: {_place(update, names)}")
        self.prediction.show_parameter(explanation, self._parameter_index, name)

    def show_checks(self, checks: list[GradientCheck]) -> None:
        """Show what came of a check: of one derivative, or of a sample."""
        if self._explanation is None:
            return
        if len(checks) == 1:
            self.check.show_one(checks[0], self._explanation)
        else:
            self.check.show_sample(checks, self._explanation)

    @Slot()
    def _on_check_requested(self) -> None:
        if self._explanation is not None:
            self.check_requested.emit([self._parameter_index])

    @Slot()
    def _on_sample_requested(self) -> None:
        if self._explanation is not None:
            explanation = self._explanation
            sample = random_sample(explanation.before.layout, SAMPLE, self._sampler, explanation.gradient.vector)
            self.check_requested.emit(sample)


def _is_same_batch(one: UpdateExplanation, other: UpdateExplanation) -> bool:
    """Return whether a check of the one holds for the other: the same images, answered by the same network."""
    if (one.update, one.first, one.before.layout) != (other.update, other.first, other.before.layout):
        return False
    pairs = ((one.before.vector, other.before.vector), (one.inputs, other.inputs), (one.targets, other.targets))
    return all(np.array_equal(*pair) for pair in pairs)


def _place(update: ParameterUpdate, names: list[str]) -> str:
    """Say where a parameter stands: "unit 3 to digit 5", or "image to map 1, kernel row 0, kernel column 2"."""
    if not update.is_weights:
        return f"{update.one} of {names[0]}"
    source, *inside, target = names
    if inside and update.axes[0].layer == 0:
        source = "image"
    return ", ".join([f"{source} to {target}", *inside])
