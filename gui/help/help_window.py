"""The window of Help, which stays open beside the program: what is seen here, words, shortcuts, documents."""

from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QLineEdit, QMenuBar, QPushButton, QTabWidget, QTextBrowser, QVBoxLayout, QWidget

from gui.help.documents import DOCS, ROOT, Word, read_sections, read_words
from gui.help.license_pages import LIST as LICENSES
from gui.help.license_pages import license_page
from gui.help.shortcut_list import shortcuts_by_group
from gui.look.follow_font import follow_font

HERE, WORDS, SHORTCUTS, DOCUMENTS = range(4)
"""The pages."""

BESIDE_TABS = ("Timeline", "Drawing")
"""Parts that are in view beside every tab; `docs/window.md` has a section on each, and on every tab."""

_LIST, _LICENSE = "list.html", "LICENSE"
_DOCUMENTS = (
    ("README.md", "What the program does and how to start it"),
    ("docs/window.md", "The window, part by part"),
    ("docs/words.md", "Words"),
    ("docs/data.md", "Data: what can be opened, and what is found out"),
    ("docs/runs.md", "Kept runs: what their files hold"),
    ("docs/lessons.md", "Writing a lesson"),
    ("docs/projects.md", "Projects: all of one's work in a file"),
    ("docs/models.md", "The pretrained networks, and how well they read drawings"),
    ("docs/accuracy.md", "How accurate small networks become"),
    ("docs/architecture.md", "How the program is built"),
    ("CHANGELOG.md", "What has changed"),
    (_LICENSE, "License"),
    (LICENSES, "Licenses of what the program is made with"),
)
_MARGIN = 10
_CELL = "padding: 3px 14px 3px 0; vertical-align: top"
_WIDTHS = (20, 26, 32, 22)
"""Of the columns of words, in per cent."""


class HelpWindow(QDialog):
    """Four pages; `open_at` brings one to the front.

    Parameters
    ----------
    menus : QMenuBar
        Whose shortcuts are listed.
    parent : QWidget
        The program's window.
    """

    def __init__(self, menus: QMenuBar, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle("Help – MNIST_ANN")
        self._menus = menus
        self._about_parts = read_sections(DOCS / "window.md")
        self._words = read_words()
        self._here, self.words, self._shortcuts = _browser("This tab"), _browser("Words"), _browser("Shortcuts")
        self.documents = _Documents()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find a word, such as neuron")
        self.search.setAccessibleName("Find a word")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._on_search_changed)
        self.all_documents = QPushButton("‹ All documents")
        self.all_documents.clicked.connect(self.documents.home)
        self.all_documents.setEnabled(False)
        self.documents.sourceChanged.connect(self._on_document_changed)
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setAccessibleName("Help pages")
        for page, title in (
            (self._here, "This tab"),
            (_stacked(self.search, self.words), "Words"),
            (self._shortcuts, "Shortcuts"),
            (_stacked(self.all_documents, self.documents), "Documents"),
        ):
            self.pages.addTab(page, title)
        layout = QVBoxLayout(self)
        layout.addWidget(self.pages)
        self._on_search_changed("")
        follow_font(self, self._fit_text)

    def open_at(self, page: int, tab: str) -> None:
        """Show a page; the first tells of this tab of the program's window."""
        self.show_tab(tab)
        self._shortcuts.setHtml(_shortcut_html(self._menus))
        self.pages.setCurrentIndex(page)
        if page == WORDS:
            self.search.setFocus()
        elif page == DOCUMENTS:
            self.documents.home()
        self.show()
        self.raise_()
        self.activateWindow()

    def open_licenses(self, tab: str) -> None:
        """Show the licenses of what the program is made with."""
        self.open_at(DOCUMENTS, tab)
        self.documents.setSource(QUrl(LICENSES))

    def show_tab(self, tab: str) -> None:
        """Tell of this tab, and of what is beside every tab."""
        parts = [title for title in (tab, *BESIDE_TABS) if title in self._about_parts]
        told = [f"## {title}\n\n{self._about_parts[title]}" for title in parts]
        self._here.setMarkdown("\n\n".join(told or [self._about_parts[""]]))

    @Slot(QUrl)
    def _on_document_changed(self, url: QUrl) -> None:
        self.all_documents.setEnabled(url.fileName() != _LIST)

    @Slot(str)
    def _on_search_changed(self, text: str) -> None:
        self.words.setHtml(self._word_html(text.strip().casefold()))

    def _word_html(self, wanted: str) -> str:
        parts = [] if wanted else [f"<p>{escape(paragraph)}</p>" for paragraph in self._words.introduction]
        for title, words in self._words.sections.items():
            found = [word for word in words if wanted in " ".join(vars(word).values()).casefold()]
            if found:
                parts.append(f"<h3>{title}</h3><table width='100%' cellspacing='0'>{_head()}")
                parts += [*map(_row, found), "</table>"]
        return "".join(parts) or "<p>No word matches.</p>"

    def _fit_text(self) -> None:
        width = self.fontMetrics().averageCharWidth()
        self.resize(QSize(130 * width, 100 * width).boundedTo(self.parentWidget().size()))


