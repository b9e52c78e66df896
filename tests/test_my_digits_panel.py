"""My digits are labeled with one click, judged by the network, and deleted and brought back."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.data.kept_digits import my_digits_file
from core.data.my_digits import load_digits
from core.drawing.preparation import prepare
from gui.look.theme import DARK, LIGHT, applied
from gui.panels.drawing import DrawingPanel
from gui.panels.my_digits import MyDigitsPanel
from gui.session.task_slot import close_threads
from tests.layout import laid_out
from tests.my_digits import add_panel, always, bar, take, wait_for_kept


@pytest.fixture
def panel(qtbot):
    return add_panel(qtbot)


def test_without_a_drawing_there_is_nothing_to_label(panel):
    panel.set_drawing(prepare(np.zeros((280, 280), np.uint8)))
    assert not any(button.isEnabled() for button in panel.labels.buttons)
    assert "Draw a digit" in panel._question.text()
    assert not panel.train_button.isEnabled()


def test_one_click_labels_keeps_and_shows_what_was_drawn(panel, qtbot):
    panel.set_drawing(bar(80))
    with qtbot.waitSignal(panel.digit_taken):
        panel.labels.buttons[7].click()
    assert panel.digits.labels.tolist() == [7]
    np.testing.assert_array_equal(panel.digits.images[0], np.rint(bar(80).pixels * 255))
    assert panel.grid.item(0).text() == "7"
    close_threads(panel)
    assert load_digits(my_digits_file()).labels.tolist() == [7]


def test_the_network_is_judged_and_what_it_misreads_is_marked(panel):
    take(panel, 7)
    take(panel, 1)
    panel.show_network(always(7))
    assert panel._summary.text() == "The network reads 1 of 2 (50.0\u00a0%)"
    assert [panel.grid.item(row).text() for row in range(2)] == ["7", "1≠7"]
    applied.set_theme(DARK)
    assert panel.grid.item(1).foreground().color().name() == DARK.error
    applied.set_theme(LIGHT)
    panel.show_network(always(1))
    assert [panel.grid.item(row).text() for row in range(2)] == ["7≠1", "1"]


def test_out_of_view_it_catches_up_when_it_comes_back(panel):
    take(panel, 7)
    panel.hide()
    panel.show_network(always(3))
    assert panel.grid.item(0).text() == "7"
    panel.show()
    assert panel.grid.item(0).text() == "7≠3"


def test_the_key_deletes_chosen_digits_and_not_the_drawing(qtbot):
    drawing, panel = DrawingPanel(), MyDigitsPanel()
    qtbot.addWidget(drawing)
    drawing.add_page(panel, "My digits", "")
    drawing.drawing_prepared.connect(panel.set_drawing)
    wait_for_kept(qtbot, panel)
    with qtbot.waitActive(drawing):
        drawing.show()
        drawing.activateWindow()
    with qtbot.waitSignal(drawing.canvas.drawing_changed):
        QTest.mouseClick(drawing.canvas, Qt.MouseButton.LeftButton)
    drawing._pages.show_page(panel)
    panel.labels.buttons[3].click()
    panel.grid.setFocus()
    panel.grid.selectAll()
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert len(panel.digits) == 0
    assert not drawing.canvas.is_empty
    drawing.canvas.setFocus()
    QTest.keyClick(drawing.canvas, Qt.Key.Key_Delete)
    assert drawing.canvas.is_empty
    close_threads(panel)


def test_chosen_digits_are_deleted_and_can_be_brought_back(panel):
    for label in (7, 1, 4):
        take(panel, label)
    assert not panel.delete_button.isEnabled()
    place = laid_out(panel.grid).visualItemRect(panel.grid.item(1)).center()
    QTest.mouseClick(panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
    panel.delete_button.click()
    assert panel.digits.labels.tolist() == [7, 4]
    panel.grid.setFocus()
    panel.grid.setCurrentRow(0)
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert panel.digits.labels.tolist() == [4]
    panel.restore_action.trigger()
    assert sorted(panel.digits.labels.tolist()) == [4, 7]
    assert not panel.restore_action.isEnabled()
