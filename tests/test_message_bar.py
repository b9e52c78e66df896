"""What has been saved is told in one way and in passing; an offer to undo something outlives it."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton, QToolButton

from gui.files.saved_file import SavedFile, proposed_name
from gui.panels.message_bar import Message, MessageBar

SAVED = SavedFile("the plots", Path("/home/someone/plots.png"))


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def done():
    return []


@pytest.fixture
def offer(done):
    return Message(
        "Run 2 has taken the place of Run 1.", choices=(("Back to Run 1", lambda: done.append("back")),), undoes=True
    )


def buttons(bar):
    return {b.text(): b for b in bar.findChildren(QPushButton) if b.isVisibleTo(bar)}


def press(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_was_saved_names_the_file_and_its_folder(bar):
    bar.tell_saved(SAVED)
    assert bar.text == "Saved the plots as plots.png."
    assert list(buttons(bar)) == ["Show in folder"]
    assert "/home/someone/plots.png" in bar._text.toolTip()


def test_an_invitation_makes_way(bar):
    bar.say(Message("These digits are synthetic.", choices=(("Download", list),)))
    bar.tell_saved(SAVED)
    assert list(buttons(bar)) == ["Show in folder"]


def test_the_folder_is_opened_in_the_file_manager(qtbot, bar, monkeypatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    bar.tell_saved(SAVED)
    press(qtbot, buttons(bar)["Show in folder"])
    assert opened == ["/home/someone"]
    assert bar.message is None


def test_an_offer_stays_while_a_saved_file_is_told_and_after_it(qtbot, bar, offer, done):
    bar.say(offer)
    bar.tell_saved(SAVED)
    assert list(buttons(bar)) == ["Show in folder", "Back to Run 1"]
    assert bar.message is offer
    press(qtbot, bar.findChild(QToolButton))
    assert bar.text == offer.text
    press(qtbot, buttons(bar)["Back to Run 1"])
    assert done == ["back"]
    assert bar.message is None


def test_an_offer_can_be_taken_while_a_saved_file_is_told(qtbot, bar, offer, done):
    bar.say(offer)
    bar.tell_saved(SAVED)
    press(qtbot, buttons(bar)["Back to Run 1"])
    assert done == ["back"]
    assert bar.message is None


def test_an_offer_that_is_taken_back_leaves_what_was_saved(bar, offer):
    bar.say(offer)
    bar.tell_saved(SAVED)
    bar.take_back(offer)
    assert list(buttons(bar)) == ["Show in folder"]


def test_what_was_told_in_passing_goes_when_training_goes_on(bar, offer):
    bar.tell_saved(SAVED)
    bar.forget_passing()
    assert bar.message is None
    bar.say(offer)
    bar.tell_saved(SAVED)
    bar.forget_passing()
    assert bar.message is offer
    bar.forget_passing()
    assert bar.message is offer


def test_an_error_takes_the_place_of_everything(bar, offer):
    bar.say(offer)
    bar.tell_saved(SAVED)
    bar.say(Message("No.", "error"))
    assert not buttons(bar)
    bar.forget_passing()
    assert bar.message.text == "No."


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Run 3 update 12", "Run 3 update 12.npz"), ("a/b: c?", "a b c.npz"), ("../..", "run.npz"), ("", "run.npz")],
)
def test_proposed_names_hold_nothing_that_a_system_refuses(name, expected):
    assert proposed_name(name, ".npz") == expected
