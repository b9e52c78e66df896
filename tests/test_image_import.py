"""An image that is pasted, dropped or opened becomes a drawing; what is no image becomes one sentence."""

import numpy as np
import PySide6
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QPainter, QPen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.drawing.preparation import find_ink
from gui.files.image_import import holds_image, image_in
from gui.panels.drawing import DrawingPanel
from gui.session.task_slot import close_threads
from tests.layout import laid_out


@pytest.fixture
def panel(qtbot):
    widget = DrawingPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 560)
    widget.show()
    laid_out(widget)
    yield widget
    close_threads(widget)
    QGuiApplication.clipboard().clear()


def image(dark_on_light=True):
    """An upright bar with a foot: higher than wide."""
    image = QImage(200, 160, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white if dark_on_light else Qt.GlobalColor.black)
    with QPainter(image) as painter:
        painter.setPen(QPen(Qt.GlobalColor.black if dark_on_light else Qt.GlobalColor.white, 9))
        painter.drawLine(100, 40, 100, 120)
        painter.drawLine(85, 120, 115, 120)
    return image


def mime_of(*paths):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return mime


def drop(panel, mime):
    place = QPointF(50, 50)
    hand = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    # From 6.12 on Qt takes parts of a pixel, and warns of whole ones.
    enter = QDragEnterEvent(place if PySide6.__version_info__ >= (6, 12) else place.toPoint(), *hand)
    QApplication.sendEvent(panel, enter)
    if enter.isAccepted():
        QApplication.sendEvent(panel, QDropEvent(place, *hand))
    return enter.isAccepted()


def expect_the_bar(panel):
    box = find_ink(panel.canvas.ink())
    assert box.height == 196
    assert 0.3 < box.width / box.height < 0.6


@pytest.mark.parametrize("dark_on_light", [True, False])
def test_an_image_from_the_clipboard(panel, qtbot, dark_on_light):
    QGuiApplication.clipboard().setImage(image(dark_on_light))
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.paste_action.trigger()
    expect_the_bar(panel)
    panel.undo_action.trigger()
    assert panel.canvas.is_empty


@pytest.mark.parametrize("ending", ["png", "jpg", "BMP"])
def test_a_file_dropped_on_the_panel(panel, qtbot, tmp_path, ending):
    path = tmp_path / f"seven.{ending}"
    assert image().save(str(path))
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        assert drop(panel, mime_of(path))
    expect_the_bar(panel)


def test_a_file_from_the_clipboard(panel, qtbot, tmp_path):
    path = tmp_path / "seven.png"
    image().save(str(path))
    QGuiApplication.clipboard().setMimeData(mime_of(path))
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.paste_action.trigger()
    expect_the_bar(panel)


def test_other_files_are_left_to_the_window(panel, tmp_path):
    path = tmp_path / "digits.csv"
    path.write_text("1,2")
    assert not holds_image(mime_of(path))
    assert image_in(mime_of(path)) is None
    assert not drop(panel, mime_of(path))


def test_nothing_on_the_clipboard_is_said_in_a_sentence(panel, qtbot):
    QGuiApplication.clipboard().setText("seven")
    with qtbot.waitSignal(panel.failed) as failed:
        panel.paste_action.trigger()
    assert "no image on the clipboard" in failed.args[0]


def test_a_clipboard_that_was_never_used_is_said_in_a_sentence(panel, qtbot):
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(panel.failed) as failed:
        panel.paste_action.trigger()
    assert "no image on the clipboard" in failed.args[0]


@pytest.mark.parametrize("content", ["text", "blank", "missing"])
def test_what_cannot_be_used_is_said_and_the_drawing_stays(panel, qtbot, tmp_path, content):
    QGuiApplication.clipboard().setImage(image())
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.paste_action.trigger()
    before = panel.canvas.ink()
    path = tmp_path / "photo.png"
    if content == "text":
        path.write_text("not an image")
    elif content == "blank":
        Image.new("L", (300, 200), 230).save(path)
    with qtbot.waitSignal(panel.failed) as failed:
        drop(panel, mime_of(path))
    assert "photo.png" in failed.args[0]
    assert panel.canvas._notice == ""
    np.testing.assert_array_equal(panel.canvas.ink(), before)


def test_drawing_on_gives_up_the_image_that_is_being_read(panel, qtbot, tmp_path):
    path = tmp_path / "large.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (3000, 3000), dtype=np.uint8)).save(path)
    drop(panel, mime_of(path))
    assert panel.canvas._notice == "Reading large.png…"
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    dot = panel.canvas.ink()
    qtbot.waitUntil(lambda: panel.canvas._notice == "")
    assert dot.any()
    np.testing.assert_array_equal(panel.canvas.ink(), dot)


def test_an_image_dropped_right_after_a_change_is_read(panel, qtbot, tmp_path):
    image().save(str(tmp_path / "bar.png"))
    QTest.mouseClick(panel.canvas, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    panel.canvas.clear()
    # The canvas tells of what was cleared up to a frame later.
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        drop(panel, mime_of(tmp_path / "bar.png"))
    qtbot.waitUntil(lambda: panel.canvas._notice == "")
    expect_the_bar(panel)
