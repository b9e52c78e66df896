"""Long work on a thread: exactly one outcome, in the GUI thread."""

import gc
import threading
from weakref import ref

import pytest
from PySide6.QtCore import QObject

from core.errors import DataError
from gui.session.background_task import UNEXPECTED, BackgroundTask


@pytest.fixture
def start(qtbot):
    tasks = []

    def start(work):
        task = BackgroundTask(work)
        task.outcomes = []
        task.succeeded.connect(lambda result: task.outcomes.append(("succeeded", result)))
        task.failed.connect(lambda sentence: task.outcomes.append(("failed", sentence)))
        task.cancelled.connect(lambda: task.outcomes.append(("cancelled", None)))
        tasks.append(task)
        task.start()
        return task

    yield start
    for task in tasks:
        assert task.wait(10)


def test_gives_back_what_the_work_returned(qtbot, start):
    task = start(lambda report: threading.current_thread() is threading.main_thread())
    qtbot.waitUntil(lambda: task.outcomes == [("succeeded", False)])


def test_passes_on_progress(qtbot, start):
    task = BackgroundTask(lambda report: report(0.25, "a quarter"))
    with qtbot.waitSignal(task.progressed) as blocker:
        task.start()
    assert blocker.args == [0.25, "a quarter"]
    assert task.wait(10)


def test_a_user_error_is_passed_on_word_for_word(qtbot, start):
    def work(report):
        raise DataError("digits.csv, row 3: 12 columns; expected 785.")

    task = start(work)
    qtbot.waitUntil(lambda: task.outcomes == [("failed", "digits.csv, row 3: 12 columns; expected 785.")])


def test_anything_else_is_logged_and_told_in_general_words(qtbot, start, caplog):
    def work(report):
        raise KeyError("secret")

    task = start(work)
    qtbot.waitUntil(lambda: task.outcomes == [("failed", UNEXPECTED)])
    assert any(record.exc_info for record in caplog.records)


def test_cancel_ends_the_work_at_its_next_report(qtbot, start):
    begun, go_on = threading.Event(), threading.Event()
    reached = []

    def work(report):
        begun.set()
        go_on.wait(10)
        report(0.5, "half")
        reached.append("the end")

    task = start(work)
    assert begun.wait(10)
    task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: task.outcomes == [("cancelled", None)])
    assert reached == []


def test_work_that_ends_after_cancel_counts_as_cancelled(qtbot, start):
    go_on = threading.Event()
    task = start(lambda report: go_on.wait(10))
    task.cancel()
    go_on.set()
    qtbot.waitUntil(lambda: task.outcomes == [("cancelled", None)])


def test_what_has_ended_but_is_not_told_yet_can_be_cancelled(qtbot, start):
    task = start(lambda report: 1)
    assert task.wait(10)
    task.cancel()
    qtbot.waitUntil(lambda: task.outcomes == [("cancelled", None)])


def test_a_task_that_has_ended_holds_on_to_nothing(qtbot):
    class Costly:
        """Stands for a run or a data set that the work refers to."""

    def begin(owner):
        costly = Costly()
        task = BackgroundTask(lambda report: costly, owner)
        with qtbot.waitSignal(task.succeeded):
            task.start()
        return task, ref(costly)

    owner = QObject()
    task, costly = begin(owner)
    qtbot.waitUntil(lambda: owner.children() == [])
    gc.collect()
    assert costly() is None
    assert not task.running
    assert task.wait()
    task.cancel()
