"""The table of runs shows what it is given, sorted and marked so that one can compare, in whatever room it has."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton

from gui.look.theme import THEMES, applied, apply_theme
from gui.widgets.runs.run_row import Column, seconds_text
from gui.widgets.runs.run_table_model import CAVEAT
from tests.layout import laid_out
from tests.painted import Painted
from tests.runs_panel import FIRST, PRESENT, ROWS, SECOND, metrics, open_panel, row

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot, qapp):
    return open_panel(qtbot, qapp)


def names(panel):
    return [row.name for row in panel.runs.rows]


def cell(panel, place, column, role=Qt.ItemDataRole.DisplayRole):
    return panel.runs.index(place, column).data(role)


def bold(panel):
    """Names of the runs whose value is bold, by column."""
    found = {}
    for column in list(Column)[3:]:
        for place, shown in enumerate(panel.runs.rows):
            font = cell(panel, place, column, Qt.ItemDataRole.FontRole)
            if font is not None and font.bold():
                found.setdefault(column, []).append(shown.name)
    return found


def click_heading(panel, column):
    header = laid_out(panel).table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + header.sectionSize(column) // 2, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)


def test_the_line_above_says_once_what_need_not_be_said_of_each(panel):
    assert panel.summary.text() == "Same in all: SGD, batch 16. Where nothing else is said: seed 1."
    panel.show_runs(ROWS, ())
    assert panel.summary.text() == "Same in all: nothing."
    for few in ((), (PRESENT,)):
        panel.show_runs(few, ("SGD",))
        assert "For a second one, press Reset, change a setting" in panel.summary.text()


def test_metrics_are_written_and_the_best_is_bold(panel):
    assert [cell(panel, 1, column) for column in Column] == [
        "",
        "Run 2",
        "60,000 + 10,000",
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


def test_metrics_that_look_alike_are_equally_good_and_alone_none_is_best(panel):
    alike = replace(FIRST, run_metrics=replace(SECOND.run_metrics, test_accuracy=0.910001, test_loss=float("inf")))
    panel.show_runs((PRESENT, SECOND, alike))
    assert bold(panel)[Column.TEST_ACCURACY] == ["Run 2", "Run 1"]
    panel.show_runs((SECOND, replace(SECOND, run_id="twin")))
    assert bold(panel) == {}
    panel.show_runs((PRESENT,))
    assert bold(panel) == {}


def test_nothing_is_claimed_of_a_run_that_has_not_begun(panel):
    untrained = replace(PRESENT, run_metrics=metrics(0, seconds=0.0))
    panel.show_runs((untrained,))
    assert [cell(panel, 0, column) for column in list(Column)[3:]] == ["0", "–", "–", "–", "–", "–"]
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
    unknown = replace(PRESENT, run_metrics=metrics(5))
    panel.show_runs((unknown, SECOND, FIRST))
    for _ in range(2):
        click_heading(panel, Column.TEST_LOSS)
        assert names(panel)[-1] == "Run 3"


def test_the_order_and_the_choice_survive_new_rows(panel):
    click_heading(panel, Column.TEST_LOSS)
    panel.table.choose("id 2")
    panel.show_runs((row(4, metrics(10, test_loss=0.45)), *ROWS))
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


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_the_color_is_that_of_the_curve(panel, qapp, theme):
    apply_theme(qapp, theme)
    applied.set_theme(theme)
    for chosen in ("id 1", "id 2"):
        panel.table.choose(chosen)
        shown_table = Painted(panel.table.viewport())
        seen = {}
        for place, shown in enumerate(panel.runs.rows):
            area = panel.table.visualRect(panel.runs.index(place, Column.CURVE))
            seen[shown.name] = {
                shown_table.color(x + 0.5, y + 0.5)
                for x in range(area.left() + 20, area.right())
                for y in range(area.top(), area.bottom())
            }
        assert theme.runs[2] in seen["Run 2"]
        assert {theme.train, theme.test} < seen["Run 3"]
        assert not seen["Run 1"] & {*theme.runs, theme.train, theme.test}


def test_growing_metrics_change_the_cells_of_the_present_run_alone(panel, qtbot):
    click_heading(panel, Column.TEST_LOSS)
    changed = []
    panel.runs.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row(), first.column())))
    resets = []
    panel.runs.modelReset.connect(lambda: resets.append(1))
    grown = replace(PRESENT.run_metrics, updates=1200, test_loss=0.31)
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
    assert names(panel) == ["Run 1", "Run 3", "Run 2"], "no row moves while values grow"


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


def test_in_narrow_room_what_matters_least_is_scrolled_to_and_nothing_is_clipped(panel):
    shown = [column for column in Column if column is not Column.DATA]
    for width in (860, 490):
        panel.resize(width, 420)
        laid_out(panel)
        bar, header = panel.table.horizontalScrollBar(), panel.table.horizontalHeader()
        assert (bar.maximum() > 0) == (width == 490)
        for column in shown[1:]:
            heading = panel.runs.headerData(column, Qt.Orientation.Horizontal).splitlines()
            widest = max(map(header.fontMetrics().horizontalAdvance, heading))
            # That of the names wraps.
            assert column is Column.NAME or widest <= panel.table.columnWidth(column), column
        for action_button in panel.findChildren(QToolButton):
            assert action_button.width() >= action_button.sizeHint().width()
    assert right_end(panel, Column.TEST_ACCURACY) <= panel.table.viewport().width()
    bar.setValue(bar.maximum())
    assert right_end(panel, Column.SECONDS) <= panel.table.viewport().width()
    assert panel.table.columnViewportPosition(Column.TRAIN_LOSS) >= 0


def test_the_heading_of_the_names_wraps_where_it_is_narrow(panel):
    panel.resize(490, 420)
    laid_out(panel)
    header = panel.table.horizontalHeader()
    heading, flags = (
        panel.runs.headerData(Column.NAME, Qt.Orientation.Horizontal, role)
        for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole)
    )
    padding = 6
    room = QRect(0, 0, header.sectionSize(Column.NAME) - 2 * padding, 1000)
    written = header.fontMetrics().boundingRect(room, int(flags), heading)
    assert written.width() <= room.width()
    assert written.height() <= header.height()


def test_what_differs_is_read_in_full(panel):
    longer = replace(
        SECOND, differences=" · ".join(f"learning rate 0.1 → 0.0{place} at 1,000" for place in range(1, 7))
    )
    panel.resize(490, 420)
    panel.show_runs((PRESENT, longer, FIRST))
    laid_out(panel)
    assert panel.table.rowHeight(1) > 3 * panel.table.rowHeight(0)


def test_a_screen_reader_tells_runs_metrics_and_buttons(panel):
    role = Qt.ItemDataRole.AccessibleTextRole
    assert cell(panel, 1, Column.NAME, role) == "Run 2 seed 2"
    assert cell(panel, 0, Column.NAME, role) == "Run 3 present run · seed 3"
    assert cell(panel, 1, Column.CURVE, role) == "curve of Run 2"
    assert cell(panel, 1, Column.TEST_ACCURACY, role) == "test accuracy 91.00\u00a0%, the best"
    assert cell(panel, 2, Column.BEST_ACCURACY, role) == "best accuracy 92.00\u00a0% at 2,000, the best"
    assert panel.table.accessibleName() == "Runs"


def test_durations_are_short():
    assert [seconds_text(seconds).replace("\u00a0", " ") for seconds in (0.123, 9.999, 42.4, 150.0)] == [
        "0.12 s",
        "10.00 s",
        "42 s",
        "2.5 min",
    ]


def test_the_best_metrics_are_never_cut_off_however_they_grow(panel):
    """A value that becomes the best while its run trains is bold, and so wider than what stood there before."""
    panel.runs.show_metrics(metrics(1001, 0.00008888, 0.00008888, 0.88, 0.89, 900))
    table = panel.table
    for column in list(Column)[Column.UPDATES :]:
        if table.isColumnHidden(column):
            continue
        for place in range(3):
            font = QFont(table.font())
            font.setBold(bool(cell(panel, place, column, Qt.ItemDataRole.FontRole)))
            needed = QFontMetrics(font).horizontalAdvance(cell(panel, place, column))
            assert table.columnWidth(column) >= needed + 14, (column, place)
    assert panel.runs.rows[0].is_present
    assert Column.TRAIN_LOSS in bold(panel)


@pytest.mark.parametrize("size", [8.55, 9, 9.5, 10, 11, 12, 13.5, 14, 16.5])
def test_a_value_that_fills_its_column_to_the_pixel_is_not_cut(panel, size):
    """Advances are fractions of a pixel, and text is cut where it lacks one."""
    table = panel.table
    font = QFont(table.font())
    font.setPointSizeF(size)
    table.setFont(font)
    panel.runs.show_metrics(metrics(12345, 0.0586, 0.0586, 0.9826, 0.9826, 900))
    laid_out(panel)
    font.setBold(True)
    for column in list(Column)[Column.UPDATES :]:
        text, room = cell(panel, 0, column), table.columnWidth(column) - 14
        elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
        assert table.isColumnHidden(column) or elided == text
