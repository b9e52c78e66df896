"""Bars of ten or of five hundred units: each where it can be pointed at, as long as its value."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.look.theme import LIGHT
from gui.widgets.weights.unit_bars import UnitBars
from tests.layout import laid_out
from tests.painted import Painted


@pytest.fixture
def bars(qtbot):
    widget = UnitBars("hidden units")
    qtbot.addWidget(widget)
    widget.resize(280, 100)
    widget.show()
    return laid_out(widget)


@pytest.mark.parametrize("units", [1, 10, 70, 128, 512])
def test_every_unit_has_a_place_of_its_own(bars, units):
    bars.show_values(np.linspace(0, 1, units))
    for unit in range(units):
        center = bars._cell(unit).center()
        assert bars.rect().contains(center.toPoint())
        assert bars.unit_at(center.x(), center.y()) == unit


def test_clicking_a_bar_chooses_its_unit(bars, qtbot):
    bars.show_values(np.arange(10.0))
    with qtbot.waitSignal(bars.unit_clicked) as chosen:
        QTest.mouseClick(bars, Qt.MouseButton.LeftButton, pos=bars._cell(7).center().toPoint())
    assert chosen.args == [7]


def test_keys_choose_a_unit_and_tell_its_value(bars, qtbot):
    bars.show_values(np.arange(10.0))
    bars.setFocus()
    for _ in range(2):
        QTest.keyClick(bars, Qt.Key.Key_Right)
    assert bars.accessibleDescription() == "unit 2: 2.00"
    with qtbot.waitSignal(bars.unit_clicked) as chosen:
        QTest.keyClick(bars, Qt.Key.Key_Return)
    assert chosen.args == [2]


def column(bars, unit):
    cell = bars._cell(unit)
    return Painted(bars).column(cell.center().x())[int(cell.top()) : int(cell.bottom())]


def test_bars_are_as_long_as_their_values(bars):
    bars.show_values([0.0, 1.0, 2.0])
    assert bars.limit == 2
    lengths = [column(bars, unit).count(LIGHT.accent) for unit in range(3)]
    assert lengths[0] == 0
    assert lengths[2] == pytest.approx(2 * lengths[1], abs=2)
    assert lengths[2] > 30


def test_signed_bars_go_both_ways_in_two_colors(bars):
    bars.show_values([-1.0, 1.0], signed=True)
    down, up = column(bars, 0), column(bars, 1)
    assert down.count(LIGHT.negative) > 15
    assert up.count(LIGHT.positive) > 15
    assert down.index(LIGHT.negative) > up.index(LIGHT.positive)


@pytest.mark.parametrize("width", [280, 700])
def test_the_scale_is_written_where_the_bars_end(bars, width):
    bars.resize(width, 100)
    bars.show_values(np.arange(-4.0, 6.0), signed=True)
    shown = Painted(bars)
    paper = shown.color(bars.width() - 1, 0)
    lines = [shown.row(y) for y in range(bars.fontMetrics().height())]
    inked = [x for x in range(bars.width()) if any(line[x] != paper for line in lines)]
    end = bars._cell(9).right()
    assert end - 12 < max(inked) <= end


def test_the_scale_stays_while_values_change_a_little_and_follows_when_they_change_much(bars):
    limits = []
    for largest in (1.7, 1.9, 1.1, 2.1, 4.9, 0.5):
        bars.show_values([0.2, largest])
        limits.append(bars.limit)
    assert limits == [2, 2, 2, 5, 5, 0.5]


def test_what_is_not_finite_gets_no_bar(bars):
    bars.show_values([np.nan, np.inf, 1.0])
    assert bars.limit == 1
    assert column(bars, 0).count(LIGHT.accent) == 0
    assert column(bars, 1).count(LIGHT.accent) == 0
    assert bars.unit_at(-5, 50) is None


@pytest.mark.parametrize("units", [64, 512])
def test_among_many_units_the_one_that_is_active_stands_out_in_its_own_place(bars, units):
    values = np.zeros(units)
    values[37] = 1.0
    bars.show_values(values)
    cell = bars._cell(37)
    colored = Painted(bars).places(LIGHT.accent)
    assert len(colored) > 10
    assert all(cell.contains(place) for place in colored)
