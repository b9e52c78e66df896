"""Fool it: how little of a drawing has to change for another answer, if one knows in which direction."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.data.dataset import Dataset
from core.explanation.answer import read_answer
from core.explanation.fooling import FoolingCurve, fooling_curve, random_change, random_signs
from core.explanation.least_change import LeastChange, least_change
from core.network.arrays import IMAGE_SIDE, Floats
from core.network.network import Network
from core.network.prediction import predict
from core.network.sign_step import LEVELS, step_signs, stepped
from core.progress import Report
from core.text.agreement import trimmed
from gui.look.follow_font import follow_font
from gui.look.formatting import number, probability
from gui.look.labels import PlainLabel
from gui.widgets.digit_image import DigitImage
from gui.widgets.drawing.class_box import ClassBox
from gui.widgets.drawing.evidence_image import EvidenceImage
from gui.widgets.drawing.fooling_plot import FoolingPlot
from gui.widgets.drawing.pixel_page import PixelPage
from gui.widgets.drawing.reading import Reading
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.scroller import reveal
from gui.widgets.still_text import StillText
from gui.widgets.work_button import WorkButton

MOST_LEVELS, FIRST_LEVELS = 32, 8
CURVE_LEVELS = (0, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32)
_ANY = "any other"
_IMAGE = 3 * IMAGE_SIDE + 2
_MOST_STRETCH = 1000
"""Of the images: room is theirs until they are as large as they get."""
_LINES = 4
"""Of the sentence, in a narrow column."""


class FoolingPage(QWidget):
    """A slider for a step along the gradient, the least change of all, and beside each a random change as large."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._dataset: Dataset | None = None
        self._least: LeastChange | None = None
        self._signs = random_signs(1, np.random.default_rng(0))
        self.rival_box = ClassBox("Answer to be fooled into", _ANY, "What the network shall read instead")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, MOST_LEVELS)
        self.slider.setValue(FIRST_LEVELS)
        self.slider.setAccessibleName("Gray levels")
        self.slider.setToolTip("By how many of 255 gray levels every pixel changes (sign step, FGSM)")
        guard_wheel(self.slider)
        self._levels = PlainLabel()
        self.change = EvidenceImage("change in gray levels")
        self.fooled, self.random = DigitImage(), DigitImage()
        self.fooled.setAccessibleName("The drawing, changed along the gradient")
        self.random.setAccessibleName("The drawing, changed as much at random")
        self._change_name, self.fooled_answer, self.random_answer = (StillText(2, centered=True) for _ in range(3))
        self.sentence = StillText(_LINES)
        self.least_button = WorkButton("Least change", self)
        self.least_button.button.setToolTip(
            "Look for the shortest change of all that flips the answer (as DeepFool does)"
        )
        self.curve_button = WorkButton("Fool the test set", self)
        self.curve_button.button.setToolTip(
            "How many test images are still read rightly after steps of 2 to 32 gray levels (robust accuracy)"
        )
        self._measured: Network | None = None
        self.plot, self.plot_note = FoolingPlot(), StillText(1)
        self._show_plot(shown=False)
        self.by_hand = PixelPage()
        self.hand_button = QPushButton("By hand")
        self.hand_button.setToolTip("Erase or ink single pixels yourself, as few as it takes")
        self.rival_box.currentIndexChanged.connect(self._on_aim_changed)
        self.slider.valueChanged.connect(self._on_aim_changed)
        self.least_button.pressed.connect(self._on_least_pressed)
        self.least_button.done.connect(self._on_least_found)
        self.least_button.failed.connect(self.sentence.set_text)
        self.curve_button.pressed.connect(self._on_curve_pressed)
        self.curve_button.done.connect(self._on_curve_made)
        self.curve_button.failed.connect(self.sentence.set_text)
        self._arrange()
        self._show()

    def _arrange(self) -> None:
        aim = FlowLayout(5, 4)
        for widget in (PlainLabel("Make it read"), self.rival_box, self.least_button):
            aim.addWidget(widget)
        size = QHBoxLayout()
        size.addWidget(self.slider, 1)
        size.addWidget(self._levels)
        images = QGridLayout()
        images.setHorizontalSpacing(6)
        images.setVerticalSpacing(2)
        columns = (
            (self.change, self._change_name),
            (self.fooled, self.fooled_answer),
            (self.random, self.random_answer),
        )
        for column, (image, text) in enumerate(columns):
            image.setMinimumHeight(_IMAGE)
            image.setMaximumHeight(2 * _IMAGE)
            image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
            images.addWidget(image, 0, column)
            images.addWidget(text, 1, column)
            images.setColumnStretch(column, 1)
        by_gradient = QWidget()
        layout = QVBoxLayout(by_gradient)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(aim)
        layout.addLayout(size)
        layout.addLayout(images, _MOST_STRETCH)
        layout.addWidget(self.sentence)
        below = FlowLayout(5, 4)
        for button in (self.curve_button, self.hand_button):
            below.addWidget(button)
        layout.addLayout(below)
        layout.addWidget(self.plot)
        layout.addWidget(self.plot_note)
        layout.addStretch(1)
        self._ways = QStackedWidget()
        for way in (by_gradient, self.by_hand):
            self._ways.addWidget(way)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 6, 0, 0)
        whole.addWidget(self._ways)
        self.hand_button.clicked.connect(partial(self._ways.setCurrentWidget, self.by_hand))
        self.by_hand.left.connect(partial(self._ways.setCurrentWidget, by_gradient))
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        self._levels.setMinimumWidth(self._levels.fontMetrics().horizontalAdvance(_levels_text(MOST_LEVELS)))

    def show_data(self, dataset: Dataset) -> None:
        """Fool the network with the images of this test set."""
        self._dataset = dataset
        self.curve_button.abandon()
        self._show_plot(shown=False)
        self._enable()

    def show_reading(self, reading: Reading) -> None:
        """Fool the network that reads this drawing."""
        before = self._reading
        self._reading = reading
        self.rival_box.set_class_names(reading.names)
        if before is None or before.pixels is None or not np.array_equal(before.pixels, reading.pixels):
            self.least_button.abandon()
            self._least = None
        self._show()
        self.by_hand.show_reading(reading)

    # What is asked for.

    @Slot()
    def _on_aim_changed(self) -> None:
        self.least_button.abandon()
        self._least = None
        self._show()

    @Slot()
    def _on_least_pressed(self) -> None:
        reading, rival = self._reading, self.rival_box.currentData()
        if reading is None or reading.network is None or reading.pixels is None:
            return
        network, pixels = reading.network, reading.pixels

        def work(report: Report) -> LeastChange | None:
            return least_change(network, pixels, rival, report)

        self.least_button.start(work)

    @Slot(object)
    def _on_least_found(self, found: LeastChange | None) -> None:
        self._least = found
        self._show()
        digit = None if self._reading is None else self._reading.digit
        if found is None and self.rival_box.currentData() != digit:
            self.sentence.set_text("No change was found that leads to that answer.")

    @Slot()
    def _on_curve_pressed(self) -> None:
        network, dataset = self._reading and self._reading.network, self._dataset
        if network is None or dataset is None:
            return
        self._measured = network
        self.curve_button.start(lambda report: fooling_curve(network, dataset, CURVE_LEVELS, report=report))

    @Slot(object)
    def _on_curve_made(self, curve: FoolingCurve) -> None:
        self.plot.show_curve(curve)
        self._show_plot(shown=True)
        self._tell_age()
        for widget in (self.plot_note, self.plot):
            reveal(widget)

    # What is shown.

    def _show_plot(self, *, shown: bool) -> None:
        for widget in (self.plot, self.plot_note):
            widget.setVisible(shown)

    def _tell_age(self) -> None:
        """Say where the curves are no longer those of the network that reads."""
        reading, measured = self._reading, self._measured
        if reading is not None and measured is not None and not self.plot.isHidden():
            self.plot_note.set_text("" if reading.is_by(measured) else "Measured before the network changed.")

    def _show(self) -> None:
        self._enable()
        self._tell_age()
        levels = self.slider.value()
        self._levels.setText(_levels_text(levels) if self._least is None else "least change")
        self.plot.mark_level(levels if self._least is None else 0)
        reading = self._reading
        if reading is None or reading.network is None or reading.pixels is None or reading.probabilities is None:
            self._show_nothing()
            return
        pixels, digit = reading.pixels, int(reading.probabilities.argmax())
        rival = self.rival_box.currentData()
        if self._least is not None:
            fooled = self._least.pixels
            random = random_change(pixels, self._least.distance, np.random.default_rng(0))
        else:
            target = np.array([digit if rival is None else rival], np.uint8)
            signs = step_signs(reading.network, pixels[np.newaxis], target, toward=rival is not None)
            fooled, random = (stepped(pixels[np.newaxis], each, levels)[0] for each in (signs, self._signs))
        self._show_change(reading.network, reading.names, pixels, fooled, random, digit)

    def _show_change(
        self, network: Network, names: tuple[str, ...], pixels: Floats, fooled: Floats, random: Floats, digit: int
    ) -> None:
        change = LEVELS * (fooled.astype(np.float64) - pixels)
        largest = float(np.abs(change).max())
        # A faint change is to look faint: the strongest color stands for no less than the end of the slider.
        self.change.show_terms(change, pixels, max(largest, float(MOST_LEVELS)))
        self.fooled.show_image(fooled)
        self.random.show_image(random)
        self._change_name.set_text(f"the change:\nup to {trimmed(number(largest, 2))} levels")
        probabilities = predict(network, np.stack([fooled, random]).astype(np.float32))
        answers = [read_answer(each) for each in probabilities]
        for text, way, answer in zip(
            (self.fooled_answer, self.random_answer), ("with it", "at random"), answers, strict=True
        ):
            text.set_text(f"{way}:\n{names[answer.digit]}, {probability(answer.probability)}")
        if self.rival_box.currentData() == digit:
            self.sentence.set_text(f"It is read as {names[digit]} already: choose another answer to fool it into.")
            return
        after, noise, name = answers[0].digit, answers[1].digit, names[digit]
        outcome = f"the {name} is read as {names[after]}" if after != digit else f"it is still read as {name}"
        other = f"as much at random {'leaves it' if noise == digit else 'makes it'} {names[noise]}"
        if self._least is None:
            size = f"With every pixel {self.slider.value()} of 255 gray levels up or down"
        else:
            length = float(np.linalg.norm(change)) / LEVELS
            size = f"With the least change found, of length {number(length, 2)} (one pixel from paper to ink has 1)"
        self.sentence.set_text(f"{size}, {outcome}; {other}.")

    def _show_nothing(self) -> None:
        self.change.show_terms(None)
        for widget in (self.fooled, self.random):
            widget.show_image(None)
        for text in (self._change_name, self.fooled_answer, self.random_answer):
            text.set_text("")
        self.sentence.set_text(
            "Draw a digit, or double-click an image in Samples, to see how little fools the network."
        )

    def _enable(self) -> None:
        reading = self._reading
        self.least_button.set_ready(reading is not None and reading.network is not None and reading.pixels is not None)
        self.curve_button.set_ready(reading is not None and reading.network is not None and self._dataset is not None)


def _levels_text(levels: int) -> str:
    return f"{levels} of {LEVELS} levels"
