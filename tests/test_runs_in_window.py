"""Runs are compared, brought back, renamed, forgotten and exported in the real window."""

import gc
import json
from weakref import ref

import numpy as np
import pandas as pd
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QFileDialog, QToolButton

from core.drawing.teaching import teach
from core.history.run_history import PLACES, RunHistory
from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.desks.runs_desk import NO_COLOR
from gui.look.theme import LIGHT
from gui.main_window import MainWindow
from gui.session.training_session import SessionState
from gui.widgets.runs.run_row import Column
from tests.small_data import small_dataset, small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    window.appearance.choose("light")
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def loaded(window):
    """The window with small data and the tab Runs in front."""
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(window.session.config.with_changes(epochs=1, batch_size=30))
    assert window.show_tab("runs")
    return window


def train(qtbot, window, **changes):
    """Train a run to its end, from scratch with changed settings where there are any."""
    if changes:
        window.session.set_config(window.session.config.with_changes(**changes))
    window.actions_.train.trigger()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED, timeout=20_000)
    return window.session.run


def rows(window):
    return {row.name: row for row in window.runs.runs.rows}


def order(window):
    return [row.name for row in window.runs.runs.rows]


def choose(window, run):
    window.runs.table.choose(run.id)


def press(qtbot, place, text):
    button = next(button for button in place.findChildren(QAbstractButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def vector(run):
    return run.snapshot().network.parameters.vector


def curves(window):
    """Colors in which left runs are drawn, by their names."""
    return {run.name: LIGHT.runs[run.place] for run in window.plots.plots.past}


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
    loaded.settings.learning_rate.setValue(0.3)
    assert rows(loaded)["Run 1 from 8"].differences == "learning rate 0.1 → 0.3 at 8"


def test_figures_follow_training(qtbot, loaded):
    run = train(qtbot, loaded)
    qtbot.waitUntil(lambda: rows(loaded)["Run 1"].figures.updates == run.update)
    figures, metrics = rows(loaded)["Run 1"].figures, run.metrics.read()
    assert figures.test_accuracy == pytest.approx(float(metrics.test_accuracy[-1]))
    assert figures.seconds == pytest.approx(run.train_seconds)
    loaded.show_tab("training")
    train(qtbot, loaded, seed=1)
    assert "Run 2" not in rows(loaded), "hidden, it is not kept up to date"
    loaded.show_tab("runs")
    assert rows(loaded)["Run 2"].figures.updates == run.update


def test_a_run_comes_back_with_its_network_and_its_timeline_and_goes_on(qtbot, loaded):
    first = train(qtbot, loaded)
    end = vector(first).copy()
    train(qtbot, loaded, hidden=(12,), epochs=2)
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    assert loaded.session.run is first
    assert order(loaded) == ["Run 1", "Run 2"]
    assert rows(loaded)["Run 1"].is_present
    assert loaded.settings.config().hidden == (10,)
    assert np.array_equal(loaded.time_machine.snapshot.network.parameters.vector, end)
    loaded.time_machine.go_to(7)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 7)
    assert loaded.session.state is SessionState.FINISHED


def test_a_run_left_while_it_trains_comes_back_and_trains_on(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(epochs=5000))
    loaded.actions_.train.trigger()
    first = loaded.session.run
    qtbot.waitUntil(lambda: first.update > 20)
    loaded.session.set_config(loaded.session.config.with_changes(epochs=1))
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    assert loaded.session.state is SessionState.PAUSED
    before = first.update
    loaded.actions_.step.trigger()
    qtbot.waitUntil(lambda: not loaded.session.busy)
    assert first.update == before + 1


def test_a_run_without_its_network_is_made_again_bit_for_bit(qtbot, loaded):
    loaded.runs_desk.history = RunHistory(budget=1)
    first = train(qtbot, loaded)
    end = vector(first).copy()
    train(qtbot, loaded, seed=9)
    color = curves(loaded)["Run 1"]
    choose(loaded, first)
    assert not loaded.runs.recipe_action.isEnabled()
    loaded.runs.return_action.trigger()
    qtbot.waitUntil(lambda: loaded.session.run.name == "Run 1")
    assert loaded.session.run is not first
    assert np.array_equal(vector(loaded.session.run), end)
    assert loaded.session.state is SessionState.FINISHED
    train(qtbot, loaded, seed=10)
    assert order(loaded) == ["Run 3", "Run 1", "Run 2"]
    assert curves(loaded)["Run 1"] == color


def test_making_a_run_again_is_given_up_by_cancel_by_another_run_and_by_other_data(qtbot, loaded):
    loaded.runs_desk.history = RunHistory(budget=1)
    loaded.session.set_config(loaded.session.config.with_changes(epochs=5000))
    loaded.actions_.train.trigger()
    first = loaded.session.run
    qtbot.waitUntil(lambda: first.update > 3000, timeout=60_000)
    loaded.session.set_config(loaded.session.config.with_changes(epochs=1))
    second = loaded.session.run
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    assert loaded.status._task_text.isVisible()
    assert loaded.status._task_text.text() == "making Run 1 again"
    qtbot.mouseClick(loaded.status._cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not loaded.status._task_text.isVisible())
    assert loaded.session.run is second
    loaded.runs.return_action.trigger()
    loaded.session.reset()
    qtbot.waitUntil(lambda: not loaded.status._task_text.isVisible())
    assert loaded.session.run.is_untrained
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    other = small_pair(400)
    loaded.session.set_data(other)
    qtbot.waitUntil(lambda: not loaded.status._task_text.isVisible())
    assert loaded.session.run.data is other


def test_settings_of_a_left_run_begin_a_new_one(qtbot, loaded):
    first = train(qtbot, loaded, learning_rate=0.3, hidden=(7,))
    train(qtbot, loaded, learning_rate=0.01, hidden=(10,))
    choose(loaded, first)
    loaded.runs.settings_action.trigger()
    assert loaded.session.run.is_untrained
    assert loaded.settings.config() == first.recipe.config
    assert np.array_equal(vector(train(qtbot, loaded)), vector(first))


def test_the_recipe_of_a_left_run_is_that_of_its_end(qtbot, loaded, tmp_path, monkeypatch):
    first = train(qtbot, loaded)
    train(qtbot, loaded, seed=4)
    choose(loaded, first)
    path = tmp_path / "first.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(loaded.files.recipes.stored, timeout=10_000):
        loaded.runs.recipe_action.trigger()
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["name"], said["result"]["update"]) == ("Run 1", first.update)
    with qtbot.waitSignal(loaded.files.recipes.repeated, timeout=10_000) as repeated:
        loaded.files.recipes.open(path, loaded.session.run.data)
    assert repeated.args[1].sameness.value == "identical"


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
    assert loaded.messages.message.text == "other seed has taken the place of base."
    assert loaded.actions_.back.text() == f"Back to base at update {first.update}"
    assert "base" in loaded.plots.past_legend.text()
    loaded.session.adopt(first)
    assert first.name == loaded.plots.export.run_name == "base"
    assert list(curves(loaded)) == ["other seed"]


