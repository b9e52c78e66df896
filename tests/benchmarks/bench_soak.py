"""Whether the program stays as large as it is: a user without rest, starts and stops, windows opened and closed.

usage: python -m tests.benchmarks soak [MINUTES]     (10 by default; then 300 starts and stops, and 200 windows)

Prints what the process holds, minute by minute: resident memory, threads, open files, widgets, objects and timers.
"""

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from core.system.freed_memory import limit_pools
from core.system.launch import limit_blas_threads

if TYPE_CHECKING:
    from gui.main_window import MainWindow

limit_blas_threads()
limit_pools()

ROOT = Path(__file__).parents[2]
FROM_MINUTE = 2
"""By then every part of the window has been used."""

REST_SECONDS = 2.5
"""Before each count: by then the program has given back what it does not need."""

STARTS, WINDOWS = 300, 200
STEPS = 6
"""So many rows for starts, and for windows."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks soak")
    parser.add_argument("minutes", nargs="?", type=float, default=10.0)
    parser.add_argument("--part", choices=("use", "starts", "windows"))
    arguments = parser.parse_args()
    if arguments.part is None:
        return _run_parts(arguments.minutes)
    from PySide6.QtWidgets import QApplication

    application = QApplication([])
    if arguments.part == "use":
        _use(arguments.minutes)
    elif arguments.part == "starts":
        _start_and_stop()
    else:
        _open_and_close()
    del application
    return 0


def _run_parts(minutes: float) -> int:
    """Run each part in a process of its own, with folders of its own."""
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        names = ("CONFIG", "CACHE", "DATA", "STATE")
        environment = os.environ | {f"XDG_{name}_HOME": f"{folder}/{name.lower()}" for name in names}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        for part in ("use", "starts", "windows"):
            command = [sys.executable, "-m", "tests.benchmarks.bench_soak", str(minutes), "--part", part]
            failed |= subprocess.run(command, cwd=ROOT, env=environment).returncode
    return failed


def _use(minutes: float) -> None:
    from tests.benchmarks.process_counts import HEAD, count
    from tests.benchmarks.scripted_user import ScriptedUser
    from tests.benchmarks.window_probe import run_event_loop

    window = _open_window()
    user = ScriptedUser(window, _data_sets())
    print(f"a user without rest\n{'minute':>8}{HEAD}", flush=True)
    began, rows = time.monotonic(), [count(window)]
    print(f"{0:8}{rows[0]}", flush=True)
    deeds = user.go_on()
    while len(rows) <= minutes:
        next(deeds)
        if time.monotonic() - began >= 60 * len(rows):
            run_event_loop(REST_SECONDS)
            rows.append(count(window))
            print(f"{len(rows) - 1:8}{rows[-1]}", flush=True)
    window.close()
    del user, deeds, window
    run_event_loop(0.5)
    print(f"{'closed':>8}{count()}")
    since = rows[FROM_MINUTE:]
    if since:
        whole = [row.memory for row in since]
        beside = [row.memory - row.history for row in since]
        print(
            f"from minute {FROM_MINUTE}: {min(whole):.0f} to {max(whole):.0f} MiB, "
            f"{min(beside):.0f} to {max(beside):.0f} beside the history of runs",
            flush=True,
        )


def _start_and_stop() -> None:
    from tests.benchmarks.process_counts import HEAD, count
    from tests.benchmarks.window_probe import run_event_loop, wait_for_pause

    window = _open_window()
    print(f"\n{STARTS} starts and stops of training\n{'starts':>8}{HEAD}", flush=True)
    for number in range(STARTS + 1):
        if number % (STARTS // STEPS) == 0:
            print(f"{number:8}{count(window)}", flush=True)
        if window.session.run is not None and window.session.run.finished:
            window.session.reset()
        window.actions_.train.trigger()
        run_event_loop(0.03)
        window.actions_.pause.trigger()
        wait_for_pause(window)
    window.close()


def _open_and_close() -> None:
    from tests.benchmarks.process_counts import HEAD, count

    print(f"\n{WINDOWS} windows opened and closed\n{'windows':>8}{HEAD}", flush=True)
    for number in range(WINDOWS + 1):
        if number % (WINDOWS // STEPS) == 0:
            print(f"{number:8}{count()}", flush=True)
        window = _open_window()
        window.close()
        del window
        # Python looks for what refers to itself when it pleases, and knows nothing of the size of arrays.
        gc.collect()


def _open_window() -> "MainWindow":
    """Return a window with the built-in digits, which keeps its runs as that of the program does."""
    from PySide6.QtCore import Qt

    from core.data.data_sources import BUILTIN
    from core.files.session_slot import SessionSlot, sessions_folder
    from gui.look.preferences import Preferences
    from gui.main_window import MainWindow
    from tests.benchmarks.window_probe import run_event_loop

    window = MainWindow(Preferences(remembers=False), SessionSlot.take(sessions_folder()))
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    window.resize(1440, 900)
    window.show()
    window.drawing_controller.ready_readers.load()
    window.files.loader.open_paths([BUILTIN])
    while window.files.loader.busy or window.session.run is None:
        run_event_loop(0.05)
    return window


def _data_sets() -> list[Path]:
    """Return what there is beside the checkout."""
    shared = ROOT.parent / "shared"
    return [path for path in (shared / "mnist", shared / "pen_digits" / "dev.npz") if path.exists()]


if __name__ == "__main__":
    sys.exit(main())
