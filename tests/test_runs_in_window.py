"""Each run of the real window has its row, its name and the color of its curve, and all are exported."""

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QToolButton

from core.runs.run_history import COLORS
from core.training.teaching import teach
from gui.controllers.runs_controller import NO_COLOR
from gui.look.theme import LIGHT
from gui.widgets.runs.run_row import Column
from tests.runs_window import choose, curves, order, rows, train, window_with_small_data
from tests.small_data import small_dataset


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


def test_each_run_that_is_left_gets_a_row_with_what_was_changed(qtbot, loaded):
    assert order(loaded) == ["Run 1"]
    assert "press Reset, change a setting" in loaded.runs.summary.text()
    train(qtbot, loaded)
    train(qtbot, loaded, learning_rate=0.05)
    train(qtbot, loaded, seed=5)
    assert order(loaded) == ["Run 3", "Run 2", "Run 1"]
    said = {name: row.differences for name, row in rows(loaded).items()}
    assert said == {"Run 3": "seed 5", "Run 2": "", "Run 1": "learning rate 0.1"}
    assert loaded.runs.summary.text().endswith("Where nothing else is said: learning rate 0.05, seed 0.")
    assert "10 ReLU units" in loaded.runs.summary.text()


def test_a_turned_knob_and_a_branch_say_where(qtbot, loaded):
    first = train(qtbot, loaded)
    loaded.timeline.branch_requested.emit(8, "Run 1 from 8", {"learning_rate": 0.02})
    qtbot.waitUntil(lambda: loaded.session.run is not first)
    assert rows(loaded)["Run 1 from 8"].differences == "learning rate 0.1 → 0.02 at 8"
    loaded.settings.rate.number.setValue(0.3)
    assert rows(loaded)["Run 1 from 8"].differences == "learning rate 0.1 → 0.3 at 8"


def test_metrics_follow_training(qtbot, loaded):
    run = train(qtbot, loaded)
    qtbot.waitUntil(lambda: rows(loaded)["Run 1"].run_metrics.updates == run.update)
    shown, metrics = rows(loaded)["Run 1"].run_metrics, run.metrics.read()
    assert shown.test_accuracy == pytest.approx(float(metrics.test_accuracy[-1]))
    assert shown.seconds == pytest.approx(run.train_seconds)
    loaded.show_tab("training")
    train(qtbot, loaded, seed=1)
    assert "Run 2" not in rows(loaded), "hidden, it is not kept up to date"
    loaded.show_tab("runs")
    assert rows(loaded)["Run 2"].run_metrics.updates == run.update


def test_a_taught_network_and_the_run_it_came_from_are_both_there(qtbot, loaded):
    first = train(qtbot, loaded)
    digits = small_dataset(4, 3)
    network = first.snapshot().network
    loaded.drawing_controller.taught_runs.adopt(teach(network, digits, first.data.test, updates=2, learning_rate=0.1))
    assert rows(loaded)["Taught my digits 1"].differences == "continues a trained network"
    loaded.drawing_controller.taught_runs.adopt(teach(network, digits, first.data.test, updates=3, learning_rate=0.1))
    assert order(loaded) == ["Taught my digits 2", "Taught my digits 1", "Run 1"]
    loaded.drawing_controller.taught_runs.undo()
    assert loaded.session.run.name == "Taught my digits 1"
    loaded.drawing_controller.taught_runs.undo()
    assert loaded.session.run is first
    assert order(loaded) == ["Run 1", "Taught my digits 1", "Taught my digits 2"]


def test_a_new_name_stands_everywhere(qtbot, loaded):
    first = train(qtbot, loaded)
    second = train(qtbot, loaded, seed=4)
    table = loaded.runs.runs
    table.setData(table.index(0, Column.NAME), "other seed")
    qtbot.waitUntil(lambda: second.name == "other seed")
    assert order(loaded) == ["other seed", "Run 1"]
    assert loaded.plots.export.run_name == "other seed"
    assert loaded.drawing.reader_box.itemText(0) == f"other seed, update {second.update:,}"
    table.setData(table.index(1, Column.NAME), "base")
    qtbot.waitUntil(lambda: order(loaded) == ["other seed", "base"])
    assert "Run 2" not in loaded.messages.text
    assert loaded.actions_.back.text() == f"Back to base at update {first.update}"
    assert "base" in loaded.plots.past_legend.text()
    loaded.session.adopt(first)
    assert first.name == loaded.plots.export.run_name == "base"
    assert list(curves(loaded)) == ["other seed"]


