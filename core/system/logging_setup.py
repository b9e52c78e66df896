"""Where the program writes down what went wrong: a log file that every traceback reaches and no user has to read.

Where the process itself dies, as of a fault in a library, the log gets the lines that each thread was at. The file lies
where the operating system wants logs (on Linux ``~/.local/state/mnist-ann/log``), stays below a few megabytes, and is
what a bug report should carry.
"""

import contextlib
import faulthandler
import io
import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import Any

from platformdirs import user_log_path

from core.system.standard_streams import tell
from core.system.system_errors import describe_system_error

UNCAUGHT = "uncaught exception"
"""The message of a record in the log on an error that nobody has told the user of yet."""

_LARGEST_FILE = 1_000_000
_OLD_FILES = 2

logger = logging.getLogger(__name__)


def log_path() -> Path:
    """Return the path of the log file, which need not exist."""
    return user_log_path("mnist-ann", appauthor=False) / "mnist_ann.log"


def start_logging() -> None:
    """Send all records from INFO up, all warnings and every uncaught exception to the log file.

    Where the folder cannot be written, the program works without a log. Calling it again changes nothing.
    """
    root = logging.getLogger()
    if any(isinstance(handler, _LogFile) for handler in root.handlers):
        return
    try:
        log_path().parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = _LogFile(
            log_path(), maxBytes=_LARGEST_FILE, backupCount=_OLD_FILES, encoding="utf-8"
        )
    except OSError:
        # Without any handler, Python writes warnings and their tracebacks to standard error.
        handler = logging.NullHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(threadName)s] %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


class _LogFile(RotatingFileHandler):
    """A log file whose own troubles, such as a full disk, disturb nobody."""

    def _open(self) -> io.TextIOWrapper:
        """Open the file, also for the stacks of all threads should the process die."""
        stream = super()._open()
        with contextlib.suppress(OSError, ValueError):
            faulthandler.enable(stream, all_threads=True)
        return stream

    def close(self) -> None:
        """Let go of the file; another may get its number."""
        faulthandler.disable()
        super().close()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do nothing; the default prints a traceback."""


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logger.critical(UNCAUGHT, exc_info=(kind, error, traceback))
    if sys.stderr is not None:
        tell(describe_internal_error(error) + "\n")


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def _log_unraisable(unraisable: Any) -> None:
    """Log what is raised where nobody can catch it, as while an object is deleted."""
    error = unraisable.exc_value
    logger.error("%s: %r", unraisable.err_msg or "exception ignored in", unraisable.object, exc_info=error)


def describe_internal_error(error: BaseException) -> str:
    """Return the sentence that a user sees where the program itself, or the system under it, is at fault."""
    if isinstance(error, OSError | MemoryError):
        return describe_system_error(error)
    return f"Something went wrong inside the program ({type(error).__name__}: {error}). Details are in {log_path()}."
