"""Menus are gone through by keys alone, without a pause between them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from gui.main_window import MainWindow
from tests.layout import laid_out


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    yield laid_out(window)
    window.close()


@pytest.mark.parametrize(("key", "theme"), [(Qt.Key.Key_D, "Dark"), (Qt.Key.Key_L, "Light")])
def test_a_theme_is_chosen_by_three_keys(window, key, theme):
    QTest.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.AltModifier)
    for press in (Qt.Key.Key_H, key):
        menu = QApplication.activePopupWidget()
        assert menu is not None
        QTest.keyClick(menu, press)
    assert QApplication.activePopupWidget() is None
    assert window.actions_.themes.checkedAction().text().replace("&", "") == theme
