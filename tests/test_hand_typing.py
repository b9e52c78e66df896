"""What is typed or painted by hand is for the unit and the run that it was begun for, or for none."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.main_window import open_by_hand


@pytest.fixture
def window(qtbot):
    yield from open_by_hand(qtbot, 1440, 900)


def type_half(qtbot, window, row=0, text="1.5"):
    """Type a number and do not settle it."""
    field = window.network.hand.values.fields[row]
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, text)
    return field


def parameters(window):
    return window.session.run.snapshot().network.parameters


def test_it_is_set_for_its_unit_when_another_is_chosen(qtbot, window):
    field = type_half(qtbot, window)
    window.network.hand.choose_unit(2)
    assert parameters(window).biases[0].tolist() == [1.5, 0, 0, 0]
    assert field.value() == 0
    field.clearFocus()
    assert parameters(window).biases[0].tolist() == [1.5, 0, 0, 0]


def test_it_is_set_where_it_was_begun_when_other_numbers_are_chosen(qtbot, window):
    field = type_half(qtbot, window, row=3)
    window.network.hand.turns.button(1).click()
    assert parameters(window).weights[1][0].tolist() == [0, 0, 1.5, *[0] * 7]
    field.clearFocus()
    assert not parameters(window).biases[1].any()


@pytest.mark.parametrize("begin_anew", ["shortcut", "settings"])
def test_it_is_given_up_when_another_run_takes_the_place(qtbot, window, begin_anew):
    field, run = type_half(qtbot, window), window.session.run
    if begin_anew == "shortcut":
        window.actions_.reset.trigger()
    else:
        window.session.set_config(window.session.config.with_changes(seed=5))
    field.clearFocus()
    assert window.session.run is not run
    assert window.session.run.recipe.cuts == ()
    assert field.value() == parameters(window).biases[0][0]
    assert not field.lineEdit().isModified()


def test_it_is_given_up_where_a_moment_of_the_past_is_shown(qtbot, window):
    window.actions_.step.trigger()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy, timeout=30_000)
    field = type_half(qtbot, window)
    window.time_machine.go_to(0)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 0, timeout=30_000)
    field.clearFocus()
    assert window.session.run.recipe.cuts == ()
    assert field.value() == 0


def test_a_stroke_is_given_up_when_another_run_takes_the_place(window):
    canvas = window.network.hand.canvas
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton)
    window.actions_.reset.trigger()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton)
    assert window.session.run.recipe.cuts == ()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton)
    assert len(window.session.run.recipe.cuts) == 1


def test_a_setting_turned_since_the_best_weights_stays_when_they_come_back(qtbot, window):
    hand, rate = window.network.hand, window.settings.fields["learning_rate"]
    qtbot.waitUntil(lambda: "Your best" in hand.score.text(), timeout=30_000)
    QTest.keyClick(type_half(qtbot, window), Qt.Key.Key_Return)
    rate.setFocus()
    qtbot.waitUntil(rate.hasFocus)
    QTest.keyClick(rate, Qt.Key.Key_Up)
    wanted = window.session.config
    assert wanted.learning_rate != window.session.run.recipe.config.learning_rate
    # All answers are the one class, so that what stood before was no worse.
    hand.turns.button(1).click()
    QTest.keyClick(type_half(qtbot, window, text="9"), Qt.Key.Key_Return)
    qtbot.waitUntil(hand.best.isEnabled, timeout=30_000)
    hand.best.click()
    run = window.session.run
    assert not parameters(window).biases[1].any()
    assert run.recipe.config_at(run.update) == wanted == window.settings.config()


def test_it_is_given_up_where_the_next_network_is_not_made_by_hand(window):
    # Typed without the focus, as in a window that is not the active one: it is settled where the field is hidden.
    field = window.network.hand.values.fields[0]
    field.selectAll()
    QTest.keyClicks(field, "1.5")
    window.session.set_config(window.session.config.with_changes(hidden=(), layers="conv 2 5x5, pool 2, 10"))
    assert window.session.run.recipe.cuts == ()
    shown = window.time_machine.snapshot.network
    assert window.drawing.reader_box.network.parameters.vector.tolist() == shown.parameters.vector.tolist()
