"""Errors that nobody expected reach the log and the user, once, with details to copy; the program goes on."""

import gc
import logging
import sys
import threading
import weakref

import pytest
from PySide6.QtCore import QCoreApplication, Qt, QTimer, qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton

from core.system.logging_setup import UNCAUGHT, log_path, start_logging
from gui.controllers.error_watch import ErrorWatch, log_qt_messages
from gui.panels.message_bar import Message, MessageBar
from gui.session.background_task import UNEXPECTED, BackgroundTask


@pytest.fixture
def bar(qtbot):
    bar = MessageBar()
    qtbot.addWidget(bar)
    return bar


@pytest.fixture
def watch(bar):
    watch = ErrorWatch(bar)
    yield watch
    watch.close()


@pytest.fixture
def hooks(monkeypatch):
    """Start the log with all its hooks, and take them back after the test."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    for owner, name in ((sys, "excepthook"), (threading, "excepthook"), (sys, "unraisablehook")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    start_logging()
    yield
    logging.captureWarnings(False)
    root.setLevel(level)
    for handler in root.handlers[:]:
        if handler not in handlers:
            root.removeHandler(handler)
            handler.close()


def fail_at(place):
    raise LookupError(f"no {place}")


def log_error(place="here"):
    try:
        fail_at(place)
    except LookupError as error:
        logging.getLogger("somewhere").critical(UNCAUGHT, exc_info=error)
    QCoreApplication.processEvents()


def press(qtbot, bar, caption):
    button = next(b for b in bar.findChildren(QPushButton) if b.text() == caption and b.isVisibleTo(bar))
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_an_error_is_told_with_details_to_copy(qtbot, bar, watch):
    log_error()
    assert "LookupError: no here" in bar.text
    assert bar.message.kind == "error"
    press(qtbot, bar, "Copy details")
    copied = QGuiApplication.clipboard().text()
    for part in ("MNIST_ANN", "Python", "NumPy", "PySide6", "Qt", "Traceback", "in fail_at", str(log_path())):
        assert part in copied
    assert "Copied" in bar.text


def test_one_error_again_and_again_is_one_message_that_counts(qtbot, bar, watch):
    log_error()
    button = bar.findChild(QPushButton)
    for _ in range(24):
        log_error()
    qtbot.waitUntil(lambda: "25 times" in bar.text)
    assert bar.findChild(QPushButton) is button
    press(qtbot, bar, "Copy details")
    assert "25 times" in QGuiApplication.clipboard().text()


def test_an_error_that_goes_on_stays_closed(qtbot, bar, watch):
    log_error()
    bar.dismiss()
    log_error()
    log_error()
    assert bar.text == ""
    other = Message("Something else.")
    bar.say(other)
    qtbot.waitUntil(lambda: not watch._refresh.isActive())
    assert bar.text == other.text


def test_another_error_is_told_too(bar, watch):
    log_error()
    try:
        int("x")
    except ValueError as error:
        logging.getLogger("somewhere").critical(UNCAUGHT, exc_info=error)
    QCoreApplication.processEvents()
    assert "ValueError" in bar.text


def test_failed_work_offers_its_details(qtbot, bar, watch):
    task = BackgroundTask(lambda report: fail_at("work"))
    task.failed.connect(watch.tell_failure)
    with qtbot.waitSignal(task.failed):
        task.start()
    assert bar.text == UNEXPECTED
    press(qtbot, bar, "Copy details")
    assert "LookupError: no work" in QGuiApplication.clipboard().text()
    watch.tell_failure("The file x.csv is empty.")
    assert bar.message.choices == ()


def test_an_error_in_a_thread_is_told(hooks, qtbot, bar, watch):
    thread = threading.Thread(target=fail_at, args=("thread",), name="painter")
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: "no thread" in bar.text)
    assert "in the thread painter" in watch.details()


def test_an_error_in_a_timer_is_told_and_the_next_timer_comes(hooks, qtbot, bar, watch):
    came = []
    with qtbot.captureExceptions():
        # pytest-qt listens in the place of the program, which is what is tested here.
        sys.excepthook = sys.modules["core.system.logging_setup"]._log_uncaught
        QTimer.singleShot(0, lambda: fail_at("timer"))
        QTimer.singleShot(1, lambda: came.append(1))
        qtbot.waitUntil(lambda: "no timer" in bar.text and bool(came))
    assert "in fail_at" in log_path().read_text(encoding="utf-8")


def test_what_is_raised_while_an_object_goes_reaches_the_log(hooks):
    class Odd:
        def __del__(self):
            fail_at("end")

    odd = Odd()
    del odd
    assert "LookupError: no end" in log_path().read_text(encoding="utf-8")


def test_what_qt_says_reaches_the_log(hooks, qapp):
    before = qInstallMessageHandler(None)
    try:
        log_qt_messages()
        qWarning("a plugin is missing")
    finally:
        qInstallMessageHandler(before)
    assert "WARNING qt.default [MainThread] a plugin is missing" in log_path().read_text(encoding="utf-8")


def test_a_watch_keeps_nothing_of_an_error_but_text(bar, watch):
    class Large:
        pass

    def fail():
        large = Large()
        kept.append(weakref.ref(large))
        raise LookupError

    kept = []
    try:
        fail()
    except LookupError:
        # Not through a logger: pytest keeps all records.
        record = logging.LogRecord("somewhere", logging.CRITICAL, "", 0, UNCAUGHT, (), sys.exc_info())
        watch._listener.handle(record)
        del record
    QCoreApplication.processEvents()
    assert "LookupError" in watch.details()
    gc.collect()
    assert kept[0]() is None
