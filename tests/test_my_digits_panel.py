"""My digits: labelled with one click, kept for the next start, judged by the network, and taught to it."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from core.config import TrainingConfig
from core.dataset import DataPair, Dataset
from core.drawing.my_digits import MOST_DIGITS, MyDigits, load_digits, my_digits_file, save_digits
from core.drawing.preparation import prepare
from core.initialization import initialize
from core.network import Network
from core.parameters import Parameters
from core.prediction import predict
from core.run import Run
from gui.files import digit_storage
from gui.look.theme import DARK, LIGHT
from gui.panels.drawing import DrawingPanel
from gui.panels.my_digits import MyDigitsPanel
from gui.session.taught_runs import TaughtRuns
from gui.session.training_session import TrainingSession
from gui.widgets.drawing.teaching_page import NO_DIGITS, UNDO, WHAT_IT_DOES


def bar(arm):
    """An upright bar with an arm to the right at its top."""
    drawing = np.zeros((280, 280), np.uint8)
    drawing[60:220, 100:120] = 255
    drawing[60:80, 100 : 100 + arm] = 255
    return prepare(drawing)


def always(digit):
    parameters = Parameters.zeros((784, 10))
    parameters.biases[0][digit] = 5
    return Network(parameters.frozen())


def some_data():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (200, 784)).astype(np.uint8)
    digits = Dataset(images, (np.arange(200) % 10).astype(np.uint8), "noise")
    return DataPair(digits, digits.take(np.arange(100), "test"), "noise")


def add_panel(qtbot):
    widget = MyDigitsPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 280)
    widget.show()
    qtbot.waitExposed(widget)
    wait_for_kept(qtbot, widget)
    return widget


def wait_for_kept(qtbot, panel):
    """Wait until the panel knows what was kept."""
    qtbot.waitUntil(panel.grid.isEnabled)


@pytest.fixture
def panel(qtbot):
    widget = add_panel(qtbot)
    yield widget
    widget.close_tasks()


def take(panel, label, arm=80):
    panel.set_drawing(bar(arm))
    panel.labels.buttons[label].click()


def test_without_a_drawing_there_is_nothing_to_label(panel):
    panel.set_drawing(prepare(np.zeros((280, 280), np.uint8)))
    assert not any(button.isEnabled() for button in panel.labels.buttons)
    assert "Draw a digit" in panel._question.text()
    assert not panel.train_button.isEnabled()


def test_one_click_labels_keeps_and_shows_what_was_drawn(panel, qtbot):
    panel.set_drawing(bar(80))
    with qtbot.waitSignal(panel.digit_taken):
        panel.labels.buttons[7].click()
    assert panel.digits.labels.tolist() == [7]
    np.testing.assert_array_equal(panel.digits.images[0], np.rint(bar(80).pixels * 255))
    assert panel.grid.item(0).text() == "7"
    panel.storage.close()
    assert load_digits(my_digits_file()).labels.tolist() == [7]


@pytest.fixture
def slow_disk(monkeypatch):
    """Let reading and writing of kept digits wait until the test says so; returns what says it."""
    go_on, writes = threading.Event(), []

    def wait_and(work):
        def slowly(*arguments):
            writes.extend(arguments)
            assert go_on.wait(10)
            return work(*arguments)

        return slowly

    monkeypatch.setattr(digit_storage, "keep_digits", wait_and(digit_storage.keep_digits))
    monkeypatch.setattr(digit_storage, "load_kept_digits", wait_and(digit_storage.load_kept_digits))
    go_on.writes = writes
    yield go_on
    go_on.set()


def test_a_slow_disk_keeps_nobody_from_adding_digits_and_gets_the_newest(qtbot, slow_disk):
    slow_disk.set()
    panel = add_panel(qtbot)
    slow_disk.clear()
    for label in range(5):
        take(panel, label)
    assert panel.digits.labels.tolist() == [0, 1, 2, 3, 4]
    assert not my_digits_file().exists()
    slow_disk.set()
    panel.close_tasks()
    assert load_digits(my_digits_file()).labels.tolist() == [0, 1, 2, 3, 4]
    assert [len(digits) for digits in slow_disk.writes] == [1, 5]


def test_until_it_is_known_what_was_kept_nothing_can_be_added(qtbot, slow_disk):
    panel = MyDigitsPanel()
    qtbot.addWidget(panel)
    panel.set_drawing(bar(80))
    panel.show()
    assert "Reading your digits" in panel._summary.text()
    assert not panel.labels.buttons[7].isEnabled()
    slow_disk.set()
    wait_for_kept(qtbot, panel)
    assert panel.labels.buttons[7].isEnabled()
    assert "No digits yet" in panel._summary.text()
    panel.close_tasks()


def test_digits_that_cannot_be_kept_are_told_of_and_stay_until_the_window_closes(qtbot, panel):
    my_digits_file().mkdir(parents=True)
    with qtbot.waitSignal(panel.failed) as failed:
        take(panel, 7)
    assert failed.args[0].startswith("Your digits cannot be kept for the next start: ")
    assert panel.digits.labels.tolist() == [7]


def test_the_collection_is_there_at_the_next_start(panel, qtbot):
    take(panel, 7)
    take(panel, 1, arm=20)
    panel.storage.close()
    assert add_panel(qtbot).digits.labels.tolist() == [7, 1]


def test_a_damaged_collection_is_no_obstacle_and_is_put_aside(qtbot):
    path = my_digits_file()
    path.parent.mkdir(parents=True)
    path.write_text("spoilt")
    panel = add_panel(qtbot)
    assert len(panel.digits) == 0
    assert "my_digits.damaged.csv" in panel._summary.text()
    take(panel, 7)
    panel.storage.close()
    assert load_digits(path).labels.tolist() == [7]
    assert path.with_name("my_digits.damaged.csv").read_text() == "spoilt"


def test_a_collection_that_can_neither_be_read_nor_put_aside_is_not_written_over(qtbot):
    path = my_digits_file()
    (path.with_name("my_digits.damaged.csv") / "in the way").mkdir(parents=True)
    path.write_text("spoilt")
    panel = add_panel(qtbot)
    assert panel._summary.text().startswith("my_digits.csv, row 1: ")
    take(panel, 7)
    panel.storage.close()
    assert panel.digits.labels.tolist() == [7]
    assert path.read_text() == "spoilt"


def test_a_collection_that_was_emptied_is_no_damaged_one_at_the_next_start(panel, qtbot):
    take(panel, 7)
    panel.grid.selectAll()
    panel.delete_button.click()
    panel.storage.close()
    again = add_panel(qtbot)
    assert len(again.digits) == 0
    assert "No digits yet" in again._summary.text()


def test_a_file_of_thousands_is_data_and_no_collection(panel, qtbot, tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (MOST_DIGITS, 784)).astype(np.uint8)
    path = tmp_path / "many.csv"
    save_digits(MyDigits(images, np.zeros(MOST_DIGITS, np.uint8)), path)
    take(panel, 7)
    with qtbot.waitSignal(panel.failed, timeout=10000) as failed:
        panel.open(path)
    assert "at most 2,000" in failed.args[0]
    assert len(panel.digits) == 1


def test_the_network_is_judged_and_what_it_misreads_is_marked(panel):
    take(panel, 7)
    take(panel, 1)
    panel.show_network(always(7))
    assert panel._summary.text() == "The network reads 1 of 2 (50.0\u00a0%)"
    assert [panel.grid.item(row).text() for row in range(2)] == ["7", "1≠7"]
    panel.set_theme(DARK)
    assert panel.grid.item(1).foreground().color().name() == DARK.error
    panel.set_theme(LIGHT)
    panel.show_network(always(1))
    assert [panel.grid.item(row).text() for row in range(2)] == ["7≠1", "1"]


def test_out_of_view_it_catches_up_when_it_comes_back(panel):
    take(panel, 7)
    panel.hide()
    panel.show_network(always(3))
    assert panel.grid.item(0).text() == "7"
    panel.show()
    assert panel.grid.item(0).text() == "7≠3"


def test_the_key_deletes_chosen_digits_and_not_the_drawing(qtbot):
    drawing, panel = DrawingPanel(), MyDigitsPanel()
    qtbot.addWidget(drawing)
    drawing.add_page(panel, "My digits", "")
    drawing.drawing_prepared.connect(panel.set_drawing)
    wait_for_kept(qtbot, panel)
    with qtbot.waitActive(drawing):
        drawing.show()
        drawing.activateWindow()
    with qtbot.waitSignal(drawing.canvas.drawing_changed):
        QTest.mouseClick(drawing.canvas, Qt.MouseButton.LeftButton)
    drawing._pages.setCurrentWidget(panel)
    panel.labels.buttons[3].click()
    panel.grid.setFocus()
    panel.grid.selectAll()
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert len(panel.digits) == 0
    assert not drawing.canvas.is_empty
    drawing.canvas.setFocus()
    QTest.keyClick(drawing.canvas, Qt.Key.Key_Delete)
    assert drawing.canvas.is_empty
    panel.close_tasks()


def test_chosen_digits_are_deleted_and_can_be_brought_back(panel):
    for label in (7, 1, 4):
        take(panel, label)
    assert not panel.delete_button.isEnabled()
    QTest.mouseClick(
        panel.grid.viewport(), Qt.MouseButton.LeftButton, pos=panel.grid.visualItemRect(panel.grid.item(1)).center()
    )
    panel.delete_button.click()
    assert panel.digits.labels.tolist() == [7, 4]
    panel.grid.setFocus()
    panel.grid.setCurrentRow(0)
    QTest.keyClick(panel.grid, Qt.Key.Key_Delete)
    assert panel.digits.labels.tolist() == [4]
    panel.restore_action.trigger()
    assert sorted(panel.digits.labels.tolist()) == [4, 7]
    assert not panel.restore_action.isEnabled()


@pytest.mark.parametrize("ending", ["csv", "png"])
def test_saved_and_opened_again(panel, qtbot, monkeypatch, tmp_path, ending):
    take(panel, 7)
    take(panel, 1, arm=20)
    path = tmp_path / f"mine.{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(panel.saved) as saved:
        panel.save_action.trigger()
    assert saved.args[0] == f"Saved 2 digits as {path}."
    panel._become(MyDigits.empty())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    panel.open_action.trigger()
    qtbot.waitUntil(lambda: len(panel.digits) == 2)
    assert sorted(panel.digits.labels.tolist()) == [1, 7]
    panel.open_action.trigger()
    qtbot.waitUntil(lambda: not panel._tasks)
    assert len(panel.digits) == 2, "what is there already is not added again"


def test_a_damaged_file_is_told_in_a_sentence(panel, qtbot, tmp_path):
    take(panel, 7)
    path = tmp_path / "mine.csv"
    path.write_text("7,0,0\n")
    with qtbot.waitSignal(panel.failed) as failed:
        panel.open(path)
    assert "mine.csv, row 1" in failed.args[0]
    assert panel.digits.labels.tolist() == [7]


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(panel, qtbot, tmp_path):
    take(panel, 7)
    with qtbot.waitSignal(panel.failed) as failed:
        panel.save(tmp_path / "nowhere" / "mine.csv")
    assert "could not be saved" in failed.args[0]


@pytest.fixture
def session(qtbot):
    made = TrainingSession(TrainingConfig(hidden=(12,), updates=50))
    made.set_data(some_data())
    yield made
    made.close()


@pytest.fixture
def taught(panel, session):
    runs = TaughtRuns(session)
    panel.taught.connect(runs.adopt)
    panel.undo_wanted.connect(runs.undo)
    panel.training_wanted.connect(runs.add_to_training)
    runs.can_undo_changed.connect(panel.set_can_undo)
    session.snapshot_taken.connect(lambda snapshot: panel.show_network(snapshot.network))
    panel.show_data(some_data())
    network = Network(initialize((784, 12, 10), "relu", "auto", np.random.default_rng(5)).frozen())
    session.adopt(Run.from_network(network, session.config, some_data(), name="mine"))
    return runs


def teach(panel, qtbot, updates):
    page = panel.teaching_page
    page.updates.setValue(updates)
    page.rate.setCurrentText("0.03")
    with qtbot.waitSignal(panel.taught, timeout=10000) as given:
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
    moved = np.argsort(-np.abs(teaching.weight_change).max(axis=0))[:5]
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
    with qtbot.waitSignal(taught.data_made) as made:
        action.trigger()
    data = made.args[0]
    assert len(data.train) == 210
    assert (data.train.labels[200:] == 7).all()
    session.set_data(data)
    assert len(session.run.data.train) == 210


def test_without_digits_or_data_nothing_can_be_taught(panel):
    assert not panel.teaching_page.teach_button.isEnabled()
    panel.show_network(always(7))
    panel.show_data(some_data())
    assert not panel.teaching_page.teach_button.isEnabled()
    take(panel, 7)
    assert panel.teaching_page.teach_button.isEnabled()


def test_what_is_greyed_says_why(panel, taught, qtbot):
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
    runs = TaughtRuns(session)
    with qtbot.waitSignal(runs.failed) as failed:
        runs.add_to_training(some_data().test, 1)
    assert "Wait until the data are loaded" in failed.args[0]
    session.close()
