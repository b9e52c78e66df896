"""Saving runs as two CSV files, a table and its curves: the dialog, and the writing in the background."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.files.runs_csv import RunRecord, curves_path, write_runs_csv
from core.progress import Report
from core.text.number_text import counted
from gui.files.file_dialogs import ask_where_to_save
from gui.files.saved_file import SavedFile
from gui.session.background_task import BackgroundTask


class RunsExport(QObject):
    """Asks where to, writes, and tells how it went; one export at a time.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    """

    started = Signal(str)
    """Something is being written; what, in a few words."""

    progressed = Signal(float, str)
    """The fraction done, and what is being done."""

    ended = Signal()
    """Nothing is being written any more, whatever the outcome."""

    stored = Signal(object)
    """The runs were written: a `gui.files.saved_file.SavedFile`."""

    failed = Signal(str)
    """Why they could not be written, in one sentence."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._task: BackgroundTask | None = None

    @property
    def busy(self) -> bool:
        """Whether a file is being written."""
        return self._task is not None

    def ask_and_save(self, runs: Sequence[RunRecord]) -> None:
        """Let the user choose where, and save there."""
        path = ask_where_to_save(self._window, "Export the runs", "exports", "runs.csv", "CSV table (*.csv)")
        if path:
            self.save(path, runs)

    def save(self, path: Path, runs: Sequence[RunRecord]) -> None:
        """Save runs; nothing happens while another file is being written."""
        if self._task is not None:
            return

        def work(report: Report) -> SavedFile:
            curves = curves_path(path)
            write_runs_csv(path, curves, runs, report)
            return SavedFile(f"{counted(len(runs), 'run')} (and their curves as {curves.name})", path)

        self._task = task = BackgroundTask(work, self)
        task.progressed.connect(self.progressed)
        task.succeeded.connect(self._on_stored)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_ended)
        self.started.emit(f"writing {path.name}")
        task.start()

    @Slot()
    def cancel(self) -> None:
        """Give up what is being written; the old file stays. Returns at once."""
        if self._task is not None:
            self._task.cancel()

    def close(self) -> None:
        """Give up what is being written, and wait for the end of it."""
        if self._task is not None:
            self._task.cancel()
            self._task.wait()

    @Slot(object)
    def _on_stored(self, saved: SavedFile) -> None:
        self._on_ended()
        self.stored.emit(saved)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._on_ended()
        self.failed.emit(sentence)

    @Slot()
    def _on_ended(self) -> None:
        self._task = None
        self.ended.emit()
