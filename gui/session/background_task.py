"""One piece of long work on a thread of its own, with progress and cancel.

The work is a function that takes a `core.progress.Report`. Its outcome comes back as a signal, delivered in the GUI
thread to bound slots of QObjects that live there.
"""

import logging
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import CancelledError, UserError
from core.progress import Report
from core.system.system_errors import describe_system_error

logger = logging.getLogger(__name__)

PROGRESS_INTERVAL = 0.05
"""Seconds between two progress signals: enough for the eye, and no queue builds up."""

CLOSING_SECONDS = 10.0
"""How long a window that closes waits at most for work that was asked to end."""

UNEXPECTED = (
    "Something went wrong that the program did not expect. The details are in the log; what you had is still there."
)


def describe_failure(error: Exception) -> str:
    """Return the sentence that a user sees where work in the background failed."""
    if isinstance(error, UserError):
        return str(error)
    return describe_system_error(error) if isinstance(error, OSError | MemoryError) else UNEXPECTED


class BackgroundTask(QObject):
    """Runs ``work(report)`` once; exactly one of `succeeded`, `failed` and `cancelled` follows.

    Then the task deletes itself, and with it goes whatever the work refers to. Whoever still holds it may ask whether
    it is running, wait for it and cancel it.

    Parameters
    ----------
    work : callable
        Called on the task's thread. May raise `core.errors.UserError`, whose text is passed on, or anything else,
        which is logged and passed on as one general sentence.
    parent : QObject, optional
        Owner in the GUI thread.
    """

    progressed = Signal(float, str)
    succeeded = Signal(object)
    failed = Signal(str)
    cancelled = Signal()
    _made = Signal(object)
    _broke = Signal(str)
    _stopped = Signal()

    def __init__(self, work: Callable[[Report], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._cancel = Event()
        self._reported = 0.0
        # Handed over and not kept: a thread that has ended forgets its arguments, and the run or data set in them.
        self._thread = Thread(target=self._run, args=(work,), name=type(self).__name__, daemon=True)
        # The outcome is told in the GUI thread, to all in one go: from the worker, each of those who listen gets an
        # event of its own, and the task may be deleted between them; a slot would then never hear of its end.
        self._made.connect(self._on_made)
        self._broke.connect(self.failed)
        self._stopped.connect(self.cancelled)
        for outcome in (self.succeeded, self.failed, self.cancelled):
            outcome.connect(self._on_ended)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to end at its next report; returns at once."""
        self._cancel.set()

    def wait(self, seconds: float = CLOSING_SECONDS) -> bool:
        """Block until the work has ended or the time is up; return whether it has ended."""
        if self._thread.ident is not None:
            self._thread.join(seconds)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        """Whether the work is under way."""
        return self._thread.is_alive()

    def _report(self, fraction: float, text: str) -> None:
        if self._cancel.is_set():
            raise CancelledError
        now = monotonic()
        if now - self._reported >= PROGRESS_INTERVAL:
            self._reported = now
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _on_made(self, result: object) -> None:
        # Cancelled too late to stop the work, but the user no longer wants what it made; asked here, in the thread that
        # cancels, so that nothing can come between the question and the answer.
        if self._cancel.is_set():
            self.cancelled.emit()
        else:
            self.succeeded.emit(result)

    @Slot()
    def _on_ended(self) -> None:
        # The thread has told its last and is over within microseconds; nobody deletes what it still speaks through.
        self._thread.join()
        self.deleteLater()

    def _run(self, work: Callable[[Report], object]) -> None:
        try:
            result = work(self._report)
        except CancelledError:
            self._stopped.emit()
        except Exception as error:
            logger.log(logging.INFO if isinstance(error, UserError) else logging.ERROR, "work failed", exc_info=error)
            self._broke.emit(describe_failure(error))
        else:
            self._made.emit(result)
