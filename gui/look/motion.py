"""Whether things may move that need not: glowing frames that fade, the caret that blinks.

Playing back a run and walking through an update move too, but never by themselves: who starts them wants to see it.
"""

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QStyle

from gui.look.desktop_settings import desktop
from gui.look.preferences import Preferences

_PROPERTY = "reduces_motion"


def reduces_motion() -> bool:
    """Return whether motion is to be avoided that need not be."""
    application = QApplication.instance()
    return bool(application is not None and application.property(_PROPERTY))


def system_reduces_motion() -> bool:
    """Return whether the system has animations switched off, as far as it tells."""
    return desktop.reduces_motion or QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0


class Motion(QObject):
    """Keeps to what the user chose, or as long as nothing has been chosen, to what the system says.

    Parameters
    ----------
    action : QAction
        Checked where motion is reduced.
    preferences : Preferences
        Where the choice is remembered.
    """

    def __init__(self, action: QAction, preferences: Preferences, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._action = action
        self._preferences = preferences
        self._flash_time = QApplication.cursorFlashTime()
        action.triggered.connect(self._on_chosen)
        desktop.changed.connect(self._on_system_changed)

    def choose(self, reduced: bool | None) -> None:
        """Reduce motion or not; None does as the system says."""
        reduced = system_reduces_motion() if reduced is None else reduced
        self._action.setChecked(reduced)
        application = QApplication.instance()
        application.setProperty(_PROPERTY, reduced)
        application.setCursorFlashTime(0 if reduced else self._flash_time)

    @Slot()
    def _on_system_changed(self) -> None:
        if self._preferences.reduces_motion is None:
            self.choose(None)

    @Slot(bool)
    def _on_chosen(self, reduced: bool) -> None:
        self._preferences.reduces_motion = reduced
        self.choose(reduced)
