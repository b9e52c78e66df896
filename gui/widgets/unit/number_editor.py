"""Sets one number of a unit by typing it: its bias, a weight on its way in or out, or the activation it is held at."""

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QPushButton, QSpinBox, QWidget

from core.data.dataset import class_noun
from core.errors import ConfigError
from core.training.cuts import LARGEST, Cut
from gui.look.formatting import number
from gui.widgets.fields.wheel_guard import guard_wheel
from gui.widgets.flow_layout import FlowLayout
from gui.widgets.unit.unit_view import UnitView

BIAS, INCOMING, OUTGOING, ACTIVATION = range(4)
_KINDS = ("bias", "weight from", "weight to", "hold its activation")


class NumberEditor(QWidget):
    """A choice of what is set, a field for the number, and whether training leaves it alone."""

    cut_requested = Signal(object)
    """The `core.training.cuts.Cut` that is wanted."""

    failed = Signal(str)
    """Why what was typed cannot be set, in one sentence."""

    pointed_at = Signal(object)
    """Which input's weight is chosen, counted from 0; None where it is another number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self.kind = QComboBox()
        self.kind.addItems(_KINDS)
        self.kind.setAccessibleName("Which number of the unit is set")
        self.kind.setToolTip("Which number of the unit is set; a click on a weight chooses it as well")
        self.row, self.column, self.other = (QSpinBox() for _ in range(3))
        for box, name in ((self.row, "row"), (self.column, "column"), (self.other, "unit")):
            box.setAccessibleName(f"{name} of the weight")
            box.setToolTip(f"{name.capitalize()} of the weight, counted from 0")
            guard_wheel(box)
        for box, name in ((self.row, "row "), (self.column, "column ")):
            box.setPrefix(name)
        guard_wheel(self.kind)
        self.value = QLineEdit()
        self.value.setAccessibleName("The number")
        self.value.setToolTip("Type a number and press Enter")
        self.value.setMaxLength(40)
        self.held = QCheckBox("training leaves it alone")
        self.held.setToolTip("Held: the number stays as it is, whatever is trained")
        self.set_button = QPushButton("Set")
        self.set_button.setToolTip("Set the number between two updates; Undo is in the menu Change")
        which = FlowLayout(4, 4)
        for widget in (self.kind, self.other, self.row, self.column):
            which.addWidget(widget)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(which, 0, 0, 1, 2)
        layout.addWidget(self.value, 1, 0)
        layout.addWidget(self.set_button, 1, 1)
        layout.addWidget(self.held, 2, 0, 1, 2)
        layout.setColumnStretch(0, 1)
        self.kind.currentIndexChanged.connect(self._on_choice_changed)
        for box in (self.row, self.column, self.other):
            box.valueChanged.connect(self._on_choice_changed)
        self.value.returnPressed.connect(self._on_set)
        self.set_button.clicked.connect(self._on_set)
        self._show_choice()

    def show_unit(self, view: UnitView) -> None:
        """Set numbers of this unit from now on."""
        if self._view is None or self._view.target != view.target:
            self.value.clear()
        self._view = view
        model = self.kind.model()
        model.item(OUTGOING).setEnabled(view.sends_one_by_one)
        model.item(ACTIVATION).setEnabled(view.is_hidden)
        if not model.item(self.kind.currentIndex()).isEnabled():
            self.kind.setCurrentIndex(BIAS)
        self._show_choice()

    def choose(self, kind: int, source: int = 0) -> None:
        """Choose what is set: `BIAS`, `INCOMING` and `OUTGOING` by the other unit or the pixel, or `ACTIVATION`."""
        self.kind.setCurrentIndex(kind)
        if kind == INCOMING and self._view is not None and self._view.its_layer.source_shape:
            self._show_choice()
            layer = self._view.its_layer
            place = int(np.flatnonzero(layer.source_order == source)[0])
            of_map, row, column = np.unravel_index(place, (layer.source_count, *layer.source_shape))
            self.other.setValue(int(of_map))
            self.row.setValue(int(row))
            self.column.setValue(int(column))
        else:
            self.other.setValue(source)
        self.value.clear()

    def begin(self, *, holds: bool) -> None:
        """Let the user type at once: the activation that the unit is held at, or the number chosen last."""
        if holds:
            self.choose(ACTIVATION)
        elif self.kind.currentIndex() == ACTIVATION:
            self.choose(BIAS)
        self.value.setFocus()

    @property
    def source(self) -> int | None:
        """Which input's weight is chosen; None where that is another number."""
        if self.kind.currentIndex() != INCOMING or self._view is None:
            return None
        layer = self._view.its_layer
        if not layer.source_shape:
            return self.other.value()
        of_map = self.other.value() if layer.source_count > 1 else 0
        rows, columns = layer.source_shape
        return int(layer.source_order[columns * (rows * of_map + self.row.value()) + self.column.value()])

    def _present(self, view: UnitView) -> float | None:
        """Return the number as it is now; None of an activation, which each image makes another."""
        match self.kind.currentIndex():
            case 0:
                return view.bias
            case 1:
                return float(view.incoming[self.source or 0])
            case 2:
                assert view.outgoing is not None
                return float(view.outgoing[self.other.value()])
        return None

    def _show_choice(self) -> None:
        view, kind = self._view, self.kind.currentIndex()
        is_pixel = kind == INCOMING and view is not None and bool(view.its_layer.source_shape)
        has_maps = is_pixel and view is not None and view.its_layer.source_count > 1
        self.other.setSuffix("")
        for box in (self.row, self.column):
            box.setVisible(is_pixel)
        self.other.setVisible(kind in (INCOMING, OUTGOING) and (has_maps or not is_pixel))
        self.held.setVisible(kind != ACTIVATION)
        if view is None:
            return
        if is_pixel:
            for box, count in zip((self.row, self.column), view.its_layer.source_shape, strict=True):
                box.setMaximum(count - 1)
        if kind == OUTGOING and view.outgoing is not None:
            self.other.setRange(0, len(view.outgoing) - 1)
            self._name_target(view)
        elif kind == INCOMING:
            layer = view.its_layer
            self.other.setRange(0, (layer.source_count if has_maps else layer.inputs) - 1)
            self.other.setPrefix("map " if has_maps else "unit " if layer.source_count == layer.inputs else "input ")
        present = self._present(view)
        self.value.setPlaceholderText("" if present is None else f"now {number(present)}")

    def _name_target(self, view: UnitView) -> None:
        """Say which unit of the next layer the outgoing weight leads to; of a class with a name, its name as well."""
        following = view.following
        assert following is not None
        noun = class_noun(view.names) if following.is_output else following.noun
        self.other.setPrefix(f"{noun} ")
        if noun == "class":
            self.other.setSuffix(f": {view.names[self.other.value()]}")

    @Slot()
    def _on_choice_changed(self) -> None:
        self._show_choice()
        self.pointed_at.emit(self.source)

    @Slot()
    def _on_set(self) -> None:
        view = self._view
        if view is None:
            return
        try:
            cut = self._cut(view, read_number(self.value.text()))
        except ConfigError as error:
            self.failed.emit(str(error))
            self.value.selectAll()
            return
        self.value.clear()
        self.cut_requested.emit(cut)

    def _cut(self, view: UnitView, value: float) -> Cut:
        layer, unit, source = view.layer, view.unit, self.source
        match self.kind.currentIndex():
            case 3:
                return Cut(kind="hold", layer=layer, unit=unit, value=value)
            case 2:
                # A weight belongs to the unit that it leads to.
                layer, unit, source = layer + 1, self.other.value(), unit
        return Cut(kind="set", layer=layer, unit=unit, source=source, value=value, is_held=self.held.isChecked())


def read_number(text: str) -> float:
    """Return the number that was typed.

    Raises
    ------
    ConfigError
        If it is none, or none that a weight can be.
    """
    shown = text.strip()[:30]
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError as error:
        told = f"“{shown}” is no number" if shown else "No number is typed"
        raise ConfigError(f"{told}; type one such as 0.25 or -1e-3.") from error
    if not abs(value) <= LARGEST:
        raise ConfigError(f"“{shown}” cannot be a weight; type a number from {-LARGEST:.3g} to {LARGEST:.3g}.")
    return value
