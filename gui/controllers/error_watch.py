"""Errors that nobody expected: each reaches the log, the user is told in one message, and the details can be copied.

They may come from any thread: from a slot, a timer, a thread of the program or from Qt. Nothing is sent anywhere, and
the program goes on.
"""

import atexit
import contextlib
import logging
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from PySide6.QtCore import QMessageLogContext, QObject, Qt, QTimer, QtMsgType, Signal, Slot, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

from core.system.logging_setup import UNCAUGHT, describe_internal_error, log_path
from gui.help.versions import versions
from gui.panels.message_bar import Choices, Message, MessageBar
from gui.session.background_task import UNEXPECTED

STORM_SECONDS = 2.0
"""One error that comes again within this time is told once; after a longer pause the user may have caused it anew."""

_REFRESH_MILLISECONDS = 500

_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


@dataclass(frozen=True)
class _Fault:
    """What is kept of an error: text alone, since its traceback would hold whatever was in use."""

    kind: str
    sentence: str
    traceback: str
    thread: str
    is_told: bool


class ErrorWatch(QObject):
    """Watches the log for errors.

    Parameters
    ----------
    messages : MessageBar
        Tells of them.
    """

    _logged = Signal(object)

    def __init__(self, messages: MessageBar, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._counts: Counter[str] = Counter()
        self._seen: dict[str, float] = {}
        self._last: _Fault | None = None
        self._told: tuple[str, Message] | None = None
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(_REFRESH_MILLISECONDS)
        self._refresh.timeout.connect(self._on_refresh)
        # An error while another is told comes after it, and not within.
        self._logged.connect(self._on_logged, Qt.ConnectionType.QueuedConnection)
        self._listener = _Listener(self._logged.emit)
        logging.getLogger().addHandler(self._listener)

    def close(self) -> None:
        """Listen no more."""
        logging.getLogger().removeHandler(self._listener)
        self._refresh.stop()

    @Slot(str)
    def tell_failure(self, sentence: str) -> None:
        """Say why something did not come about; where nobody expected that, offer the details."""
        self._messages.say(Message(sentence, "error", self._choices() if sentence == UNEXPECTED else ()))

    def details(self) -> str:
        """Return versions, and the newest error with its traceback, for whoever reports it."""
        parts = ["\n".join(versions()), f"Log: {log_path()}"]
        fault = self._last
        if fault is not None:
            times = f"{self._counts[fault.kind]:,} times"
            parts.append(f"{fault.kind}, {times}, in the thread {fault.thread}:\n{fault.traceback}")
        return "\n\n".join(parts) + "\n"

    @Slot(object)
    def _on_logged(self, fault: _Fault) -> None:
        now = monotonic()
        is_storm = now - self._seen.get(fault.kind, -STORM_SECONDS) < STORM_SECONDS
        self._counts[fault.kind] += 1
        self._seen[fault.kind], self._last = now, fault
        if fault.is_told:
            return
        if not is_storm:
            message = Message(self._sentence(fault), "error", self._choices(), "Nothing is sent anywhere.")
            self._told = fault.kind, message
            self._messages.say(message)
        elif not self._refresh.isActive():
            self._refresh.start()

    @Slot()
    def _on_refresh(self) -> None:
        if self._told is not None and self._last is not None and self._told[0] == self._last.kind:
            kind, message = self._told
            self._told = kind, self._messages.reword(message, self._sentence(self._last))

    def _sentence(self, fault: _Fault) -> str:
        count = self._counts[fault.kind]
        return f"{fault.sentence} ({count:,} times)" if count > 1 else fault.sentence

    def _choices(self) -> Choices:
        return (("Copy details", self._on_copy_requested),)

    @Slot()
    def _on_copy_requested(self) -> None:
        QGuiApplication.clipboard().setText(self.details())
        text = "Copied: the error, versions of what the program runs on, and where the log is. Nothing is sent."
        self._messages.say(Message(text, passing=True))


class _Listener(logging.Handler):
    """Hands on errors from whichever thread."""

    def __init__(self, tell: Callable[[_Fault], None]) -> None:
        super().__init__(logging.ERROR)
        self._tell = tell

    def emit(self, record: logging.LogRecord) -> None:
        kind, error, trace = record.exc_info or (None, None, None)
        if kind is None or error is None:
            return
        frames = traceback.extract_tb(trace)
        where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        fault = _Fault(
            f"{kind.__name__}{where}",
            describe_internal_error(error),
            "".join(traceback.format_exception(kind, error, trace)).strip(),
            record.threadName or "",
            record.msg != UNCAUGHT,
        )
        # Where the window was deleted before it was closed, nobody is there to be told.
        with contextlib.suppress(RuntimeError):
            self._tell(fault)


def log_qt_messages() -> None:
    """Write what Qt has to say into the log, in the place of standard error, as long as Python lives."""
    qInstallMessageHandler(_log_qt_message)
    atexit.register(qInstallMessageHandler, None)


def _log_qt_message(kind: QtMsgType, context: QMessageLogContext, text: str) -> None:
    logging.getLogger(f"qt.{context.category}").log(_QT_LEVELS.get(kind, logging.WARNING), "%s", text)
