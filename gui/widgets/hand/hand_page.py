"""Be the optimizer: a small network whose weights are painted and turned, its score, and training from there."""

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from core.data.dataset import DIGITS
from core.network.arrays import CLASSES, Floats
from core.network.network import Network
from core.runs.hand_made import FEWEST_UNITS, MOST_UNITS, can_be_hand_made
from core.training.cuts import Cut, float_bytes
from gui.look.icons import line_icon
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.number_field import NumberField
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.hand.hand_values import HandValues
from gui.widgets.hand.weight_canvas import WeightCanvas
from gui.widgets.segments import Segments
from gui.widgets.still_text import StillText
from gui.widgets.weights.diverging_colors import fitting_limit
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.work_button import WorkButton

_FIRST_UNITS = 4
_SCORE_LINES = 4
_STRENGTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_FIRST_STRENGTH = 0.1
_PLUS, _MINUS, _ERASE = 1.0, -1.0, 0.0
_OUTGOING = 0
_STRIP_LINES, _STRIP_GAP = 3, 8


class HandPage(QWidget):
    """Asks for cuts of the present run, one for each stroke and each turn."""

    cut_requested = Signal(object, bool)
    """A `core.training.cuts.Cut`; whether it goes on with the last one, so that both are undone as one."""

    stroke_under_way = Signal(object)
    """What the stroke under way would be: a `core.training.cuts.Cut`."""

    undo_requested = Signal()
    """The last stroke or turn is to be taken back."""

    best_requested = Signal()
    """The best weights so far are to come back."""

    begin_requested = Signal(int)
    """A network with so many hidden units is to begin with all weights 0."""

    train_requested = Signal()
    """Training is to go on from these weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._network: Network | None = None
        self._run_id = ""
        self._unit = 0
        self._turned = (_OUTGOING, 0)
        """Which numbers stand in `values`: those of this choice and, where it is the outgoing ones, of this unit."""
        self._names: Sequence[str] = DIGITS
        self.back = _button("Diagram", "Back to the diagram of the network")
        self.back.setIcon(line_icon("toolbar/back"))
        self.units = NumberField(FEWEST_UNITS, MOST_UNITS)
        self.units.show_value(_FIRST_UNITS)
        self.units.setAccessibleName("Hidden units")
        self.units.setToolTip("Hidden units of the network that is to be made by hand")
        self.begin = _button("Begin with 0", "Start a network of so many units in which all weights and biases are 0")
        self.undo = _button("Undo", "Take the last stroke or number back")
        self.best = _button("Best", "Go back to the weights with the best score so far")
        self.train = _button("Train from here", "Gradient descent begins with these weights")
        self.compare = WorkButton("Ask training", self)
        self.compare.button.setToolTip(
            "Train a network of the same size from random weights, and see how good that becomes"
        )
        self.score = StillText(_SCORE_LINES)
        self.strip = TileGrid(self._describe)
        self.strip.setAccessibleName("hidden units; choose one to paint its weights")
        self.canvas = WeightCanvas()
        self.tool = Segments(
            "Brush",
            (
                ("+", "Positive weights: ink here speaks for the unit; with Shift the other sign, right button: 0"),
                ("−", "Negative weights: ink here speaks against the unit"),
                ("0", "Erase: weights become 0"),
            ),
            show_name=False,
        )
        self.strength = NumberField(_STRENGTHS[0], _STRENGTHS[-1], _STRENGTHS)
        self.strength.show_value(_FIRST_STRENGTH)
        self.strength.setAccessibleName("Size of a painted weight")
        self.strength.setToolTip("Size of a painted weight")
        self.mirror = QToolButton()
        self.mirror.setText("Mirror")
        self.mirror.setToolTip("What is painted at the left is painted at the right too")
        self.mirror.setCheckable(True)
        self.mirror.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_role(self.mirror, "segment")
        self.turns = Segments(
            "Numbers",
            (
                ("Unit", "The unit's bias, and its outgoing weights to the classes"),
                ("Output", "The biases of the ten classes"),
            ),
            show_name=False,
        )
        self.values = HandValues(1 + CLASSES)
        self.note = PlainLabel()
        self.note.setWordWrap(True)
        set_role(self.note, "muted")
        self._lay_out()
        self._connect()
        self.set_possible("", undo=False, best=False)
        self._take_brush()

    def _lay_out(self) -> None:
        begin = FlowLayout(6, 4)
        for widget in (self.back, PlainLabel("Units"), self.units, self.begin, self.undo, self.best, self.train):
            begin.addWidget(widget)
        score = QHBoxLayout()
        score.addWidget(self.score, 1)
        score.addWidget(self.compare, 0, Qt.AlignmentFlag.AlignTop)
        tools = FlowLayout(6, 4)
        for tool in (self.tool, self.strength, self.mirror):
            tools.addWidget(tool)
        left = QVBoxLayout()
        left.addLayout(tools)
        left.addWidget(self.canvas, 1)
        right = QVBoxLayout()
        right.addWidget(self.turns, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self.values)
        right.addStretch(1)
        self.editor, self._rest = QWidget(), QWidget()
        body = QHBoxLayout(self.editor)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(10)
        body.addLayout(left, 1)
        body.addLayout(right, 1)
        self.strip.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(begin)
        layout.addLayout(score)
        layout.addWidget(self.note)
        layout.addWidget(self.strip)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self._rest, 1)

    def _connect(self) -> None:
        self.begin.clicked.connect(self._on_begin)
        self.undo.clicked.connect(self.undo_requested)
        self.best.clicked.connect(self.best_requested)
        self.train.clicked.connect(self.train_requested)
        self.strip.tile_chosen.connect(self.choose_unit)
        self.tool.chosen.connect(self._take_brush)
        self.strength.edited.connect(self._take_brush)
        self.mirror.toggled.connect(self._on_mirror_toggled)
        self.turns.chosen.connect(self._on_turns_chosen)
        self.values.turned.connect(self._on_turned)
        self.canvas.brush.painted.connect(self._on_painted)
        self.canvas.brush.stroke_made.connect(self._on_stroke_made)

    # --- what comes in

    @property
    def unit(self) -> int:
        """The unit that is painted, from 0."""
        return self._unit

    def show_network(self, network: Network, run_id: str) -> None:
        """Show the network of a run's moment, whose weights can be painted if it is small enough."""
        if run_id != self._run_id:
            self._run_id = run_id
            self.values.give_up()
        self._network = network
        is_small = can_be_hand_made(network)
        for widget in (self.undo, self.best, self.train, self.score, self.compare, self.strip, self.editor):
            widget.setVisible(is_small)
        self._rest.setVisible(not is_small)
        if is_small:
            self._unit = min(self._unit, network.layer_sizes[1] - 1)
            self._show()

    def set_possible(self, reason: str, *, undo: bool, best: bool) -> None:
        """Say why nothing can be changed now ("" where it can), and what can be taken back."""
        self.note.setText(reason)
        self.note.setVisible(bool(reason))
        for widget in (self.canvas, self.values, self.tool, self.strength, self.mirror, self.train):
            widget.setEnabled(not reason)
        self.undo.setEnabled(undo)
        self.best.setEnabled(best)

    def show_score(self, text: str) -> None:
        """Say how good the weights are."""
        self.score.set_text(text)

    def set_class_names(self, names: Sequence[str]) -> None:
        """Call the ten classes so."""
        self._names = names
        self._show()

    # --- what is shown

    def _show(self) -> None:
        network = self._network
        if network is None or not can_be_hand_made(network):
            return
        weights, limit = network.parameters.weights[0], self._limit(network)
        self._fit_strip()
        self.strip.show_weights(weights, limit)
        self.strip.set_chosen(self._unit)
        self._take_brush()
        if not self.canvas.brush.is_painting:
            self.canvas.show_weights(weights[:, self._unit : self._unit + 1], limit)
        self._show_values(network)

    def _limit(self, network: Network) -> float:
        """Return which weight has full color: no less than one that is painted."""
        weights = network.parameters.weights[0]
        # Most are 0, and would have a say in what is usual.
        painted = weights[weights != 0]
        return max(fitting_limit(painted) if painted.size else 0.0, float(self.strength.value()))

    def _show_values(self, network: Network) -> None:
        parameters = network.parameters
        if (self.turns.choice, self._unit) != self._turned:
            # For the numbers that stood there, whose place others take.
            self.values.settle()
            self._turned = self.turns.choice, self._unit
        if self.turns.choice == _OUTGOING:
            values = [parameters.biases[0][self._unit], *parameters.weights[1][self._unit]]
            self.values.show_values(("bias", *self._names), [float(value) for value in values], "weight to")
        else:
            self.values.show_values(self._names, [float(value) for value in parameters.biases[1]], "bias of")

    def _describe(self, unit: int) -> str:
        network = self._network
        if network is None or unit >= network.layer_sizes[1]:
            return ""
        painted = int(np.count_nonzero(network.parameters.weights[0][:, unit]))
        return f"unit {unit}: {painted} weights that are not 0"

    def minimumSizeHint(self) -> QSize:
        """Ask for all lines of buttons, in the present width."""
        least = super().minimumSizeHint()
        width = max(self.width(), least.width())
        return QSize(least.width(), self.layout().totalMinimumHeightForWidth(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the units a line, with their numbers where that is long enough."""
        super().resizeEvent(event)
        self._fit_strip()

    def _fit_strip(self) -> None:
        height = round(_STRIP_LINES * self.fontMetrics().height())
        units = self._network.layer_sizes[1] if self._network is not None else MOST_UNITS
        self.strip.set_labeled(self.width() >= units * (height + _STRIP_GAP))
        self.strip.set_room(QSize(self.width(), height))

    # --- what the user does

    @Slot(int)
    def choose_unit(self, unit: int) -> None:
        """Turn to a unit."""
        self._unit = unit
        self.turns.choose(_OUTGOING)
        self._show()

    @Slot()
    def _take_brush(self) -> None:
        sign = (_PLUS, _MINUS, _ERASE)[self.tool.choice]
        if self._network is not None and can_be_hand_made(self._network):
            weights = self._network.parameters.weights[0][:, self._unit]
            self.canvas.brush.take(weights, sign * float(self.strength.value()))

    @Slot(bool)
    def _on_mirror_toggled(self, mirrors: bool) -> None:
        self.canvas.brush.mirrors = mirrors

    @Slot(object)
    def _on_painted(self, weights: Floats) -> None:
        if self._network is not None:
            self.canvas.show_weights(weights[:, np.newaxis], self._limit(self._network))
            self.stroke_under_way.emit(self._painting(weights))

    @Slot(object)
    def _on_stroke_made(self, weights: Floats) -> None:
        self.cut_requested.emit(self._painting(weights), False)

    def _painting(self, weights: Floats) -> Cut:
        return Cut(kind="paint", layer=1, unit=self._unit, weights=float_bytes(weights))

    @Slot(int)
    def _on_turns_chosen(self, choice: int) -> None:
        if self._network is not None:
            self._show_values(self._network)

    @Slot(int, float, bool)
    def _on_turned(self, row: int, value: float, goes_on: bool) -> None:
        choice, unit = self._turned
        if choice != _OUTGOING:
            cut = Cut(kind="set", layer=2, unit=row, value=value)
        elif row:
            cut = Cut(kind="set", layer=2, unit=row - 1, source=unit, value=value)
        else:
            cut = Cut(kind="set", layer=1, unit=unit, value=value)
        self.cut_requested.emit(cut, goes_on)

    @Slot()
    def _on_begin(self) -> None:
        self.begin_requested.emit(int(self.units.value()))


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
