"""Where widgets lie, read once they have come to rest."""

from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QRect
from PySide6.QtWidgets import QApplication, QWidget

AnyWidget = TypeVar("AnyWidget", bound=QWidget)

_ROUNDS = 50


def laid_out(widget: AnyWidget) -> AnyWidget:
    """Deliver what still moves or resizes anything in a widget's window, and return the widget.

    A layout that holds something new, larger or hidden posts a request, and so does each layout around it. Until they
    are delivered, everything lies where it was.
    """
    window = widget.window()
    before = None
    for _ in range(_ROUNDS):
        QApplication.processEvents()
        # Events that the round before posted to itself; a timer may keep `processEvents` from reaching them.
        for kind in (QEvent.Type.PolishRequest, QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            QCoreApplication.sendPostedEvents(None, kind)
        now = _geometries(window)
        if now == before:
            return widget
        before = now
    raise AssertionError(f"the layout of {type(window).__name__} did not come to rest in {_ROUNDS} rounds")


def _geometries(window: QWidget) -> list[tuple[QRect, bool]]:
    return [(part.geometry(), part.isVisible()) for part in (window, *window.findChildren(QWidget))]
