"""One image of the batch is followed, another is chosen, and the batch is looked at as a whole."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from core.training.trainer import CHUNK
from tests.layout import laid_out
from tests.stages import layers_of
from tests.step_through import DATA, click, go_to, move_to


def test_another_image_of_the_batch_by_thumbnail_and_by_number(open_step_through):
    panel, _ = open_step_through()
    strip = laid_out(panel.view.examples.strip)
    click(strip, strip.rect_of(3).center())
    assert panel.view.walk.example == 3
    assert np.array_equal(panel.view.display.ink.values.ravel(), panel.explanation.inputs[3])
    panel.view.examples.number.setValue(60)
    assert panel.view.walk.example == 59
    laid_out(strip)
    assert strip.rect_of(59).right() <= strip.width()


def test_the_path_leads_through_what_matters_until_a_unit_is_chosen(open_step_through, qtbot):
    panel, _ = open_step_through()
    go_to(panel, "dW1")
    for example in (5, 9):
        strip = laid_out(panel.view.examples.strip)
        click(strip, strip.rect_of(example).center())
        explanation = panel.explanation
        assert explanation.inputs[example, panel.view.walk.cell[0]] == explanation.inputs[example].max()
        assert panel.view.side.terms.terms.value != 0
    grid = laid_out(panel.view.display.tiles.grid)
    click(grid, grid.tile_rect(2).center())
    pixel = panel.view.walk.cell[0]
    click(laid_out(strip), strip.rect_of(1).center())
    assert panel.view.walk.cell == (pixel, 2)
    QTest.mouseClick(panel.view.controls.finish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.explanation.update == 13)
    go_to(panel, "z1")
    assert panel.view.walk.cell == (2,)
    label = panel.explanation.labels[panel.view.walk.image]
    go_to(panel, "p")
    assert panel.view.walk.cell == (label,)


def test_the_batch_as_a_whole(open_step_through):
    panel, _ = open_step_through()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert panel.view.walk.example is None
    assert panel.view.display.currentWidget() is panel.view.display.montage
    assert panel.view.display.montage.values.shape == (8 * 28, 8 * 28)
    go_to(panel, "z1")
    cells = panel.view.display.cells
    assert np.array_equal(cells.values, layers_of(panel.explanation).sums[0])
    rect = cells.cell_rect((20, 6))
    move_to(cells, rect.center().x(), rect.center().y())
    assert panel.view.side.terms.terms.value == layers_of(panel.explanation).sums[0][20, 6]
    go_to(panel, "dW2")
    assert np.array_equal(cells.values, panel.explanation.gradient.weights[1])
    go_to(panel, "loss")
    assert len(panel.view.display.many_bars.values) == 64

    go_to(panel, "z1")
    click(cells, cells.cell_rect((20, 6)).center())
    assert panel.view.walk.example == 20
    assert panel.view.walk.cell == (6,)


def test_a_tile_of_all_images_leads_to_that_image(open_step_through):
    panel, _ = open_step_through()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    montage = laid_out(panel.view.display.montage)
    point = montage.cell_rect((28 + 5, 2 * 28 + 7)).center().toPoint()
    row, column = montage.cell_at(point.x(), point.y())
    click(montage, QPointF(point))
    assert panel.view.walk.example == 8 + 2
    assert panel.view.walk.cell == ((row - 28) * 28 + column - 2 * 28,)


def test_the_tiles_say_whose_gradient_they_show(open_step_through):
    panel, _ = open_step_through()
    tiles = panel.view.display.tiles
    go_to(panel, "dW1")
    assert tiles.caption.text() == f"dW₁ by unit, {panel.view.walk.cell[1]} chosen"
    assert "this image" in tiles.gradient.accessibleName()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert "this image" not in tiles.gradient.accessibleName()
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    assert tiles.caption.text() == f"change by unit, {panel.view.walk.cell[1]} chosen"


def test_a_full_batch_shows_the_chunk_of_the_chosen_image(open_step_through, qtbot):
    panel, _ = open_step_through(batch_size=None, updates=40)
    assert panel.explanation.first == 0
    panel.view.examples.number.setValue(CHUNK + 31)
    qtbot.waitUntil(lambda: panel.explanation.first == CHUNK)
    assert panel.view.walk.example == CHUNK + 30
    assert np.array_equal(panel.view.display.ink.values.ravel(), panel.explanation.inputs[30])


def test_losses_of_a_full_batch_are_those_of_the_images_that_can_be_followed(open_step_through, qtbot):
    panel, _ = open_step_through(batch_size=None, updates=40)
    panel.view.examples.number.setValue(CHUNK + 31)
    qtbot.waitUntil(lambda: panel.explanation.first == CHUNK)
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    go_to(panel, "loss")
    bars = panel.view.display.many_bars
    assert np.array_equal(bars.values, panel.explanation.losses[CHUNK:])
    assert bars.caption == f"loss of images {CHUNK + 1} to {len(DATA)}"
    click(bars, bars._cell(5).center())
    assert panel.view.walk.example == CHUNK + 5
