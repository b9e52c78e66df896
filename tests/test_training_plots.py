"""The plots follow a run, answer the mouse, and come back; what is seen is what the metrics say."""

import csv
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QTextDocument, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from core.runs.epoch_scale import EpochScale
from core.runs.run_history import COLORS
from core.training.metrics import Metrics
from gui.files.plots_export import EXPORT_FILTER
from gui.look.formatting import number
from gui.look.theme import LIGHT, THEMES
from gui.panels.training_plots import TrainingPlotsPanel
from gui.session.run_curves import RunCurves
from gui.session.task_slot import close_threads
from gui.widgets.plots.hover_table import HoverTable
from gui.widgets.plots.measure_plot import PastCurves
from tests.layout import laid_out
from tests.painted import Painted


def run_of(count, every=100, seed=0):
    rng, updates = np.random.default_rng(seed), np.arange(1, count + 1)
    loss = (0.3 + 2 * np.exp(-updates / 400)) * np.exp(rng.normal(size=count) * 0.2)
    tests = np.arange(0, count + 1, every)
    test_loss = 0.3 + 2 * np.exp(-tests / 400)
    accuracy = np.clip(1 - loss / 3, 0, 1)
    return Metrics(
        loss.astype(np.float32),
        accuracy.astype(np.float32),
        tests.astype(np.int64),
        test_loss.astype(np.float32),
        (1 - test_loss / 3).astype(np.float32),
    )


def past_run(name, count, updates_per_epoch, color_index, times=1.0):
    """A past run whose test loss is so many times what it usually is."""
    curves, metrics = RunCurves(EpochScale.steady(updates_per_epoch)), run_of(count, seed=1)
    curves.follow(replace(metrics, test_loss=metrics.test_loss * np.float32(times)))
    return PastCurves(name, color_index, curves)


def part_of(metrics, count):
    tests = int(np.searchsorted(metrics.test_updates, count, side="right"))
    return Metrics(
        metrics.batch_loss[:count],
        metrics.batch_accuracy[:count],
        metrics.test_updates[:tests],
        metrics.test_loss[:tests],
        metrics.test_accuracy[:tests],
    )


@pytest.fixture
def panel(qtbot):
    panel = TrainingPlotsPanel()
    qtbot.addWidget(panel)
    panel.resize(640, 420)
    panel.show()
    laid_out(panel)
    panel.set_run("Run 1", EpochScale.steady(100))
    panel.measure_range.choose(0)
    return panel


def view(panel, measure="loss"):
    return panel.plots.plots[measure].view


def place_of(panel, update, measure="loss"):
    """Where an update stands in the viewport, halfway up a plot."""
    box = view(laid_out(panel), measure)
    (_, _), (bottom, top) = box.viewRange()
    scene = box.mapViewToScene(QPointF(update, (bottom + top) / 2))
    return panel.plots.mapFromScene(scene)


def two_pixels(panel):
    """Return how many updates lie between two places that a pointer on a dense screen may be taken for."""
    first, last = panel.plots.time_range
    return 2 * (last - first) / view(panel).width()


def move_to(panel, update, measure="loss"):
    QTest.mouseMove(panel.plots.viewport(), place_of(panel, update, measure))
    laid_out(panel)


