"""When training diverges, the window says so, leads back, and lets the user go on."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QPushButton,
)

from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.main_window import load_small, open_window, press, visible_texts, wait_for
from tests.small_data import run_about_to_diverge


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


@pytest.fixture
def loaded(window):
    return load_small(window)


def test_when_training_diverges_the_window_says_so_and_leads_back(qtbot, loaded):
    loaded.session.set_config(loaded.session.config.with_changes(learning_rate=1000.0))
    press(qtbot, loaded, "Train")
    wait_for(qtbot, loaded, SessionState.PAUSED)
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    # It is at update 0 already: there is nothing before it to be shown.
    assert loaded.messages.message.choices == ()
    assert np.isfinite(loaded.time_machine.snapshot.network.parameters.vector).all()


def test_a_long_recovery_is_shown_and_can_be_cancelled(qtbot, loaded):
    run = run_about_to_diverge(loaded.session.run.data, 2_000)
    loaded.session.adopt(run)
    press(qtbot, loaded, "Train")
    cancel = next(button for button in loaded.status.findChildren(QPushButton) if button.text() == "Cancel")
    qtbot.waitUntil(cancel.isVisible)
    assert "training diverged: going back to update 2,000" in visible_texts(loaded.status)
    qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    wait_for(qtbot, loaded, SessionState.PAUSED)
    assert run.update < 2_000
    assert f"back at update {run.update:,};" in loaded.messages.message.text
    assert not cancel.isVisible()


def test_a_moment_before_training_diverged_is_offered(qtbot, loaded):
    for update in range(3):
        press(qtbot, loaded, "Step")
        qtbot.waitUntil(lambda update=update: loaded.session.run.update == update + 1 and not loaded.session.busy)
    loaded.settings.rate.number.setValue(1000.0)
    press(qtbot, loaded, "Train")
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    (button,) = (b for b in loaded.messages.findChildren(QAbstractButton) if b.text().startswith("Show update"))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: loaded.time_machine.snapshot.update == 0)
    assert loaded.time_machine.position == 0


@pytest.mark.parametrize("deed", ["Train", "Reset"])
def test_that_training_diverged_is_said_until_the_user_goes_on(qtbot, loaded, deed):
    loaded.session.set_config(loaded.session.config.with_changes(learning_rate=1000.0))
    press(qtbot, loaded, "Train")
    qtbot.waitUntil(lambda: loaded.messages.message is not None and "diverged" in loaded.messages.message.text)
    if deed == "Train":
        loaded.session.turn_knob("learning_rate", 0.01)
    press(qtbot, loaded, deed)
    assert loaded.messages.message is None
    wait_for(qtbot, loaded, SessionState.FINISHED if deed == "Train" else SessionState.IDLE)


def test_no_setting_moves_away_from_under_the_pointer_when_a_message_goes(qtbot, loaded):
    loaded.controls.preset.activated.emit(loaded.controls.preset.findData("wide"))
    qtbot.waitUntil(loaded.messages.isVisible)
    field = laid_out(loaded.settings.seed)
    before = field.mapTo(loaded, field.rect().topLeft())
    field.setValue(5)
    assert not loaded.messages.isVisible()
    laid_out(loaded)
    assert field.mapTo(loaded, field.rect().topLeft()) == before
