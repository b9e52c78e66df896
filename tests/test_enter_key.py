"""Enter presses the button that has the keyboard, and leaves everything else alone."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from gui.look.enter_key import EnterKey
from tests.layout import laid_out


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    for part in (QPushButton("a"), QToolButton(), QLineEdit()):
        layout.addWidget(part)
    EnterKey(window)
    window.show()
    window.activateWindow()
    yield laid_out(window)
    window.close()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
def test_a_key_presses_a_button_once(qtbot, window, kind, key):
    button, clicks = window.findChild(kind), []
    button.clicked.connect(lambda: clicks.append(1))
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, key)
    assert len(clicks) == 1


def test_a_button_without_the_keyboard_or_switched_off_is_not_pressed(qtbot, window):
    button, field, clicks = window.findChild(QPushButton), window.findChild(QLineEdit), []
    button.clicked.connect(lambda: clicks.append(1))
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_Return)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    button.setEnabled(False)
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert not clicks