def wheel(panel, place, steps, modifiers=Qt.KeyboardModifier.NoModifier):
    viewport = panel.plots.viewport()
    event = QWheelEvent(
        QPointF(place),
        QPointF(viewport.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(panel, start, end):
    viewport = panel.plots.viewport()
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for share in (0.3, 0.6, 1.0):
        # pyqtgraph takes no more than a hundred moves a second.
        QTest.qWait(11)
        QTest.mouseMove(viewport, start + (end - start) * share)
        QApplication.processEvents()
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)


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


def test_the_time_axis_is_as_long_as_the_longest_run_that_is_shown(panel):
    panel.set_plan(EpochScale.steady(100), 500)
    panel.show_metrics(run_of(300))
    panel.set_past_runs([past_run("long", 1900, 100, color_index=0), past_run("short", 40, 100, color_index=1)])
    assert 1900 < panel.plots.time_range[1] < 2500
    panel.set_past_runs([past_run("short", 40, 100, color_index=1)])
    assert panel.plots.time_range[1] < 650


def test_nothing_is_drawn_while_hidden_and_all_is_there_when_shown(panel, qtbot):
    whole = run_of(2000)
    panel.show_metrics(part_of(whole, 100))
    panel.hide()
    panel.show_metrics(whole)
    assert panel.plots.curves.updates == 100
    panel.show()
    assert panel.plots.curves.updates == 2000
    assert panel.readout.metrics.update == 2000


def test_curves_are_painted_in_the_colors_of_the_theme(panel):
    panel.show_metrics(run_of(2000))
    for theme in THEMES.values():
        panel.set_theme(theme)
        shown = Painted(panel.plots)
        assert all(shown.places(color) for color in (theme.train, theme.test, theme.surface))


def test_pointing_shows_the_metrics_there_and_leaving_those_of_the_newest(panel, qtbot):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    move_to(panel, 1250)
    shown = panel.readout.metrics
    assert shown.update == pytest.approx(1250, abs=two_pixels(panel))
    assert shown.epoch == pytest.approx(shown.update / 100)
    assert shown.test_loss == pytest.approx(float(metrics.test_loss[12]))
    assert shown.train_loss == pytest.approx(float(metrics.batch_loss[1200:1300].mean()), rel=0.1)
    assert "update 1,2" in panel.readout.text()
    move_to(panel, 400, "accuracy")
    assert panel.readout.metrics.update == pytest.approx(400, abs=two_pixels(panel))
    QApplication.sendEvent(panel.plots, QEvent(QEvent.Type.Leave))
    assert panel.readout.metrics.update == 3000


def test_the_wheel_zooms_in_time_about_the_pointer_and_both_plots_follow(panel):
    panel.show_metrics(run_of(3000))
    before, heights = panel.plots.time_range, view(panel).viewRange()[1]
    wheel(panel, place_of(panel, 1500), 4)
    first, last = panel.plots.time_range
    assert last - first < 0.9 * (before[1] - before[0])
    assert first < 1500 < last
    assert view(panel).viewRange()[1] == heights
    np.testing.assert_allclose(view(panel, "accuracy").viewRange()[0], (first, last))
    assert not panel.plots.following
    assert panel.auto.isEnabled()


def test_control_and_wheel_zoom_in_height(panel):
    panel.show_metrics(run_of(3000))
    before = panel.plots.time_range
    wheel(panel, place_of(panel, 1500), 4, Qt.KeyboardModifier.ControlModifier)
    assert panel.plots.time_range == before
    bottom, top = view(panel).viewRange()[1]
    assert top - bottom < 2


def test_zoomed_in_the_view_stays_while_the_run_grows(panel):
    whole = run_of(6000)
    panel.show_metrics(part_of(whole, 3000))
    wheel(panel, place_of(panel, 2900), 8)
    seen = panel.plots.time_range
    panel.show_metrics(whole)
    assert panel.plots.time_range == seen
    trend = panel.plots.curves.trend("loss", *seen)[0]
    assert len(trend) > 20


def test_from_a_view_of_ones_own_one_comes_to_whatever_has_been_added(panel):
    whole = run_of(6000)
    panel.set_plan(EpochScale.steady(100), 6000)
    panel.show_metrics(part_of(whole, 200))
    wheel(panel, place_of(panel, 100), 2)
    panel.show_metrics(whole)
    for _ in range(40):
        wheel(panel, place_of(panel, np.mean(panel.plots.time_range)), -4)
    assert not panel.plots.following
    assert panel.plots.time_range[1] > 6000


def test_a_drag_that_is_not_quite_level_pushes_no_curve_out_of_view(panel):
    panel.show_metrics(run_of(3000))
    wheel(panel, place_of(panel, 1500), 10)
    (before, _), height = panel.plots.time_range, view(panel).viewRange()[1]
    start = place_of(panel, 1500)
    drag(panel, start, start + QPoint(-80, 25))
    assert panel.plots.time_range[0] > before
    assert view(panel).viewRange()[1] == height
    wheel(panel, place_of(panel, 1500), 6, Qt.KeyboardModifier.ControlModifier)
    zoomed = view(panel).viewRange()[1]
    drag(panel, start, start + QPoint(0, 25))
    assert view(panel).viewRange()[1][0] > zoomed[0]


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


def test_dragging_moves_the_view_but_never_before_the_beginning(panel):
    panel.show_metrics(run_of(3000))
    wheel(panel, place_of(panel, 1500), 10)
    before = panel.plots.time_range
    start = place_of(panel, 1500)
    drag(panel, start, start - QPoint(80, 0))
    after = panel.plots.time_range
    assert after[0] > before[0]
    assert after[1] - after[0] == pytest.approx(before[1] - before[0], rel=1e-6)
    for _ in range(12):
        drag(panel, start, start + QPoint(150, 0))
    assert panel.plots.time_range[0] > -100


@pytest.mark.parametrize("way", ["button", "double click"])
def test_auto_brings_the_whole_run_back(panel, way):
    panel.show_metrics(run_of(3000))
    whole = panel.plots.time_range
    wheel(panel, place_of(panel, 1500), 10)
    if way == "button":
        QTest.mouseClick(panel.auto, Qt.MouseButton.LeftButton)
    else:
        # What a real double click sends: QTest's own sends the second press alone.
        where = panel.plots.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place_of(panel, 1500)
        QTest.mouseClick(*where)
        QTest.mouseDClick(*where)
        QTest.mouseRelease(*where)
    assert panel.plots.time_range == whole
    assert panel.plots.following
    assert not panel.auto.isEnabled()


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


def test_the_newest_values_are_written_at_the_ends_of_the_curves(panel):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    texts = [label.text for label in panel.plots.plots["loss"].overlay.labels]
    assert texts[1] == f"{metrics.test_loss[-1]:.3f}"
    assert [label.color for label in panel.plots.plots["accuracy"].overlay.labels] == [LIGHT.train, LIGHT.test]


def test_a_single_batch_is_seen_too(panel):
    panel.set_plan(EpochScale.steady(1), 1)
    panel.show_metrics(run_of(1, every=1))
    shown = Painted(panel.plots)
    where = panel.plots.mapFromScene(
        view(panel).mapViewToScene(QPointF(1, panel.plots.curves.trend("loss", 0, 1)[1][0]))
    )
    around = [shown.color(where.x() + step, where.y()) for step in (-2, -1, 0, 1)]
    assert LIGHT.train in around


def test_zoomed_into_the_middle_no_newest_value_is_written(panel):
    panel.show_metrics(run_of(3000))
    wheel(panel, place_of(panel, 1000), 8)
    first, last = panel.plots.time_range
    assert last < 2900
    shown = [label for label in panel.plots.plots["loss"].overlay.labels if first <= label.x <= last]
    assert shown == []


def test_the_readout_is_of_the_curves_in_view_after_ranges_are_automatic_again(panel):
    panel.show_metrics(run_of(3000))
    newest = panel.readout.metrics
    wheel(panel, place_of(panel, 1000), 8)
    panel.plots.follow_run()
    assert panel.readout.metrics == newest


def test_a_moment_moves_the_readout_and_none_brings_the_newest(panel):
    panel.show_metrics(run_of(3000))
    panel.show_moment(700)
    assert panel.readout.metrics.update == 700
    panel.show_moment(None)
    assert panel.readout.metrics.update == 3000


def test_test_metrics_that_are_older_than_the_moment_say_of_which_update_they_are(panel):
    panel.show_metrics(run_of(3000))
    panel.show_moment(700)
    assert " at " not in panel.readout.text()
    panel.show_moment(799)
    assert panel.readout.text().endswith("% at 700")
    height = panel.readout.heightForWidth(640)
    panel.show_moment(2900)
    assert panel.readout.heightForWidth(640) == height


def test_markers_tell_what_happened_when_pointed_at(panel):
    panel.show_metrics(run_of(3000))
    panel.set_markers([(1000, "learning rate 0.03"), (2000, "momentum 0.5")])
    move_to(panel, 2000)
    assert panel.plots.viewport().toolTip() == "momentum 0.5"
    move_to(panel, 1500)
    assert panel.plots.viewport().toolTip() == ""


def test_past_runs_are_named_colored_and_laid_beside_epoch_for_epoch(panel):
    panel.show_metrics(run_of(1000))
    panel.set_past_runs([past_run("Run 0", 4000, 200, color_index=3), past_run("<b>", 500, 100, color_index=0)])
    assert panel.past_legend.isVisible()
    assert "Run 0" in panel.past_legend.text()
    assert "<b>" in panel.past_legend.text()
    assert "&lt;b&gt;" in panel.past_legend.toolTip()
    assert LIGHT.runs[3] in panel.past_legend.toolTip()
    assert panel.plots.time_range[1] >= 2000
    lines = panel.plots.plots["loss"].lines
    tests = [line for line in lines if line.color.name() == LIGHT.runs[3]]
    assert tests[0].x[-1] == pytest.approx(2000)
    panel.set_past_runs([])
    assert not panel.plots.past
    assert "Run 0" not in panel.past_legend.text()


def with_two_past_runs(panel):
    panel.show_metrics(run_of(1000))
    panel.set_past_runs(
        [past_run("Run 0", 4000, 200, color_index=5), past_run("<i>" + "x" * 40, 500, 100, color_index=2)]
    )


def test_beside_the_pointer_stand_the_values_of_all_curves(panel):
    with_two_past_runs(panel)
    table = panel.findChild(HoverTable)
    move_to(panel, 450)
    assert table.isVisible()
    written = QTextDocument()
    written.setHtml(table.text())
    names = ("loss", "this run", "Run 0", "<i>" + "x" * 28 + "…")
    assert LIGHT.runs[5] in table.text()
    assert [name for name in names if name not in written.toPlainText()] == []
    # Run 0 had 200 updates an epoch, and so was at update 900.
    curves = panel.plots.past[0].curves
    there = curves.metrics_at(2 * panel.readout.metrics.update, 0, 2 * panel.plots.time_range[1])
    assert f"{there.test_loss:.3f}" in written.toPlainText()
    assert f"{panel.readout.metrics.train_loss:.3f}" in written.toPlainText()
    move_to(panel, 450, "accuracy")
    written.setHtml(table.text())
    assert f"{100 * panel.readout.metrics.test_accuracy:.1f}" in written.toPlainText()
    QApplication.sendEvent(panel.plots, QEvent(QEvent.Type.Leave))
    assert not table.isVisible()


def test_where_one_run_has_ended_the_others_are_named_still(panel):
    with_two_past_runs(panel)
    move_to(panel, 1500)
    assert panel.readout.metrics.update == pytest.approx(1500, abs=6)
    assert panel.readout.text().endswith("train –; test –")
    written = QTextDocument()
    written.setHtml(panel.findChild(HoverTable).text())
    there = panel.plots.past[0].curves.metrics_at(2 * panel.readout.metrics.update, 0, 4000)
    assert written.toPlainText().count("–") == 4
    assert f"{there.test_loss:.3f}" in written.toPlainText()


@pytest.mark.parametrize("size", [(640, 420), (430, 360)])
def test_the_table_at_the_pointer_stays_inside(panel, size):
    panel.resize(*size)
    panel.show_metrics(run_of(1000))
    names = [f"Run 1 from {place}00: learning rate 0.5" for place in range(COLORS)]
    panel.set_past_runs([past_run(name, 500, 100, place) for place, name in enumerate(names)])
    table, inside = panel.findChild(HoverTable), panel.rect()
    for measure in ("loss", "accuracy"):
        box = view(laid_out(panel), measure).sceneBoundingRect()
        for corner in (box.topLeft(), box.topRight(), box.bottomLeft(), box.bottomRight(), box.center()):
            place = QPointF(min(max(corner.x(), box.left() + 4), box.right() - 4), corner.y())
            place.setY(min(max(corner.y(), box.top() + 4), box.bottom() - 4))
            QTest.mouseMove(panel.plots.viewport(), panel.plots.mapFromScene(place))
            laid_out(panel)
            assert table.isVisible()
            assert inside.contains(table.geometry())


def test_no_table_repeats_what_the_line_above_the_plots_says(panel):
    panel.show_metrics(run_of(1000))
    move_to(panel, 400)
    assert panel.readout.metrics.update == pytest.approx(400, abs=two_pixels(panel))
    assert not panel.findChild(HoverTable).isVisible()


def test_a_new_run_starts_with_an_empty_plot(panel):
    panel.show_metrics(run_of(3000))
    wheel(panel, place_of(panel, 1500), 10)
    panel.set_run("Run 2", EpochScale.steady(50))
    assert panel.readout.metrics is None
    assert panel.plots.following
    panel.show_metrics(run_of(20))
    assert panel.plots.time_range[1] <= 65
    assert panel.readout.metrics is None or panel.readout.metrics.update <= 20


def test_a_run_that_went_back_is_drawn_as_it_is_now(panel, qtbot):
    panel.show_metrics(run_of(3000))
    panel.show_metrics(run_of(200))
    qtbot.waitUntil(lambda: panel.readout.metrics.update == 200)
    assert panel.plots.curves.trend("loss", 0, 3000)[0][-1] == 200


def test_the_ends_of_the_curves_say_at_any_time_what_stands_above_them(panel, qtbot):
    def is_said_twice():
        shown, labels = panel.readout.metrics, panel.plots.plots["loss"].overlay.labels
        return [label.text for label in labels] == [number(shown.train_loss), number(shown.test_loss)]

    for count in (300, 320, 340, 360):
        panel.show_metrics(run_of(count, every=10))
        assert is_said_twice()
    qtbot.waitUntil(lambda: panel.readout.metrics.update == 360)
    assert is_said_twice()


def test_the_right_button_opens_our_menu(panel, qtbot):
    panel.show_metrics(run_of(300))
    asked = []
    panel.plots.menu_requested.connect(asked.append)
    panel.plots.menu_requested.disconnect(panel._on_menu_requested)
    QTest.mouseClick(
        panel.plots.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place_of(panel, 100)
    )
    assert len(asked) == 1
    menu = panel.context_menu()
    texts = [action.text() for action in menu.actions() if action.text()]
    assert texts == ["Back to automatic ranges", "Export plots…"]
    menu.deleteLater()


def test_pictures_are_saved_as_png_and_svg(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(2000))
    png, svg = tmp_path / "plots.png", tmp_path / "plots.svg"
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(png)
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(svg)
    image = QImage(str(png))
    assert image.width() > 2 * panel.plots.width()
    colors = {
        image.pixelColor(column, row).name()
        for column in range(0, image.width(), 2)
        for row in range(0, image.height(), 2)
    }
    assert {LIGHT.train, LIGHT.test, LIGHT.surface} <= colors
    root = ElementTree.parse(svg).getroot()
    assert root.tag.endswith("svg")
    written = " ".join("".join(element.itertext()) for element in root.iter())
    assert "Run 1" in written
    assert "accuracy" in written
    drawn = svg.read_text().lower()
    assert LIGHT.train in drawn
    assert LIGHT.test in drawn


def test_a_picture_names_the_past_runs_that_are_in_it(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(500))
    panel.set_past_runs([past_run("an earlier one", 400, 100, color_index=0)])
    with qtbot.waitSignal(panel.saved):
        panel.export.save_picture(tmp_path / "plots.svg")
    root = ElementTree.parse(tmp_path / "plots.svg").getroot()
    assert "an earlier one" in " ".join("".join(element.itertext()) for element in root.iter())


@pytest.mark.parametrize(
    ("typed", "kind", "written"),
    [
        ("a.png", 0, "a.png"),
        ("a.svg", 0, "a.svg"),
        ("a.csv", 0, "a.csv"),
        ("a", 0, "a.png"),
        ("a", 1, "a.svg"),
        ("epochs 1.5", 2, "epochs 1.5.csv"),
    ],
)
def test_one_dialog_exports_all_kinds_of_files(panel, tmp_path, qtbot, monkeypatch, typed, kind, written):
    assert not panel.export_button.isEnabled()
    panel.set_run("Run 1 from 2,814: rate 1/2", EpochScale.steady(100))
    panel.show_metrics(run_of(300))
    asked = []

    def answer(parent, title, suggestion, filters):
        asked.append((suggestion, filters))
        return str(tmp_path / typed), filters.split(";;")[kind]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    with qtbot.waitSignal(panel.saved):
        QTest.mouseClick(panel.export_button, Qt.MouseButton.LeftButton)
    assert [file.name for file in tmp_path.iterdir()] == [written]
    begun = (tmp_path / written).read_bytes()[:200]
    assert {"png": b"PNG", "svg": b"<svg", "csv": b"batch_loss"}[written[-3:]] in begun
    assert asked[0] == (str(Path.home() / "Run 1 from 2,814 rate 1 2 plots.png"), EXPORT_FILTER)
    (tmp_path / written).unlink()
    with qtbot.waitSignal(panel.saved):
        panel.ask_and_export()
    assert Path(asked[1][0]).parent == tmp_path


def test_nothing_is_exported_where_nothing_is_chosen(panel, monkeypatch):
    panel.show_metrics(run_of(300))
    told = []
    panel.saved.connect(told.append)
    panel.failed.connect(told.append)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: ("", ""))
    panel.ask_and_export()
    assert told == []


