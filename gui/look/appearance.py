"""Light or dark: what the user chose, or what the system says, also when it changes its mind."""

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication

from gui.look.theme import DARK, LIGHT, Theme, apply_theme, system_theme
from gui.preferences import Preferences


class Appearance(QObject):
    """Keeps the program in the theme chosen from a group of actions.

    Parameters
    ----------
    themes : QActionGroup
        Its actions carry "system", "light" or "dark" as data.
    preferences : Preferences
        Where the choice is remembered.
    """

    theme_changed = Signal(object)
    """The `gui.look.theme.Theme` that the program now wears."""

    def __init__(self, themes: QActionGroup, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._preferences = preferences
        self._wearing = False
        themes.triggered.connect(self._on_chosen)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    def choose(self, name: str) -> None:
        """Wear "light", "dark", or what the "system" says."""
        for action in self._themes.actions():
            action.setChecked(action.data() == name)
        self._wear(name)

    def _wear(self, name: str) -> None:
        application = QApplication.instance()
        if self._wearing or not isinstance(application, QApplication):
            return
        # Applying a theme may itself be reported as a change of the system's.
        self._wearing = True
        theme: Theme = {"light": LIGHT, "dark": DARK}.get(name) or system_theme()
        apply_theme(application, theme)
        self._wearing = False
        self.theme_changed.emit(theme)

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._preferences.theme = action.data()
        self._wear(action.data())

    @Slot()
    def _on_system_changed(self) -> None:
        if self._preferences.theme == "system":
            self._wear("system")
