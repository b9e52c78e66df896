"""A field for each kind of setting. Each shows a value and tells nobody, and tells what the user settled on."""

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QSpinBox, QWidget

from core.training.setting import Choices, Layers, Number, Setting, Whole
from gui.widgets.fields.batch_size_field import BatchSizeField
from gui.widgets.fields.layer_editor import LayerEditor
from gui.widgets.fields.number_field import ENGLISH, NumberField
from gui.widgets.fields.wheel_guard import guard_wheel

_LARGEST = 2**31 - 1
"""What a QSpinBox can hold."""


class ChoiceField(QComboBox):
    """One of several choices, with what each means."""

    edited = Signal(object)
    """The user chose this value."""

    def __init__(self, setting: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(7)
        for row, choice in enumerate(setting.choices):
            self.addItem(choice.title, choice.value)
            self.setItemData(row, choice.meaning, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._on_activated)
        guard_wheel(self)

    def show_value(self, value: str) -> None:
        """Show a choice; tells nobody."""
        with QSignalBlocker(self):
            self.setCurrentIndex(self.findData(value))

    @Slot()
    def _on_activated(self) -> None:
        self.edited.emit(self.currentData())


class WholeField(QSpinBox):
    """A whole number."""

    edited = Signal(object)
    """The user settled on this number."""

    def __init__(self, setting: Whole, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(ENGLISH)
        self.setGroupSeparatorShown(True)
        self.setKeyboardTracking(False)
        self.setRange(setting.low, setting.high)
        self.setSingleStep(setting.step)
        self.setSpecialValueText(setting.least)
        self.valueChanged.connect(self._on_value_changed)
        guard_wheel(self)

    def show_value(self, value: int) -> None:
        """Show a number; tells nobody."""
        with QSignalBlocker(self):
            self.setValue(value)

    @Slot(int)
    def _on_value_changed(self, value: int) -> None:
        self.edited.emit(value)


def make_field(setting: Setting) -> QWidget:
    """Return the field for a setting, with ``show_value(value)`` and a signal ``edited(value)``."""
    match setting:
        case Choices():
            return ChoiceField(setting)
        case Number():
            return NumberField(setting.stops[0] if setting.open_below else setting.low, setting.high, setting.stops)
        case Whole(none="full"):
            return BatchSizeField()
        case Whole() if setting.high <= _LARGEST:
            return WholeField(setting)
        case Whole():
            return NumberField(setting.low, setting.high)
        case Layers():
            return LayerEditor()
    raise TypeError(f"no field for {type(setting).__name__}")
