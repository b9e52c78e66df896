"""What can be done to a unit by hand: switch it off, hold it, paint its weights, set it back."""

from functools import partial

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from core.network.arrays import PIXELS, Floats
from core.network.fully_connected import activation_of
from core.network.network import Network, hidden_layers
from core.training.cuts import Cut, float_bytes

_LEVELS = {"relu": (0.0, 0.5, 1.0, 2.0, 5.0), "tanh": (-0.9, -0.5, 0.0, 0.5, 0.9), "sigmoid": (0.1, 0.25, 0.5, 0.9)}
_IN_THE_PAST = "A moment of the past stays as it was: press Live, or branch off from here, to change a unit."


class ChangeMenu(QToolButton):
    """A button with a menu, for one unit of the first layer."""

    cut_requested = Signal(object)
    """The `core.training.cuts.Cut` that is wanted."""

    undo_requested = Signal()
    """The last change is to be taken back."""

    paint_toggled = Signal(bool)
    """Whether the mouse paints from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = 0
        self.setText("Change")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        self.off = self._action(menu, "Switch off", "Its outgoing weights become 0 and stay so, whatever is trained")
        self.off.triggered.connect(self._on_off)
        self._hold = menu.addMenu("Hold at")
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

    def show_unit(self, network: Network, unit: int, cuts: tuple[Cut, ...]) -> None:
        """Offer what can be done to a unit of the first layer, some of which may be done to it already."""
        self._unit = unit
        is_hidden = bool(hidden_layers(network))
        self.off.setEnabled(is_hidden and not any(cut.kind == "off" for cut in cuts))
        self._hold.menuAction().setEnabled(is_hidden)
        self.set_back.setEnabled(bool(cuts))
        levels = _LEVELS[activation_of(network.parameters.layout)]
        if [action.data() for action in self._hold.actions()] != list(levels):
            self._hold.clear()
            for level in levels:
                action = self._hold.addAction(f"{level:g}")
                action.setData(level)
                action.triggered.connect(partial(self._hold_at, level))

    def set_possible(self, *, live: bool, undo: bool) -> None:
        """Say whether the shown moment can be changed, and whether there is a change to take back."""
        self.setEnabled(live)
        self.setToolTip("Change this unit by hand" if live else _IN_THE_PAST)
        self.undo.setEnabled(undo)
        if not live:
            self.paint.setChecked(False)

    def paint_weights(self, weights: Floats) -> None:
        """Ask for these incoming weights, an array of shape (784,)."""
        self._ask(Cut(kind="paint", layer=1, unit=self._unit, weights=float_bytes(weights)))

    def _ask(self, cut: Cut) -> None:
        self.cut_requested.emit(cut)

    def _hold_at(self, level: float, checked: bool = False) -> None:
        self._ask(Cut(kind="hold", layer=1, unit=self._unit, value=level))

    @Slot()
    def _on_off(self) -> None:
        self._ask(Cut(kind="off", layer=1, unit=self._unit))

    @Slot()
    def _on_erase(self) -> None:
        self.paint_weights(np.zeros(PIXELS, np.float32))

    @Slot()
    def _on_set_back(self) -> None:
        self._ask(Cut(kind="back", layer=1, unit=self._unit))
