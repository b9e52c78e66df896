"""What is dropped anywhere on the window goes where it belongs, and an error is said until something else is tried."""

import PySide6
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog

from core.commands.arguments import parse_arguments
from core.files.recipe_file import recipe_file_of, save_recipe
from core.files.shipped_models import model_path
from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.program import refusal, run_main, without_display
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    yield window
    window.close()


@pytest.fixture
def photo(tmp_path):
    image = Image.new("L", (200, 160), 255)
    ImageDraw.Draw(image).line([(100, 40), (100, 120)], fill=0, width=9)
    image.save(tmp_path / "one.png")
    return tmp_path / "one.png"


def drop(window, path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    place = QPointF(laid_out(window.tabs).geometry().center())
    hand = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    # From 6.12 on Qt takes parts of a pixel, and warns of whole ones.
    enter = QDragEnterEvent(place if PySide6.__version_info__ >= (6, 12) else place.toPoint(), *hand)
    QApplication.sendEvent(window, enter)
    assert enter.isAccepted()
    QApplication.sendEvent(window, QDropEvent(place, *hand))


def test_an_image_dropped_beside_the_canvas_is_drawn_on_it(qtbot, window, photo):
    run = window.session.run
    drop(window, photo)
    qtbot.waitUntil(lambda: not window.drawing.canvas.is_empty)
    assert window.session.run is run
    assert window.messages.message is None


def test_a_model_chosen_among_the_data_files_is_opened_as_a_model(qtbot, window, monkeypatch):
    chosen = [str(model_path("ten"))]
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *arguments: (chosen, ""))
    window.actions_.open_data.trigger()
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert window.messages.message.text.startswith("ten.npz is open")


def test_a_photo_of_a_kind_that_cannot_be_read_is_told_from_data(qtbot, window, tmp_path):
    photo = tmp_path / "IMG_0001.HEIC"
    photo.write_bytes(b"\0\0\0\x24ftypheic")
    drop(window, photo)
    qtbot.waitUntil(lambda: window.messages.message is not None)
    # Where its decoder is installed, it is damaged; where not, the decoder is missing. It is taken for data nowhere.
    assert "IMG_0001.HEIC is " in window.messages.message.text
    assert "CSV" not in window.messages.message.text


def test_why_an_image_was_refused_is_said_until_another_is_read(qtbot, window, photo, tmp_path):
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"no image")
    drop(window, bad)
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert "bad.png" in window.messages.message.text
    drop(window, photo)
    qtbot.waitUntil(lambda: not window.drawing.canvas.is_empty)
    assert window.messages.message is None


def test_why_a_model_was_refused_is_not_said_of_data_opened_after_it(qtbot, window, tmp_path):
    bad = tmp_path / "bad.npz"
    bad.write_bytes(b"no model")
    drop(window, bad)
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert "bad.npz" in window.messages.message.text
    with qtbot.waitSignal(window.files.loader.loaded):
        window.files.loader.load_builtin()
    assert "bad.npz" not in window.messages.message.text


def test_files_of_every_kind_open_as_if_they_were_dropped(qtbot, window, photo):
    window.open_files([photo])
    qtbot.waitUntil(lambda: not window.drawing.canvas.is_empty)
    lesson = LESSONS_FOLDER / "learning-rate.toml"
    window.open_files([lesson])
    assert window.lesson.lesson.title == load_lesson(lesson).title
    window.open_files([model_path("ten")])
    qtbot.waitUntil(lambda: window.messages.message is not None)
    assert window.messages.message.text.startswith("ten.npz is open")


def test_a_recipe_is_one_in_capitals_too(qtbot, window, tmp_path):
    run = window.session.run
    save_recipe(tmp_path / "RECIPE.JSON", recipe_file_of(run, run.snapshot()))
    with qtbot.waitSignal(window.files.recipes.repeated):
        window.open_files([tmp_path / "RECIPE.JSON"])


def test_a_file_named_on_the_command_line_opens(tmp_path):
    picture = tmp_path / "window.png"
    done = run_main(model_path("ten"), "--screenshot", picture, "--after", 0.5, env=without_display())
    assert done.returncode == 0, done.stderr
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_word_that_is_neither_a_command_nor_a_file_is_refused():
    assert "neither a command nor a file 'trian'" in refusal("trian")


def test_options_may_stand_before_and_after_the_files(photo):
    parsed = parse_arguments(["--theme", "dark", str(photo), "--size", "800x600", "--autostart"])
    assert (parsed.command, parsed.files, parsed.theme, parsed.size) == (None, [photo], "dark", (800, 600))
    assert parsed.autostart
    assert parse_arguments(["--tab", "Runs"]).files == []
