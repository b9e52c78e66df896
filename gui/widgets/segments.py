"""A few choices side by side, one of which holds: for switches whose answers are short."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QToolButton, QWidget

from gui.look.labels import PlainLabel
from gui.look.theme import set_role
from gui.widgets.flow_layout import FlowLayout


class Segments(QWidget):
    """A label and a row of buttons.

    Parameters
    ----------
    name : str
        What is chosen.
    choices : sequence of (str, str)
        Text and tooltip of each; the first holds at the start.
    show_name : bool
        Write the name before the buttons; without it, screen readers alone tell it.
    wraps : bool
        Go on in another line where the width does not hold all buttons.
    """

    chosen = Signal(int)
    """The place of the choice that the user made."""

    def __init__(
        self, name: str, choices: Sequence[tuple[str, str]], *, show_name: bool = True, wraps: bool = False
    ) -> None:
        super().__init__()
        layout = FlowLayout(2, 2) if wraps else QHBoxLayout()
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.setLayout(layout)
        if show_name:
            label = PlainLabel(name)
            label.setContentsMargins(0, 0, 3, 0)
            set_role(label, "muted")
            layout.addWidget(label)
        self._group = QButtonGroup(self)
        for place, (text, tip) in enumerate(choices):
            button = QToolButton()
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(f"{name}: {text}")
            button.setCheckable(True)
            button.setChecked(place == 0)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            set_role(button, "segment")
            self._group.addButton(button, place)
            layout.addWidget(button)
        self._group.idClicked.connect(self._on_clicked)

    @property
    def choice(self) -> int:
        """The place of the choice that holds."""
        return self._group.checkedId()

    def choose(self, place: int) -> None:
        """Make a choice hold, as if the user had made it."""
        if place != self.choice:
            self._group.button(place).click()

    def button(self, place: int) -> QToolButton:
        """Return the button of a choice."""
        return self._group.button(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go on to the next choice with the arrow keys."""
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        place = min(max(self.choice + step, 0), len(self._group.buttons()) - 1)
        self.choose(place)
        self._group.button(place).setFocus()

    @Slot(int)
    def _on_clicked(self, place: int) -> None:
        self.chosen.emit(place)
