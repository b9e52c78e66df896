"""Whatever comes from a file, a name or a user is shown as it stands, wherever a window shows it."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QImage
from PySide6.QtWidgets import QDialogButtonBox, QPushButton

from core.files.recipe_file import recipe_file_of, save_recipe
from gui.look.labels import PlainLabel
from gui.look.markdown import MarkdownLabel, safe_html
from gui.main_window import MainWindow
from gui.panels.message_bar import Message
from gui.widgets.note_dialog import NoteDialog
from tests.digit_files import COLUMN_NAMES, csv_rows, random_dataset, write_csv
from tests.foreign_text import HOSTILE, harm_done, texts_shown
from tests.runs_window import train, window_with_small_data
from tests.small_data import small_pair

ROOT = Path(__file__).parents[1]
GUI = sorted((ROOT / "gui").rglob("*.py"))

LESSON = f'''
title = "{HOSTILE}"
summary = "{HOSTILE}"
[[step]]
text = "{HOSTILE} ![]({{image}})"
question = "{HOSTILE}"
choices = ["{HOSTILE}", "no"]
answer = 1
explanation = "{HOSTILE}"
'''


@pytest.fixture
def window(qtbot):
    window = window_with_small_data(qtbot)
    yield window
    window.close()


def shows(window: MainWindow) -> bool:
    return any(HOSTILE in text for text in texts_shown(window))


def test_a_window_has_no_label_that_guesses(window):
    assert harm_done(window) == []


def test_names_of_runs_and_data_are_shown_as_they_stand(qtbot, window):
    pair = small_pair()
    foreign = {"name": HOSTILE, "class_names": (HOSTILE,) * 10, "notes": (HOSTILE,)}
    named = replace(pair, name=HOSTILE, train=replace(pair.train, **foreign), test=replace(pair.test, **foreign))
    window.files.loader.loaded.emit(named, [])
    train(qtbot, window)
    window.runs.renamed.emit(window.session.run.id, HOSTILE)
    train(qtbot, window, seed=3)
    for tab in range(window.tabs.count()):
        window.tabs.setCurrentIndex(tab)
        assert harm_done(window) == []
    assert shows(window)


@pytest.mark.parametrize("place", ["cell", "column", "file"])
def test_a_data_file_is_complained_about_in_plain_text(qtbot, window, tmp_path, place):
    path = tmp_path / (f"{HOSTILE}.csv" if place == "file" else "digits.csv")
    rows = csv_rows(random_dataset(30))
    rows[7][9] = HOSTILE if place == "cell" else "-1"
    names = [*COLUMN_NAMES[:9], HOSTILE if place == "column" else "x", *COLUMN_NAMES[10:]]
    path.write_text("\n".join(",".join(row) for row in (names, *rows)) + "\n")
    with qtbot.waitSignal(window.files.loader.failed):
        window.files.open_files([str(path)])
    assert (HOSTILE[:10] if place == "cell" else HOSTILE) in window.messages.message.text
    assert harm_done(window) == []


def test_a_data_file_with_such_a_name_opens(qtbot, window, tmp_path):
    path = write_csv(tmp_path / f"{HOSTILE}.csv", random_dataset(30))
    with qtbot.waitSignal(window.files.loader.loaded):
        window.files.open_files([str(path)])
    assert shows(window)
    assert harm_done(window) == []


def test_a_model_with_a_foreign_array_is_refused_in_plain_text(qtbot, window, tmp_path):
    path = tmp_path / f"{HOSTILE}.npz"
    np.savez(path, **{HOSTILE: np.zeros(3), "about": np.zeros(2)})
    window.files.open_files([str(path)])
    qtbot.waitUntil(lambda: window.messages.message is not None and HOSTILE in window.messages.message.text)
    assert harm_done(window) == []


def test_a_recipe_whose_run_has_such_a_name_is_shown_in_plain_text(qtbot, window, tmp_path):
    run = train(qtbot, window)
    recipe = recipe_file_of(run, run.snapshot())
    save_recipe(tmp_path / "run.json", replace(recipe, name=HOSTILE, data_name=HOSTILE))
    save_recipe(tmp_path / "other.json", replace(recipe, name=HOSTILE, data_name=HOSTILE, train_fingerprint="0" * 64))
    window.files.open_files([str(tmp_path / "other.json")])
    qtbot.waitUntil(lambda: window.messages.message is not None and HOSTILE in window.messages.message.text)
    assert harm_done(window) == []
    window.files.open_files([str(tmp_path / "run.json")])
    qtbot.waitUntil(lambda: window.session.run.name == HOSTILE)
    assert harm_done(window) == []


def test_a_lesson_is_shown_in_plain_text_but_for_its_markdown(qtbot, window, tmp_path):
    path = tmp_path / f"{HOSTILE}.toml"
    path.write_text(LESSON.replace("{image}", "/dev/zero"))
    window.lessons.open(path)
    assert window.lesson.lesson is not None
    window.lesson._on_answered(0)
    assert shows(window)
    assert harm_done(window) == []
    path.write_text(f'title = "{HOSTILE}"\n{HOSTILE}')
    window.lessons.open(path)
    assert HOSTILE in window.messages.message.text
    assert harm_done(window) == []


def test_the_menu_of_lessons_is_plain_text(window, tmp_path):
    (tmp_path / "good.toml").write_text(LESSON.replace("{image}", "x.png"))
    (tmp_path / f"{HOSTILE}.toml").write_text("bad")
    menu = window.menuBar().addMenu("more")
    window.lessons.fill_menu(menu, tmp_path)
    assert sum(HOSTILE in text for text in texts_shown(window)) == 2
    assert harm_done(window) == []


def test_a_lesson_shows_an_image_of_its_own_folder_only(qapp, tmp_path):
    folder = tmp_path / "lesson"
    folder.mkdir()
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    image.fill(0xFF0000)
    for path in (folder / "own.png", tmp_path / "above.png"):
        assert image.save(str(path))
    (folder / "link.png").symlink_to(tmp_path / "above.png")
    (folder / "no.png").write_bytes(b"no image")
    assert "data:image/png" in safe_html("![words](own.png)", folder)
    absolute = (tmp_path / "above.png").as_posix()
    for name in (
        *("../above.png", absolute, f"file://{absolute}", "link.png", "no.png", ".", "/dev/zero", "none.png", ""),
        *("https://example.org/own.png", "data:image/png;base64,AAAA", ":/qt/icon.png", "%2e%2e/above.png"),
    ):
        html = safe_html(f"Before ![words](<{name}>) after.", folder)
        assert "<img" not in html, name
        assert "words" in html
    assert "<img" not in safe_html("![words](own.png)")
    assert "<img" not in safe_html(
        '<img src="own.png"> <table background="own.png"><tr><td>x</td></tr></table>', folder
    )


def test_an_image_of_a_lesson_that_is_too_large_is_not_opened(qapp, tmp_path):
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (50_000).to_bytes(4) * 2 + b"\x08\0\0\0\0" + bytes(4)
    (tmp_path / "huge.png").write_bytes(header)
    assert "<img" not in safe_html("![words](huge.png)", tmp_path)
    (tmp_path / "long.png").write_bytes(header + bytes(6_000_000))
    assert "<img" not in safe_html("![words](long.png)", tmp_path)


def test_links_of_a_lesson_lead_to_the_web_alone(qtbot, monkeypatch):
    html = safe_html(
        "[a](https://example.org) [b](file:///etc/passwd) [c](javascript:alert(1)) [d](mailto:x@y.z) [e](x)"
    )
    assert re.findall(r'href="([^"]*)"', html) == ["https://example.org"]
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url))
    label = MarkdownLabel()
    qtbot.addWidget(label)
    label.setText("[a](https://example.org)")
    label.linkActivated.emit("file:///etc/passwd")
    label.linkActivated.emit("https://example.org")
    assert opened == [QUrl("https://example.org")]


def test_markdown_keeps_its_form(qapp):
    html = safe_html("**bold** *italic* `code` H<sub>2</sub>O & more\n\n1. one\n2. two\n")
    for part in ("font-weight:700", "font-style:italic", "monospace", "&lt;sub&gt;", "&amp; more", "<ol", "one"):
        assert part in html
    # The label's own font, which grows with the size of text that the user chose.
    assert "<body>" in html


def test_a_button_of_the_message_bar_keeps_its_ampersand(window):
    window.messages.say(Message(HOSTILE, choices=((HOSTILE, lambda: None),)))
    assert harm_done(window) == []
    assert any(button.text() == HOSTILE.replace("&", "&&") for button in window.messages.findChildren(QPushButton))


def test_a_note_is_asked_for_in_plain_text(window, qtbot):
    dialog = NoteDialog(HOSTILE, HOSTILE, window)
    qtbot.addWidget(dialog)
    assert harm_done(dialog) == []
    assert dialog.text.toPlainText() == HOSTILE
    written = []
    dialog.written.connect(written.append)
    dialog.text.setPlainText("two\nlines")
    dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Ok).click()
    assert written == ["two\nlines"]


@pytest.mark.parametrize("path", GUI, ids=lambda path: str(path.relative_to(ROOT)))
def test_labels_and_questions_are_made_in_one_place(path):
    """A QLabel guesses whether its text is HTML: use PlainLabel or RichLabel of gui.look.labels, or a MarkdownLabel."""
    if path.name == "labels.py":
        return
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called.split(".")[-1] not in {"QLabel", "QErrorMessage", "QInputDialog", "QSplashScreen"}, called
            assert not re.fullmatch(r"QMessageBox\.(question|information|warning|critical|about)", called), called
            if called == "QProgressDialog":
                assert ast.unparse(node.args[0]) == "''", "give it a PlainLabel by setLabel"
        if isinstance(node, ast.ClassDef):
            assert "QLabel" not in map(ast.unparse, node.bases), node.name


def test_a_plain_label_shows_its_text_as_it_stands(qtbot):
    label = PlainLabel(HOSTILE)
    qtbot.addWidget(label)
    assert harm_done(label) == []
    assert label.sizeHint().height() == PlainLabel("x").sizeHint().height()
