"""The drawing in Step through: the first image of the strip, with a label of choice, at the moment that is shown."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.network.network import Network, forward
from core.network.prediction import scaled
from gui.session.task_slot import close_threads
from gui.widgets.stages.stage_examples import OWN
from tests.layout import laid_out
from tests.small_data import small_dataset
from tests.step_through import click, go_to, settle

DRAWING, ANOTHER = scaled(small_dataset(2, 99).images)


def own(panel):
    shown = panel.view.explanation
    return shown if shown is not None and shown.own is not None else None


@pytest.fixture
def following(open_step_through, qtbot):
    """A panel that follows a drawing."""
    panel, session = open_step_through()
    panel.show_drawing(DRAWING)
    panel.follow_drawing()
    qtbot.waitUntil(lambda: own(panel) is not None)
    return laid_out(panel), session


def choose_label(panel, text):
    """Choose by keyboard, as the popup would."""
    field = panel.view.examples.label
    field.setFocus()
    while field.currentText() != text:
        QTest.keyClick(field, Qt.Key.Key_Down if field.currentIndex() < field.findText(text) else Qt.Key.Key_Up)


def test_it_is_the_first_of_the_strip_and_a_click_leads_there_and_back(open_step_through, qtbot):
    panel, _ = open_step_through()
    strip = panel.view.examples.strip
    assert not panel.view.examples.scope.button(2).isEnabled()
    parts = strip.part_count()
    panel.show_drawing(DRAWING)
    assert strip.part_count() == parts + 1
    assert "in no batch" in strip.part_name(0)
    assert own(panel) is None
    click(strip, strip.part_rect(0).center())
    qtbot.waitUntil(lambda: own(panel) is not None)
    assert strip.current_part() == 0
    assert "predicted" in strip.part_name(0)
    click(strip, strip.part_rect(2).center())
    qtbot.waitUntil(lambda: own(panel) is None)
    assert panel.view.walk.image == 1
    assert panel.view.explanation.batch_size == 64


def test_it_can_be_asked_for_before_anything_else_is_shown(open_step_through, qtbot):
    panel, session = open_step_through()
    fresh = type(panel)()
    qtbot.addWidget(fresh)
    fresh.show()
    session.panel = fresh
    fresh.explanation_requested.connect(session.on_requested)
    fresh.show_drawing(DRAWING)
    fresh.show_snapshot(session.snapshot())
    # While the run's update is under way already.
    fresh.follow_drawing()
    qtbot.waitUntil(lambda: own(fresh) is not None)
    laid_out(fresh).grab()
    close_threads(fresh)


def test_every_stage_shows_what_the_network_of_the_moment_makes_of_it(following):
    panel, session = following
    network = Network(session.state.parameters)
    passes = forward(network, DRAWING[None])
    found = own(panel)
    assert found.passes.logits.tobytes() == passes.logits.tobytes()
    for place in range(len(panel.view.walk.stages)):
        panel.go_to_stage(place)
        assert panel.view.words.sentence.text()
    assert "the run does not learn from it" in panel.view.controls.where.text()


def test_another_label_changes_the_gradient_at_once(following, qtbot):
    panel, _ = following
    go_to(panel, "dz2")
    answer = int(own(panel).probabilities[0].argmax())
    label = (answer + 3) % 10
    choose_label(panel, f"label {label}")
    qtbot.waitUntil(lambda: own(panel).labels.tolist() == [label])
    gradient = panel.view.walk.stage.values(0)
    expected = own(panel).probabilities[0] - np.eye(10)[label]
    assert gradient == pytest.approx(expected, abs=1e-6)
    assert panel.view.walk.stage.symbol == "dz₂"


def test_later_drawings_follow_and_an_empty_canvas_gives_the_label_back(following, qtbot):
    panel, _ = following
    choose_label(panel, "label 4")
    qtbot.waitUntil(lambda: own(panel).labels.tolist() == [4])
    panel.show_drawing(None)
    assert panel.view.examples.label.currentText() == "as read"
    panel.show_drawing(ANOTHER)
    qtbot.waitUntil(lambda: np.array_equal(own(panel).inputs[0], ANOTHER))
    assert own(panel).labels.tolist() == [int(own(panel).probabilities[0].argmax())]


def test_it_follows_training_and_the_run_learns_nothing_from_it(following, qtbot):
    panel, session = following
    for _ in range(5):
        session.trainer.step(session.state)
        panel.show_snapshot(session.snapshot())
    qtbot.waitUntil(lambda: own(panel).update == 17)
    assert own(panel).before.vector.tobytes() == session.state.parameters.vector.tobytes()
    expected = session.trainer.initial_state()
    for _ in range(17):
        session.trainer.step(expected)
    assert expected.parameters.vector.tobytes() == session.state.parameters.vector.tobytes()


def test_its_update_is_not_made(following, qtbot):
    panel, session = following
    view = panel.view
    assert not view.controls.finish.isEnabled()
    assert "in no batch" in view.controls.finish.toolTip()
    assert not view.side.prediction.reveal.isEnabled()
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Right)
    settle(qtbot, panel)
    assert session.state.update == 12
    assert "The run does not make this update." in view.walk.stage.describe(view.walk.cell, 0).sentence
    # Back at an image of the batch it can be made.
    QTest.mouseClick(view.examples.scope.button(0), Qt.MouseButton.LeftButton)
    assert view.controls.finish.isEnabled()
    QTest.mouseClick(view.controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: session.state.update == 13)


def test_the_gradient_check_checks_the_drawing(following, qtbot):
    panel, _ = following
    go_to(panel, "dW1")
    QTest.mouseClick(panel.view.side.pages.button(1), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(panel.explainer.checked, timeout=30_000) as checked:
        QTest.mouseClick(panel.view.side.check.check, Qt.MouseButton.LeftButton)
    (check,) = checked.args[0]
    update, cell = panel.view.walk.parameter
    index = update.index(cell)
    assert check.analytic == pytest.approx(float(own(panel).gradient.vector[index]), rel=1e-4, abs=1e-9)


def test_drawings_that_come_while_it_is_at_work_are_not_lost(following, qtbot):
    panel, _ = following
    for step in range(20):
        panel.show_drawing(np.float32(0.05 * step) * DRAWING)
    panel.show_drawing(ANOTHER)
    qtbot.waitUntil(lambda: np.array_equal(own(panel).inputs[0], ANOTHER))


def test_hidden_it_works_nothing_out_and_shown_it_catches_up(following, qtbot):
    panel, _ = following
    panel.hide()
    panel.show_drawing(ANOTHER)
    assert not panel.explainer.busy
    panel.show()
    qtbot.waitUntil(lambda: np.array_equal(own(panel).inputs[0], ANOTHER))


def test_a_batch_that_is_chosen_as_a_whole_is_the_runs(following, qtbot):
    panel, _ = following
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert own(panel) is None
    assert panel.view.walk.example is None
    QTest.mouseClick(panel.view.examples.scope.button(2), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: own(panel) is not None)
    assert panel.view.walk.example == 0
    assert panel.view.examples.strip.rect_of(OWN).contains(QPointF(10, 10))


def test_a_sample_comes_with_its_label_which_goes_with_it(following, qtbot):
    panel, _ = following
    panel.show_drawing(ANOTHER, 3)
    qtbot.waitUntil(lambda: own(panel) is not None and own(panel).own.label == 3)
    assert panel.view.examples.label.currentText() == "label 3"
    panel.show_drawing(DRAWING)
    assert panel.view.own.label is None
    assert panel.view.examples.label.currentText() == "as read"
