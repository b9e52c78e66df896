"""The run whose place was taken last comes back, with all its past and its data, however its place was taken."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from core.runs.run import Run
from core.training.presets import PRESETS
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    yield window
    window.close()


def wait_for(qtbot, window, state):
    qtbot.waitUntil(lambda: window.session.state is state)


@pytest.fixture
def trained(qtbot, window):
    """A run of the window with some updates made."""
    run = train_a_little(qtbot, window)
    assert run.name == "Run 1"
    return run


def train_a_little(qtbot, window):
    window.session.set_speed(100)
    window.session.train()
    run = window.session.run
    qtbot.waitUntil(lambda: run.update >= 5)
    window.session.pause()
    wait_for(qtbot, window, SessionState.PAUSED)
    return run


def offer(window):
    """The button in the message bar, or None."""
    buttons = [button for button in window.messages.findChildren(QPushButton) if button.text().startswith("Back to")]
    return next((button for button in buttons if button.isVisible()), None)


def add_a_unit(window):
    window.settings.layers.rows[0].more.click()


def choose_another_seed(window):
    window.settings.seed.setValue(17)


def press_reset(window):
    window.actions_.reset.trigger()


def choose_a_preset(window):
    window.controls.preset_chosen.emit("wide")


def open_other_data(window):
    window.files.loader.loaded.emit(small_pair(train=300), [])


def open_a_model(window):
    network = window.session.run.snapshot().network
    window.session.adopt(Run.from_network(network, None, window.session.run.data, name="other.npz"))


def branch_off(window):
    window.session.adopt(window.session.run.branch(3, "branch", learning_rate=0.01))


@pytest.mark.parametrize(
    "deed", [add_a_unit, choose_another_seed, press_reset, choose_a_preset, open_other_data, open_a_model, branch_off]
)
def test_the_run_whose_place_was_taken_is_offered_and_comes_back_whole(qtbot, window, trained, deed):
    update, data, config = trained.update, trained.data, window.settings.config()
    vector = trained.snapshot().network.parameters.vector
    deed(window)
    assert window.session.run is not trained
    assert offer(window).text() == f"Back to Run 1 at update {update:,}"
    qtbot.mouseClick(offer(window), Qt.MouseButton.LeftButton)
    assert window.session.run is trained
    assert window.session.state is SessionState.PAUSED
    assert trained.update == update
    assert np.array_equal(window.time_machine.snapshot.network.parameters.vector, vector)
    assert window.settings.config() == config
    assert f"{len(data.train):,} +" in window.controls.data.text()
    assert len(window.plots.plots.curves.metrics.batch_loss) == update
    window.timeline.update_requested.emit(2)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 2)
    window.session.train()
    qtbot.waitUntil(lambda: trained.update > update)


def test_a_run_that_is_left_while_it_trains_comes_back_at_rest(qtbot, window):
    window.session.set_speed(100)
    window.session.train()
    run = window.session.run
    qtbot.waitUntil(lambda: run.update >= 5)
    press_reset(window)
    assert offer(window).text() == f"Back to Run 1 at update {run.update:,}"
    qtbot.keyClick(window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert window.session.run is run
    assert window.session.state is SessionState.PAUSED


def test_a_finished_run_that_starts_over_comes_back_finished(qtbot, window):
    window.settings.length.setValue(1)
    window.session.train()
    first = window.session.run
    wait_for(qtbot, window, SessionState.FINISHED)
    window.actions_.train.trigger()
    assert window.session.run is not first
    window.actions_.back.trigger()
    assert window.session.run is first
    assert window.session.state is SessionState.FINISHED


def test_settings_tried_out_afterwards_leave_undo_open(window, trained):
    for _ in range(3):
        add_a_unit(window)
    choose_another_seed(window)
    assert offer(window).text().startswith("Back to Run 1 at")
    window.actions_.back.trigger()
    assert window.session.run is trained


def test_going_back_can_be_undone_where_the_other_run_was_trained_too(qtbot, window, trained):
    press_reset(window)
    second = train_a_little(qtbot, window)
    window.actions_.back.trigger()
    assert window.session.run is trained
    assert offer(window).text().startswith("Back to Run 2 at")
    window.actions_.back.trigger()
    assert window.session.run is second
    assert window.actions_.back.text().startswith("Back to Run 1 at")


def test_a_run_that_was_never_trained_leaves_its_number_to_the_next(window, trained):
    press_reset(window)
    assert window.session.run.name == "Run 2"
    window.actions_.back.trigger()
    add_a_unit(window)
    assert window.session.run.name == "Run 2"


def test_where_nothing_was_trained_nothing_is_offered(window):
    add_a_unit(window)
    press_reset(window)
    assert window.messages.message is None
    assert not window.actions_.back.isEnabled()


def test_once_it_is_back_it_is_not_offered_any_more(window, trained):
    press_reset(window)
    window.actions_.back.trigger()
    assert offer(window) is None
    assert not window.actions_.back.isEnabled()


def test_a_preset_tells_what_it_is_and_leaves_undo_open(window, trained):
    choose_a_preset(window)
    assert PRESETS["wide"].sentence in window.messages.message.text
    assert offer(window) is not None
    add_a_unit(window)
    assert PRESETS["wide"].sentence not in window.messages.message.text
    assert offer(window) is not None


def test_the_offer_calls_runs_by_their_names_of_now(window, trained):
    press_reset(window)
    window.past_runs.describe(trained.id, name="base")
    assert offer(window).text() == f"Back to base at update {trained.update:,}"
    assert window.messages.text == "Run 2 has taken the place of base."
