"""The table of runs shows what it is given, sorted and marked so that one can compare, and works without a mouse."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from core.history.run_figures import RunFigures
from gui.look.theme import DARK, LIGHT, apply_theme
from gui.panels.runs import CHOOSE, IS_LOST, IS_PRESENT, MAKE_AGAIN, NO_RECIPE, RECIPE_NEEDS_NETWORK, RunsPanel
from gui.widgets.runs.run_row import Column, RunRow, seconds_text
from gui.widgets.runs.run_table_model import CAVEAT

LEFT = Qt.MouseButton.LeftButton
FULL = "All colors are taken."


def figures(updates, train_loss=None, test_loss=None, accuracy=None, best=None, at=None, seconds=1.0):
    return RunFigures(updates, updates / 100, train_loss, test_loss, accuracy, best, at, seconds)


def row(number, figures, **changes):
    made = RunRow(
        run_id=f"id {number}",
        name=f"Run {number}",
        is_present=False,
        place=number,
        hindrance="",
        differences=f"seed {number}",
        settings=f"10 ReLU units · seed {number}",
        figures=figures,
        is_kept=True,
        is_repeatable=True,
    )
    return replace(made, **changes)


PRESENT = row(3, figures(1000, 0.3, 0.4, 0.88, 0.89, 900), is_present=True, place=None, hindrance="always shown")
SECOND = row(2, figures(31_250, 0.2, 0.5, 0.91, 0.91, 31_250, seconds=42.0))
FIRST = row(1, figures(2500, 0.4, 0.3, 0.86, 0.92, 2000), place=None, hindrance=FULL)
ROWS = (PRESENT, SECOND, FIRST)


@pytest.fixture
def panel(qtbot, qapp):
    apply_theme(qapp, LIGHT)
    panel = RunsPanel()
    panel.set_theme(LIGHT)
    qtbot.addWidget(panel)
    panel.resize(860, 500)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_runs(ROWS, ("SGD", "batch 16"), ("seed 1",))
    return panel


def names(panel):
    return [row.name for row in panel.runs.rows]


def cell(panel, place, column, role=Qt.ItemDataRole.DisplayRole):
    return panel.runs.index(place, column).data(role)


def bold(panel):
    """Names of the runs whose figure is bold, by column."""
    found = {}
    for column in list(Column)[2:]:
        for place, shown in enumerate(panel.runs.rows):
            font = cell(panel, place, column, Qt.ItemDataRole.FontRole)
            if font is not None and font.bold():
                found.setdefault(column, []).append(shown.name)
    return found


def click_heading(panel, column):
    header = panel.table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)


def center(panel, place, column):
    return panel.table.visualRect(panel.runs.index(place, column)).center()


def button(panel, text):
    return next(button for button in panel.findChildren(QToolButton) if button.text() == text)


def test_the_line_above_says_once_what_need_not_be_said_of_each(panel):
    assert panel.summary.text() == "Same in all: SGD, batch 16. Where nothing else is said: seed 1."
    panel.show_runs(ROWS, ())
    assert panel.summary.text() == "Same in all: nothing."
    for few in ((), (PRESENT,)):
        panel.show_runs(few, ("SGD",))
        assert "For a second one, press Reset, change a setting" in panel.summary.text()


def test_figures_are_written_and_the_best_is_bold(panel):
    assert [cell(panel, 1, column) for column in Column] == [
        "",
        "Run 2",
        "31,250",
        "0.200",
        "0.500",
        "91.00\u00a0%",
        "91.00\u00a0%",
        "42\u00a0s",
    ]
    assert bold(panel) == {
        Column.TRAIN_LOSS: ["Run 2"],
        Column.TEST_LOSS: ["Run 1"],
        Column.TEST_ACCURACY: ["Run 2"],
        Column.BEST_ACCURACY: ["Run 1"],
    }
    tips = cell(panel, 1, Column.TEST_ACCURACY, Qt.ItemDataRole.ToolTipRole)
    assert CAVEAT in tips
    header = panel.runs.headerData(Column.TEST_ACCURACY, Qt.Orientation.Horizontal, Qt.ItemDataRole.ToolTipRole)
    assert CAVEAT in header
    assert CAVEAT not in cell(panel, 1, Column.SECONDS, Qt.ItemDataRole.ToolTipRole)


def test_figures_that_look_alike_are_equally_good_and_alone_none_is_best(panel):
    alike = replace(FIRST, figures=replace(SECOND.figures, test_accuracy=0.910001, test_loss=float("inf")))
    panel.show_runs((PRESENT, SECOND, alike))
    assert bold(panel)[Column.TEST_ACCURACY] == ["Run 2", "Run 1"]
    panel.show_runs((SECOND, replace(SECOND, run_id="twin")))
    assert bold(panel) == {}
    panel.show_runs((PRESENT,))
    assert bold(panel) == {}


def test_nothing_is_claimed_of_a_run_that_has_not_begun(panel):
    untrained = replace(PRESENT, figures=figures(0, seconds=0.0))
    panel.show_runs((untrained,))
    assert [cell(panel, 0, column) for column in list(Column)[2:]] == ["0", "–", "–", "–", "–", "–"]
    assert not panel.export_action.isEnabled()


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        (Column.NAME, ["Run 1", "Run 2", "Run 3"], ["Run 3", "Run 2", "Run 1"]),
        (Column.TEST_LOSS, ["Run 1", "Run 3", "Run 2"], ["Run 2", "Run 3", "Run 1"]),
        (Column.BEST_ACCURACY, ["Run 1", "Run 2", "Run 3"], ["Run 3", "Run 2", "Run 1"]),
    ],
)
def test_a_click_sorts_a_second_turns_round_and_a_third_brings_the_newest_back(panel, column, first, second):
    newest = ["Run 3", "Run 2", "Run 1"]
    assert names(panel) == newest
    for wanted in (first, second, newest):
        click_heading(panel, column)
        assert names(panel) == wanted


def test_what_is_not_known_is_last_whichever_way(panel):
    unknown = replace(PRESENT, figures=figures(5))
    panel.show_runs((unknown, SECOND, FIRST))
    for _ in range(2):
        click_heading(panel, Column.TEST_LOSS)
        assert names(panel)[-1] == "Run 3"


def test_the_order_and_the_choice_survive_new_rows(panel):
    click_heading(panel, Column.TEST_LOSS)
    panel.table.choose("id 2")
    panel.show_runs((row(4, figures(10, test_loss=0.45)), *ROWS))
    assert names(panel) == ["Run 1", "Run 3", "Run 4", "Run 2"]
    assert panel.table.row.name == "Run 2"
    panel.show_runs((PRESENT, FIRST))
    assert panel.table.row is None


def test_all_runs_can_be_sorted_without_a_mouse(panel):
    menu = panel.context_menu()
    sorting = next(action.menu() for action in menu.actions() if action.menu())
    by_text = {action.text(): action for action in sorting.actions()}
    by_text["test loss"].trigger()
    assert names(panel) == ["Run 1", "Run 3", "Run 2"]
    by_text["newest first"].trigger()
    assert names(panel) == ["Run 3", "Run 2", "Run 1"]
    menu.close()


def test_the_box_asks_for_a_curve_by_mouse_and_by_space(panel):
    asked = []
    panel.curve_toggled.connect(lambda run_id, shown: asked.append((run_id, shown)))
    box = panel.table.visualRect(panel.runs.index(1, Column.CURVE))
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=QPoint(box.left() + 10, box.center().y()))
    assert asked == [("id 2", False)]
    panel.table.choose("id 2")
    panel.table.setFocus()
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked == [("id 2", False)] * 2
    panel.show_runs((PRESENT, replace(SECOND, place=None), FIRST))
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked[2:] == [("id 2", True)]


@pytest.mark.parametrize(("place", "reason"), [(0, "always shown"), (2, FULL)])
def test_a_box_that_cannot_be_checked_is_grey_with_its_reason(panel, place, reason):
    asked = []
    panel.curve_toggled.connect(lambda *values: asked.append(values))
    index = panel.runs.index(place, Column.CURVE)
    assert not index.flags() & Qt.ItemFlag.ItemIsUserCheckable
    assert reason in index.data(Qt.ItemDataRole.ToolTipRole)
    box = panel.table.visualRect(index)
    QTest.mouseClick(panel.table.viewport(), LEFT, pos=QPoint(box.left() + 10, box.center().y()))
    QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert asked == []


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_color_is_that_of_the_curve(panel, qapp, theme):
    apply_theme(qapp, theme)
    panel.set_theme(theme)
    for chosen in ("id 1", "id 2"):
        panel.table.choose(chosen)
        picture = panel.table.viewport().grab().toImage()
        seen = {}
        for place, shown in enumerate(panel.runs.rows):
            area = panel.table.visualRect(panel.runs.index(place, Column.CURVE))
            seen[shown.name] = {
                picture.pixelColor(x, y).name()
                for x in range(area.left() + 20, area.right())
                for y in range(area.top(), area.bottom())
            }
        assert theme.runs[2] in seen["Run 2"]
        assert {theme.train, theme.test} < seen["Run 3"]
        assert not seen["Run 1"] & {*theme.runs, theme.train, theme.test}


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
        ("Bring back", "return_wanted"),
        ("Use its settings", "settings_wanted"),
        ("Save recipe…", "recipe_wanted"),
        ("Forget", "forget_wanted"),
    ],
)
def test_each_button_tells_which_run_is_meant(panel, qtbot, text, name):
    panel.table.choose("id 1")
    with qtbot.waitSignal(getattr(panel, name), timeout=1000) as told:
        QTest.mouseClick(button(panel, text), LEFT)
    assert told.args == ["id 1"]


def test_delete_forgets_the_chosen_run(panel, qtbot):
    panel.table.choose("id 1")
    panel.table.setFocus()
    panel.activateWindow()
    qtbot.waitUntil(panel.table.hasFocus)
    with qtbot.waitSignal(panel.forget_wanted, timeout=1000) as told:
        QTest.keyClick(panel.table, Qt.Key.Key_Delete)
    assert told.args == ["id 1"]


def test_growing_figures_change_the_cells_of_the_present_run_alone(panel, qtbot):
    click_heading(panel, Column.TEST_LOSS)
    changed = []
    panel.runs.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row(), first.column())))
    resets = []
    panel.runs.modelReset.connect(lambda: resets.append(1))
    grown = replace(PRESENT.figures, updates=1200, test_loss=0.31)
    panel.follow_present(lambda: grown)
    qtbot.waitUntil(lambda: bool(changed))
    place = names(panel).index("Run 3")
    assert changed == [(place, place, Column.UPDATES)]
    assert cell(panel, place, Column.UPDATES) == "1,200"
    assert not resets
    panel.follow_present(lambda: replace(grown, test_loss=0.1))
    qtbot.waitUntil(lambda: len(changed) == 2)
    assert changed[1][:2] == (0, 2), "another run is the best now"
    assert bold(panel)[Column.TEST_LOSS] == ["Run 3"]
    assert names(panel) == ["Run 1", "Run 3", "Run 2"], "no row moves while figures grow"


def test_while_hidden_it_computes_nothing(panel, qtbot):
    panel.hide()
    asked = []
    panel.follow_present(lambda: asked.append(1))
    qtbot.wait(300)
    assert not asked
    with qtbot.waitSignal(panel.shown):
        panel.show()


def right_end(panel, column):
    return panel.table.columnViewportPosition(column) + panel.table.columnWidth(column)


def test_narrow_room_hides_what_matters_least_and_clips_nothing(panel, qapp):
    for width in (860, 490):
        panel.resize(width, 420)
        qapp.processEvents()
        shown = [column for column in Column if not panel.table.isColumnHidden(column)]
        assert panel.table.horizontalScrollBar().maximum() == 0
        assert right_end(panel, shown[-1]) >= panel.table.viewport().width() - 2
        header = panel.table.horizontalHeader()
        for column in shown[1:]:
            heading = panel.runs.headerData(column, Qt.Orientation.Horizontal).splitlines()
            widest = max(map(header.fontMetrics().horizontalAdvance, heading))
            assert widest <= panel.table.columnWidth(column), column
        for action_button in panel.findChildren(QToolButton):
            assert action_button.width() >= action_button.sizeHint().width()
    assert Column.SECONDS not in shown
    assert {Column.TEST_ACCURACY, Column.BEST_ACCURACY} < set(shown)
    tip = cell(panel, 1, Column.NAME, Qt.ItemDataRole.ToolTipRole)
    assert "time 42\u00a0s" in tip
    panel.resize(860, 420)
    qapp.processEvents()
    assert not panel.table.isColumnHidden(Column.SECONDS)


def test_what_differs_is_read_in_full(panel, qapp):
    longer = replace(
        SECOND, differences=" · ".join(f"learning rate 0.1 → 0.0{place} at 1,000" for place in range(1, 7))
    )
    panel.resize(490, 420)
    panel.show_runs((PRESENT, longer, FIRST))
    qapp.processEvents()
    assert panel.table.rowHeight(1) > 3 * panel.table.rowHeight(0)


def test_a_screen_reader_tells_runs_figures_and_buttons(panel):
    role = Qt.ItemDataRole.AccessibleTextRole
    assert cell(panel, 1, Column.NAME, role) == "Run 2 seed 2"
    assert cell(panel, 0, Column.NAME, role) == "Run 3 present run · seed 3"
    assert cell(panel, 1, Column.CURVE, role) == "curve of Run 2"
    assert cell(panel, 1, Column.TEST_ACCURACY, role) == "test accuracy 91.00\u00a0%, the best"
    assert cell(panel, 2, Column.BEST_ACCURACY, role) == "best accuracy 92.00\u00a0% at 2,000, the best"
    assert panel.table.accessibleName() == "Runs"


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
    assert texts == {"Bring back", "Use its settings", "Save recipe…", "Forget", "Forget all", "Export…"}
    assert panel.table in reached


def test_durations_are_short():
    assert [seconds_text(seconds).replace("\u00a0", " ") for seconds in (0.123, 9.999, 42.4, 150.0)] == [
        "0.12 s",
        "10.00 s",
        "42 s",
        "2.5 min",
    ]
