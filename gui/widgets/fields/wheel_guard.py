"""Scrolling past a field must not change it: the wheel turns a value only where the user has chosen the field."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget


class _WheelGuard(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QWidget) and not watched.hasFocus():
            # Left for the scroll area around it.
            event.ignore()
            return True
        return False


def guard_wheel(field: QWidget) -> None:
    """Make a spin box, combo box or slider deaf to the wheel until it has the keyboard's focus."""
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.installEventFilter(_WheelGuard(field))