def test_of_two_tables_at_once_the_second_is_refused(panel, tmp_path, qtbot):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    panel.export.save_table(tmp_path / "one.csv", metrics)
    with qtbot.waitSignal(panel.failed) as failed:
        panel.export.save_table(tmp_path / "two.csv", metrics)
    assert failed.args == ["one.csv is still being written; export again when it is done."]
    qtbot.waitUntil(lambda: (tmp_path / "one.csv").exists())
    close_threads(panel)


def test_a_picture_that_cannot_be_written_is_one_sentence(panel, tmp_path, qtbot):
    panel.show_metrics(run_of(100))
    with qtbot.waitSignal(panel.failed) as failed:
        panel.export.save_picture(tmp_path / "nowhere" / "plots.png")
    assert "plots.png could not be saved: No such file" in failed.args[0]


def test_metrics_are_saved_in_the_background(panel, tmp_path, qtbot):
    metrics = run_of(3000)
    panel.show_metrics(metrics)
    path = tmp_path / "run.csv"
    with qtbot.waitSignal(panel.saved):
        panel.export.save_table(path, metrics)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3001
    assert float(rows[3000]["batch_loss"]) == pytest.approx(float(metrics.batch_loss[-1]), rel=1e-5)
    assert float(rows[3000]["epoch"]) == 30
    with qtbot.waitSignal(panel.failed):
        panel.export.save_table(tmp_path / "nowhere" / "run.csv", metrics)


