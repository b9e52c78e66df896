"""The past runs on display: as curves and in the tab Runs, and what is asked for there."""

from collections import Counter
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from core.files.run_about import LONGEST_NOTE
from core.files.runs_csv import ExportedRun
from core.runs.kept_data import KeptData
from core.runs.past_run import PastRun
from core.runs.run import Run
from core.runs.run_comparison import compare, describe_run, labels
from core.runs.run_history import COLORS
from core.runs.run_metrics import metrics_of
from core.system.budget import size_text
from core.text.number_text import counted
from core.training.metrics import Metrics
from gui.files.recipe_storage import RecipeStorage
from gui.files.runs_export import RunsExport
from gui.panels.message_bar import Message
from gui.panels.runs import RunsPanel
from gui.panels.status_line import StatusLine
from gui.panels.training_plots import TrainingPlotsPanel
from gui.session.past_runs import PastRuns
from gui.session.run_curves import RunCurves
from gui.session.run_keeper import RunKeeper
from gui.session.training_session import TrainingSession
from gui.widgets.note_dialog import NoteDialog
from gui.widgets.plots.measure_plot import PastCurves
from gui.widgets.runs.run_row import SEPARATOR, RunRow

ALWAYS_SHOWN = (
    "The present run is always shown in the tab Training: training batches in one color, test set in the other."
)
NO_COLOR = f"All {COLORS} colors are taken: hide the curve of another run first."
NO_UPDATE = "It made no update, and so has no curve."


