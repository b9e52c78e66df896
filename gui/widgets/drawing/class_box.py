"""A choice among the ten classes, or none of them."""

from PySide6.QtWidgets import QComboBox, QWidget

from core.data.dataset import DIGITS
from gui.widgets.fields.wheel_guard import guard_wheel


class ClassBox(QComboBox):
    """The first entry, whose data are None, leaves the choice open; the data of the others are the class's number."""

    def __init__(self, accessible_name: str, unchosen: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._class_names: tuple[str, ...] = ()
        self.addItem(unchosen, None)
        for number, name in enumerate(DIGITS):
            self.addItem(name, number)
        self.setAccessibleName(accessible_name)
        self.setToolTip(tip)
        self.setMinimumContentsLength(len(unchosen))
        guard_wheel(self)

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Call the classes by these names."""
        if names != self._class_names:
            self._class_names = names
            for number, name in enumerate(names):
                self.setItemText(number + 1, name)
