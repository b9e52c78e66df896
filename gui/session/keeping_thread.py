"""The thread that writes what is kept: one file after another, the newest of each only."""

import logging
from collections.abc import Callable
from threading import Condition, Thread

from core.errors import UserError
from gui.session.background_task import describe_failure

logger = logging.getLogger(__name__)


class KeepingThread(Thread):
    """Does one piece of work after another, so that neither window nor training waits for a disk.

    Parameters
    ----------
    done : callable
        Called on this thread with the key of each piece that succeeded.
    failed : callable
        Called on this thread with the key of each that did not, and a sentence on why.
    """

    def __init__(self, done: Callable[[str], None], failed: Callable[[str, str], None]) -> None:
        super().__init__(name="keeping", daemon=True)
        self._done = done
        self._failed = failed
        self._changed = Condition()
        self._waiting: dict[str, Callable[[], None]] = {}
        self._under_way = ""
        self._closed = False

    @property
    def busy(self) -> bool:
        """Whether anything is being written, or waits for it."""
        return bool(self._waiting or self._under_way)

    def put(self, key: str, work: Callable[[], None]) -> None:
        """Have something done, in the place of what waits under the same key; returns at once."""
        with self._changed:
            self._waiting[key] = work
            self._changed.notify_all()

    def wait_for(self, beginning: str) -> None:
        """Block until nothing waits or is under way under keys that begin so; not on this thread."""
        with self._changed:
            self._changed.wait_for(
                lambda: not any(key.startswith(beginning) for key in (*self._waiting, self._under_way))
            )

    def close(self) -> None:
        """Do all that waits, then end; blocks until that is done."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """Do the work; the body of the thread."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self._waiting)
                if not self._waiting:
                    return
                self._under_way = next(iter(self._waiting))
                work = self._waiting.pop(self._under_way)
            try:
                work()
            except Exception as error:
                level = logging.WARNING if isinstance(error, UserError | OSError) else logging.ERROR
                logger.log(level, "%s could not be kept", self._under_way, exc_info=error)
                self._failed(self._under_way, describe_failure(error))
            else:
                self._done(self._under_way)
            # Lets go of a run before the next one comes.
            del work
            with self._changed:
                self._under_way = ""
                self._changed.notify_all()
