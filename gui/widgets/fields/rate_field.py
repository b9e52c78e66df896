"""A learning rate by number or by slider; the slider goes by equal factors, because that is how rates matter."""

from math import log10

from PySide6.QtCore import QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSlider

from gui.widgets.fields.number_field import NumberField
from gui.widgets.fields.wheel_guard import guard_wheel

_DIGITS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)

RATES = (*(float(f"{digits}e{power}") for power in range(-5, 1) for digits in _DIGITS), 10.0)
"""Places of the slider, and where the arrows of the number lead."""

_SETTLE_MILLISECONDS, _HELD_MILLISECONDS = 120, 500
"""A slider under way would turn the knob at every pixel, and each turn is kept in the run's recipe: it is turned when
the slider is let go, or held still for so long."""


class RateField(QObject):
    """Two widgets, `number` and `slider`, that hold one rate; whoever owns it places them."""

    edited = Signal(float)
    """The user settled on this rate."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.number = NumberField(1e-9, 1e6, RATES)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, len(RATES) - 1)
        self.slider.setPageStep(5)
        self.slider.setAccessibleName("Learning rate, slider")
        guard_wheel(self.slider)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._on_settled)
        self.number.valueChanged.connect(self._on_number_changed)
        self.slider.valueChanged.connect(self._on_slid)
        self.slider.sliderReleased.connect(self._on_settled)

    def show_value(self, rate: float) -> None:
        """Show a rate; tells nobody."""
        self._settle.stop()
        with QSignalBlocker(self.number), QSignalBlocker(self.slider):
            self.number.setValue(rate)
            self.slider.setValue(_nearest(rate))

    @Slot()
    def _on_number_changed(self) -> None:
        with QSignalBlocker(self.slider):
            self.slider.setValue(_nearest(self.number.value()))
        self._on_settled()

    @Slot(int)
    def _on_slid(self, place: int) -> None:
        with QSignalBlocker(self.number):
            self.number.setValue(RATES[place])
        self._settle.start(_HELD_MILLISECONDS if self.slider.isSliderDown() else _SETTLE_MILLISECONDS)

    @Slot()
    def _on_settled(self) -> None:
        self._settle.stop()
        self.edited.emit(self.number.value())


def _nearest(rate: float) -> int:
    return min(range(len(RATES)), key=lambda place: abs(log10(RATES[place] / rate)))
