"""Ranges widen in jumps, marks stand at round numbers, labels do not overlap."""

from itertools import pairwise

import numpy as np
import pytest

from core.runs.epoch_scale import EpochScale
from gui.widgets.plots.plot_axis import accuracy_ticks, epoch_ticks, log_loss_ticks, loss_ticks, update_ticks
from gui.widgets.plots.plot_ranges import (
    close_up,
    lasting_top,
    log_limits,
    log_ticks,
    pushed_apart,
    round_ticks,
    round_up,
    touching,
    widened,
)


@pytest.mark.parametrize("value", [1e-7, 0.3, 0.99, 1, 1.01, 2.31, 9.99, 10, 7_654_321])
def test_rounding_up_never_goes_below_and_never_far_above(value):
    assert value <= round_up(value) * (1 + 1e-9)
    assert round_up(value) <= 1.34 * value


def test_a_range_stands_still_most_of_the_time():
    limit, jumps = 50.0, 0
    for newest in range(1, 100_000):
        wider = widened(limit, newest, 0.85)
        jumps += wider != limit
        limit = wider
        assert newest <= 0.85 * limit + 1e-6
    assert jumps < 40


def test_a_range_never_goes_further_than_it_need():
    limit, end, limits = 0.0, 31_250 / 0.9, []
    for newest in range(0, 31_251, 50):
        limit = widened(limit, max(newest, 50), 0.9, end)
        limits.append(limit)
    assert sorted(limits) == limits
    assert limits[-1] == max(limits) == end
    # And takes no last little jump on the way there.
    assert sorted(set(limits))[-2] <= 0.81 * end
    assert widened(0.0, 50, 0.9, 4 / 0.9) == 4 / 0.9


def test_a_range_ignores_what_is_not_finite():
    assert widened(3.0, float("nan"), 0.9) == 3.0
    assert widened(3.0, float("inf"), 0.9) == 3.0


@pytest.mark.parametrize(("low", "high"), [(0.02, 2.4), (0.5, 0.5), (0, 1), (1e-9, 1e3)])
def test_logarithmic_limits_hold_the_values_and_are_never_empty(low, high):
    begin, end = log_limits(low, high)
    assert 0 < begin <= max(low, 1e-6) * (1 + 1e-9)
    assert end >= high
    assert end >= 2 * begin


def test_a_spike_makes_no_room_for_itself_but_what_lasts_and_the_start_do():
    x = np.arange(1001.0)
    falling = 0.2 + 2.2 * np.exp(-x / 100)
    assert lasting_top(x, falling) == falling[0]
    spike = np.where((x > 500) & (x < 505), 80, falling)
    assert lasting_top(x, spike) == falling[0]
    hill = np.where((x > 500) & (x < 550), 80, falling)
    assert lasting_top(x, hill) == 80
    # What counts is time, not the number of points: early on the test set is looked at often.
    early = np.array([0.0, 1, 2, 4, 8, 1000])
    assert lasting_top(early, np.array([2.4, 90, 80, 70, 3, 2.3])) == 3
    assert lasting_top(early[:4], np.array([2.4, 90, 80, 70])) == 90
    assert lasting_top(np.array([5.0]), np.array([7.0])) == 7


def test_the_close_up_comes_closer_only_with_room_to_spare_and_leaves_at_once():
    assert close_up(0.93, 0.0) == 0.9
    assert close_up(0.905, 0.8) == 0.8
    assert close_up(0.905, 0.9) == 0.9
    assert close_up(0.85, 0.9) == 0.8
    assert close_up(0.2, 0.9) == 0.0
    assert close_up(-1.0, 0.0) == 0.0


@pytest.mark.parametrize(("low", "high"), [(0, 1), (0.3, 0.31), (-5, 100_000), (0, 1e-5)])
@pytest.mark.parametrize("most", [2, 5, 9])
def test_marks_are_few_round_and_inside(low, high, most):
    step, places = round_ticks(low, high, most)
    assert 1 <= len(places) <= most + 1
    assert f"{step:.0e}"[0] in "125"
    assert all(low - 1e-9 <= place <= high + 1e-9 for place in places)
    np.testing.assert_allclose(np.diff(places), step, rtol=1e-6)


def test_logarithmic_marks_are_few_and_inside():
    for low, high in ((0.01, 10), (1e-6, 1e4), (0.2, 3)):
        for most in (2, 4, 8):
            places = log_ticks(low, high, most)
            assert len(places) <= most
            assert all(low * 0.999 <= place <= high * 1.001 for place in places)


def test_no_mark_is_ever_negative_in_time_or_above_all():
    assert update_ticks(-300, 1000, 5)[0] == (0, "0")
    assert epoch_ticks(EpochScale.steady(938))(-300, 9380, 5)[0] == (0, "0")
    assert max(place for place, _ in accuracy_ticks(0, 1.04, 5)) == pytest.approx(1)


def test_updates_are_marked_in_whole_numbers():
    texts = [text for _, text in update_ticks(0, 3, 8)]
    assert texts == ["0", "1", "2", "3"]
    assert update_ticks(0, 20_000, 4)[1] == (5000, "5,000")


def test_epochs_are_marked_where_they_end():
    ticks = epoch_ticks(EpochScale.steady(938))(0, 20 * 938, 5)
    assert ("5", 5 * 938) in [(text, place) for place, text in ticks]
    assert [text for _, text in epoch_ticks(EpochScale.steady(938))(0, 938, 6)][:3] == ["0", "0.2", "0.4"]


def test_losses_and_accuracies_are_written_plainly():
    assert [text for _, text in loss_ticks(0, 2.5, 5)] == ["0", "0.5", "1.0", "1.5", "2.0", "2.5"]
    assert [text for _, text in log_loss_ticks(-2, 1, 4)] == ["0.01", "0.1", "1", "10"]
    assert [text.replace("\u00a0", " ") for _, text in accuracy_ticks(0, 1.04, 3)] == ["0 %", "50 %", "100 %"]
    assert [text.replace("\u00a0", " ") for _, text in accuracy_ticks(0.98, 1, 2)] == ["98 %", "99 %", "100 %"]


def test_a_narrow_logarithmic_axis_is_marked_too():
    assert len(log_loss_ticks(np.log10(0.21), np.log10(0.29), 5)) >= 2


def test_labels_that_meet_give_way_equally_and_keep_their_order():
    assert pushed_apart([50, 52], 14, 7, 93) == pytest.approx([44, 58])
    assert pushed_apart([52, 50], 14, 7, 93) == pytest.approx([58, 44])
    assert pushed_apart([10, 80], 14, 7, 93) == [10, 80]


def test_labels_far_apart_give_way_each_for_itself():
    assert touching([80, 10], 14) == [[1], [0]]
    assert touching([24, 10, 90], 14) == [[1, 0], [2]]
    assert touching([], 14) == []


@pytest.mark.parametrize("places", [[3, 4], [99, 98], [50, 50, 50], [7], []])
def test_labels_stay_inside_and_apart(places):
    moved = pushed_apart(places, 14, 7, 93)
    assert all(7 - 1e-9 <= place <= 93 + 1e-9 for place in moved)
    assert all(later - earlier >= 14 - 1e-9 for earlier, later in pairwise(sorted(moved)))