def test_after_a_name_was_typed_the_next_key_goes_to_the_table(qtbot, loaded):
    first = train(qtbot, loaded)
    second = train(qtbot, loaded, seed=1)
    loaded.activateWindow()
    choose(loaded, first)
    loaded.runs.table.setFocus()
    qtbot.waitUntil(loaded.runs.table.hasFocus)
    qtbot.keyClick(loaded.runs.table, Qt.Key.Key_F2)
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "base")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: first.name == "base")
    assert QApplication.focusWidget() is loaded.runs.table
    qtbot.keyClick(loaded.runs.table, Qt.Key.Key_Space)
    assert curves(loaded) == {}
    assert loaded.session.run is second


@pytest.mark.parametrize("text", ["Bring back", "Forget", "Forget all"])
def test_a_button_that_goes_gray_hands_the_keyboard_to_the_table_and_not_to_the_next_button(qtbot, loaded, text):
    first = train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    train(qtbot, loaded, seed=2)
    loaded.activateWindow()
    choose(loaded, first)
    button = next(button for button in loaded.runs.findChildren(QToolButton) if button.text() == text)
    button.setFocus()
    qtbot.waitUntil(button.hasFocus)
    qtbot.keyClick(button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not button.isEnabled())
    assert QApplication.focusWidget() is loaded.runs.table


def test_boxes_show_and_hide_curves_in_their_color(qtbot, loaded):
    train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    loaded.session.reset()
    colors = curves(loaded)
    assert colors.keys() == {"Run 1", "Run 2"}
    for name, color in colors.items():
        assert LIGHT.runs[rows(loaded)[name].color_index] == color
    table = loaded.runs.runs
    box = table.index(order(loaded).index("Run 1"), Column.CURVE)
    table.setData(box, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert curves(loaded) == {"Run 2": colors["Run 2"]}
    assert "Run 1" not in loaded.plots.past_legend.text()
    table.setData(box, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert curves(loaded) == colors


def test_a_run_keeps_its_color_when_another_is_brought_back(qtbot, loaded):
    first = train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    train(qtbot, loaded, seed=2)
    color = curves(loaded)["Run 2"]
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    assert curves(loaded)["Run 2"] == color


def test_a_run_too_many_waits_for_a_color(qtbot, loaded):
    for seed in range(COLORS + 2):
        train(qtbot, loaded, seed=seed)
    assert len(curves(loaded)) == COLORS
    assert "Run 1" not in curves(loaded)
    assert rows(loaded)["Run 1"].disabled_reason == NO_COLOR
    table = loaded.runs.runs
    hide = table.index(order(loaded).index("Run 5"), Column.CURVE)
    table.setData(hide, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert rows(loaded)["Run 1"].disabled_reason == ""
    show = table.index(order(loaded).index("Run 1"), Column.CURVE)
    table.setData(show, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert "Run 1" in curves(loaded)
    assert rows(loaded)["Run 5"].disabled_reason == NO_COLOR


def test_the_table_and_all_curves_are_exported(qtbot, loaded, tmp_path, monkeypatch):
    first = train(qtbot, loaded)
    second = train(qtbot, loaded, learning_rate=0.05)
    path = tmp_path / "runs.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(loaded.runs_controller.export.succeeded):
        loaded.runs.export_action.trigger()
    said = "Saved 2 runs (and their curves as runs_curves.csv) as runs.csv."
    assert loaded.messages.text == said
    table, curves_of_all = pd.read_csv(path), pd.read_csv(tmp_path / "runs_curves.csv")
    assert table["name"].tolist() == ["Run 2", "Run 1"]
    assert table["data"].tolist() == ["small", "small"]
    assert "learning rate 0.05" in table["settings"][0]
    for number, run in enumerate((second, first), 1):
        losses = curves_of_all[(curves_of_all["run"] == number) & (curves_of_all["update"] > 0)]["batch_loss"]
        np.testing.assert_allclose(losses, run.metrics.read().batch_loss, rtol=1e-6)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "runs.csv"), ""))
    with qtbot.waitSignal(loaded.runs_controller.failed) as failed:
        loaded.runs.export_action.trigger()
    assert "could not be saved" in failed.args[0]
    assert not loaded.runs_controller.export.busy
