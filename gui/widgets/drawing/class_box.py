"""A choice among the ten classes, or none of them."""

from PySide6.QtWidgets import QWidget

from core.data.dataset import DIGITS
from gui.widgets.fields.elided_box import ElidedBox


class ClassBox(ElidedBox):
    """The first entry, whose data are None, leaves the choice open; the data of the others are the class's number.

    Parameters
    ----------
    accessible_name, unchosen, tip : str
        What it chooses, what the first entry says, and the tooltip.
    comes_to_one : bool
        Whether the open choice comes to a class by itself, of which `tell_unchosen` tells.
    """

    def __init__(
        self,
        accessible_name: str,
        unchosen: str,
        tip: str,
        *,
        comes_to_one: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._comes_to_one = comes_to_one
        self._class_names: tuple[str, ...] = DIGITS
        self._unchosen = unchosen
        self.addItem(unchosen, None)
        for number, name in enumerate(DIGITS):
            self.addItem(name, number)
        self.setAccessibleName(accessible_name)
        self.setToolTip(tip)

    def texts(self) -> tuple[str, ...]:
        """Return all that it may show: each class may be the one that the open choice comes to."""
        names = (self._told(name) for name in self._class_names) if self._comes_to_one else self._class_names
        return self._unchosen, *names

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Call the classes by these names."""
        if names != self._class_names:
            self._class_names = names
            self.updateGeometry()
            for number, name in enumerate(names):
                self.setItemText(number + 1, name)

    def tell_unchosen(self, name: str = "") -> None:
        """Say beside the open choice which class that comes to, by its name."""
        self.setItemText(0, self._told(name) if name else self._unchosen)

    def _told(self, name: str) -> str:
        return f"{self._unchosen}: {name}"
