"""Text that changes while one looks on takes the same room, whatever it says."""

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.widgets.still_text import StillText

LONG = "All images of 7: 963 of 1,028 (93.7 %) are read right. The hardest first."


@pytest.fixture
def text(qtbot):
    text = StillText(lines=2)
    qtbot.addWidget(text)
    text.resize(240, text.sizeHint().height())
    text.show()
    qtbot.waitExposed(text)
    return text


def ink(text):
    """Return the rows of pixels that anything is written in, and whether the last column is free."""
    image = text.grab().toImage()
    ground = image.pixelColor(0, image.height() - 1)
    rows = [y for y in range(image.height()) if any(image.pixelColor(x, y) != ground for x in range(image.width()))]
    return rows, all(image.pixelColor(image.width() - 1, y) == ground for y in range(image.height()))


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
    assert rows[-1] < text.height() - 1
    assert is_free


def test_nothing_else_moves(qtbot):
    page, below, text = QWidget(), QWidget(), StillText(lines=2)
    qtbot.addWidget(page)
    layout = QVBoxLayout(page)
    layout.addWidget(text)
    layout.addWidget(below, 1)
    page.resize(200, 200)
    page.show()
    qtbot.waitExposed(page)
    places = []
    for words in ("", "short", LONG):
        text.set_text(words)
        page.grab()
        places.append((below.geometry(), page.minimumSizeHint()))
    assert places[0] == places[1] == places[2]
