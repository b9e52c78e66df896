"""Be the optimizer in the window: weights are painted and turned, scored at once, undone, and trained from there."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QStyle, QStyleOptionSlider

from core.network.network import Network
from core.runs.hand_made import score_of, score_of_training
from core.training.config import TrainingConfig
from gui.look.formatting import number, percent
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.layout import laid_out
from tests.small_data import small_pair

PATIENCE = 30_000


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(TrainingConfig(hidden=(12,), batch_size=60, epochs=2))
    window.show_tab("Network")
    QTest.mouseClick(window.network.by_hand, Qt.MouseButton.LeftButton)
    laid_out(window)
    yield window
    window.close()


def page(window):
    return window.network.hand


def begin(window, units=3):
    page(window).units.setValue(units)
    QTest.mouseClick(page(window).begin, Qt.MouseButton.LeftButton)
    return laid_out(page(window))


def weights(window):
    return window.session.run.snapshot().network.parameters.weights


def paint(window, *places, button=Qt.MouseButton.LeftButton):
    canvas = laid_out(page(window).canvas)
    (left, top), zoom = canvas.layout_.corner(0), canvas.layout_.zoom
    points = [QPointF(left + zoom * (column + 0.5), top + zoom * (row + 0.5)).toPoint() for row, column in places]
    QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, points[-1])


def told(score):
    return f"{percent(score.accuracy)} right, loss {number(score.loss)}"


def wait_for_score(qtbot, window):
    score = score_of(window.session.run.snapshot().network, small_pair().train)
    start = f"After {window.session.run.update}" if window.session.run.update else "Now"
    qtbot.waitUntil(lambda: page(window).score.text().startswith(f"{start}"), timeout=PATIENCE)
    qtbot.waitUntil(lambda: f": {told(score)} (600 training images)." in page(window).score.text(), timeout=PATIENCE)
    return score


def test_where_the_network_is_another_the_page_says_what_it_is_for_and_what_can_be_done(window):
    hand = page(window)
    for words in ("Be the optimizer", "2 to 10 units", "stays, in the tab Runs", "click a unit"):
        assert words in hand.note.text()
    assert hand.begin.isVisible()
    assert not any(part.isVisible() for part in (hand.score, hand.compare, hand.train, hand.undo, hand.best))
    begin(window)
    assert hand.note.text() == ""
    assert all(part.isVisible() for part in (hand.score, hand.compare, hand.train, hand.undo, hand.best))


def test_a_network_that_is_too_large_is_not_shown_for_painting(window):
    assert not page(window).editor.isVisible()
    begin(window)
    assert page(window).editor.isVisible()
    assert not page(window).note.isVisible()
    assert window.session.run.recipe.config.hidden == (3,)
    assert not window.session.run.snapshot().network.parameters.vector.any()


def test_strokes_are_scored_and_undone_one_by_one(qtbot, window):
    begin(window)
    wait_for_score(qtbot, window)
    paint(window, (1, 3), (1, 10))
    first = weights(window)[0][:, 0].copy()
    assert first.reshape(28, 28)[1, 3] == first.reshape(28, 28)[1, 10] == pytest.approx(0.1)
    page(window).tool.button(1).click()
    paint(window, (20, 3))
    assert weights(window)[0][:, 0].reshape(28, 28)[20, 3] == pytest.approx(-0.1)
    page(window).mirror.click()
    page(window).tool.button(2).click()
    paint(window, (1, 3))
    erased = weights(window)[0][:, 0].reshape(28, 28)
    assert erased[1, 3] == 0
    page(window).undo.click()
    page(window).undo.click()
    np.testing.assert_array_equal(weights(window)[0][:, 0], first)
    page(window).undo.click()
    assert not weights(window)[0].any()
    assert not page(window).undo.isEnabled()


def drag(slider, notches):
    """Drag a slider's handle to some of its notches in turn, with the mouse."""
    option = QStyleOptionSlider()
    slider.initStyleOption(option)
    style = slider.style()
    handle = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderHandle, slider)
    groove = style.subControlRect(QStyle.ComplexControl.CC_Slider, option, QStyle.SubControl.SC_SliderGroove, slider)
    free = groove.width() - handle.width()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, handle.center())
    for notch in notches:
        share = (notch - slider.minimum()) / (slider.maximum() - slider.minimum())
        place = QPoint(round(groove.left() + handle.width() / 2 + share * free), handle.center().y())
        QTest.mouseMove(slider, place)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)


