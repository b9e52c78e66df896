"""Full screen and back, in whatever way the window got there."""

import pytest
from PySide6.QtCore import Qt

from gui.main_window import MainWindow
from tests.layout import laid_out


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    yield window
    window.close()


def test_a_maximized_window_is_maximized_again_after_full_screen(qtbot, window):
    window.showMaximized()
    window.actions_.full_screen.trigger()
    qtbot.waitUntil(window.isFullScreen)
    window.actions_.full_screen.trigger()
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.isMaximized()


def test_the_check_mark_follows_the_window(qtbot, window):
    window.showFullScreen()
    qtbot.waitUntil(window.actions_.full_screen.isChecked)
    window.showNormal()
    qtbot.waitUntil(lambda: not window.actions_.full_screen.isChecked())


def test_escape_leads_out_of_full_screen_and_does_nothing_else(qtbot, window):
    window.actions_.full_screen.trigger()
    qtbot.waitUntil(window.isFullScreen)
    qtbot.keyClick(window.drawing.canvas, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert not window.actions_.full_screen.isChecked()
    qtbot.keyClick(window.drawing.canvas, Qt.Key.Key_Escape)
    assert window.isVisible()
    assert not window.isFullScreen()


def test_a_window_closed_in_full_screen_starts_with_a_frame(qtbot, window):
    window.actions_.full_screen.trigger()
    qtbot.waitUntil(window.isFullScreen)
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    again.show()
    assert not again.isFullScreen()
    assert not again.actions_.full_screen.isChecked()
    again.close()
