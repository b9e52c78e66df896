"""Saving the diagram of the network, light whatever the theme of the window: it goes on slides and paper."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QRectF, QSize, Signal, Slot
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from core.progress import Report
from gui.files.file_dialogs import ask_where_to_save
from gui.files.picture_export import PICTURE_FILTER, paint_picture, write_picture
from gui.files.saved_file import SavedFile, proposed_name
from gui.look.theme import LIGHT
from gui.session.task_slot import Policy, TaskSlot

Draw = Callable[[QPainter, QRectF], None]


class NetworkExport(QObject):
    """Asks where to, paints, and writes in the background.

    Parameters
    ----------
    panel : QWidget
        Over which the dialog stands.
    """

    failed = Signal(str)
    """What could not be saved and why, in one sentence."""

    saved = Signal(object)
    """What was saved: a `gui.files.saved_file.SavedFile`."""

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self._panel = panel
        self._writing = TaskSlot(Policy.IN_TURN, self, writes=True)
        self._writing.succeeded.connect(self._on_succeeded)
        self._writing.failed.connect(self.failed)

    def ask_and_save(self, size: QSize, draw: Draw) -> None:
        """Let the user choose a file, and save what ``draw`` paints."""
        name = proposed_name("network", ".png")
        path = ask_where_to_save(self._panel, "Export diagram", "exports", name, PICTURE_FILTER)
        if path:
            self.save(path, size, draw)

    def save(self, path: Path, size: QSize, draw: Draw) -> None:
        """Save what ``draw`` paints as PNG or SVG; the file's ending decides."""
        picture = paint_picture(path, size, LIGHT.surface, draw)

        def work(report: Report) -> SavedFile:
            write_picture(path, picture)
            return SavedFile("the diagram of the network", path)

        self._writing.start(work)

    @Slot(object)
    def _on_succeeded(self, saved: SavedFile) -> None:
        self.saved.emit(saved)
