"""Ten buttons in a row that ask which digit it is."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from core.network.arrays import CLASSES
from gui.look.theme import set_role


class LabelRow(QWidget):
    """One button a digit, narrow enough for a narrow column."""

    label_chosen = Signal(int)
    """The digit whose button was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        self.buttons: list[QToolButton] = []
        for digit in range(CLASSES):
            button = QToolButton()
            button.setText(str(digit))
            button.setToolTip(f"What I drew is a {digit}: add it to my digits.")
            button.setAccessibleName(f"This is a {digit}")
            button.setProperty("digit", digit)
            # A digit needs less room than the style gives a button.
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setMinimumWidth(20)
            button.setMaximumWidth(40)
            button.clicked.connect(self._on_clicked)
            set_role(button, "segment")
            layout.addWidget(button)
            self.buttons.append(button)

    @Slot()
    def _on_clicked(self) -> None:
        self.label_chosen.emit(self.sender().property("digit"))
