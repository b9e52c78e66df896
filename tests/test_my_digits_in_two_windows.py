"""Two windows keep their digits in one file: nobody's are written over, and what was deleted stays so."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from core.data.kept_digits import keep_digits, load_kept_digits, my_digits_file
from core.data.my_digits import MOST_DIGITS, MyDigits
from core.errors import DataError
from core.system import file_lock
from gui.session.task_slot import close_threads
from tests.my_digits import add_panel, take

OTHER_WINDOW = """
import sys
import numpy as np
from core.data.kept_digits import keep_digits, load_kept_digits
label, count = map(int, sys.argv[1:])
kept, _ = load_kept_digits()
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    digits = kept.added(np.full(784, number / 255, np.float32), label)
    kept = keep_digits(digits, kept)
"""


def collection(*labels):
    """Digits whose image tells their label."""
    images = np.zeros((len(labels), 784), np.uint8)
    images[:, 0] = [label + 1 for label in labels]
    return MyDigits(images, np.array(labels, np.uint8))


def kept_labels():
    return load_kept_digits()[0].labels.tolist()


def test_two_processes_that_write_at_the_same_time_lose_no_digit():
    command = [sys.executable, "-c", OTHER_WINDOW]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": Path(__file__).parents[1]}
    windows = [subprocess.Popen([*command, str(label), "20"], **pipes) for label in (3, 7)]
    for window in windows:
        assert window.stdout.readline() == "ready\n"
    for window in windows:
        window.stdin.write("go\n")
        window.stdin.flush()
    for window in windows:
        window.communicate()
        assert window.returncode == 0
    assert sorted(kept_labels()) == [3] * 20 + [7] * 20


def test_a_process_that_died_with_the_lock_keeps_nobody_out():
    path = my_digits_file()
    path.parent.mkdir(parents=True)
    program = (
        "import sys, filelock; lock = filelock.FileLock(sys.argv[1]); lock.acquire(); print('locked', flush=True);"
        "sys.stdin.readline()"
    )
    command = [sys.executable, "-c", program, str(path.with_name(f"{path.name}.lock"))]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "locked\n"
        process.kill()
    assert keep_digits(collection(4), MyDigits.empty()).labels.tolist() == [4]


def test_a_lock_that_is_not_given_back_is_one_sentence(monkeypatch):
    monkeypatch.setattr(file_lock, "LOCK_SECONDS", 0.1)
    path = my_digits_file()
    path.parent.mkdir(parents=True)
    with FileLock(path.with_name(f"{path.name}.lock")), pytest.raises(DataError, match="Another window of the program"):
        keep_digits(collection(4), MyDigits.empty())


def test_what_one_window_deletes_does_not_come_back_through_the_other():
    both = keep_digits(collection(1, 2, 3), MyDigits.empty())
    mine = both.without([0])
    theirs = both.added(np.full(784, 0.5, np.float32), 9)
    assert keep_digits(mine, both) is mine
    assert keep_digits(theirs, both).labels.tolist() == [2, 3, 9]
    assert kept_labels() == [2, 3, 9]


def test_all_deleted_in_one_window_leaves_what_the_other_adds():
    both = keep_digits(collection(1, 2), MyDigits.empty())
    keep_digits(MyDigits.empty(), both)
    assert keep_digits(both.added(np.ones(784, np.float32), 5), both).labels.tolist() == [5]


def test_a_label_corrected_in_one_window_stays_so():
    both = keep_digits(collection(1, 2), MyDigits.empty())
    keep_digits(both.relabeled([0], 8), both)
    merged = keep_digits(both.added(np.ones(784, np.float32), 5), both)
    assert sorted(merged.labels.tolist()) == [2, 5, 8]


def test_what_both_windows_add_is_there_once_and_copies_of_ones_own_stay():
    both = keep_digits(collection(1), MyDigits.empty())
    keep_digits(both.joined(collection(4)), both)
    assert keep_digits(both.joined(collection(4, 6)), both).labels.tolist() == [1, 4, 6]
    twice = collection(2, 2)
    assert twice.merged(MyDigits.empty(), collection(3)).labels.tolist() == [3, 2, 2]


def test_too_many_digits_in_both_together_are_refused_and_what_was_kept_stays():
    keep_digits(collection(*[1] * (MOST_DIGITS - 1)), MyDigits.empty())
    with pytest.raises(DataError, match="at most 2,000"):
        keep_digits(collection(2, 3), MyDigits.empty())
    assert len(load_kept_digits()[0]) == MOST_DIGITS - 1


def test_a_file_that_was_damaged_meanwhile_is_put_aside_and_nothing_of_mine_is_lost():
    both = keep_digits(collection(1, 2), MyDigits.empty())
    my_digits_file().write_text("spoilt")
    assert keep_digits(both.joined(collection(7)), both).labels.tolist() == [1, 2, 7]
    my_digits_file().write_text("spoilt again")
    assert load_kept_digits()[1].read_text() == "spoilt again"
    aside = sorted(path.name for path in my_digits_file().parent.glob("*damaged*"))
    assert aside == ["my_digits.damaged.csv", "my_digits.damaged2.csv"]


def test_two_windows_show_each_others_digits_once_they_have_written(qtbot):
    first, second = add_panel(qtbot), add_panel(qtbot)
    take(second, 3)
    qtbot.waitUntil(lambda: my_digits_file().exists())
    qtbot.waitUntil(lambda: kept_labels() == [3])
    take(first, 2, arm=30)
    qtbot.waitUntil(lambda: first.digits.labels.tolist() == [3, 2])
    assert first.grid.count() == 2
    assert "2 digits" in first._summary.text()
    first.grid.item(0).setSelected(True)
    first.delete_button.click()
    qtbot.waitUntil(lambda: kept_labels() == [2])
    take(second, 6, arm=50)
    qtbot.waitUntil(lambda: second.digits.labels.tolist() == [2, 6])
    close_threads(second)
    assert kept_labels() == [2, 6]
