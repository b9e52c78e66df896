"""A wrong label is corrected in the list, and what Undo brings back to the canvas leaves the list."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.data.kept_digits import load_kept_digits
from gui.main_window import MainWindow
from gui.session.task_slot import close_threads
from tests.layout import laid_out
from tests.my_digits import add_panel, take, wait_for_kept
from tests.small_data import small_pair


@pytest.fixture
def panel(qtbot):
    panel = add_panel(qtbot)
    take(panel, 7)
    take(panel, 1, arm=20)
    return panel


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    wait_for_kept(qtbot, window.my_digits)
    yield window
    window.close()


def draw(qtbot, window, *strokes):
    """Draw upright strokes at these places, each of the width of the canvas between 0 and 1."""
    canvas = window.drawing.canvas
    for place in strokes:
        x = round(place * canvas.width())
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, canvas.height() // 4))
        QTest.mouseMove(canvas, QPoint(x, canvas.height() * 3 // 4))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(x, canvas.height() * 3 // 4))
    qtbot.waitUntil(lambda: window.my_digits.labels.buttons[1].isEnabled())


def labels(window):
    return window.my_digits.digits.labels.tolist()


def press_label(qtbot, window, label):
    qtbot.mouseClick(window.my_digits.labels.buttons[label], Qt.MouseButton.LeftButton)


def test_a_wrong_label_is_corrected_by_the_menu_and_by_its_number(qtbot, panel):
    assert not panel.relabel_button.isEnabled()
    assert "First choose some" in panel.relabel_button.toolTip()
    panel.grid.item(0).setSelected(True)
    panel.relabel_button.menu().actions()[4].trigger()
    assert panel.digits.labels.tolist() == [4, 1]
    assert panel.grid.item(0).text() == "4"
    panel.grid.setFocus()
    panel.grid.item(1).setSelected(True)
    qtbot.keyClick(panel.grid, Qt.Key.Key_9)
    assert panel.digits.labels.tolist() == [4, 9]
    close_threads(panel)
    assert load_kept_digits()[0].labels.tolist() == [4, 9]


def test_a_number_without_a_choice_changes_nothing(qtbot, panel):
    panel.grid.setFocus()
    qtbot.keyClick(panel.grid, Qt.Key.Key_9)
    assert panel.digits.labels.tolist() == [7, 1]


def test_undo_takes_the_digit_out_of_the_list_and_redo_puts_it_back(qtbot, window):
    draw(qtbot, window, 0.5)
    press_label(qtbot, window, 7)
    qtbot.waitUntil(lambda: not window.my_digits.labels.buttons[1].isEnabled())
    assert labels(window) == [7]
    window.drawing.undo_action.trigger()
    qtbot.waitUntil(lambda: labels(window) == [])
    assert window.my_digits.labels.buttons[1].isEnabled()
    window.drawing.redo_action.trigger()
    qtbot.waitUntil(lambda: labels(window) == [7])
    window.drawing.undo_action.trigger()
    qtbot.waitUntil(lambda: labels(window) == [])
    press_label(qtbot, window, 1)
    assert labels(window) == [1]


def wait_until_told(qtbot, window):
    """Wait for the canvas to tell of a change, which it does once a frame."""
    qtbot.waitUntil(lambda: not window.drawing.canvas._telling.isActive())


def test_undo_goes_back_through_several_digits(qtbot, window):
    for label, strokes in ((1, (0.5,)), (4, (0.35, 0.65))):
        draw(qtbot, window, *strokes)
        press_label(qtbot, window, label)
        qtbot.waitUntil(lambda: not window.my_digits.labels.buttons[1].isEnabled())
    assert labels(window) == [1, 4]
    seen = []
    while window.drawing.undo_action.isEnabled():
        window.drawing.undo_action.trigger()
        wait_until_told(qtbot, window)
        if not seen or labels(window) != seen[-1]:
            seen.append(labels(window))
    assert seen == [[1], []]
    while window.drawing.redo_action.isEnabled():
        window.drawing.redo_action.trigger()
        wait_until_told(qtbot, window)
    assert labels(window) == [1, 4]


def test_undo_of_a_stroke_leaves_the_list_alone(qtbot, window):
    draw(qtbot, window, 0.5)
    press_label(qtbot, window, 1)
    qtbot.waitUntil(lambda: not window.my_digits.labels.buttons[1].isEnabled())
    draw(qtbot, window, 0.3, 0.6)
    window.drawing.undo_action.trigger()
    window.drawing.undo_action.trigger()
    qtbot.waitUntil(lambda: not window.my_digits.labels.buttons[1].isEnabled())
    assert labels(window) == [1]
