"""A network with maps in the window: its maps and kernels are seen, clicked, changed and explained like units."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.network.network import forward
from core.network.unit_layers import unit_layers
from core.training.config import TrainingConfig
from core.training.setting_words import describe_cut
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from gui.widgets.unit.number_editor import INCOMING
from gui.widgets.unit.unit_page import IMAGES
from tests.layout import laid_out
from tests.small_data import small_pair
from tests.step_through import move_to

WORDS = "conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10"
CONFIG = TrainingConfig(layers=WORDS, batch_size=60, epochs=2)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(CONFIG)
    window.drawing.canvas.show_example(small_pair().test.images[0].reshape(28, 28))
    window.show_tab("Network")
    laid_out(window)
    qtbot.waitUntil(lambda: window.network.diagram.flow is not None and window.network.diagram.flow.view == "signal")
    yield window
    window.close()


def layers(window):
    return unit_layers(window.time_machine.snapshot.network.parameters.layout)


def arrays(window):
    return window.time_machine.snapshot.network.parameters.arrays


def click(widget, place, button=Qt.MouseButton.LeftButton):
    QTest.mouseClick(widget, button, pos=place.toPoint())


def test_feature_maps_of_the_drawing_stand_in_columns_and_follow_training(qtbot, window):
    diagram, pixels = window.network.diagram, window.drawing.reading.pixels
    assert [len(tiles) for tiles in diagram._tiles] == [3, 4]
    assert [images.shape for images in diagram.flow.images[:2]] == [(3, 12, 12), (4, 5, 5)]
    network = window.time_machine.snapshot.network
    output = forward(network, pixels[np.newaxis]).operations[3].output
    np.testing.assert_allclose(diagram.flow.images[0], output[0], atol=1e-6)
    before = diagram.flow.images[0]
    window.session.train()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)
    qtbot.waitUntil(lambda: bool((diagram.flow.images[0] != before).any()))


def test_a_click_on_a_map_opens_its_page_with_its_kernels(window):
    diagram = window.network.diagram
    click(diagram, diagram.layout_.units[1][2].center())
    page = window.network.unit
    assert page.title.text() == "Map 2 of layer 2"
    laid_out(page)
    assert page.weights.image.isVisible()
    np.testing.assert_allclose(page.view.incoming_images, arrays(window)["W2"][..., 2])
    assert page.weights.pointed.text().startswith("3 × 3 weights on each of the 3 maps before.")
    assert page.weights.outgoing.caption == "sums of the outgoing weights to the outputs"


def test_pointing_at_a_kernel_tells_the_weight_and_a_click_lets_it_be_set(window):
    window.network.open_unit(2, 2)
    section = window.network.unit.weights
    image = laid_out(section.image)
    left, top = image.layout_.corner(0)
    zoom = image.layout_.zoom
    # Row 1, column 2 of the second kernel, which stands beside the first with a line between them.
    spot = QPointF(left + (3 + 1 + 2.5) * zoom, top + 1.5 * zoom)
    move_to(image, spot.x(), spot.y())
    assert section.pointed.text().startswith("map 1, row 1, column 2: weight ")
    click(image, spot)
    section.editor.value.setFocus()
    QTest.keyClicks(section.editor.value, "0.75")
    QTest.keyClick(section.editor.value, Qt.Key.Key_Return)
    assert arrays(window)["W2"][1, 1, 2, 2] == 0.75


def test_a_kernel_is_painted_one_weight_at_a_time(window):
    window.network.open_unit(1, 0)
    page = window.network.unit
    page.change.paint.trigger()
    image = laid_out(page.weights.image)
    left, top = image.layout_.corner(0)
    zoom, before = image.layout_.zoom, arrays(window)["W1"][0, :, :, 0].copy()
    strength = page.weights.brush.strength
    start, end = (QPointF(left + 1.5 * zoom, top + row * zoom).toPoint() for row in (2.5, 3.5))
    QTest.mousePress(image, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(image, end)
    QTest.mouseRelease(image, Qt.MouseButton.LeftButton, pos=end)
    before[2:4, 1] = strength
    np.testing.assert_allclose(arrays(window)["W1"][0, :, :, 0], before)


def test_a_map_is_switched_off_and_worth_is_found_for_each(qtbot, window):
    window.network.open_unit(1, 1)
    window.network.unit.change.off.trigger()
    outgoing = layers(window)[0].outgoing(1)
    assert not window.time_machine.snapshot.network.parameters.vector[outgoing].any()
    QTest.mouseClick(window.network.worth_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.network.worth.worth is not None)
    worth = window.network.worth.worth
    assert len(worth.accuracies) == 3
    assert worth.accuracies[1] == worth.accuracy


def test_the_page_of_a_map_frames_what_it_sees(qtbot, window):
    window.network.open_unit(1, 0)
    section = window.network.unit.images
    QTest.mouseClick(window.network.unit.sections.button(IMAGES), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Active for" in section.sentence.text())
    assert "framed: what the map sees there" in section.sentence.text()
    assert section.images[0][0]._field[2:] == (5, 5)


def test_kernels_are_tiles_and_a_click_on_one_opens_its_page(window):
    window.show_tab("Training")
    panel = window.weights
    laid_out(panel.grid)
    assert panel.caption.text() == "Weights of 3 maps: kernels of 5 × 5"
    assert (panel.grid.layout_.count, panel.grid.layout_.tile_width) == (3, 5)
    assert panel.describe(1).startswith("map 1: bias")
    panel.choose_layer(1)
    assert (panel.grid.layout_.count, panel.grid.layout_.tile_width) == (4, 2 * 3 + 1)
    panel.choose_layer(2)
    assert (panel.grid.layout_.count, panel.grid.layout_.tile_width) == (10, 2 * 5 + 1)
    assert panel.describe(7).startswith("output 7: bias")
    panel.choose_layer(0)
    laid_out(panel.grid)
    QTest.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=panel.grid.center(2))
    assert window.network.unit.view.target == (1, 2)


def test_a_line_between_maps_leads_to_its_largest_weight(qtbot, window):
    window.network.diagram.connection_chosen.emit(0, 1, 2)
    weights = arrays(window)["W2"][1, :, :, 2]
    row, column = np.unravel_index(np.abs(weights).argmax(), weights.shape)
    walk = window.step_through.view.walk
    qtbot.waitUntil(lambda: window.step_through.explanation is not None and walk.cell == (1, row, column, 2))


def test_the_drawing_pages_answer(qtbot, window):
    drawing, pages = window.drawing, window.drawing._pages
    assert drawing.answer_page.units.caption == "maps of layer 1 (ReLU, mean activation)"
    pages.show_page(drawing.evidence_page)
    page = laid_out(drawing.evidence_page)
    qtbot.waitUntil(lambda: len(page.units.values) == 3)
    assert page.units.caption == "evidence from each map"
    page.open_unit(1)
    assert "Map 1 adds" in page._sentence.text()
    pages.show_page(drawing.fooling_page)
    QTest.mouseClick(drawing.fooling_page.least_button.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: drawing.fooling_page._least is not None)


def test_the_run_is_told_in_words_and_kept_among_the_runs(qtbot, window):
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy)
    window.show_tab("Runs")
    window.session.set_config(CONFIG.with_changes(hidden=(5,)))
    assert any(f"{WORDS} with ReLU" in str(row.settings) for row in window.runs.runs.rows)


def test_the_preset_of_the_menu_is_shown_as_a_list_and_gone_with_another(window):
    box = window.controls.preset
    box.setFocus()
    while box.currentData() != "convolution":
        QTest.keyClick(box, Qt.Key.Key_Down)
    settings = window.settings
    assert window.session.config.layers == "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10"
    assert settings.layer_list.isVisible()
    assert settings.parameters.text() == "5,994 parameters"
    while box.currentData() != "default":
        QTest.keyClick(box, Qt.Key.Key_Up)
    assert settings.layers.isVisible()
    assert not settings.layer_list.isVisible()


def test_another_size_of_a_kernel_begins_another_run_and_can_be_undone(window):
    settings, before = window.settings, window.session.run
    count = settings.layer_list.sizes.fields["filters"]
    count.setFocus()
    count.selectAll()
    QTest.keyClicks(count, "2")
    QTest.keyClick(count, Qt.Key.Key_Return)
    assert window.session.config.layers == WORDS.replace("conv 3", "conv 2")
    assert window.session.run is not before
    assert len(window.network.diagram.flow.units[0]) == 2


def stroke(image, *spots):
    start, *others = [spot.toPoint() for spot in spots]
    QTest.mousePress(image, Qt.MouseButton.LeftButton, pos=start)
    for spot in others:
        QTest.mouseMove(image, spot)
    QTest.mouseRelease(image, Qt.MouseButton.LeftButton, pos=spots[-1].toPoint())


def test_kernels_of_a_later_map_are_painted_and_the_answer_follows_at_once(qtbot, window):
    window.network.open_unit(2, 1)
    page, before = window.network.unit, window.drawing.reading.probabilities
    page.change.paint.trigger()
    image = laid_out(page.weights.image)
    left, top = image.layout_.corner(0)
    zoom, weights = image.layout_.zoom, arrays(window)["W2"][..., 1].copy()
    strength = page.weights.brush.strength
    # Of the third kernel, which begins the second row: column 0 of rows 0 and 1. The line between two takes one pixel.
    stroke(image, *(QPointF(left + 0.5 * zoom, top + (3 + 1 + row + 0.5) * zoom) for row in (0, 1)))
    weights[2, 0:2, 0] = strength
    np.testing.assert_allclose(arrays(window)["W2"][..., 1], weights)
    qtbot.waitUntil(lambda: bool((window.drawing.reading.probabilities != before).any()), timeout=30_000)
    page.change.undo.trigger()
    qtbot.waitUntil(lambda: bool((window.drawing.reading.probabilities == before).all()), timeout=30_000)


def test_a_weight_of_a_later_kernel_is_chosen_by_map_row_and_column(window):
    window.network.open_unit(2, 3)
    editor = window.network.unit.weights.editor
    editor.choose(INCOMING)
    for box, number in ((editor.other, 2), (editor.row, 1), (editor.column, 0)):
        box.setValue(number)
    assert editor.other.text() == "map 2"
    editor.held.setChecked(True)
    editor.value.setFocus()
    QTest.keyClicks(editor.value, "-0.5")
    QTest.keyClick(editor.value, Qt.Key.Key_Return)
    assert arrays(window)["W2"][2, 1, 0, 3] == -0.5
    cut = window.session.run.recipe.cuts[-1]
    assert cut.is_held
    assert describe_cut(cut, CONFIG.layout).startswith("map 3 of layer 2: weight of input ")


def test_a_map_is_held_and_told_as_a_map(window):
    window.network.open_unit(1, 2)
    page = window.network.unit
    next(action for action in page.change._hold.actions() if action.text() == "0.5").trigger()
    assert not arrays(window)["W1"][..., 2].any()
    assert arrays(window)["b1"][2] == 0.5
    assert page.note.text() == "map 2 held at 0.5"
    window.network.open_unit(2, 1)
    page.change.off.trigger()
    assert page.note.text() == "map 1 of layer 2 off"
    page.change.set_back.trigger()
    assert not page.note.isVisible()


def test_in_the_view_of_weights_each_map_shows_its_strongest_kernel(window):
    QTest.mouseClick(window.network.view.button(1), Qt.MouseButton.LeftButton)
    diagram, kernels = window.network.diagram, arrays(window)["W2"]
    strongest = np.square(kernels).sum(axis=(1, 2)).argmax(axis=0)
    for unit in range(4):
        np.testing.assert_array_equal(diagram.flow.images[1][unit], kernels[strongest[unit], :, :, unit])
    assert len(diagram._tiles[1]) == 4
    move_to(diagram, diagram.layout_.units[1][2].center().x(), diagram.layout_.units[1][2].center().y())
    assert window.network.words.text().endswith("; shown is the strongest of its 3 kernels")
