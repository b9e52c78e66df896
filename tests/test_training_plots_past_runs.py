"""Past runs beside the present one in the plots: laid out by epoch, named, and never in its way."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.runs.epoch_scale import EpochScale
from core.runs.run_history import COLORS
from core.text.number_text import number
from gui.look.theme import LIGHT
from gui.widgets.plots.hover_table import HoverTable
from tests.layout import laid_out
from tests.training_plots import move_to, open_plots, past_run, run_of, two_pixels, view


@pytest.fixture
def panel(qtbot):
    return open_plots(qtbot)


def test_the_time_axis_is_as_long_as_the_longest_run_that_is_shown(panel):
    panel.set_plan(EpochScale.steady(100), 500)
    panel.show_metrics(run_of(300))
    panel.set_past_runs([past_run("long", 1900, 100, color_index=0), past_run("short", 40, 100, color_index=1)])
    assert 1900 < panel.plots.time_range[1] < 2500
    panel.set_past_runs([past_run("short", 40, 100, color_index=1)])
    assert panel.plots.time_range[1] < 650


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
    assert number(panel.readout.metrics.train_loss) in written.toPlainText()
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


def test_the_table_at_a_resting_pointer_follows_the_run(panel, qtbot):
    with_two_past_runs(panel)
    # By way of another place: a move to where a test before this left the pointer is none.
    move_to(panel, 450)
    move_to(panel, 1500)
    assert panel.readout.metrics.train_loss is None
    panel.show_metrics(run_of(2000))
    qtbot.waitUntil(lambda: panel.readout.metrics.train_loss is not None)
    written = QTextDocument()
    written.setHtml(panel.findChild(HoverTable).text())
    assert number(panel.readout.metrics.train_loss) in written.toPlainText()


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
    assert "updates per epoch differ" in panel.past_legend.text()
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


def test_a_past_curve_between_two_labels_moves_neither(panel):
    panel.set_plan(EpochScale.steady(100), 1000)
    metrics = run_of(300)
    panel.show_metrics(replace(metrics, batch_loss=metrics.batch_loss * np.float32(0.1)))
    plot = panel.plots.plots["loss"]
    laid_out(panel)
    alone = [room.center().y() for _, room, _ in plot.overlay._places_of_labels()]
    panel.set_past_runs([past_run("Run 0", 900, 100, color_index=3, times=0.6)])
    assert [room.center().y() for _, room, _ in plot.overlay._places_of_labels()] == pytest.approx(alone, abs=30)


def test_the_key_names_the_newest_runs_first_and_those_on_the_present_data_before_others(panel):
    panel.show_metrics(run_of(500))
    oldest, *others = (past_run(f"Run {place}", 500, 100, color_index=place) for place in range(4))
    panel.set_past_runs([oldest, replace(others[0], is_on_other_data=True), *others[1:]])
    text = panel.past_legend.text()
    assert sorted(("Run 0", "Run 1", "Run 2", "Run 3"), key=text.index) == ["Run 3", "Run 2", "Run 0", "Run 1"]


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
