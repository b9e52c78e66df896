"""The panel "My digits": label what you drew, collect it, judge a network by it, train or teach with it.

The collection is kept in the user's own folder and is there again at the next start.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QMenu,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.data.collecting_undo import CollectingUndo
from core.data.dataset import DataPair
from core.data.my_digits import MyDigits, as_image, load_digits, save_digits
from core.drawing.preparation import Preparation
from core.errors import DataError
from core.network.arrays import CLASSES
from core.network.network import Network
from core.network.prediction import predict
from core.progress import Report
from core.text.number_text import counted
from gui.files.digit_storage import DigitStorage
from gui.files.file_dialogs import ask_for_file, ask_where_to_save
from gui.files.saved_file import SavedFile
from gui.look.formatting import percent
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.session.task_slot import Policy, TaskSlot
from gui.widgets.drawing.digit_grid import DigitGrid
from gui.widgets.drawing.label_row import LabelRow
from gui.widgets.drawing.teaching_page import TeachingPage
from gui.widgets.elided_label import ElidedLabel
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.panel import Panel
from gui.widgets.text_room import least_height

_WEIGHTS = (1, 10, 100)
_ADD = "Begin a run whose training set holds my digits as well; Train then learns from all of them."
_ASK = "Draw a digit, then say here which it is:"
_DELETE = "Delete the chosen digits."
_RELABEL = "Say what the chosen digits show. Typing the number does the same."
_OPEN_FILES = "Digits (*.csv *.csv.gz *.png);;All files (*)"
_SAVE_FILES = "CSV in MNIST's layout (*.csv);;PNG sheet (*.png)"


class MyDigitsPanel(Panel, QWidget):
    """Labels, the collection, and what can be done with it."""

    digit_taken = Signal()
    """The drawing was added to the collection; the canvas may be cleared for the next."""
    training_requested = Signal(object, int)
    """A `core.data.dataset.Dataset` that the training set should hold as well, and how often."""
    digits_changed = Signal(object)
    """The collection as a `core.data.dataset.Dataset`; None where it is empty."""
    taught = Signal(object)
    """A `core.training.teaching.Teaching` is done; its network should answer from now on."""
    undo_requested = Signal()
    """The network from before it was taught last should answer again."""
    saved = Signal(object)
    """The collection was written: a `gui.files.saved_file.SavedFile`."""
    failed = Signal(str)
    """What went wrong, in one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._digits = MyDigits.empty()
        self._before_deleting: MyDigits | None = None
        self._drawing: Preparation | None = None
        self.undo = CollectingUndo()
        self._network: Network | None = None
        self._reading = TaskSlot(Policy.IN_TURN, self)
        self._reading.started.connect(self._on_reading_started)
        self._reading.ended.connect(self._show_answers)
        self._reading.succeeded.connect(self._on_opened)
        self._saving = TaskSlot(Policy.IN_TURN, self, writes=True)
        self._saving.succeeded.connect(self.saved)
        self._teaching = TaskSlot(Policy.REFUSE, self)
        self._note = "Reading your digits…"
        self._keeps = False
        self._make_widgets()
        self._arrange()
        self._show_digits()
        self.storage = DigitStorage(self)
        self.storage.loaded.connect(self._on_loaded)
        self.storage.unreadable.connect(self._on_unreadable)
        self.storage.merged.connect(self._on_merged)
        self.storage.failed.connect(self._on_keeping_failed)
        self.storage.load()

    def _make_widgets(self) -> None:
        self.labels = LabelRow()
        self.labels.setEnabled(False)
        self.labels.label_chosen.connect(self._on_label_chosen)
        self.grid = DigitGrid()
        self.grid.itemSelectionChanged.connect(self._on_selection_changed)
        self._summary = ElidedLabel()
        set_role(self._summary, "muted")
        self.delete_button = QToolButton()
        self.delete_button.setText("Delete")
        self.delete_button.clicked.connect(self._on_delete_clicked)
        self.grid.delete_pressed.connect(self._on_delete_clicked)
        self.grid.label_typed.connect(self._relabel)
        self.relabel_button = _menu_button("Label")
        for label in range(CLASSES):
            action = self.relabel_button.menu().addAction(f"These are a {label}")
            action.setData(label)
            action.triggered.connect(self._on_relabel_triggered)
        self.file_button = _menu_button("File")
        menu = self.file_button.menu()
        self.open_action = menu.addAction("Open CSV or PNG…", self._on_open_triggered)
        self.save_action = menu.addAction("Save as CSV or PNG…", self._on_save_triggered)
        menu.addSeparator()
        self.restore_action = menu.addAction("Bring deleted digits back", self._on_restore_triggered)
        self.train_button = _menu_button("Add to training data…")
        for weight in _WEIGHTS:
            action = self.train_button.menu().addAction(f"Each digit {weight} ×" if weight > 1 else "Each digit once")
            action.setData(weight)
            action.triggered.connect(self._on_train_triggered)
        self.teach_button = QToolButton()
        self.teach_button.setText("Teach…")
        self.teach_button.setToolTip(
            "A few updates on my digits alone (fine-tuning): what changes, and what is forgotten."
        )
        self.teach_button.clicked.connect(self._on_teach_clicked)
        self.teaching_page = TeachingPage()
        self.teaching_page.closed.connect(self._on_teaching_closed)
        self.teaching_page.follow(self._teaching)
        self.teaching_page.taught.connect(self.taught)
        self.teaching_page.undo_requested.connect(self.undo_requested)
        self.teaching_page.failed.connect(self.failed)
        for slot in (self._reading, self._saving, self._teaching):
            slot.failed.connect(self.failed)

    def _arrange(self) -> None:
        use = FlowLayout(4, 4)
        for button in (self.relabel_button, self.delete_button, self.file_button, self.train_button, self.teach_button):
            use.addWidget(button)
        # Until it is known what was kept: what is added before would have to be sorted in.
        self._collection = QWidget(enabled=False)
        layout = QVBoxLayout(self._collection)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        self._question = PlainLabel(_ASK)
        self._question.setWordWrap(True)
        layout.addWidget(self._question)
        layout.addWidget(self.labels)
        layout.addWidget(self.grid, 1)
        layout.addWidget(self._summary)
        layout.addLayout(use)
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 6, 0, 0)
        self._stack.addWidget(self._collection)
        self._stack.addWidget(self.teaching_page)

    # What comes in.

    @property
    def digits(self) -> MyDigits:
        """The collection."""
        return self._digits

    @Slot(object)
    def set_drawing(self, preparation: Preparation) -> None:
        """Know what is on the canvas now."""
        self._drawing = None if preparation.ink_box is None else preparation
        digits = self.undo.follow(self._digits, as_image(self._drawing.pixels) if self._drawing else None)
        if digits is not self._digits:
            self._become(digits)
        self.labels.setEnabled(self._drawing is not None)
        self._question.setText("What I drew is a" if self._drawing else _ASK)

    @Slot(object)
    def show_network(self, network: Network) -> None:
        """Judge this network by the collection, and teach it; judging is put off while not in view."""
        self._network = network
        self.teaching_page.set_network(network)
        if self.isVisible():
            self._show_answers()

    def show_data(self, data: DataPair) -> None:
        """Look at this test set for what teaching makes a network forget."""
        self.teaching_page.set_test(data.test)

    def set_can_undo(self, can_undo: bool) -> None:
        """Say whether the network from before it was taught can come back."""
        self.teaching_page.set_can_undo(can_undo)

    def minimumSizeHint(self) -> QSize:
        """Ask for the height that the collection and the page of teaching need in this width."""
        pages = (self._collection, self.teaching_page)
        for page in pages:
            page.resize(self.contentsRect().width(), page.height())
        least = super().minimumSizeHint()
        return QSize(least.width(), max(least.height(), *map(least_height, pages)))

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the network that came while the panel was out of view."""
        super().showEvent(event)
        self._show_answers()

    # What the user does.

    @Slot(int)
    def _on_label_chosen(self, label: int) -> None:
        if self._drawing is None:
            return
        try:
            digits = self._digits.added(self._drawing.pixels, label)
        except DataError as error:
            self.failed.emit(str(error))
            return
        self.undo.forget()
        self._become(digits)
        self.digit_taken.emit()

    @Slot()
    def _on_selection_changed(self) -> None:
        has_chosen = bool(self.grid.selectedIndexes())
        for button, tip in ((self.delete_button, _DELETE), (self.relabel_button, _RELABEL)):
            button.setEnabled(has_chosen)
            button.setToolTip(tip if has_chosen else f"{tip} First choose some above.")

    @Slot()
    def _on_relabel_triggered(self) -> None:
        self._relabel(self.sender().data())

    @Slot(int)
    def _relabel(self, label: int) -> None:
        rows = self.grid.chosen()
        if rows:
            self._become(self._digits.relabeled(rows, label))

    @Slot()
    def _on_delete_clicked(self) -> None:
        rows = self.grid.chosen()
        if rows:
            self._before_deleting = self._digits
            self._become(self._digits.without(rows))

    @Slot()
    def _on_restore_triggered(self) -> None:
        if self._before_deleting is not None:
            restored, self._before_deleting = self._before_deleting, None
            self._become(restored.joined(self._digits))

    @Slot()
    def _on_open_triggered(self) -> None:
        path = ask_for_file(self, "Open my digits", "digits", _OPEN_FILES)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """Add the digits of a CSV file or a PNG sheet, read in the background."""
        self._reading.start(lambda report: load_digits(path, report), path.name)

    @Slot(str)
    def _on_reading_started(self, name: str) -> None:
        self._summary.setText(f"Reading {name}…")

    @Slot(object)
    def _on_opened(self, digits: MyDigits) -> None:
        try:
            self.join(digits)
        except DataError as error:
            self.failed.emit(str(error))

    def join(self, digits: MyDigits) -> tuple[int, Callable[[], None]]:
        """Add the digits that are not held yet; return how many these are, and what takes them out again.

        Raises
        ------
        DataError
            If the collection would hold too many.
        """
        before, joined = self._digits, self._digits.joined(digits)
        added = len(joined) - len(before)
        if added:
            self._become(joined)
        # What was collected since stays.
        return added, lambda: self._become(self._digits.merged(joined, before))

    @Slot()
    def _on_save_triggered(self) -> None:
        path = ask_where_to_save(self, "Save my digits", "digits", "my_digits.csv", _SAVE_FILES)
        if path:
            self.save(path)

    def save(self, path: Path) -> None:
        """Write the collection as CSV, or as a PNG sheet where the name ends so, in the background."""
        digits = self._digits

        def work(report: Report) -> SavedFile:
            save_digits(digits, path)
            return SavedFile(counted(len(digits), "digit"), path)

        self._saving.start(work)

    @Slot()
    def _on_train_triggered(self) -> None:
        self.training_requested.emit(self._digits.as_dataset(), self.sender().data())

    @Slot()
    def _on_teach_clicked(self) -> None:
        self._stack.setCurrentWidget(self.teaching_page)

    @Slot()
    def _on_teaching_closed(self) -> None:
        self._stack.setCurrentIndex(0)

    # What is kept and shown.

    def _become(self, digits: MyDigits) -> None:
        self._digits = digits
        self._show_digits()
        self._keep()

    def _keep(self) -> None:
        if self._keeps:
            self.storage.keep(self._digits)

    @Slot(object, object)
    def _on_loaded(self, digits: MyDigits, damaged: Path | None) -> None:
        self._keeps = True
        self._digits = digits
        self._begin(
            f"Your saved digits could not be read; the file is now called {damaged.name}."
            if damaged
            else "No digits yet. What you collect is saved for next time."
        )

    @Slot(str)
    def _on_unreadable(self, sentence: str) -> None:
        # To keep others now would be to write over these.
        self._begin(f"{sentence} What you add now is not saved.")

    def _begin(self, note: str) -> None:
        self._note = note
        self._collection.setEnabled(True)
        self._show_digits()

    @Slot(object, object)
    def _on_merged(self, kept: MyDigits, merged: MyDigits) -> None:
        try:
            self._digits = self._digits.merged(kept, merged)
        except DataError as error:
            self.failed.emit(str(error))
            return
        self._show_digits()

    @Slot(str)
    def _on_keeping_failed(self, sentence: str) -> None:
        self.failed.emit(f"Your digits cannot be saved for next time: {sentence}")

    def _show_digits(self) -> None:
        self.grid.show_digits(self._digits.images, self._digits.labels)
        has_digits = len(self._digits) > 0
        for widget in (self.save_action, self.train_button):
            widget.setEnabled(has_digits)
        self.train_button.setToolTip(_ADD if has_digits else f"{_ADD} First draw one and press its number above.")
        self._on_selection_changed()
        self.restore_action.setEnabled(self._before_deleting is not None)
        dataset = self._digits.as_dataset() if has_digits else None
        self.teaching_page.set_digits(dataset)
        self.digits_changed.emit(dataset)
        self._show_answers()

    @Slot()
    def _show_answers(self) -> None:
        count = len(self._digits)
        if not count or self._network is None:
            self._summary.setText(f"{count:,} digits" if count else self._note)
            self.grid.show_answers(None)
            return
        answers = predict(self._network, self._digits.images).argmax(axis=1).astype(np.uint8)
        right = int(np.count_nonzero(answers == self._digits.labels))
        self._summary.setText(f"The network reads {right:,} of {count:,} ({percent(right / count)})")
        self.grid.show_answers(answers)


def _menu_button(text: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setMenu(QMenu(button))
    return button
