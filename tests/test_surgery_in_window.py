"""Surgery in the window: a unit is changed, what came of it is told, and all of it can be taken back."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.explanation.unit_story import find_unit_story
from core.explanation.unit_worth import find_unit_worth
from core.network.prediction import predict
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from gui.look.formatting import number, percent
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from gui.widgets.unit.number_editor import INCOMING
from gui.widgets.unit.unit_page import EFFECT, STORY
from tests.layout import laid_out
from tests.small_data import small_pair

CONFIG = TrainingConfig(hidden=(8,), batch_size=60, epochs=6)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(CONFIG)
    for update in range(1, 4):
        step(qtbot, window, update)
    window.show_tab("Network")
    window.network.open_unit(1, 2)
    yield window
    window.close()


def step(qtbot, window, update):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == update and not window.session.busy)


def detail(window):
    return window.network.unit


def parameters(window):
    return window.time_machine.snapshot.network.parameters


def outgoing(window, unit=2):
    return parameters(window).weights[1][unit]


def test_a_unit_is_switched_off_and_before_and_after_are_told(qtbot, window):
    before = window.session.run.snapshot().network
    detail(window).change.off.trigger()
    assert not outgoing(window).any()
    after = window.session.run.snapshot().network
    qtbot.waitUntil(lambda: "Test: " in detail(window).weights._outcome)
    shares = [percent(evaluate(network, small_pair().test).accuracy) for network in (before, after)]
    assert f"Test: {shares[0]} → {shares[1]}, loss" in detail(window).weights._outcome
    assert detail(window).note.text() == "unit 2 off"
    assert not detail(window).change.off.isEnabled()


def test_the_answer_to_the_drawing_is_told_before_and_after(qtbot, window):
    window.drawing.show_example(small_pair().test.images[0].reshape(28, 28))
    qtbot.waitUntil(lambda: window.drawing.reading.pixels is not None)
    detail(window).change.off.trigger()
    assert detail(window).weights._outcome.startswith("Your drawing: ")


def test_what_is_off_stays_off_while_training_goes_on_and_can_be_set_back(qtbot, window):
    original = outgoing(window).copy()
    detail(window).change.off.trigger()
    step(qtbot, window, 4)
    assert not outgoing(window).any()
    assert detail(window).weights._outcome == "Point at a weight to read it, click it to set it."
    assert not detail(window).change.undo.isEnabled()
    detail(window).change.set_back.trigger()
    assert np.array_equal(outgoing(window), original)
    assert detail(window).note.text() == ""
    assert not detail(window).change.set_back.isEnabled()


def test_changes_at_one_moment_are_undone_one_by_one(window):
    change, before = detail(window).change, parameters(window).vector.copy()
    change.off.trigger()
    change.erase.trigger()
    assert not parameters(window).weights[0][:, 2].any()
    change.undo.trigger()
    assert parameters(window).weights[0][:, 2].any()
    assert not outgoing(window).any()
    change.undo.trigger()
    assert np.array_equal(parameters(window).vector, before)
    assert window.session.run.recipe.events == ()
    assert not change.undo.isEnabled()


def test_a_setting_changed_since_is_not_taken_back_along_with_a_cut(window):
    change = detail(window).change
    change.off.trigger()
    assert change.undo.isEnabled()
    window.session.turn_knob("learning_rate", 0.02)
    assert not change.undo.isEnabled()
    change.undo_requested.emit()
    assert window.session.run.recipe.config_at(window.session.run.update).learning_rate == 0.02
    assert not outgoing(window).any()


def test_a_unit_is_held_at_a_value(window):
    action = detail(window).change._hold.actions()[2]
    action.trigger()
    assert parameters(window).biases[0][2] == action.data() == 1.0
    assert not parameters(window).weights[0][:, 2].any()
    assert detail(window).note.text() == "unit 2 held at 1"


def paint(window, button, *places, modifier=Qt.KeyboardModifier.NoModifier):
    tile = laid_out(detail(window).weights.image)
    left, top = tile.layout_.corner(0)
    zoom = tile.layout_.zoom
    points = [QPointF(left + zoom * (column + 0.5), top + zoom * (row + 0.5)).toPoint() for row, column in places]
    QTest.mousePress(tile, button, modifier, points[0])
    for point in points[1:]:
        QTest.mouseMove(tile, point)
    QTest.mouseRelease(tile, button, modifier, points[-1])


def test_weights_are_painted_mirrored_and_erased_and_one_stroke_is_one_undo(window):
    change = detail(window).change
    before = parameters(window).weights[0][:, 2].reshape(28, 28).copy()
    change.paint.trigger()
    strength = detail(window).weights.brush.strength
    paint(window, Qt.MouseButton.LeftButton, (5, 5), (5, 9))
    once = parameters(window).weights[0][:, 2].reshape(28, 28).copy()
    assert once[5, 5] == once[5, 9] == pytest.approx(strength)
    assert once[20, 20] == before[20, 20]
    assert once[5, 22] == before[5, 22]
    change.mirror.trigger()
    paint(window, Qt.MouseButton.RightButton, (5, 5))
    erased = parameters(window).weights[0][:, 2].reshape(28, 28)
    assert erased[5, 5] == erased[5, 22] == 0
    change.undo.trigger()
    assert np.array_equal(parameters(window).weights[0][:, 2].reshape(28, 28), once)
    paint(window, Qt.MouseButton.LeftButton, (15, 3), modifier=Qt.KeyboardModifier.ShiftModifier)
    assert parameters(window).weights[0][:, 2].reshape(28, 28)[15, 24] == pytest.approx(
        -detail(window).weights.brush.strength
    )
    assert len(window.session.run.recipe.cuts) == 1


def test_a_fast_stroke_has_no_gaps(window):
    detail(window).change.paint.trigger()
    strength = np.float32(detail(window).weights.brush.strength)
    paint(window, Qt.MouseButton.LeftButton, (4, 4), (24, 14), (24, 24))
    painted = parameters(window).weights[0][:, 2].reshape(28, 28) == strength
    rows = np.arange(4, 25)
    assert painted[rows, np.round(4 + (rows - 4) / 2).astype(int)].all()
    assert painted[24, 14:25].all()


def test_before_and_after_stand_beside_each_other_and_once_trained_on_what_has_become_of_it(qtbot, window):
    window.drawing.show_example(small_pair().test.images[0].reshape(28, 28))
    qtbot.waitUntil(lambda: window.drawing.reading.pixels is not None)
    page, effect = detail(window), detail(window).effect
    before = window.session.run.snapshot().network
    page.sections.choose(EFFECT)
    assert effect.effect is None
    page.change.off.trigger()
    after = window.session.run.snapshot().network
    qtbot.waitUntil(lambda: effect.effect.tests is not None, timeout=30_000)
    for column, network in enumerate((before, after)):
        found = evaluate(network, small_pair().test)
        assert effect.accuracies[column].text() == percent(found.accuracy)
        assert effect.losses[column].text() == number(found.loss)
        np.testing.assert_array_equal(effect.effect.tests[column].confusion, found.confusion)
        pixels = window.drawing.reading.pixels
        np.testing.assert_allclose(effect.effect.answers[column], predict(network, pixels[None])[0])
    QTest.mouseClick(effect.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.run.finished and not window.session.busy, timeout=30_000)
    last = window.session.run.update
    qtbot.waitUntil(lambda: f"{last - 3:,} updates later" in effect.sentence.text(), timeout=30_000)
    now = percent(evaluate(window.session.run.snapshot().network, small_pair().test).accuracy)
    assert effect.accuracies[1].text() == now
    assert not outgoing(window).any()
    window.time_machine.go_to(2)
    qtbot.waitUntil(lambda: effect.accuracies[1].text() == percent(evaluate(after, small_pair().test).accuracy))


def test_training_on_makes_a_finished_run_longer_and_keeps_the_cut(qtbot, window):
    run = window.session.run
    window.session.train()
    qtbot.waitUntil(lambda: run.finished and not window.session.busy, timeout=30_000)
    end = run.update
    detail(window).change.off.trigger()
    detail(window).sections.choose(EFFECT)
    QTest.mouseClick(detail(window).effect.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: run.update > end and run.finished and not window.session.busy, timeout=30_000)
    assert window.session.run is run
    assert not outgoing(window).any()
    assert len(run.recipe.cuts) == 1


def test_one_weight_of_a_later_layer_is_set_by_a_number_and_held(qtbot, window):
    window.network.open_unit(2, 7)
    editor = detail(window).weights.editor
    editor.choose(INCOMING, 4)
    editor.held.click()
    QTest.keyClicks(editor.value, "0.125")
    QTest.keyClick(editor.value, Qt.Key.Key_Return)
    assert parameters(window).weights[1][4, 7] == 0.125
    assert detail(window).note.text() == "unit 7 of layer 2: weight of input 4 held at 0.125"
    step(qtbot, window, 4)
    assert parameters(window).weights[1][4, 7] == 0.125
    detail(window).change.set_back.trigger()
    assert parameters(window).weights[1][4, 7] != 0.125


def test_a_value_that_the_unit_never_has_is_refused_in_a_sentence(qtbot, window):
    editor = detail(window).weights.editor
    editor.begin(holds=True)
    QTest.keyClicks(editor.value, "-1")
    with qtbot.waitSignal(window.surgery.failed) as told:
        QTest.keyClick(editor.value, Qt.Key.Key_Return)
    assert "cannot be held at -1" in told.args[0]
    assert window.session.run.recipe.cuts == ()


def test_weights_are_painted_while_training_goes_on(qtbot, window):
    window.session.set_config(CONFIG.with_changes(epochs=400))
    window.network.open_unit(1, 2)
    window.session.set_speed(30)
    window.session.train()
    detail(window).change.paint.trigger()
    strength = detail(window).weights.brush.strength
    paint(window, Qt.MouseButton.LeftButton, (5, 5), (5, 9))
    qtbot.waitUntil(lambda: bool(window.session.run.recipe.cuts), timeout=30_000)
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.state is SessionState.PAUSED, timeout=30_000)
    (cut,) = window.session.run.recipe.cuts
    painted = np.frombuffer(cut.weights, "<f4").reshape(28, 28)
    assert painted[5, 5] == painted[5, 9] == pytest.approx(strength)
    assert detail(window).note.text() == "unit 2 painted"
    assert "Test: " in detail(window).weights._outcome or detail(window).effect.effect is not None


def test_the_table_of_worths_is_sorted_by_any_column_and_a_row_opens_its_unit(qtbot, window):
    panel = window.network
    QTest.mouseClick(panel.worth_button, Qt.MouseButton.LeftButton)
    assert panel.beside.page is panel.worth
    qtbot.waitUntil(lambda: panel.worth.worth is not None, timeout=30_000)
    expected = find_unit_worth(window.time_machine.snapshot.network, small_pair().test, 1)
    table, header = panel.worth.table, panel.worth.table.horizontalHeader()

    def units():
        model = table.model()
        return [int(model.index(row, 0).data()) for row in range(model.rowCount())]

    assert units() == np.argsort(expected.accuracies, kind="stable").tolist()
    place = header.sectionViewportPosition(5) + header.sectionSize(5) // 2
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(place, header.height() // 2).toPoint())
    by_three = [expected.accuracy_of(unit, 3) for unit in units()]
    assert by_three == sorted(by_three) or by_three == sorted(by_three, reverse=True)
    row = table.visualRect(table.model().index(2, 0)).center()
    third = units()[2]
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=row)
    assert panel.beside.page is panel.unit
    assert panel.unit.view.target == (1, third)


def test_the_story_of_a_unit_is_found_in_the_background(qtbot, window):
    page = detail(window)
    page.sections.choose(STORY)
    QTest.mouseClick(page.story.button.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Active for" in page.story.sentence.text(), timeout=30_000)
    story = find_unit_story(window.session.run, 3, 1)
    assert f"of 600 training images before the first update, for {percent(story.active[-1, 2], 0)}" in (
        page.story.sentence.text()
    )


def test_a_moment_of_the_past_cannot_be_changed(qtbot, window):
    detail(window).change.paint.trigger()
    window.time_machine.go_to(1)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 1)
    assert not detail(window).change.isEnabled()
    assert "branch" in detail(window).change.toolTip()
    assert not detail(window).weights.brush.is_down
    window.time_machine.go_live()
    assert detail(window).change.isEnabled()


def test_a_past_moment_tells_the_cuts_of_its_time(qtbot, window):
    detail(window).change.off.trigger()
    step(qtbot, window, 4)
    window.time_machine.go_to(2)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 2)
    assert detail(window).note.text() == ""
    window.time_machine.go_to(3)
    qtbot.waitUntil(lambda: window.time_machine.snapshot.update == 3)
    assert detail(window).note.text() == "unit 2 off"
    assert not outgoing(window).any()


def test_a_unit_is_changed_while_training_goes_on(qtbot, window):
    window.session.set_speed(30)
    window.session.train()
    detail(window).change.off.trigger()
    qtbot.waitUntil(lambda: bool(window.session.run.recipe.cuts))
    window.session.pause()
    qtbot.waitUntil(lambda: window.session.state is SessionState.PAUSED)
    assert not outgoing(window).any()
    assert detail(window).note.text() == "unit 2 off"


def test_a_run_that_was_cut_before_its_first_update_goes_on_from_the_cut(qtbot, window):
    window.session.reset()
    window.network.open_unit(1, 2)
    detail(window).change.off.trigger()
    assert not outgoing(window).any()
    step(qtbot, window, 1)
    assert not outgoing(window).any()


def test_what_each_unit_is_worth_is_written_on_the_tiles(qtbot, window):
    window.show_tab("Training")
    window.weights.worth.click()
    qtbot.waitUntil(lambda: window.weights._worth is not None)
    expected = find_unit_worth(window.time_machine.snapshot.network, small_pair().test, 1)
    assert window.weights.grid._values == {
        unit: percent(float(share)) for unit, share in enumerate(expected.accuracies)
    }
    assert f"without it {percent(float(expected.accuracies[2]))} right" in window.weights.describe(2)
    step(qtbot, window, 4)
    assert window.weights.grid._values == {}


def test_a_network_without_hidden_units_has_none_to_change(qtbot, window):
    window.session.set_config(TrainingConfig(hidden=(), batch_size=60))
    window.network.open_unit(1, 2)
    assert not detail(window).change.off.isEnabled()
    assert not detail(window).change._hold.menuAction().isEnabled()
    with qtbot.waitSignal(window.surgery.failed):
        window.weights.worth.click()
    detail(window).change.erase.trigger()
    assert not parameters(window).weights[0][:, 2].any()
