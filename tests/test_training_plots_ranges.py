"""The axes of the plots hold what matters and stand still while the run grows."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest

from core.runs.epoch_scale import EpochScale
from gui.panels.training_plots import TrainingPlotsPanel
from tests.layout import laid_out
from tests.training_plots import drag, open_plots, part_of, place_of, run_of, view, wheel


@pytest.fixture
def panel(qtbot):
    return open_plots(qtbot)


def test_every_value_lies_in_view_and_no_axis_is_negative(panel):
    whole = run_of(3000)
    for count in (1, 2, 40, 300, 3000):
        panel.show_metrics(part_of(whole, count))
        first, last = panel.plots.time_range
        assert last >= count
        assert -0.02 * last < first <= 0
        for measure, tests in (("loss", whole.test_loss), ("accuracy", whole.test_accuracy)):
            bottom, top = view(panel, measure).viewRange()[1]
            assert bottom == 0
            assert tests.max() <= top
    assert view(panel, "accuracy").viewRange()[1][1] == pytest.approx(1.04)


def test_ranges_stand_still_while_the_run_grows(panel):
    whole, changes = run_of(6000), []
    view(panel).sigRangeChanged.connect(lambda *_: changes.append(1))
    for count in range(500, 6000, 20):
        panel.show_metrics(part_of(whole, count))
    assert 0 < len(changes) < 30


@pytest.mark.parametrize("total", [1, 4, 60, 500, 3000, 31_250])
def test_the_time_axis_ends_with_the_run_and_leaves_room_for_the_labels(panel, total):
    whole = run_of(total, every=max(1, total // 20))
    panel.set_plan(EpochScale.steady(100), total)
    ends = []
    for count in np.unique(np.linspace(1, total, 60).astype(int)):
        panel.show_metrics(part_of(whole, int(count)))
        ends.append(panel.plots.time_range[1])
    assert ends == sorted(ends)
    assert len(set(ends)) < 25
    plot = panel.plots.plots["loss"]
    end = plot.view.mapViewToScene(QPointF(total, 1)).x() - plot.view.sceneBoundingRect().left()
    room = plot.view.rect().width() - end
    assert plot.label_width() - 0.01 <= room <= plot.label_width() + 20


def test_the_time_axis_goes_on_when_the_run_is_to_be_longer(panel):
    whole = run_of(2000)
    panel.set_plan(EpochScale.steady(100), 1000)
    panel.show_metrics(part_of(whole, 1000))
    short = panel.plots.time_range[1]
    panel.set_plan(EpochScale.steady(50), 2000)
    panel.show_metrics(whole)
    assert short < 1300
    assert 2000 < panel.plots.time_range[1] < 2600
    QTest.mouseClick(panel.time_unit.button(1), Qt.MouseButton.LeftButton)
    axis = panel.plots.time_axis
    assert axis.tickStrings(axis.tick_places(), 1, 1)[-1] == "40"


def test_no_mark_of_time_is_written_into_the_name_of_the_axis(panel):
    panel.set_plan(EpochScale.steady(100), 100_000)
    panel.show_metrics(run_of(100_000))
    wheel(panel, place_of(panel, 50_000), 12)
    axis, metrics, start, written = panel.plots.time_axis, QFontMetricsF(panel.font()), place_of(panel, 50_000), 0
    for _ in range(40):
        drag(panel, start, start + QPoint(-7, 0))
        (first, last), width = panel.plots.time_range, axis.geometry().width()
        places = axis.tick_places()
        for place, text in zip(places, axis.tickStrings(places, 1, 1), strict=True):
            left = (place - first) / (last - first) * width - metrics.horizontalAdvance(text) / 2
            assert not text or left >= -4
            written += bool(text)
    assert written > 100


def test_a_logarithmic_loss_axis_holds_all_losses_and_stays_automatic(panel):
    whole = run_of(5000)
    panel.show_metrics(part_of(whole, 200))
    QTest.mouseClick(panel.loss_scale.button(1), Qt.MouseButton.LeftButton)
    for count in (200, 1000, 5000):
        panel.show_metrics(part_of(whole, count))
        bottom, top = view(panel).viewRange()[1]
        assert bottom <= np.log10(whole.test_loss[: count // 100].min())
        assert top >= np.log10(2.3)
    assert panel.plots.following
    QTest.mouseClick(panel.loss_scale.button(0), Qt.MouseButton.LeftButton)
    assert view(panel).viewRange()[1][0] == 0


def test_the_loss_axis_follows_trend_and_tests_and_not_the_noise_of_single_batches(panel):
    whole = run_of(6000)
    noisy = whole.batch_loss.copy()
    noisy[1000::7] += 40 * np.random.default_rng(3).random(len(noisy[1000::7])) ** 40
    panel.show_metrics(replace(whole, batch_loss=noisy))
    top = view(panel).viewRange()[1][1]
    assert noisy.max() > 10
    assert whole.test_loss.max() < top < 1.4 * whole.test_loss.max()


def test_the_loss_axis_only_widens_while_a_run_goes_on(panel):
    whole, tops = run_of(6000), []
    loss = (whole.batch_loss * np.linspace(1, 60, 6000)).astype(np.float32)
    whole = replace(whole, batch_loss=loss)
    for count in range(20, 6000, 20):
        panel.show_metrics(part_of(whole, count))
        tops.append(view(panel).viewRange()[1][1])
    assert tops == sorted(tops)
    assert 1 < len(set(tops)) < 12


def test_a_loss_that_shoots_up_for_a_moment_is_cut_off_unless_the_axis_is_logarithmic(panel):
    whole = run_of(6000)
    tests = whole.test_loss.copy()
    # One look at the test set of sixty, on lines that go up to it and come down at once.
    tests[:3] = 2.4, 500, 2.2
    updates = whole.test_updates.copy()
    updates[1:3] = 2, 4
    panel.show_metrics(replace(whole, test_updates=updates, test_loss=tests))
    assert 2.4 < view(panel).viewRange()[1][1] < 4
    QTest.mouseClick(panel.loss_scale.button(1), Qt.MouseButton.LeftButton)
    assert 10 ** view(panel).viewRange()[1][1] >= 500


def test_what_a_run_that_went_back_has_lost_makes_no_room_for_itself(panel):
    whole = run_of(3000)
    loss = whole.batch_loss.copy()
    loss[2900:] = np.linspace(1, 900, 100)
    panel.show_metrics(replace(whole, batch_loss=loss))
    assert view(panel).viewRange()[1][1] > 4
    panel.show_metrics(part_of(whole, 2850))
    assert view(panel).viewRange()[1][1] < 3


def test_close_up_leaves_out_only_what_was_early(panel):
    whole = run_of(8000)
    panel.show_metrics(whole)
    full = view(panel).viewRange()[1][1]
    QTest.mouseClick(panel.measure_range.button(1), Qt.MouseButton.LeftButton)
    bottom, top = view(panel, "accuracy").viewRange()[1]
    assert 0.5 <= bottom < 0.9
    assert top > 1
    later = whole.test_loss[whole.test_updates >= 800]
    assert later.max() < view(panel).viewRange()[1][1] < full / 2
    assert view(panel).viewRange()[1][0] == 0
    QTest.mouseClick(panel.loss_scale.button(1), Qt.MouseButton.LeftButton)
    low, high = (10**end for end in view(panel).viewRange()[1])
    assert 0.05 < low <= later.min()
    assert later.max() <= high < full / 2
    QTest.mouseClick(panel.measure_range.button(0), Qt.MouseButton.LeftButton)
    assert 10 ** view(panel).viewRange()[1][1] > whole.test_loss.max()


def test_close_up_moves_seldom_while_the_run_grows(panel):
    whole, ranges = run_of(8000), []
    QTest.mouseClick(panel.measure_range.button(1), Qt.MouseButton.LeftButton)
    for count in range(20, 8000, 20):
        panel.show_metrics(part_of(whole, count))
        ranges.append(tuple(tuple(view(panel, measure).viewRange()[1]) for measure in ("loss", "accuracy")))
    assert len(set(ranges)) < 12
    # None comes back to where it was before.
    assert len(set(ranges)) == 1 + sum(one != other for one, other in pairwise(ranges))


def test_time_is_numbered_in_updates_or_epochs(panel):
    panel.show_metrics(run_of(3000))
    by_update = panel.plots.time_axis.tick_places()
    QTest.mouseClick(panel.time_unit.button(1), Qt.MouseButton.LeftButton)
    laid_out(panel)
    axis = panel.plots.time_axis
    places = axis.tick_places()
    assert axis.tickStrings(places, 1, 1)[:2] == ["0", "5"]
    assert places[1] == pytest.approx(500)
    assert by_update != []


def test_the_default_range_shows_the_start_first_and_then_where_curves_can_be_told_apart(qtbot):
    panel = TrainingPlotsPanel()
    qtbot.addWidget(panel)
    panel.resize(640, 420)
    panel.show()
    laid_out(panel)
    panel.set_run("Run 1", EpochScale.steady(1000))
    whole = run_of(9000)
    panel.show_metrics(part_of(whole, 900))
    assert view(panel).viewRange()[1][1] > whole.test_loss.max()
    assert view(panel, "accuracy").viewRange()[1][0] == 0
    panel.show_metrics(whole)
    assert view(panel).viewRange()[1][1] < whole.test_loss.max() / 2
    assert view(panel, "accuracy").viewRange()[1][0] >= 0.5


def test_a_loss_far_above_guessing_is_written_at_the_top(panel):
    metrics = run_of(3000)
    panel.show_metrics(replace(metrics, test_loss=np.linspace(2.3, 60, len(metrics.test_loss), dtype=np.float32)))
    plot = panel.plots.plots["loss"]
    assert plot.view.viewRange()[1][1] < 7
    texts = [text for _, _, text in plot.overlay._places_of_labels()]
    assert "↑ 60.0" in texts
