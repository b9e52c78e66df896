"""The page of a unit: every section tells what the network of the moment makes of it, and follows what moves."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.explanation.dream import dream_of_unit
from core.explanation.unit_response import find_unit_response
from core.network.initialization import initialize
from core.network.layers import layered, parse_layers
from core.network.network import Network
from core.network.receptive_field import receptive_field
from core.network.unit_layers import unit_layers
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from gui.look.formatting import number
from gui.widgets.unit.number_editor import ACTIVATION, INCOMING, OUTGOING
from gui.widgets.unit.unit_page import DREAM, IMAGES, STORY, UnitPage
from tests.layout import laid_out
from tests.small_data import small_pair
from tests.test_network_panel import drawing, snapshot_of

SECONDS = 30_000


@pytest.fixture(scope="module")
def data():
    return small_pair()


@pytest.fixture
def page(qtbot, data):
    page = UnitPage()
    qtbot.addWidget(page)
    page.resize(420, 760)
    page.show()
    page.show_data(data)
    return laid_out(page)


def show(page, *hidden, layer=1, unit=3, seed=0):
    snapshot = snapshot_of(*hidden, seed=seed)
    page.show_snapshot(snapshot)
    page.open_unit(layer, unit)
    laid_out(page)
    return snapshot.network


def test_weights_and_bias_of_a_unit_of_the_first_layer(page):
    network = show(page, 10)
    assert page.title.text() == "Unit 3"
    assert page.weights.image.isVisible()
    assert not page.weights.incoming.isVisible()
    assert page.weights.values["bias"].text() == number(float(network.parameters.biases[0][3]))
    np.testing.assert_allclose(page.weights.outgoing.values, network.parameters.weights[1][3])
    other = show(page, 10, seed=9)
    np.testing.assert_allclose(page.weights.outgoing.values, other.parameters.weights[1][3])


@pytest.mark.parametrize(("layer", "unit", "name"), [(2, 15, "Unit 15 of layer 2"), (3, 7, "Digit 7")])
def test_units_of_later_layers_and_digits(page, layer, unit, name):
    network = show(page, 20, 16, layer=layer, unit=unit)
    assert page.title.text() == name
    np.testing.assert_allclose(page.weights.incoming.values, network.parameters.weights[layer - 1][:, unit])
    assert page.weights.outgoing.isVisible() == (layer == 2)
    assert page.change.off.isEnabled() == (layer == 2)
    assert not page.change.paint.isEnabled()
    assert not page.next.isEnabled() if unit == 15 else page.next.isEnabled()


def test_pointing_at_a_pixel_reads_its_weight_and_a_click_chooses_it(page):
    network = show(page, 10)
    image, editor = page.weights.image, page.weights.editor
    left, top = image.layout_.corner(0)
    spot = QPoint(int(left + 9.5 * image.layout_.zoom), int(top + 12.5 * image.layout_.zoom))
    QTest.mouseMove(image, spot)
    weight = float(network.parameters.weights[0][12 * 28 + 9, 3])
    assert page.weights.pointed.text() == f"row 12, column 9: weight {number(weight)}"
    QTest.mouseClick(image, Qt.MouseButton.LeftButton, pos=spot)
    assert editor.kind.currentIndex() == INCOMING
    assert editor.source == 12 * 28 + 9
    assert editor.value.placeholderText() == f"now {number(weight)}"


def typed(page, qtbot, text):
    with qtbot.waitSignal(page.cut_requested) as asked:
        QTest.keyClicks(page.weights.editor.value, text)
        QTest.keyClick(page.weights.editor.value, Qt.Key.Key_Return)
    assert page.weights.editor.value.text() == ""
    return asked.args[0]


def test_a_weight_on_its_way_in_or_out_the_bias_and_the_activation_are_set_by_a_number(page, qtbot):
    show(page, 20, 16, layer=2, unit=5)
    editor = page.weights.editor
    bias = typed(page, qtbot, "-0,5")
    assert (bias.kind, bias.target, bias.source, bias.value, bias.is_held) == ("set", (2, 5), None, -0.5, False)
    editor.held.click()
    editor.choose(INCOMING, 17)
    incoming = typed(page, qtbot, "1e-3")
    assert (incoming.target, incoming.source, incoming.value, incoming.is_held) == ((2, 5), 17, 1e-3, True)
    editor.choose(OUTGOING, 7)
    outgoing = typed(page, qtbot, "2")
    assert (outgoing.target, outgoing.source, outgoing.value) == ((3, 7), 5, 2.0)
    editor.choose(ACTIVATION)
    held = typed(page, qtbot, "0.75")
    assert (held.kind, held.target, held.value) == ("hold", (2, 5), 0.75)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seven", "“seven” is no number; type one"),
        ("", "No number is typed; type one"),
        ("nan", "“nan” cannot be a weight; type a number from -3.4e+38 to 3.4e+38."),
        ("inf", "“inf” cannot be a weight"),
        ("1e39", "“1e39” cannot be a weight"),
        ("9" * 40, "cannot be a weight"),
    ],
)
def test_what_is_no_number_that_a_weight_can_be_is_refused_in_a_sentence(page, qtbot, text, told):
    show(page, 10)
    with qtbot.assertNotEmitted(page.cut_requested):
        QTest.keyClicks(page.weights.editor.value, text)
        page.weights.editor.set_button.click()
    assert told in page.weights.pointed.text()


def test_the_images_that_excite_it_most_and_least_and_what_it_fires_for(page, qtbot, data):
    network = show(page, 10)
    assert not page.images.look.slot.busy
    page.sections.choose(IMAGES)
    qtbot.waitUntil(lambda: ": " in page.images.images[0][0].accessibleDescription(), timeout=SECONDS)
    train, test = (find_unit_response(network, each, 1, 3, 5) for each in (data.train, data.test))
    np.testing.assert_allclose(page.images.active.values, train.active)
    np.testing.assert_allclose(page.images.mean.values, train.mean)
    for row, (dataset, response, places) in enumerate(
        ((data.train, train, train.most), (data.train, train, train.least), (data.test, test, test.most))
    ):
        for image, place in zip(page.images.images[row], places.tolist(), strict=True):
            z = number(float(response.pre_activations[place]), 2)
            assert image.accessibleDescription() == f"{dataset.labels[place]}: {z}"
    before = page.images.active.values
    other = show(page, 10, seed=9)
    qtbot.waitUntil(lambda: not np.array_equal(page.images.active.values, before), timeout=SECONDS)
    np.testing.assert_allclose(page.images.active.values, find_unit_response(other, data.train, 1, 3).active)


def test_its_dream_from_blank_and_from_the_drawing_step_by_step(page, qtbot):
    network = show(page, 10)
    page.sections.choose(DREAM)
    assert not page.dream.from_drawing.isEnabled()
    qtbot.waitUntil(page.dream.steps.isEnabled, timeout=SECONDS)
    expected = dream_of_unit(network, 1, 3)
    last = len(expected.images) - 1
    assert page.dream.image.accessibleDescription() == f"step {last}: z = {number(float(expected.pre_activations[-1]))}"
    page.dream.steps.setValue(0)
    assert page.dream.image.accessibleDescription().startswith("step 0: z = ")
    page.show_drawing(drawing().pixels)
    page.dream.from_drawing.click()
    started = number(float(dream_of_unit(network, 1, 3, drawing().pixels).pre_activations[0]))
    qtbot.waitUntil(lambda: f"from your drawing, z = {started}" in page.dream.sentence.text(), timeout=SECONDS)


def test_nothing_is_looked_for_while_nobody_looks(page, qtbot):
    page.sections.choose(IMAGES)
    page.hide()
    show(page, 10)
    assert not page.images.look.slot.busy
    page.show()
    qtbot.waitUntil(lambda: page.images.active.accessible_value() != "no values yet", timeout=SECONDS)


def test_the_keyboard_goes_from_unit_to_unit_and_closes(page, qtbot):
    show(page, 10, unit=0)
    assert not page.previous.isEnabled()
    page.setFocus()
    with qtbot.waitSignal(page.unit_requested) as asked:
        QTest.keyClick(page, Qt.Key.Key_Right)
    assert asked.args == [1, 1]
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page, Qt.Key.Key_Escape)


def test_a_network_without_that_unit_closes_the_page(page, qtbot):
    show(page, 10, unit=9)
    with qtbot.waitSignal(page.closed):
        page.show_snapshot(snapshot_of(4))
    assert page.view is None


def test_the_story_is_asked_for_by_the_layer(page, qtbot):
    show(page, 20, 16, layer=2, unit=5)
    page.sections.choose(STORY)
    with qtbot.waitSignal(page.story.story_requested) as asked:
        QTest.mouseClick(page.story.button.button, Qt.MouseButton.LeftButton)
    assert asked.args == [2]


def test_it_tells_that_a_unit_is_dead(page):
    show(page, 20, 16, layer=2, unit=5)
    page.set_dead_units({5: 1000}, 2)
    assert "dead since update 1,000" in page.note.text()
    page.set_dead_units({}, 2)
    assert page.note.text() == ""


def test_the_dream_of_a_map_frames_what_its_middle_sees(page, qtbot):
    layout = layered(parse_layers("conv 4 5x5, pool 4, conv 3 3x3, 10"), "relu")
    parameters = initialize(layout, "relu", "he", np.random.default_rng(1))
    network = Network(parameters.frozen())
    page.show_snapshot(Snapshot(network, 100, 0.1, "run", TrainingConfig(layers="conv 4 5x5, pool 4, conv 3 3x3, 10")))
    page.open_unit(2, 1)
    laid_out(page)
    assert page.title.text() == "Map 1 of layer 2"
    page.sections.choose(DREAM)
    qtbot.waitUntil(page.dream.steps.isEnabled, timeout=SECONDS)
    field = receptive_field(unit_layers(layout)[1], 2 * 4 + 2)
    assert page.dream.image._field == field
    assert "what the map sees at the place in the middle" in page.dream.sentence.text()


def test_what_is_told_of_a_unit_moves_nothing_on_its_page(page):
    """It came in above the buttons, which were then not where they had just been pressed."""
    show(page, 10)
    before = [laid_out(page).sections.pos(), page.weights.image.mapTo(page, QPoint(0, 0))]
    page.set_dead_units({3: 40}, 1)
    assert laid_out(page).note.isVisible()
    assert [page.sections.pos(), page.weights.image.mapTo(page, QPoint(0, 0))] == before
