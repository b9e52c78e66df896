"""A run that was left comes back with its network, its timeline, its settings and its recipe."""

import json

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from core.files.recipe_file import parameters_fingerprint
from gui.look.preferences import Preferences
from gui.session.session_signals import SessionState
from tests import kept_windows
from tests.kept_windows import open_window, write_small_data
from tests.runs_window import choose, curves, order, rows, train, vector, window_with_small_data
from tests.small_data import small_pair


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


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
    loaded.past_runs.history.budget = 1
    first = train(qtbot, loaded)
    end = vector(first).copy()
    train(qtbot, loaded, seed=9)
    loaded.session.reset()
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
    loaded.past_runs.history.budget = 1
    loaded.session.set_config(loaded.session.config.with_changes(epochs=5000))
    loaded.actions_.train.trigger()
    first = loaded.session.run
    qtbot.waitUntil(lambda: first.update > 3000)
    train(qtbot, loaded, epochs=1)
    loaded.session.reset()
    second = loaded.session.run
    choose(loaded, first)
    loaded.runs.return_action.trigger()
    assert loaded.status._task_text.isVisible()
    assert loaded.status._task_text.text() == "bringing Run 1 back"
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
    loaded.session.start(data=other)
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
    with qtbot.waitSignal(loaded.files.recipes.stored):
        loaded.runs.recipe_action.trigger()
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["name"], said["result"]["update"]) == ("Run 1", first.update)
    with qtbot.waitSignal(loaded.files.recipes.repeated) as repeated:
        loaded.files.recipes.open(path, loaded.session.run.data)
    assert repeated.args[1].sameness.value == "identical"


def test_the_recipe_of_a_run_that_lies_in_its_file_is_saved_from_there(qtbot, tmp_path, monkeypatch):
    Preferences().data = write_small_data(tmp_path)
    with open_window(qtbot) as window:
        first = kept_windows.train(qtbot, window, epochs=1)
    path = tmp_path / "first.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with open_window(qtbot, anew=True) as window:
        assert window.past_runs.get(first.id).run is None
        window.past_runs.get(first.id).data.get()
        window.show_tab("Runs")
        window.runs_controller._show()
        choose(window, first)
        assert window.runs.recipe_action.isEnabled()
        with qtbot.waitSignal(window.files.recipes.stored):
            window.runs.recipe_action.trigger()
    said = json.loads(path.read_text(encoding="utf-8"))
    assert (said["name"], said["result"]["update"]) == (first.name, first.update)
    assert said["result"]["parameters"] == parameters_fingerprint(first.snapshot().network.parameters)


def test_left_runs_share_a_budget(qtbot, loaded):
    loaded.past_runs.history.budget = 6_000_000
    runs = [train(qtbot, loaded, seed=seed, epochs=4) for seed in range(5)]
    history = loaded.past_runs.history
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