def test_narrow_panels_write_the_metrics_in_two_lines_or_three(panel):
    panel.show_metrics(run_of(300))
    line = panel.readout.heightForWidth(2000)
    heights = [panel.readout.heightForWidth(width) for width in range(2000, 100, -10)]
    assert heights == sorted(heights)
    assert set(heights) == {line, 2 * line, 3 * line}


def test_choices_can_be_made_by_keyboard(panel):
    panel.loss_scale.button(0).setFocus()
    QTest.keyClick(panel.loss_scale.button(0), Qt.Key.Key_Right)
    assert panel.loss_scale.choice == 1
    assert panel.plots.plots["loss"].log


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


@pytest.mark.parametrize("fit_to", [0, 1])
def test_a_past_run_that_went_wrong_does_not_flatten_the_present_one(panel, fit_to):
    panel.show_metrics(run_of(3000))
    panel.measure_range.choose(fit_to)
    alone = view(panel).viewRange()[1][1]
    panel.set_past_runs([past_run("bad", 3000, 100, color_index=0, times=100)])
    assert alone <= view(panel).viewRange()[1][1] <= 2.6 * alone
    panel.loss_scale.choose(1)
    low, high = view(panel).viewRange()[1]
    assert high - low <= 3


def test_a_past_run_that_is_a_little_worse_is_seen_whole(panel):
    panel.show_metrics(run_of(3000))
    panel.measure_range.choose(1)
    worse = past_run("worse", 3000, 100, color_index=0, times=1.6)
    metrics = worse.curves.metrics
    panel.set_past_runs([worse])
    assert view(panel).viewRange()[1][1] >= metrics.test_loss[metrics.test_updates >= 300].max()


