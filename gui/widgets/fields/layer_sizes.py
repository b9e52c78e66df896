"""The sizes of one layer of a list: filters and kernel, square, share, or units."""

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QHBoxLayout, QSpinBox, QWidget

from core.network.arrays import IMAGE_SIDE
from core.network.convolution import Convolution
from core.network.dense import Dense
from core.network.dropout import Dropout
from core.network.layers import MOST_FILTERS, MOST_UNITS, Layer
from core.network.pooling import MaxPooling
from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.fields.number_field import ENGLISH
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout

_NARROWEST_FIELD, _WIDEST_FIELD = 44, 76


class LayerSizes(QWidget):
    """Fields for one layer; only those that its kind has are seen."""

    edited = Signal(object)
    """The layer with other sizes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer: Layer | None = None
        self.count = _whole("Filters (kernels) of the convolution: how many maps it makes", 1, MOST_FILTERS)
        self.side = _whole("Rows and columns of a kernel or of a pooling square", 1, IMAGE_SIDE)
        self.same = QCheckBox("same")
        self.same.setAccessibleName("same: pad with zeros, so that maps keep their size")
        self.same.setToolTip("Zeros are put around the maps (padding), so that they keep their size")
        self.share = QDoubleSpinBox()
        self.share.setLocale(ENGLISH)
        self.share.setRange(0.0, 0.99)
        self.share.setSingleStep(0.05)
        self.share.setKeyboardTracking(False)
        self.share.setAccessibleName("Share of numbers that dropout leaves out")
        self.share.setToolTip("The share of numbers that dropout leaves out at each update (dropout rate)")
        guard_wheel(self.share)
        self.units = _whole("Units of the dense layer", 1, MOST_UNITS)
        self._names = {field: PlainLabel() for field in (self.count, self.side, self.share, self.units)}
        self._pairs: dict[QWidget, QWidget] = {}
        row = FlowLayout(6, 3)
        for field, name in self._names.items():
            set_role(name, "muted")
            # Its own hint leaves room for the widest number that could be typed.
            field.setMinimumWidth(_NARROWEST_FIELD)
            field.setMaximumWidth(_WIDEST_FIELD)
            row.addWidget(self._beside(name, field))
        row.addWidget(self.same)
        self.setLayout(row)
        for field in (self.count, self.side, self.share, self.units):
            field.valueChanged.connect(self._on_edited)
        self.same.toggled.connect(self._on_edited)
        self.show_layer(None)

    def _beside(self, name: QWidget, field: QWidget) -> QWidget:
        pair = self._pairs[field] = QWidget()
        row = QHBoxLayout(pair)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        row.addWidget(name)
        row.addWidget(field)
        return pair

    def show_layer(self, layer: Layer | None) -> None:
        """Show the sizes of a layer; tells nobody. None has none."""
        self._layer = layer
        names = dict.fromkeys((self.count, self.side, self.share, self.units), "")
        match layer:
            case Convolution():
                names |= {self.count: "filters", self.side: "kernel"}
                self._set(self.count, layer.filters)
                self._set(self.side, layer.side)
                with QSignalBlocker(self.same):
                    self.same.setChecked(layer.same)
            case MaxPooling():
                names[self.side] = "square"
                self._set(self.side, layer.side)
            case Dropout():
                names[self.share] = "share left out"
                self._set(self.share, layer.share)
            case Dense():
                names[self.units] = "units"
                self._set(self.units, layer.units)
        self.same.setVisible(isinstance(layer, Convolution))
        for field, name in names.items():
            self._names[field].setText(name)
            self._pairs[field].setVisible(bool(name))
        self.setVisible(any(names.values()))

    @staticmethod
    def _set(field: QSpinBox | QDoubleSpinBox, value: float) -> None:
        with QSignalBlocker(field):
            field.setValue(value)  # type: ignore[arg-type]

    @Slot()
    def _on_edited(self) -> None:
        match self._layer:
            case Convolution():
                self._layer = Convolution(self.count.value(), self.side.value(), self.same.isChecked())
            case MaxPooling():
                self._layer = MaxPooling(max(self.side.value(), 2))
            case Dropout():
                self._layer = Dropout(round(self.share.value(), 2))
            case Dense():
                self._layer = Dense(self.units.value())
        self.edited.emit(self._layer)


def _whole(name: str, low: int, high: int) -> QSpinBox:
    field = QSpinBox()
    field.setLocale(ENGLISH)
    field.setRange(low, high)
    field.setKeyboardTracking(False)
    field.setAccessibleName(name)
    field.setToolTip(name)
    guard_wheel(field)
    return field
