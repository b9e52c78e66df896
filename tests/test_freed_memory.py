"""What is freed goes back to the system, at moments when nothing trains."""

import platform
import subprocess
import sys

import pytest

from core.training.config import TrainingConfig
from gui.session.memory_release import MemoryRelease
from gui.session.task_slot import close_threads
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from tests.program import MAIN
from tests.small_data import small_pair

FREE = """
import psutil
from core.system.freed_memory import limit_pools, release_freed_memory
limit_pools()
resident = lambda: psutil.Process().memory_info().rss / 2**20
blocks = [bytes(60_000) for _ in range(4000)]
del blocks[:-1]
before = resident()
release_freed_memory()
print(before - resident())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries give memory back by themselves")
def test_freed_memory_goes_back_although_something_lies_above_it():
    done = subprocess.run([sys.executable, "-c", FREE], cwd=MAIN.parent, capture_output=True, text=True, check=True)
    assert float(done.stdout) > 100, "of 229 MB that were freed"


@pytest.fixture
def release(qtbot):
    session = TrainingSession(TrainingConfig(hidden=(8,), batch_size=10, epochs=100_000))
    release = MemoryRelease(session)
    release._calm.setInterval(1)
    yield release
    close_threads(session)
    close_threads(release)


def test_memory_is_given_back_once_training_pauses_and_not_before(qtbot, release):
    session, released = release._session, []
    release.succeeded.connect(released.append)
    session.start(data=small_pair())
    session.train()
    with qtbot.waitSignal(release._calm.timeout):
        pass
    assert not release.busy
    assert not released
    qtbot.waitUntil(lambda: bool(session.run._trainer._workspaces))
    session.pause()
    qtbot.waitUntil(lambda: released == [None])
    assert not session.run._trainer._workspaces
    update = session.run.update
    session.step()
    qtbot.waitUntil(lambda: session.run.update == update + 1)


def test_memory_is_given_back_after_what_else_is_watched(qtbot, release):
    released = []
    release.succeeded.connect(released.append)
    qtbot.waitUntil(lambda: not release._calm.isActive() and not release.busy)
    released.clear()
    machine = TimeMachine()
    release.watch(machine.position_changed)
    try:
        machine.position_changed.emit(None)
        qtbot.waitUntil(lambda: released == [None])
    finally:
        close_threads(machine)
