"""How large text is: some sizes to choose from, and larger and smaller from one to the next."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup

from gui.look.preferences import TEXT_SIZES, Preferences


class TextSize(QObject):
    """Keeps to the size that the user chose from a group of actions.

    Parameters
    ----------
    sizes : QActionGroup
        Its actions carry the numbers of `gui.look.preferences.TEXT_SIZES` as data.
    larger, smaller, normal : QAction
        One size up, one size down, and back to 100 %.
    preferences : Preferences
        Where the choice is remembered.
    """

    changed = Signal(int)
    """Text is to be so large from now on, in per cent of the system's size."""

    def __init__(
        self,
        sizes: QActionGroup,
        larger: QAction,
        smaller: QAction,
        normal: QAction,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._sizes = sizes
        self._larger, self._smaller = larger, smaller
        self._preferences = preferences
        self._percent = TEXT_SIZES[0]
        sizes.triggered.connect(self._on_chosen)
        larger.triggered.connect(self._on_larger)
        smaller.triggered.connect(self._on_smaller)
        normal.triggered.connect(self._on_normal)

    @property
    def percent(self) -> int:
        """How large text is now, in per cent of the system's size."""
        return self._percent

    def choose(self, percent: int) -> None:
        """Make text so large; one of `gui.look.preferences.TEXT_SIZES`."""
        self._percent = percent
        for action in self._sizes.actions():
            action.setChecked(action.data() == percent)
        self._larger.setEnabled(percent < TEXT_SIZES[-1])
        self._smaller.setEnabled(percent > TEXT_SIZES[0])
        self.changed.emit(percent)

    def _choose_and_remember(self, percent: int) -> None:
        self._preferences.text_size = percent
        self.choose(percent)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._choose_and_remember(action.data())

    @Slot()
    def _on_larger(self) -> None:
        self._choose_and_remember(TEXT_SIZES[TEXT_SIZES.index(self._percent) + 1])

    @Slot()
    def _on_smaller(self) -> None:
        self._choose_and_remember(TEXT_SIZES[TEXT_SIZES.index(self._percent) - 1])

    @Slot()
    def _on_normal(self) -> None:
        self._choose_and_remember(TEXT_SIZES[0])
