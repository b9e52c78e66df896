"""What becomes of a request while other work is under way, and that closing ends every thread."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject

from core.errors import CancelledError, DataError
from gui.session.background_task import BackgroundTask
from gui.session.task_slot import Policy, TaskSlot, close_threads


class Gate:
    """Work that waits until the test lets it through, and notes what it did."""

    def __init__(self, done, name):
        self._done, self._name = done, name
        self.began, self.go_on = threading.Event(), threading.Event()

    def __call__(self, report):
        self.began.set()
        assert self.go_on.wait(20)
        report(0.5, self._name)
        self._done.append(self._name)
        return self._name


@pytest.fixture
def owner(qtbot):
    owner = QObject()
    yield owner
    close_threads(owner)
    assert not any(thread.name == BackgroundTask.__name__ for thread in threading.enumerate())


def made(owner, policy, **options):
    """Return a slot, what it tells, what its work does, and two pieces of work."""
    slot, told, done = TaskSlot(policy, owner, **options), [], []
    slot.started.connect(lambda text: told.append(f"started {text}"))
    slot.ended.connect(lambda: told.append("ended"))
    slot.succeeded.connect(lambda result: told.append(f"made {result}"))
    slot.failed.connect(told.append)
    slot.cancelled.connect(lambda: told.append("cancelled"))
    return slot, told, done, Gate(done, "one"), Gate(done, "two")


def test_one_piece_of_work_from_its_begin_to_its_end(qtbot, owner):
    slot, told, _, one, _ = made(owner, Policy.REFUSE)
    one.go_on.set()
    assert slot.start(one, "the first")
    assert slot.busy
    qtbot.waitUntil(lambda: told == ["started the first", "ended", "made one"])
    assert not slot.busy


@pytest.mark.parametrize(("error", "outcome"), [(DataError("Not so."), "Not so."), (CancelledError(), "cancelled")])
def test_the_outcome_is_told_however_early_the_task_is_deleted(qtbot, owner, error, outcome):
    slot, told, *_ = made(owner, Policy.REFUSE)

    def work(report):
        raise error

    slot.start(work)
    [task] = slot.findChildren(BackgroundTask)
    assert task.wait()
    # What the thread has told may come in parts, and a loop that waits for something may delete in between.
    QCoreApplication.sendPostedEvents(task)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.waitUntil(lambda: told == ["started ", "ended", outcome])
    assert not slot.busy


def test_what_fails_is_told_in_its_sentence(qtbot, owner):
    slot, told, *_ = made(owner, Policy.REFUSE)

    def work(report):
        raise DataError("Not so.")

    slot.start(work)
    qtbot.waitUntil(lambda: told == ["started ", "ended", "Not so."])


def test_replace_begins_at_once_and_hears_nothing_of_the_other(qtbot, owner):
    slot, told, done, one, two = made(owner, Policy.REPLACE)
    slot.start(one, "one")
    assert one.began.wait(20)
    slot.start(two, "two")
    assert two.began.wait(20)
    two.go_on.set()
    qtbot.waitUntil(lambda: told == ["started one", "started two", "ended", "made two"])
    one.go_on.set()
    close_threads(slot)
    assert done == ["two"]
    assert len(told) == 4


def test_newest_waits_for_the_thread_of_the_one_it_cancels(qtbot, owner):
    slot, told, done, one, two = made(owner, Policy.NEWEST_WAITS)
    between = Gate(done, "between")
    slot.start(one, "one")
    assert one.began.wait(20)
    slot.start(between, "between")
    slot.start(two, "two")
    assert not two.began.is_set()
    one.go_on.set()
    two.go_on.set()
    qtbot.waitUntil(lambda: told == ["started one", "started two", "ended", "made two"])
    assert done == ["two"]
    assert not between.began.is_set()


def test_in_turn_does_all_one_after_the_other(qtbot, owner):
    slot, told, done, one, two = made(owner, Policy.IN_TURN)
    slot.start(one)
    slot.start(two)
    two.go_on.set()
    one.go_on.set()
    qtbot.waitUntil(lambda: told == ["started ", "started ", "made one", "ended", "made two"])
    assert done == ["one", "two"]


def test_refuse_says_so_until_the_other_has_ended(qtbot, owner):
    slot, told, _, one, two = made(owner, Policy.REFUSE)
    assert slot.start(one)
    slot.cancel()
    assert not slot.start(two)
    one.go_on.set()
    qtbot.waitUntil(lambda: told == ["started ", "ended", "cancelled"])
    two.go_on.set()
    assert slot.start(two)
    qtbot.waitUntil(lambda: told[3:] == ["started ", "ended", "made two"])


def test_abandoned_work_counts_as_ended_at_once(qtbot, owner):
    slot, told, done, one, _ = made(owner, Policy.REPLACE)
    slot.start(one)
    slot.abandon()
    assert told == ["started ", "ended"]
    assert not slot.busy
    one.go_on.set()
    close_threads(slot)
    qtbot.wait(0)
    assert told == ["started ", "ended"]
    assert done == []


def test_closing_cancels_what_reads_and_finishes_what_writes_with_all_that_waits(qtbot, owner):
    reading, _, _, one, waits = made(owner, Policy.IN_TURN)
    writing, _, written, first, second = made(QObject(owner), Policy.IN_TURN, writes=True)
    newest, _, kept, third, lost = made(owner, Policy.NEWEST_WAITS, writes=True)
    fourth = Gate(kept, "fourth")
    for gate in (first, second, third, fourth):
        gate.go_on.set()
    for slot, works in ((reading, (one, waits)), (writing, (first, second)), (newest, (third, lost, fourth))):
        for work in works:
            slot.start(work)
    one.go_on.set()
    close_threads(owner)
    assert written == ["one", "two"]
    assert kept == ["one", "fourth"]
    assert not waits.began.is_set()
    assert not lost.began.is_set()
    assert not reading.start(waits)
    assert not writing.start(waits)
