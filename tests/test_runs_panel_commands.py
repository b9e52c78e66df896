"""What can be done with a run in the table is done by mouse and by key, and what cannot says why."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from gui.panels.runs import CHOOSE, IS_LOST, IS_PRESENT, MAKE_AGAIN, NO_RECIPE, RECIPE_NEEDS_NETWORK
from gui.widgets.runs.run_row import Column, cell_text, second_line
from tests.layout import laid_out
from tests.runs_panel import FIRST, FULL, PRESENT, ROWS, SECOND, open_panel

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot, qapp):
    return open_panel(qtbot, qapp)


def center(panel, place, column):
    return laid_out(panel.table).visualRect(panel.runs.index(place, column)).center()


def button(panel, text):
    return next(button for button in panel.findChildren(QToolButton) if button.text() == text)


def test_the_box_asks_for_a_curve_by_mouse_and_by_space(panel):
    asked = []
    panel.curve_toggled.connect(lambda run_id, shown: asked.append((run_id, shown)))
    box = laid_out(panel.table).visualRect(panel.runs.index(1, Column.CURVE))
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=QPoint(box.left() + 10, box.center().y()))
    assert asked == [("id 2", False)]
    panel.table.choose("id 2")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked == [("id 2", False)] * 2
    panel.show_runs((PRESENT, replace(SECOND, color_index=None), FIRST))
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked[2:] == [("id 2", True)]


@pytest.mark.parametrize(("place", "reason"), [(0, "always shown"), (2, FULL)])
def test_a_box_that_cannot_be_checked_is_gray_with_its_reason(panel, place, reason):
    asked = []
    panel.curve_toggled.connect(lambda *values: asked.append(values))
    index = panel.runs.index(place, Column.CURVE)
    assert not index.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert reason in index.data(Qt.ItemDataRole.ToolTipRole)
    box = laid_out(panel.table).visualRect(index)
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=QPoint(box.left() + 10, box.center().y()))
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked == []


def editors(panel):
    return [editor for editor in panel.table.findChildren(QLineEdit) if editor.isVisible()]


def rename(panel, qtbot, text):
    (editor,) = editors(panel)
    editor.selectAll()
    QTest.keyClicks(editor, text)
    with qtbot.waitSignal(panel.table.itemDelegate().closeEditor):
        QTest.keyClick(editor, Qt.Key.Key_Return)


def test_a_name_is_edited_in_place_by_key_and_by_double_click(panel, qtbot):
    asked = []
    panel.renamed.connect(lambda *values: asked.append(values))
    panel.table.choose("id 2")
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    QTest.keyClick(panel.table, Qt.Key.Key_F2)
    rename(panel, qtbot, "  slow   one ")
    qtbot.waitUntil(lambda: asked == [("id 2", "slow one")])
    assert panel.table.hasFocus()
    place = center(panel, 0, Column.NAME)
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=place)
    QTest.mouseDClick(panel.table.viewport(), LEFT, pos=place)
    rename(panel, qtbot, "mine")
    qtbot.waitUntil(lambda: asked[1:] == [("id 3", "mine")])
    QTest.mouseDClick(panel.table.viewport(), LEFT, pos=center(panel, 1, Column.TEST_LOSS))
    assert not editors(panel)


def test_new_rows_leave_the_keyboard_in_the_table_and_lose_no_name(panel, qtbot):
    panel.table.choose("id 2")
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    panel.table.rename()
    (editor,) = editors(panel)
    qtbot.waitUntil(editor.hasFocus)
    editor.setText("typed")
    with qtbot.waitSignal(panel.renamed) as told:
        panel.show_runs(ROWS)
    assert told.args == ["id 2", "typed"]
    assert panel.table.hasFocus()
    assert not editors(panel)


@pytest.mark.parametrize("text", ["", "   ", "Run 2"])
def test_a_name_that_says_nothing_new_is_none(panel, text):
    asked = []
    panel.runs.renamed.connect(lambda *values: asked.append(values))
    panel.runs.setData(panel.runs.index(1, Column.NAME), text)
    assert asked == []


def states(panel):
    actions = (panel.return_action, panel.settings_action, panel.recipe_action, panel.forget_action)
    return ["" if action.isEnabled() else action.toolTip() for action in actions]


def test_what_can_be_done_with_a_run_is_offered_and_what_not_says_why(panel):
    assert all(CHOOSE in state for state in states(panel))
    panel.table.choose("id 3")
    assert IS_PRESENT in states(panel)[0]
    assert all(states(panel))
    panel.table.choose("id 2")
    assert states(panel) == [""] * 4
    lost = replace(SECOND, is_kept=False)
    panel.show_runs((PRESENT, lost))
    assert MAKE_AGAIN in panel.return_action.toolTip()
    assert [RECIPE_NEEDS_NETWORK in state for state in states(panel)] == [False, False, True, False]
    panel.show_runs((PRESENT, replace(SECOND, is_repeatable=False)))
    assert [NO_RECIPE in state for state in states(panel)] == [False, False, True, False]
    panel.show_runs((PRESENT, replace(lost, is_repeatable=False)))
    assert IS_LOST in states(panel)[0]
    assert panel.forget_all_action.isEnabled()
    panel.show_runs((PRESENT,))
    assert not panel.forget_all_action.isEnabled()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Bring back", "return_requested"),
        ("Use its settings", "settings_requested"),
        ("Save recipe…", "recipe_requested"),
        ("Forget", "forget_requested"),
    ],
)
def test_each_button_tells_which_run_is_meant(panel, qtbot, text, name):
    panel.table.choose("id 1")
    with qtbot.waitSignal(getattr(panel, name)) as told:
        QTest.mouseClick(button(panel, text), LEFT)
    assert told.args == ["id 1"]


def test_delete_forgets_the_chosen_run(panel, qtbot):
    panel.table.choose("id 1")
    panel.table.setFocus()
    panel.activateWindow()
    qtbot.waitUntil(panel.table.hasFocus)
    with qtbot.waitSignal(panel.forget_requested) as told:
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert told.args == ["id 1"]


def test_the_tab_key_reaches_the_table_and_every_button_that_works(panel, qtbot):
    panel.table.choose("id 2")
    panel.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    reached = []
    for _ in range(12):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
    texts = {place.text() for place in reached if isinstance(place, QToolButton)}
    of_a_run = {"Bring back", "Use its settings", "Save recipe…", "Star", "Note…", "Forget"}
    assert texts == {*of_a_run, "Forget all", "Export…"}
    assert panel.table in reached


def test_a_run_is_starred_noted_and_shown_with_both(panel, qtbot):
    panel.table.choose("id 2")
    with qtbot.waitSignal(panel.star_toggled) as starred:
        panel.star_action.trigger()
    with qtbot.waitSignal(panel.note_requested) as noted:
        panel.note_action.trigger()
    assert starred.args == noted.args == ["id 2"]
    assert panel.star_action.text() == "Star"
    panel.show_runs([replace(row, note="one\ntwo", is_starred=row.run_id == "id 2") for row in ROWS])
    panel.table.choose("id 2")
    assert panel.star_action.isChecked()
    shown = next(row for row in panel.runs.rows if row.run_id == "id 2")
    assert cell_text(shown, Column.NAME) == f"★ {shown.name}"
    assert second_line(shown, Column.NAME).endswith("“one”")
    index = panel.runs.index(panel.runs.rows.index(shown), Column.NAME)
    assert panel.runs.data(index, Qt.ItemDataRole.EditRole) == shown.name
    assert "two" in panel.runs.data(index, Qt.ItemDataRole.ToolTipRole)


def test_where_runs_are_kept_is_told_once_there_is_a_place(panel, qtbot):
    assert not panel._folder_button.isVisible()
    panel.show_storage("12 MB of 2 GB")
    assert panel._folder_button.isVisible()
    assert "12 MB" in panel._folder_button.toolTip()
    with qtbot.waitSignal(panel.folder_requested):
        panel._folder_button.click()
