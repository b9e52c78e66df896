"""Saving runs as two CSV files, a table and its curves: the dialog, and the writing in the background."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QWidget

from core.files.runs_csv import ExportedRun, curves_path, write_runs_csv
from core.progress import Report
from core.text.number_text import counted
from gui.files.file_dialogs import ask_where_to_save
from gui.files.saved_file import SavedFile
from gui.session.task_slot import Policy, TaskSlot


class RunsExport(TaskSlot):
    """Asks where to, writes, and tells how it went; one export at a time.

    `succeeded` brings the `gui.files.saved_file.SavedFile`; where an export is cancelled, the old file stays.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(Policy.REFUSE, window)
        self._window = window

    def ask_and_save(self, runs: Sequence[ExportedRun]) -> None:
        """Let the user choose where, and save there."""
        path = ask_where_to_save(self._window, "Export the runs", "exports", "runs.csv", "CSV table (*.csv)")
        if path:
            self.save(path, runs)

    def save(self, path: Path, runs: Sequence[ExportedRun]) -> None:
        """Save runs; nothing happens while another file is being written."""

        def work(report: Report) -> SavedFile:
            curves = curves_path(path)
            write_runs_csv(path, curves, runs, report)
            return SavedFile(f"{counted(len(runs), 'run')} (and their curves as {curves.name})", path)

        self.start(work, f"writing {path.name}")
