"""What the network sees: a drawing on its way to 28x28, with every step to be switched off.

The switches act on the real thing: without a step the network gets an image prepared without it, and answers that.
"""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core.data.dataset import Dataset
from core.drawing.preparation import Preparation, prepare
from core.explanation.answer import Answer, read_answer
from core.explanation.preparation_check import STEPS, PreparationCheck, check_preparation
from core.network.network import Network
from gui.look.follow_font import follow_font
from gui.look.formatting import percent, probability
from gui.look.labels import PlainLabel
from gui.look.theme import set_role, text_scale
from gui.session.task_slot import TaskSlot
from gui.widgets.drawing.reading import Reading, read_drawing
from gui.widgets.drawing.step_image import Outline, StepImage

_BETWEEN = 4
_BOX, _AROUND_BOX = 14, 12
"""What a switch has beside its text, in logical pixels: what grows with the text and what does not."""

COUNT = 1000
"""Drawings on which the worth of the steps is measured."""

_SWITCHES = {
    "crop": ("Cut out", "The square around the ink is cut out. Without it, the whole canvas is taken."),
    "scale": ("20×20", "The square is made 20 pixels wide. Without it, the digit keeps the size it was drawn at."),
    "center": ("Center", "The center of mass goes to the middle. Without it, the middle of the box does."),
}


class PreparationStrip(QWidget):
    """Four images in a row, a switch for each step, and what the steps are worth."""

    steps_changed = Signal()
    """A step was switched on or off; `steps` has which."""

    measuring_requested = Signal(object)
    """The work of measuring, a function of a `core.progress.Report`; to be run in the slot that the strip follows."""

    cancel_requested = Signal()
    """The measurement under way is not wanted any more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._dataset: Dataset | None = None
        self._is_measuring = False
        self._across = 0
        self._images = [StepImage(name) for name in ("Strokes", "Cut out", "Reduced", "Centered")]
        self.switches = {step: QCheckBox(text) for step, (text, _) in _SWITCHES.items()}
        self._accuracies = {step: PlainLabel() for step in STEPS}
        self._drawn = PlainLabel("Strokes")
        self._with_all = PlainLabel()
        self._comparison = PlainLabel()
        self._comparison.setWordWrap(True)
        self._comparison.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._explanation = PlainLabel()
        self._explanation.setWordWrap(True)
        self._explanation.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        set_role(self._explanation, "muted")
        self.measure_button = QPushButton()
        self.measure_button.setToolTip("The accuracy without each step of the preparation (preprocessing)")
        self.measure_button.clicked.connect(self._on_measure_clicked)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(10)
        self._progress.setAccessibleName("Measuring")
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._arrange()
        follow_font(self, self._fit_text)
        self._forget_accuracy()

    def _arrange(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(_BETWEEN)
        self._grid.setVerticalSpacing(3)
        for image in self._images:
            image.setMaximumHeight(110)
        for step, switch in self.switches.items():
            switch.setChecked(True)
            switch.setToolTip(_SWITCHES[step][1])
            switch.toggled.connect(self._on_switched)
            # A third of a narrow column has no room for the box's usual distance from its text.
            switch.setStyleSheet("QCheckBox { spacing: 3px; padding: 0; }")
        self._put_side_by_side(len(self._images))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._grid)
        layout.addWidget(self._comparison)
        layout.addWidget(self.measure_button)
        layout.addWidget(self._progress)
        layout.addWidget(self._explanation)
        layout.addStretch()
        self._explanation.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)

    def _put_side_by_side(self, across: int) -> None:
        """Put so many of the images side by side, each with its switch and its accuracy below."""
        if across == self._across:
            return
        self._across = across
        names = (self._drawn, *self.switches.values())
        accuracies = (self._with_all, *self._accuracies.values())
        for place, parts in enumerate(zip(self._images, names, accuracies, strict=True)):
            row, column = divmod(place, across)
            for below, part in enumerate(parts):
                self._grid.removeWidget(part)
                alignment = Qt.AlignmentFlag.AlignCenter if below else Qt.AlignmentFlag(0)
                self._grid.addWidget(part, 3 * row + below, column, alignment)
        for column in range(len(self._images)):
            self._grid.setColumnStretch(column, 1 if column < across else 0)

    def _width_for(self, across: int) -> int:
        """Return the least width for so many images side by side."""
        box = round(_BOX * text_scale(self.font())) + _AROUND_BOX
        width = self.fontMetrics().horizontalAdvance
        needed = [width(self._drawn.text()), *(width(switch.text()) + box for switch in self.switches.values())]
        return sum(max(needed[column::across]) for column in range(across)) + _BETWEEN * (across - 1)

    def minimumSizeHint(self) -> QSize:
        """Ask for two images side by side, and for the text of the button."""
        width = max(self._width_for(2), self.measure_button.minimumSizeHint().width())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put all images side by side where there is room for their switches."""
        super().resizeEvent(event)
        self._fit_text()

    def _fit_text(self) -> None:
        self._put_side_by_side(4 if self.width() >= self._width_for(4) else 2)
        self._comparison.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        # The longer of its texts must not take room from the images.
        self._explanation.setMinimumHeight(3 * self.fontMetrics().lineSpacing())

    @property
    def steps(self) -> dict[str, bool]:
        """Which steps are switched on, by their name; the arguments of `core.drawing.preparation.prepare`."""
        return {step: switch.isChecked() for step, switch in self.switches.items()}

    @property
    def missing(self) -> str:
        """Which steps are switched off, in words; "" where none is."""
        return " or ".join(_SWITCHES[step][0].lower() for step, on in self.steps.items() if not on)

    def show_data(self, dataset: Dataset) -> None:
        """Take the digits to measure with from here."""
        self._dataset = dataset
        self.cancel_requested.emit()
        self._forget_accuracy()

    def show_reading(self, reading: Reading) -> None:
        """Show how this drawing was prepared, and what the missing steps change."""
        self._network = reading.network
        self._enable()
        for image, content in zip(self._images, _contents(reading.drawing, reading.preparation), strict=True):
            image.show_image(*content)
        self._comparison.setText(_comparison(reading, self.missing))

    def follow(self, slot: TaskSlot) -> None:
        """Measure in this slot, and show how far it is and what came of it."""
        self.measuring_requested.connect(slot.start)
        self.cancel_requested.connect(slot.cancel)
        slot.started.connect(self._on_started)
        slot.progressed.connect(self._on_progressed)
        slot.ended.connect(self._on_measuring_ended)
        slot.succeeded.connect(self._on_measured)
        slot.failed.connect(self._on_measuring_failed)

    @Slot()
    def _on_switched(self) -> None:
        self.steps_changed.emit()

    @Slot()
    def _on_measure_clicked(self) -> None:
        if self._is_measuring:
            self.cancel_requested.emit()
            return
        network, dataset = self._network, self._dataset
        if network is None or dataset is None:
            return
        self.measuring_requested.emit(lambda report: check_preparation(network, dataset, count=COUNT, report=report))

    @Slot()
    def _on_started(self) -> None:
        self._is_measuring = True
        self._progress.setValue(0)
        self._progress.show()
        self.measure_button.setText("Cancel")

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(100 * fraction))

    @Slot(object)
    def _on_measured(self, check: PreparationCheck) -> None:
        self._with_all.setText(f"all: {percent(check.with_all)}")
        for step, label in self._accuracies.items():
            label.setText(percent(check.without[step]))
        self._explanation.setText(
            f"Accuracy on {check.count:,} test digits put anywhere on the canvas, large or small: "
            "with all steps, and without one."
        )

    @Slot(str)
    def _on_measuring_failed(self, sentence: str) -> None:
        self._explanation.setText(sentence)

    @Slot()
    def _on_measuring_ended(self) -> None:
        self._is_measuring = False
        self._progress.hide()
        self._enable()

    def _enable(self) -> None:
        if not self._is_measuring:
            count = COUNT if self._dataset is None else min(COUNT, len(self._dataset))
            self.measure_button.setText(f"Measure each step ({count:,} digits)")
            self.measure_button.setEnabled(self._network is not None and self._dataset is not None)

    def _forget_accuracy(self) -> None:
        for label in (self._with_all, *self._accuracies.values()):
            # A line of its own also while it is empty.
            label.setText("\N{NO-BREAK SPACE}")
        self._explanation.setText("Switch a step off to see what the network makes of the drawing without it.")
        self._enable()


