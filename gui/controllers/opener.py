"""Files of any kind, dropped on the window or named when the program starts: each goes to whoever opens its kind."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

from gui.controllers.error_watch import ErrorWatch
from gui.controllers.file_controller import FileController
from gui.controllers.lesson_controller import LESSON_ENDING, LessonController
from gui.controllers.project_controller import ENDING as PROJECT_ENDING
from gui.controllers.project_controller import ProjectController
from gui.files.image_import import holds_image
from gui.panels.drawing import DrawingPanel


class Opener:
    """Opens images, which are to be read, wherever they land; projects; lessons; what else holds digits or networks.

    Without ``projects``, where nothing is kept, it says that these cannot be opened.
    """

    def __init__(
        self,
        drawing: DrawingPanel,
        files: FileController,
        lessons: LessonController,
        projects: ProjectController | None,
        errors: ErrorWatch,
    ) -> None:
        self._drawing = drawing
        self._files = files
        self._lessons = lessons
        self._projects = projects
        self._errors = errors

    def takes(self, mime: QMimeData) -> bool:
        """Return whether it is worth a try."""
        return holds_image(mime) or any(url.isLocalFile() for url in mime.urls())

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open files as if they had been dropped."""
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        self.open(mime)

    def open(self, mime: QMimeData) -> None:
        """Open what was dropped; of projects and lessons the first alone."""
        paths = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        ending = paths[0].suffix.lower() if paths else ""
        if holds_image(mime):
            self._drawing.take_image(mime)
        elif ending == PROJECT_ENDING and self._projects is None:
            self._errors.tell_failure(f"{paths[0].name} was not opened: nothing is kept here, nor runs of a project.")
        elif ending == PROJECT_ENDING:
            self._projects.open(paths[0])
        elif ending == LESSON_ENDING:
            self._lessons.open(paths[0])
        elif paths:
            self._files.open_files([str(path) for path in paths])
