"""A finished run says what one might try next, and one that repeats another is said to."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.session.session_signals import SessionState
from tests.runs_window import order, train, vector, window_with_small_data
from tests.small_data import small_pair


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


def press(qtbot, window, text):
    buttons = window.messages.findChildren(QPushButton)
    button = next(button for button in buttons if button.isVisible() and button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for_end(qtbot, window):
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)


def test_a_finished_run_goes_on_for_as_many_epochs(qtbot, loaded):
    run = train(qtbot, loaded, epochs=2)
    assert loaded.messages.text.startswith("Run 1 is finished with a test accuracy of ")
    update = run.update
    press(qtbot, loaded, "2 more epochs")
    wait_for_end(qtbot, loaded)
    assert loaded.session.run is run
    assert run.update == 2 * update
    assert loaded.settings.config().epochs == 4


def test_another_seed_is_trained_at_once_and_the_run_before_is_offered(qtbot, loaded):
    first = train(qtbot, loaded, seed=7)
    press(qtbot, loaded, "Another seed")
    wait_for_end(qtbot, loaded)
    assert loaded.session.run.recipe.config == first.recipe.config.with_changes(seed=8)
    assert order(loaded) == ["Run 2", "Run 1"]
    assert loaded.actions_.back.text() == f"Back to Run 1 at update {first.update}"
    loaded.actions_.back.trigger()
    assert loaded.session.run is first


def test_a_run_of_so_many_updates_is_offered_as_many_more(qtbot, loaded):
    run = train(qtbot, loaded, updates=5)
    press(qtbot, loaded, "5 more updates")
    wait_for_end(qtbot, loaded)
    assert run.update == 10


def test_training_the_same_run_again_is_said(qtbot, loaded):
    said = []
    loaded.session.state_changed.connect(lambda state: said.append((state, loaded.messages.text)))
    first = train(qtbot, loaded)
    loaded.actions_.train.trigger()
    wait_for_end(qtbot, loaded)
    begun = [text for state, text in said if state is SessionState.RUNNING]
    assert begun[0] == ""
    assert begun[1].startswith("Run 2 repeats Run 1: data, settings and seed are the same")
    assert np.array_equal(vector(loaded.session.run), vector(first))


@pytest.mark.parametrize("change", ["seed", "data"])
def test_another_seed_or_other_data_repeat_nothing(qtbot, loaded, change):
    train(qtbot, loaded)
    if change == "data":
        loaded.files.loader.loaded.emit(small_pair(400), [])
    else:
        loaded.settings.seed.setValue(5)
    loaded.actions_.train.trigger()
    assert "repeats" not in loaded.messages.text
    wait_for_end(qtbot, loaded)


def test_a_lesson_leads_on_by_itself(qtbot, loaded):
    loaded.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    train(qtbot, loaded)
    assert "is finished" not in loaded.messages.text


def test_what_went_wrong_stays_to_be_read(qtbot, loaded):
    loaded.session.failed.emit("Something is wrong.")
    train(qtbot, loaded)
    assert loaded.messages.text == "Something is wrong."
