"""The view of the plots follows wheel, drag, keys and menu, and comes back."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.runs.epoch_scale import EpochScale
from tests.training_plots import drag, open_plots, part_of, place_of, run_of, view, wheel


@pytest.fixture
def panel(qtbot):
    return open_plots(qtbot)


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


def test_choices_can_be_made_by_keyboard(panel):
    panel.loss_scale.button(0).setFocus()
    QTest.keyClick(panel.loss_scale.button(0), Qt.Key.Key_Right)
    assert panel.loss_scale.choice == 1
    assert panel.plots.plots["loss"].log
