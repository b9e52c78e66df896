"""Saving and opening recipes: the dialogs, and the work in the background.

To open a recipe is to make its run again, which takes as long as training did; what comes of it can be visited like
any other run, and says whether it came out the same.
"""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.data.dataset import DataPair
from core.files.recipe_check import RepeatVerdict, repeat
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.progress import Report
from core.runs.past_run import PastRun
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from gui.files.file_dialogs import ask_for_file, ask_where_to_save
from gui.files.saved_file import SavedFile, proposed_name
from gui.session.task_slot import Policy, TaskSlot

RECIPE_FILES = "Recipes (*.json);;All files (*)"


class RecipeStorage(QObject):
    """Asks where, then writes a recipe, or reads one and repeats its run, one at a time.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.

    Attributes
    ----------
    repeating : TaskSlot
        The repeating of runs: how far it is, and how it is cancelled.
    """

    repeated = Signal(object, object)
    """The `core.runs.run.Run` that was repeated, and the `core.files.recipe_check.RepeatVerdict`."""

    stored = Signal(object)
    """A recipe was written: a `gui.files.saved_file.SavedFile`."""

    failed = Signal(str)
    """Why a recipe could not be read, repeated or written, in one sentence."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._saving = TaskSlot(Policy.IN_TURN, self, writes=True)
        self._saving.succeeded.connect(self.stored)
        self.repeating = TaskSlot(Policy.REPLACE, self)
        self.repeating.succeeded.connect(self._on_repeated)
        for work in (self._saving, self.repeating):
            work.failed.connect(self.failed)

    def ask_and_save(self, snapshot: Snapshot, run: Run) -> None:
        """Let the user choose where, and save the recipe of a run up to the moment of a snapshot."""
        if path := self._ask_where(run.name):
            self.save(path, snapshot, run)

    def ask_and_save_past(self, past: PastRun) -> None:
        """Let the user choose where, and save the recipe of a run that was left, which may lie in its file."""
        if path := self._ask_where(past.name):
            self._saving.start(partial(_save_past, path, past))

    def _ask_where(self, run_name: str) -> Path | None:
        name = proposed_name(f"{run_name} recipe", ".json")
        return ask_where_to_save(self._window, "Save the recipe of this run", "recipes", name, "Recipe (*.json)")

    def save(self, path: Path, snapshot: Snapshot, run: Run) -> None:
        """Save the recipe of a run up to the moment of a snapshot."""
        self._saving.start(partial(_save, path, snapshot, run))

    def ask_and_open(self, data: DataPair) -> None:
        """Let the user choose a recipe and repeat its run."""
        path = ask_for_file(self._window, "Open a recipe", "recipes", RECIPE_FILES)
        if path:
            self.open(path, data)

    def open(self, path: Path, data: DataPair) -> None:
        """Read a recipe and repeat its run on the data that are open; one under way is given up."""

        def work(report: Report) -> tuple[Run, RepeatVerdict]:
            return repeat(load_recipe(path), data, report)

        self.repeating.start(work, f"repeating the run of {path.name}")

    @Slot(object)
    def _on_repeated(self, result: tuple[Run, RepeatVerdict]) -> None:
        self.repeated.emit(*result)


def _save(path: Path, snapshot: Snapshot, run: Run, report: Report) -> SavedFile:
    save_recipe(path, recipe_file_of(run, snapshot))
    return SavedFile(f"the recipe of {run.name} up to update {snapshot.update:,}", path)


def _save_past(path: Path, past: PastRun, report: Report) -> SavedFile:
    run = past.bring_back(report)
    return _save(path, run.snapshot(), run, report)
