"""Work in the background, one piece at a time: who asks for more than that is answered by a policy.

Every thread has an owner in the tree of the window's objects, and `close_threads` ends them all.
"""

from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from PySide6.QtCore import QObject, Signal, Slot

from core.progress import Report
from gui.session.background_task import BackgroundTask

Work = Callable[[Report], object]


class ThreadOwner(QObject):
    """Whatever keeps a thread; asked to end together with all others, and then waited for."""

    def end(self) -> None:
        """Ask every thread to end, and begin none any more; returns at once."""
        raise NotImplementedError

    def wait(self) -> None:
        """Block until every thread has ended, or for as long as a window that closes may wait."""
        raise NotImplementedError


def close_threads(root: QObject) -> None:
    """End every thread that an object, or one below it, keeps; what is being written is written first."""
    owners = [*root.findChildren(ThreadOwner), *([root] if isinstance(root, ThreadOwner) else [])]
    for owner in owners:
        owner.end()
    for owner in owners:
        owner.wait()


class Policy(Enum):
    """What becomes of a request while another piece of work is under way."""

    REPLACE = auto()
    """It begins at once; the other is cancelled, and nothing is heard of it any more."""

    NEWEST_WAITS = auto()
    """It waits, in the place of whatever waited, until the thread of the other has ended; that is cancelled."""

    IN_TURN = auto()
    """It waits until all that were asked for before are done."""

    REFUSE = auto()
    """It is refused."""


class TaskSlot(ThreadOwner):
    """Runs work on a thread of its own and tells how it goes, in the GUI thread.

    Parameters
    ----------
    policy : Policy
        What becomes of a request while work is under way.
    parent : QObject, optional
        Owner in the GUI thread.
    writes : bool
        Whether the work writes files: it is never cut short then, and what waits is done before the window closes.
    """

    started = Signal(str)
    """Work began; what, in a few words."""

    progressed = Signal(float, str)
    """The fraction done, and what is being done."""

    ended = Signal()
    """Nothing is under way any more, whatever the outcome, which follows."""

    succeeded = Signal(object)
    """What the work returned."""

    failed = Signal(str)
    """Why it failed, in one sentence."""

    cancelled = Signal()
    """It was cancelled, and has ended."""

    def __init__(self, policy: Policy, parent: QObject | None = None, *, writes: bool = False) -> None:
        super().__init__(parent)
        self._policy = policy
        self._writes = writes
        self._task: BackgroundTask | None = None
        self._left: list[BackgroundTask] = []
        self._waiting: deque[tuple[Work, str]] = deque(maxlen=1 if policy is Policy.NEWEST_WAITS else None)
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether work is under way."""
        return self._task is not None

    def start(self, work: Work, text: str = "") -> bool:
        """Run ``work(report)`` in the background, now or when the policy says; return whether it will be run.

        Parameters
        ----------
        work : callable
            See `gui.session.background_task.BackgroundTask`.
        text : str
            What it is called by `started`.
        """
        if self._closed or (self._task and self._policy is Policy.REFUSE):
            return False
        if self._task and self._policy is not Policy.REPLACE:
            self._waiting.append((work, text))
            if self._supersedes:
                self._task.cancel()
            return True
        self._leave()
        self._begin(work, text)
        return True

    @Slot()
    def cancel(self) -> None:
        """Ask the work under way to end, and drop what waits; `cancelled` follows once it has. Returns at once."""
        self._waiting.clear()
        if self._task:
            self._task.cancel()

    def abandon(self) -> None:
        """Cancel and hear nothing of it any more, as if it had ended already. Returns at once."""
        self._waiting.clear()
        if self._task:
            self._leave()
            self.ended.emit()

    def end(self) -> None:
        """Cancel what does not write; nothing is told from here on."""
        self._closed = True
        if not self._writes:
            self._waiting.clear()
            self._leave()

    def wait(self) -> None:
        """Block until all threads have ended; what waits to be written is written."""
        for task in (*self._left, *([self._task] if self._task else [])):
            if not task.wait():
                return
        while self._waiting:
            self._begin(*self._waiting.popleft()).wait()

    @property
    def _supersedes(self) -> bool:
        return self._policy is Policy.NEWEST_WAITS and not self._writes

    def _begin(self, work: Work, text: str) -> BackgroundTask:
        self._task = task = BackgroundTask(work, self)
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_succeeded)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(text)
        task.start()
        return task

    def _leave(self) -> None:
        task, self._task = self._task, None
        if task:
            task.cancel()
            self._left = [*(left for left in self._left if left.running), task]

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _on_succeeded(self, result: object) -> None:
        if self._finish():
            self.succeeded.emit(result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._finish():
            self.failed.emit(sentence)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._finish():
            self.cancelled.emit()

    def _finish(self) -> bool:
        """Go on to what waits; return whether anybody wants to know how the task that has ended came out."""
        if self.sender() is not self._task or self._closed:
            return False
        self._task = None
        if not self._waiting:
            self.ended.emit()
            return True
        self._begin(*self._waiting.popleft())
        return not self._supersedes
