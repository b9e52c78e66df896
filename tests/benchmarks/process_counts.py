"""What a process holds at a moment: memory, threads, open files, widgets, timers."""

import gc
from dataclasses import astuple, dataclass, fields
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True)
class Counts:
    """One row of the table.

    Attributes
    ----------
    memory : float
        Resident memory, MiB.
    history : float
        Of that, networks and keyframes of runs, MiB: the program keeps them on purpose, within its budget.
    threads, files, widgets, objects, timers : int
        How many there are.
    """

    memory: float
    history: float
    threads: int
    files: int
    widgets: int
    objects: int
    timers: int

    def __str__(self) -> str:
        cells = [f"{value:10.1f}" if isinstance(value, float) else f"{value:10,}" for value in astuple(self)]
        return "".join(cells)


HEAD = "".join(f"{field.name:>10}" for field in fields(Counts))


def count(window: "MainWindow | None" = None) -> Counts:
    """Count now, after what waits to be deleted is gone."""
    from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
    from PySide6.QtWidgets import QApplication

    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    process = psutil.Process()
    objects = window.findChildren(QObject) if window else []
    runs = window.past_runs.history.nbytes + (window.session.run.nbytes if window.session.run else 0) if window else 0
    return Counts(
        memory=process.memory_info().rss / 2**20,
        history=runs / 2**20,
        threads=process.num_threads(),
        files=process.num_fds() if psutil.POSIX else process.num_handles(),
        widgets=len(QApplication.allWidgets()),
        objects=len(objects),
        timers=sum(isinstance(child, QTimer) for child in objects),
    )