class RunsController(QObject):
    """Connects the past runs with plots and the tab Runs.

    Parameters
    ----------
    session : TrainingSession
        Has the present run, and takes others.
    past_runs : PastRuns
        Has the others.
    plots : TrainingPlotsPanel
        Shows the curves of past runs beside its own.
    panel : RunsPanel
        Lists the runs.
    recipes : RecipeStorage
        Saves the recipe of a run.
    status : StatusLine
        Shows how far a run is that is being brought back, or a file.
    window : QWidget
        Owner of dialogs.
    """

    renamed = Signal()
    """A run is called otherwise, the present one or a past one."""

    message_posted = Signal(object)
    """A `gui.panels.message_bar.Message` on what was done."""

    failed = Signal(str)
    """Why something could not be done, in one sentence."""

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        plots: TrainingPlotsPanel,
        panel: RunsPanel,
        recipes: RecipeStorage,
        status: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._past_runs = past_runs
        self._plots = plots
        self._panel = panel
        self._recipes = recipes
        self._window = window
        self._keeper: RunKeeper | None = None
        self._curves: dict[str, RunCurves] = {}
        self.export = RunsExport(window)
        for slot in (past_runs.returning, self.export):
            status.follow(slot)
            slot.failed.connect(self.failed)
        session.run_changed.connect(self._on_run_changed)
        session.metrics_grown.connect(self._on_metrics_grown)
        session.recipe_changed.connect(self._show)
        past_runs.changed.connect(self._show)
        self._connect_panel()

    def _connect_panel(self) -> None:
        panel = self._panel
        panel.shown.connect(self._show_rows)
        panel.curve_toggled.connect(self._past_runs.show_curve)
        panel.renamed.connect(self._on_renamed)
        panel.return_requested.connect(self._past_runs.bring_back)
        panel.settings_requested.connect(self._on_settings_requested)
        panel.recipe_requested.connect(self._on_recipe_requested)
        panel.forget_requested.connect(self._on_forget_requested)
        panel.forget_all_requested.connect(self._on_forget_all_requested)
        panel.export_requested.connect(self._on_export_requested)
        panel.star_toggled.connect(self._on_star_toggled)
        panel.note_requested.connect(self._on_note_requested)

    def show_store(self, keeper: RunKeeper) -> None:
        """Say from now on where runs are kept, and how much room they take."""
        self._keeper = keeper
        self._panel.folder_requested.connect(self._on_folder_requested)
        self._panel.damaged_removal_requested.connect(self._on_damaged_removal_requested)
        keeper.damaged_changed.connect(self._panel.show_damaged)
        self._panel.shown.connect(self._on_storage_changed)
        keeper.kept.connect(self._on_storage_changed)
        self._on_storage_changed()

    @Slot()
    def _on_storage_changed(self) -> None:
        if self._keeper is not None and self._panel.isVisible():
            store = self._keeper.store
            used, most = size_text(store.nbytes), size_text(store.budget)
            self._panel.show_storage(
                f"Each run is kept in a file of its own: {used} of {most} at most, in {store.folder}. Where that is "
                "spent, the oldest give up what their recipe makes again."
            )

    @Slot()
    def _on_folder_requested(self) -> None:
        if self._keeper is not None:
            folder = self._keeper.store.folder
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder if folder.exists() else folder.parent)))

    @Slot()
    def _on_damaged_removal_requested(self) -> None:
        if self._keeper is not None:
            self._offer_undo("What could not be read is removed.", self._keeper.remove_damaged())

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._show()

    @Slot(object)
    def _on_metrics_grown(self, metrics: Metrics) -> None:
        run = self._session.run
        if run is not None:
            self._panel.follow_present(partial(metrics_of, metrics, run.epoch_at, run.train_seconds))

    @Slot()
    def _show(self) -> None:
        self._show_curves()
        self._show_rows()

    @Slot()
    def _show_curves(self) -> None:
        run = self._session.run
        if run is None:
            return
        # The newest last, and so before the others where they cross.
        shown = [past for past in reversed(self._past_runs.runs) if past.is_shown]
        said = [describe_run(either.recipe, either.is_repeatable) for either in (run, *shown)]
        names = self._data_names()
        data_names = [names[data] for data in (self._past_runs.all_data[0], *(past.data for past in shown))]
        if len(set(data_names)) > 2:
            # Of two, dotted lines tell which.
            said = [{**words, "data": name} for words, name in zip(said, data_names, strict=True)]
        self._curves = {past.id: self._curves_of(past) for past in shown}
        written = labels([run.name, *(past.name for past in shown)], said)[1:]
        self._plots.set_past_runs(
            [
                PastCurves(
                    name, past.color_index, self._curves[past.id], is_on_other_data=past.data.pair is not run.data
                )
                for name, past in zip(written, shown, strict=True)
                if past.color_index is not None
            ]
        )

    def _curves_of(self, past: PastRun) -> RunCurves:
        curves = self._curves.get(past.id)
        if curves is None or curves.metrics is not past.metrics:
            curves = RunCurves(past.epoch_scale)
            curves.follow(past.metrics)
        return curves

    @Slot()
    def _show_rows(self) -> None:
        run = self._session.run
        if run is None or not self._panel.isVisible():
            return
        past_runs = self._past_runs.runs
        said = [describe_run(run.recipe, run.is_repeatable)]
        said += [describe_run(past.recipe, past.is_repeatable) for past in past_runs]
        comparison = compare(said)
        settings = map(SEPARATOR.join, (words.values() for words in said))
        differences = map(SEPARATOR.join, comparison.differing)
        names = self._data_names()
        rows = [_row_of_present(run, next(settings), next(differences), names[self._past_runs.all_data[0]])]
        rows += map(self._row_of_past, past_runs, settings, differences, (names[past.data] for past in past_runs))
        self._panel.show_runs(rows, comparison.common, comparison.usual)

    def _data_names(self) -> dict[KeptData, str]:
        """Return what to call all data; different ones of the same name are numbered, the oldest first."""
        alike: Counter[tuple[str, tuple[int, int]]] = Counter()
        names = {}
        for data in reversed(self._past_runs.all_data):
            alike[data.name, data.sizes] += 1
            number = alike[data.name, data.sizes]
            names[data] = data.name if number == 1 else f"{data.name} ({number})"
        return names

    def _row_of_past(self, past: PastRun, settings: str, differences: str, data_name: str) -> RunRow:
        disabled_reason = NO_COLOR if past.update else NO_UPDATE
        return RunRow(
            run_id=past.id,
            name=past.name,
            is_present=False,
            color_index=past.color_index if past.is_shown else None,
            disabled_reason="" if self._past_runs.history.can_show(past.id) else disabled_reason,
            differences=differences,
            settings=settings,
            data_name=data_name,
            data_sizes=past.data.sizes,
            run_metrics=past.run_metrics,
            is_kept=past.has_network or past.load is not None,
            has_data=past.data.pair is not None,
            is_repeatable=past.is_repeatable,
            note=past.note,
            is_starred=past.is_starred,
        )

    # --- what the user does

    @Slot(str, str)
    def _on_renamed(self, run_id: str, name: str) -> None:
        self._past_runs.describe(run_id, name=name)
        if self._session.run is not None and self._session.run.id == run_id:
            self._plots.set_run_name(name)
        self.renamed.emit()

    @Slot(str)
    def _on_star_toggled(self, run_id: str) -> None:
        described = self._described(run_id)
        if described is not None:
            self._past_runs.describe(run_id, is_starred=not described.is_starred)

    @Slot(str)
    def _on_note_requested(self, run_id: str) -> None:
        described = self._described(run_id)
        if described is None:
            return
        dialog = NoteDialog(described.name, described.note, self._window)
        dialog.written.connect(partial(self._on_note_written, run_id))
        dialog.open()

    def _on_note_written(self, run_id: str, note: str) -> None:
        self._past_runs.describe(run_id, note=note.strip()[:LONGEST_NOTE])

    def _described(self, run_id: str) -> Run | PastRun | None:
        run = self._session.run
        return run if run is not None and run.id == run_id else self._past_runs.history.get(run_id)

    @Slot(str)
    def _on_settings_requested(self, run_id: str) -> None:
        past = self._past_runs.history.get(run_id)
        if past is not None:
            self._session.start(past.recipe.config)

    @Slot(str)
    def _on_recipe_requested(self, run_id: str) -> None:
        past = self._past_runs.history.get(run_id)
        if past is None:
            return
        if past.run is not None:
            self._session.wait_until_left(past.run)
        self._recipes.ask_and_save_past(past)

    @Slot(str)
    def _on_forget_requested(self, run_id: str) -> None:
        past = self._past_runs.history.get(run_id)
        if past is not None:
            self._offer_undo(f"{past.name} is forgotten.", self._past_runs.forget([run_id]))

    @Slot()
    def _on_forget_all_requested(self) -> None:
        ids = [past.id for past in self._past_runs.runs]
        sentence = f"{counted(len(ids), 'run')} {'is' if len(ids) == 1 else 'are'} forgotten."
        self._offer_undo(sentence, self._past_runs.forget(ids))

    def _offer_undo(self, sentence: str, undo: Callable[[], None]) -> None:
        self.message_posted.emit(Message(sentence, choices=(("Undo", undo),), undoes=True))

    @Slot()
    def _on_export_requested(self) -> None:
        run = self._session.run
        if run is None:
            return
        metrics = run.metrics.read()
        run_metrics = metrics_of(metrics, run.epoch_at, run.train_seconds)
        sizes = (len(run.data.train), len(run.data.test))
        records = [ExportedRun(run.name, run.data.name, sizes, _in_words(run), run_metrics, metrics, run.epoch_at)]
        for past in self._past_runs.runs:
            words, epoch_at = _in_words(past), past.epoch_scale.epoch
            about_data = (past.data.name, past.data.sizes)
            records.append(ExportedRun(past.name, *about_data, words, past.run_metrics, past.metrics, epoch_at))
        self.export.ask_and_save([record for record in records if record.run_metrics.updates])


def _row_of_present(run: Run, settings: str, differences: str, data_name: str) -> RunRow:
    return RunRow(
        run_id=run.id,
        name=run.name,
        is_present=True,
        color_index=None,
        disabled_reason=ALWAYS_SHOWN,
        differences=differences,
        settings=settings,
        data_name=data_name,
        data_sizes=(len(run.data.train), len(run.data.test)),
        run_metrics=metrics_of(run.metrics.read(), run.epoch_at, run.train_seconds),
        is_kept=True,
        has_data=True,
        is_repeatable=run.is_repeatable,
        note=run.note,
        is_starred=run.is_starred,
    )


def _in_words(run: Run | PastRun) -> str:
    return SEPARATOR.join(describe_run(run.recipe, run.is_repeatable).values())
