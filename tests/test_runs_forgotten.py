"""Runs are forgotten one by one and all at once, and then let go of."""

import gc
from weakref import ref

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton

from tests.runs_window import choose, curves, order, train, window_with_small_data


@pytest.fixture
def loaded(qtbot):
    return window_with_small_data(qtbot)


def press(qtbot, place, text):
    button = next(button for button in place.findChildren(QAbstractButton) if button.text() == text)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


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