def test_runs_of_other_batch_sizes_lie_by_epoch_unless_updates_are_asked_for(panel):
    panel.set_plan(EpochScale.steady(100), 1000)
    panel.show_metrics(run_of(1000))
    assert panel.time_unit.choice == 0
    panel.set_past_runs([past_run("Run 0", 2000, 200, color_index=3)])
    assert panel.time_unit.choice == 1
    assert "batch sizes differ" in panel.past_legend.text()
    panel.set_past_runs([])
    assert panel.time_unit.choice == 0
    panel.set_past_runs([past_run("Run 0", 2000, 200, color_index=3)])
    assert panel.time_unit.choice == 1

    def end_of_past():
        return next(line for line in panel.plots.plots["loss"].lines if line.color.name() == LIGHT.runs[3]).x[-1]

    assert end_of_past() == pytest.approx(1000)
    QTest.mouseClick(panel.time_unit.button(0), Qt.MouseButton.LeftButton)
    assert end_of_past() == pytest.approx(2000)
    panel.set_past_runs([past_run("Run 0", 2000, 200, color_index=3), past_run("Run 2", 500, 100, color_index=1)])
    assert panel.time_unit.choice == 0


def test_a_run_far_longer_than_this_one_is_cut_off(panel):
    panel.set_plan(EpochScale.steady(100), 500)
    panel.show_metrics(run_of(500))
    panel.set_past_runs([past_run("long", 31_000, 100, color_index=0)])
    assert panel.plots.time_range[1] < 700


