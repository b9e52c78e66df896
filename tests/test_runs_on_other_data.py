"""Runs of other data stay in the list, with their data in a column, and come back with them."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.data.dataset import DataPair
from core.data.my_digits import MyDigits
from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from core.training.config import TrainingConfig
from gui.session.session_signals import SessionState
from gui.widgets.runs.run_row import Column
from tests.digit_files import write_csv
from tests.main_window import wait_for
from tests.runs_window import choose, legend, order, rows, train, vector, window_with_small_data
from tests.small_data import small_dataset, small_pair


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


def open_data(window, pair):
    window.files.loader.loaded.emit(pair, [])


def bring_back(window, run):
    choose(window, run)
    window.runs.return_action.trigger()


def on_other_data(window):
    return {run.name: run.is_on_other_data for run in window.plots.plots.past}


def styles(window):
    """How the test curve of each past run is drawn, in the order of the legend."""
    lines = window.plots.plots.plots["loss"].lines
    assert [line.style for line in (lines[0], *lines[-2:])] == [Qt.PenStyle.SolidLine] * 3
    return [line.style for line in lines[2:-2:2]]


SAME, OTHER = Qt.PenStyle.SolidLine, Qt.PenStyle.DashDotLine


def test_all_runs_stay_and_say_their_data_where_these_differ(qtbot, loaded):
    first = train(qtbot, loaded)
    table = loaded.runs.table
    assert table.isColumnHidden(Column.DATA)
    open_data(loaded, small_pair(300))
    assert not table.isColumnHidden(Column.DATA)
    second = train(qtbot, loaded, seed=3)
    open_data(loaded, small_pair(450))
    assert order(loaded) == ["Run 3", "Run 2", "Run 1"]
    sizes = {name: row.data_sizes for name, row in rows(loaded).items()}
    assert sizes == {"Run 3": (450, 100), "Run 2": (300, 100), "Run 1": (600, 100)}
    model = loaded.runs.runs
    assert [model.data(model.index(row, Column.DATA)) for row in range(3)] == ["450 + 100", "300 + 100", "600 + 100"]
    bring_back(loaded, first)
    assert loaded.session.run is first
    assert f"{len(first.data.train):,} +" in loaded.controls.data.text()
    bring_back(loaded, second)
    assert loaded.session.run is second
    assert f"{len(second.data.train):,} +" in loaded.controls.data.text()


def test_curves_of_other_data_are_dotted(qtbot, loaded):
    first = train(qtbot, loaded)
    train(qtbot, loaded, seed=1)
    open_data(loaded, small_pair(300))
    loaded.show_tab("training")
    train(qtbot, loaded)
    assert list(on_other_data(loaded).values()) == [True, True]
    assert styles(loaded) == [OTHER, OTHER]
    loaded.show_tab("runs")
    bring_back(loaded, first)
    loaded.show_tab("training")
    assert styles(loaded) == [SAME, OTHER]


def test_data_opened_again_are_the_same_data(qtbot, loaded):
    first = train(qtbot, loaded)
    open_data(loaded, small_pair())
    assert loaded.session.run.data is first.data
    train(qtbot, loaded, seed=1)
    assert loaded.runs.table.isColumnHidden(Column.DATA)
    assert list(on_other_data(loaded).values()) == [False]


def test_data_in_use_chosen_again_leave_a_running_training_alone(qtbot, loaded):
    loaded.session.set_config(TrainingConfig(epochs=100_000))
    run = loaded.session.run
    loaded.session.train()
    qtbot.waitUntil(lambda: run.update > 3, timeout=30_000)
    open_data(loaded, small_pair())
    assert loaded.messages.text == "small: in use already, so the run stays as it is."
    assert loaded.session.state is SessionState.RUNNING
    assert loaded.session.run is run
    loaded.session.pause()
    wait_for(qtbot, loaded, SessionState.PAUSED)
    update = run.update
    open_data(loaded, small_pair())
    assert (loaded.session.run, run.update) == (run, update)
    assert not loaded.past_runs.runs


def test_data_opened_within_a_lesson_are_in_use_then(qtbot, loaded):
    mine = small_pair(300)
    loaded.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    open_data(loaded, mine)
    assert loaded.past_runs.own_data is loaded.session.run.data
    run = loaded.session.run
    open_data(loaded, small_pair(300))
    assert loaded.session.run is run
    assert loaded.messages.text.startswith("small: in use already")


def test_equal_data_of_another_name_are_called_by_it(qtbot, loaded):
    train(qtbot, loaded)
    open_data(loaded, replace(small_pair(), name="copy"))
    assert loaded.controls.data.text().startswith("Data: copy")
    assert {name: row.data_name for name, row in rows(loaded).items()} == {"Run 2": "copy", "Run 1": "small"}


def test_without_and_with_my_digits_are_compared(qtbot, loaded):
    train(qtbot, loaded)
    digits = small_dataset(5, 9)
    loaded.my_digits._become(MyDigits(digits.images, digits.labels))
    loaded.my_digits.train_button.menu().actions()[1].trigger()
    assert len(loaded.session.run.data.train) == 650
    assert "50 of its 650 images are yours" in loaded.messages.message.text
    assert loaded.actions_.back.text().startswith("Back to Run 1 at")
    train(qtbot, loaded)
    assert order(loaded) == ["Run 2", "Run 1"]
    assert on_other_data(loaded) == {"Run 1": True}
    assert "other data" in loaded.plots.past_legend.text()
    assert rows(loaded)["Run 2"].data_name == "small + My digits"


def test_a_run_comes_back_with_data_that_are_read_again_from_their_file(qtbot, loaded, tmp_path):
    loaded.past_runs.history._data_budget = 1
    path = write_csv(tmp_path / "mine.csv", small_dataset(300, 5))
    with qtbot.waitSignal(loaded.files.data_opened):
        loaded.files.open_files([str(path)])
    run = train(qtbot, loaded, hidden=(12,))
    end, name, data = vector(run).copy(), run.name, run.data
    open_data(loaded, small_pair(450))
    train(qtbot, loaded)
    loaded.session.reset()
    past = loaded.past_runs.history.get(run.id)
    assert (past.run, past.data.pair) == (None, None)
    choose(loaded, run)
    assert "are loaded again" in loaded.runs.return_action.toolTip()
    assert "Its data are no longer in memory" in loaded.runs.recipe_action.toolTip()
    assert not loaded.runs.recipe_action.isEnabled()
    bring_back(loaded, run)
    qtbot.waitUntil(lambda: loaded.session.run.name == name)
    assert np.array_equal(vector(loaded.session.run), end)
    assert np.array_equal(loaded.session.run.data.train.images, data.train.images)
    loaded.time_machine.go_to(3)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 3)
    assert loaded.settings.config().hidden == (12,)


def test_a_file_that_is_gone_is_one_sentence_and_the_run_stays(qtbot, loaded, tmp_path):
    loaded.past_runs.history._data_budget = 1
    path = write_csv(tmp_path / "mine.csv", small_dataset(300, 5))
    with qtbot.waitSignal(loaded.files.data_opened):
        loaded.files.open_files([str(path)])
    run = train(qtbot, loaded)
    open_data(loaded, small_pair(450))
    train(qtbot, loaded)
    loaded.session.reset()
    present = loaded.session.run
    path.unlink()
    bring_back(loaded, run)
    qtbot.waitUntil(lambda: loaded.messages.message is not None and loaded.messages.message.kind == "error")
    assert f"{run.name} needs its data “mine.csv” again" in loaded.messages.message.text
    assert loaded.session.run is present
    assert run.name in order(loaded)
    write_csv(path, small_dataset(300, 5))
    bring_back(loaded, run)
    qtbot.waitUntil(lambda: loaded.session.run.name == run.name)


def test_curves_are_named_by_what_differs_and_names_of_ones_own_stay(qtbot, loaded):
    first = train(qtbot, loaded)
    train(qtbot, loaded, learning_rate=0.05)
    loaded.session.reset()
    assert legend(loaded) == ["learning rate 0.1 · Run 1", "learning rate 0.05 · Run 2"]
    assert "learning rate 0.1 · Run 1" in loaded.plots.past_legend.text()
    loaded.past_runs.describe(first.id, name="usual")
    assert legend(loaded) == ["usual", "learning rate 0.05 · Run 2"]


def test_different_data_of_one_name_are_told_apart(qtbot, loaded):
    train(qtbot, loaded)
    other = small_pair()
    turned = DataPair(replace(other.train, images=255 - other.train.images), other.test, other.name)
    open_data(loaded, turned)
    assert {name: row.data_name for name, row in rows(loaded).items()} == {"Run 2": "small (2)", "Run 1": "small"}
    assert not loaded.runs.table.isColumnHidden(Column.DATA)
