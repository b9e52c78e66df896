"""Few pixels that change the answer: what the search finds does so, each pixel was the best, and a person can play."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.errors import CancelledError
from core.explanation.pixel_changes import few_pixels, flipped
from core.network.network import forward
from core.network.prediction import predict
from gui.look.theme import DARK, applied
from gui.session.task_slot import close_threads
from gui.widgets.drawing.fooling_page import FoolingPage
from tests.layout import laid_out
from tests.test_fooling_page import reading_of


def answer_of(network, pixels):
    return int(predict(network, pixels[None]).argmax())


@pytest.mark.parametrize("name", ["ten", "wide"])
def test_the_pixels_that_are_found_change_the_answer_and_one_less_does_not(name):
    reading = reading_of(2, name)
    network, pixels = reading.network, reading.pixels
    found = few_pixels(network, pixels)
    assert len(set(found.order.tolist())) == len(found.order)
    changed = pixels.copy()
    for place, pixel in enumerate(found.order):
        assert answer_of(network, changed) == found.digit, place
        changed[pixel] = flipped(pixels)[pixel]
    assert np.array_equal(changed, found.pixels)
    assert answer_of(network, changed) == found.rival != found.digit


def test_the_first_pixel_is_the_best_of_all():
    reading = reading_of(2)
    network, pixels = reading.network, reading.pixels
    found = few_pixels(network, pixels)

    def lead(pixel):
        changed = pixels.copy()
        changed[pixel] = flipped(pixels)[pixel]
        logits = forward(network, changed[None]).logits[0]
        return np.delete(logits, found.digit).max() - logits[found.digit]

    assert lead(found.order[0]) == pytest.approx(max(map(lead, range(784))), abs=1e-4)


def test_a_rival_of_choice_is_reached_and_the_answer_itself_is_none():
    reading = reading_of(2)
    rival = int(np.argsort(reading.probabilities)[-3])
    assert few_pixels(reading.network, reading.pixels, rival).rival == rival
    assert few_pixels(reading.network, reading.pixels, int(reading.probabilities.argmax())) is None


def test_the_search_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    reading = reading_of()
    with pytest.raises(CancelledError):
        few_pixels(reading.network, reading.pixels, report=cancel)


@pytest.fixture
def page(qtbot):
    widget = FoolingPage()
    qtbot.addWidget(widget)
    widget.resize(340, 460)
    widget.show_reading(reading_of(2))
    widget.show()
    laid_out(widget)
    QTest.mouseClick(widget.hand_button, Qt.MouseButton.LeftButton)
    yield laid_out(widget).by_hand
    close_threads(widget)


def press(page, pixel):
    rect = page.editor.cell_rect(divmod(int(pixel), 28))
    QTest.mouseClick(page.editor, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, rect.center().toPoint())


def test_whoever_presses_the_pixels_of_the_search_changes_the_answer_with_as_many(page, qtbot):
    with qtbot.waitSignal(page.find_button.done, timeout=30_000):
        QTest.mouseClick(page.find_button.button, Qt.MouseButton.LeftButton)
    reading = page._reading
    found = few_pixels(reading.network, reading.pixels)
    assert f"needed {len(found.order)} pixel" in page.record.text()
    for pixel in found.order[:-1]:
        press(page, pixel)
    assert "still read as" in page.answer.text()
    press(page, found.order[-1])
    assert page.changed == found.order.tolist()
    assert f"is read as {found.rival}" in page.answer.text()
    assert "as many" in page.record.text()
    QTest.mouseClick(page.undo_button, Qt.MouseButton.LeftButton)
    assert "still read as" in page.answer.text()
    press(page, 300)
    press(page, 300)
    assert page.changed == found.order[:-1].tolist()
    press(page, 301)
    QTest.mouseClick(page.reset_button, Qt.MouseButton.LeftButton)
    assert page.changed == []
    assert page.answer.text().startswith("0 pixels changed")


def test_pixels_are_changed_by_keyboard(page):
    page.editor.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(page.editor, key)
    assert page.changed == [29, 30]
    assert page.editor.values[1, 1] == 1 - round(float(page._reading.pixels[29]))


def test_another_drawing_begins_anew_and_without_one_nothing_can_be_changed(page):
    press(page, 300)
    page.show_reading(reading_of(3))
    assert page.changed == []
    page.show_reading(reading_of(3, None))
    assert not page.find_button.button.isEnabled()
    press(page, 300)
    assert page.changed == []
    applied.set_theme(DARK)


def test_a_button_returns_to_the_gradient(page, qtbot):
    fooling = page.parent().parent()
    QTest.mouseClick(page.back_button, Qt.MouseButton.LeftButton)
    assert fooling.slider.isVisible()
    assert not page.isVisible()
