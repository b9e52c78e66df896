"""What is measured in text is measured again when text changes its size."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget


class _Watch(QObject):
    """Calls a function whenever a widget gets an event of one type."""

    def __init__(self, widget: QWidget, kind: QEvent.Type, function: Callable[[], object]) -> None:
        super().__init__(widget)
        self._kind = kind
        self._function = function
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == self._kind:
            self._function()
        return False


def follow_font(widget: QWidget, fit: Callable[[], object]) -> None:
    """Call ``fit`` now, and whenever the widget gets another font."""
    fit()
    _Watch(widget, QEvent.Type.FontChange, fit)


def keep_font(widget: QWidget, make: Callable[[QFont], QFont]) -> None:
    """Let a widget write in a font that is made from the one of all others, now and whenever that changes."""

    def fit() -> None:
        font = make(QApplication.font())
        if widget.font() != font:
            widget.setFont(font)

    fit()
    # A widget with a font of its own hears of no other, but of the style sheet that comes with it.
    _Watch(widget, QEvent.Type.StyleChange, fit)
