"""What the changes made by hand since the last update did: answer, accuracy, loss and confusion, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from core.training.evaluation import Evaluation
from gui.look.formatting import number, percent
from gui.look.labels import PlainLabel
from gui.look.theme import Theme, set_role
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.still_text import StillText
from gui.widgets.unit.small_confusion import SmallConfusion

_NOTHING = "Nothing was changed by hand since the last update. What a change does to the network stands here."


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


class EffectSection(QWidget):
    """Two columns, before and after."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence = StillText(2)
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
            "confusion: rows true digits, columns predicted",
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
        layout.addWidget(self._body)
        layout.addStretch(1)
        self.show_effect(None)

    def show_effect(self, effect: Effect | None) -> None:
        """Show what changes did, or that there were none."""
        self._body.setVisible(effect is not None)
        if effect is None:
            self.sentence.set_text(_NOTHING)
            return
        for place, bars in enumerate(self.bars):
            bars.show_probabilities(None if effect.answers is None else effect.answers[place])
        tests = effect.tests
        for place, (accuracy, loss, matrix) in enumerate(
            zip(self.accuracies, self.losses, self.confusions, strict=True)
        ):
            accuracy.setText("…" if tests is None else percent(tests[place].accuracy))
            loss.setText("…" if tests is None else number(tests[place].loss))
            matrix.show_counts(None if tests is None else tests[place].confusion)
        self.sentence.set_text(
            "All changes since the last update together. Train on, and watch the other units take over."
        )

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        for widget in (*self.bars, *self.confusions):
            widget.set_class_names(tuple(names))

    def set_theme(self, theme: Theme) -> None:
        """Apply the theme."""
        for widget in (*self.bars, *self.confusions):
            widget.set_theme(theme)
