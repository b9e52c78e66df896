"""Help: words from one file, every tab described, every shortcut listed, one version everywhere."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QMenu, QMessageBox

from core.training.config import SETTINGS
from core.version import VERSION
from gui.help.documents import DOCS, read_sections, read_words
from gui.help.help_window import BESIDE_TABS, DOCUMENTS, HERE, SHORTCUTS, WORDS
from gui.main_window import MainWindow
from gui.widgets.mnemonics import Mnemonics, mnemonic
from tests.layout import laid_out

ROOT = Path(__file__).parents[1]


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    return window


def test_every_word_of_the_document_is_in_the_window_of_help(window):
    window.actions_.words.trigger()
    text = window.help.help.words.toPlainText()
    words = [word for words in read_words().sections.values() for word in words]
    assert 35 <= len(words) <= 60
    rows = [line for line in (DOCS / "words.md").read_text("utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) == len(words) + len(read_words().sections)
    for word in words:
        for part in vars(word).values():
            assert part in text


def test_where_words_are_is_what_the_window_calls_it(window):
    tabs = {window.tabs.tabText(index) for index in range(window.tabs.count())}
    pages = {window.drawing._pages.tabText(index) for index in range(window.drawing._pages.count())}
    menus = {action.text().replace("&", "") for action in window.menuBar().actions()}
    labels = {setting.label for setting in SETTINGS.values()}
    known = tabs | pages | {"Settings", "Drawing", "Timeline", "Weights", "Training plots"}
    for word in (word for words in read_words().sections.values() for word in words):
        for place in re.split(r"[;,] ", word.where.removeprefix("message after the run stopped")):
            part, _, inside = place.partition(": ")
            if part == "Settings":
                assert inside in labels, word
            elif part == "Drawing" and inside:
                assert inside in pages | {"Read by"}, word
            elif place and part not in known | labels and " menu" in part:
                assert part.removesuffix(" menu") in menus, word


def test_a_word_is_found_by_what_others_call_it(window, qtbot):
    window.actions_.words.trigger()
    help_window = window.help.help
    assert help_window.pages.currentIndex() == WORDS
    qtbot.keyClicks(help_window.search, "Neuron")
    assert "unit" in help_window.words.toPlainText()
    assert "epoch" not in help_window.words.toPlainText()
    qtbot.keyClicks(help_window.search, " of no network")
    assert help_window.words.toPlainText() == "No word matches."


def test_help_tells_of_every_tab_and_follows_the_tab_in_view(window):
    sections = read_sections(DOCS / "window.md")
    titles = [window.tabs.tabText(index) for index in range(window.tabs.count())]
    assert {*titles, *BESIDE_TABS} <= set(sections)
    window.actions_.help.trigger()
    help_window = window.help.help
    assert help_window.pages.currentIndex() == HERE
    for title in titles:
        window.show_tab(title)
        assert help_window._here.toPlainText().startswith(title)


def test_all_shortcuts_of_the_menus_are_listed(window):
    window.actions_.shortcuts.trigger()
    help_window = window.help.help
    assert help_window.pages.currentIndex() == SHORTCUTS
    text = help_window._shortcuts.toPlainText()
    for action in window.findChildren(type(window.actions_.train)):
        if action.shortcut().isEmpty() or action.shortcutContext().name == "WidgetShortcut":
            continue
        for keys in action.shortcuts():
            assert keys.toString() in text, action.text()
    for keys in ("Ctrl+Y", "Shift+←, Shift+→", "Put the pen down"):
        assert keys in text


def test_documents_open_in_the_window_of_help_with_their_pictures(window):
    window.actions_.documents.trigger()
    help_window = window.help.help
    assert help_window.pages.currentIndex() == DOCUMENTS
    assert "Writing a lesson" in help_window.documents.toPlainText()
    help_window.documents.setSource(QUrl("docs/lessons.md"))
    assert "[[step]]" in help_window.documents.toPlainText()
    laid_out(help_window)
    assert help_window.all_documents.isEnabled()
    help_window.all_documents.click()
    assert "Writing a lesson" in help_window.documents.toPlainText()
    assert not help_window.all_documents.isEnabled()
    help_window.documents.setSource(QUrl("LICENSE"))
    assert help_window.documents.toPlainText().splitlines()[0] == "MIT License"
    picture = help_window.documents.loadResource(2, QUrl("docs/window-light.png"))
    assert 0 < picture.width() <= help_window.documents.viewport().width()


def test_documents_that_are_missing_are_told_as_missing(qtbot, monkeypatch, tmp_path):
    monkeypatch.setattr("gui.help.documents.DOCS", tmp_path)
    monkeypatch.setattr("gui.help.help_window.DOCS", tmp_path)
    window = MainWindow()
    qtbot.addWidget(window)
    window.actions_.words.trigger()
    assert "words.md is missing" in window.help.help.words.toPlainText()
    window.actions_.help.trigger()
    assert "window.md is missing" in window.help.help._here.toPlainText()


def test_about_tells_the_version(window):
    window.actions_.about.trigger()
    box = window.findChild(QMessageBox)
    assert VERSION in box.text()
    assert "MIT license" in box.text()
    box.close()


def test_the_version_is_told_in_one_way():
    with (ROOT / "pyproject.toml").open("rb") as file:
        told = tomllib.load(file)
    assert "version" in told["project"]["dynamic"]
    assert told["tool"]["hatch"]["version"]["path"] == "core/version.py"
    shown = subprocess.run([sys.executable, ROOT / "main.py", "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == f"MNIST_ANN {VERSION}"


def test_every_entry_of_every_menu_has_a_letter_of_its_own(window):
    bar = window.menuBar()
    letters = [mnemonic(action.text()) for action in bar.actions()]
    assert all(letters)
    assert len(set(letters)) == len(letters)
    for menu in bar.findChildren(QMenu):
        menu.aboutToShow.emit()
        entries = [action.text() for action in menu.actions() if action.isVisible() and not action.isSeparator()]
        letters = [mnemonic(text) for text in entries]
        assert all(letters), entries
        assert len(set(letters)) == len(letters), entries


def test_an_entry_that_is_renamed_gets_a_letter_again(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    mnemonics = Mnemonics(menu)
    entries = [menu.addAction(text) for text in ("Save", "Save as", "S&tep", "a")]
    mnemonics.underline()
    assert [entry.text() for entry in entries] == ["&Save", "Sa&ve as", "S&tep", "&a"]
    entries[0].setText("Tilt")
    mnemonics.underline()
    assert entries[0].text() == "T&ilt"


def test_an_entry_moves_to_another_letter_where_the_next_has_no_other(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    entries = [menu.addAction(text) for text in ("ab", "a", "bac", "b")]
    Mnemonics(menu).underline()
    letters = [mnemonic(entry.text()) for entry in entries]
    assert sorted(letters) == ["", "a", "b", "c"]
