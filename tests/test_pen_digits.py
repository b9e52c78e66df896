"""Digits by many writers, drawn on the canvas with real mouse events, come out as their strokes and are recognized."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.drawing.preparation import normalize_drawing
from core.files.shipped_models import load_shipped_model, model_path
from core.network.prediction import predict
from gui.widgets.drawing.canvas import Canvas
from tests.benchmarks.pen_digits import DIGIT_SIDE, PEN, read_strokes
from tests.layout import laid_out
from tests.pen_strokes import render_pen_strokes

COUNT = 100


@pytest.fixture(scope="module")
def pen_digits(shared_folder):
    """Every 25th digit: strokes in units of the canvas, and labels."""
    digits, labels = read_strokes(shared_folder / "pen_digits" / "dev.npz")
    chosen = range(0, 25 * COUNT, 25)
    return [_place(digits[index]) for index in chosen], labels[list(chosen)]


def _place(strokes):
    """Lay a digit of unit size in the middle of the canvas, on whole units as a mouse reports them."""
    size = np.concatenate(strokes).max(axis=0)
    return [np.rint(stroke * DIGIT_SIDE + (280 - size * DIGIT_SIDE) / 2) for stroke in strokes]


@pytest.fixture
def canvas(qtbot):
    widget = Canvas()
    qtbot.addWidget(widget)
    widget.resize(280, 280)
    widget.set_pen_width(PEN)
    widget.show()
    laid_out(widget)
    return widget


def draw(canvas, strokes):
    canvas.clear()
    for stroke in strokes:
        first, *rest = [QPoint(int(x), int(y)) for x, y in stroke]
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
        for place in rest:
            QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=rest[-1] if rest else first)
    return canvas.ink()


def test_a_hand_with_a_mouse_draws_what_is_measured_with(canvas, pen_digits):
    for strokes in pen_digits[0][:20]:
        np.testing.assert_array_equal(draw(canvas, strokes), render_pen_strokes(strokes, PEN))


@pytest.mark.parametrize(("name", "at_least"), [("ten", 0.80), ("wide", 0.90), ("drawing", 0.93)])
def test_shipped_models_read_what_is_drawn_with_the_mouse(canvas, pen_digits, name, at_least):
    if not model_path(name).is_file():
        pytest.skip(f"{model_path(name).name} has not been trained yet; run `make models`")
    strokes, labels = pen_digits
    pixels = np.array([normalize_drawing(draw(canvas, digit)) for digit in strokes])
    accuracy = float(np.mean(predict(load_shipped_model(name).network, pixels).argmax(axis=1) == labels))
    assert accuracy >= at_least
