"""Light, dark or of high contrast, and how large text is: what the user chose, or what the system says at any time."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QApplication, QWidget

from gui.look.desktop_settings import desktop
from gui.look.preferences import Preferences
from gui.look.theme import THEMES, applied, apply_theme, system_theme


class Appearance(QObject):
    """Keeps the program in the theme chosen from a group of actions.

    Parameters
    ----------
    themes : QActionGroup
        Its actions carry "system" or the name of a theme as data.
    preferences : Preferences
        Where the choice is remembered.
    """

    def __init__(self, themes: QActionGroup, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._themes = themes
        self._preferences = preferences
        self._is_applying = False
        self._percent = 100
        self._choice = ""
        themes.triggered.connect(self._on_chosen)
        QApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        QApplication.styleHints().accessibility().contrastPreferenceChanged.connect(self._on_system_changed)
        desktop.changed.connect(self._on_system_changed)

    def choose(self, name: str) -> None:
        """Apply the theme of this name, or what the "system" says."""
        self._choice = name
        for action in self._themes.actions():
            action.setChecked(action.data() == name)
        self._apply(name)

    @Slot(int)
    def set_text_size(self, percent: int) -> None:
        """Write everything so large, in per cent of the system's size; whatever is on screen follows at once."""
        application = QApplication.instance()
        if percent != self._percent and isinstance(application, QApplication):
            self._percent = percent
            apply_theme(application, applied.theme, percent)
            for window in application.topLevelWidgets():
                _lay_out(window)

    def _apply(self, name: str) -> None:
        application = QApplication.instance()
        if self._is_applying or not isinstance(application, QApplication):
            return
        # Applying a theme may itself be reported as a change of the system's.
        self._is_applying = True
        apply_theme(application, THEMES.get(name) or system_theme(), self._percent)
        self._is_applying = False

    @Slot(QAction)
    def _on_chosen(self, action: QAction) -> None:
        self._preferences.theme = action.data()
        self.choose(action.data())

    @Slot()
    def _on_system_changed(self) -> None:
        if self._choice == "system":
            self._apply("system")


def _lay_out(window: QWidget) -> None:
    """Let the layouts of a window measure anew what they hold, the innermost first.

    Qt does so by itself where something is in view. A page behind others would be measured when it is first shown, and
    everything around it would move then.
    """
    for widget in reversed(window.findChildren(QWidget)):
        layout = widget.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()
