"""Which file a window keeps its session in: each window that is open has one of its own.

A window holds a lock beside its file for as long as it lives, which the system drops with its process: so a second
window takes another file, and the next start takes that of a window which is no more.
"""

import contextlib
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import SessionFileError
from core.files.session_file import load_session
from core.system.paths import names_beside
from core.system.user_folders import data_folder

if TYPE_CHECKING:
    from filelock import BaseFileLock

logger = logging.getLogger(__name__)

MOST_WINDOWS = 100

LOOK_SECONDS = 0.1
"""Another window that only looks whether a file is held lets go of it within that time."""


def sessions_folder() -> Path:
    """Return where windows keep their sessions; it need not exist yet."""
    return data_folder() / "sessions"


class SessionSlot:
    """The file of one window, for as long as the window lives.

    Attributes
    ----------
    path : Path
        Where its `SessionRecord` is kept; it need not exist yet.
    """

    def __init__(self, path: Path, lock: "BaseFileLock") -> None:
        self.path = path
        self._lock = lock

    @classmethod
    def take(cls, folder: Path) -> "SessionSlot | None":
        """Return the first file of a folder that no window holds; None where nothing can be kept there."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for number in range(1, MOST_WINDOWS + 1):
                path = folder / f"window-{number}.json"
                lock = _lock_of(path)
                if lock is not None:
                    return cls(path, lock)
        except (OSError, NotImplementedError) as error:
            logger.warning("no session can be kept in %s: %s", folder, error)
        return None

    def set_aside(self) -> Path | None:
        """Put a file that cannot be read out of the way, and return where it is; None where that is impossible."""
        aside = next(name for name in names_beside(self.path, ".damaged") if not name.exists())
        try:
            self.path.replace(aside)
        except OSError as error:
            logger.warning("%s could not be put aside: %s", self.path, error)
            return None
        return aside

    def other_runs(self) -> frozenset[str] | None:
        """Return the runs on display in the other windows that are open, by their ids; None where there is none."""
        runs = []
        for path in self.path.parent.glob("window-*.json.lock"):
            other = path.with_suffix("")
            if other != self.path and _is_held(other):
                with contextlib.suppress(SessionFileError):
                    runs.append(load_session(other).run_id)
                runs.append("")
        return frozenset(runs) - {""} if runs else None

    def release(self) -> None:
        """Leave the file to the next window."""
        self._lock.release()


def _lock_of(path: Path) -> "BaseFileLock | None":
    """Return the lock of a window's file, taken; None where another window holds it."""
    # Not at the start of the program.
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(f"{path.name}.lock"), thread_local=False)
    try:
        lock.acquire(timeout=LOOK_SECONDS, poll_interval=LOOK_SECONDS / 10)
    except Timeout:
        return None
    return lock


def _is_held(path: Path) -> bool:
    lock = _lock_of(path)
    if lock is not None:
        lock.release()
    return lock is None
