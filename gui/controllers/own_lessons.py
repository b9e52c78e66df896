"""Lessons of the user's own: the files in their folder, in the menu below those that come with the program."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QDesktopServices
from PySide6.QtWidgets import QMenu

from core.lessons.lesson import Lesson, load_lessons
from core.system.user_folders import own_lessons_folder
from gui.controllers.lesson_progress import LessonProgress
from gui.look.labels import as_caption
from gui.look.tooltip import paragraphs

LESSON_ENDING = ".toml"


class OwnLessons(QObject):
    """Keeps a part of a menu up to date with the folder; looks there whenever the menu is opened.

    Parameters
    ----------
    menu : QMenu
        The lessons are added to it, and a way to their folder.
    progress : LessonProgress
        How far the learner has come in each.
    """

    chosen = Signal(object, object)
    """A `core.lessons.lesson.Lesson`, and the path of its file."""

    failed = Signal(str)
    """Why a lesson cannot be opened, or the folder cannot be made, in one sentence."""

    def __init__(self, menu: QMenu, progress: LessonProgress) -> None:
        super().__init__(menu)
        self._progress = progress
        self._seen: list[tuple[str, int]] = []
        self._entries: list[tuple[QAction, Lesson, Path]] = []
        self._actions: list[QAction] = []
        self._end = menu.addSeparator()
        menu.aboutToShow.connect(self.refresh)
        self.refresh()

    @property
    def folder(self) -> Path:
        """Where the files lie; the folder need not exist yet."""
        return own_lessons_folder()

    @property
    def lessons(self) -> tuple[tuple[Lesson, Path], ...]:
        """Those that can be read, with their files."""
        return tuple((lesson, path) for _, lesson, path in self._entries)

    @Slot()
    def refresh(self) -> None:
        """Show what lies in the folder now, and how far the learner has come."""
        found = sorted((path.name, path.stat().st_mtime_ns) for path in self._files())
        if found != self._seen:
            self._seen = found
            self._fill()
        for action, lesson, path in self._entries:
            action.setText(as_caption(self._progress.title(lesson, path)))

    @Slot()
    def show_folder(self) -> None:
        """Open the folder in the system's file manager."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self.failed.emit(f"{self.folder} could not be made: {error.strerror or error}.")
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.folder)))

    def _files(self) -> list[Path]:
        try:
            return [path for path in self.folder.glob(f"*{LESSON_ENDING}") if path.is_file()]
        except OSError:
            return []

    def _fill(self) -> None:
        for action in self._actions:
            self.parent().removeAction(action)
            action.deleteLater()
        self._entries, self._actions = [], []
        lessons, problems = load_lessons(self.folder)
        if lessons or problems:
            self._insert(self._separator())
        for lesson in lessons:
            path = self.folder / f"{lesson.key}{LESSON_ENDING}"
            action = QAction(self.parent())
            action.setToolTip(paragraphs(lesson.summary))
            action.triggered.connect(partial(self.chosen.emit, lesson, path))
            self._entries.append((action, lesson, path))
            self._insert(action)
        for problem in problems:
            self._insert(problem_entry(self.parent(), problem, self.failed))

    def _separator(self) -> QAction:
        action = QAction(self.parent())
        action.setSeparator(True)
        return action

    def _insert(self, action: QAction) -> None:
        self._actions.append(action)
        self.parent().insertAction(self._end, action)


def problem_entry(menu: QMenu, problem: str, failed: SignalInstance) -> QAction:
    """Return an entry for a lesson with a mistake, which is where whoever wrote it looks for it.

    Parameters
    ----------
    menu : QMenu
        Its owner.
    problem : str
        The file's name, then what is wrong.
    failed : SignalInstance
        Told of the problem when the entry is chosen.
    """
    action = QAction(f"{as_caption(problem.split(':')[0])} has a mistake…", menu)
    action.setToolTip(paragraphs(problem))
    action.triggered.connect(partial(failed.emit, problem))
    return action
