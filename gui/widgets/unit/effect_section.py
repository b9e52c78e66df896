"""What changes by hand did: answer, accuracy, loss and confusion before, after, and once training has gone on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from core.training.evaluation import Evaluation
from gui.look.formatting import number, percent
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.still_text import StillText
from gui.widgets.unit.small_confusion import SmallConfusion

_NOTHING = "Nothing was changed by hand at this moment. What a change does to the network stands here."


@dataclass(frozen=True, eq=False)
class Effect:
    """What a network was before and after changes, each as a pair.

    Attributes
    ----------
    answers : tuple of float32 arrays of shape (10,) or None
        The probabilities that it gives to the digits for the drawing; None where nothing is drawn.
    tests : tuple of Evaluation, or None
        What it makes of the test set; None as long as that is being found out.
    """

    answers: tuple[NDArray[np.float32], NDArray[np.float32]] | None
    tests: tuple[Evaluation, Evaluation] | None = None


@dataclass(frozen=True, eq=False)
class Later:
    """What the network is when training has gone on after the changes.

    Attributes
    ----------
    updates : int
        How many were made since.
    answer : float32 array of shape (10,) or None
        Its probabilities for the drawing; None where nothing is drawn.
    test : Evaluation
        What it makes of the test set.
    """

    updates: int
    answer: NDArray[np.float32] | None
    test: Evaluation


class EffectSection(QWidget):
    """Two columns: before, and after or now."""

    train_on_requested = Signal()
    """Training is to go on, so that one sees whether the other units take over."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.effect: Effect | None = None
        self.sentence = StillText(3)
        self.train_button = QPushButton("Train on")
        self.train_button.setToolTip("Train on and watch the other units take over what was lost (healing)")
        self.train_button.clicked.connect(self.train_on_requested)
        self.bars = ProbabilityBars(), ProbabilityBars()
        self.accuracies, self.losses = ((PlainLabel("–"), PlainLabel("–")) for _ in range(2))
        self.confusions = SmallConfusion(), SmallConfusion()
        self._heads = PlainLabel("before"), PlainLabel("after")
        self._body = QWidget()
        grid = QGridLayout(self._body)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        names = (
            "answer to your drawing",
            "accuracy on the test set",
            "loss",
            "confusion: rows are labels, columns predictions",
        )
        parts = (self.bars, self.accuracies, self.losses, self.confusions)
        for column, head in enumerate(self._heads):
            set_role(head, "heading")
            grid.addWidget(head, 0, column)
            grid.setColumnStretch(column, 1)
        for place, (name, pair) in enumerate(zip(names, parts, strict=True)):
            label = PlainLabel(name)
            set_role(label, "muted")
            grid.addWidget(label, 2 * place + 1, 0, 1, 2)
            for column, (widget, when) in enumerate(zip(pair, ("before", "after"), strict=True)):
                widget.setAccessibleName(f"{name}, {when}")
                grid.addWidget(widget, 2 * place + 2, column)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.sentence)
        layout.addWidget(self.train_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self._body)
        layout.addStretch(1)
        self.show_effect(None)

    def show_effect(self, effect: Effect | None) -> None:
        """Show what changes did, or that there were none."""
        self.effect = effect
        for widget in (self._body, self.train_button):
            widget.setVisible(effect is not None)
        self._heads[1].setText("after")
        if effect is None:
            self.sentence.set_text(_NOTHING)
            return
        self._show(0, effect.answers and effect.answers[0], effect.tests and effect.tests[0])
        self._show(1, effect.answers and effect.answers[1], effect.tests and effect.tests[1])
        self.sentence.set_text("All changes at this moment together. Train on, and watch the other units take over.")

    def show_later(self, later: Later) -> None:
        """Show what has become of the network since the changes, in the place of what it was right after them."""
        if self.effect is None:
            return
        self._heads[1].setText(f"{later.updates:,} updates later")
        self._show(1, later.answer, later.test)
        if self.effect.tests is not None:
            before, after = (percent(test.accuracy) for test in self.effect.tests)
            self.sentence.set_text(
                f"Accuracy before {before}, right after the change {after}, {later.updates:,} updates later "
                f"{percent(later.test.accuracy)}: what was changed is left alone, and the others go on learning."
            )

    def _show(self, column: int, answer: NDArray[np.float32] | None, test: Evaluation | None) -> None:
        self.bars[column].show_probabilities(answer)
        self.accuracies[column].setText("…" if test is None else percent(test.accuracy))
        self.losses[column].setText("…" if test is None else number(test.loss))
        self.confusions[column].show_counts(None if test is None else test.confusion)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        for widget in (*self.bars, *self.confusions):
            widget.set_class_names(tuple(names))
