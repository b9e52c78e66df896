"""My digits are taught to the network, at a price that is shown and can be undone, or join the training data."""

import numpy as np
import pytest

from core.data.dataset import DataPair, Dataset
from core.data.my_digits import MyDigits
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.network.prediction import predict
from core.runs.run import Run
from core.training.config import TrainingConfig
from gui.session.past_runs import PastRuns
from gui.session.task_slot import close_threads
from gui.session.taught_runs import TaughtRuns
from gui.session.training_session import TrainingSession
from gui.widgets.drawing.teaching_page import NO_DIGITS, UNDO, WHAT_IT_DOES
from tests.my_digits import add_panel, always, take


def some_data():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (200, 784)).astype(np.uint8)
    digits = Dataset(images, (np.arange(200) % 10).astype(np.uint8), "noise")
    return DataPair(digits, digits.take(np.arange(100), "test"), "noise")


@pytest.fixture
def panel(qtbot):
    return add_panel(qtbot)


@pytest.fixture
def session(qtbot):
    made = TrainingSession(TrainingConfig(hidden=(12,), updates=50))
    made.start(data=some_data())
    yield made
    close_threads(made)


@pytest.fixture
def taught(panel, session):
    runs = TaughtRuns(session, PastRuns(session))
    panel.taught.connect(runs.adopt)
    panel.undo_requested.connect(runs.undo)
    panel.training_requested.connect(runs.add_to_training)
    runs.can_undo_changed.connect(panel.set_can_undo)
    session.snapshot_taken.connect(lambda snapshot: panel.show_network(snapshot.network))
    panel.show_data(some_data())
    network = Network(initialize(fully_connected((784, 12, 10)), "relu", "auto", np.random.default_rng(5)).frozen())
    session.adopt(Run.from_network(network, session.config, some_data(), name="mine"))
    return runs


def teach(panel, qtbot, updates):
    page = panel.teaching_page
    page.updates.setValue(updates)
    page.rate.setCurrentText("0.03")
    with qtbot.waitSignal(panel.taught) as given:
        page.teach_button.click()
    return given.args[0]


def test_teaching_shows_its_price_and_can_be_undone(panel, taught, session, qtbot):
    before = session.run
    network = panel._network
    take(panel, 7)
    take(panel, 1, arm=20)
    panel.teach_button.click()
    assert panel.teaching_page.isVisible()
    assert not panel.teaching_page.undo_button.isEnabled()
    teaching = teach(panel, qtbot, updates=300)
    assert predict(teaching.after, panel.digits.images).argmax(axis=1).tolist() == [7, 1]
    text = panel.teaching_page._outcome.text()
    assert "→ 2 of 2 right" in text
    assert f"Forgotten {teaching.forgotten.sum()}" in text
    assert session.run is not before
    np.testing.assert_array_equal(panel._network.parameters.vector, teaching.after.parameters.vector)
    moved = np.argsort(-np.abs(teaching.weight_change).max(axis=(1, 2)))[:5]
    assert {name.text() for name in panel.teaching_page._tile_names} == set(map(str, moved))
    panel.teaching_page.undo_button.click()
    assert session.run is before
    np.testing.assert_array_equal(panel._network.parameters.vector, network.parameters.vector)
    assert not panel.teaching_page.undo_button.isEnabled()


def test_teaching_twice_is_undone_one_by_one(panel, taught, session, qtbot):
    take(panel, 7)
    runs = [session.run]
    for _ in range(2):
        teach(panel, qtbot, updates=2)
        runs.append(session.run)
    panel.teaching_page.undo_button.click()
    assert session.run is runs[1]
    panel.teaching_page.undo_button.click()
    assert session.run is runs[0]


def test_a_new_run_ends_what_could_be_undone(panel, taught, session, qtbot):
    take(panel, 7)
    teach(panel, qtbot, updates=2)
    assert panel.teaching_page.undo_button.isEnabled()
    session.reset()
    assert not panel.teaching_page.undo_button.isEnabled()


def test_teaching_can_be_cancelled(panel, taught, session, qtbot):
    take(panel, 7)
    before = session.run
    panel.teaching_page.updates.setValue(500)
    panel.teaching_page.teach_button.click()
    panel.teaching_page.teach_button.click()
    qtbot.waitUntil(lambda: panel.teaching_page.teach_button.text() == "Teach")
    assert session.run is before


def test_my_digits_join_the_training_data_as_often_as_wanted(panel, taught, session, qtbot):
    take(panel, 7)
    action = next(action for action in panel.train_button.menu().actions() if action.data() == 10)
    with qtbot.waitSignal(taught.digits_added) as added:
        action.trigger()
    train = session.run.data.train
    assert len(train) == 210
    assert (train.labels[200:] == 7).all()
    assert added.args[0].startswith("The training set is now noise + My digits × 10: 10 of its 210 images are yours.")


def test_without_digits_or_data_nothing_can_be_taught(panel):
    assert not panel.teaching_page.teach_button.isEnabled()
    panel.show_network(always(7))
    panel.show_data(some_data())
    assert not panel.teaching_page.teach_button.isEnabled()
    take(panel, 7)
    assert panel.teaching_page.teach_button.isEnabled()


def test_what_is_grayed_says_why(panel, taught, qtbot):
    page = panel.teaching_page
    panel.teach_button.click()
    assert not page.teach_button.isEnabled()
    assert page.teach_button.toolTip() == page._outcome.text() == NO_DIGITS
    assert "none to undo" in page.undo_button.toolTip()
    assert "First draw one" in panel.train_button.toolTip()
    take(panel, 7)
    take(panel, 1, arm=20)
    assert page.teach_button.isEnabled()
    assert page._outcome.text() == WHAT_IT_DOES
    assert "First" not in panel.train_button.toolTip()
    assert "First choose some" in panel.delete_button.toolTip()
    panel.grid.selectAll()
    assert "First" not in panel.delete_button.toolTip()
    teach(panel, qtbot, updates=2)
    assert page.undo_button.toolTip() == UNDO
    # What teaching brought stays to be read while a digit comes, and not when all have gone.
    brought = page._outcome.text()
    panel._become(panel.digits.without([0]))
    assert page._outcome.text() == brought
    panel._become(MyDigits.empty())
    assert page._outcome.text() == NO_DIGITS


def test_adding_before_there_are_data_is_told_in_a_sentence(qtbot):
    session = TrainingSession(TrainingConfig())
    runs = TaughtRuns(session, PastRuns(session))
    with qtbot.waitSignal(runs.failed) as failed:
        runs.add_to_training(some_data().test, 1)
    assert "Wait until the data are loaded" in failed.args[0]
    close_threads(session)
