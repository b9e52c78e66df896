"""The text of a lesson as HTML that opens nothing by itself.

A lesson is written by somebody else. Markdown may name images and links anywhere, and Qt would open whatever they
name: a device that never ends, a file of the reader's, an address. Here HTML within Markdown is text, an image is
shown only where it lies in the lesson's own folder and is of a sensible size, and only links to the web are links.
"""

import base64
import re
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt, QUrl, Slot
from PySide6.QtGui import (
    QDesktopServices,
    QImageReader,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextImageFormat,
)
from PySide6.QtWidgets import QWidget

from core.errors import LessonError
from core.system.budget import LESSON_IMAGE, Meter, require_file
from gui.look.formulas import hide_formulas, show_formulas
from gui.look.labels import RichLabel

_DIALECT = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
_WIDEST = 250
"""Pixels on screen that a wider image gets: what the pane of a lesson has. Twice as many are kept, for fine screens."""

_FORMATS = (b"png", b"jpeg", b"gif", b"webp")
_FONT_OF_BODY = re.compile(r'<body style="[^"]*">')


class MarkdownLabel(RichLabel):
    """Shows Markdown, whose text can be selected and whose links open in the user's browser.

    Attributes
    ----------
    folder : Path or None
        Where the images of the next text are.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        self.folder: Path | None = None
        self._markdown = ""
        super().__init__(parent=parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextBrowserInteraction | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.linkActivated.connect(self._on_link_activated)

    def text(self) -> str:
        """Return the Markdown."""
        return self._markdown

    def setText(self, text: str) -> None:
        """Show Markdown."""
        self._markdown = text
        super().setText(safe_html(text, self.folder) if text else "")

    def clear(self) -> None:
        """Show nothing."""
        self.setText("")

    @Slot(str)
    def _on_link_activated(self, address: str) -> None:
        if is_web_link(address):
            QDesktopServices.openUrl(QUrl(address))


def safe_html(markdown: str, folder: Path | None = None) -> str:
    """Return Markdown as HTML for a `gui.look.labels.RichLabel`, with its images embedded.

    Parameters
    ----------
    markdown : str
        As a file holds it, with formulas between dollar signs.
    folder : Path, optional
        Where its images are; without one, none is shown. In place of an image that cannot be shown stands its text.
    """
    document = _Closed()
    text, formulas = hide_formulas(markdown)
    document.setMarkdown(text, _DIALECT)
    for position, length, style in _special_fragments(document):
        cursor = QTextCursor(document)
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        if style.isImageFormat():
            _show_image(cursor, style.toImageFormat(), folder)
        else:
            _show_link(cursor, style)
    # The label brings the font, and another one when the text is to be larger.
    return show_formulas(_FONT_OF_BODY.sub("<body>", document.toHtml()), formulas)


def is_web_link(address: str) -> bool:
    """Tell whether a link leads to the web, and nowhere on this computer."""
    return QUrl(address).scheme() in ("http", "https")


class _Closed(QTextDocument):
    """A document that opens nothing."""

    def loadResource(self, kind: int, name: QUrl) -> object:
        return None


def _special_fragments(document: QTextDocument) -> list[tuple[int, int, QTextCharFormat]]:
    """Return position, length and format of all images and links, the last one first."""
    found = []
    block = document.begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            fragment = fragments.fragment()
            if fragment.charFormat().isImageFormat() or fragment.charFormat().isAnchor():
                found.append((fragment.position(), fragment.length(), fragment.charFormat()))
            fragments += 1
        block = block.next()
    return found[::-1]


def _show_link(cursor: QTextCursor, style: QTextCharFormat) -> None:
    # The color is the palette's, which changes with the theme.
    style.clearForeground()
    if not is_web_link(style.anchorHref()):
        style.setAnchor(False)
        style.setAnchorHref("")
    cursor.setCharFormat(style)


def _show_image(cursor: QTextCursor, image: QTextImageFormat, folder: Path | None) -> None:
    embedded, width = _embedded(image.name(), folder)
    if not embedded:
        words = image.stringProperty(QTextFormat.Property.ImageAltText.value)
        cursor.insertText(words or f"({image.name()} is not shown)", QTextCharFormat())
        return
    image.setName(embedded)
    image.setWidth(min(width, _WIDEST))
    image.setAnchor(False)
    image.setAnchorHref("")
    cursor.setCharFormat(image)


def _embedded(name: str, folder: Path | None) -> tuple[str, int]:
    """Return an image of the lesson's folder as an address that holds it, and its width; "" where it cannot be."""
    if folder is None or QUrl(name).scheme() or Path(name).is_absolute():
        return "", 0
    try:
        path = (folder / QUrl.fromPercentEncoding(name.encode())).resolve()
        if not path.is_relative_to(folder.resolve()):
            return "", 0
        require_file(path, LESSON_IMAGE)
        reader = QImageReader(str(path))
        size = reader.size()
        Meter(path.name, LESSON_IMAGE).items(size.width() * size.height())
    except (OSError, ValueError, LessonError):
        return "", 0
    if not size.isValid() or reader.format().data() not in _FORMATS:
        return "", 0
    if size.width() > 2 * _WIDEST:
        reader.setScaledSize(QSize(2 * _WIDEST, max(1, size.height() * 2 * _WIDEST // size.width())))
    packed = QBuffer()
    packed.open(QIODevice.OpenModeFlag.WriteOnly)
    if not reader.read().save(packed, "PNG"):
        return "", 0
    return f"data:image/png;base64,{base64.b64encode(packed.data().data()).decode()}", size.width()
