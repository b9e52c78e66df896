"""The first images of opened data, what the program found out about them, and buttons to correct it by hand."""

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QAccessible, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.data.dataset import DataPair
from core.data.readers.label_codes import KNOWN_SETS
from core.network.arrays import IMAGE_SIDE
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs
from gui.widgets.digit_image import gray_image
from gui.widgets.fields.elided_box import ElidedBox
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.painted_widget import PaintedWidget

SHOWN = 8
_GAP = 2

UPRIGHT = "Upright, and not inverted: yes, a pretrained network reads them so."
UNKNOWN = "Upright, and not inverted? The program cannot tell for sure: look, and correct all of them here."

CHANGES = (
    ("turn", "Turn", "Turn all images by a quarter to the right; four times is back where they were."),
    ("mirror", "Mirror", "Exchange left and right in all images; a second time undoes it."),
    ("invert", "Invert", "Exchange ink and paper in all images; a second time undoes it."),
)

NAMES_TIP = "What the ten classes are called: digits, Fashion-MNIST's clothes, Kuzushiji, letters"
PUT_TOGETHER = (
    "These data were put together: a lesson chose from them, or digits were added. "
    "Open the data they came from again, from the Data menu, to change all of them."
)


class FirstImages(PaintedWidget):
    """A row of the first images, one pixel of the screen for each of theirs."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pixels = np.zeros((IMAGE_SIDE, SHOWN * (IMAGE_SIDE + _GAP) - _GAP), np.uint8)
        self._image = QImage()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("First images of the training set")

    def show_data(self, data: DataPair) -> None:
        """Show the first images of the training set."""
        self._pixels[:] = 0
        for place, image in enumerate(data.train.images[:SHOWN]):
            start = place * (IMAGE_SIDE + _GAP)
            self._pixels[:, start : start + IMAGE_SIDE] = image.reshape(IMAGE_SIDE, IMAGE_SIDE)
        self._redraw()

    def accessible_value(self) -> str:
        """Return how many images are in view; the tab shows each with its label."""
        return f"{SHOWN} images"

    def sizeHint(self) -> QSize:
        """Ask for the images as they are."""
        return QSize(self._pixels.shape[1], IMAGE_SIDE)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the images."""
        with QPainter(self) as painter:
            painter.drawImage(self.rect(), self._image)

    def _redraw(self) -> None:
        self._image = gray_image(self._pixels, self._theme)
        self.update()


class SamplePreview(QFrame):
    """Says whether the images stand upright and light on dark, and lets the user correct that for all of them."""

    change_requested = Signal(str)
    """What is to be done to all images: "turn", "mirror" or "invert"."""

    class_names_requested = Signal(object)
    """What the ten classes are to be called, a tuple of str; empty for what the data say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self.images = FirstImages()
        self.answer = PlainLabel()
        self.answer.setWordWrap(True)
        self.buttons = {name: QPushButton(text) for name, text, _ in CHANGES}
        row = FlowLayout(6, 4)
        row.addWidget(self.images)
        for button in self.buttons.values():
            button.clicked.connect(self._on_clicked)
            row.addWidget(button)
        self._choices: list[tuple[str, ...]] = []
        self.names = ElidedBox()
        self.names.setAccessibleName("What the classes are called")
        self.names.activated.connect(self._on_names_chosen)
        row.addWidget(self.names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        layout.addLayout(row)
        layout.addWidget(self.answer)
        self.hide()

    def show_data(self, data: DataPair, can_change: bool = True) -> None:
        """Show other data; what comes with the program, and MNIST as it should be, need no word."""
        tips = [*((self.buttons[name], tip) for name, _, tip in CHANGES), (self.names, NAMES_TIP)]
        for widget, tip in tips:
            widget.setEnabled(can_change)
            widget.setToolTip(paragraphs(tip if can_change else PUT_TOGETHER))
        is_known = data.synthetic or (data.name == "MNIST" and not data.notes)
        self.setVisible(not is_known)
        self.images.show_data(data)
        is_upright = data.train.is_upright and data.test.is_upright
        self.answer.setText(" ".join([UPRIGHT if is_upright else UNKNOWN if can_change else PUT_TOGETHER, *data.notes]))
        self._show_names(data)

    def _show_names(self, data: DataPair) -> None:
        self.names.clear()
        known = {names: title for title, names in KNOWN_SETS}
        names = data.class_names
        self._choices = [*([] if names in known else [names]), *known]
        for each in self._choices:
            self.names.addItem(known.get(each, f"{', '.join(each[:3])}, …"))
        self.names.setCurrentIndex(self._choices.index(names))

    @Slot()
    def _on_clicked(self) -> None:
        self.change_requested.emit(next(name for name, button in self.buttons.items() if button is self.sender()))

    @Slot(int)
    def _on_names_chosen(self, index: int) -> None:
        self.class_names_requested.emit(self._choices[index])
