"""The update that is looked at is predicted, made by the session, and compared with what was predicted."""

import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.text.agreement import read
from core.text.number_text import number
from gui.widgets.stages.stage_prediction import FALLS, NEXT, REVEAL, RISES
from gui.widgets.stages.stage_side import PREDICT
from tests.layout import laid_out
from tests.step_through import go_to


@pytest.mark.parametrize("direction", [RISES, FALLS])
def test_predict_then_reveal(open_step_through, qtbot, direction):
    panel, _ = open_step_through()
    go_to(panel, "dW2")
    panel.view.side.pages.choose(PREDICT)
    page, explanation = panel.view.side.prediction, panel.explanation
    cell = panel.view.walk.cell
    change = explanation.change.weights[1][cell]
    assert change != 0
    QTest.mouseClick(page.direction.button(direction), Qt.MouseButton.LeftButton)
    page.fall.setValue(0.25)
    QTest.mouseClick(page.reveal, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    text = page.outcome.text()
    assert text.startswith("✓" if (change > 0) == (direction == RISES) else "✗")
    assert f"] {'rose' if change > 0 else 'fell'}: " in text
    assert "you said 0.250" in text
    assert page.prediction is None
    # What became of it stands there, at the same weight and stage, until the learner goes on.
    assert panel.view.walk.stage.symbol == "dW₂"
    assert panel.view.walk.cell == cell
    before, after = explanation.before.weights[1][cell], explanation.after.weights[1][cell]
    name, old, new = re.fullmatch(r"(W₂\[.*\]): (.*) → (.*)", page.question.text()).groups()
    assert name == f"W₂[{cell[0]}, {cell[1]}]"
    assert (read(old), read(new)) == (pytest.approx(before, rel=0.01), pytest.approx(after, rel=0.01))
    assert old != new
    assert page.reveal.text() in NEXT
    QTest.mouseClick(page.reveal, Qt.MouseButton.LeftButton)
    assert panel.explanation.update == 13
    assert page.question.text().startswith(f"Now {number(float(after))}. {name} will")
    assert page.outcome.text() == ""
    assert page.reveal.text() in REVEAL


def test_another_parameter_asks_anew(open_step_through, qtbot):
    panel, _ = open_step_through()
    page = panel.view.side.prediction
    panel.view.side.pages.choose(PREDICT)
    QTest.mouseClick(page.reveal, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.is_revealed)
    go_to(panel, "db2")
    assert not page.is_revealed
    assert page.question.text().startswith("Now ")


def test_a_prediction_is_not_judged_if_the_run_went_elsewhere(open_step_through, qtbot):
    panel, session = open_step_through()
    panel.finish_update_requested.disconnect(session.on_finish)
    QTest.mouseClick(panel.view.side.prediction.reveal, Qt.MouseButton.LeftButton)
    session.trainer.step(session.state)
    session.state.parameters.vector[:] *= 2
    panel.show_snapshot(session.snapshot())
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert "nothing to compare" in panel.view.side.prediction.outcome.text()


def test_the_change_is_not_given_away_beside_the_question_what_it_will_be(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "dW1")
    tiles = panel.view.display.tiles
    place = tiles.gradient.geometry()
    assert tiles.change.isVisible()
    panel.view.side.pages.choose(PREDICT)
    assert not tiles.change.isVisible()
    assert laid_out(tiles.gradient).geometry() == place
    panel.view.side.pages.choose(0)
    assert tiles.change.isVisible()


def test_no_update_is_made_where_none_can_be(open_step_through):
    panel, session = open_step_through()
    panel.allow_finish(False)
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert session.state.update == 12
    assert not panel.view.controls.finish.isEnabled()
    assert not panel.view.side.prediction.reveal.isEnabled()


def test_a_session_that_takes_its_time_is_asked_once(open_step_through, qtbot):
    panel, session = open_step_through()
    panel.finish_update_requested.disconnect(session.on_finish)
    requests = []
    panel.finish_update_requested.connect(lambda: requests.append(panel.allow_finish(False)))
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    for _ in range(3):
        QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert len(requests) == 1
    # The update is made, and the session at rest again, before the new moment is shown.
    session.trainer.step(session.state)
    panel.allow_finish(True)
    panel.show_snapshot(session.snapshot())
    QTest.keyClick(panel.view, Qt.Key.Key_Right)
    assert len(requests) == 1
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert panel.view.walk.place == 0


def test_a_session_that_failed_can_be_asked_again(open_step_through):
    panel, session = open_step_through()
    panel.finish_update_requested.disconnect(session.on_finish)
    requests = []
    panel.finish_update_requested.connect(lambda: requests.append(panel.allow_finish(False)))
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    panel.allow_finish(True)
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    assert len(requests) == 2
