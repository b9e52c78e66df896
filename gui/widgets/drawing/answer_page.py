"""The answer in detail: ten probabilities, and what the first hidden layer made of the picture."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from core.network import Network
from gui.look.follow_font import follow_font
from gui.look.theme import Theme
from gui.widgets.drawing.reading import Reading
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.weights.unit_bars import UnitBars

_ACTIVATION_NAMES = {"relu": "ReLU", "tanh": "tanh", "sigmoid": "sigmoid"}


class AnswerPage(QWidget):
    """Ten labelled bars above one bar for each hidden unit."""

    unit_clicked = Signal(int)
    """A unit of the first hidden layer was chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars = ProbabilityBars()
        self.units = UnitBars("hidden units")
        self.units.unit_clicked.connect(self.unit_clicked)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.bars, 3)
        layout.addWidget(self.units, 1)
        layout.addStretch()
        for bars in (self.bars, self.units):
            follow_font(bars, partial(_limit_height, bars))

    def show_reading(self, reading: Reading) -> None:
        """Show what the network computed; empty bars where nothing is drawn or there is no network."""
        self.bars.show_probabilities(reading.probabilities)
        if reading.network is None:
            return
        self._name_units(reading.network)
        if reading.passed is None:
            self.units.show_nothing(sum(reading.network.layer_sizes[1:-1][:1]))
        elif len(reading.passed.activations) > 1:
            self.units.show_values(reading.passed.activations[1][0], signed=reading.network.activation == "tanh")

    def _name_units(self, network: Network) -> None:
        hidden = network.layer_sizes[1:-1]
        self.units.setVisible(bool(hidden))
        if hidden:
            layer = "hidden units" if len(hidden) == 1 else "first hidden layer"
            self.units.set_caption(f"{layer} ({_ACTIVATION_NAMES[network.activation]})")

    def set_theme(self, theme: Theme) -> None:
        """Wear these colors."""
        self.bars.set_theme(theme)
        self.units.set_theme(theme)


def _limit_height(bars: QWidget) -> None:
    """Beyond this, more height would only make the bars thicker."""
    bars.setMaximumHeight(round(1.5 * bars.sizeHint().height()))
