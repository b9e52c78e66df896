"""Projects: everything of the user's saved as one file, and what is in such a file put beside what is here."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QTabWidget, QWidget

from core.errors import DataError
from core.files.project_file import ENDING, Contents, save_project
from core.files.project_import import DataFinder, ImportedProject, import_project, take_back
from core.files.saved_model import SavedModel
from core.files.unlike import usual_limit
from core.lessons.own_lessons import read_own_lessons
from core.progress import Report
from core.runs.kept_data import KeptData
from core.runs.run import Run
from core.runs.run_past import Origin
from core.runs.run_record import RunRecord
from core.system.user_folders import own_lessons_folder
from core.text.number_text import counted
from core.training.config import TrainingConfig
from gui.actions import Actions
from gui.controllers.file_controller import FileController
from gui.controllers.lesson_controller import LessonController
from gui.controllers.session_controller import SessionController
from gui.files.data_loading import LoadRequest
from gui.files.file_dialogs import ask_for_file, ask_where_to_save
from gui.files.saved_file import SavedFile
from gui.panels.message_bar import Message, MessageBar
from gui.panels.my_digits import MyDigitsPanel
from gui.panels.status_line import StatusLine
from gui.session.past_runs import PastRuns
from gui.session.run_keeper import RunKeeper
from gui.session.task_slot import Policy, TaskSlot
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from gui.widgets.drawing.canvas import Canvas

FILES = f"Projects (*{ENDING});;All files (*)"


class ProjectController(QObject):
    """Saves and opens projects.

    Parameters
    ----------
    actions : Actions
        Where the user asks for it.
    session, past_runs, time_machine : TrainingSession, PastRuns, TimeMachine
        The runs, and the moment shown.
    keeper : RunKeeper
        Keeps the runs, those of a project too.
    sessions : SessionController
        Knows where the window stands.
    files, lessons : FileController, LessonController
        The data known here, and lessons with what was reached in them.
    my_digits, canvas, tabs : MyDigitsPanel, Canvas, QTabWidget
        What else goes into a project.
    messages, status : MessageBar, StatusLine
        Say what came of it, and how far it is.
    window : QWidget
        Owner of the dialogs.
    """

    def __init__(
        self,
        actions: Actions,
        session: TrainingSession,
        past_runs: PastRuns,
        time_machine: TimeMachine,
        keeper: RunKeeper,
        sessions: SessionController,
        files: FileController,
        lessons: LessonController,
        my_digits: MyDigitsPanel,
        canvas: Canvas,
        tabs: QTabWidget,
        messages: MessageBar,
        status: StatusLine,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._session = session
        self._past_runs = past_runs
        self._time_machine = time_machine
        self._keeper = keeper
        self._sessions = sessions
        self._files = files
        self._lessons = lessons
        self._my_digits = my_digits
        self._canvas = canvas
        self._tabs = tabs
        self._messages = messages
        self._window = window
        self._awaiting: Path | None = None
        self.saving = TaskSlot(Policy.REFUSE, self, writes=True)
        self.saving.succeeded.connect(messages.tell_saved)
        self.opening = TaskSlot(Policy.REFUSE, self)
        self.opening.succeeded.connect(self._on_imported)
        for slot in (self.saving, self.opening):
            slot.failed.connect(self._on_failed)
            status.follow(slot)
        actions.save_project.triggered.connect(self._on_save_triggered)
        actions.open_project.triggered.connect(self._on_open_triggered)
        session.checkpoint_taken.connect(self._on_checkpoint_taken)

    # --- saving

    @Slot()
    def _on_save_triggered(self) -> None:
        path = ask_where_to_save(self._window, "Save the project", "projects", f"project{ENDING}", FILES)
        if path:
            self.save(path)

    def save(self, path: Path) -> None:
        """Save everything; a run that trains, as it is after its present update."""
        if self._session.busy:
            self._awaiting = path
            self._session.request_checkpoint()
        else:
            self._save(path)

    @Slot(object, object)
    def _on_checkpoint_taken(self, run: Run, checkpoint: object) -> None:
        path, self._awaiting = self._awaiting, None
        if path is not None:
            self._save(path)

    def _save(self, path: Path) -> None:
        record, digits, results = self._sessions.record, self._my_digits.digits, self._lessons.results
        runs = self._runs_to_save()
        snapshot, shown = self._time_machine.snapshot, self._time_machine.run
        metrics = shown.metrics.until(snapshot.update).read() if snapshot and shown else None

        def work(report: Report) -> SavedFile:
            network = None
            if snapshot and shown:
                limit = usual_limit(shown.data.train.images)
                network = SavedModel.from_snapshot(snapshot, shown.data, metrics, unlike_limit=limit)
            contents = Contents(
                session=record,
                lessons=results,
                digits=digits,
                network=network,
                own_lessons=read_own_lessons(own_lessons_folder()),
            )
            save_project(path, contents, runs, report)
            return SavedFile(f"the project with {counted(len(runs), 'run')}", path)

        self.saving.start(work, f"saving {path.name}")

    def _runs_to_save(self) -> list[Callable[[], RunRecord]]:
        mine, _ = self._past_runs.mine
        runs: list[Callable[[], RunRecord]] = []
        if mine is not None and self._keeper.will_keep(mine):
            runs.append(self._record_of(mine, self._past_runs.data_of(mine)))
        for past in self._past_runs.my_runs:
            is_mine = mine is not None and past.id == mine.id
            if past.run is not None and not is_mine and self._keeper.will_keep(past.run):
                runs.append(self._record_of(past.run, past.data))
            elif past.load is not None and not is_mine:
                runs.append(partial(self._keeper.record, past.id))
        return runs

    def _record_of(self, run: Run, data: KeptData | None) -> Callable[[], RunRecord]:
        if self._keeper.keeps(run):
            return partial(self._keeper.record, run.id)
        checkpoint = run.checkpoint()
        return lambda: RunRecord.of(run, checkpoint, data.source if data else None)

    # --- opening

    @Slot()
    def _on_open_triggered(self) -> None:
        path = ask_for_file(self._window, "Open a project", "projects", FILES)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """Put what is in a project beside what is here, and go on where it stood."""
        kept = self._past_runs.all_data
        finder = DataFinder(
            tuple(data.pair for data in kept if data.pair is not None),
            (*((data.name, data.source) for data in kept if data.source), *self._files.known_sources),
        )
        present = self._session.run
        in_memory = {past.id for past in self._past_runs.my_runs} | ({present.id} if present else set())
        store, folder = self._keeper.store, own_lessons_folder()
        self.opening.start(
            lambda report: import_project(path, store, folder, in_memory, finder, report), f"opening {path.name}"
        )

    @Slot(object)
    def _on_imported(self, project: ImportedProject) -> None:
        self._lessons.leave()
        before, config = self._session.run, self._session.config
        undo = [partial(self._take_back_files, project), self._add_runs(project)]
        told = [counted(len(project.summaries), "run")] if project.summaries else []
        told += self._add_digits(project.contents, undo)
        take_results_back = self._lessons.add_results(project.contents.lessons)
        if take_results_back is not None:
            undo.append(take_results_back)
            told.append("results of lessons")
        if project.contents.session.marks:
            self._canvas.replace(project.contents.session.marks)
            undo.append(partial(self._take_drawing_back, self._canvas.marks))
            told.append("the drawing")
        is_other_run = self._show_run(project)
        if is_other_run and before is not None:
            undo.append(partial(self._bring_back, before, config))
        # Last of all that is done, first of all that is undone.
        undo.append(self._lessons.leave)
        self._restore_place(project)
        came = f"It brought {_listed(told)}." if told else "All of it was here already."
        sentence = " ".join(filter(None, (f"{project.name} is open.", came, project.problem)))
        choices = (("Take it out again", partial(_undo, undo)),) if told or is_other_run else ()
        self._messages.say(Message(sentence, choices=choices, undoes=bool(choices)))

    def _add_runs(self, project: ImportedProject) -> Callable[[], None]:
        """Put the runs into the list; return what takes them out again."""
        known = list(self._past_runs.all_data)
        taken = {past.color_index for past in self._past_runs.my_runs}
        curves = {key: color for key, color in project.contents.session.curves.items() if color not in taken}
        pasts = []
        for summary in project.summaries:
            if project.run is not None and project.run.id == summary.id:
                continue
            record = summary.data
            data = next((data for data in known if data.is_recorded_as(record)), None)
            if data is None:
                data = KeptData.of_record(record, LoadRequest.of(record.source) if record.source else None)
                known.append(data)
            pasts.append(self._keeper.past_run(summary, data, curves.get(summary.id)))
        self._session.number_runs_after(summary.name for summary in project.summaries)
        self._past_runs.put_below(pasts)
        ids = [summary.id for summary in project.summaries]
        return lambda: self._past_runs.forget(ids) and None

    def _add_digits(self, contents: Contents, undo: list[Callable[[], None]]) -> list[str]:
        try:
            added, take_out = self._my_digits.join(contents.digits)
        except DataError as error:
            return [f"no digits ({error})"]
        if added:
            undo.append(take_out)
        return [counted(added, "digit")] if added else []

    def _show_run(self, project: ImportedProject) -> bool:
        """Show the run that was on display or, where its data are missing, its network in a run on other data."""
        session, network, present = project.contents.session, project.contents.network, self._session.run
        if project.run is not None:
            if present is not None and present.id == project.run.id:
                return False
            self._past_runs.known(project.run.data, self._source_of(project.run))
            self._keeper.take_up(project.run)
            self._session.adopt(project.run, session.config)
            return True
        if project.problem and network is not None and present is not None:
            name = f"network of {Path(project.name).stem}"
            run = Run.from_network(network.network, network.config, present.data, name=name)
            run.origin = Origin(network.class_names, network.unlike_limit)
            self._session.adopt(run)
            return True
        return False

    def _source_of(self, run: Run) -> LoadRequest | None:
        named = (source for name, source in self._files.known_sources if name == run.data.name)
        source = next(named, None)
        return LoadRequest.of(source) if source else None

    def _restore_place(self, project: ImportedProject) -> None:
        session = project.contents.session
        titles = [self._tabs.tabText(index) for index in range(self._tabs.count())]
        if session.tab in titles:
            self._tabs.setCurrentIndex(titles.index(session.tab))
        if project.run is not None and session.position is not None and not session.lesson:
            self._time_machine.go_to(session.position)
        if session.lesson:
            own = own_lessons_folder() / session.lesson
            self._lessons.resume(str(own) if own.is_file() else session.lesson)

    # --- and back

    def _bring_back(self, run: Run, config: TrainingConfig) -> None:
        if self._past_runs.get(run.id) is not None:
            self._past_runs.bring_back(run.id)
        else:
            # It was never trained, so nothing is lost with it.
            self._session.start(config, run.data)

    def _take_drawing_back(self, marks: tuple[object, ...]) -> None:
        if self._canvas.marks is marks:
            self._canvas.undo()

    def _take_back_files(self, project: ImportedProject) -> None:
        take_back(self._keeper.store, (), project.added_lessons, project.contents)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._messages.say(Message(sentence, "error"))


def _listed(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _undo(steps: list[Callable[[], None]]) -> None:
    for step in reversed(steps):
        step()
