"""The pages below the canvas: why this answer, and what each step of the preparation does to it."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest

from core.data.dataset import DataPair, Dataset
from core.drawing.preparation import prepare
from core.explanation.evidence import find_evidence, unit_terms
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from gui.look.formatting import number
from gui.look.theme import LIGHT, THEMES, applied
from gui.panels.drawing import DrawingPanel
from gui.session.task_slot import close_threads
from gui.widgets.drawing.evidence_image import EvidenceImage
from gui.widgets.drawing.step_image import StepImage
from tests.by_layer import by_layer
from tests.layout import laid_out
from tests.painted import Painted


def random_network(hidden=(10,), activation="relu"):
    layout = fully_connected((784, *hidden, 10), activation)
    return Network(initialize(layout, activation, "auto", np.random.default_rng(1)).frozen())


def show(panel, network):
    panel.show_snapshot(Snapshot(network, 12, 0.1, "run", TrainingConfig(hidden=network.layer_sizes[1:-1])))
    while panel.reader_box._telling.isActive():
        QTest.qWait(5)


@pytest.fixture
def panel(qtbot):
    widget = DrawingPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 560)
    show(widget, random_network())
    widget.show()
    laid_out(widget)
    canvas = widget.canvas
    with qtbot.waitSignal(canvas.drawing_changed):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
        QTest.mouseMove(canvas, QPoint(100, 35))
        QTest.mouseMove(canvas, QPoint(60, 120))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 120))
    yield widget
    close_threads(widget)


def open_page(panel, page):
    panel._pages.show_page(page)
    return page


def numbers(page):
    return {name.text(): value.text() for name, value in zip(page._names, page._values, strict=True) if name.text()}


def shown(value):
    return f"+{number(value)}" if value > 0 else number(value)


@pytest.mark.parametrize("hidden", [(10,), (), (20, 12)])
def test_the_sums_on_screen_are_those_of_the_evidence(panel, hidden):
    show(panel, random_network(hidden))
    page = open_page(panel, panel.evidence_page)
    order = np.argsort(panel.reading.probabilities)
    evidence = find_evidence(panel.reading.network, panel.reading.pixels, order[-1], order[-2])
    assert numbers(page) == {
        "pixels": shown(float(evidence.pixels.sum())),
        "biases": shown(evidence.pixel_rest),
        "logit difference": shown(evidence.difference),
    }
    assert page.units.isVisible() == bool(hidden)
    np.testing.assert_allclose(page.units.values, evidence.units, rtol=1e-6)
    assert f"takes {order[-1]} to be " in page._sentence.text()


def test_any_digit_can_be_weighed_against_any_other(panel):
    page = open_page(panel, panel.evidence_page)
    page.digit_box.setCurrentText("4")
    page.rival_box.setCurrentText("8")
    evidence = find_evidence(panel.reading.network, panel.reading.pixels, 4, 8)
    assert numbers(page)["logit difference"] == shown(evidence.difference)
    page.rival_box.setCurrentText("4")
    assert numbers(page)["logit difference"] == "0"
    assert page._sentence.text() == "Choose two different digits."


def test_a_unit_opens_by_a_click_on_its_bar_and_closes_by_another(panel):
    page = open_page(panel, panel.evidence_page)
    everything = numbers(page)
    unit = int(np.argmax(page.units.values))
    place = laid_out(page.units)._cell(unit).center().toPoint()
    QTest.mouseClick(page.units, Qt.MouseButton.LeftButton, pos=place)
    terms = unit_terms(panel.reading.network, panel.reading.pixels, unit)
    opened = numbers(page)
    assert opened["pixels × weights"] == shown(float(panel.reading.passes.operations[0].output[0, unit]))
    assert opened["activation"] == shown(float(panel.reading.passes.operations[1].output[0, unit]))
    np.testing.assert_array_equal(page._image._terms, terms)
    QTest.mouseClick(page.units, Qt.MouseButton.LeftButton, pos=place)
    assert numbers(page) == everything


def test_a_click_on_an_activation_opens_that_unit(panel):
    units = laid_out(panel.answer_page.units)
    QTest.mouseClick(units, Qt.MouseButton.LeftButton, pos=units._cell(6).center().toPoint())
    assert panel._pages.page is panel.evidence_page
    assert "Unit 6" in panel.evidence_page._sentence.text()


def test_a_network_with_fewer_units_closes_the_open_one(panel):
    page = open_page(panel, panel.evidence_page)
    page.open_unit(9)
    show(panel, random_network((4,)))
    assert "logit difference" in numbers(page)


def test_where_the_activation_bends_the_rest_says_so(panel):
    show(panel, random_network((10,), "tanh"))
    page = open_page(panel, panel.evidence_page)
    assert set(numbers(page)) == {"pixels", "biases, remainder", "logit difference"}


def test_without_a_drawing_the_pages_ask_for_one(panel):
    page = open_page(panel, panel.evidence_page)
    assert page.digit_box.currentText().startswith("auto: ")
    panel.clear_action.trigger()
    panel.canvas.drawing_changed.emit()
    assert "Draw a digit" in page._sentence.text()
    assert not numbers(page)
    assert page.digit_box.currentText() == page.rival_box.currentText() == "auto"
    strip = open_page(panel, panel.preparation_page)
    assert "Draw a digit" in strip._comparison.text()


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_evidence_is_blue_for_and_red_against(qtbot, theme):
    image = EvidenceImage()
    qtbot.addWidget(image)
    applied.set_theme(theme)
    image.resize(58, 58)
    terms = np.zeros(784)
    terms[0], terms[27] = 2, -2
    image.show_terms(terms, np.abs(terms) / 2)
    assert image.limit == 2
    shown, frame = Painted(image), image._fitted()
    first, last = frame.topLeft() + QPointF(1, 1), frame.topRight() + QPointF(-1, 1)
    assert shown.color_at(first) == theme.positive
    assert shown.color_at(last) == theme.negative
    assert shown.color_at(frame.center()) == theme.neutral
    assert image.describe(first.x(), first.y()) == "row 0, column 0: pixel 1.00, evidence 2.00"
    assert image.describe(-3, 2) == ""


@pytest.mark.parametrize("step", ["crop", "scale", "center"])
def test_a_step_that_is_switched_off_is_left_out_for_the_network_too(panel, step):
    strip = open_page(panel, panel.preparation_page)
    complete = panel.reading.pixels
    strip.switches[step].click()
    expected = prepare(panel.canvas.ink(), **{step: False}).pixels
    np.testing.assert_array_equal(panel.reading.pixels, expected)
    assert (expected != complete).any()
    assert "Without" in strip._comparison.text()
    assert panel._seen._caption == panel._seen.accessibleDescription() == "1 step off"
    assert panel._seen.accessibleName() == "What the network sees"
    strip.switches[step].click()
    np.testing.assert_array_equal(panel.reading.pixels, complete)
    assert panel._seen._caption == "as seen"


def test_what_the_steps_are_worth_is_measured_on_test_digits(panel, qtbot):
    strip = open_page(panel, panel.preparation_page)
    assert not strip.measure_button.isEnabled()
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (80, 784)).astype(np.uint8)
    digits = Dataset(images, rng.integers(0, 10, 80).astype(np.uint8), "noise")
    panel.show_data(DataPair(digits, digits, "noise"))
    assert "80" in strip.measure_button.text()
    panel.resize(330, 718)
    laid_out(panel)
    before = [image.geometry() for image in strip._images]
    strip.measure_button.click()
    assert strip.measure_button.text() == "Cancel"
    qtbot.waitUntil(lambda: "%" in strip._with_all.text())
    assert all("%" in label.text() for label in strip._accuracies.values())
    assert "80 test digits" in strip._explanation.text()
    laid_out(panel)
    assert [image.geometry() for image in strip._images] == before


def test_what_was_measured_on_other_data_is_not_told_of_these(panel, qtbot):
    strip = open_page(panel, panel.preparation_page)
    digits = Dataset(np.full((1000, 784), 200, np.uint8), np.zeros(1000, np.uint8), "many")
    panel.show_data(DataPair(digits, digits, "many"))
    strip.measure_button.click()
    panel.show_data(DataPair(digits.take(np.arange(80), "few"), digits.take(np.arange(80), "few"), "few"))
    qtbot.waitUntil(lambda: strip.measure_button.text().startswith("Measure"))
    assert not strip._with_all.text().strip()


def test_measuring_can_be_cancelled(panel, qtbot):
    strip = open_page(panel, panel.preparation_page)
    digits = Dataset(np.full((1000, 784), 200, np.uint8), np.zeros(1000, np.uint8), "many")
    panel.show_data(DataPair(digits, digits, "many"))
    strip.measure_button.click()
    strip.measure_button.click()
    qtbot.waitUntil(lambda: strip.measure_button.text().startswith("Measure"))
    assert not strip._with_all.text().strip()


@pytest.mark.parametrize("ratio", [1, 1.25, 1.5, 1.75, 2])
@pytest.mark.parametrize("place", [0, 1, 2, 3])
def test_the_frame_of_a_step_is_whole_on_every_screen(qtbot, ratio, place):
    image = StepImage("Cut out")
    qtbot.addWidget(image)
    image.resize(75, 110)
    screen = QImage(240, 300, QImage.Format.Format_RGB32)
    screen.fill(Qt.GlobalColor.red)
    screen.setDevicePixelRatio(ratio)
    with QPainter(screen) as painter:
        image.render(painter, QPoint(place, place))
    pixels = [[screen.pixelColor(x, y).name() for x in range(240)] for y in range(300)]
    rows = [row for row in pixels if LIGHT.outline in row]
    columns = [column for column in zip(*pixels, strict=True) if LIGHT.outline in column]
    for edge in (rows[0], rows[-1], columns[0], columns[-1]):
        assert edge.count(LIGHT.outline) >= 74 * ratio


def test_the_activations_of_every_hidden_layer_can_be_looked_at(panel, qtbot):
    page = open_page(panel, panel.answer_page)
    assert not page.layer.isVisible()
    network = random_network((20, 12))
    show(panel, network)
    laid_out(panel)
    activations = by_layer(panel.reading.network, panel.reading.passes).activations
    assert page.layer.isVisible()
    np.testing.assert_array_equal(page.units.values, activations[1][0])
    page.layer.setFocus()
    QTest.keyClick(page.layer, Qt.Key.Key_Down)
    assert page.layer.currentText() == "Layer 2"
    np.testing.assert_array_equal(page.units.values, activations[2][0])
    with qtbot.assertNotEmitted(page.unit_clicked):
        page.units.unit_clicked.emit(3)
    show(panel, random_network((20,)))
    assert not page.layer.isVisible()
    np.testing.assert_array_equal(page.units.values, panel.reading.passes.operations[1].output[0])
