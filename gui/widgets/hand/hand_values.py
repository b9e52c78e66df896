"""Numbers to be turned: a slider for the hand and a field for the exact value, one row each."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from core.training.cuts import LARGEST
from gui.look.labels import PlainLabel
from gui.widgets.fields.number_field import NumberField
from gui.widgets.fields.wheel_guard import guard_wheel

_REACH, _NOTCHES = 3.0, 20
"""Of a slider to either side; its notches in 1."""

_STOPS = tuple(notch / 10 for notch in range(-50, 51))
_BIAS = "bias"
_DECIMALS, _DIGITS = 6, 6
_WIDEST_VALUE = "-0.888888"


class HandValues(QWidget):
    """Rows of a name, a slider and a field."""

    turned = Signal(int, float, bool)
    """Row and new number; whether it only goes on with what one drag of its slider began."""

    def __init__(self, rows: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = [PlainLabel() for _ in range(rows)]
        self.sliders = [QSlider(Qt.Orientation.Horizontal) for _ in range(rows)]
        self.fields = [NumberField(-LARGEST, LARGEST, _STOPS, _WIDEST_VALUE) for _ in range(rows)]
        self._named: tuple[tuple[str, ...], str] | None = None
        self._goes_on = False
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(6)
        layout.setVerticalSpacing(2)
        layout.setColumnStretch(1, 1)
        for row, (name, slider, field) in enumerate(zip(self._names, self.sliders, self.fields, strict=True)):
            slider.setRange(round(-_REACH * _NOTCHES), round(_REACH * _NOTCHES))
            slider.setMinimumWidth(60)
            slider.setPageStep(_NOTCHES // 2)
            guard_wheel(slider)
            slider.sliderPressed.connect(self._on_pressed)
            slider.valueChanged.connect(partial(self._on_slid, row))
            field.edited.connect(partial(self._on_typed, row))
            for column, widget in enumerate((name, slider, field)):
                layout.addWidget(widget, row, column)

    def show_values(self, names: Sequence[str], values: Sequence[float], what: str) -> None:
        """Show numbers, as many as there are rows or fewer; the rest is hidden.

        Parameters
        ----------
        names : sequence of str
            What stands before each.
        values : sequence of float
            The numbers; a slider stands at its end for those beyond.
        what : str
            What they are, for screen readers and tooltips, such as "weight to".
        """
        self._show_names(tuple(names), what)
        for slider, field, value in zip(self.sliders, self.fields, values, strict=False):
            if not slider.isSliderDown():
                with QSignalBlocker(slider):
                    slider.setValue(round(min(max(value, -_REACH), _REACH) * _NOTCHES))
            field.show_value(float(f"{round(value, _DECIMALS):.{_DIGITS}g}"))

    def settle(self) -> None:
        """Take numbers that are being typed as they stand; `turned` tells of them."""
        for field in self.fields:
            field.interpretText()

    def give_up(self) -> None:
        """Forget numbers that are being typed."""
        for field in self.fields:
            field.give_up()

    def _show_names(self, names: tuple[str, ...], what: str) -> None:
        if (names, what) == self._named:
            return
        self._named = names, what
        for row, widgets in enumerate(zip(self._names, self.sliders, self.fields, strict=True)):
            name, slider, field = widgets
            for widget in widgets:
                widget.setVisible(row < len(names))
            if row < len(names):
                name.setText(names[row])
                full = names[row] if names[row] == _BIAS else f"{what} {names[row]}"
                slider.setAccessibleName(full)
                slider.setToolTip(full.capitalize())
                field.setAccessibleName(f"{full}, number")
                field.setToolTip(full.capitalize())

    @Slot()
    def _on_pressed(self) -> None:
        self._goes_on = False

    def _on_slid(self, row: int, notch: int) -> None:
        self.turned.emit(row, notch / _NOTCHES, self._goes_on and self.sliders[row].isSliderDown())
        self._goes_on = True

    def _on_typed(self, row: int, value: float) -> None:
        self.turned.emit(row, value, False)
