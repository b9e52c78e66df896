"""A field for numbers of any size: written as short as they can be, stepping through round values."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from math import isfinite

from PySide6.QtCore import QLocale, QSignalBlocker, QSize, Signal, Slot
from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QStyle, QStyleOptionSpinBox, QWidget

from gui.widgets.fields.wheel_guard import guard_wheel

ENGLISH = QLocale(QLocale.Language.English, QLocale.Country.UnitedStates)
"""The language of the window, whose numbers have a decimal point."""

_MARGINS = 10
"""Pixels that a line of text leaves free at both of its ends, and for the cursor."""


def stepped(value: float, steps: int, stops: Sequence[float]) -> float:
    """Return the stop so many places above (or, negative, below) a value; the outermost stop where there is none."""
    if steps > 0:
        place = bisect_right(stops, value + 1e-9 * abs(value)) + steps - 1
    else:
        place = bisect_left(stops, value - 1e-9 * abs(value)) + steps
    return stops[min(max(place, 0), len(stops) - 1)]


class NumberField(QDoubleSpinBox):
    """A number such as "0.1" or "1e-05".

    Parameters
    ----------
    low, high : float
        What may be typed.
    stops : sequence of float
        Where the arrows lead, ascending; without any, the field holds whole numbers and the arrows count.
    widest : str
        What there is to be room for; by default the lowest and the highest number.
    """

    edited = Signal(object)
    """The user settled on this number: a float, or an int in a field for whole numbers."""

    def __init__(
        self, low: float, high: float, stops: Sequence[float] = (), widest: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._stops, self._widest = stops, widest
        self.setLocale(ENGLISH)
        self.setDecimals(12 if stops else 0)
        self.setRange(low, high)
        self.setKeyboardTracking(False)
        self.valueChanged.connect(self._on_value_changed)
        guard_wheel(self)

    def sizeHint(self) -> QSize:
        """Ask for room for the widest number."""
        return self._fitting(super().sizeHint())

    def minimumSizeHint(self) -> QSize:
        """Ask for no less."""
        return self._fitting(super().minimumSizeHint())

    def _fitting(self, hint: QSize) -> QSize:
        if not self._widest:
            return hint
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        spin_box, edit = QStyle.ComplexControl.CC_SpinBox, QStyle.SubControl.SC_SpinBoxEditField
        arrows = self.width() - self.style().subControlRect(spin_box, option, edit, self).width()
        return QSize(self.fontMetrics().horizontalAdvance(self._widest) + _MARGINS + arrows, hint.height())

    def show_value(self, value: float) -> None:
        """Show a number; tells nobody, and leaves alone what is being typed."""
        typed = self.lineEdit()
        if typed.isModified() and typed.text() != self.textFromValue(self.value()):
            return
        with QSignalBlocker(self):
            self.setValue(value)

    def give_up(self) -> None:
        """Forget what is being typed, and show the number that was settled last."""
        with QSignalBlocker(self):
            self.setValue(self.value())

    @Slot(float)
    def _on_value_changed(self, value: float) -> None:
        self.edited.emit(value if self._stops else int(value))

    def textFromValue(self, val: float) -> str:
        """Write a value with the fewest digits that give it back."""
        return f"{val:.10g}"

    def valueFromText(self, text: str) -> float:
        """Read what was typed."""
        return float(text.replace(",", "."))

    def validate(self, text: str, pos: int) -> tuple[QValidator.State, str, int]:
        """Accept numbers in range; let everything else be typed on."""
        try:
            value = self.valueFromText(text)
        except ValueError:
            partial = all(character in "0123456789.,eE+-" for character in text)
            return (QValidator.State.Intermediate if partial else QValidator.State.Invalid), text, pos
        inside = isfinite(value) and self.minimum() <= value <= self.maximum()
        return (QValidator.State.Acceptable if inside else QValidator.State.Intermediate), text, pos

    def stepBy(self, steps: int) -> None:
        """Go on to the next round value."""
        if self._stops:
            self.setValue(stepped(self.value(), steps, self._stops))
        else:
            super().stepBy(steps)