def _contents(
    drawing: NDArray[np.uint8], preparation: Preparation
) -> list[tuple[NDArray[np.uint8] | None, list[Outline], tuple[float, float] | None]]:
    """Return pixels, boxes and cross of the four images."""
    ink_box, square_box = preparation.ink_box, preparation.square_box
    if ink_box is None or square_box is None:
        return [(None, [], None)] * 4
    reduced, pasted = _bytes(preparation.reduced), _bytes(preparation.pasted)
    return [
        (drawing, [Outline(ink_box, False), Outline(square_box, True)], None),
        (preparation.square, [], None),
        (reduced, [], _center_of_mass(reduced)),
        (pasted, [], _center_of_mass(pasted)),
    ]


def _bytes(image: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(image * 255).astype(np.uint8)


def _center_of_mass(image: NDArray[np.uint8]) -> tuple[float, float] | None:
    """Return row and column of the center of mass, counted from the corner; None where all ink has left the image."""
    total = int(image.sum())
    if not total:
        return None
    centers = np.arange(len(image)) + 0.5
    return float(centers @ image.sum(axis=1)) / total, float(image.sum(axis=0) @ centers) / total


def _comparison(reading: Reading, missing: str) -> str:
    """Say what the missing steps do to the answer."""
    if reading.probabilities is None:
        return "Draw a digit to see it prepared." if reading.pixels is None else ""
    answer = _say(read_answer(reading.probabilities), reading.names)
    if not missing:
        return f"With every step: {answer}."
    complete = read_drawing(reading.drawing, prepare(reading.drawing), reading.network)
    said = "" if complete.probabilities is None else _say(read_answer(complete.probabilities), reading.names)
    return f"With every step: {said}.\nWithout {missing}: {answer}."


def _say(answer: Answer, names: tuple[str, ...]) -> str:
    if answer.is_sure:
        return f"{names[answer.digit]}, {probability(answer.probability)}"
    return f"not sure, {names[answer.digit]} or {names[answer.rival]}"
