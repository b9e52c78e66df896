"""Enter presses the button that has the keyboard, as Space does; on some desktops Qt does so by itself, not on all."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class EnterKey(QObject):
    """Looks at the keys that nothing else in a window had a use for.

    Parameters
    ----------
    window : QWidget
        The window, which owns this object.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Press the button, once for a key that is held."""
        button = QApplication.focusWidget()
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress or event.key() not in _ENTER:
            return super().eventFilter(watched, event)
        if not isinstance(button, QAbstractButton) or button.window() is not watched or event.isAutoRepeat():
            return super().eventFilter(watched, event)
        button.click()
        return True
