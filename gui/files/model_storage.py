"""Saving and opening models: the dialogs, and the work in the background."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.files.model_files import save_model
from core.files.notebook_files import export_notebook, load_any_model
from core.files.saved_model import SavedModel
from core.files.unlike import usual_limit
from core.progress import Report
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from gui.files.file_dialogs import ask_for_file, ask_where_to_save
from gui.files.saved_file import SavedFile, proposed_name
from gui.session.task_slot import Policy, TaskSlot

MODEL_FILES = "Models (*.npz *_W1.npy);;All files (*)"


class ModelStorage(QObject):
    """Asks where, then reads or writes a model on a thread of its own.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    """

    opened = Signal(object, str)
    """A `core.files.saved_model.SavedModel`, and the name of its file."""

    stored = Signal(object)
    """A model was written: a `gui.files.saved_file.SavedFile`."""

    failed = Signal(str)
    """Why a file could not be read or written, in one sentence."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._opening = TaskSlot(Policy.REPLACE, self)
        self._opening.succeeded.connect(self._on_opened)
        self._saving = TaskSlot(Policy.IN_TURN, self, writes=True)
        self._saving.succeeded.connect(self.stored)
        for work in (self._opening, self._saving):
            work.failed.connect(self.failed)

    def ask_and_open(self) -> None:
        """Let the user choose a model file and open it."""
        path = ask_for_file(self._window, "Open a model", "models", MODEL_FILES)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a model file: .npz, or one of the notebook's four .npy files; of several, the newest request counts."""
        self._opening.start(lambda report: (load_any_model(path), path.name))

    def ask_and_save(self, snapshot: Snapshot, run: Run) -> None:
        """Let the user choose where, and save the network as it is in a snapshot of a run."""
        name = proposed_name(f"{run.name} update {snapshot.update}", ".npz")
        path = ask_where_to_save(self._window, "Save the model", "models", name, "Model (*.npz)")
        if path:
            self.save(path, snapshot, run)

    def save(self, path: Path, snapshot: Snapshot, run: Run) -> None:
        """Save the network as it is in a snapshot of a run."""
        metrics = run.metrics.until(snapshot.update).read()
        origin = None if snapshot.update else run.origin

        def work(report: Report) -> SavedFile:
            limit = origin.unlike_limit if origin else usual_limit(run.data.train.images)
            model = SavedModel.from_snapshot(snapshot, run.data, metrics, unlike_limit=limit)
            save_model(path, replace(model, class_names=origin.class_names) if origin else model)
            return SavedFile(f"the model at update {snapshot.update:,}", path)

        self._saving.start(work)

    def ask_and_export(self, snapshot: Snapshot, run: Run) -> None:
        """Let the user choose a name, and write the four .npy files of the original notebook."""
        name = proposed_name(f"{run.name} update {snapshot.update}", "")
        path = ask_where_to_save(self._window, "Export four NumPy files", "models", name, "Prefix of four files (*)")
        if path:

            def work(report: Report) -> SavedFile:
                export_notebook(path, snapshot.network)
                return SavedFile("W1, b1, W2 and b2", path.with_name(f"{path.name}_W1.npy, …"))

            self._saving.start(work)

    @Slot(object)
    def _on_opened(self, result: tuple[SavedModel, str]) -> None:
        self.opened.emit(*result)
