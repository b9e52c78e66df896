"""Takes the window up where it was left: keeps where it stands while it is open, and restores that at the next start.

Runs are written by `gui.session.run_keeper`; what is kept here is which of them is on display, and all around it.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QTabWidget

from core.drawing.sketch import Mark
from core.errors import UserError
from core.files.run_store import Listing
from core.files.session_file import SessionRecord, load_session, save_session
from core.files.session_search import Found, find_session
from core.files.session_slot import SessionSlot
from core.runs.kept_data import KeptData, LoadData
from core.runs.run import Run
from core.runs.run_record import DataRecord, RunSummary
from core.text.number_text import counted
from core.training.presets import DEFAULT_PRESET, PRESETS
from gui.controllers.file_controller import FileController
from gui.controllers.lesson_controller import LessonController
from gui.files.data_loading import LoadRequest
from gui.panels.control_bar import ControlBar
from gui.panels.message_bar import Message, MessageBar
from gui.panels.status_line import StatusLine
from gui.session.past_runs import PastRuns
from gui.session.run_keeper import SESSION, RunKeeper
from gui.session.task_slot import Policy, TaskSlot
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession

LOOK_MILLISECONDS = 1000
"""From one look at where the window stands to the next."""


class Drawing(Protocol):
    """Where one draws."""

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What has been drawn."""

    def restore(self, marks: tuple[Mark, ...]) -> None:
        """Show a drawing of an earlier start."""

    def clear(self) -> None:
        """Empty the paper."""


