"""Teach it my digits: a few updates on them, what they moved in the weights, and what they cost on the test set."""

from collections.abc import Sequence
from math import isfinite

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.data.dataset import DIGITS, Dataset
from core.network.network import Network
from core.network.unit_layers import unit_layers
from core.training.teaching import Teaching, teach
from gui.look.follow_font import follow_font
from gui.look.formatting import percent
from gui.look.labels import PlainLabel
from gui.look.theme import set_role, text_scale
from gui.session.task_slot import TaskSlot
from gui.widgets.drawing.evidence_image import EvidenceImage
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.text_room import wrapped_height

NO_DIGITS = "There is nothing to teach yet. Draw a digit, then press its number in My digits."
NO_DATA = "Wait until the data are loaded."
WHAT_IT_DOES = (
    "A few updates on your digits alone. The network learns them fast, and forgets others: watch the test set."
)
UNDO = "Bring the network back as it was before it was taught."
_LONGEST = (
    "My digits: 88 → 88 of 88 right\nTest set: 88.8 % → 88.8 %\nForgotten 1,888, most of all 8 (888); gained 888.\n"
    "Weights that moved most, by hidden unit:"
)
_RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
_TILES = 5


class TeachingPage(QWidget):
    """Settings of the teaching, its outcome, and undo."""

    closed = Signal()
    """The user wants to see the collection again."""
    taught = Signal(object)
    """A `core.training.teaching.Teaching` is done; its network should answer from now on."""
    undo_requested = Signal()
    """The network from before it was taught should answer again."""
    teaching_requested = Signal(object)
    """The work of teaching, a function of a `core.progress.Report`; to be run in the slot that the page follows."""
    cancel_requested = Signal()
    """The user does not want the teaching any more that is under way."""
    failed = Signal(str)
    """Why what was taught cannot be used, in one sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._digits: Dataset | None = None
        self._test: Dataset | None = None
        self._is_teaching = False
        self._has_outcome = False
        self.back_button = QToolButton()
        self.back_button.setText("‹ My digits")
        self.back_button.clicked.connect(self.closed)
        set_role(self.back_button, "flat")
        self.updates = QSpinBox()
        self.updates.setRange(1, 500)
        self.updates.setValue(10)
        self.updates.setAccessibleName("Updates")
        self.updates.setToolTip("How many updates, each on all of your digits at once.")
        self.rate = QComboBox()
        for rate in _RATES:
            self.rate.addItem(f"{rate:g}", rate)
        self.rate.setCurrentText("0.1")
        self.rate.setAccessibleName("Learning rate")
        self.rate.setToolTip("Learning rate: how far each update (step) goes.")
        for field in (self.updates, self.rate):
            guard_wheel(field)
        self.teach_button = QPushButton("Teach")
        set_role(self.teach_button, "primary")
        self.teach_button.clicked.connect(self._on_teach_clicked)
        self.undo_button = QPushButton("Undo")
        self.set_can_undo(False)
        self.undo_button.clicked.connect(self._on_undo_clicked)
        self._outcome = PlainLabel()
        self._outcome.setWordWrap(True)
        self._outcome.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setMaximumHeight(8)
        policy = self._progress.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._progress.setSizePolicy(policy)
        self._progress.hide()
        self._tiles = [EvidenceImage("change") for _ in range(_TILES)]
        self._tile_names = [PlainLabel() for _ in range(_TILES)]
        self._arrange()
        follow_font(self._outcome, self._fit_text)
        self._enable()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.back_button)
        top.addStretch()
        top.addWidget(self.undo_button)
        settings = FlowLayout(5, 4)
        for widget in (self.updates, PlainLabel("updates at"), self.rate):
            settings.addWidget(widget)
        chosen = QHBoxLayout()
        chosen.addLayout(settings, 1)
        chosen.addWidget(self.teach_button)
        tiles = QGridLayout()
        tiles.setSpacing(2)
        for index, (tile, name) in enumerate(zip(self._tiles, self._tile_names, strict=True)):
            name.setAlignment(Qt.AlignmentFlag.AlignCenter)
            set_role(name, "muted")
            tiles.addWidget(tile, 0, index)
            tiles.addWidget(name, 1, index)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addLayout(chosen)
        layout.addWidget(self._progress)
        layout.addWidget(self._outcome)
        layout.addLayout(tiles)
        # A stretch of its own would share the height with the tiles, and part images from their numbers.
        layout.addStretch(1)

    def _fit_text(self) -> None:
        arrows = round(44 * text_scale(self.font()))
        self.updates.setMaximumWidth(self.fontMetrics().horizontalAdvance("500") + arrows)
        five_lines = 5 * self.fontMetrics().lineSpacing()
        self._outcome.setFixedHeight(max(five_lines, wrapped_height(self._outcome, _LONGEST, self.width())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the tiles square, so that their names stay close."""
        super().resizeEvent(event)
        self._fit_text()
        for tile in self._tiles:
            tile.setMaximumHeight(self.width() // _TILES)

    def set_network(self, network: Network) -> None:
        """Teach this network next."""
        self._network = network
        self._enable()

    def set_digits(self, digits: Dataset | None) -> None:
        """Teach with these; None where there are none."""
        self._digits = digits
        self._enable()

    def set_test(self, test: Dataset) -> None:
        """Look here for what was forgotten."""
        self._test = test
        self._enable()

    def set_can_undo(self, can_undo: bool) -> None:
        """Say whether the network from before it was taught can come back."""
        self.undo_button.setEnabled(can_undo)
        self.undo_button.setToolTip(UNDO if can_undo else f"{UNDO} There is none to undo.")

    def follow(self, slot: TaskSlot) -> None:
        """Teach in this slot, and show how far it is and what came of it."""
        self.teaching_requested.connect(slot.start)
        self.cancel_requested.connect(slot.cancel)
        slot.started.connect(self._on_started)
        slot.progressed.connect(self._on_progressed)
        slot.ended.connect(self._on_ended)
        slot.succeeded.connect(self._on_taught)

    @Slot()
    def _on_teach_clicked(self) -> None:
        if self._is_teaching:
            self.cancel_requested.emit()
            return
        network, digits, test = self._network, self._digits, self._test
        if network is None or digits is None or test is None:
            return
        updates, rate = self.updates.value(), self.rate.currentData()
        self.teaching_requested.emit(
            lambda report: teach(network, digits, test, updates=updates, learning_rate=rate, report=report)
        )

    @Slot()
    def _on_started(self) -> None:
        self._is_teaching = True
        self._progress.setValue(0)
        self._progress.show()
        self.teach_button.setText("Cancel")

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(100 * fraction))

    @Slot(object)
    def _on_taught(self, teaching: Teaching) -> None:
        if not np.isfinite(teaching.after.parameters.vector).all() or not isfinite(teaching.digits_after.loss):
            self.failed.emit("Teaching made the weights grow without limit; choose a smaller learning rate.")
            return
        self._say(_describe(teaching, DIGITS if self._test is None else self._test.class_names))
        self._show_change(teaching)
        self.taught.emit(teaching)

    @Slot()
    def _on_ended(self) -> None:
        self._is_teaching = False
        self._progress.hide()
        self.teach_button.setText("Teach")
        self._enable()

    @Slot()
    def _on_undo_clicked(self) -> None:
        self.undo_requested.emit()
        self._say("The network is back as it was before it was taught.")
        self._clear_change()

    def _enable(self) -> None:
        obstacle = NO_DATA if self._network is None or self._test is None else ""
        if self._digits is None:
            obstacle = NO_DIGITS
        self.teach_button.setEnabled(not obstacle or self._is_teaching)
        self.teach_button.setToolTip(obstacle or "Make these updates; the network that comes out answers from then on.")
        if obstacle or not self._has_outcome:
            self._outcome.setText(obstacle or WHAT_IT_DOES)
            self._has_outcome = False

    def _say(self, outcome: str) -> None:
        self._has_outcome = True
        self._outcome.setText(outcome)

    def _show_change(self, teaching: Teaching) -> None:
        """Show the units whose weights moved most, on one scale."""
        change = teaching.weight_change
        moved = np.argsort(-np.abs(change).max(axis=(1, 2)), kind="stable")[:_TILES]
        limit, noun = float(np.abs(change).max()), _noun(teaching)
        self._clear_change()
        for tile, name, unit in zip(self._tiles, self._tile_names, np.sort(moved).tolist(), strict=False):
            rows, columns = change[unit].shape
            tile.show_terms(change[unit].ravel(), limit=limit, shape=(rows, columns))
            name.setText(str(unit))
            name.setToolTip(f"What teaching added to the weights of {noun} {unit}; blue more, red less.")

    def _clear_change(self) -> None:
        for tile, name in zip(self._tiles, self._tile_names, strict=True):
            tile.show_terms(None)
            name.setText("")


def _describe(teaching: Teaching, names: Sequence[str]) -> str:
    """Say what teaching brought and what it cost."""
    count = len(teaching.digits)
    right = [round(evaluation.accuracy * count) for evaluation in (teaching.digits_before, teaching.digits_after)]
    test = [percent(evaluation.accuracy) for evaluation in (teaching.test_before, teaching.test_after)]
    forgotten, gained = teaching.forgotten, teaching.gained
    worst = int(np.argmax(forgotten))
    most = f", most of all {names[worst]} ({forgotten[worst]:,})" if forgotten[worst] else ""
    return (
        f"My digits: {right[0]} → {right[1]} of {count} right\n"
        f"Test set: {test[0]} → {test[1]}\n"
        f"Forgotten {int(forgotten.sum()):,}{most}; gained {int(gained.sum()):,}.\n"
        f"Weights that moved most, by {_noun(teaching)}:"
    )


def _noun(teaching: Teaching) -> str:
    """Return what the units of the first layer are called."""
    return unit_layers(teaching.after.parameters.layout)[0].noun
