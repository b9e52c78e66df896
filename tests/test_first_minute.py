"""The first minute: what the empty plots offer, a first run that can be watched, and trouble that is told aloud."""

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.runs.stalled import describe_stall
from core.training.config import TrainingConfig
from core.training.metrics import Metrics
from gui.controllers.first_run import FIRST_STEP
from gui.main_window import MainWindow
from gui.panels.control_bar import SPEEDS
from gui.panels.message_bar import Message
from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.small_data import small_pair

FASTEST = len(SPEEDS) - 1


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    yield window
    window.close()


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def long_run(window):
    window.session.set_config(window.session.config.with_changes(epochs=1000))


def wait_for(qtbot, window, state):
    qtbot.waitUntil(lambda: window.session.state is state)


def test_the_card_is_there_until_there_is_a_curve_and_again_after_a_reset_to_nothing(qtbot, window):
    card = window.plots.start_card
    assert card.isVisible()
    press(qtbot, card.buttons[0])
    qtbot.waitUntil(lambda: not card.isVisible())
    wait_for(qtbot, window, SessionState.FINISHED)
    window.actions_.reset.trigger()
    # The run before is drawn beside.
    assert not card.isVisible()
    window.plots.set_past_runs([])
    assert card.isVisible()


def test_the_card_leads_to_the_canvas_and_to_the_first_lesson(qtbot, window):
    card = window.plots.start_card
    press(qtbot, card.buttons[1])
    assert window.drawing.canvas.hasFocus()
    assert not window.lesson.isVisible()
    press(qtbot, card.buttons[2])
    assert window.lesson.isVisible()


@pytest.mark.parametrize(("size", "text"), [((1440, 900), 100), ((1024, 640), 100), ((1024, 640), 150)])
def test_the_buttons_of_the_card_lie_within_the_window(qtbot, window, size, text):
    window.resize(*size)
    window.text_size.choose(text)
    card = laid_out(window.plots.start_card)
    page = window.tabs.currentWidget()
    for button in card.buttons:
        place = button.mapTo(page, button.rect().bottomRight())
        assert page.rect().contains(place)
        assert button.width() >= button.minimumSizeHint().width()


@pytest.mark.parametrize("text", [100, 150])
def test_the_card_leaves_the_names_of_the_axes_whole(window, text):
    window.text_size.choose(text)
    card = laid_out(window.plots.start_card)
    graphics = window.plots.findChild(pg.GraphicsLayoutWidget)
    axes = [item for item in graphics.scene().items() if isinstance(item, pg.AxisItem) and item.orientation == "left"]
    assert len(axes) == 2
    for axis in axes:
        name = graphics.mapFromScene(axis.label.sceneBoundingRect()).boundingRect()
        assert graphics.mapTo(window, name.topRight()).x() <= card.mapTo(window, card.rect().topLeft()).x() + 4


def test_the_first_run_begins_slowly_and_says_so(qtbot, window):
    long_run(window)
    press(qtbot, window.plots.start_card.buttons[0])
    assert window.controls.speed.value() == FIRST_STEP
    assert window.first_run.is_under_way
    qtbot.waitUntil(lambda: "move Speed" in window.status.findChild(type(window.status._text)).text())
    window.first_run._on_step()
    assert window.controls.speed.value() == FIRST_STEP + 1
    for _ in range(FASTEST - FIRST_STEP - 1):
        window.first_run._on_step()
    assert window.controls.speed.value() == FASTEST
    assert not window.first_run.is_under_way
    window.actions_.pause.trigger()
    wait_for(qtbot, window, SessionState.PAUSED)
    window.actions_.reset.trigger()
    window.actions_.train.trigger()
    assert window.controls.speed.value() == FASTEST
    assert window.preferences.begins_slowly


def test_whoever_moves_the_slider_takes_over_at_once_and_is_not_slowed_down_again(qtbot, window):
    long_run(window)
    window.actions_.train.trigger()
    qtbot.keyClick(window.controls.speed, Qt.Key.Key_End)
    assert not window.first_run.is_under_way
    assert window.controls.speed.value() == FASTEST
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)
    assert not window.preferences.begins_slowly
    later = MainWindow()
    qtbot.addWidget(later)
    later.files.loader.loaded.emit(small_pair(), [])
    long_run(later)
    later.actions_.train.trigger()
    assert later.controls.speed.value() == FASTEST
    later.close()


def test_training_that_no_user_started_and_short_runs_are_not_slowed_down(qtbot, window):
    window.actions_.train.trigger()
    assert window.controls.speed.value() == FASTEST
    wait_for(qtbot, window, SessionState.FINISHED)
    long_run(window)
    window.actions_.train.trigger()
    assert window.controls.speed.value() == FASTEST


def test_a_lesson_that_sets_the_speed_takes_over_without_being_remembered(qtbot, window):
    long_run(window)
    window.actions_.train.trigger()
    window.controls.set_speed(FASTEST)
    assert not window.first_run.is_under_way
    assert window.controls.speed.value() == FASTEST
    assert window.preferences.begins_slowly
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)


def test_who_has_chosen_a_speed_before_the_first_run_gets_it(qtbot, window):
    long_run(window)
    window.controls.set_speed(FASTEST - 1)
    window.controls.set_speed(FASTEST)
    window.actions_.train.trigger()
    assert window.controls.speed.value() == FASTEST
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)


def test_a_pause_keeps_the_first_run_slow(qtbot, window):
    long_run(window)
    window.actions_.train.trigger()
    qtbot.waitUntil(lambda: window.session.run.update > 2)
    window.actions_.pause.trigger()
    wait_for(qtbot, window, SessionState.PAUSED)
    window.actions_.train.trigger()
    assert window.controls.speed.value() == FIRST_STEP
    assert window.first_run.is_under_way


