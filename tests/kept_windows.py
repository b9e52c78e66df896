"""The window as it is started by the program: with runs and session kept in the user's folders."""

from collections.abc import Iterator
from contextlib import contextmanager

from core.files.session_slot import SessionSlot, sessions_folder
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.digit_files import write_csv
from tests.layout import laid_out
from tests.small_data import small_dataset


def write_small_data(folder) -> list[str]:
    """Write files of digits, small enough to train on in no time; return their paths."""
    paths = []
    for name, size, seed in (("mine_train.csv", 600, 1), ("mine_test.csv", 100, 2)):
        write_csv(folder / name, small_dataset(size, seed))
        paths.append(str(folder / name))
    return paths


@contextmanager
def open_window(qtbot, *, anew: bool = False) -> Iterator[MainWindow]:
    """Start the window as the program does, wait until it has opened, and close it in the end."""
    window = MainWindow(slot=SessionSlot.take(sessions_folder()))
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    laid_out(window)
    with qtbot.waitSignal(window.opened):
        window.open_first(anew=anew)
    try:
        yield window
    finally:
        window.close()


def train(qtbot, window, **changes):
    """Train a run to its end, from scratch with changed settings where there are any."""
    if changes:
        window.session.set_config(window.session.config.with_changes(**changes))
    window.actions_.train.trigger()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)
    return window.session.run


def vector(run):
    return run.snapshot().network.parameters.vector
