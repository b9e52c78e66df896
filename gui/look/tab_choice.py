"""The views by menu and by Ctrl+1, Ctrl+2 and so on, from wherever the keyboard is."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QTabWidget, QWidget


class TabChoice(QObject):
    """One action for each tab; the one in view is checked.

    Parameters
    ----------
    tabs : QTabWidget
        With all its tabs, in their order.
    window : QWidget
        Owner of the actions.
    """

    chosen = Signal()
    """A tab was asked for, perhaps the one in view."""

    def __init__(self, tabs: QTabWidget, window: QWidget) -> None:
        super().__init__(window)
        self._tabs = tabs
        self._group = QActionGroup(window)
        for index in range(tabs.count()):
            action = self._group.addAction(tabs.tabText(index))
            action.setData(index)
            action.setCheckable(True)
            action.setShortcut(QKeySequence(f"Ctrl+{index + 1}"))
        self._group.triggered.connect(self._on_chosen)
        tabs.currentChanged.connect(self._on_tab_changed)
        self._on_tab_changed(tabs.currentIndex())

    @property
    def actions(self) -> list[QAction]:
        """The actions, in the order of the tabs."""
        return self._group.actions()

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._tabs.setCurrentIndex(action.data())
        self.chosen.emit()

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        for action in self.actions:
            action.setChecked(action.data() == index)
