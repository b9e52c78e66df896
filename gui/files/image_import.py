"""Images from elsewhere onto the canvas: pasted, dropped or opened, read in the background."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMimeData, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QWidget

from core.drawing.photos.background import extract_ink
from core.drawing.photos.photo_files import load_image
from core.errors import ImageError
from core.progress import Report, part_of
from gui.files.file_dialogs import ask_for_file
from gui.session.task_slot import Policy, TaskSlot

IMAGE_ENDINGS = (
    *(".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm", ".ico"),
    *(".heic", ".heif", ".avif"),
)

_OTHER_KINDS = (".svg", ".pdf")
"""Drawings and scans: they cannot be read, but an image is meant by them and not data."""

IMAGE_FILES = f"Images ({' '.join(f'*{ending}' for ending in IMAGE_ENDINGS)});;All files (*)"
"""Filter for file dialogs."""

_NO_COMPRESSION = 100


class ImageImport(TaskSlot):
    """Reads one image at a time, a newer one in the place of one that is still being read.

    `started` tells its name, `succeeded` brings the digit it shows: a uint8 array of shape (H, W), ink high.

    Parameters
    ----------
    window : QWidget
        Owner of the dialog.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(Policy.REPLACE, window)
        self._window = window

    def read(self, source: Path | bytes) -> None:
        """Read an image file, or what one holds."""
        name = source.name if isinstance(source, Path) else "the pasted image"
        self.start(lambda report: _read_digit(source, name, report), name)

    def take(self, mime: QMimeData) -> bool:
        """Read what was dropped or copied; return whether an image was."""
        source = image_in(mime)
        if source is not None:
            self.read(source)
        return source is not None

    @Slot()
    def paste(self) -> None:
        """Read the image on the clipboard."""
        mime: QMimeData | None = QGuiApplication.clipboard().mimeData()
        # There is none where nothing was ever copied.
        if mime is None or not self.take(mime):
            self.failed.emit("There is no image on the clipboard; copy one first, or drop a file on the canvas.")

    @Slot()
    def ask_and_read(self) -> None:
        """Let the user choose an image file, and read it."""
        path = ask_for_file(self._window, "Open an image of a digit", "pictures", IMAGE_FILES)
        if path:
            self.read(path)


def image_in(mime: QMimeData) -> Path | bytes | None:
    """Return what a paste or a drop holds: an image file, the content of one, or None where it is something else."""
    for url in mime.urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and path.suffix.lower() in (*IMAGE_ENDINGS, *_OTHER_KINDS):
            return path
    return _encode(mime.imageData()) if mime.hasImage() else None


def holds_image(mime: QMimeData) -> bool:
    """Return whether `image_in` would find something; quick, and it copies nothing."""
    endings = (*IMAGE_ENDINGS, *_OTHER_KINDS)
    return mime.hasImage() or any(url.toLocalFile().lower().endswith(endings) for url in mime.urls())


def _encode(image: QImage) -> bytes:
    """Return an image from the clipboard as a file would hold it, for the one reader that knows them all."""
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", _NO_COMPRESSION)
    return content.data()


def _read_digit(source: Path | bytes, name: str, report: Report) -> NDArray[np.uint8]:
    brightness = load_image(source, name, part_of(report, 0.0, 0.5))
    report(0.5, f"looking for the digit in {name}")
    try:
        return extract_ink(brightness)
    except ImageError as error:
        raise ImageError(f"In {name}, {error}") from error
