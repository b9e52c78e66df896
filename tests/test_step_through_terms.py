"""A number of a stage comes apart into its terms: pointed at, chosen, in the table and in words."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.explanation.stages import Stage, StageKind, values
from core.text.number_text import number
from tests.layout import laid_out
from tests.step_through import click, go_to, move_to


def test_pointing_at_a_bar_shows_its_terms_and_leaving_returns(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, StageKind.SUM)
    chosen = panel.view.walk.cell
    other = (chosen[0] + 1) % 10
    bars = panel.view.picture.bars
    middle = bars.row(other).center()
    move_to(bars, middle.x(), middle.y())
    assert panel.view.side.terms.terms.symbol == f"z₁[{other}]"
    assert panel.view.side.terms.terms.value == panel.explanation.passed.sums[0][0, other]
    assert panel.view.words.formula.text().startswith(f"z₁[{other}]")
    assert panel.view.side.terms.body.currentWidget() is panel.view.side.terms.picture
    QApplication.sendEvent(bars, QEvent(QEvent.Type.Leave))
    assert panel.view.side.terms.terms.symbol == f"z₁[{chosen[0]}]"

    click(bars, laid_out(bars).row(other).center())
    assert panel.view.walk.cell == (other,)
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert panel.view.walk.cell[1] == other


def test_a_pixel_of_dw1_shows_its_terms_beside_weight_gradient_and_change(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    tiles, explanation = panel.view.picture.tiles, panel.explanation
    click(tiles.grid, tiles.grid.tile_rect(4).center())
    assert panel.view.walk.cell[1] == 4
    rect = laid_out(tiles.gradient).cell_rect((9, 13))
    click(tiles.gradient, rect.center())
    pixel = 9 * 28 + 13
    assert panel.view.walk.cell == (pixel, 4)
    gradient = values(explanation, Stage(StageKind.WEIGHT_GRADIENT, 0), 0)
    assert panel.view.side.terms.terms.value == pytest.approx(float(gradient[pixel, 4]))
    assert np.array_equal(tiles.weight.values.ravel(), explanation.before.weights[0][:, 4])
    assert np.array_equal(tiles.gradient.values.ravel(), gradient[:, 4])
    assert np.array_equal(tiles.change.values.ravel(), explanation.change.weights[0][:, 4])
    rect = laid_out(tiles.weight).cell_rect((2, 3))
    move_to(tiles.weight, rect.center().x(), rect.center().y())
    assert panel.view.side.terms.terms.symbol == f"dW₁[{2 * 28 + 3}, 4]"


def test_terms_table_holds_factors_products_and_extras(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, StageKind.SUM, 1)
    terms, model = panel.view.side.terms.terms, panel.view.side.terms.model
    assert model.rowCount() == 11
    assert model.columnCount() == 4
    header = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert header == ["unit", "a₁", "W₂", "product"]
    largest = int(np.abs(terms.products).argmax())
    shown = model.index(largest, 3).data().replace("−", "-")
    assert float(shown) == pytest.approx(terms.products[largest], rel=0.01)
    assert model.index(10, 0).data() == terms.extras[0][0]
    assert model.index(10, 1).data() == ""


def test_the_update_of_any_layer(open_step_through):
    panel, _ = open_step_through()
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    assert panel.view.head.part.isVisible()
    assert [panel.view.head.part.itemText(place) for place in range(panel.view.head.part.count())] == [
        "W₁",
        "b₁",
        "W₂",
        "b₂",
    ]
    panel.view.head.part.setCurrentIndex(3)
    panel.view.head.part.activated.emit(3)
    assert np.array_equal(
        panel.view.picture.bars.values.astype(np.float32), panel.explanation.change.biases[1].astype(np.float32)
    )
    assert panel.view.side.terms.terms.symbol.startswith("b₂[")


def test_the_terms_of_the_whole_batch_say_what_is_multiplied(qtbot, open_step_through):
    panel, _ = open_step_through()
    go_to(panel, StageKind.WEIGHT_GRADIENT)
    assert "times the sum of" in panel.view.side.terms.rule.text()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert panel.view.walk.whole_batch
    rule = panel.view.side.terms.rule
    assert rule.isVisible()
    assert rule.text().startswith("for each picture, what came from row")
    assert "times the gradient at unit" in rule.text()


def test_pointed_at_a_formula_says_what_its_symbols_mean(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, StageKind.SUM)
    formula = panel.view.words.formula
    assert formula.toolTip().startswith(formula.text())
    assert "W₁[i, j]: weight from pixel i to unit j" in formula.toolTip()


def test_the_terms_say_how_the_number_comes_of_their_sum(open_step_through):
    panel, _ = open_step_through(activation="tanh")
    terms = panel.view.side.terms
    for kind, layer in ((StageKind.WEIGHT_GRADIENT, 0), (StageKind.SOFTMAX, 1), (StageKind.SUM_GRADIENT, 1)):
        go_to(panel, kind, layer)
        said, worked = terms.total.text().split("; ")
        product, value = worked.replace("−", "-").split(" = ")
        made = eval(product.replace("·", "*"))
        assert made == pytest.approx(float(value), rel=0.02)
        assert float(value) == pytest.approx(terms.terms.value, rel=0.01)
        assert said.startswith("sum ")
        first, multiplier = terms.terms.multipliers[0]
        assert f"{first} = {number(multiplier)}" in terms.rule.text()
    go_to(panel, StageKind.SOFTMAX, 1)
    assert "max is the largest of the sums" in terms.rule.text()
    assert terms.model.headerData(2, Qt.Orientation.Horizontal) == "e^(z₂ − max)"
