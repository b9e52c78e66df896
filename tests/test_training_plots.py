"""The plots follow a run, and what is seen is what the metrics say."""

import pytest
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtWidgets import QApplication

from core.runs.epoch_scale import EpochScale
from gui.look.formatting import number
from gui.look.theme import LIGHT, THEMES, applied
from tests.painted import Painted
from tests.training_plots import move_to, open_plots, part_of, past_run, place_of, run_of, two_pixels, view, wheel


@pytest.fixture
def panel(qtbot):
    return open_plots(qtbot)


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
        applied.set_theme(theme)
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


def is_said_twice(panel):
    shown, labels = panel.readout.metrics, panel.plots.plots["loss"].overlay.labels
    return [label.text for label in labels] == [number(shown.train_loss), number(shown.test_loss)]


def test_the_ends_of_the_curves_say_at_any_time_what_stands_above_them(panel, qtbot):
    for count in (300, 320, 340, 360):
        panel.show_metrics(run_of(count, every=10))
        assert is_said_twice(panel)
    qtbot.waitUntil(lambda: panel.readout.metrics.update == 360)
    assert is_said_twice(panel)


@pytest.mark.parametrize(
    "event",
    [
        lambda panel: applied.set_theme(THEMES["dark"]),
        lambda panel: panel.set_plan(EpochScale.steady(100), 4000),
        lambda panel: panel.set_past_runs([past_run("Run 0", 1000, 100, 0)]),
        lambda panel: panel.plots.point_at_update(None),
        lambda panel: panel.show_moment(None),
    ],
    ids=["theme", "plan", "past runs", "pointer", "moment"],
)
def test_they_say_the_same_whatever_draws_them_anew_between_two_readings(panel, event):
    for count in (300, 360):
        panel.show_metrics(run_of(count, every=10))
    event(panel)
    assert is_said_twice(panel)


def test_narrow_panels_write_the_metrics_in_two_lines_or_three(panel):
    panel.show_metrics(run_of(300))
    line = panel.readout.heightForWidth(2000)
    heights = [panel.readout.heightForWidth(width) for width in range(2000, 100, -10)]
    assert heights == sorted(heights)
    assert set(heights) == {line, 2 * line, 3 * line}
