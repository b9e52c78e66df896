"""A branch is asked for in words: what it changes, where it would be over at once, and without a mouse."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from core.training.config import TrainingConfig
from gui.widgets.timeline.branch_dialog import BranchDialog
from tests.timeline import open_timeline, requests_of, trained

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module")
def run():
    """90 of 120 updates; 30 updates make an epoch."""
    return trained(90)


@pytest.fixture
def panel(qtbot):
    return open_timeline(qtbot)


@pytest.fixture
def asked(panel):
    return requests_of(panel)


@pytest.fixture
def dialog(qtbot, run):
    dialog = BranchDialog(run, 45)
    qtbot.addWidget(dialog)
    return dialog


def ok_button(dialog):
    return dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok)


def test_a_branch_needs_a_change_and_tells_only_what_changed(dialog):
    assert not ok_button(dialog).isEnabled()
    dialog.fields["learning_rate"].setValue(0.02)
    dialog.full_batch.setChecked(True)
    assert dialog.changes() == {"learning_rate": 0.02, "batch_size": None}
    assert dialog.chosen_name() == "Run 1 from 45: learning rate 0.02, batch size full"
    assert ok_button(dialog).isEnabled()


def test_a_branch_that_would_be_over_at_once_is_refused_in_words(dialog):
    dialog.length.setValue(1)
    assert "raise the number of epochs" in dialog.problem()
    assert not ok_button(dialog).isEnabled()
    dialog.length.setValue(9)
    assert dialog.changes() == {"epochs": 9}


def test_a_number_that_was_not_touched_stays_exactly_as_it_was(qtbot):
    run = trained(3, TrainingConfig(batch_size=20, learning_rate=0.123456789, epochs=4))
    dialog = BranchDialog(run, 2)
    qtbot.addWidget(dialog)
    assert dialog.changes() == {}


def test_the_branch_button_asks_and_hands_on_the_answer(qtbot, panel, asked, run):
    panel.show_run(run)
    panel.show_position(45)
    QTest.mouseClick(panel.branch, LEFT)
    dialog = panel.findChild(BranchDialog)
    dialog.fields["learning_rate"].setValue(0.5)
    dialog.name.setText("Bold")
    QTest.mouseClick(ok_button(dialog), LEFT)
    assert asked == [("hold", None), ("branch", (45, "Bold", {"learning_rate": 0.5}))]
    branch = run.branch(45, "Bold", learning_rate=0.5)
    assert branch.update == 45
    assert branch.recipe.config_at(45).learning_rate == 0.5


def test_a_branch_needs_no_mouse(qtbot, panel, asked, run):
    panel.show_run(run)
    panel.show_position(45)
    QTest.mouseClick(panel.branch, LEFT)
    dialog = panel.findChild(BranchDialog)
    qtbot.waitUntil(lambda: dialog.fields["learning_rate"].hasFocus())
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert dialog.isVisible(), "nothing is changed yet"
    qtbot.keyClicks(QApplication.focusWidget(), "0.5")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert asked == [("hold", None), ("branch", (45, "Run 1 from 45: learning rate 0.5", {"learning_rate": 0.5}))]


def test_cancel_asks_for_nothing(panel, asked, run):
    panel.show_run(run)
    QTest.mouseClick(panel.branch, LEFT)
    panel.findChild(BranchDialog).reject()
    assert asked == [("hold", None)]
