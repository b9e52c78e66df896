"""Lessons of the user's own lie in a folder of the user's, and stand in the menu as soon as they lie there."""

import os

import pytest
from PySide6.QtGui import QDesktopServices

from core.lessons.lesson import LESSONS_FOLDER
from core.system.user_folders import data_folder, own_lessons_folder
from gui.main_window import MainWindow

LESSON = 'title = "{title}"\n[[step]]\ntext = "Look."\n[[step]]\ntext = "Look again."\n'


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    return window


def write_lesson(name: str, title: str) -> None:
    own_lessons_folder().mkdir(parents=True, exist_ok=True)
    (own_lessons_folder() / name).write_text(LESSON.format(title=title), encoding="utf-8")


def entries(window) -> list[str]:
    menu = next(action.menu() for action in window.menuBar().actions() if "Lessons" in action.text().replace("&", ""))
    menu.aboutToShow.emit()
    return [action.text().replace("&", "") for action in menu.actions() if not action.isSeparator()]


def entry(window, text: str):
    menu = next(action.menu() for action in window.menuBar().actions() if "Lessons" in action.text().replace("&", ""))
    return next(action for action in menu.actions() if action.text().replace("&", "") == text)


def test_the_folder_is_the_users_and_not_the_programs():
    assert own_lessons_folder().is_relative_to(data_folder())
    assert not own_lessons_folder().is_relative_to(LESSONS_FOLDER.parents[1])


def test_what_is_put_into_the_folder_stands_in_the_menu_below_those_of_the_program(window):
    before = entries(window)
    write_lesson("mine.toml", "Mine")
    after = entries(window)
    assert after.index("Mine") == len(before) - 2
    assert [text for text in after if text != "Mine"] == before
    (own_lessons_folder() / "mine.toml").unlink()
    assert entries(window) == before


def test_a_changed_lesson_is_read_again_and_a_mistake_is_told(window):
    write_lesson("mine.toml", "Mine")
    entries(window)
    (own_lessons_folder() / "mine.toml").write_text("title = ", encoding="utf-8")
    assert "Mine" not in entries(window)
    entry(window, "mine.toml has a mistake…").trigger()
    assert window.messages.message.text.startswith("mine.toml: ")


def test_it_goes_on_where_it_was_left_and_is_ticked_when_done(window):
    write_lesson("mine.toml", "Mine")
    entries(window)
    entry(window, "Mine").trigger()
    assert window.lesson.lesson.title == "Mine"
    assert window.lessons._path == own_lessons_folder() / "mine.toml"
    window.lesson.next.click()
    assert "✓ Mine" in entries(window)


def test_the_folder_is_made_and_shown(window, monkeypatch):
    shown = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: shown.append(url.toLocalFile()))
    entry(window, "My lessons folder").trigger()
    assert own_lessons_folder().is_dir()
    assert [os.path.realpath(path) for path in shown] == [os.path.realpath(own_lessons_folder())]


def test_a_folder_that_cannot_be_made_is_told(window):
    data_folder().mkdir(parents=True, exist_ok=True)
    own_lessons_folder().write_text("a file in its place")
    entry(window, "My lessons folder").trigger()
    assert "could not be made" in window.messages.message.text
