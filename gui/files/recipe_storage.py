"""Saving and opening recipes: the dialogs, and the work in the background.

To open a recipe is to make its run again, which takes as long as training did; what comes of it can be visited like
any other run, and says whether it came out the same.
"""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.data.dataset import DataPair
from core.files.recipe_check import RepeatVerdict, repeat
from core.files.recipe_file import describe_run, load_recipe, save_recipe
from core.progress import Report
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from gui.files.file_dialogs import ask_for_file, ask_where_to_save
from gui.files.saved_file import SavedFile, proposed_name
from gui.session.background_task import BackgroundTask

RECIPE_FILES = "Recipes (*.json);;All files (*)"


class RecipeStorage(QObject):
    """Asks where, then writes a recipe, or reads one and repeats its run, one at a time.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    """

    started = Signal(str)
    """A run is being repeated; which, in a few words."""

    progressed = Signal(float, str)
    """The fraction done, and what is being done."""

    ended = Signal()
    """Nothing is being repeated any more, whatever the outcome."""

    repeated = Signal(object, object)
    """The `core.runs.run.Run` that was repeated, and the `core.files.recipe_check.RepeatVerdict`."""

    stored = Signal(object)
    """A recipe was written: a `gui.files.saved_file.SavedFile`."""

    failed = Signal(str)
    """Why a recipe could not be read, repeated or written, in one sentence."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._saving: list[BackgroundTask] = []
        self._repeating: BackgroundTask | None = None
        self._left: list[BackgroundTask] = []

    @property
    def busy(self) -> bool:
        """Whether a run is being repeated."""
        return self._repeating is not None

    def ask_and_save(self, snapshot: Snapshot, run: Run) -> None:
        """Let the user choose where, and save the recipe of a run up to the moment of a snapshot."""
        name = proposed_name(f"{run.name} recipe", ".json")
        path = ask_where_to_save(self._window, "Save the recipe of this run", "recipes", name, "Recipe (*.json)")
        if path:
            self.save(path, snapshot, run)

    def save(self, path: Path, snapshot: Snapshot, run: Run) -> None:
        """Save the recipe of a run up to the moment of a snapshot."""

        def work(report: Report) -> SavedFile:
            save_recipe(path, describe_run(run, snapshot))
            return SavedFile(f"the recipe of {run.name} up to update {snapshot.update:,}", path)

        task = BackgroundTask(work, self)
        task.succeeded.connect(self._on_stored)
        task.failed.connect(self.failed)
        self._saving = [*(earlier for earlier in self._saving if earlier.running), task]
        task.start()

    def ask_and_open(self, data: DataPair) -> None:
        """Let the user choose a recipe and repeat its run."""
        path = ask_for_file(self._window, "Open a recipe", "recipes", RECIPE_FILES)
        if path:
            self.open(path, data)

    def open(self, path: Path, data: DataPair) -> None:
        """Read a recipe and repeat its run on the data that are open; one under way is given up."""
        self.cancel()

        def work(report: Report) -> tuple[Run, RepeatVerdict]:
            return repeat(load_recipe(path), data, report)

        task = self._repeating = BackgroundTask(work, self)
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_repeated)
        task.failed.connect(self._on_failed)
        self.started.emit(f"repeating the run of {path.name}")
        task.start()

    @Slot()
    def cancel(self) -> None:
        """Give up the run that is being repeated; returns at once."""
        if self._repeating is not None:
            self._repeating.cancel()
            self._left = [task for task in self._left if task.running] + [self._repeating]
            self._end()

    def close(self) -> None:
        """End what is under way, and wait until what is being written is written."""
        self.cancel()
        for task in [*self._left, *self._saving]:
            task.wait()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._repeating:
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _on_repeated(self, result: tuple[Run, RepeatVerdict]) -> None:
        if self.sender() is self._repeating:
            self._end()
            self.repeated.emit(*result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self.sender() is self._repeating:
            self._end()
            self.failed.emit(sentence)

    def _end(self) -> None:
        self._repeating = None
        self.ended.emit()

    @Slot(object)
    def _on_stored(self, saved: SavedFile) -> None:
        self.stored.emit(saved)