def test_the_plots_stay_where_they_are_when_past_runs_come_and_go(panel):
    panel.show_metrics(run_of(500))
    before = laid_out(panel.plots).geometry()
    panel.set_past_runs([past_run(f"a run with a long name {place}", 500, 100, place) for place in range(COLORS)])
    laid_out(panel)
    assert panel.plots.geometry() == before
    assert all(f"a run with a long name {place}" in panel.past_legend.toolTip() for place in range(COLORS))


def test_labels_keep_clear_of_past_curves_and_marks(panel):
    panel.show_metrics(run_of(1000))
    panel.set_past_runs([past_run("Run 0", 3000, 100, color_index=3)])
    panel.set_markers([(990, "learning rate 0.1 → 1.2")])
    laid_out(panel)
    for plot in panel.plots.plots.values():
        overlay = plot.overlay
        rooms = [room for _, room, _ in overlay._places_of_labels()]
        assert len(rooms) == 2
        for line in plot.lines:
            if line.color.name() == LIGHT.runs[3]:
                xs, ys = overlay.pixels(line.x, line.y)
                for room in rooms:
                    at = np.linspace(room.left(), room.right(), 50)
                    passing = np.interp(at, xs, ys, left=np.nan, right=np.nan)
                    assert not ((passing > room.top()) & (passing < room.bottom())).any()


def test_a_loss_far_above_guessing_is_written_at_the_top(panel):
    metrics = run_of(3000)
    panel.show_metrics(replace(metrics, test_loss=np.linspace(2.3, 60, len(metrics.test_loss), dtype=np.float32)))
    plot = panel.plots.plots["loss"]
    assert plot.view.viewRange()[1][1] < 7
    texts = [text for _, _, text in plot.overlay._places_of_labels()]
    assert "↑ 60.0" in texts


def test_a_past_run_that_ends_beyond_the_axis_says_so_in_the_key(panel):
    panel.show_metrics(run_of(3000))
    panel.set_past_runs(
        [past_run("bad", 3000, 100, color_index=0, times=100), past_run("good", 3000, 100, color_index=1)]
    )
    assert "bad ↑" in panel.past_legend.text()
    assert "good ↑" not in panel.past_legend.text()
    assert "beyond the axis" in panel.past_legend.toolTip()
    panel.set_past_runs([past_run("good", 3000, 100, color_index=1)])
    assert "↑" not in panel.past_legend.text()
