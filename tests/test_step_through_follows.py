"""The walk keeps up with the run: with training, turned knobs and other runs, and asks for no more than it shows."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.explanation.update import UpdateSource
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from gui.session.task_slot import close_threads
from tests.step_through import DATA, go_to, settle


def test_it_follows_training_and_ends_at_the_last_update(open_step_through, qtbot):
    panel, session = open_step_through()
    go_to(panel, "p")
    for _ in range(30):
        session.trainer.step(session.state)
        panel.show_snapshot(session.snapshot())
        QApplication.processEvents()
    qtbot.waitUntil(lambda: panel.explanation.update == 42)
    assert panel.view.walk.stage.symbol == "p"
    assert len(session.requests) < 20


def test_hidden_it_asks_for_nothing_and_shown_it_catches_up(open_step_through, qtbot):
    panel, session = open_step_through()
    panel.hide()
    session.trainer.step(session.state)
    panel.show_snapshot(session.snapshot())
    qtbot.wait(300)
    assert session.requests == [12]
    panel.show()
    qtbot.waitUntil(lambda: panel.explanation.update == 13)


def test_a_turned_knob_is_taken_up(open_step_through, qtbot):
    panel, session = open_step_through()
    qtbot.wait(300)
    panel.show_recipe(Recipe(TrainingConfig()))
    assert session.requests == [12]
    session.trainer.follow(session.trainer.recipe.with_event(12, learning_rate=0.7))
    panel.show_recipe(session.trainer.recipe)
    qtbot.waitUntil(lambda: panel.explanation.learning_rate == 0.7)
    assert "rate 0.7" in panel.view.controls.where.text()


def test_another_run_with_other_layers(open_step_through, qtbot):
    panel, session = open_step_through()
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    other = Trainer(Recipe(TrainingConfig(hidden=(), activation="tanh")), DATA)
    session.trainer, session.state, session.run_id = other, other.initial_state(), "other"
    panel.show_snapshot(session.snapshot())
    qtbot.waitUntil(lambda: panel.explanation.before.layout.layer_sizes == (784, 10))
    assert len(panel.view.walk.stages) == 8
    assert panel.view.walk.is_last
    go_to(panel, "dW1")
    assert panel.view.display.currentWidget() is panel.view.display.tiles


def test_a_cancelled_explanation_can_be_asked_for_again(open_step_through, qtbot):
    panel, session = open_step_through(batch_size=None, updates=40)
    session.trainer.step(session.state)
    panel.show_source(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()))
    panel.explainer.cancel()
    settle(qtbot, panel)
    assert panel.explanation.update == 12
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    assert session.state.update == 13


def test_the_newest_request_wins_and_closing_ends_the_thread(open_step_through, qtbot):
    panel, session = open_step_through(batch_size=None, updates=40)
    for example in (600, 5, 601):
        panel.explainer.explain(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()), example)
    explained = []
    panel.explainer.explained.connect(explained.append)
    settle(qtbot, panel)
    assert [explanation.first for explanation in explained] == [CHUNK]
    panel.explainer.explain(UpdateSource("run", session.trainer.recipe, DATA, session.state.copy()), 0)
    close_threads(panel)
    assert not panel.explainer.busy