class SessionController(QObject):
    """Keeps where the window stands, and takes it up again.

    Parameters
    ----------
    session : TrainingSession
        Has the run.
    past_runs : PastRuns
        Has the others.
    time_machine : TimeMachine
        Knows the moment shown.
    keeper : RunKeeper
        Writes runs and, on the same thread, the session.
    slot : SessionSlot
        The window's file.
    files, lessons : FileController, LessonController
        Open the first data, and the lesson.
    tabs, drawing, controls : QTabWidget, Drawing, ControlBar
        What else is kept.
    messages, status : MessageBar, StatusLine
        Say what came back, and how far it is.
    """

    opened = Signal()
    """The first data are there, and what came back has come back."""

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        time_machine: TimeMachine,
        keeper: RunKeeper,
        slot: SessionSlot,
        files: FileController,
        lessons: LessonController,
        tabs: QTabWidget,
        drawing: Drawing,
        controls: ControlBar,
        messages: MessageBar,
        status: StatusLine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self._time_machine = time_machine
        self._keeper = keeper
        self._slot = slot
        self._files = files
        self._lessons = lessons
        self._tabs = tabs
        self._drawing = drawing
        self._controls = controls
        self._messages = messages
        self._record: SessionRecord | None = None
        self._restores_tab = True
        self._found: Found | None = None
        self._problems: list[str] = []
        self._told: SessionRecord | None = None
        self._about_failure: Message | None = None
        keeper.failed.connect(self._on_failed)
        keeper.recovered.connect(self._on_recovered)
        self._search = TaskSlot(Policy.REPLACE, self)
        self._search.succeeded.connect(self._on_found)
        self._search.failed.connect(self._on_search_failed)
        self._search.cancelled.connect(self._on_cancelled)
        status.follow(self._search)
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self.keep)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._about_failure = Message(sentence, "error")
        self._messages.say(self._about_failure)

    @Slot()
    def _on_recovered(self) -> None:
        self._messages.take_back(self._about_failure)

    def end(self) -> None:
        """Have written where the window stands, and look no more; before anything else of the window ends."""
        if self._timer.isActive():
            self._put(self._take_record(self._keeper.will_keep))
        self._timer.stop()

    def release(self) -> None:
        """Leave the window's file to the next one, once all is written."""
        self._slot.release()

    # --- at the start

    def open_first(self, *, anew: bool, restores_tab: bool = True) -> None:
        """Take up what was left, or begin with the first data.

        Parameters
        ----------
        anew : bool
            Take nothing up but the list of runs.
        restores_tab : bool
            Whether the tab that was in front comes to the front.
        """
        self._record = None if anew else self._read()
        self._restores_tab = restores_tab
        run_id, lesson_run = (self._record.run_id, self._record.lesson_run) if self._record else ("", "")
        stores, others = (self._keeper.store, self._keeper.lesson_store), self._slot.other_runs() or frozenset()
        work = partial(find_session, stores[0], run_id, stores[1], lesson_run, others)
        self._search.start(work, "taking up what was left" if run_id or lesson_run else "looking for kept runs")

    def _read(self) -> SessionRecord | None:
        if not self._slot.path.exists():
            return None
        try:
            return load_session(self._slot.path)
        except UserError as error:
            aside = self._slot.set_aside()
            where = f"It is now {aside}." if aside else "It was left where it is."
            self._problems.append(f"Where you were last time cannot be read. {error} {where}")
            return None

    @Slot(object)
    def _on_found(self, found: Found) -> None:
        self._keeper.find_damaged(found.listing.damaged)
        self._problems += [damaged.sentence for damaged in found.newly_damaged]
        self._problems += [found.problem] if found.problem else []
        mine, record = found.mine, self._record
        runs = [summary for summary in found.listing.runs if mine is None or summary.id != mine.run.id]
        self._session.number_runs_after(summary.name for summary in found.listing.runs)
        self._found = found
        if mine is not None and record is not None:
            self._past_runs.known(mine.run.data, self._loader(mine.data))
            self._keeper.take_up(mine.run)
            self._list(runs)
            self._session.adopt(mine.run, record.config)
            self._restore_place()
            self._begin()
            return
        if record is not None:
            self._session.config = record.config
        self._list(runs)
        # Once all that is told of the data has been told.
        self._files.data_opened.connect(self._on_first_data_opened, Qt.ConnectionType.QueuedConnection)
        self._files.open_first()

    @Slot(str)
    def _on_search_failed(self, sentence: str) -> None:
        self._on_found(Found(Listing((), ()), problem=sentence))

    @Slot()
    def _on_cancelled(self) -> None:
        self._on_found(Found(Listing((), ())))

    @Slot()
    def _on_first_data_opened(self) -> None:
        self._files.data_opened.disconnect(self._on_first_data_opened)
        self._restore_place()
        self._begin()

    def _list(self, runs: Sequence[RunSummary]) -> None:
        """Put runs of earlier starts into the list, those shown as curves in their colors."""
        curves = self._record.curves if self._record else {}
        known = list(self._past_runs.all_data)
        pasts = []
        for summary in runs:
            record = summary.data
            data = next((data for data in known if data.is_recorded_as(record)), None)
            if data is None:
                data = KeptData.of_record(record, self._loader(record))
                known.append(data)
            pasts.append(self._keeper.past_run(summary, data, curves.get(summary.id)))
        self._past_runs.put_below(pasts)

    def _loader(self, record: DataRecord) -> LoadData:
        """Return what loads the data of a kept run again."""
        return LoadRequest.of(record.source) if record.source else partial(self._keeper.store.load_data, record)

    def _restore_place(self) -> None:
        record, found = self._record, self._found
        if record is None or found is None:
            return
        if record.marks:
            self._drawing.restore(record.marks)
        self._controls.choose_speed(record.speed)
        shown = found.mine
        if record.lesson:
            self._lessons.resume(record.lesson)
            shown = found.of_lesson if self._past_runs.in_lesson else None
        if shown is not None and shown is found.of_lesson:
            self._past_runs.known(shown.run.data, self._loader(shown.data))
            self._session.adopt(shown.run, record.lesson_config)
        if self._restores_tab:
            titles = [self._tabs.tabText(index) for index in range(self._tabs.count())]
            self._tabs.setCurrentIndex(titles.index(record.tab) if record.tab in titles else 0)
        if shown is not None and record.position is not None:
            self._time_machine.go_to(record.position)
        self._found = None

    def _begin(self) -> None:
        said = self._came_back()
        if self._problems:
            self._messages.say(Message(" ".join(self._problems), "error"))
        elif said:
            self._messages.say(Message(f"Back where you were: {said}.", passing=True))
        self._timer.start()
        self.opened.emit()

    def _came_back(self) -> str:
        """Return what came back, in words; "" for nothing worth a word."""
        record, run, others = self._record, self._session.run, len(self._past_runs.runs)
        if record is None:
            return ""
        parts = []
        if run is not None and (record.run_id or record.lesson_run):
            shown = "" if record.position is None else f", shown at update {record.position:,}"
            parts.append(f"{run.name} at update {run.update:,}{shown}")
        parts += [f"{counted(others, 'earlier run')} in the tab Runs"] if others else []
        parts += ["your drawing"] if record.marks else []
        parts += ["the lesson"] if record.lesson else []
        return ", ".join(parts)

    # --- while the window is open

    @Slot()
    def keep(self) -> None:
        """Have written where the window stands, unless that is written already."""
        self._put(self._take_record(self._keeper.keeps))

    @property
    def record(self) -> SessionRecord:
        """Where the window stands."""
        return self._take_record(self._keeper.will_keep)

    def _put(self, record: SessionRecord) -> None:
        if record != self._told:
            self._told = record
            self._keeper.put(SESSION, partial(save_session, self._slot.path, record))

    def _take_record(self, is_kept: Callable[[Run], bool]) -> SessionRecord:
        (run, config), shown = self._past_runs.mine, self._session.run
        data = self._past_runs.data_of(run) if run else None
        is_of_lesson = shown is not None and self._past_runs.in_lesson and self._past_runs.is_of_lesson(shown)
        lesson_run = shown.id if shown is not None and is_of_lesson and is_kept(shown) else ""
        is_restored = bool(lesson_run) or (run is not None and run is shown)
        lesson, step = self._lessons.where
        curves = {
            past.id: past.color_index
            for past in self._past_runs.my_runs
            if past.is_shown and past.color_index is not None
        }
        return SessionRecord(
            run_id=run.id if run is not None and is_kept(run) else "",
            position=self._time_machine.position if is_restored else None,
            config=config,
            speed=self._session.speed,
            tab=self._tabs.tabText(self._tabs.currentIndex()),
            lesson=lesson,
            step=step,
            lesson_run=lesson_run,
            lesson_config=self._session.config if lesson_run else None,
            source=data.source if data else None,
            curves=curves,
            marks=self._drawing.marks,
        )

    @Slot()
    def begin_anew(self) -> None:
        """Leave run, settings, drawing and lesson as if the program had been started for the first time."""
        self._lessons.leave()
        self._drawing.clear()
        self._tabs.setCurrentIndex(0)
        self._controls.choose_speed(None)
        self._session.start(PRESETS[DEFAULT_PRESET].config)
