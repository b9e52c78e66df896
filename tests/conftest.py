"""What every test relies on: no display, no trace of the user's own settings and files, and nothing left behind."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from core.system.launch import limit_blas_threads
from tests.look import hide_desktop, pin_look

limit_blas_threads()
hide_desktop()

USER_FOLDERS = (
    *("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "MNIST_ANN_CACHE"),
    # On Windows; the first for platformdirs, which asks the system unless it is told otherwise.
    *("WIN_PD_OVERRIDE_LOCAL_APPDATA", "LOCALAPPDATA", "APPDATA"),
)
_GRACE_SECONDS = 20.0
_PATIENCE_MILLISECONDS = 60_000


def move_to(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep settings, caches and logs in a folder from now on, as those of another user."""
    for variable in USER_FOLDERS:
        monkeypatch.setenv(variable, str(folder / variable.lower()))
    if sys.platform == "darwin":
        # Logs there lie below the home folder, whatever the variables say.
        monkeypatch.setenv("HOME", str(folder / "home"))
    if "PySide6.QtCore" in sys.modules:
        from PySide6.QtCore import QSettings

        # Windows' registry and what macOS has in its place cannot be led elsewhere, files can.
        form = QSettings.Format.IniFormat
        QSettings.setDefaultFormat(form)
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder / "settings"))


@pytest.fixture(scope="session")
def shared_folder() -> Path:
    """The folder of real MNIST files and pen digits that may lie beside the checkout."""
    folder = Path(__file__).parents[1].parent / "shared"
    if not (folder / "mnist").is_dir():
        pytest.skip("no folder ../shared with real MNIST files beside the checkout")
    return folder


@pytest.fixture(autouse=True)
def user_folder(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep settings, caches and logs of each test in an empty folder of its own."""
    folder = tmp_path_factory.mktemp("user")
    move_to(folder, monkeypatch)
    return folder


@pytest.fixture
def open_step_through(qtbot) -> Iterator[Callable]:
    """What opens the panel Step through, with the settings of its run; returns the panel and the run's session."""
    from tests.step_through import step_through_panels

    with step_through_panels(qtbot) as open_panel:
        yield open_panel


@pytest.fixture(autouse=True)
def _no_leaked_thread() -> Iterator[None]:
    """Fail where a test leaves a Python thread running."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + _GRACE_SECONDS
    while leaked := [thread for thread in threading.enumerate() if thread not in before and thread.is_alive()]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads still running after the test: {', '.join(thread.name for thread in leaked)}")
        time.sleep(0.01)


def _refuse_to_wait(*arguments: object, **options: object) -> None:
    """Stand in for what waits for nothing where it is called without "with", as it was 28 times."""
    pytest.fail("use laid_out(widget) of tests.layout: an exposed window need not be laid out")


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """Wait for signals and conditions as long as a machine with other work may take; a test that hangs ends anyway."""
    for wait in (QtBot.waitSignal, QtBot.waitSignals, QtBot.waitUntil, QtBot.waitActive):
        wait.__kwdefaults__["timeout"] = _PATIENCE_MILLISECONDS
    QtBot.waitExposed = _refuse_to_wait


@pytest.fixture(scope="session")
def _give_look_back(qapp) -> Callable[[], None]:
    """Give the application the look that every test expects, and return what does so again after a test."""
    return pin_look(qapp)


@pytest.fixture(autouse=True)
def _no_leaked_qt_object(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail where a test of the window leaves a running QThread, an active QTimer or an open window."""
    if "qapp" not in request.fixturenames:
        yield
        return
    look = request.getfixturevalue("_give_look_back")
    yield from _watch_qt(request.getfixturevalue("qapp"), request.getfixturevalue("monkeypatch"), look)


def _watch_qt(qapp, monkeypatch: pytest.MonkeyPatch, give_look_back: Callable[[], None]) -> Iterator[None]:
    import gc
    from weakref import WeakKeyDictionary

    import shiboken6
    from PySide6.QtCore import QCoreApplication, QEvent, QThread, QTimer

    started = WeakKeyDictionary()

    def remember(kind: type) -> None:
        start = kind.start

        def start_and_remember(self, *arguments) -> None:
            started[self] = _calling_line()
            start(self, *arguments)

        monkeypatch.setattr(kind, "start", start_and_remember)

    remember(QTimer)
    remember(QThread)
    before = {id(widget) for widget in qapp.topLevelWidgets()}

    def find_leaks() -> list[str]:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        alive = [(item, line) for item, line in started.items() if shiboken6.isValid(item)]
        running = [
            f"{type(item).__name__} started at {line}"
            for item, line in alive
            if (item.isActive() if isinstance(item, QTimer) else item.isRunning())
        ]
        windows = [
            f"window {type(widget).__name__} {widget.objectName()!r}"
            for widget in qapp.topLevelWidgets()
            if id(widget) not in before
        ]
        return running + windows

    yield
    give_look_back()
    if find_leaks():
        # What only a reference cycle keeps alive is no leak.
        gc.collect()
    deadline = time.monotonic() + _GRACE_SECONDS
    while leaks := find_leaks():
        if time.monotonic() > deadline:
            pytest.fail(f"left behind by the test: {'; '.join(leaks)}")
        qapp.processEvents()
        time.sleep(0.01)


def _calling_line() -> str:
    frame = sys._getframe(2)
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}"
