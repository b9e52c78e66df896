"""Like it: what the network learned from that is like the drawing, and what it would call a digit most surely."""

from functools import partial

import numpy as np
from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QSizePolicy, QSlider, QVBoxLayout, QWidget

from core.data.dataset import DataPair
from core.explanation.dream import Dream, dream
from core.explanation.likeness import Likeness, find_likeness, mean_image
from core.network.arrays import IMAGE_SIDE
from core.network.network import Network
from core.network.prediction import predict
from gui.look.follow_font import follow_font
from gui.look.formatting import number, probability
from gui.look.labels import PlainLabel
from gui.widgets.digit_image import DigitImage
from gui.widgets.drawing.class_box import ClassBox
from gui.widgets.drawing.reading import Reading
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.scroller import reveal
from gui.widgets.still_text import StillText
from gui.widgets.work_button import WorkButton

COUNT = 4
"""Nearest images that are shown, of each kind."""
_AUTO = "auto"
_OLD = " The row of the hidden layer was found before the network changed."
_DRAW = "Draw a digit, and look for the training images that are most like it."
_LOOK = "Look for the training images that are most like your drawing, in pixels and as the network sees them."


class LikenessPage(QWidget):
    """The nearest training images in pixels and in the hidden layer; the mean of a digit, and the dream of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._data: DataPair | None = None
        self._dream: Dream | None = None
        self._asked: Network | None = None
        self._found = ""
        self.find_button = WorkButton("Find the most alike", self)
        self.find_button.button.setToolTip(
            "The training images at the least distance, in pixels and in the last hidden layer of this moment "
            "(nearest neighbors)"
        )
        self.in_pixels, self.in_hidden = ([DigitImage(" ") for _ in range(COUNT)] for _ in range(2))
        self.sentence = StillText(3)
        self.digit_box = ClassBox("Digit to dream of", _AUTO, "auto: the network's answer", comes_to_one=True)
        self.from_drawing = QCheckBox("from my drawing")
        self.from_drawing.setToolTip("Begin with the drawing instead of a blank image")
        self.dream_button = WorkButton("Dream of", self)
        self.dream_button.button.setToolTip(
            "Look for the image that the network calls this digit most surely (activation maximization)"
        )
        self.mean, self.dreamed = DigitImage(" "), DigitImage(" ")
        self.mean.setAccessibleName("The mean of the digit's training images")
        self.dreamed.setAccessibleName("What the network calls the digit most surely")
        self.steps = QSlider(Qt.Orientation.Horizontal)
        self.steps.setAccessibleName("Step of the dream")
        self.steps.setToolTip("From the first image to the last")
        self.steps.setEnabled(False)
        guard_wheel(self.steps)
        self._arrange()
        self.find_button.pressed.connect(self._on_find_pressed)
        self.find_button.done.connect(self._on_found)
        self.find_button.failed.connect(self.sentence.set_text)
        self.dream_button.pressed.connect(self._on_dream_pressed)
        self.dream_button.done.connect(self._on_dreamed)
        self.dream_button.failed.connect(self.sentence.set_text)
        self.digit_box.currentIndexChanged.connect(self._forget_dream)
        self.from_drawing.toggled.connect(self._forget_dream)
        self.steps.valueChanged.connect(self._show_step)
        self._forget_likeness()
        self._forget_dream()

    def _arrange(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        for row, (name, images) in enumerate((("pixels", self.in_pixels), ("hidden layer", self.in_hidden))):
            label = PlainLabel(name)
            label.setWordWrap(True)
            grid.addWidget(label, row, 0)
            for column, image in enumerate(images):
                image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
                grid.addWidget(image, row, column + 1)
                grid.setColumnStretch(column + 1, 2)
        grid.setColumnStretch(0, 1)
        choice = FlowLayout(5, 4)
        for widget in (self.dream_button, self.digit_box, self.from_drawing):
            choice.addWidget(widget)
        below = QHBoxLayout()
        below.setSpacing(6)
        for image in (self.mean, self.dreamed):
            image.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            below.addWidget(image, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.find_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addLayout(grid)
        layout.addWidget(self.sentence)
        layout.addLayout(choice)
        layout.addLayout(below)
        layout.addWidget(self.steps)
        layout.addStretch()
        follow_font(self, self._fit_text)

    def _fit_text(self) -> None:
        caption = self.fontMetrics().height() + 4
        for image in (*self.in_pixels, *self.in_hidden):
            image.setMinimumHeight(2 * IMAGE_SIDE + 2 + caption)
        for image in (self.mean, self.dreamed):
            image.setMinimumHeight(3 * IMAGE_SIDE + 2 + caption)

    def show_data(self, data: DataPair) -> None:
        """Compare with these data."""
        self._data = data
        self._forget_likeness()
        self._forget_dream()

    def show_reading(self, reading: Reading) -> None:
        """Compare this drawing, by the network that reads it."""
        before, self._reading = self._reading, reading
        self.digit_box.set_class_names(reading.names)
        if before is None or before.pixels is None or not np.array_equal(before.pixels, reading.pixels):
            self._forget_likeness()
            if self.from_drawing.isChecked() or self.digit_box.currentData() is None:
                self._forget_dream()
        self._tell_found()
        self._show_step()
        digit = reading.digit
        self.digit_box.tell_unchosen("" if digit is None else reading.names[digit])
        self._enable()

    # The most alike.

    @Slot()
    def _on_find_pressed(self) -> None:
        reading, data = self._reading, self._data
        if reading is not None and data is not None and reading.network is not None and reading.pixels is not None:
            self._asked = reading.network
            self.find_button.start(partial(find_likeness, reading.network, data, reading.pixels, COUNT))

    @Slot(object)
    def _on_found(self, found: Likeness) -> None:
        data = self._data
        if data is None:
            return
        for images, places in ((self.in_pixels, found.in_pixels), (self.in_hidden, found.in_hidden)):
            for image, place in zip(images, (*places.tolist(), *[None] * (COUNT - len(places))), strict=True):
                image.show_image(None if place is None else data.train.images[place])
                image.set_caption(" " if place is None else data.train.class_names[data.train.labels[place]])
        nearest, usual = number(float(found.pixel_distances[0])), number(found.usual_distance)
        compared = f"99 of 100 test images have one within {usual}"
        self._found = (
            f"Unlike any training image: the nearest is {nearest} away, and {compared}."
            if found.is_unlike
            else f"The nearest training image is {nearest} away; {compared}."
        )
        self._tell_found()

    def _tell_found(self) -> None:
        """Say what was found, and where the network no longer is the one that was asked."""
        if self._found and self._reading is not None and self._asked is not None:
            is_old = not self._reading.is_by(self._asked)
            self.sentence.set_text(f"{self._found}{_OLD if is_old else ''}")

    def _forget_likeness(self) -> None:
        self.find_button.abandon()
        self._found = ""
        for image in (*self.in_pixels, *self.in_hidden):
            image.show_image(None)
            image.set_caption(" ")
        self.sentence.set_text(_LOOK if self._reading is not None and self._reading.pixels is not None else _DRAW)
        self._enable()

    # The dream.

    @Slot()
    def _on_dream_pressed(self) -> None:
        reading, digit = self._reading, self._digit()
        if reading is None or reading.network is None or digit is None:
            return
        network, start = reading.network, reading.pixels if self.from_drawing.isChecked() else None
        self.dream_button.start(lambda report: dream(network, digit, start, report=report))

    def _digit(self) -> int | None:
        """Return the digit to dream of: the chosen one, or the answer to the drawing."""
        chosen: int | None = self.digit_box.currentData()
        if chosen is None and self._reading is not None and self._reading.probabilities is not None:
            return int(self._reading.probabilities.argmax())
        return chosen

    @Slot(object)
    def _on_dreamed(self, found: Dream) -> None:
        self._dream = found
        if self._data is not None:
            mean, name = mean_image(self._data, found.digit), self._data.class_names[found.digit]
            self.mean.show_image(mean)
            self.mean.set_caption(f"no {name} in the data" if mean is None else f"mean {name}")
        self.steps.setRange(0, len(found.images) - 1)
        self.steps.setEnabled(True)
        self.steps.setValue(len(found.images) - 1)
        self._show_step()
        reveal(self.steps)

    @Slot()
    def _show_step(self) -> None:
        if self._dream is not None and self._reading is not None and self._reading.network is not None:
            step, digit = self.steps.value(), self._dream.digit
            image = self._dream.images[step]
            self.dreamed.show_image(image)
            # By the network of the moment shown, which may have learned on since the dream.
            now = predict(self._reading.network, image[np.newaxis])[0, digit]
            self.dreamed.set_caption(f"step {step}: {probability(float(now))}")

    @Slot()
    def _forget_dream(self) -> None:
        self.dream_button.abandon()
        self._dream = None
        self.steps.setEnabled(False)
        for image in (self.mean, self.dreamed):
            image.show_image(None)
            image.set_caption(" ")
        self._enable()

    def _enable(self) -> None:
        reading = self._reading
        reads = reading is not None and reading.network is not None
        draws = reads and reading.pixels is not None
        self.find_button.set_ready(draws and self._data is not None)
        self.dream_button.set_ready(reads and self._digit() is not None)
