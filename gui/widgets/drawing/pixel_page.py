"""Fooled by hand: erase or ink as few pixels as possible until the answer changes, and try to beat a search."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.explanation.answer import read_answer
from core.explanation.pixel_changes import PixelChanges, few_pixels, flipped
from core.network.arrays import IMAGE_SIDE
from core.network.prediction import predict
from core.progress import Report
from core.text.number_text import counted
from gui.look.formatting import probability
from gui.widgets.drawing.pixel_editor import PixelEditor
from gui.widgets.drawing.reading import Reading
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.still_text import StillText
from gui.widgets.work_button import WorkButton

_DRAW = "Draw a digit, and change single pixels of it here."


class PixelPage(QWidget):
    """The drawing as the network gets it, to be changed pixel by pixel; beside it how few a greedy search needs."""

    left = Signal()
    """The user wants to go back to steps along the gradient."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._reading: Reading | None = None
        self._order: list[int] = []
        self._found: PixelChanges | None = None
        self.editor = PixelEditor()
        self.editor.setToolTip("Click a pixel to erase or ink it, and once more to set it back")
        self.undo_button, self.reset_button, self.back_button = (
            QPushButton(text) for text in ("Undo pixel", "Start over", "By gradient")
        )
        self.undo_button.setToolTip("Set the pixel back that was changed last")
        self.reset_button.setToolTip("Set all pixels back")
        self.back_button.setToolTip("Back to many small changes along the gradient")
        self.find_button = WorkButton("Let it search", self)
        self.find_button.button.setToolTip(
            "Change the best pixel, then the next best, until the answer changes (greedy search)"
        )
        self.answer, self.record = StillText(), StillText(2)
        self.editor.pixel_pressed.connect(self._on_pixel_pressed)
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self.reset_button.clicked.connect(self._on_reset_clicked)
        self.back_button.clicked.connect(self.left)
        self.find_button.pressed.connect(self._on_find_pressed)
        self.find_button.done.connect(self._on_found)
        self.find_button.failed.connect(self.record.set_text)
        buttons = FlowLayout(5, 4)
        for button in (self.undo_button, self.reset_button, self.find_button, self.back_button):
            buttons.addWidget(button)
        # As large as there is room for, and no reason to scroll.
        self.editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.editor.setMinimumHeight(5 * IMAGE_SIDE)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.answer)
        layout.addWidget(self.record)
        layout.addLayout(buttons)
        self._show()

    @property
    def changed(self) -> list[int]:
        """Which pixels were changed, in order."""
        return list(self._order)

    def show_reading(self, reading: Reading) -> None:
        """Change the pixels of this drawing; those of another one are as they were drawn."""
        before, self._reading = self._reading, reading
        if before is None or before.pixels is None or not np.array_equal(before.pixels, reading.pixels):
            self._order.clear()
            self._forget()
        elif before.network is not reading.network:
            self._forget()
        self._show()

    def _forget(self) -> None:
        self.find_button.abandon()
        self._found = None

    @Slot(object)
    def _on_pixel_pressed(self, cell: tuple[int, int]) -> None:
        pixel = cell[0] * IMAGE_SIDE + cell[1]
        if self._reading is None or self._reading.pixels is None:
            return
        if pixel in self._order:
            self._order.remove(pixel)
        else:
            self._order.append(pixel)
        self._show()

    @Slot()
    def _on_undo_clicked(self) -> None:
        del self._order[-1:]
        self._show()

    @Slot()
    def _on_reset_clicked(self) -> None:
        self._order.clear()
        self._show()

    @Slot()
    def _on_find_pressed(self) -> None:
        reading = self._reading
        if reading is None or reading.network is None or reading.pixels is None:
            return
        network, pixels = reading.network, reading.pixels

        def work(report: Report) -> PixelChanges | None:
            return few_pixels(network, pixels, report=report)

        self.find_button.start(work)

    @Slot(object)
    def _on_found(self, found: PixelChanges | None) -> None:
        self._found = found
        self._show()
        if found is None:
            self.record.set_text("The search did not change the answer. Can you?")

    def _show(self) -> None:
        reading = self._reading
        draws = reading is not None and reading.network is not None and reading.pixels is not None
        self.find_button.set_ready(draws)
        for button in (self.undo_button, self.reset_button):
            button.setEnabled(bool(self._order))
        self.editor.setEnabled(draws)
        if reading is None or reading.network is None or reading.pixels is None or reading.probabilities is None:
            self.editor.show_values(np.zeros((IMAGE_SIDE, IMAGE_SIDE), np.float32))
            self.editor.show_changed([])
            self.answer.set_text(_DRAW)
            self.record.set_text("")
            return
        image = reading.pixels.copy()
        image[self._order] = flipped(reading.pixels)[self._order]
        self.editor.show_values(image.reshape(IMAGE_SIDE, IMAGE_SIDE))
        self.editor.show_changed([divmod(pixel, IMAGE_SIDE) for pixel in self._order])
        digit, now = int(reading.probabilities.argmax()), read_answer(predict(reading.network, image[np.newaxis])[0])
        names = reading.names
        said = "still read as" if now.digit == digit else f"the {names[digit]} is read as"
        self.answer.set_text(
            f"{counted(len(self._order), 'pixel')} changed: {said} {names[now.digit]}, {probability(now.probability)}"
        )
        self.record.set_text(self._judge(names, is_fooled=now.digit != digit))

    def _judge(self, names: tuple[str, ...], *, is_fooled: bool) -> str:
        """Compare the user's pixels with those of the search."""
        if self._found is None:
            return ""
        needed, own = len(self._found.order), len(self._order)
        text = f"The search needed {counted(needed, 'pixel')} to make it {names[self._found.rival]}."
        if not is_fooled:
            return text
        if own < needed:
            return f"{text} You needed {own}: you beat it."
        return f"{text} You needed {'as many' if own == needed else own}. Can you do with fewer?"
