"""Maps and kernels at the microscope: pointed at, chosen by pointer and keys, with what a number is made of below."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.network.gradient_check import Verdict
from tests.layout import laid_out
from tests.stages import stage_of
from tests.step_through import click, go_to, move_to

LAYERS = "conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10"


@pytest.fixture
def panel(open_step_through):
    panel, _ = open_step_through(layers=LAYERS, batch_size=8)
    return panel


def maps_at(panel, name):
    go_to(panel, name)
    page = panel.view.display.maps
    assert panel.view.display.currentWidget() is page
    return laid_out(page)


def test_the_patch_follows_the_pointer_beside_kernel_and_products(panel):
    page = maps_at(panel, "z1")
    chosen = panel.view.walk.cell
    images, kernel, products = page.sheets
    place = page.maps.rect_of((2, 20, 3)).center()
    move_to(page.maps, place.x(), place.y())
    terms = panel.view.side.terms.terms
    assert terms.symbol == "z₁[2, 20, 3]"
    assert images.frame_in_maps == (20, 3, 5, 5)
    weights = panel.explanation.before.weights[0][:, :, :, 2]
    patch = images.maps[:, 20:25, 3:8]
    np.testing.assert_array_equal(kernel.maps, weights)
    np.testing.assert_allclose(products.maps, patch * weights, rtol=1e-6)
    assert terms.value == pytest.approx(float(products.maps.sum()) + terms.extras[0][1], rel=1e-4, abs=1e-6)
    QApplication.sendEvent(page.maps, QEvent(QEvent.Type.Leave))
    assert panel.view.side.terms.terms.symbol == f"z₁[{', '.join(map(str, chosen))}]"
    assert images.frame_in_maps == (*chosen[1:], 5, 5)


def test_a_weight_of_a_kernel_that_is_checked_is_named(panel):
    found = []
    for name, cell in (("dW1", (0, 1, 2, 2)), ("dW2", (2, 0, 1, 3)), ("db2", (3,))):
        go_to(panel, name)
        panel.view.display.cell_chosen.emit(cell, 0)
        found.append(panel.view.side.check.parameter.text())
    assert found == [
        "W₁[0, 1, 2, 2]: image to map 2 of layer 1, kernel row 1, kernel column 2",
        "W₂[2, 0, 1, 3]: map 2 of layer 1 to map 3 of layer 2, kernel row 0, kernel column 1",
        "b₂[3]: bias of map 3 of layer 2",
    ]


def test_a_number_is_chosen_by_click_and_by_arrow_keys(panel):
    page = maps_at(panel, "z1")
    click(page.maps, page.maps.rect_of((1, 10, 12)).center())
    assert panel.view.walk.cell == (1, 10, 12)
    QTest.keyClick(page.maps, Qt.Key.Key_Down)
    assert panel.view.walk.cell == (1, 11, 12)
    assert "row 11, column 12" in page.maps.accessibleDescription()
    assert page.maps.accessibleName() == "z₁: pre-activations (3 × 24 × 24)"
    # The same place where the maps are half as large, and back.
    go_to(panel, "pool1")
    assert panel.view.walk.cell == (1, 5, 6)
    click(page.maps, laid_out(page.maps).rect_of((2, 3, 4)).center())
    go_to(panel, "z1")
    assert panel.view.walk.cell == (2, 6, 8)


def test_what_is_chosen_in_a_map_is_chosen_in_the_row_it_is_laid_in(panel):
    page = maps_at(panel, "a2")
    click(page.maps, page.maps.rect_of((3, 1, 4)).center())
    go_to(panel, "flat2")
    assert panel.view.walk.cell == (3 * 25 + 1 * 5 + 4,)
    panel.view.display.cell_chosen.emit((30,), 0)
    go_to(panel, "a2")
    assert panel.view.walk.cell == (1, 1, 0)


def test_the_room_beside_the_last_map_is_no_map(panel):
    page = maps_at(panel, "z1")
    before = panel.view.walk.cell
    corner = page.maps.cell_rect((47, 47)).center()
    click(page.maps, corner)
    move_to(page.maps, corner.x(), corner.y())
    assert panel.view.walk.cell == before
    assert page.maps.describe((47, 47)).startswith("no map")


def test_one_weight_has_an_image_of_terms(panel):
    page = maps_at(panel, "dW1")
    click(page.maps, page.maps.rect_of((0, 1, 2, 3)).center())
    assert panel.view.walk.cell == (0, 2, 3, 1)
    assert panel.view.words.sentence.text().startswith("One weight, 576 uses")
    terms = panel.view.side.terms
    assert terms.body.currentWidget() is terms.image
    assert terms.terms.image == (24, 24)
    images, gradients, products = page.sheets
    assert images.frame_in_maps == (2, 3, 24, 24)
    np.testing.assert_allclose(products.maps[0], images.maps[0, 2:26, 3:27] * gradients.maps[0], rtol=1e-6, atol=1e-12)
    assert terms.total.text().startswith("576 products add up to ")
    part = stage_of(panel.explanation, "dW1").values(0)
    assert float(products.maps.sum()) == pytest.approx(float(part[0, 2, 3, 1]), rel=1e-4)


def test_of_the_whole_batch_the_same_map_of_each_image_is_shown(panel):
    page = maps_at(panel, "a1")
    map_chosen = panel.view.walk.cell[0]
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    laid_out(panel)
    activations = panel.explanation.work(3).output
    np.testing.assert_array_equal(page.maps.maps, activations[:, map_chosen])
    click(page.maps, laid_out(page.maps).rect_of((5, 2, 7)).center())
    assert panel.view.walk.cell == (map_chosen, 2, 7)
    assert panel.view.walk.image == 5


def test_the_update_of_a_kernel_stands_beside_weights_and_gradient(panel):
    page = maps_at(panel, "W1")
    cell = panel.view.walk.cell
    explanation = panel.explanation
    arrays = (explanation.before, explanation.gradient, explanation.change)
    for sheet, values in zip(page.sheets, arrays, strict=True):
        np.testing.assert_array_equal(sheet.maps, values.weights[0][cell[0] : cell[0] + 1, :, :, cell[3]])


@pytest.mark.parametrize(
    "layers", [LAYERS, "conv 2 5x5, norm, pool 2, dropout 0.3, 8, norm, 10"], ids=["convolution", "norm and dropout"]
)
def test_the_check_of_all_parameters_agrees(qtbot, open_step_through, layers):
    panel, _ = open_step_through(layers=layers, batch_size=8)
    found = []
    panel.explainer.checked.connect(found.extend)
    panel.view.side.pages.choose(1)
    qtbot.mouseClick(panel.view.side.check.sample, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(found), timeout=60_000)
    assert {check.verdict for check in found} <= {Verdict.AGREES, Verdict.AT_KINK}
    assert sum(check.verdict is Verdict.AGREES and not check.says_nothing for check in found) > len(found) / 2


@pytest.mark.parametrize("layers", ["pool 2, 10", "pool 28, 10", "pool 2, dropout 0.5, 20, 10", "norm, pool 2, 10"])
def test_an_image_that_is_pooled_before_anything_learns_is_walked_through(open_step_through, layers):
    panel, _ = open_step_through(layers=layers, batch_size=8)
    walk, forward = panel.view.walk, panel.view.controls.forward
    for place in range(len(walk.stages)):
        assert walk.place == place
        assert np.isfinite(walk.stage.values(walk.image)[walk.cell])
        QTest.mouseClick(forward, Qt.MouseButton.LeftButton)
    walk.go_to(1)
    chosen = tuple(units.size - 1 for units in walk.stage.axes)
    walk.choose(chosen)
    assert walk.cell == chosen
