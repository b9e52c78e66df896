"""A table of numbers in a narrow column keeps its numbers in view; names give way."""

import pytest
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QStyleOptionViewItem

from gui.widgets.compact_table import CompactTable
from tests.layout import laid_out


@pytest.fixture
def table(qtbot):
    model = QStandardItemModel(0, 3)
    table = CompactTable(model)
    qtbot.addWidget(table)
    model.setHorizontalHeaderLabels(["term", "factor", "product"])
    for number in ("0.0445", "−0.000238", "−8.90e−7") * 20:
        model.appendRow([QStandardItem(text) for text in ("−rate · mean gradient / √mean square", number, number)])
    table.resize(700, 200)
    table.show()
    table.fit_columns()
    return laid_out(table)


def right_end(table):
    return table.columnViewportPosition(2) + table.columnWidth(2)


def test_names_give_way_to_numbers_and_come_back(table):
    wide = [table.columnWidth(column) for column in range(2)]
    assert wide[0] >= table.fontMetrics().horizontalAdvance("−rate · mean gradient / √mean square")
    table.resize(260, 200)
    laid_out(table)
    assert table.columnWidth(0) < wide[0]
    assert table.columnWidth(1) == wide[1]
    assert right_end(table) <= table.viewport().width()
    assert not table.horizontalScrollBar().isVisible()
    table.resize(700, 200)
    laid_out(table)
    assert [table.columnWidth(column) for column in range(2)] == wide


def test_some_of_a_name_stays_in_the_narrowest_column(table):
    table.resize(90, 200)
    laid_out(table)
    assert table.columnWidth(0) >= 8 * table.fontMetrics().averageCharWidth()


def test_of_places_the_numbers_stay_where_there_is_no_room_for_their_names(qtbot):
    model = QStandardItemModel(0, 4)
    table = CompactTable(model)
    qtbot.addWidget(table)
    model.setHorizontalHeaderLabels(["place", "z₂", "won", "product"])
    for column in range(4):
        texts = (f"map 3, row 10, column {column}", "−0.04023", "1.00", "−0.04023")
        model.appendRow([QStandardItem(text) for text in texts])
    table.resize(600, 200)
    table.show()
    laid_out(table)
    assert shown_name(table) == "map 3, row 10, column 0"
    needed = sum(table.columnWidth(column) for column in (1, 2)) + 9 * table.fontMetrics().averageCharWidth()
    table.resize(needed + 100, 200)
    laid_out(table)
    assert shown_name(table) == "3, 10, 0"
    assert table.columnWidth(0) >= table.fontMetrics().horizontalAdvance("3, 10, 0")
    assert model.item(0, 0).text() == "map 3, row 10, column 0"


def shown_name(table):
    """Return the text that the first cell is drawn with."""
    option = QStyleOptionViewItem()
    table.initViewItemOption(option)
    option.rect = table.visualRect(table.model().index(0, 0))
    table.itemDelegateForColumn(0).initStyleOption(option, table.model().index(0, 0))
    return option.text


def test_a_table_without_headings_yet_can_be_shown(qtbot):
    table = CompactTable(QStandardItemModel(0, 4))
    qtbot.addWidget(table)
    table.show()
    laid_out(table)
    table.resize(120, 80)
    laid_out(table)
    assert table.columnWidth(0) > 0


def test_numbers_to_be_compared_stand_side_by_side_at_the_right(qtbot):
    model = QStandardItemModel(0, 3)
    table = CompactTable(model, compares=True)
    qtbot.addWidget(table)
    model.setHorizontalHeaderLabels(["", "nudged", "backprop"])
    for _ in range(40):
        model.appendRow([QStandardItem(text) for text in ("W₁[783, 9]", "0.0445", "−0.0445")])
    table.resize(700, 200)
    table.show()
    laid_out(table)
    table.fit_columns()
    widest = table.fontMetrics().horizontalAdvance("backprop")
    for width in (700, 200):
        table.resize(width, 200)
        laid_out(table)
        assert table.columnWidth(0) >= table.fontMetrics().horizontalAdvance("W₁[783, 9]")
        assert max(table.columnWidth(1), table.columnWidth(2)) < 2 * widest
        assert 0 <= table.viewport().width() - right_end(table) < 20
