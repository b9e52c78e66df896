"""Windows that touch the same files wait for each other; the system drops the lock of a process that died."""

import contextlib
import logging
from collections.abc import Iterator
from pathlib import Path

from core.errors import UserError

logger = logging.getLogger(__name__)

LOCK_SECONDS = 10.0
"""So long a window waits for others: what any of them writes under a lock takes a fraction of a second."""

_POLL_SECONDS = 0.01


@contextlib.contextmanager
def file_lock(path: Path, what: str, error: type[UserError]) -> Iterator[None]:
    """Keep other windows, and other threads, from what a file stands for; it is never held twice by one thread.

    Where the disk knows no locks, or nothing may be written, it goes on without one.

    Parameters
    ----------
    path : Path
        The file of the lock, which is made and stays.
    what : str
        What the lock is for, as a message names it.
    error : type
        The `UserError` that is raised.

    Raises
    ------
    UserError
        Of the type ``error``, if another holds the lock for `LOCK_SECONDS`.
    """
    # Not at the start of the program, which waits for nothing that is needed in the background only.
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=LOCK_SECONDS, poll_interval=_POLL_SECONDS)
    try:
        lock.acquire()
    except Timeout as reason:
        raise error(
            f"Another window of the program has kept {what} to itself for {LOCK_SECONDS:.0f} seconds; close that "
            "window, or try again later."
        ) from reason
    except (OSError, NotImplementedError) as reason:
        logger.warning("no lock at %s: %s", path, reason)
        yield
        return
    try:
        yield
    finally:
        lock.release()
