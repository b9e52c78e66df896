"""A lesson has a list of runs of its own, and gives mine back when it is closed."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from core.training.teaching import teach
from tests.runs_window import order, train, vector, window_with_small_data
from tests.small_data import small_dataset, small_pair


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


@pytest.fixture
def mine(qtbot, loaded):
    """Two runs of mine, the second on display, and a knob turned beside it that no update has felt."""
    first = train(qtbot, loaded)
    second = train(qtbot, loaded, seed=1)
    loaded.settings.rate.number.setValue(0.03)
    return first, second


def open_lesson(window, name):
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / f"{name}.toml"))


def set_up_next(qtbot, window):
    """Go to the next step that has something to set up, and set it up."""
    window.lesson.next.click()
    while not window.lesson.set_up.isVisible():
        window.lesson.next.click()
    before = window.session.run
    qtbot.mouseClick(window.lesson.set_up, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.run is not before)


def train_shortly(qtbot, window):
    window.session.set_speed(None)
    window.session.train()
    run = window.session.run
    qtbot.waitUntil(lambda: run.update >= 3)
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.busy)
    return run


def close_lesson(qtbot, window):
    qtbot.mouseClick(window.lesson.close_button, Qt.MouseButton.LeftButton)


def choice(window, begins):
    buttons = window.messages.findChildren(QPushButton)
    return next(button for button in buttons if button.isVisible() and button.text().startswith(begins))


def test_closing_a_lesson_gives_back_runs_display_settings_data_and_tab(qtbot, loaded, mine):
    data, end, config = loaded.session.run.data, vector(mine[1]).copy(), loaded.settings.config()
    open_lesson(loaded, "overfitting")
    for _ in range(2):
        set_up_next(qtbot, loaded)
        train_shortly(qtbot, loaded)
    loaded.show_tab("runs")
    assert order(loaded) == ["Run 4", "Run 3"]
    assert len(loaded.session.run.data.train) == 200
    loaded.show_tab("evaluate")
    close_lesson(qtbot, loaded)
    assert loaded.session.run is mine[1]
    assert loaded.tabs.tabText(loaded.tabs.currentIndex()) == "Runs"
    assert order(loaded) == ["Run 2", "Run 1"]
    assert loaded.session.run.data is data
    assert loaded.settings.config() == loaded.session.config == config
    assert config.learning_rate == 0.03
    assert np.array_equal(loaded.time_machine.snapshot.network.parameters.vector, end)
    assert loaded.actions_.back.text().startswith("Back to Run 1 at")


def test_set_it_up_begins_one_run_not_two(qtbot, loaded, mine):
    begun = []
    loaded.session.run_changed.connect(lambda run: begun.append((run.name, len(run.data.train))))
    open_lesson(loaded, "overfitting")
    set_up_next(qtbot, loaded)
    assert begun == [("Run 3", 200)]


def test_runs_of_one_lesson_share_their_data(qtbot, loaded, mine):
    open_lesson(loaded, "overfitting")
    set_up_next(qtbot, loaded)
    first = train_shortly(qtbot, loaded)
    set_up_next(qtbot, loaded)
    assert loaded.session.run.data is first.data


def test_the_runs_of_a_lesson_can_be_kept(qtbot, loaded, mine):
    open_lesson(loaded, "learning-rate")
    for _ in range(2):
        set_up_next(qtbot, loaded)
        train_shortly(qtbot, loaded)
    close_lesson(qtbot, loaded)
    qtbot.mouseClick(choice(loaded, "Keep the lesson's 2 runs"), Qt.MouseButton.LeftButton)
    assert order(loaded) == ["Run 2", "Run 4", "Run 3", "Run 1"]


def test_a_lesson_in_which_nothing_was_trained_says_nothing(qtbot, loaded, mine):
    open_lesson(loaded, "momentum")
    loaded.messages.dismiss()
    close_lesson(qtbot, loaded)
    assert loaded.messages.message is None
    assert order(loaded) == ["Run 2", "Run 1"]
    assert loaded.session.run is mine[1]


def test_another_lesson_begins_with_what_is_mine(qtbot, loaded, mine):
    open_lesson(loaded, "overfitting")
    set_up_next(qtbot, loaded)
    lesson_run = train_shortly(qtbot, loaded)
    open_lesson(loaded, "learning-rate")
    assert loaded.session.run is mine[1]
    assert order(loaded) == ["Run 2"]
    set_up_next(qtbot, loaded)
    assert loaded.session.run.data is mine[1].data
    close_lesson(qtbot, loaded)
    assert loaded.session.run is mine[1]
    assert lesson_run.name not in order(loaded)


def test_what_is_trained_on_of_mine_while_a_lesson_is_open_stays_mine(qtbot, loaded, mine):
    loaded.session.set_config(loaded.session.config.with_changes(epochs=3000))
    open_lesson(loaded, "overfitting")
    run = train_shortly(qtbot, loaded)
    set_up_next(qtbot, loaded)
    train_shortly(qtbot, loaded)
    close_lesson(qtbot, loaded)
    assert loaded.session.run is run
    assert order(loaded) == [run.name, "Run 2", "Run 1"]


def test_data_that_are_opened_in_a_lesson_are_mine_and_the_lesson_goes_on_with_them(qtbot, loaded, mine):
    other = small_pair(450)
    open_lesson(loaded, "overfitting")
    set_up_next(qtbot, loaded)
    train_shortly(qtbot, loaded)
    loaded.files.loader.loaded.emit(other, [])
    assert loaded.session.run.data is other
    set_up_next(qtbot, loaded)
    assert loaded.session.run.data.train.name.startswith("small train, first")
    close_lesson(qtbot, loaded)
    assert loaded.session.run.data is other
    assert order(loaded)[1:] == ["Run 2", "Run 1"]


def test_a_run_of_mine_that_was_taught_in_a_lesson_is_undone_and_stays_mine(qtbot, loaded, mine):
    open_lesson(loaded, "momentum")
    digits = small_dataset(4, 3)
    network = mine[1].snapshot().network
    loaded.drawing_controller.taught_runs.adopt(teach(network, digits, mine[1].data.test, updates=2, learning_rate=0.1))
    loaded.drawing_controller.taught_runs.undo()
    assert loaded.session.run is mine[1]
    set_up_next(qtbot, loaded)
    close_lesson(qtbot, loaded)
    assert loaded.session.run is mine[1]
    assert order(loaded)[-2:] == ["Run 2", "Run 1"]


def test_a_step_set_up_on_few_images_says_that_it_may_turn_out_otherwise(qtbot, loaded):
    open_lesson(loaded, "learning-rate")
    set_up_next(qtbot, loaded)
    qtbot.waitUntil(lambda: "With 600 training images this step may turn out otherwise" in loaded.messages.text)


def test_a_lesson_leaves_no_card_of_first_steps_in_the_plots(qtbot, loaded):
    loaded.show_tab("training")
    card = loaded.plots.start_card
    assert card.isVisible()
    open_lesson(loaded, "learning-rate")
    set_up_next(qtbot, loaded)
    assert not card.isVisible()
    loaded.lesson.closed.emit()
    assert card.isVisible()


def test_a_knob_turned_on_my_run_while_a_lesson_is_open_stays_turned(qtbot, loaded):
    train(qtbot, loaded)
    length = loaded.settings.length
    loaded.session.set_config(loaded.session.config.with_changes(epochs=3))
    mine = loaded.session.run
    loaded.actions_.step.trigger()
    qtbot.waitUntil(lambda: not loaded.session.busy)
    open_lesson(loaded, "momentum")
    length.setFocus()
    qtbot.waitUntil(length.hasFocus)
    qtbot.keyClick(length, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(length, "2")
    qtbot.keyClick(length, Qt.Key.Key_Return)
    set_up_next(qtbot, loaded)
    close_lesson(qtbot, loaded)
    assert loaded.session.run is mine
    assert mine.recipe.config_at(mine.update).epochs == 2
    assert loaded.session.config == loaded.settings.config() == mine.recipe.config_at(mine.update)


def test_a_knob_turned_beside_my_finished_run_while_a_lesson_is_open_waits_for_the_next(qtbot, loaded, mine):
    open_lesson(loaded, "momentum")
    loaded.settings.rate.number.setValue(0.5)
    set_up_next(qtbot, loaded)
    close_lesson(qtbot, loaded)
    assert loaded.session.run is mine[1]
    assert loaded.session.config == loaded.settings.config()
    assert loaded.settings.config().learning_rate == 0.5
