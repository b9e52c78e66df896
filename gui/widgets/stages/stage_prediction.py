"""Predict, then reveal: the learner says what the update will do to a weight and to the loss before it is made."""

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QVBoxLayout, QWidget

from core.explanation.update import UpdateExplanation
from gui.look.formatting import number
from gui.look.labels import PlainLabel
from gui.look.theme import LIGHT, Theme, set_role
from gui.widgets.brief_button import BriefButton
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.segments import Segments

_LINES = 6

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


class PredictionPage(QWidget):
    """Takes a prediction, has the update made, and shows what came of it."""

    update_requested = Signal()
    """The prediction stands; the update is to be made."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._explanation: UpdateExplanation | None = None
        self._index = 0
        self._name = ""
        self._was_right: bool | None = None
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
        self.reveal = BriefButton("Make the update and reveal", "Update and reveal")
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

    def show_parameter(self, explanation: UpdateExplanation, index: int, name: str) -> None:
        """Ask about a parameter: its place in the vector, and what it is called."""
        self._explanation, self._index, self._name = explanation, index, name
        self.question.setText(f"Now {number(float(explanation.before.vector[index]))}. {name} will")
        self.loss.setText(f"The loss of this batch is {number(explanation.loss, 4)}. It will fall by")

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
        change = float(after[prediction.index]) - float(explanation.before.vector[prediction.index])
        direction = RISES if change > 0 else FALLS if change < 0 else STAYS
        self._was_right = direction == prediction.direction
        fall = explanation.loss - explanation.loss_after
        moved = ("rose by", "fell by", "stayed at")[direction]
        size = abs(change) if direction != STAYS else float(after[prediction.index])
        judged = "as you said" if self._was_right else f"you said it would {_WORDS[prediction.direction]}"
        verb = "fell" if fall > 0 else "rose"
        self._say(
            f"{'✓' if self._was_right else '✗'} {prediction.name} {moved} {number(size)}: {judged}.\n"
            f"The loss of that batch {verb} by {number(abs(fall))}, from {number(explanation.loss, 4)} to "
            f"{number(explanation.loss_after, 4)}; you said {number(prediction.fall)}, "
            f"off by {number(abs(fall - prediction.fall), 2)}."
        )

    def forget(self) -> None:
        """Drop prediction and outcome: another run is looked at."""
        self.prediction, self._was_right = None, None
        self.outcome.clear()

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self._theme = theme
        self._color()

    def _say(self, text: str) -> None:
        self.outcome.setText(text)
        self._color()

    def _color(self) -> None:
        colors = {True: self._theme.success, False: self._theme.error, None: self._theme.text}
        self.outcome.setStyleSheet(f"color: {colors[self._was_right]};")

    @Slot()
    def _on_reveal_clicked(self) -> None:
        if self._explanation is None:
            return
        self.prediction = Prediction(
            self._explanation, self._index, self._name, self.direction.choice, self.fall.value()
        )
        self._was_right = None
        self._say("The update is being made …")
        self.update_requested.emit()