def test_a_slider_is_turned_and_one_drag_is_one_undo(qtbot, window):
    begin(window)
    drag(laid_out(page(window).values.sliders[4]), (10, 20, 30))
    assert weights(window)[1][0, 3] == pytest.approx(1.5, abs=0.3)
    assert page(window).values.fields[4].value() == pytest.approx(float(weights(window)[1][0, 3]))
    assert len(window.session.run.recipe.cuts) == 1
    page(window).undo.click()
    assert not weights(window)[1].any()
    assert not page(window).undo.isEnabled()


def test_numbers_are_typed_for_the_unit_and_for_the_digits(qtbot, window):
    begin(window)
    page(window).choose_unit(2)
    for row, text in ((0, "0.5"), (8, "-1.25")):
        field = page(window).values.fields[row]
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)
    parameters = window.session.run.snapshot().network.parameters
    assert parameters.biases[0][2] == 0.5
    assert parameters.weights[1][2, 7] == -1.25
    page(window).turns.button(1).click()
    page(window).values.fields[4].setValue(2.0)
    assert window.session.run.snapshot().network.parameters.biases[1][4] == 2


def test_a_number_far_beyond_its_slider_is_taken_and_told_everywhere(qtbot, window):
    begin(window)
    field = page(window).values.fields[0]
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    field.selectAll()
    QTest.keyClicks(field, "999999999999")
    QTest.keyClick(field, Qt.Key.Key_Return)
    slider = page(window).values.sliders[0]
    assert slider.value() == slider.maximum()
    shown = window.session.run.snapshot().network.parameters
    assert shown.biases[0][0] == np.float32(999999999999)
    assert np.array_equal(window.drawing.reader_box.network.parameters.vector, shown.vector)


def test_the_keyboard_paints(window):
    begin(window)
    canvas = page(window).canvas
    canvas.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Space):
        QTest.keyClick(canvas, key)
    assert weights(window)[0][:, 0].reshape(28, 28)[13, 13] == pytest.approx(0.1)
    assert len(window.session.run.recipe.cuts) == 1


def test_the_best_comes_back(qtbot, window):
    begin(window)
    paint(window, *((row, column) for row in (0, 1, 2) for column in range(0, 28, 2)))
    # Only a 0 has that much ink there.
    page(window).values.fields[0].setValue(-2.0)
    page(window).values.fields[1].setValue(1.0)
    good = wait_for_score(qtbot, window)
    best = window.session.run.snapshot().network.parameters.vector.copy()
    page(window).values.fields[1].setValue(-3.0)
    worse = wait_for_score(qtbot, window)
    assert worse < good
    qtbot.waitUntil(page(window).best.isEnabled, timeout=PATIENCE)
    page(window).best.click()
    np.testing.assert_array_equal(window.session.run.snapshot().network.parameters.vector, best)
    page(window).undo.click()
    assert weights(window)[1][0, 0] == -3


