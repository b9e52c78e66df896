"""Names of classes in the choices below the canvas: whole where there is room, and "…" where there is not."""

from dataclasses import replace

import pytest
from PySide6.QtGui import QFontInfo, QFontMetricsF

from core.explanation.answer import Answer
from gui.widgets.drawing.answer_label import AnswerLabel
from gui.widgets.drawing.class_box import ClassBox
from tests.cut_texts import cut_texts
from tests.layout import laid_out
from tests.main_window import draw_a_one, open_window
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


def open_data(window, names=None):
    pair = small_pair()
    if names:
        pair = replace(pair, train=replace(pair.train, class_names=names), test=replace(pair.test, class_names=names))
    window.files.loader.loaded.emit(pair, [])


def boxes(page):
    return page.findChildren(ClassBox)


def look_at_pages(window):
    for page in (window.drawing.evidence_page, window.drawing.fooling_page, window.drawing.likeness_page):
        window.drawing._pages.show_page(page)
        yield laid_out(page)


def test_a_drawing_that_comes_after_the_page_was_seen_has_room_for_its_answer(qtbot, window):
    open_data(window)
    window.resize(1024, 760)
    for _ in look_at_pages(window):
        pass
    draw_a_one(qtbot, window)
    qtbot.waitUntil(lambda: window.drawing.reading.pixels is not None)
    for page in look_at_pages(window):
        assert not cut_texts(window), page


def test_names_of_classes_are_whole_where_the_column_has_room(qtbot, window):
    for _ in look_at_pages(window):
        pass
    open_data(window, tuple(f"kind of hat {number}" for number in range(10)))
    draw_a_one(qtbot, window)
    qtbot.waitUntil(lambda: window.drawing.reading.pixels is not None)
    for page in look_at_pages(window):
        shown = [box.currentText() for box in boxes(page)]
        assert shown
        assert not [line for line in cut_texts(window) if "ClassBox" in line], shown


def test_names_too_long_for_the_column_do_not_widen_it(window):
    open_data(window)
    window.resize(1024, 760)
    for page in look_at_pages(window):
        widths = [box.minimumSizeHint().width() for box in boxes(page)]
        width = page.minimumSizeHint().width()
        for box in boxes(page):
            box.set_class_names(tuple(f"a name of a class that goes on and on {number}" for number in range(10)))
        assert page.minimumSizeHint().width() <= width + max(widths)
        assert all(box.width() <= page.width() for box in boxes(laid_out(page)))


def test_two_digits_are_whole_at_every_width(qtbot):
    label = AnswerLabel()
    qtbot.addWidget(label)
    label.show_answer(Answer(7, 0.34, 1, 0.2))
    for width in range(label.minimumSizeHint().width(), 240):
        font, lines = label._fitted(width, 4)
        assert lines == ["7 or 1"]
        assert QFontMetricsF(font).horizontalAdvance(lines[0]) < width + 4


def test_the_answer_is_never_written_smaller_than_text(qtbot, window):
    open_data(window, tuple(f"a name of a class that goes on and on {number}" for number in range(10)))
    window.resize(1024, 760)
    draw_a_one(qtbot, window)
    qtbot.waitUntil(lambda: window.drawing.reading.pixels is not None)
    label = laid_out(window.drawing.answer_label)
    font, lines = label._fitted(label.width(), 4)
    assert QFontInfo(font).pixelSize() >= QFontInfo(label.font()).pixelSize()
    assert all(line.endswith("…") for line in lines)
    for name in (label.text.split(" or ")[0].split(": ")[-1], "goes on and on"):
        assert name in label.toolTip()
