"""The panel "Draw a digit": a canvas, what the network sees of it, and what it makes of that.

The prediction follows the pen and the network: it is made anew when the ink changes and when a newer network comes,
and both cost far less than a frame. Pages below the canvas go into detail; only the one in view is kept up to date.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QSize, Signal, Slot
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from core.data.dataset import DIGITS, DataPair
from core.drawing.preparation import prepare
from core.drawing.side_by_side import count_side_by_side
from core.explanation.answer import read_answer
from core.files.unlike import LIMIT, unlikeness, usual_limit
from core.network.network import Network
from core.network.prediction import scaled
from core.runs.snapshot import Snapshot
from gui.files.image_import import ImageImport, holds_image
from gui.look.icons import line_icon
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.digit_image import DigitImage
from gui.widgets.drawing.answer_label import AnswerLabel
from gui.widgets.drawing.answer_page import AnswerPage
from gui.widgets.drawing.canvas import Canvas
from gui.widgets.drawing.drawing_area import DrawingArea
from gui.widgets.drawing.evidence_page import EvidencePage
from gui.widgets.drawing.fooling_page import FoolingPage
from gui.widgets.drawing.likeness_page import LikenessPage
from gui.widgets.drawing.pen_bar import PenBar
from gui.widgets.drawing.preparation_strip import PreparationStrip
from gui.widgets.drawing.reader_box import ReaderBox
from gui.widgets.drawing.reading import Reading, read_drawing
from gui.widgets.page_stack import PageStack
from gui.widgets.panel import Panel

_SEEN = "as seen"
_WIDE = 1.2
"""How much wider than high the panel is when its pages lie beside the canvas."""


class DrawingPanel(Panel, QWidget):
    """Draw, and watch the network answer."""

    drawing_prepared = Signal(object)
    """The `core.drawing.preparation.Preparation` of what is now on the canvas; empty where its ``ink_box`` is None."""

    network_shown = Signal(object)
    """The `core.network.network.Network` that answers from now on."""

    image_awaited = Signal()
    """An image is being read, from a file or from the clipboard."""

    failed = Signal(str)
    """An image could not be used; why, in one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._is_stale = False
        self._training_images: NDArray[np.uint8] | None = None
        self._run_limit: float | None = None
        self.canvas = Canvas()
        self._ink, self._example = self.canvas.ink(), self.canvas.example
        self._reading = read_drawing(self._ink, prepare(self._ink), None)
        self.canvas.drawing_changed.connect(self._on_drawing_changed)
        self.canvas.history_changed.connect(self._on_history_changed)
        self._images = ImageImport(self)
        self._images.started.connect(self._on_image_started)
        self._images.ended.connect(self._on_image_ended)
        self._images.succeeded.connect(self._on_image_loaded)
        self._images.failed.connect(self.failed)
        self._make_actions()
        self._pen_bar = PenBar(
            [self.erase_action, self.undo_action, self.redo_action, self.clear_action, self.large_action]
        )
        self._pen_bar.pen_width_changed.connect(self._on_pen_width_changed)
        self._class_names = DIGITS
        self.reader_box = ReaderBox()
        self.reader_box.reader_changed.connect(self._on_reader_changed)
        self._seen = DigitImage(_SEEN)
        self._seen.setAccessibleName("What the network sees")
        self._seen.setToolTip(
            "The 28x28 image that the network gets: cut out, scaled and centered like MNIST's digits (preprocessing)."
        )
        self.answer_label = AnswerLabel()
        self.answer_page = AnswerPage(self.step_action)
        self.answer_page.unit_clicked.connect(self._on_unit_clicked)
        self.evidence_page = EvidencePage()
        self.evidence_page.choice_changed.connect(self._on_page_changed)
        self.fooling_page = FoolingPage()
        self.likeness_page = LikenessPage()
        self.preparation_page = PreparationStrip()
        self.preparation_page.steps_changed.connect(self._on_steps_changed)
        self.preparation_page.follow(TaskSlot(Policy.REFUSE, self))
        self._pages = PageStack()
        for page, title, tip in (
            (self.answer_page, "Answer", "The probability of each digit: the output of softmax"),
            (
                self.evidence_page,
                "Why?",
                "What speaks for this answer and what against (attribution: gradient × input)",
            ),
            (self.fooling_page, "Fool it", "How little has to change for another answer (adversarial examples)"),
            (
                self.likeness_page,
                "Like it",
                "Which training images are like the drawing (nearest neighbors), and what a digit's dream looks like",
            ),
            (self.preparation_page, "Steps", "How the drawing becomes the input of the network (preprocessing)"),
        ):
            self.add_page(page, title, tip)
        self._pages.currentChanged.connect(self._on_page_changed)
        self._arrange()
        self._on_history_changed()
        self._show_reading()

    def _arrange(self) -> None:
        reader = QHBoxLayout()
        reader.setSpacing(6)
        label = PlainLabel("Read by:")
        set_role(label, "muted")
        label.setBuddy(self.reader_box)
        reader.addWidget(label)
        reader.addWidget(self.reader_box, 1)
        self._box = QVBoxLayout()
        self._box.setSpacing(6)
        self._box.addLayout(reader)
        self._box.addWidget(DrawingArea(self.canvas, self._seen, self.answer_label), 1)
        self._box.addWidget(self._pen_bar)
        self._halves = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._halves.setContentsMargins(8, 6, 8, 6)
        self._halves.setSpacing(6)
        # The canvas is as large as the column is wide; the pages have what is left.
        self._halves.addLayout(self._box, 100)
        self._halves.addWidget(self._pages, 1)

    def _make_actions(self) -> None:
        self.undo_action = self._action("Undo stroke", QKeySequence.StandardKey.Undo)
        self.redo_action = self._action("Redo stroke", "Ctrl+Shift+Z", "Ctrl+Y")
        self.erase_action = self._action("Eraser", "Ctrl+E")
        self.clear_action = self._action("Clear drawing", QKeySequence.StandardKey.Delete)
        self.erase_action.setCheckable(True)
        self.erase_action.setToolTip(f"{self.erase_action.toolTip()}; the right mouse button erases too")
        self.undo_action.triggered.connect(self.canvas.undo)
        self.redo_action.triggered.connect(self.canvas.redo)
        self.erase_action.toggled.connect(self._on_erase_toggled)
        self.clear_action.triggered.connect(self._on_clear_triggered)
        self.paste_action = self._action("Paste image", QKeySequence.StandardKey.Paste)
        self.open_action = self._action("Open image…", "Ctrl+Shift+D")
        self.large_action = self._action("Large drawing", "F9")
        self.large_action.setCheckable(True)
        self.large_action.setToolTip(f"{self.large_action.toolTip()}: in place of the tabs; Esc leads back")
        self.step_action = self._action("Step through this", "Ctrl+T")
        self.step_action.setToolTip("Follow the drawing through the network, forward and backward (Ctrl+T)")
        self.paste_action.triggered.connect(self._images.paste)
        self.open_action.triggered.connect(self._images.ask_and_read)
        for action, icon in (
            (self.undo_action, "undo"),
            (self.redo_action, "redo"),
            (self.erase_action, "eraser"),
            (self.clear_action, "clear"),
            (self.large_action, "large"),
        ):
            action.setIcon(line_icon(f"drawing/{icon}"))

    def _action(self, text: str, *shortcuts: QKeySequence.StandardKey | str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(shortcut) for shortcut in shortcuts])
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{text} ({keys})")
        self.addAction(action)
        return action

    # What comes in.

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Let the run's network of this moment answer, where the run is asked."""
        self.reader_box.show_snapshot(snapshot)

    def show_data(self, data: DataPair) -> None:
        """Measure with the digits of this test set, and know what the run learns from."""
        self.preparation_page.show_data(data.test)
        self.fooling_page.show_data(data.test)
        self.likeness_page.show_data(data)
        self._class_names = data.class_names
        self._training_images, self._run_limit = data.train.images, None
        self._show_answer()

    @Slot(object)
    def show_example(self, pixels: NDArray[np.uint8]) -> None:
        """Put an image of a data set, uint8 of shape (28, 28), on the canvas; the network gets its very pixels."""
        self.canvas.show_example(pixels)

    @Slot(object)
    def explain_example(self, pixels: NDArray[np.uint8]) -> None:
        """Put an image of a data set on the canvas, and show what speaks for the answer to it."""
        self.canvas.show_example(pixels)
        self._pages.show_page(self.evidence_page)

    def add_page(self, page: QWidget, title: str, tip: str) -> None:
        """Put another page below the canvas."""
        self._pages.add_page(page, title, tip)

    def fit_text(self) -> None:
        """Keep room for the highest page below the canvas, now that text has another size."""
        self._pages.keep_room()

    @property
    def reading(self) -> Reading:
        """The drawing on the canvas, and what the network makes of it."""
        return self._reading

    # What happens.

    @Slot()
    def _on_reader_changed(self) -> None:
        self._is_stale = not self.isVisible()
        if not self._is_stale:
            self._answer_again()
        if self.reader_box.network is not None:
            self.network_shown.emit(self.reader_box.network)

    @Slot()
    def _on_drawing_changed(self) -> None:
        self._ink, self._example = self.canvas.ink(), self.canvas.example
        self._read()

    @Slot(str)
    def _on_image_started(self, name: str) -> None:
        self.canvas.set_notice(f"Reading {name}…")
        self.image_awaited.emit()

    @Slot()
    def _on_image_ended(self) -> None:
        self.canvas.set_notice("")

    @Slot(object)
    def _on_image_loaded(self, ink: NDArray[np.uint8]) -> None:
        self.canvas.paste(ink)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take images; leave anything else to the window."""
        if holds_image(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the image on the canvas."""
        event.acceptProposedAction()
        self.take_image(event.mimeData())

    def take_image(self, mime: QMimeData) -> None:
        """Put an image on the canvas that was dropped or copied, where there is one."""
        self._images.take(mime)

    @Slot()
    def _on_steps_changed(self) -> None:
        # Their names have no room below the image; the page has them.
        off = list(self.preparation_page.steps.values()).count(False)
        self._seen.set_caption(f"{off} step{'s' * (off > 1)} off" if off else _SEEN)
        self._read()

    @Slot()
    def _on_page_changed(self) -> None:
        self._refresh_page()

    @Slot(int)
    def _on_unit_clicked(self, unit: int) -> None:
        self._pages.show_page(self.evidence_page)
        self.evidence_page.open_unit(unit)

    @Slot()
    def _on_history_changed(self) -> None:
        # Here and not when the ink is told of: that comes up to a frame later, when a newer image may be on its way.
        self._images.cancel()
        self.undo_action.setEnabled(self.canvas.can_undo)
        self.redo_action.setEnabled(self.canvas.can_redo)
        for action in (self.clear_action, self.step_action):
            action.setEnabled(not self.canvas.is_empty)

    @Slot(float)
    def _on_pen_width_changed(self, width: float) -> None:
        self.canvas.set_pen_width(width)

    @Slot(bool)
    def _on_erase_toggled(self, erasing: bool) -> None:
        self.canvas.set_erasing(erasing)

    @Slot()
    def _on_clear_triggered(self) -> None:
        self.canvas.clear()
        self.erase_action.setChecked(False)

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of a column, whether or not the pages lie beside the canvas at present."""
        margins = self._halves.contentsMargins()
        parts = (self._box.minimumSize(), self._pages.minimumSizeHint())
        width = max(part.width() for part in parts) + margins.left() + margins.right()
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the pages beside the canvas where both have room, otherwise below it."""
        super().resizeEvent(event)
        is_wide = self.width() > _WIDE * self.height()
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._halves.direction() != direction:
            self._halves.setDirection(direction)
            self._halves.setStretchFactor(self._box, 3 if is_wide else 100)

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the network that came while the panel was out of view."""
        super().showEvent(event)
        if self._is_stale:
            self._answer_again()

    def _read(self) -> None:
        """Prepare the drawing and let the network answer."""
        preparation = prepare(self._ink, **self.preparation_page.steps)
        if self._example is not None and not self.preparation_page.missing:
            # Preparing it once more would shift or blur it, and a mistake of the network's might be gone.
            preparation = replace(preparation, pasted=scaled(self._example))
        self._reading = read_drawing(self._ink, preparation, self.reader_box.network)
        self._show_reading()
        self.drawing_prepared.emit(preparation)

    def _answer_again(self) -> None:
        """Let the network answer for a drawing that has not changed."""
        self._is_stale = False
        before = self._reading
        self._reading = read_drawing(self._ink, before.preparation, self.reader_box.network)
        if self._reading.pixels is not None or not _look_alike(before.network, self._reading.network):
            self._show_answer()

    def _show_reading(self) -> None:
        self._seen.show_image(self._reading.pixels)
        self._show_answer()

    def _show_answer(self) -> None:
        probabilities = self._reading.probabilities
        # Images of a data set show one digit each, however it was written.
        is_drawn = self._example is None
        digits = count_side_by_side(self._ink) if is_drawn else 1
        unlike = is_drawn and not self.preparation_page.missing and self._is_unlike()
        origin = self.reader_box.origin
        names = origin.class_names if origin else self._class_names
        self._reading = replace(self._reading, names=names)
        self.answer_page.bars.set_class_names(names)
        answer = None if probabilities is None else read_answer(probabilities)
        self.answer_label.show_answer(answer, digits, names, unlike=unlike)
        self._refresh_page()

    def _is_unlike(self) -> bool:
        """Return whether the drawing is unlike all that the network which answers learned from."""
        pixels, origin = self._reading.pixels, self.reader_box.origin
        if pixels is None:
            return False
        if origin is None and self._run_limit is None and self._training_images is not None:
            self._run_limit = usual_limit(self._training_images)
        limit = origin.unlike_limit if origin else self._run_limit
        return bool(unlikeness(pixels[None, :])[0] > (LIMIT if limit is None else limit))

    def _refresh_page(self) -> None:
        page = self._pages.page
        if hasattr(page, "show_reading"):
            page.show_reading(self._reading)


def _look_alike(one: Network | None, other: Network | None) -> bool:
    """Return whether two networks look the same as long as nothing is drawn."""
    if one is None or other is None:
        return one is other
    return one.parameters.layout == other.parameters.layout