def test_training_goes_on_from_there_and_replays_bit_for_bit(qtbot, window):
    begin(window)
    paint(window, *((row, column) for row in (0, 1, 2) for column in range(0, 28, 2)))
    page(window).values.fields[1].setValue(1.0)
    start = window.session.run.snapshot().network.parameters.vector.copy()
    wait_for_score(qtbot, window)
    page(window).train.click()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED, timeout=PATIENCE)
    run = window.session.run
    assert run.update == run.total_updates == 20
    wait_for_score(qtbot, window)
    assert "You began with: " in page(window).score.text()
    replay = run.replay()
    np.testing.assert_array_equal(run.snapshot_of(replay.state_at(0)).network.parameters.vector, start)
    end = run.snapshot().network.parameters.vector
    np.testing.assert_array_equal(replay.state_at(20).parameters.vector, end)
    window.time_machine.go_to(0)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 0, timeout=PATIENCE)
    assert page(window).note.text().startswith("A moment of the past")
    assert not page(window).canvas.isEnabled()


def test_nothing_is_painted_while_training_goes_on(qtbot, window):
    begin(window)
    window.session.set_speed(5)
    window.session.train()
    qtbot.waitUntil(lambda: page(window).note.text().startswith("Training goes on"), timeout=PATIENCE)
    assert not page(window).canvas.isEnabled()
    window.session.pause()
    qtbot.waitUntil(page(window).canvas.isEnabled, timeout=PATIENCE)


def test_while_it_trains_the_score_is_that_of_before(qtbot, window):
    window.session.set_config(TrainingConfig(hidden=(12,), batch_size=1, epochs=10_000))
    begin(window)
    before = told(wait_for_score(qtbot, window))
    QTest.mouseClick(page(window).train, Qt.MouseButton.LeftButton)
    start = f"Before training: {before}"
    qtbot.waitUntil(lambda: page(window).score.text().startswith(start), timeout=PATIENCE)
    window.session.pause()
    qtbot.waitUntil(lambda: not window.session.busy, timeout=PATIENCE)
    wait_for_score(qtbot, window)


def test_training_from_random_weights_is_told_beside_it(qtbot, window):
    begin(window)
    config = window.session.run.recipe.config
    page(window).compare.button.click()
    expected = score_of_training(config, small_pair(), small_pair().train)
    text = f"Training from random weights reaches {told(expected)}."
    qtbot.waitUntil(lambda: text in page(window).score.text(), timeout=PATIENCE)
    assert window.session.run.update == 0


def test_a_hidden_page_works_nothing_out(qtbot, window):
    begin(window)
    wait_for_score(qtbot, window)
    window.network.close_hand()
    assert window.network.diagram.isVisible()
    window.session.set_config(TrainingConfig(hidden=(4,), batch_size=60, epochs=2))
    assert isinstance(window.network.diagram.flow.units[0], np.ndarray)
    assert window.hand_made._images is None
    window.network.open_hand()
    wait_for_score(qtbot, window)


def test_a_stroke_under_way_is_scored_before_it_ends(qtbot, window):
    begin(window)
    page(window).values.fields[1].setValue(2.0)
    wait_for_score(qtbot, window)
    canvas = laid_out(page(window).canvas)
    (left, top), zoom = canvas.layout_.corner(0), canvas.layout_.zoom
    shown = []
    page(window).stroke_under_way.connect(shown.append)
    QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPointF(left + 5 * zoom, top + 1.5 * zoom).toPoint())
    vector = window.session.run.snapshot().network.parameters.copy()
    shown[-1].apply(vector)
    score = score_of(Network(vector), small_pair().train)
    qtbot.waitUntil(lambda: told(score) in page(window).score.text(), timeout=PATIENCE)
    assert not weights(window)[0].any()
    QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPointF(left + 5 * zoom, top + 1.5 * zoom).toPoint())
    assert weights(window)[0].any()


def test_a_lesson_points_at_the_page(window):
    window.network.close_hand()
    place = window.network.look_at("hand")
    assert place.widget is page(window)
    assert page(window).isVisible()


def test_the_first_stroke_has_full_color(window):
    """All other weights are 0, which says nothing about how large a weight is."""
    begin(window)
    paint(window, (10, 10), (11, 10))
    network = window.session.run.snapshot().network
    assert network.parameters.weights[0].any()
    assert page(window)._limit(network) <= 2 * page(window).strength.value()
