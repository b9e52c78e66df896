"""The lessons: their menu, and what a step asks for done to the run, the data, the gradient check and the window."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QTabWidget, QWidget

from core.data.dataset import DataPair
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import UserError
from core.files.project_file import LessonResult
from core.lessons.bugs import BUGS
from core.lessons.lesson import LESSONS_FOLDER, Lesson, load_lesson, load_lessons
from core.lessons.lesson_data import lesson_data
from core.lessons.step import BUILTIN_DATA, FULL_SPEED, LessonStep
from core.network.arrays import IMAGE_SIDE
from core.network.gradient_check import backpropagation
from core.progress import Report
from core.runs.kept_data import LoadData
from core.runs.snapshot import Snapshot
from core.text.number_text import counted
from core.training.recipe import KnobEvent
from gui.controllers.lesson_places import LessonPlaces
from gui.controllers.lesson_progress import LessonProgress, lesson_key
from gui.controllers.lesson_results import add_results, lesson_results
from gui.controllers.own_lessons import LESSON_ENDING, OwnLessons, problem_entry
from gui.files.file_dialogs import ask_for_file
from gui.look.labels import as_caption
from gui.look.preferences import Preferences
from gui.look.tooltip import paragraphs
from gui.panels.lesson import LessonPanel
from gui.panels.message_bar import Message
from gui.session.explainer import Explainer
from gui.session.past_runs import PastRuns
from gui.session.task_slot import Policy, TaskSlot
from gui.session.training_session import TrainingSession
from gui.widgets.panel import Panel
from gui.widgets.spotlight import Spotlight

_ENOUGH = 10_000
"""Training images; with fewer than these, what a step says need not come true."""


class LessonController(QObject):
    """Opens lessons and carries out what their steps ask for.

    Parameters
    ----------
    panel : LessonPanel
        Where a lesson is read.
    session : TrainingSession
        Gets the settings and data of a step.
    past_runs : PastRuns
        Keeps a list of runs for the lesson, and mine until it is closed.
    explainer : Explainer
        Makes the gradient checks, into which a step may put a bug.
    places : mapping of str to Panel
        Where to look: panels by the names of the parts in `core.lessons.look.LOOK`.
    tabs : QTabWidget
        Brings a place to the front that lies behind another.
    preferences : Preferences
        Remembers how far the learner has come.
    window : QWidget
        Owner of the spotlight and of dialogs.
    """

    message_posted = Signal(object)
    """A `gui.panels.message_bar.Message` on what became of a lesson's runs."""

    speed_requested = Signal(object)
    """A step wants so many updates a second, None for as fast as the machine goes."""

    image_requested = Signal(object)
    """A step begins with this image, uint8 of shape (28, 28), in the drawing box."""

    knobs_turned = Signal(object)
    """A step's own changes have come into force on the way: the `TrainingConfig` that holds now."""

    failed = Signal(str)
    """Why a lesson cannot be opened or set up, in one sentence."""

    def __init__(
        self,
        panel: LessonPanel,
        session: TrainingSession,
        past_runs: PastRuns,
        explainer: Explainer,
        places: Mapping[str, Panel],
        tabs: QTabWidget,
        preferences: Preferences,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._panel = panel
        self._session = session
        self._past_runs = past_runs
        self._explainer = explainer
        self._places = LessonPlaces(places, tabs)
        self._progress = LessonProgress(preferences)
        self._shipped: tuple[Lesson, ...] = ()
        self._entries: dict[str, QAction] = {}
        self.own: OwnLessons | None = None
        self._path: Path | None = None
        self._turns: tuple[str, tuple[KnobEvent, ...]] = ("", ())
        self._title = ""
        self._waiting_look = ""
        self._window = window
        self._spotlight = Spotlight(window)
        self._loading = TaskSlot(Policy.REPLACE, self)
        self._loading.succeeded.connect(self._on_loaded)
        self._loading.failed.connect(self.failed)
        self._tabs = tabs
        self._tab_before = 0
        self._speed_before: float | None = None
        panel.opened.connect(self._on_opened)
        panel.setup_requested.connect(self._on_setup_requested)
        panel.bug_changed.connect(self._on_bug_changed)
        panel.look_requested.connect(self._on_look_requested)
        panel.step_shown.connect(self._on_step_shown)
        panel.next_lesson_requested.connect(self._on_next_lesson_requested)
        panel.closed.connect(self._on_closed)
        session.snapshot_taken.connect(self._on_snapshot_taken)
        explainer.explained.connect(self._on_explained)

    def fill_menu(self, menu: QMenu, folder: Path = LESSONS_FOLDER) -> None:
        """Put the lessons of a folder into a menu, then the user's own, and a way to open others."""
        self._shipped, problems = load_lessons(folder)
        for lesson in self._shipped:
            action = self._entries[lesson.key] = menu.addAction("", partial(self.show_lesson, lesson))
            action.setToolTip(paragraphs(lesson.summary))
        self._show_progress()
        menu.addActions([problem_entry(menu, problem, self.failed) for problem in problems])
        self.own = OwnLessons(menu, self._progress)
        self.own.chosen.connect(self.show_lesson)
        self.own.failed.connect(self.failed)
        menu.addAction("Open lesson file…", self._ask_and_open)
        menu.addAction("My lessons folder", self.own.show_folder)
        menu.setToolTipsVisible(True)

    def show_lesson(self, lesson: Lesson, path: Path | None = None) -> None:
        """Open a lesson where it was left: one that comes with the program, or from a file."""
        self._path = path
        place = self._progress.step(lesson, path)
        following = self._following(lesson) if path is None else None
        is_over = place == len(lesson.steps) - 1
        self._panel.show_lesson(lesson, 0 if is_over else place, following.title if following else "")

    @property
    def where(self) -> tuple[str, int]:
        """Key of the lesson that is open, or path of its file, and its step, from 0; "" and 0 where none is."""
        lesson = self._panel.lesson
        return (lesson_key(lesson, self._path), self._panel.place) if lesson else ("", 0)

    def resume(self, key: str | None = None) -> None:
        """Open a lesson by its key or the path of its file; by default the one that was open at the program's end."""
        key = self._progress.left_open if key is None else key
        shipped = next((lesson for lesson in self._shipped if lesson.key == key), None)
        if shipped is not None:
            self.show_lesson(shipped)
        elif key and Path(key).is_file():
            self.open(Path(key))

    def leave(self) -> None:
        """Close the lesson that is open, if any."""
        self._panel.close_lesson()

    @property
    def all_lessons(self) -> tuple[tuple[Lesson, Path | None], ...]:
        """Those that come with the program, then the user's own with their files."""
        return (*((lesson, None) for lesson in self._shipped), *(self.own.lessons if self.own else ()))

    @property
    def results(self) -> dict[str, LessonResult]:
        """How far each lesson is that was begun, by its key or the name of its file."""
        return lesson_results(self.all_lessons, self._progress)

    def add_results(self, results: Mapping[str, LessonResult]) -> Callable[[], None] | None:
        """Note what was reached elsewhere where that is further; return what takes it back, None where nothing is."""
        if self.own is not None:
            self.own.refresh()
        take_back = add_results(self.all_lessons, self._progress, results)
        self._show_progress()
        return take_back

    def _following(self, lesson: Lesson) -> Lesson | None:
        """Return the lesson that follows another in the menu."""
        keys = [shipped.key for shipped in self._shipped]
        place = keys.index(lesson.key) + 1 if lesson.key in keys else len(keys)
        return self._shipped[place] if place < len(keys) else None

    def _show_progress(self) -> None:
        for lesson in self._shipped:
            self._entries[lesson.key].setText(as_caption(self._progress.title(lesson, None)))

    @Slot(object, int)
    def _on_step_shown(self, lesson: Lesson, place: int) -> None:
        self._progress.reach(lesson, place, self._path)
        self._show_progress()

    @Slot()
    def _on_next_lesson_requested(self) -> None:
        following = self._following(self._panel.lesson) if self._panel.lesson else None
        if following is not None:
            self.show_lesson(following)

    def _ask_and_open(self) -> None:
        filters = f"Lessons (*{LESSON_ENDING});;All files (*)"
        path = ask_for_file(self._window, "Open a lesson", "lessons", filters)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a lesson file."""
        try:
            self.show_lesson(load_lesson(path), path)
        except UserError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def _on_setup_requested(self, step: LessonStep) -> None:
        if step.tab:
            self._places.choose_tab(step.tab)
        if step.speed is not None:
            self.speed_requested.emit(None if step.speed == FULL_SPEED else step.speed)
        own_data = self._past_runs.own_data
        if step.config is None:
            self._show_image(step)
            return
        if own_data is None:
            self.failed.emit("Wait until the data are loaded, then set the step up again.")
            return
        is_builtin = step.data == BUILTIN_DATA
        prepared = partial(lesson_data, images=step.images, shuffled=step.shuffled, moved=step.moved)

        # It knows nothing of the user's own data: it would keep them in memory.
        def load_builtin(report: Report) -> DataPair:
            return prepared(load_builtin_digits(report))

        def work(report: Report) -> tuple[LessonStep, DataPair, LoadData | None]:
            if is_builtin:
                return step, load_builtin(report), load_builtin
            return step, prepared(own_data), None

        self._loading.start(work)

    @Slot(object)
    def _on_loaded(self, set_up: tuple[LessonStep, DataPair, LoadData | None]) -> None:
        step, data, load = set_up
        self._session.start(step.config, self._past_runs.known(data, load), step.turns)
        self._turns = (self._session.run.id if self._session.run else "", step.turns)
        self._show_image(step)
        if step.data != BUILTIN_DATA and len(data.train) < min(step.images or _ENOUGH, _ENOUGH):
            self.message_posted.emit(
                Message(
                    "Lessons are written for MNIST and the built-in digits. "
                    f"With {counted(len(data.train), 'training image')} this step may turn out otherwise.",
                    passing=True,
                )
            )

    def _show_image(self, step: LessonStep) -> None:
        run = self._session.run
        if step.image is not None and run is not None:
            images = run.data.test.images
            self.image_requested.emit(images[min(step.image, len(images) - 1)].reshape(IMAGE_SIDE, IMAGE_SIDE))

    @Slot(object)
    def _on_snapshot_taken(self, snapshot: Snapshot) -> None:
        run_id, turns = self._turns
        if turns and snapshot.run_id == run_id and snapshot.update >= turns[0].update:
            self._turns = (run_id, tuple(turn for turn in turns if turn.update > snapshot.update))
            self.knobs_turned.emit(snapshot.config)

    @Slot(str)
    def _on_bug_changed(self, bug: str) -> None:
        self._explainer.gradient = BUGS[bug].gradient if bug else backpropagation

    @Slot(str)
    def _on_look_requested(self, name: str) -> None:
        place = self._places.bring_into_view(name)
        # A stage of an update can be walked to as soon as the update has been taken apart.
        self._waiting_look = name if self._places.must_wait(name) else ""
        if place is not None:
            self._spotlight.point_at(place.widget, place.part)

    @Slot()
    def _on_explained(self) -> None:
        if self._waiting_look:
            self._on_look_requested(self._waiting_look)

    @Slot()
    def _on_opened(self) -> None:
        if self._past_runs.in_lesson:
            # Every lesson begins with what is mine.
            self._give_mine_back()
        else:
            self._tab_before, self._speed_before = self._tabs.currentIndex(), self._session.speed
        self._past_runs.begin_lesson()
        self._title = self._panel.lesson.title if self._panel.lesson else ""

    @Slot()
    def _on_closed(self) -> None:
        self._progress.leave()
        self._waiting_look = ""
        self._turns = ("", ())
        self._spotlight.leave()
        self._give_mine_back()
        self._tabs.setCurrentIndex(self._tab_before)
        self.speed_requested.emit(self._speed_before)

    def _give_mine_back(self) -> None:
        self._loading.abandon()
        runs = self._past_runs.end_lesson()
        if runs:
            text = f'The lesson "{self._title}" is over, and your runs are back as they were.'
            keep = f"Keep the lesson's {counted(len(runs), 'run')} too"
            choices = ((keep, partial(self._past_runs.keep, runs)),)
            self.message_posted.emit(Message(text, choices=choices, undoes=True))
