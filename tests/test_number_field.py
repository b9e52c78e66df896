"""A field for numbers: what is typed is the user's until it is settled."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.widgets.fields.number_field import NumberField
from tests.layout import laid_out


@pytest.fixture
def field(qtbot):
    field = NumberField(-10, 10, (0.1, 0.5, 1.0))
    qtbot.addWidget(field)
    field.show_value(0.1)
    field.show()
    return field


@pytest.mark.parametrize("shown", [0.1, 0.7])
def test_a_number_that_is_shown_meanwhile_takes_no_digit_from_what_is_typed(field, qtbot, shown):
    field.selectAll()
    QTest.keyClicks(field, "0.")
    field.show_value(shown)
    with qtbot.waitSignal(field.edited) as settled:
        QTest.keyClicks(field, "25")
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert settled.args == [0.25]


@pytest.mark.parametrize("typed", ["0.25", "0.250", "0.1", ""])
def test_once_it_is_settled_numbers_are_shown_again(field, typed):
    field.selectAll()
    QTest.keyClicks(field, typed)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.clearFocus()
    field.show_value(0.7)
    assert field.text() == "0.7"


def test_the_widest_number_has_room_in_any_size_of_text(qtbot):
    field = NumberField(-3e38, 3e38, (-1.0, 1.0), "-0.888888")
    qtbot.addWidget(field)
    for points in (9, 18):
        font = field.font()
        font.setPointSizeF(points)
        field.setFont(font)
        field.resize(field.sizeHint())
        field.show_value(-0.241055)
        laid_out(field)
        assert field.lineEdit().width() >= field.fontMetrics().horizontalAdvance("-0.241055") + 4
