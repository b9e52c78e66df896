"""The lessons: their menu, and what a step asks for done to the run, the data, the gradient check and the window."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtWidgets import QMenu, QScrollArea, QTabWidget, QWidget

from core.config import TrainingConfig
from core.dataset import DataPair
from core.errors import UserError
from core.gradient_check import backpropagation
from core.lessons.bugs import BUGS
from core.lessons.lesson import BUILTIN_DATA, LESSONS_FOLDER, Lesson, LessonStep, lesson_data, load_lesson, load_lessons
from core.progress import Report
from core.synthetic.builtin_digits import load_builtin_digits
from gui.files.file_dialogs import ask_for_file
from gui.look.labels import as_caption
from gui.look.theme import LIGHT, Theme
from gui.look.tooltip import paragraphs
from gui.panels.lesson import LessonPanel
from gui.session.background_task import BackgroundTask
from gui.session.explainer import Explainer
from gui.session.training_session import TrainingSession
from gui.widgets.spotlight import Spotlight


@dataclass(frozen=True, eq=False)
class _SetUp:
    """What a step begins with: its settings, the data it needs, the learner's own of which they are made, and how."""

    config: TrainingConfig
    data: DataPair
    data_before: DataPair
    wanted: tuple[str, int | None]


class LessonDesk(QObject):
    """Opens lessons and carries out what their steps ask for.

    Parameters
    ----------
    panel : LessonPanel
        Where a lesson is read.
    session : TrainingSession
        Gets the settings and data of a step.
    explainer : Explainer
        Makes the gradient checks, into which a step may put a bug.
    places : mapping of str to QWidget
        Where to look, by the names in `core.lessons.lesson.LOOK_TARGETS`.
    tabs : QTabWidget
        Brings a place to the front that lies behind another.
    window : QWidget
        Owner of the spotlight and of dialogs.
    """

    data_made = Signal(object)
    """The `core.dataset.DataPair` of a step, which is to be used from now on."""

    failed = Signal(str)
    """Why a lesson cannot be opened or set up, in one sentence."""

    def __init__(
        self,
        panel: LessonPanel,
        session: TrainingSession,
        explainer: Explainer,
        places: Mapping[str, QWidget],
        tabs: QTabWidget,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._panel = panel
        self._session = session
        self._explainer = explainer
        self._places = places
        self._tabs = tabs
        self._window = window
        self._theme = LIGHT
        self._spotlight = Spotlight(window)
        self._loading: BackgroundTask | None = None
        self._left: list[BackgroundTask] = []
        self._data_before: DataPair | None = None
        self._data_of_lesson: DataPair | None = None
        self._data_wanted: tuple[str, int | None] | None = None
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
        config, run = step.config, self._session.run
        if config is None:
            return
        if run is None:
            self.failed.emit("Wait until the data are loaded, then set the step up again.")
            return
        data = self._data_before if run.data is self._data_of_lesson and self._data_before else run.data
        self._give_up_loading()
        wanted = (step.data, step.images)
        if run.data is self._data_of_lesson and wanted == self._data_wanted:
            # The same pictures again, not a copy of them: runs can be compared as long as their data stay.
            self._begin(_SetUp(config, run.data, data, wanted))
            return

        def work(report: Report) -> _SetUp:
            whole = load_builtin_digits(report) if step.data == BUILTIN_DATA else data
            return _SetUp(config, lesson_data(whole, step.images), data, wanted)

        self._loading = BackgroundTask(work, self)
        self._loading.succeeded.connect(self._on_loaded)
        self._loading.failed.connect(self._on_loading_failed)
        self._loading.start()

    @Slot(object)
    def _on_loaded(self, set_up: _SetUp) -> None:
        if self.sender() is not self._loading:
            return
        self._loading = None
        self._begin(set_up)

    @Slot(str)
    def _on_loading_failed(self, sentence: str) -> None:
        if self.sender() is self._loading:
            self._loading = None
            self.failed.emit(sentence)

    def _begin(self, set_up: _SetUp) -> None:
        self._session.set_config(set_up.config)
        if self._session.run is None or set_up.data is not self._session.run.data:
            whole_again = set_up.data is set_up.data_before
            self._data_before = None if whole_again else set_up.data_before
            self._data_of_lesson = None if whole_again else set_up.data
            self._data_wanted = set_up.wanted
            self.data_made.emit(set_up.data)

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
    def _on_closed(self) -> None:
        self._spotlight.leave()
        self._give_up_loading()
        run = self._session.run
        if run is not None and self._data_before is not None and run.data is self._data_of_lesson:
            self.data_made.emit(self._data_before)
        self._data_before = self._data_of_lesson = None


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
