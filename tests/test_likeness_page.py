"""Like it, the page below the canvas: nearest training images, the mean of a digit, and the network's dream of it."""

import numpy as np
import pytest

from core.data.dataset import DataPair, Dataset
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.explanation.dream import dream
from core.explanation.likeness import find_likeness, mean_image
from core.network.prediction import predict
from gui.look.formatting import probability
from gui.look.theme import DARK, applied
from gui.session.task_slot import close_threads
from gui.widgets.drawing.likeness_page import COUNT, LikenessPage
from tests.layout import laid_out
from tests.small_data import small_pair
from tests.test_fooling_page import reading_of


@pytest.fixture
def page(qtbot):
    widget = LikenessPage()
    qtbot.addWidget(widget)
    widget.resize(320, 460)
    widget.show_data(load_builtin_digits())
    widget.show_reading(reading_of())
    widget.show()
    laid_out(widget)
    yield widget
    close_threads(widget)


def find(qtbot, page):
    with qtbot.waitSignal(page.find_button.done):
        page.find_button.button.click()


def test_the_nearest_training_images_are_shown_with_their_labels(qtbot, page):
    find(qtbot, page)
    train = load_builtin_digits().train
    expected = find_likeness(page._reading.network, load_builtin_digits(), page._reading.pixels, COUNT)
    for images, places in ((page.in_pixels, expected.in_pixels), (page.in_hidden, expected.in_hidden)):
        for image, place in zip(images, places, strict=True):
            assert np.array_equal(image._pixels.ravel(), train.images[place])
            assert image._caption == str(train.labels[place])
    assert "The nearest training image is" in page.sentence.text()


def test_what_was_found_is_forgotten_with_the_drawing_and_kept_for_a_newer_network(qtbot, page):
    find(qtbot, page)
    said = page.sentence.text()
    page.show_reading(reading_of(name="wide"))
    assert page.in_pixels[0]._pixels is not None
    assert page.sentence.text() == f"{said} The row of the hidden layer was found before the network changed."
    page.show_reading(reading_of())
    assert page.sentence.text() == said
    page.show_reading(reading_of(5))
    assert page.in_pixels[0]._pixels is None
    assert page.sentence.text().startswith("Look for")


def test_a_digit_is_dreamed_beside_its_mean_and_every_step_can_be_seen(qtbot, page):
    page.digit_box.setCurrentText("7")
    with qtbot.waitSignal(page.dream_button.done):
        page.dream_button.button.click()
    expected = dream(page._reading.network, 7)
    steps = len(expected.images) - 1
    assert page.steps.value() == page.steps.maximum() == steps
    for step in (steps, 3, 0):
        page.steps.setValue(step)
        assert np.abs(page.dreamed._pixels.ravel() / 255 - expected.images[step]).max() < 0.003
        assert page.dreamed._caption.startswith(f"step {step}: ")
    assert np.abs(page.mean._pixels.ravel() / 255 - mean_image(load_builtin_digits(), 7)).max() < 0.003


def test_a_dream_begins_at_the_drawing_where_that_is_wanted(qtbot, page):
    page.from_drawing.setChecked(True)
    with qtbot.waitSignal(page.dream_button.done):
        page.dream_button.button.click()
    page.steps.setValue(0)
    assert np.abs(page.dreamed._pixels.ravel() / 255 - page._reading.pixels).max() < 0.003
    page.show_reading(reading_of(5))
    assert not page.steps.isEnabled()


def test_without_a_drawing_a_chosen_digit_can_be_dreamed_of(page):
    page.show_reading(reading_of(name=None))
    assert not page.find_button.button.isEnabled()
    assert not page.dream_button.button.isEnabled()


def test_data_without_the_digit_have_no_mean(qtbot, page):
    data = small_pair()
    page.show_data(data)
    applied.set_theme(DARK)
    find(qtbot, page)
    assert "Unlike any training image" in page.sentence.text()
    assert not page.grab().isNull()


def test_a_dream_is_judged_by_the_network_of_the_moment(qtbot, page):
    page.digit_box.setCurrentText("7")
    with qtbot.waitSignal(page.dream_button.done, timeout=30_000):
        page.dream_button.button.click()
    other = reading_of(name="wide")
    page.show_reading(other)
    image = page._dream.images[page.steps.value()]
    assert page.dreamed._caption.endswith(probability(float(predict(other.network, image[None])[0, 7])))


def test_a_digit_that_the_data_do_not_have_has_no_mean(qtbot, page):
    whole = load_builtin_digits()
    rows = np.flatnonzero(whole.train.labels != 7)[:50]
    train = Dataset(whole.train.images[rows], whole.train.labels[rows], "no sevens")
    page.show_data(DataPair(train, whole.test, "no sevens"))
    page.digit_box.setCurrentText("7")
    with qtbot.waitSignal(page.dream_button.done, timeout=30_000):
        page.dream_button.button.click()
    assert page.mean._pixels is None
    assert page.mean._caption == "no 7 in the data"
