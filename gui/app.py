"""Starting the window: the application object, its look, the log, and pictures for documentation and tests."""

import gc
import logging
import signal
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtDBus import QDBusConnection
from PySide6.QtGui import QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from core.errors import ImageError
from core.files.session_slot import SessionSlot, sessions_folder
from core.system.launcher import APP_ID
from core.system.logging_setup import start_logging
from core.system.standard_streams import refuse, tell
from gui.controllers.error_watch import log_qt_messages
from gui.files.picture_export import png_bytes, write_picture
from gui.look.desktop_settings import desktop
from gui.look.preferences import APPLICATION, ORGANIZATION, Preferences
from gui.main_window import MainWindow

logger = logging.getLogger(__name__)

ICON = Path(__file__).resolve().parents[1] / "resources" / "icons" / "mnist_ann.svg"

SWITCH_INTERVAL = 0.0005
"""Seconds after which Python hands over between threads: a tenth of the default lets the window answer sooner."""

PICTURE_SIZE = (1440, 900)

_LINUX_SCREENS = {"wayland", "xcb"}
"""Platforms of Qt on which a desktop can be asked what it wants."""

_GENERIC_FONTS = {"Monospace", "Sans Serif", "Serif"}
"""What Qt lists even where there are no fonts."""

_NO_FONTS = (
    "This computer has no fonts, so that all text of the window appears as boxes. Install one, then start the program "
    "again; on Debian or Ubuntu: sudo apt install fonts-dejavu-core"
)


def run(
    *,
    screenshot: Path | None = None,
    after: float = 0.0,
    autostart: bool = False,
    tab: str | None = None,
    size: tuple[int, int] | None = None,
    theme: str | None = None,
    files: Sequence[Path] = (),
    anew: bool = False,
) -> int:
    """Open the window and return the exit code once it is closed.

    Parameters
    ----------
    screenshot : Path, optional
        Save the window as a PNG there and exit; nothing that the window shows for it is remembered.
    after : float
        Seconds to wait before the picture is taken, once the data are loaded.
    autostart : bool
        Begin to train as soon as the data are loaded.
    tab : str, optional
        Which tab to show first, by its title.
    size : tuple of int, optional
        Width and height of the window in logical pixels.
    theme : {"light", "dark", "contrast"}, optional
        Overrides the user's choice for this once.
    files : sequence of Path
        What to open once the first data are there.
    anew : bool
        Take up nothing of what was left at the end of the program before, but for the list of runs. `autostart` and
        `screenshot` do the same.
    """
    start_logging()
    QCoreApplication.setOrganizationName(ORGANIZATION)
    QCoreApplication.setApplicationName(APPLICATION)
    _name_windows()
    application = QApplication.instance() or QApplication([APP_ID])
    assert isinstance(application, QApplication)
    if not set(QFontDatabase.families()) - _GENERIC_FONTS:
        refuse(_NO_FONTS)
    application.setWindowIcon(QIcon(str(ICON)))
    application.setAttribute(Qt.ApplicationAttribute.AA_DontShowIconsInMenus)
    log_qt_messages()
    slot = None if screenshot else SessionSlot.take(sessions_folder())
    window = MainWindow(Preferences(remembers=screenshot is None), slot)
    if application.platformName() in _LINUX_SCREENS:
        desktop.listen(QDBusConnection.sessionBus())
    opened_files = _OpenedFiles(window)
    application.installEventFilter(opened_files)
    let_python_answer_soon()
    if theme:
        window.appearance.choose(theme)
    if size or screenshot:
        # A picture does not depend on how large the window was left, nor on the size of a screen that nobody sees.
        window.resize(*(size or PICTURE_SIZE))
    if tab and not window.show_tab(tab):
        titles = ", ".join(window.tabs.tabText(index) for index in range(window.tabs.count()))
        tell(f"There is no tab {tab!r}; choose one of {titles}.\n")
        return 2
    if autostart:
        window.files.data_opened.connect(window.session.train)
    window.show()
    if files:
        # A moment later there is a run too, which a recipe needs.
        open_files = partial(QTimer.singleShot, 0, partial(window.open_files, list(files)))
        window.opened.connect(open_files, Qt.ConnectionType.SingleShotConnection)
    if slot is None and screenshot is None:
        window.opened.connect(partial(_tell_that_nothing_is_kept, window), Qt.ConnectionType.SingleShotConnection)
    window.open_first(anew=anew or autostart, restores_tab=tab is None)
    # Python notices Ctrl-C only while it runs bytecode; a timer lets it.
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A log-out, or the end of the terminal: what is open is kept as on Quit. With nohup it stays open.
        if number is not None and (name != "SIGHUP" or signal.getsignal(number) is not signal.SIG_IGN):
            signal.signal(number, lambda *_: window.close())
    waker = QTimer()
    waker.start(200)
    waker.timeout.connect(_wake)
    exit_codes: list[int] = []
    if screenshot:
        picture = QTimer()
        picture.setSingleShot(True)
        picture.timeout.connect(lambda: exit_codes.append(_take_picture(window, screenshot)))
        window.files.loader.ended.connect(lambda: picture.start(round(after * 1000)))
    code = application.exec()
    return exit_codes[0] if exit_codes else code


class _OpenedFiles(QObject):
    """Opens what is double-clicked on macOS, which tells a running program so instead of naming files to a new one."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Open the file of an event that names one."""
        if event.type() == QEvent.Type.FileOpen and event.file():
            self.parent().open_files([Path(event.file())])
            return True
        return super().eventFilter(watched, event)


def _name_windows() -> None:
    """Tell the desktop which menu entry the windows belong to, for their icon and to group them."""
    QGuiApplication.setDesktopFileName(APP_ID)
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(APP_ID)


def let_python_answer_soon() -> None:
    """Keep threads in the background and the garbage collector from holding up the window; call it once that is made.

    What is there by now stays for good. Looking through it all for garbage, again and again while files are read, would
    stop every thread for 60 ms each time.
    """
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.freeze()


def _tell_that_nothing_is_kept(window: MainWindow) -> None:
    window.errors.tell_failure(
        f"Runs and where you are cannot be kept: {sessions_folder()} cannot be written. All else works; make the "
        "folder writable, then start the program again."
    )


def _wake() -> None:
    """Give Python a turn."""


def _take_picture(window: MainWindow, path: Path) -> int:
    try:
        write_picture(path, png_bytes(window.grab().toImage()))
    except ImageError as error:
        tell(f"{error}\n")
        return 2
    finally:
        window.close()
    return 0
