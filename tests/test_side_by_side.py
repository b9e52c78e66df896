"""Two digits beside each other are noticed; one digit is one, however many strokes it has."""

import numpy as np
import pytest

from core.drawing.side_by_side import count_side_by_side
from tests.pen_strokes import render_pen_strokes

ONE = ((0.5, 0.1), (0.5, 0.9))
FOUR = (((0.2, 0.1), (0.2, 0.5), (0.8, 0.5)), ((0.6, 0.2), (0.6, 0.9)))
FIVE_WITH_A_LOOSE_BAR = (((0.3, 0.1), (0.3, 0.45), (0.6, 0.6), (0.3, 0.9)), ((0.7, 0.1), (0.95, 0.1)))
EQUALS_SIGN = (((0.1, 0.4), (0.9, 0.4)), ((0.1, 0.6), (0.9, 0.6)))


def ink(*strokes, side=200, left=40):
    return render_pen_strokes([np.array(stroke) * side + (left, 40) for stroke in strokes], 22)


def test_blank_paper_shows_no_digit():
    assert count_side_by_side(np.zeros((280, 280), np.uint8)) == 0


@pytest.mark.parametrize("strokes", [(ONE,), FOUR, FIVE_WITH_A_LOOSE_BAR, EQUALS_SIGN, (((0.5, 0.5),),)])
def test_one_digit_is_one_however_many_strokes_it_has(strokes):
    assert count_side_by_side(ink(*strokes)) == 1


def test_digits_beside_each_other_are_counted():
    one, four = ink(ONE, side=110, left=-20), ink(*FOUR, side=110, left=70)
    assert count_side_by_side(np.maximum(one, four)) == 2
    assert count_side_by_side(np.maximum(np.maximum(one, four), ink(ONE, side=120, left=180))) == 3


def test_ink_that_reaches_the_edges_is_counted_too():
    edges = np.zeros((280, 280), np.uint8)
    edges[:, :30] = edges[:, -30:] = 255
    assert count_side_by_side(edges) == 2


def test_a_soft_shadow_between_two_digits_does_not_join_them():
    both = np.maximum(ink(ONE, left=-40), ink(ONE, left=60))
    assert count_side_by_side(np.maximum(both, np.full_like(both, 30))) == 2