def test_boxes_show_and_hide_curves_in_their_color(qtbot, loaded):
    train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    loaded.session.reset()
    colors = curves(loaded)
    assert colors.keys() == {"Run 1", "Run 2"}
    for name, color in colors.items():
        assert LIGHT.runs[rows(loaded)[name].place] == color
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
    for seed in range(PLACES + 2):
        train(qtbot, loaded, seed=seed)
    assert len(curves(loaded)) == PLACES
    assert "Run 1" not in curves(loaded)
    assert rows(loaded)["Run 1"].hindrance == NO_COLOR
    table = loaded.runs.runs
    hide = table.index(order(loaded).index("Run 5"), Column.CURVE)
    table.setData(hide, Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    assert rows(loaded)["Run 1"].hindrance == ""
    show = table.index(order(loaded).index("Run 1"), Column.CURVE)
    table.setData(show, Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert "Run 1" in curves(loaded)
    assert rows(loaded)["Run 5"].hindrance == NO_COLOR


def test_runs_are_forgotten_one_by_one_and_all_at_once(qtbot, loaded):
    first = train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    train(qtbot, loaded, seed=2)
    choose(loaded, first)
    loaded.runs.forget_action.trigger()
    assert order(loaded) == ["Run 3", "Run 2"]
    assert list(curves(loaded)) == ["Run 2"]
    assert loaded.messages.message.text == "Run 1 is forgotten."
    press(qtbot, loaded.messages, "Undo")
    assert order(loaded) == ["Run 3", "Run 2", "Run 1"]
    assert curves(loaded).keys() == {"Run 1", "Run 2"}
    loaded.runs.forget_all_action.trigger()
    assert order(loaded) == ["Run 3"]
    assert curves(loaded) == {}
    assert loaded.messages.message.text == "2 runs are forgotten."
    train(qtbot, loaded, seed=3)
    assert order(loaded) == ["Run 4", "Run 3"]


def test_a_lesson_forgets_all_runs_the_present_one_as_well(qtbot, loaded):
    train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    loaded.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    assert order(loaded) == ["Run 2"]
    train(qtbot, loaded, seed=2)
    assert order(loaded) == ["Run 3"]


def test_other_data_begin_another_comparison(qtbot, loaded):
    train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    loaded.runs.forget_all_action.trigger()
    loaded.files.data_opened.emit(small_pair(300))
    assert "Undo" not in [text for text, _ in loaded.messages.message.choices], "it cannot be had beside other data"
    assert len(order(loaded)) == 1
    assert curves(loaded) == {}


def test_a_taught_network_and_the_run_it_came_from_are_both_there(qtbot, loaded):
    first = train(qtbot, loaded)
    digits = small_dataset(4, 3)
    network = first.snapshot().network
    loaded.taught_runs.adopt(teach(network, digits, first.data.test, updates=2, learning_rate=0.1))
    assert rows(loaded)["Taught my digits"].differences == "went on from a trained network"
    loaded.taught_runs.undo()
    assert loaded.session.run is first
    assert order(loaded) == ["Run 1"]


def test_the_table_and_all_curves_are_exported(qtbot, loaded, tmp_path, monkeypatch):
    first = train(qtbot, loaded)
    second = train(qtbot, loaded, learning_rate=0.05)
    path = tmp_path / "runs.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(loaded.runs_desk.export.stored, timeout=10_000):
        loaded.runs.export_action.trigger()
    assert loaded.messages.message.text == f"Saved 2 runs as {path}."
    whole = pd.read_csv(path)
    assert whole["name"].tolist()[:2] == ["Run 2", "Run 1"]
    assert "learning rate 0.05" in whole["settings"][0]
    for number, run in enumerate((second, first), 1):
        losses = whole[(whole["run"] == number) & (whole["update"] > 0)]["batch_loss"]
        np.testing.assert_allclose(losses, run.metrics.read().batch_loss, rtol=1e-6)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "no" / "runs.csv"), ""))
    with qtbot.waitSignal(loaded.runs_desk.failed, timeout=10_000) as failed:
        loaded.runs.export_action.trigger()
    assert "could not be saved" in failed.args[0]
    assert not loaded.runs_desk.export.busy


def test_left_runs_share_a_budget(qtbot, loaded):
    loaded.runs_desk.history = RunHistory(budget=6_000_000)
    runs = [train(qtbot, loaded, seed=seed, epochs=4) for seed in range(5)]
    history = loaded.runs_desk.history
    assert (
        history.nbytes
        <= 6_000_000
        < sum(run.update for run in runs[:4]) * runs[0].snapshot().network.parameters.vector.nbytes
    )
    assert all(past.run is not None for past in history.runs)
    choose(loaded, runs[0])
    loaded.runs.return_action.trigger()
    loaded.time_machine.go_to(33)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 33)


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
def test_a_button_that_goes_grey_hands_the_keyboard_to_the_table_and_not_to_the_next_button(qtbot, loaded, text):
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


def test_what_is_forgotten_is_let_go_of_once_it_cannot_be_put_back(qtbot, loaded):
    left = ref(train(qtbot, loaded))
    train(qtbot, loaded, seed=1)
    train(qtbot, loaded, seed=2)
    loaded.runs.forget_all_action.trigger()
    gc.collect()
    assert left() is not None
    loaded.messages.dismiss()

    def is_gone():
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
        return left() is None

    qtbot.waitUntil(is_gone)
