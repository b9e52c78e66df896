"""Predict, then reveal: the learner says what the update will do to a weight and to the loss before it is made."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from core.explanation.update import UpdateExplanation
from core.text.agreement import agree
from core.text.number_text import numbers_apart
from gui.look.formatting import number
from gui.look.labels import PlainLabel
from gui.look.theme import Themed, applied, set_role
from gui.widgets.brief_button import BriefButton
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.segments import Segments

_LINES = 6

REVEAL = "Make the update and reveal", "Update and reveal"
NEXT = "Next prediction", "Next"

RISES, FALLS, STAYS = range(3)
_WORDS = ("rise", "fall", "stay as it is")


@dataclass(frozen=True, eq=False)
class Prediction:
    """What the learner expects of an update.

    Attributes
    ----------
    explanation : UpdateExplanation
        The update.
    index : int
        Place of the parameter in the vector.
    name : str
        What it is called.
    direction : int
        `RISES`, `FALLS` or `STAYS`.
    fall : float
        By how much the loss of the batch is expected to fall, in nats; below 0 where it is to rise.
    """

    explanation: UpdateExplanation
    index: int
    name: str
    direction: int
    fall: float


class PredictionPage(Themed, QWidget):
    """Takes a prediction, has the update made, and shows what came of it."""

    update_requested = Signal()
    """The prediction stands; the update is to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._explanation: UpdateExplanation | None = None
        self._index = 0
        self._name = ""
        self._was_right: bool | None = None
        applied.changed.connect(self._color)
        self._revealed = False
        self.prediction: Prediction | None = None
        self.question = PlainLabel()
        self.question.setWordWrap(True)
        self.direction = Segments(
            "The weight will",
            (("rise", "It becomes larger"), ("fall", "It becomes smaller"), ("stay", "It does not change")),
            show_name=False,
        )
        self.loss = PlainLabel()
        self.loss.setWordWrap(True)
        self.fall = QDoubleSpinBox()
        self.fall.setDecimals(4)
        self.fall.setRange(-10, 10)
        self.fall.setSingleStep(0.01)
        self.fall.setAccessibleName("By how much the loss will fall")
        guard_wheel(self.fall)
        self.fall.setToolTip("Below 0 if you think that it will rise")
        self.reveal = BriefButton(*REVEAL)
        set_role(self.reveal, "primary")
        self.outcome = PlainLabel()
        self.outcome.setWordWrap(True)
        self.outcome.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addWidget(self.fall)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.question)
        layout.addWidget(self.direction, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.loss)
        layout.addLayout(row)
        layout.addWidget(self.reveal)
        layout.addWidget(self.outcome, 1)
        self.reveal.clicked.connect(self._on_reveal_clicked)

    def minimumSizeHint(self) -> QSize:
        """Ask for two lines for each question and for the outcome, whatever they are at the moment."""
        least = self.layout().minimumSize()
        fields = (self.direction, self.fall, self.reveal)
        height = sum(field.sizeHint().height() for field in fields) + _LINES * self.fontMetrics().lineSpacing()
        return QSize(least.width(), height + (self.layout().count() - 1) * self.layout().spacing())

    @property
    def is_revealed(self) -> bool:
        """Whether it is told what became of a prediction, until the user goes on."""
        return self._revealed

    def show_parameter(self, explanation: UpdateExplanation, index: int, name: str) -> None:
        """Ask about a parameter: its place in the vector, and what it is called.

        While the last prediction is told of, the question waits until the user goes on, or looks at another parameter.
        """
        if self._revealed and index != self._index:
            self._reveal(revealed=False)
        self._explanation, self._index, self._name = explanation, index, name
        if not self._revealed:
            self._ask()

    def _ask(self) -> None:
        explanation = self._explanation
        if explanation is not None:
            self.question.setText(f"Now {number(float(explanation.before.vector[self._index]))}. {self._name} will")
            self.loss.setText(f"The loss of this batch is {number(explanation.loss, 4)}. It will fall by")

    def _reveal(self, *, revealed: bool) -> None:
        """Turn from the question to what became of it, or back."""
        self._revealed = revealed
        for widget in (self.direction, self.fall):
            widget.setEnabled(not revealed)
        self.reveal.set_texts(*(NEXT if revealed else REVEAL))

    def settle(self, following: UpdateExplanation) -> None:
        """Compare the prediction, if there is one, with the network that the run has now, before another update."""
        prediction, self.prediction = self.prediction, None
        if prediction is None:
            return
        explanation, after = prediction.explanation, following.before.vector
        if not np.array_equal(after, explanation.after.vector, equal_nan=True):
            self._was_right = None
            self._say("The run went on in another way than the update shown, so there is nothing to compare.")
            return
        before, now = float(explanation.before.vector[prediction.index]), float(after[prediction.index])
        change = now - before
        direction = RISES if change > 0 else FALLS if change < 0 else STAYS
        self._was_right = direction == prediction.direction
        fall = explanation.loss - explanation.loss_after
        moved = ("rose", "fell", "stayed")[direction]
        moves = numbers_apart(before, now)
        losses = agree(abs(fall), (explanation.loss, explanation.loss_after), lambda loss, after: abs(loss - after))
        loss, loss_after = losses.parts
        judged = "as you said" if self._was_right else f"you said it would {_WORDS[prediction.direction]}"
        verb = "fell" if fall > 0 else "rose"
        self._say(
            f"{'✓' if self._was_right else '✗'} {prediction.name} {moved}: {judged}.\n"
            f"The loss of that batch {verb} by {losses.value}, from {loss} to {loss_after}; you said "
            f"{number(prediction.fall)}."
        )
        self.question.setText(f"{prediction.name}: {moves[0]} → {moves[1]}")
        self.loss.setText(f"Loss of that batch: {loss} → {loss_after}")
        self._reveal(revealed=True)

    def forget(self) -> None:
        """Drop prediction and outcome: another run is looked at."""
        self.prediction, self._was_right = None, None
        self.outcome.clear()
        self._reveal(revealed=False)

    def _say(self, text: str) -> None:
        self.outcome.setText(text)
        self._color()

    @Slot()
    def _color(self) -> None:
        colors = {True: self._theme.success, False: self._theme.error, None: self._theme.text}
        self.outcome.setStyleSheet(f"color: {colors[self._was_right]};")

    @Slot()
    def _on_reveal_clicked(self) -> None:
        if self._explanation is None:
            return
        if self._revealed:
            self._reveal(revealed=False)
            self.outcome.clear()
            self._ask()
            return
        self.prediction = Prediction(
            self._explanation, self._index, self._name, self.direction.choice, self.fall.value()
        )
        self._was_right = None
        self._say("The update is being made …")
        self.update_requested.emit()
