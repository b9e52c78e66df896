"""The way of the Tab key through a window."""

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

_MOST = 200


def stops(window: QWidget) -> Iterator[QWidget]:
    """Go through a window with Tab, and yield every widget on the way."""
    window.setFocus()
    window.focusNextChild()
    seen = []
    while (stop := QApplication.focusWidget()) is not None and stop not in seen:
        assert len(seen) < _MOST
        seen.append(stop)
        yield stop
        QTest.keyClick(stop, Qt.Key.Key_Tab)
