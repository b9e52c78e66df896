"""My digits are kept for the next start, whatever the disk does, and saved and opened as files."""

import threading

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog

from core.data.kept_digits import my_digits_file
from core.data.my_digits import MOST_DIGITS, MyDigits, load_digits, save_digits
from gui.files import digit_storage
from gui.panels.my_digits import MyDigitsPanel
from gui.session.task_slot import close_threads
from tests.my_digits import add_panel, bar, take, wait_for_kept


@pytest.fixture
def panel(qtbot):
    return add_panel(qtbot)


@pytest.fixture
def slow_disk(monkeypatch):
    """Let reading and writing of kept digits wait until the test says so; returns what says it."""
    go_on, writes = threading.Event(), []

    def wait_and(work):
        def slowly(*arguments):
            writes.extend(arguments[:1])
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
    close_threads(panel)
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
    close_threads(panel)


def test_digits_that_cannot_be_kept_are_told_of_and_stay_until_the_window_closes(qtbot, panel):
    my_digits_file().mkdir(parents=True)
    with qtbot.waitSignal(panel.failed) as failed:
        take(panel, 7)
    assert failed.args[0].startswith("Your digits cannot be saved for next time: ")
    assert panel.digits.labels.tolist() == [7]


def test_the_collection_is_there_at_the_next_start(panel, qtbot):
    take(panel, 7)
    take(panel, 1, arm=20)
    close_threads(panel)
    assert add_panel(qtbot).digits.labels.tolist() == [7, 1]


def test_a_damaged_collection_is_no_obstacle_and_is_put_aside(qtbot):
    path = my_digits_file()
    path.parent.mkdir(parents=True)
    path.write_text("spoilt")
    panel = add_panel(qtbot)
    assert len(panel.digits) == 0
    assert "my_digits.damaged.csv" in panel._summary.text()
    take(panel, 7)
    close_threads(panel)
    assert load_digits(path).labels.tolist() == [7]
    assert path.with_name("my_digits.damaged.csv").read_text() == "spoilt"


def test_a_collection_that_can_neither_be_read_nor_put_aside_is_not_written_over(qtbot):
    path = my_digits_file()
    (path.with_name("my_digits.damaged.csv") / "in the way").mkdir(parents=True)
    path.write_text("spoilt")
    panel = add_panel(qtbot)
    assert panel._summary.text().startswith("my_digits.csv, row 1: ")
    take(panel, 7)
    close_threads(panel)
    assert panel.digits.labels.tolist() == [7]
    assert path.read_text() == "spoilt"


def test_a_collection_that_was_emptied_is_no_damaged_one_at_the_next_start(panel, qtbot):
    take(panel, 7)
    panel.grid.selectAll()
    panel.delete_button.click()
    close_threads(panel)
    again = add_panel(qtbot)
    assert len(again.digits) == 0
    assert "No digits yet" in again._summary.text()


def test_a_file_of_thousands_is_data_and_no_collection(panel, qtbot, tmp_path):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (MOST_DIGITS, 784)).astype(np.uint8)
    path = tmp_path / "many.csv"
    save_digits(MyDigits(images, np.zeros(MOST_DIGITS, np.uint8)), path)
    take(panel, 7)
    with qtbot.waitSignal(panel.failed) as failed:
        panel.open(path)
    assert "at most 2,000" in failed.args[0]
    assert len(panel.digits) == 1


@pytest.mark.parametrize("ending", ["csv", "png"])
def test_saved_and_opened_again(panel, qtbot, monkeypatch, tmp_path, ending):
    take(panel, 7)
    take(panel, 1, arm=20)
    path = tmp_path / f"mine.{ending}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    with qtbot.waitSignal(panel.saved) as saved:
        panel.save_action.trigger()
    assert saved.args[0].sentence == f"Saved 2 digits as {path.name}."
    panel._become(MyDigits.empty())
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    panel.open_action.trigger()
    qtbot.waitUntil(lambda: len(panel.digits) == 2)
    assert sorted(panel.digits.labels.tolist()) == [1, 7]
    panel.open_action.trigger()
    qtbot.waitUntil(lambda: not panel._reading.busy)
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
