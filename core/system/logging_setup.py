"""Where the program writes down what went wrong: a log file that every traceback reaches and no user has to read.

The file lies where the operating system wants logs (on Linux ``~/.local/state/mnist-ann/log``), stays below a few
megabytes, and is what a bug report should carry.
"""

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from platformdirs import user_log_path

from core.system.system_errors import describe_system_error

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


class _LogFile(RotatingFileHandler):
    """A log file whose own troubles, such as a full disk, disturb nobody."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Do nothing; the default prints a traceback."""


def _log_uncaught(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, traceback)
        return
    logger.critical("uncaught exception", exc_info=(kind, error, traceback))
    if sys.stderr is not None:
        sys.stderr.write(describe_internal_error(error) + "\n")


def _log_uncaught_in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value is not None:
        _log_uncaught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)


def describe_internal_error(error: BaseException) -> str:
    """Return the sentence that a user sees where the program itself, or the system under it, is at fault."""
    if isinstance(error, OSError | MemoryError):
        return describe_system_error(error)
    return f"Something went wrong inside the program ({type(error).__name__}: {error}). Details are in {log_path()}."
