"""Images of digits keep every pixel, and bars tell which digit wins, by what is painted on screen."""

import numpy as np
import pytest
from PySide6.QtGui import QColor

from gui.look.theme import LIGHT, THEMES, applied
from gui.widgets.digit_image import DigitImage, gray_image
from gui.widgets.probability_bars import ProbabilityBars
from tests.painted import Painted

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@EVERY_THEME
def test_gray_runs_from_paper_to_ink(theme):
    image = gray_image(np.array([[0, 255]], np.uint8), theme)
    assert [image.pixelColor(column, 0).name() for column in (0, 1)] == [theme.paper, theme.ink]


def test_the_image_outlives_its_array():
    pixels = np.full((28, 28), 255, np.uint8)
    image = gray_image(pixels, LIGHT)
    pixels[:] = 0
    assert image.pixelColor(3, 3).name() == LIGHT.ink


@EVERY_THEME
@pytest.mark.parametrize("scale", [1, 3])
def test_every_pixel_is_one_sharp_square(qtbot, theme, scale):
    widget = DigitImage()
    qtbot.addWidget(widget)
    applied.set_theme(theme)
    checkered = (np.indices((28, 28)).sum(axis=0) % 2).astype(np.uint8) * 255
    widget.show_image(checkered.ravel())
    widget.resize(28 * scale + 2, 28 * scale + 2)
    shown, frame = Painted(widget), widget._fitted(below=widget._caption_height())
    left, top, zoom = (round(length * shown.ratio) for length in (frame.left(), frame.top(), frame.width() / 28))
    assert zoom >= scale
    for row, column in np.ndindex(28, 28):
        for inset in {0, zoom - 1}:
            color = shown.image.pixelColor(left + column * zoom + inset, top + row * zoom + inset).name()
            assert color == (theme.ink if checkered[row, column] else theme.paper)


def test_fractions_and_bytes_look_alike_and_none_clears(qtbot):
    widget = DigitImage("what the network sees")
    qtbot.addWidget(widget)
    widget.resize(100, 130)
    digit = np.zeros((28, 28), np.uint8)
    digit[10:18, 12:14] = 255
    widget.show_image(digit)
    from_bytes = Painted(widget)
    widget.show_image(digit / 255.0)
    assert Painted(widget) == from_bytes
    widget.show_image(None)
    assert Painted(widget) != from_bytes
    assert widget.accessibleName() == "what the network sees"


def row_colors(widget, digit):
    """Colors along the middle of one bar's row."""
    return Painted(widget).row((digit + 0.5) * widget.height() / 10)


@EVERY_THEME
def test_the_most_probable_digit_alone_is_in_the_accent_color(qtbot, theme):
    widget = ProbabilityBars()
    qtbot.addWidget(widget)
    applied.set_theme(theme)
    widget.resize(300, 200)
    widget.show_probabilities(np.array([0.02, 0, 0, 0.5, 0.25, 0.23, 0, 0, 0, 0]))
    lengths = [row_colors(widget, digit).count(theme.accent) for digit in range(10)]
    assert lengths[3] > 50
    assert sum(lengths) == lengths[3]
    assert "3" in widget.accessibleDescription()


def test_bars_are_as_long_as_the_probabilities(qtbot):
    widget = ProbabilityBars()
    qtbot.addWidget(widget)
    widget.resize(400, 200)

    def length(value):
        widget.show_probabilities([value] + [0.0] * 9)
        return row_colors(widget, 0).count(LIGHT.accent)

    assert length(0.5) == pytest.approx(length(1.0) / 2, abs=3)
    assert length(0.25) == pytest.approx(length(1.0) / 4, abs=3)


def test_the_true_digit_carries_a_ring(qtbot):
    widget = ProbabilityBars()
    qtbot.addWidget(widget)
    widget.resize(300, 220)
    ring = QColor(LIGHT.success).name()
    widget.show_probabilities(np.eye(10)[7])
    assert not any(ring in row_colors(widget, digit) for digit in range(10))
    widget.show_probabilities(np.eye(10)[7], label=4)
    assert [digit for digit in range(10) if ring in row_colors(widget, digit)] == [4]


def test_without_a_prediction_no_bar_is_drawn(qtbot):
    widget = ProbabilityBars()
    qtbot.addWidget(widget)
    widget.resize(300, 200)
    widget.show_probabilities(np.eye(10)[7])
    widget.show_probabilities(None)
    assert not any(LIGHT.accent in row_colors(widget, digit) for digit in range(10))
    assert widget.accessibleDescription() == "no prediction yet"