class _Documents(QTextBrowser):
    """Shows the documents that come with the program, beginning with a list of them."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Documents")
        self.setOpenExternalLinks(True)
        self.document().setDocumentMargin(_MARGIN)
        self.setSearchPaths([str(ROOT), str(DOCS)])
        self.setSource(QUrl(_LIST))

    def loadResource(self, kind: int, url: QUrl) -> object:
        """Make the list of documents, and fit pictures into the width of the page."""
        if url.fileName() == _LIST:
            links = [
                f"<p><a href='{name}'>{title}</a></p>"
                for name, title in _DOCUMENTS
                if name == LICENSES or (ROOT / name).exists()
            ]
            return f"<h2>Documents</h2>{''.join(links)}"
        if url.fileName() == _LICENSE:
            return f"<pre>{escape((ROOT / _LICENSE).read_text(encoding='utf-8'))}</pre>"
        page = license_page(url.fileName())
        if page is not None:
            return page
        if kind == QTextDocument.ResourceType.ImageResource.value:
            picture = QImage(str(DOCS / url.fileName()))
            width = min(picture.width(), self.viewport().width() - 4 * _MARGIN)
            return picture.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation) if width > 0 else picture
        return super().loadResource(kind, url)

    def changeEvent(self, event: QEvent) -> None:
        """Color links anew with another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.reload()


def _stacked(above: QWidget, below: QWidget) -> QWidget:
    page = QWidget()
    layout = QVBoxLayout(page)
    layout.setContentsMargins(0, 8, 0, 0)
    layout.addWidget(above, 0, Qt.AlignmentFlag.AlignLeft if isinstance(above, QPushButton) else Qt.AlignmentFlag(0))
    layout.addWidget(below, 1)
    return page


def _browser(name: str) -> QTextBrowser:
    browser = QTextBrowser()
    browser.setAccessibleName(name)
    browser.document().setDocumentMargin(_MARGIN)
    return browser


def _head() -> str:
    titles = ("Here", "Elsewhere", "Meaning", "Where")
    cells = (
        f"<th align='left' width='{width}%' style='{_CELL}'><i>{title}</i></th>"
        for title, width in zip(titles, _WIDTHS, strict=True)
    )
    return f"<tr>{''.join(cells)}</tr>"


def _row(word: Word) -> str:
    cells = (f"<b>{escape(word.word)}</b>", escape(word.elsewhere), escape(word.meaning), escape(word.where))
    return f"<tr>{''.join(map(_cell, cells))}</tr>"


def _cell(text: str) -> str:
    return f"<td style='{_CELL}'>{text}</td>"


def _shortcut_html(menus: QMenuBar) -> str:
    rows = []
    for title, shortcuts in shortcuts_by_group(menus).items():
        rows.append(f"<tr><td colspan='2' style='padding-top: 12px'><h3>{escape(title)}</h3></td></tr>")
        rows += [f"<tr>{_cell(escape(what))}{_cell(f'<b>{escape(keys)}</b>')}</tr>" for what, keys in shortcuts]
    return f"<table cellspacing='0'>{''.join(rows)}</table>"
