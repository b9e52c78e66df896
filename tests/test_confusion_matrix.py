"""The confusion matrix by mouse and keys: what it says, what it chooses, and what of that can be seen."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFont, QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gui.look.theme import THEMES, applied
from gui.widgets.confusion_matrix import ConfusionMatrix
from gui.widgets.confusion_words import EVERYTHING, HEADING, TOTAL, caption, describe, tooltip
from tests.layout import laid_out
from tests.painted import Painted

EVERY_CELL = [(row, column) for row in range(HEADING, TOTAL + 1) for column in range(HEADING, TOTAL + 1)]


def some_counts():
    counts = np.diag(np.full(10, 90))
    counts[7, 2], counts[3, 5] = 10, 1000
    counts[8] = 0
    return counts


@pytest.fixture
def matrix(qtbot):
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(460, 380)
    matrix.show_counts(some_counts())
    matrix.show()
    laid_out(matrix)
    return matrix


def click(matrix, row, column):
    QTest.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect(row, column).center())


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ((7, 2), "7 read as 2: 10 of 100 (10.0 %)"),
        ((7, 7), "7 read as 7: 90 of 100 (90.0 %)"),
        ((8, 1), "8 read as 1: 0 of 0 (–)"),
        ((7, HEADING), "All images of 7: 90 of 100 (90.0 %) read correctly"),
        ((7, TOTAL), "All images of 7: 90 of 100 (90.0 %) read correctly"),
        ((HEADING, 5), "All answers 5: 90 of 1,090 (8.3 %) correct"),
        ((TOTAL, 8), "All answers 8: 0 of 0 (–) correct"),
        ((TOTAL, TOTAL), "All images: 810 of 1,820 (44.5 %) read correctly"),
    ],
)
def test_cells_are_described_in_words(cell, text):
    assert describe(some_counts(), cell).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("cell", "name"), [((4, TOTAL), "recall"), ((TOTAL, 4), "precision"), (EVERYTHING, "accuracy")]
)
def test_shares_are_named_as_the_field_names_them(cell, name):
    assert f"is called {name}." in tooltip(some_counts(), cell)
    assert "called" not in tooltip(some_counts(), (4, 4))


def test_captions_say_the_order():
    assert caption(some_counts(), (7, 2)).endswith("The most confident mistakes first.")
    assert caption(some_counts(), (7, 7)).endswith("The least confident first.")
    assert caption(some_counts(), (HEADING, 7)).endswith("The hardest first.")
    assert caption(some_counts(), EVERYTHING).startswith("The hardest of all 1,820 images.")


@pytest.mark.parametrize(("width", "height"), [(300, 250), (460, 380), (701, 601)])
def test_cells_lie_side_by_side_and_every_point_belongs_to_one(matrix, width, height):
    matrix.resize(width, height)
    for row, column in EVERY_CELL:
        cell = matrix.cell_rect(row, column)
        assert matrix.rect().contains(cell)
        for corner in (cell.topLeft(), cell.center(), cell.bottomRight()):
            assert matrix.cell_at(corner) == (row, column)
    assert matrix.cell_at(QPoint(0, 0)) == EVERYTHING


@pytest.mark.parametrize(
    ("clicked", "chosen"),
    [
        ((4, 9), (4, 9)),
        ((4, HEADING), (4, HEADING)),
        ((4, TOTAL), (4, HEADING)),
        ((HEADING, 9), (HEADING, 9)),
        ((TOTAL, 9), (HEADING, 9)),
        ((TOTAL, TOTAL), EVERYTHING),
        (EVERYTHING, EVERYTHING),
    ],
)
def test_a_click_chooses_cell_row_or_column(qtbot, matrix, clicked, chosen):
    click(matrix, 0, 0)
    with qtbot.waitSignal(matrix.cell_chosen):
        click(matrix, *clicked)
    assert matrix.chosen == chosen


def test_arrow_keys_go_and_enter_chooses(qtbot, matrix):
    matrix.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Right):
        QTest.keyClick(matrix, key)
    assert matrix.chosen == EVERYTHING
    assert matrix.accessibleDescription().startswith("2 read as 1: 0 of 90 (")
    with qtbot.waitSignal(matrix.cell_chosen):
        QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert matrix.chosen == (2, 1)
    for _ in range(20):
        QTest.keyClick(matrix, Qt.Key.Key_Left)
    QTest.keyClick(matrix, Qt.Key.Key_Space)
    assert matrix.chosen == (2, HEADING)
    for _ in range(20):
        QTest.keyClick(matrix, Qt.Key.Key_Down)
        QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert matrix.accessibleDescription().startswith("All images: 810 of 1,820 (")
    with qtbot.waitSignal(matrix.cell_chosen):
        QTest.keyClick(matrix, Qt.Key.Key_Escape)
    assert matrix.chosen == EVERYTHING


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_what_is_chosen_and_where_the_keyboard_is_can_be_seen(matrix, theme):
    applied.set_theme(theme)

    def colors_round(row, column):
        shown, cell = Painted(matrix), matrix.cell_rect(row, column)
        return {shown.color(x, cell.top() + 0.5) for x in range(cell.left() + 4, cell.right() - 4)}

    click(matrix, 4, 6)
    assert colors_round(4, 6) == {theme.link}
    QTest.keyClick(matrix, Qt.Key.Key_Right)
    assert colors_round(4, 6) == {theme.text}
    assert colors_round(4, 7) == {theme.link}
    matrix.clearFocus()
    assert colors_round(4, 6) == {theme.text}
    assert theme.link not in colors_round(4, 7)
    click(matrix, TOTAL, 2)
    matrix.clearFocus()
    shown, top, bottom = Painted(matrix), matrix.cell_rect(HEADING, 2), matrix.cell_rect(TOTAL, 2)
    ring = {shown.color(top.left() + 0.5, y) for y in range(top.top() + 4, bottom.bottom() - 4)}
    assert ring == {theme.text}


def test_pointing_marks_a_cell_and_leaving_takes_the_mark_away(matrix):
    plain = Painted(matrix)
    QTest.mouseMove(matrix, matrix.cell_rect(5, 3).center())
    assert Painted(matrix) != plain
    QApplication.sendEvent(matrix, QEvent(QEvent.Type.Leave))
    assert Painted(matrix) == plain


def test_the_tooltip_describes_the_cell_under_the_pointer(qtbot, matrix):
    place = matrix.cell_rect(7, 2).center()
    QApplication.sendEvent(matrix, QHelpEvent(QEvent.Type.ToolTip, place, matrix.mapToGlobal(place)))
    assert "7 read as 2: 10 of 100" in QToolTip.text()
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())


def test_counts_that_are_too_wide_are_written_smaller(matrix):
    font = QFont(matrix.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    matrix.setFont(font)
    matrix.resize(460, 380)
    shown, cell = Painted(matrix), matrix.cell_rect(3, 5)
    background = shown.color_at(cell.topLeft() + QPoint(2, 2))
    # Where a logical pixel is 1.25 of the screen's, the gap between two cells reaches into the cell's last one.
    for x in (cell.left() + 2, cell.right() - 2):
        assert {shown.color(x, y) for y in range(cell.top() + 2, cell.bottom() - 1)} == {background}
    inside = {shown.color(x, cell.center().y()) for x in range(cell.left(), cell.right())}
    assert len(inside) > 3


def test_without_counts_there_is_nothing_to_say(matrix):
    matrix.show_counts(None)
    assert matrix.describe(3, 3) == ""
    assert matrix.accessibleDescription() == "Arrow keys go from cell to cell, Enter shows the images of one."
