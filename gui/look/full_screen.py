"""Full screen and back: the menu's check mark follows the window, whoever changes it, and Esc leads out."""

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QWidget


class FullScreen(QObject):
    """Lets a window fill the screen as long as an action is checked; a maximized one is maximized again afterwards.

    Parameters
    ----------
    action : QAction
        Checkable; the menu's entry.
    window : QWidget
        The window, which owns this object.
    """

    def __init__(self, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._action = action
        self._window = window
        action.toggled.connect(self._on_toggled)
        window.installEventFilter(self)

    @Slot(bool)
    def _on_toggled(self, full: bool) -> None:
        if full != self._window.isFullScreen():
            self._window.setWindowState(self._window.windowState() ^ Qt.WindowState.WindowFullScreen)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window; leave with Esc, where nothing in the window has a use for that key."""
        if event.type() == QEvent.Type.WindowStateChange:
            self._action.setChecked(self._window.isFullScreen())
        elif is_escape(event) and self._window.isFullScreen():
            self._action.setChecked(False)
            return True
        return super().eventFilter(watched, event)


def is_escape(event: QEvent) -> bool:
    """Tell whether Esc was pressed."""
    is_press = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
    return is_press and event.key() == Qt.Key.Key_Escape
