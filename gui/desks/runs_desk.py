"""The runs that were left: keeps them, shows them as curves and in the tab Runs, and does what is asked for there."""

from functools import partial
from weakref import ReferenceType, ref

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from core.dataset import DataPair
from core.files.runs_csv import RunRecord
from core.history.run_comparison import compare, describe_run
from core.history.run_figures import figures_of
from core.history.run_history import PLACES, PastRun, RunHistory
from core.metrics import Metrics
from core.progress import Report
from core.run import Run
from core.text.number_text import counted
from gui.files.recipe_storage import RecipeStorage
from gui.files.runs_export import RunsExport
from gui.panels.message_bar import Message
from gui.panels.runs import RunsPanel
from gui.panels.status_line import StatusLine
from gui.panels.training_plots import TrainingPlotsPanel
from gui.session.background_task import BackgroundTask
from gui.session.training_session import TrainingSession
from gui.widgets.runs.run_row import SEPARATOR, RunRow

ALWAYS_SHOWN = (
    "The present run is always shown in the tab Training: training batches in one color, test set in the other."
)
NO_COLOR = f"All {PLACES} colors are taken: hide the curve of another run first."


class RunsDesk(QObject):
    """Keeps the history of runs and connects it with session, plots and the tab Runs.

    Parameters
    ----------
    session : TrainingSession
        Has the present run, and takes others.
    plots : TrainingPlotsPanel
        Shows the curves of left runs beside its own.
    panel : RunsPanel
        Lists the runs.
    recipes : RecipeStorage
        Saves the recipe of a run.
    status : StatusLine
        Shows how far a run is that is being made again, or a file.
    window : QWidget
        Owner of dialogs.
    """

    renamed = Signal()
    """A run is called otherwise, the present one or one that was left."""

    told = Signal(object)
    """A `gui.panels.message_bar.Message` on what was done."""

    taken_back = Signal(object)
    """A message that was told offers what cannot be had any more."""

    failed = Signal(str)
    """Why something could not be done, in one sentence."""

    def __init__(
        self,
        session: TrainingSession,
        plots: TrainingPlotsPanel,
        panel: RunsPanel,
        recipes: RecipeStorage,
        status: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._plots = plots
        self._panel = panel
        self._recipes = recipes
        self._status = status
        self._run: Run | None = None
        self._is_forgotten = False
        self._making: BackgroundTask | None = None
        # Weak, so that what is forgotten is let go of as soon as nobody can press Undo any more.
        self._farewell: ReferenceType[Message] | None = None
        self.history = RunHistory()
        self.export = RunsExport(window)
        self._connect()

    def _connect(self) -> None:
        session, panel, status, export = self._session, self._panel, self._status, self.export
        session.run_changed.connect(self._on_run_changed)
        session.metrics_grown.connect(self._on_metrics_grown)
        session.recipe_changed.connect(self._show_rows)
        panel.shown.connect(self._show_rows)
        panel.curve_toggled.connect(self._on_curve_toggled)
        panel.renamed.connect(self._on_renamed)
        panel.return_wanted.connect(self._on_return_wanted)
        panel.settings_wanted.connect(self._on_settings_wanted)
        panel.recipe_wanted.connect(self._on_recipe_wanted)
        panel.forget_wanted.connect(self._on_forget_wanted)
        panel.forget_all_wanted.connect(self._on_forget_all_wanted)
        panel.export_wanted.connect(self._on_export_wanted)
        status.cancel_pressed.connect(self._on_cancel_pressed)
        status.cancel_pressed.connect(export.cancel)
        export.started.connect(status.begin_task)
        export.progressed.connect(status.show_task)
        export.ended.connect(status.end_task)
        export.stored.connect(self._on_stored)
        export.failed.connect(self.failed)

    def close(self) -> None:
        """End what is under way in the background."""
        if self._making:
            self._making.cancel()
            self._making.wait()
        self.export.close()

    @Slot()
    def forget_past_runs(self) -> None:
        """Show no past run beside the next ones: neither those that were left, nor the present one once it is left."""
        self.history.clear()
        self._is_forgotten = True
        self._take_back()
        self._show()

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        before = self._run
        if before is not None and before.data is not run.data:
            # Curves on other data say nothing beside these.
            self.history.clear()
            self._take_back()
        elif before is not None and not self._is_forgotten:
            self.history.remember(before, run)
        self._is_forgotten = False
        if self._making:
            # It was to take the place of a run that has gone itself.
            self._making.cancel()
        self._run = run
        self._show()

    @Slot(object)
    def _on_metrics_grown(self, metrics: Metrics) -> None:
        run = self._run
        if run is not None:
            self._panel.follow_present(partial(figures_of, metrics, run.epoch_at, run.train_seconds))

    def _left(self) -> list[PastRun]:
        """Return the runs of the list but the one that has been brought back."""
        return [past for past in self.history.runs if self._run is None or past.id != self._run.id]

    def _show(self) -> None:
        # The newest last, and so before the others where they cross.
        self._plots.set_past_runs(self._left()[::-1])
        self._show_rows()

    @Slot()
    def _show_rows(self) -> None:
        run = self._run
        if run is None or not self._panel.isVisible():
            return
        left = self._left()
        said = [describe_run(run.recipe, run.is_repeatable)]
        said += [describe_run(past.recipe, past.is_repeatable) for past in left]
        comparison = compare(said)
        settings = map(SEPARATOR.join, (words.values() for words in said))
        differences = map(SEPARATOR.join, comparison.differing)
        rows = [_row_of_present(run, next(settings), next(differences))]
        rows += map(self._row_of_left, left, settings, differences)
        self._panel.show_runs(rows, comparison.common, comparison.usual)

    def _row_of_left(self, past: PastRun, settings: str, differences: str) -> RunRow:
        return RunRow(
            run_id=past.id,
            name=past.name,
            is_present=False,
            place=past.place if past.is_shown else None,
            hindrance="" if self.history.can_show(past.id) else NO_COLOR,
            differences=differences,
            settings=settings,
            figures=past.figures,
            is_kept=past.run is not None,
            is_repeatable=past.is_repeatable,
        )

    # --- what the user does

    @Slot(str, bool)
    def _on_curve_toggled(self, run_id: str, shown: bool) -> None:
        self.history.show(run_id, shown)
        self._show()

    @Slot(str, str)
    def _on_renamed(self, run_id: str, name: str) -> None:
        self.history.rename(run_id, name)
        if self._run is not None and self._run.id == run_id:
            self._run.name = name
            self._plots.set_run_name(name)
        self._show()
        self.renamed.emit()

    @Slot(str)
    def _on_return_wanted(self, run_id: str) -> None:
        past, present = self.history.get(run_id), self._run
        if past is None or present is None:
            return
        if past.run is not None:
            self._session.adopt(past.run)
        elif not (self._making and self._making.running):
            self._make_again(past, present.data)

    def _make_again(self, past: PastRun, data: DataPair) -> None:
        def work(report: Report) -> Run:
            return past.make_again(data, report)

        self._making = task = BackgroundTask(work, self)
        task.progressed.connect(self._status.show_task)
        task.succeeded.connect(self._on_made_again)
        task.failed.connect(self._on_making_failed)
        task.cancelled.connect(self._status.end_task)
        self._status.begin_task(f"making {past.name} again")
        task.start()

    @Slot(object)
    def _on_made_again(self, run: Run) -> None:
        self._status.end_task()
        self._session.adopt(run)

    @Slot(str)
    def _on_making_failed(self, sentence: str) -> None:
        self._status.end_task()
        self.failed.emit(sentence)

    @Slot()
    def _on_cancel_pressed(self) -> None:
        if self._making:
            self._making.cancel()

    @Slot(str)
    def _on_settings_wanted(self, run_id: str) -> None:
        past = self.history.get(run_id)
        if past is not None:
            self._session.set_config(past.recipe.config)

    @Slot(str)
    def _on_recipe_wanted(self, run_id: str) -> None:
        past = self.history.get(run_id)
        if past is not None and past.run is not None:
            self._session.wait_until_left(past.run)
            self._recipes.ask_and_save(past.run.snapshot(), past.run)

    @Slot(str)
    def _on_forget_wanted(self, run_id: str) -> None:
        past, before = self.history.get(run_id), self.history.runs
        if past is not None:
            self.history.forget(run_id)
            self._say_farewell(f"{past.name} is forgotten.", before)

    @Slot()
    def _on_forget_all_wanted(self) -> None:
        count, before = len(self._left()), self.history.runs
        self.history.clear()
        self._say_farewell(f"{counted(count, 'run')} {'is' if count == 1 else 'are'} forgotten.", before)

    def _say_farewell(self, sentence: str, before: tuple[PastRun, ...]) -> None:
        self._show()
        farewell = Message(sentence, choices=(("Undo", partial(self._restore, before)),))
        self._farewell = ref(farewell)
        self.told.emit(farewell)

    def _restore(self, before: tuple[PastRun, ...]) -> None:
        self.history.restore(before)
        self._show()

    def _take_back(self) -> None:
        if self._farewell is not None:
            self.taken_back.emit(self._farewell())
            self._farewell = None

    @Slot()
    def _on_export_wanted(self) -> None:
        run = self._run
        if run is None:
            return
        metrics = run.metrics.read()
        figures = figures_of(metrics, run.epoch_at, run.train_seconds)
        records = [RunRecord(run.name, _in_words(run), figures, metrics, run.epoch_at)] if figures.updates else []
        records += [
            RunRecord(past.name, _in_words(past), past.figures, past.metrics, past.epoch_scale.epoch)
            for past in self._left()
        ]
        self.export.ask_and_save(records)

    @Slot(str)
    def _on_stored(self, sentence: str) -> None:
        self.told.emit(Message(sentence))


def _row_of_present(run: Run, settings: str, differences: str) -> RunRow:
    return RunRow(
        run_id=run.id,
        name=run.name,
        is_present=True,
        place=None,
        hindrance=ALWAYS_SHOWN,
        differences=differences,
        settings=settings,
        figures=figures_of(run.metrics.read(), run.epoch_at, run.train_seconds),
        is_kept=True,
        is_repeatable=run.is_repeatable,
    )


def _in_words(run: Run | PastRun) -> str:
    return SEPARATOR.join(describe_run(run.recipe, run.is_repeatable).values())
