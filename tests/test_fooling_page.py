"""Fool it, the page below the canvas: what it shows is what the core finds for this drawing and this network."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.drawing.preparation import prepare
from core.explanation.fooling import fooling_curve
from core.explanation.least_change import least_change
from core.files.shipped_models import load_shipped_model
from core.network.prediction import predict
from core.network.sign_step import step_signs, stepped
from gui.look.theme import DARK, applied
from gui.session.task_slot import close_threads
from gui.widgets.drawing.fooling_page import CURVE_LEVELS, FIRST_LEVELS, FoolingPage
from gui.widgets.drawing.reading import read_drawing
from gui.widgets.scroller import Scroller
from tests.layout import laid_out
from tests.small_data import small_dataset


def reading_of(index=0, name="ten"):
    square = np.zeros((280, 280), np.uint8)
    square[:] = np.kron(load_builtin_digits().test.images[index].reshape(28, 28), np.ones((10, 10), np.uint8))
    return read_drawing(square, prepare(square), name and load_shipped_model(name).network)


@pytest.fixture
def page(qtbot):
    widget = FoolingPage()
    qtbot.addWidget(widget)
    widget.resize(320, 420)
    widget.show_data(small_dataset(200, 3))
    widget.show_reading(reading_of())
    widget.show()
    laid_out(widget)
    yield widget
    close_threads(widget)


def shown_change(page):
    return page.change._terms / 255


def answer_to(page, change):
    pixels = page._reading.pixels + change
    return int(predict(page._reading.network, pixels[None].astype(np.float32)).argmax())


def test_the_slider_takes_a_step_along_the_gradient_of_the_answers_loss(page):
    reading = page._reading
    digit = np.array([reading.probabilities.argmax()], np.uint8)
    for levels in (0, 32, 3):
        page.slider.setValue(levels)
        signs = step_signs(reading.network, reading.pixels[None], digit)
        expected = stepped(reading.pixels[None], signs, levels)[0] - reading.pixels
        np.testing.assert_allclose(shown_change(page), expected, atol=1e-6)
    page.slider.setValue(12)
    assert answer_to(page, shown_change(page)) != digit
    assert page.fooled_answer.text().endswith("%")
    assert f"the {digit[0]} is read as {answer_to(page, shown_change(page))}" in page.sentence.text()
    assert "random leaves it" in page.sentence.text()


def test_a_step_of_nothing_changes_nothing(page):
    page.slider.setValue(0)
    assert not shown_change(page).any()
    assert "still read as" in page.sentence.text()


def test_a_rival_is_stepped_toward(page):
    reading = page._reading
    rival = int(np.argsort(reading.probabilities)[-2])
    page.rival_box.setCurrentText(str(rival))
    signs = step_signs(reading.network, reading.pixels[None], np.array([rival], np.uint8), toward=True)
    expected = stepped(reading.pixels[None], signs, FIRST_LEVELS)[0] - reading.pixels
    np.testing.assert_allclose(shown_change(page), expected, atol=1e-6)


def test_the_least_change_is_found_in_the_background_and_gives_way_to_the_slider(page, qtbot):
    with qtbot.waitSignal(page.least_button.done):
        page.least_button.button.click()
    found = least_change(page._reading.network, page._reading.pixels)
    np.testing.assert_allclose(shown_change(page), found.pixels - page._reading.pixels, atol=1e-6)
    assert "least change" in page._levels.text()
    assert f"is read as {found.rival}" in page.sentence.text()
    noise = page.random._pixels / 255 - page._reading.pixels.reshape(28, 28)
    assert np.linalg.norm(noise) == pytest.approx(found.distance, abs=0.1)
    page.slider.setValue(5)
    assert "5 of 255" in page._levels.text()
    assert np.abs(shown_change(page)).max() == pytest.approx(5 / 255, abs=1e-6)


def test_a_least_change_outlives_a_newer_network_and_not_another_drawing(page, qtbot):
    with qtbot.waitSignal(page.least_button.done):
        page.least_button.button.click()
    change = shown_change(page)
    page.show_reading(reading_of(name="wide"))
    np.testing.assert_array_equal(shown_change(page), change)
    page.show_reading(reading_of(3))
    assert "of 255" in page._levels.text()


def test_the_test_set_is_fooled_in_the_background(page, qtbot):
    assert not page.plot.isVisible()
    with qtbot.waitSignal(page.curve_button.done):
        page.curve_button.button.click()
    expected = fooling_curve(page._reading.network, page._dataset, CURVE_LEVELS)
    assert page.plot.curve == expected
    assert page.plot.isVisible()
    assert "8 gray levels" in page.plot.accessibleDescription()
    page.show_data(small_dataset(50, 4))
    assert not page.plot.isVisible()


def test_curves_of_a_network_that_has_changed_say_so(page, qtbot):
    with qtbot.waitSignal(page.curve_button.done):
        page.curve_button.button.click()
    assert page.plot_note.text() == ""
    page.show_reading(reading_of(3))
    assert page.plot_note.text() == ""
    page.show_reading(reading_of(3, name="wide"))
    assert page.plot_note.text() == "Measured before the network changed."
    with qtbot.waitSignal(page.curve_button.done):
        page.curve_button.button.click()
    assert page.plot_note.text() == ""


def test_work_under_way_is_cancelled_by_the_same_button(page):
    page.show_data(small_dataset(60_000, 3))
    page.curve_button.button.click()
    assert page.curve_button.button.text() == "Cancel"
    page.curve_button.button.click()
    assert page.curve_button.button.text() == "Fool the test set"
    assert not page.plot.isVisible()


def test_without_a_drawing_there_is_nothing_to_fool(page):
    blank = np.zeros((280, 280), np.uint8)
    page.show_reading(read_drawing(blank, prepare(blank), load_shipped_model("ten").network))
    assert not page.least_button.button.isEnabled()
    assert page.curve_button.button.isEnabled()
    assert page.sentence.text().startswith("Draw a digit")
    page.show_reading(reading_of(name=None))
    assert not page.curve_button.button.isEnabled()


def test_it_is_worked_by_keyboard_and_follows_the_theme(page, qtbot):
    applied.set_theme(DARK)
    with qtbot.waitActive(page):
        page.activateWindow()
    page.slider.setFocus()
    QTest.keyClick(page.slider, Qt.Key.Key_Right)
    assert page.slider.value() == FIRST_LEVELS + 1
    page.plot.show_curve(fooling_curve(page._reading.network, page._dataset, (0, 8, 16)))
    page.plot.show()
    assert not page.grab().isNull()


def test_classes_are_called_by_their_names(page):
    names = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
    reading = replace(reading_of(), names=names)
    page.show_reading(reading)
    assert names[reading.digit] in page.sentence.text()
    assert page.rival_box.itemText(9) == "Bag"
    page.by_hand.show_reading(reading)
    assert f"still read as {names[reading.digit]}" in page.by_hand.answer.text()


def test_what_is_read_so_already_is_not_looked_for(page, qtbot):
    digit = page._reading.digit
    page.rival_box.setCurrentIndex(digit + 1)
    already = f"It is read as {digit} already: choose another answer to fool it into."
    assert page.sentence.text() == already
    with qtbot.waitSignal(page.least_button.done, timeout=30_000):
        page.least_button.button.click()
    assert page.sentence.text() == already


def test_what_the_test_set_made_of_it_is_scrolled_into_view(qtbot):
    page = FoolingPage()
    holder = Scroller(page)
    qtbot.addWidget(holder)
    page.show_data(small_dataset(200, 3))
    page.show_reading(reading_of())
    holder.resize(360, 320)
    holder.show()
    laid_out(holder)
    QTest.mouseClick(page.curve_button.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.plot.isVisible, timeout=30_000)
    below = laid_out(page.plot).mapTo(holder.viewport(), page.plot.rect().bottomLeft()).y()
    assert below <= holder.viewport().height()
    close_threads(page)
