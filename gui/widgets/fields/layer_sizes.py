"""The sizes of one layer of a list: a field for each number that its kind has, such as filters and kernel."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from core.network.layer_kinds import LAYER_KINDS, Layer, LayerKind, LayerNumber
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.number_field import ENGLISH
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout

_NARROWEST_FIELD, _WIDEST_FIELD = 44, 76


class LayerSizes(QWidget):
    """Fields for one layer; only those of its kind are seen."""

    edited = Signal(object)
    """The layer with other sizes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = {type(kind.example): _KindFields(kind) for kind in LAYER_KINDS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for page in self._pages.values():
            column.addWidget(page)
            page.edited.connect(self.edited)
        self.show_layer(None)

    @property
    def fields(self) -> dict[str, QWidget]:
        """The fields that are seen, by the names of the layer's own."""
        return next((page.fields for page in self._pages.values() if not page.isHidden()), {})

    def show_layer(self, layer: Layer | None) -> None:
        """Show the sizes of a layer; tells nobody. None has none."""
        for kind, page in self._pages.items():
            page.setVisible(kind is type(layer))
        if layer is not None:
            self._pages[type(layer)].show_layer(layer)
        self.setVisible(bool(self.fields))


class _KindFields(QWidget):
    """The fields of one kind of layer."""

    edited = Signal(object)
    """A layer with these sizes."""

    def __init__(self, kind: LayerKind) -> None:
        super().__init__()
        self._make = type(kind.example)
        self.fields: dict[str, QWidget] = {}
        row = FlowLayout(6, 3)
        for number in kind.numbers:
            field = self.fields[number.name] = _number_field(number)
            field.valueChanged.connect(self._on_edited)
            row.addWidget(_beside(PlainLabel(number.label), field))
        for switch in kind.switches:
            box = self.fields[switch.name] = QCheckBox(switch.name)
            box.setAccessibleName(f"{switch.name}: {switch.tip}")
            box.setToolTip(switch.tip)
            box.toggled.connect(self._on_edited)
            row.addWidget(box)
        self.setLayout(row)

    def show_layer(self, layer: Layer) -> None:
        """Show a layer's numbers; tells nobody."""
        for name, field in self.fields.items():
            with QSignalBlocker(field):
                if isinstance(field, QCheckBox):
                    field.setChecked(getattr(layer, name))
                else:
                    field.setValue(getattr(layer, name))

    @Slot()
    def _on_edited(self) -> None:
        self.edited.emit(self._make(**{name: _value(field) for name, field in self.fields.items()}))


def _value(field: QWidget) -> float:
    """Return what a field holds; a share without the digits that only binary fractions have."""
    if isinstance(field, QCheckBox):
        return field.isChecked()
    return round(field.value(), 2) if isinstance(field, QDoubleSpinBox) else field.value()


def _number_field(number: LayerNumber) -> QSpinBox | QDoubleSpinBox:
    field: QSpinBox | QDoubleSpinBox
    if number.is_share:
        field = QDoubleSpinBox()
        field.setRange(number.low, number.high - 0.01)
        field.setSingleStep(0.05)
    else:
        field = QSpinBox()
        field.setRange(number.low, number.high)
    field.setLocale(ENGLISH)
    field.setKeyboardTracking(False)
    field.setAccessibleName(number.tip)
    field.setToolTip(number.tip)
    # Its own hint leaves room for the widest number that could be typed.
    field.setMinimumWidth(_NARROWEST_FIELD)
    field.setMaximumWidth(_WIDEST_FIELD)
    guard_wheel(field)
    return field


def _beside(name: QWidget, field: QWidget) -> QWidget:
    set_role(name, "muted")
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(3)
    row.addWidget(name)
    row.addWidget(field)
    return pair
