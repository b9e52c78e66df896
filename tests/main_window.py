"""The whole window as tests drive it."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import (
    QLabel,
    QToolButton,
)

from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.small_data import small_pair


def open_window(qtbot):
    """Show a window until the test has ended."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    yield window
    window.close()


def open_by_hand(qtbot, width, height):
    """Show a window with a network that is made by hand, until the test has ended."""
    for window in open_window(qtbot):
        window.resize(width, height)
        window.activateWindow()
        load_small(window)
        window.show_tab("Network")
        window.network.open_hand()
        window.network.hand.begin.click()
        laid_out(window)
        yield window


def load_small(window):
    """Give the window small data, on which training takes no time."""
    window.files.loader.loaded.emit(small_pair(), [])
    assert window.session.run is not None
    return window


def press(qtbot, window, text):
    button = next(b for b in window.controls.findChildren(QToolButton) if b.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def draw_a_one(qtbot, window):
    canvas = laid_out(window.drawing.canvas)
    x, height = canvas.width() // 2, canvas.height()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, height // 5))
    for step in range(1, 11):
        qtbot.mouseMove(canvas, QPoint(x, height // 5 + step * height * 3 // 50))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, height * 4 // 5))


def visible_texts(widget):
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def wait_for(qtbot, window, state):
    qtbot.waitUntil(lambda: window.session.state is state)
