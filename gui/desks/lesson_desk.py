"""The lessons: their menu, and what a step asks for done to the run, the data, the gradient check and the window."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QScrollArea, QTabWidget, QWidget

from core.config import TrainingConfig
from core.dataset import DataPair
from core.errors import UserError
from core.gradient_check import backpropagation
from core.history.kept_data import LoadData
from core.lessons.bugs import BUGS
from core.lessons.lesson import BUILTIN_DATA, LESSONS_FOLDER, Lesson, LessonStep, lesson_data, load_lesson, load_lessons
from core.progress import Report
from core.synthetic.builtin_digits import load_builtin_digits
from core.text.number_text import counted
from gui.files.file_dialogs import ask_for_file
from gui.look.labels import as_caption
from gui.look.theme import LIGHT, Theme
from gui.look.tooltip import paragraphs
from gui.panels.lesson import LessonPanel
from gui.panels.message_bar import Message
from gui.session.background_task import BackgroundTask
from gui.session.explainer import Explainer
from gui.session.past_runs import PastRuns
from gui.session.training_session import TrainingSession
from gui.widgets.spotlight import Spotlight


class LessonDesk(QObject):
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
    places : mapping of str to QWidget
        Where to look, by the names in `core.lessons.lesson.LOOK_TARGETS`.
    tabs : QTabWidget
        Brings a place to the front that lies behind another.
    window : QWidget
        Owner of the spotlight and of dialogs.
    """

    message_posted = Signal(object)
    """A `gui.panels.message_bar.Message` on what became of a lesson's runs."""

    failed = Signal(str)
    """Why a lesson cannot be opened or set up, in one sentence."""

    def __init__(
        self,
        panel: LessonPanel,
        session: TrainingSession,
        past_runs: PastRuns,
        explainer: Explainer,
        places: Mapping[str, QWidget],
        tabs: QTabWidget,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._panel = panel
        self._session = session
        self._past_runs = past_runs
        self._explainer = explainer
        self._places = places
        self._tabs = tabs
        self._window = window
        self._theme = LIGHT
        self._spotlight = Spotlight(window)
        self._loading: BackgroundTask | None = None
        self._left: list[BackgroundTask] = []
        self._tab_before = 0
        panel.opened.connect(self._on_opened)
        panel.setup_requested.connect(self._on_setup_requested)
        panel.bug_changed.connect(self._on_bug_changed)
        panel.look_requested.connect(self._on_look_requested)
        panel.closed.connect(self._on_closed)

    def fill_menu(self, menu: QMenu, folder: Path = LESSONS_FOLDER) -> None:
        """Put the lessons of a folder into a menu, and a way to open others."""
        lessons, problems = load_lessons(folder)
        for lesson in lessons:
            action = menu.addAction(as_caption(lesson.title), partial(self._panel.show_lesson, lesson))
            action.setToolTip(paragraphs(lesson.summary))
        for problem in problems:
            # Whoever wrote it looks for it here.
            name = as_caption(problem.split(":")[0])
            action = menu.addAction(f"{name} has a mistake…", partial(self.failed.emit, problem))
            action.setToolTip(paragraphs(problem))
        menu.addSeparator()
        menu.addAction("Open lesson file…", self._ask_and_open)
        menu.setToolTipsVisible(True)

    def set_theme(self, theme: Theme) -> None:
        """Point in this theme's color from now on."""
        self._theme = theme

    def close(self) -> None:
        """End what is under way in the background."""
        self._give_up_loading()
        for task in self._left:
            task.wait()

    def _give_up_loading(self) -> None:
        """Set nothing up any more; returns at once."""
        task, self._loading = self._loading, None
        if task is not None:
            task.cancel()
            self._left = [*(left for left in self._left if left.running), task]

    def show_lesson(self, lesson: Lesson) -> None:
        """Open a lesson."""
        self._panel.show_lesson(lesson)

    def _ask_and_open(self) -> None:
        filters = "Lessons (*.toml);;All files (*)"
        path = ask_for_file(self._window, "Open a lesson", "lessons", filters)
        if path:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a lesson file."""
        try:
            self._panel.show_lesson(load_lesson(path))
        except UserError as error:
            self.failed.emit(str(error))

    @Slot(object)
    def _on_setup_requested(self, step: LessonStep) -> None:
        config, own_data = step.config, self._past_runs.own_data
        if config is None:
            return
        if own_data is None:
            self.failed.emit("Wait until the data are loaded, then set the step up again.")
            return
        self._give_up_loading()
        images, is_builtin = step.images, step.data == BUILTIN_DATA

        # It knows nothing of the user's own data: it would keep them in memory.
        def load_builtin(report: Report) -> DataPair:
            return lesson_data(load_builtin_digits(report), images)

        def work(report: Report) -> tuple[TrainingConfig, DataPair, LoadData | None]:
            if is_builtin:
                return config, load_builtin(report), load_builtin
            return config, lesson_data(own_data, images), None

        self._loading = BackgroundTask(work, self)
        self._loading.succeeded.connect(self._on_loaded)
        self._loading.failed.connect(self._on_loading_failed)
        self._loading.start()

    @Slot(object)
    def _on_loaded(self, set_up: tuple[TrainingConfig, DataPair, LoadData | None]) -> None:
        if self.sender() is not self._loading:
            return
        self._loading = None
        config, data, load = set_up
        self._session.start(config, self._past_runs.known(data, load))

    @Slot(str)
    def _on_loading_failed(self, sentence: str) -> None:
        if self.sender() is self._loading:
            self._loading = None
            self.failed.emit(sentence)

    @Slot(str)
    def _on_bug_changed(self, bug: str) -> None:
        self._explainer.gradient = BUGS[bug].gradient if bug else backpropagation

    @Slot(str)
    def _on_look_requested(self, name: str) -> None:
        place = self._places.get(name)
        if place is None:
            return
        for index in range(self._tabs.count()):
            if self._tabs.widget(index) is place or self._tabs.widget(index).isAncestorOf(place):
                self._tabs.setCurrentIndex(index)
        _bring_into_view(place)
        self._spotlight.point_at(place, self._theme)

    @Slot()
    def _on_opened(self) -> None:
        if self._past_runs.in_lesson:
            # Every lesson begins with what is mine.
            self._give_mine_back()
        else:
            self._tab_before = self._tabs.currentIndex()
        self._past_runs.begin_lesson()

    @Slot()
    def _on_closed(self) -> None:
        self._spotlight.leave()
        self._give_mine_back()
        self._tabs.setCurrentIndex(self._tab_before)

    def _give_mine_back(self) -> None:
        self._give_up_loading()
        runs = self._past_runs.end_lesson()
        if runs:
            keep = f"Keep the lesson's {counted(len(runs), 'run')} too"
            choices = ((keep, partial(self._past_runs.keep, runs)),)
            self.message_posted.emit(
                Message("The lesson is over, and your runs are back as they were.", choices=choices)
            )


def _bring_into_view(place: QWidget) -> None:
    """Scroll to a part of the window where it lies in something that scrolls."""
    around = place.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            top = place.mapTo(around.widget(), QPoint(0, 0)).y()
            # All of it if that is possible, and in any case where it begins.
            around.ensureVisible(0, top + place.height(), 0, 0)
            around.ensureVisible(0, top, 0, 0)
        around = around.parentWidget()