def buttons_of(messages):
    return {button.text(): button for button in messages.findChildren(QPushButton) if button.isVisible()}


def test_a_dead_network_is_told_of_and_a_click_starts_again_with_a_lower_rate(qtbot, window):
    config = TrainingConfig(hidden=(6,), batch_size=30, learning_rate=3.0, epochs=300, seed=1)
    window.session.set_config(config)
    window.session.train()
    qtbot.waitUntil(lambda: window.messages.message is not None and "are dead" in window.messages.message.text)
    assert window.messages.message.kind == "error"
    assert window.messages.message.text.startswith("All 6 hidden units are dead: the network answers the same")
    again = next(button for text, button in buttons_of(window.messages).items() if text.startswith("Start again"))
    press(qtbot, again)
    assert window.session.run.recipe.config.learning_rate == 0.3
    assert window.session.busy
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)


def test_a_network_that_began_at_0_is_offered_to_begin_at_random(qtbot, window):
    window.session.set_config(TrainingConfig(hidden=(6,), batch_size=30, initialization="zeros", epochs=300))
    window.session.train()
    qtbot.waitUntil(lambda: window.messages.message is not None and "are dead" in window.messages.message.text)
    assert "All weights began at 0" in window.messages.message.text
    assert "learning rate" not in window.messages.message.text
    press(qtbot, buttons_of(window.messages)["Start again at random"])
    assert window.session.run.recipe.config.initialization == "auto"
    assert window.session.busy
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)


def metrics_of(loss, accuracy):
    loss = np.asarray(loss, np.float32)
    empty = np.zeros(0)
    return Metrics(loss, np.full(len(loss), accuracy, np.float32), empty.astype(np.int64), empty, empty)


@pytest.mark.parametrize(
    ("loss", "accuracy", "changes", "advice"),
    [
        (np.full(1000, 2.302), 0.11, {}, "Try a larger learning rate."),
        (np.full(1000, 2.302), 0.11, {"initialization": "zeros"}, "choose another initialization"),
        (np.r_[np.linspace(2.3, 0.5, 300), np.full(900, 2.31)], 0.1, {}, "Lower the learning rate"),
        (np.full(1000, 9.0), 0.1, {}, "Lower the learning rate"),
        (np.r_[2.4, np.full(30, 8.0), np.full(900, 2.31)], 0.1, {}, "Lower the learning rate"),
        (np.full(1000, 2.31), 0.1, {"learning_rate": 1.2}, "Lower the learning rate"),
        (np.full(1000, 2.31), 0.1, {"learning_rate": 1e-5, "optimizer": "adam"}, "Try a larger learning rate."),
        (np.linspace(2.3, 0.5, 1000), 0.8, {}, None),
        (np.full(1000, 2.31), 0.6, {}, None),
        (np.full(40, 2.302), 0.11, {}, None),
    ],
)
def test_a_network_that_only_guesses_is_told_of_with_what_may_help(loss, accuracy, changes, advice):
    said = describe_stall(metrics_of(loss, accuracy), TrainingConfig(**changes), epoch=2.0)
    assert (said is None) == (advice is None)
    assert advice is None or (said.endswith(("start again.", advice)) and advice.split(".")[0] in said)


def test_guessing_is_told_of_while_it_lasts(qtbot, window):
    window.session.set_config(TrainingConfig(batch_size=10, learning_rate=1e-9, epochs=1000))
    window.session.train()
    qtbot.waitUntil(lambda: window.messages.message is not None and "still guesses" in window.messages.message.text)
    assert window.messages.message.kind == "warning"
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)
    window.session.set_config(TrainingConfig(batch_size=10))
    assert window.messages.message is None or "guesses" not in window.messages.message.text


@pytest.mark.parametrize(("size", "text"), [((1440, 900), 100), ((1024, 640), 100), ((1024, 640), 150)])
def test_nothing_but_the_foot_of_the_columns_moves_for_a_message_and_all_of_it_is_seen(qtbot, window, size, text):
    window.resize(*size)
    window.text_size.choose(text)
    window.messages.dismiss()
    laid_out(window)
    before = [widget.geometry() for widget in (window.columns, window.timeline, window.status)]
    size_before = window.size()
    long = "All 32 hidden units are dead: the network answers the same for every image. " * 2
    for message in (Message("Run 4 has taken the place of Run 3.", choices=(("Back", print),)), Message(long, "error")):
        window.messages.say(message)
        laid_out(window)
        assert [widget.geometry() for widget in (window.timeline, window.status)] == before[1:]
        assert window.columns.geometry().topLeft() == before[0].topLeft()
        assert (window.columns.geometry() == before[0]) == (message.kind == "muted")
        assert not window.messages.geometry().intersects(window.columns.geometry())
        assert window.size() == size_before
        label = window.messages._text
        assert label.height() >= label.heightForWidth(label.width())
        assert label.text() == message.text or message.text in label.toolTip()
        assert message.kind == "muted" or label.text() == message.text
        assert not window.messages.geometry().intersects(window.timeline.geometry())
        assert window.centralWidget().rect().contains(window.messages.geometry())
    window.messages.dismiss()
    laid_out(window)
    assert [widget.geometry() for widget in (window.columns, window.timeline, window.status)] == before


def test_a_message_leaves_what_the_status_says_as_far_as_there_is_room(qtbot, window):
    window.messages.dismiss()
    window.actions_.step.trigger()
    wait_for(qtbot, window, SessionState.PAUSED)
    window.messages.say(Message("Run 4 has taken the place of Run 3."))
    laid_out(window)
    text = window.status._text
    assert text.mapTo(window.centralWidget(), text.rect().topRight()).x() < window.messages.x()
    assert text.fontMetrics().horizontalAdvance(text.text()) < text.width()
