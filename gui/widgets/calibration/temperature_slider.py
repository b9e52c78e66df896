"""A slider for the temperature, by which logits are divided before the softmax."""

from math import log10

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSlider, QWidget

from gui.look.follow_font import follow_font
from gui.look.formatting import number
from gui.look.labels import PlainLabel
from gui.widgets.fields.wheel_guard import guard_wheel

_STEPS = 50
"""From a temperature to ten times that."""


class TemperatureSlider(QWidget):
    """From 0.1 to 10, evenly by its logarithm, and a button that leads back to 1."""

    changed = Signal(float)
    """The temperature, whoever changed it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._temperature = 1.0
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(-_STEPS, _STEPS)
        self.slider.setPageStep(_STEPS // 5)
        self.slider.setAccessibleName("Temperature")
        self.slider.setToolTip("T: all logits are divided by it before the softmax (temperature scaling)")
        guard_wheel(self.slider)
        self.value = PlainLabel()
        self.back = QPushButton("T = 1")
        self.back.setToolTip("As the network was trained")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(PlainLabel("Temperature"))
        layout.addWidget(self.slider, 1)
        layout.addWidget(self.value)
        layout.addWidget(self.back)
        self.slider.valueChanged.connect(self._on_slider_moved)
        self.back.clicked.connect(self._on_back_clicked)
        follow_font(self, self._fit_text)
        self._show()

    @property
    def temperature(self) -> float:
        """What logits are divided by."""
        return self._temperature

    def set_temperature(self, temperature: float) -> None:
        """Choose a temperature, which need not be one that the slider can stop at."""
        if temperature == self._temperature:
            return
        self._temperature = temperature
        self.slider.blockSignals(True)
        self.slider.setValue(round(_STEPS * log10(temperature)))
        self.slider.blockSignals(False)
        self._show()
        self.changed.emit(temperature)

    def _fit_text(self) -> None:
        self.value.setMinimumWidth(self.value.fontMetrics().horizontalAdvance("T = 0.888"))

    def _show(self) -> None:
        self.value.setText(f"T = {number(self._temperature, 3)}")
        self.back.setEnabled(self._temperature != 1)

    @Slot(int)
    def _on_slider_moved(self, place: int) -> None:
        self.set_temperature(10 ** (place / _STEPS))

    @Slot()
    def _on_back_clicked(self) -> None:
        self.set_temperature(1.0)
