"""The answer in detail: ten probabilities, what a hidden layer made of the image, and the way to all that led there."""

from functools import partial

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from core.network.network import hidden_layers
from core.network.nonlinearity import Nonlinearity
from core.network.unit_layers import UnitLayer, layer_of
from core.training.calibration import at_temperature
from gui.look.follow_font import follow_font
from gui.look.formatting import number
from gui.widgets.drawing.reading import Reading
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.still_text import StillText
from gui.widgets.weights.unit_bars import UnitBars


class AnswerPage(QWidget):
    """Ten labeled bars above one bar for each unit of a hidden layer, which is chosen where there are several.

    Parameters
    ----------
    step_action : QAction
        Leads to every number on the way, in Step through.
    """

    temperature_back_requested = Signal()
    """The bars are to show the probabilities as the network gives them: T = 1."""

    unit_clicked = Signal(int)
    """A unit of the first hidden layer was chosen."""

    def __init__(self, step_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step_button = QToolButton()
        self.step_button.setDefaultAction(step_action)
        self.step_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.bars = ProbabilityBars()
        self.units = UnitBars("hidden units")
        self.units.unit_clicked.connect(self._on_unit_clicked)
        self.layer = QComboBox()
        self.layer.setAccessibleName("hidden layer whose activations are shown")
        self.layer.activated.connect(self._on_layer_chosen)
        self.layer.hide()
        self._reading: Reading | None = None
        self._temperature = 1.0
        self._note = StillText(3)
        self._back = QPushButton("T = 1")
        self._back.setToolTip("Show the probabilities as the network gives them")
        self._back.clicked.connect(self.temperature_back_requested)
        self.note = QWidget()
        note = QHBoxLayout(self.note)
        note.setContentsMargins(0, 0, 0, 0)
        note.addWidget(self._note, 1)
        note.addWidget(self._back)
        self.note.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.note)
        layout.addWidget(self.bars, 3)
        layout.addWidget(self.layer, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addWidget(self.units, 1)
        layout.addWidget(self.step_button, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch()
        for bars in (self.bars, self.units):
            follow_font(bars, partial(_limit_height, bars))

    def show_reading(self, reading: Reading) -> None:
        """Show what the network computed; empty bars where nothing is drawn or there is no network."""
        self._reading = reading
        if reading.passes is None or self._temperature == 1:
            self.bars.show_probabilities(reading.probabilities)
        else:
            self.bars.show_probabilities(at_temperature(reading.passes.logits, self._temperature)[0])
        if reading.network is None:
            return
        hidden = hidden_layers(reading.network)
        layers = [layer_of(reading.network.parameters.layout, place) for place, _ in hidden]
        self._offer_layers([operation for _, operation in hidden], layers)
        if not hidden:
            return
        place, operation = hidden[self.layer.currentIndex()]
        layer = layers[self.layer.currentIndex()]
        if reading.passes is None:
            self.units.show_nothing(layer.units)
        else:
            means = layer.by_unit(reading.passes.operations[place].output, place)[0].mean(axis=1)
            self.units.show_values(means, signed=operation.is_signed)

    def set_temperature(self, temperature: float) -> None:
        """Divide all logits by this before the softmax, and say so where it is not 1."""
        self._temperature = temperature
        self.note.setVisible(temperature != 1)
        shown = number(temperature, 3)
        self._note.set_text(f"Bars at temperature {shown}: softmax(z / {shown}), as chosen in Evaluate, Calibration.")
        if self._reading is not None:
            self.show_reading(self._reading)

    def _offer_layers(self, hidden: list[Nonlinearity], layers: list[UnitLayer]) -> None:
        self.units.setVisible(bool(hidden))
        if self.layer.count() != len(hidden):
            self.layer.clear()
            self.layer.addItems([f"Layer {layer + 1}" for layer in range(len(hidden))])
            self.layer.setVisible(len(hidden) > 1)
        if hidden:
            layer = layers[self.layer.currentIndex()]
            name = f"hidden {layer.noun}s" if len(hidden) == 1 else f"{layer.noun}s of layer {layer.number}"
            mean = ", mean activation" if layer.map_shape else ""
            self.units.set_caption(f"{name} ({hidden[0].title}{mean})")

    @Slot()
    def _on_layer_chosen(self) -> None:
        if self._reading is not None:
            self.show_reading(self._reading)

    @Slot(int)
    def _on_unit_clicked(self, unit: int) -> None:
        # Weights on pixels are those of the first layer alone.
        if self.layer.currentIndex() <= 0:
            self.unit_clicked.emit(unit)


def _limit_height(bars: QWidget) -> None:
    """Beyond this, more height would only make the bars thicker."""
    bars.setMaximumHeight(round(1.5 * bars.sizeHint().height()))
