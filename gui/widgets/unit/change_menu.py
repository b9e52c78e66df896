"""What can be done to a unit by hand: switch it off, hold it, set a number, paint its weights, set it back."""

from functools import partial

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.network.arrays import Floats
from core.training.cuts import Cut, float_bytes
from gui.widgets.unit.unit_view import UnitView

_IN_THE_PAST = "A moment of the past stays as it was: press Live, or branch off from here, to change a unit."


class ChangeMenu(QToolButton):
    """A button with a menu, for one unit."""

    cut_requested = Signal(object)
    """The `core.training.cuts.Cut` that is wanted."""

    undo_requested = Signal()
    """The last change is to be taken back."""

    number_requested = Signal(bool)
    """A number is to be typed: a weight or the bias, or else (true) the activation that the unit is held at."""

    paint_toggled = Signal(bool)
    """Whether the mouse paints from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: UnitView | None = None
        self.setText("Change")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.off = self._action(
            menu, "Switch off", "Its outgoing weights become 0 and stay so, whatever is trained (ablation)"
        )
        self.off.triggered.connect(self._on_off)
        self._hold = menu.addMenu("Hold at")
        self.set_number = self._action(menu, "Set a number…", "Type one weight or the bias")
        self.set_number.triggered.connect(partial(self.number_requested.emit, False))
        self.erase = self._action(menu, "Erase its weights", "All its incoming weights become 0; training goes on")
        self.erase.triggered.connect(self._on_erase)
        menu.addSeparator()
        self.paint = self._action(menu, "Paint its weights", "Left button: positive, with Shift negative; right: 0")
        self.paint.setCheckable(True)
        self.paint.toggled.connect(self.paint_toggled)
        self.mirror = self._action(menu, "Mirror while painting", "What is painted at the left is painted at the right")
        self.mirror.setCheckable(True)
        menu.addSeparator()
        self.undo = self._action(menu, "Undo the last change", "As long as nothing has been trained since")
        self.undo.triggered.connect(self.undo_requested)
        self.set_back = self._action(menu, "Set back", "What was changed becomes what it was, and is trained again")
        self.set_back.triggered.connect(self._on_set_back)
        self.setMenu(menu)
        self.set_possible(live=True, undo=False)

    def _action(self, menu: QMenu, text: str, tip: str) -> QAction:
        action = menu.addAction(text)
        action.setToolTip(tip)
        return action

    def show_unit(self, view: UnitView, cuts: tuple[Cut, ...]) -> None:
        """Offer what can be done to a unit, some of which may be done to it already."""
        self._view = view
        self.off.setEnabled(view.is_hidden and not any(cut.kind == "off" for cut in cuts))
        for action in (self.paint, self.mirror):
            action.setEnabled(bool(view.its_layer.source_shape))
        if not view.its_layer.source_shape:
            self.paint.setChecked(False)
        self.set_back.setEnabled(bool(cuts))
        nonlinearity = view.its_layer.nonlinearity
        levels = () if nonlinearity is None else nonlinearity.levels
        self._hold.menuAction().setEnabled(view.is_hidden and nonlinearity is not None)
        if [action.data() for action in self._hold.actions()[:-1]] != list(levels):
            self._hold.clear()
            for level in levels:
                action = self._hold.addAction(f"{level:g}")
                action.setData(level)
                action.triggered.connect(partial(self._hold_at, level))
            self._hold.addAction("A number…").triggered.connect(partial(self.number_requested.emit, True))

    def set_possible(self, *, live: bool, undo: bool) -> None:
        """Say whether the shown moment can be changed, and whether there is a change to take back."""
        self.setEnabled(live)
        self.setToolTip("Change this unit by hand" if live else _IN_THE_PAST)
        self.undo.setEnabled(undo)
        if not live:
            self.paint.setChecked(False)

    def paint_weights(self, weights: Floats) -> None:
        """Ask for these incoming weights, an array of shape (inputs,)."""
        if self._view is not None:
            layer, unit = self._view.target
            self.cut_requested.emit(Cut(kind="paint", layer=layer, unit=unit, weights=float_bytes(weights)))

    def _hold_at(self, level: float, checked: bool = False) -> None:
        if self._view is not None:
            layer, unit = self._view.target
            self.cut_requested.emit(Cut(kind="hold", layer=layer, unit=unit, value=level))

    @Slot()
    def _on_off(self) -> None:
        if self._view is not None:
            self.cut_requested.emit(Cut(kind="off", layer=self._view.layer, unit=self._view.unit))

    @Slot()
    def _on_erase(self) -> None:
        if self._view is not None:
            self.paint_weights(np.zeros(self._view.its_layer.inputs, np.float32))

    @Slot()
    def _on_set_back(self) -> None:
        if self._view is not None:
            self.cut_requested.emit(Cut(kind="back", layer=self._view.layer, unit=self._view.unit))
