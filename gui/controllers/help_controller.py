"""The Help menu: opens the window of Help at a page, and keeps it beside the tab that is in view."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenuBar, QTabWidget, QWidget

from gui.actions import Actions
from gui.help.about import open_log, show_about
from gui.help.help_window import DOCUMENTS, HERE, SHORTCUTS, WORDS, HelpWindow


class HelpController(QObject):
    """Answers the entries of the Help menu.

    Parameters
    ----------
    actions : Actions
        The entries.
    menus : QMenuBar
        Whose shortcuts are listed.
    tabs : QTabWidget
        The views, which Help tells of.
    window : QWidget
        Owner of what is opened.
    """

    def __init__(self, actions: Actions, menus: QMenuBar, tabs: QTabWidget, window: QWidget) -> None:
        super().__init__(window)
        self._menus = menus
        self._tabs = tabs
        self._window = window
        self.help: HelpWindow | None = None
        for action, page in (
            (actions.help, HERE),
            (actions.words, WORDS),
            (actions.shortcuts, SHORTCUTS),
            (actions.documents, DOCUMENTS),
        ):
            action.setData(page)
            action.triggered.connect(self._on_help_requested)
        actions.open_log.triggered.connect(open_log)
        actions.about.triggered.connect(self._on_about_requested)
        tabs.currentChanged.connect(self._on_tab_changed)

    @Slot()
    def _on_help_requested(self) -> None:
        self._made_help().open_at(self.sender().data(), self._tab())

    @Slot(int)
    def _on_tab_changed(self, index: int) -> None:
        if self.help is not None:
            self.help.show_tab(self._tabs.tabText(index))

    @Slot()
    def _on_about_requested(self) -> None:
        show_about(self._window, self._on_licenses_requested)

    @Slot()
    def _on_licenses_requested(self) -> None:
        self._made_help().open_licenses(self._tab())

    def _made_help(self) -> HelpWindow:
        if self.help is None:
            self.help = HelpWindow(self._menus, self._window)
        return self.help

    def _tab(self) -> str:
        return self._tabs.tabText(self._tabs.currentIndex())
