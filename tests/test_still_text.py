"""Text that changes while one looks on takes the same room, whatever it says."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.elided_label import ElidedLabel
from gui.widgets.still_text import StillText
from tests.layout import laid_out
from tests.painted import Painted

LONG = "All images of 7: 963 of 1,028 (93.7 %) are read right. The hardest first."


@pytest.fixture
def text(qtbot):
    text = StillText(lines=2)
    qtbot.addWidget(text)
    text.resize(240, text.sizeHint().height())
    text.show()
    laid_out(text)
    return text


def ink(text):
    """Return the rows of the screen's pixels that anything is written in, and whether the last column is free."""
    image = Painted(text).image
    columns, rows = range(image.width()), range(image.height())
    ground = image.pixel(0, image.height() - 1)
    inked = [y for y in rows if any(image.pixel(x, y) != ground for x in columns)]
    return inked, all(image.pixel(image.width() - 1, y) == ground for y in rows)


def test_it_shows_and_tells_what_it_says(text):
    assert ink(text)[0] == []
    text.set_text("7 taken for 2")
    assert text.text() == text.accessibleName() == "7 taken for 2"
    assert ink(text)[0]
    text.set_text("")
    assert ink(text)[0] == []


@pytest.mark.parametrize("width", [150, 240, 500])
def test_what_does_not_fit_is_written_smaller(text, width):
    text.resize(width, text.sizeHint().height())
    text.set_text(LONG)
    rows, is_free = ink(text)
    assert rows[0] > 0
    assert rows[-1] < Painted(text).image.height() - 1
    assert is_free


def test_nothing_else_moves(qtbot):
    page, below, text = QWidget(), QWidget(), StillText(lines=2)
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(text)
    layout.addWidget(below, 1)
    page.resize(200, 200)
    page.show()
    laid_out(page)
    places = []
    for words in ("", "short", LONG):
        text.set_text(words)
        laid_out(page)
        places.append((below.geometry(), page.minimumSizeHint()))
    assert places[0] == places[1] == places[2]


def test_a_shorter_text_stands_for_one_that_does_not_fit(qtbot):
    label, number = ElidedLabel("61,706 parameters", shorter="61,706"), ElidedLabel("61,706")
    for widget in (label, number):
        qtbot.addWidget(widget)
        widget.resize(widget.fontMetrics().horizontalAdvance("61,706 para"), 24)
    assert label.is_cut
    assert label.grab().toImage() == number.grab().toImage()
