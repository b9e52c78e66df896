"""A number of a stage comes apart into its terms: pointed at, chosen, in the table and in words."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.text.agreement import read
from core.text.number_text import number
from tests.layout import laid_out
from tests.stages import layers_of, stage_of
from tests.step_through import click, go_to, move_to


def test_pointing_at_a_bar_shows_its_terms_and_leaving_returns(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "z1")
    chosen = panel.view.walk.cell
    other = (chosen[0] + 1) % 10
    bars = panel.view.display.bars
    middle = bars.row(other).center()
    move_to(bars, middle.x(), middle.y())
    assert panel.view.side.terms.terms.symbol == f"z₁[{other}]"
    assert panel.view.side.terms.terms.value == layers_of(panel.explanation).sums[0][0, other]
    assert panel.view.words.formula.text().startswith(f"z₁[{other}]")
    assert panel.view.side.terms.body.currentWidget() is panel.view.side.terms.image
    QApplication.sendEvent(bars, QEvent(QEvent.Type.Leave))
    assert panel.view.side.terms.terms.symbol == f"z₁[{chosen[0]}]"

    click(bars, laid_out(bars).row(other).center())
    assert panel.view.walk.cell == (other,)
    go_to(panel, "dW1")
    assert panel.view.walk.cell[1] == other


def test_a_pixel_of_dw1_shows_its_terms_beside_weight_gradient_and_change(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "dW1")
    tiles, explanation = panel.view.display.tiles, panel.explanation
    click(tiles.grid, tiles.grid.tile_rect(4).center())
    assert panel.view.walk.cell[1] == 4
    rect = laid_out(tiles.gradient).cell_rect((9, 13))
    click(tiles.gradient, rect.center())
    pixel = 9 * 28 + 13
    assert panel.view.walk.cell == (pixel, 4)
    gradient = stage_of(explanation, "dW1").values(0)
    assert panel.view.side.terms.terms.value == pytest.approx(float(gradient[pixel, 4]))
    assert np.array_equal(tiles.weight.values.ravel(), explanation.before.weights[0][:, 4])
    assert np.array_equal(tiles.gradient.values.ravel(), gradient[:, 4])
    assert np.array_equal(tiles.change.values.ravel(), explanation.change.weights[0][:, 4])
    rect = laid_out(tiles.weight).cell_rect((2, 3))
    move_to(tiles.weight, rect.center().x(), rect.center().y())
    assert panel.view.side.terms.terms.symbol == f"dW₁[{2 * 28 + 3}, 4]"


def test_terms_table_holds_factors_products_and_extras(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "z2")
    terms, model = panel.view.side.terms.terms, panel.view.side.terms.model
    assert model.rowCount() == 11
    assert model.columnCount() == 4
    header = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(4)]
    assert header == ["unit", "a₁", "W₂", "product"]
    largest = int(np.abs(terms.products).argmax())
    shown = model.index(largest, 3).data().replace("−", "-")
    assert float(shown) == pytest.approx(terms.products[largest], rel=0.05)
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
        panel.view.display.bars.values.astype(np.float32), panel.explanation.change.biases[1].astype(np.float32)
    )
    assert panel.view.side.terms.terms.symbol.startswith("b₂[")


def test_what_has_one_term_speaks_of_no_sum(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "x")
    assert panel.view.side.terms.rule.text() == "this number divided by 255"


def test_the_terms_of_the_whole_batch_say_what_is_multiplied(qtbot, open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "dW1")
    assert "the sum times x[" in panel.view.side.terms.rule.text()
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    assert panel.view.walk.whole_batch
    rule = panel.view.side.terms.rule
    assert rule.isVisible()
    assert rule.text().startswith("for each image, what came from row")
    assert "times the gradient at unit" in rule.text()


def test_pointed_at_a_formula_says_what_its_symbols_mean(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "z1")
    formula = panel.view.words.formula
    assert formula.toolTip().startswith(formula.text())
    assert "W₁[i, j]: weight from pixel i to unit j" in formula.toolTip()


def test_the_terms_say_how_the_number_comes_of_their_sum(open_step_through):
    panel, _ = open_step_through(activation="tanh")
    terms = panel.view.side.terms
    for name in ("dW1", "p", "dz2"):
        go_to(panel, name)
        said, worked = terms.total.text().split("; ")
        product, value = worked.replace("−", "-").split(" = ")
        made = eval(product.replace("·", "*"))
        assert number(made, 3) == value.replace("-", "−")
        assert float(value) == pytest.approx(terms.terms.value, rel=0.01)
        assert said.startswith("sum ")
        first = terms.terms.multipliers[0][0].removeprefix("1/")
        assert f"{first} = " in terms.rule.text()
    go_to(panel, "p")
    assert "max is the largest of the logits" in terms.rule.text()
    assert terms.model.headerData(2, Qt.Orientation.Horizontal) == "e^(z₂ − max)"


def test_terms_are_sorted_by_size_where_a_column_is_clicked(open_step_through):
    panel, _ = open_step_through(hidden=(30,))
    go_to(panel, "z2")
    view = panel.view.side.terms
    terms, model, header = view.terms, view.model, view.table.horizontalHeader()
    names = [model.index(row, 0).data() for row in range(31)]
    assert names == [*map(str, range(30)), terms.extras[0][0]]
    at = QPoint(header.sectionViewportPosition(3) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    by_size = [str(unit) for unit in np.argsort(-np.abs(terms.products), kind="stable")]
    assert [model.index(row, 0).data() for row in range(31)] == [*by_size, terms.extras[0][0]]
    for row, unit in enumerate(map(int, by_size)):
        shown = read(model.index(row, 3).data())
        assert shown == pytest.approx(terms.products[unit], abs=0.01 * np.abs(terms.products).max())
    # The order stays for the next number, and a second click turns it round.
    go_to(panel, "da1")
    sizes = [abs(read(model.index(row, 3).data())) for row in range(10)]
    assert sizes == sorted(sizes, reverse=True)
    at = QPoint(header.sectionViewportPosition(3) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=at)
    sizes = [abs(read(model.index(row, 3).data())) for row in range(10)]
    assert sizes == sorted(sizes)


def test_adams_means_stand_above_the_terms(open_step_through):
    panel, _ = open_step_through(optimizer="adam", learning_rate=0.001)
    panel.go_to_stage(len(panel.view.walk.stages) - 1)
    view = panel.view.side.terms
    names = [view.model.index(row, 0).data() for row in range(view.model.rowCount())]
    assert names[:8:2] == [
        "m = β₁ · m + (1 − β₁) · gradient",
        "ĝ = m / (1 − β₁ᵗ)",
        "s = β₂ · s + (1 − β₂) · gradient²",
        "ŝ = s / (1 − β₂ᵗ)",
    ]
    assert names[1].startswith("   = 0.9 · ")
    assert names[3].endswith("/ (1 − 0.9¹³)")
    assert names[5].startswith("   = 0.999 · ")
    assert names[7].endswith("/ (1 − 0.999¹³)")
    assert names[8:] == ["old value", "−rate · ĝ / (√ŝ + ε)"]
    assert "β₁ = 0.9, β₂ = 0.999, ε = 1e−8, t = 13" in view.rule.text()


def test_the_chosen_unit_is_in_view_and_carries_its_number(open_step_through):
    panel, _ = open_step_through(hidden=(200,))
    go_to(panel, "dW1")
    tiles = panel.view.display.tiles
    for unit in (199, 0, 120):
        panel.view.display.cell_chosen.emit((400, unit), panel.view.walk.example)
        # Whole pixels, as the scroll bar counts: a tile may begin between two.
        rect = tiles.grid.tile_rect(unit).toRect()
        top = rect.top() - tiles._scroll.verticalScrollBar().value()
        assert 0 <= top <= tiles._scroll.viewport().height() - rect.height()
        assert tiles.caption.text() == f"dW₁ by unit, {unit} chosen"


def test_images_count_from_1_everywhere(open_step_through):
    panel, _ = open_step_through()
    go_to(panel, "z1")
    QTest.mouseClick(panel.view.examples.scope.button(1), Qt.MouseButton.LeftButton)
    cells = panel.view.display.cells
    assert cells._first_row == 1
    assert cells.describe((0, 3)).startswith("image 1, unit 3: ")
    move_to(cells, *cells.cell_rect((5, 3)).center().toTuple())
    assert panel.view.side.terms.head.text().startswith("image 6: z₁[3] = ")
    click(cells, cells.cell_rect((5, 3)).center())
    QTest.mouseClick(panel.view.examples.scope.button(0), Qt.MouseButton.LeftButton)
    assert panel.view.examples.number.value() == 6
