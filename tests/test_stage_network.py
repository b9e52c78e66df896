"""Step through in the network: the stage at hand is lit there, forward and backward, and units can be chosen."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.explanation.stage_flow import IMAGE
from gui.look.preferences import Preferences
from gui.main_window import MainWindow
from gui.widgets.network.network_parts import Unit
from tests.layout import laid_out
from tests.small_data import small_pair
from tests.step_through import go_to


@pytest.fixture
def opened(open_step_through):
    panel, _ = open_step_through(hidden=(8, 6))
    panel.resize(1000, 700)
    QTest.mouseClick(panel.view.head.network, Qt.MouseButton.LeftButton)
    laid_out(panel)
    return panel


def test_it_is_one_click_away_and_takes_the_place_of_the_numbers(opened):
    view = opened.view
    assert view.network.isVisible()
    assert not view.display.isVisible()
    assert view.side.isVisible()
    QTest.mouseClick(view.head.network, Qt.MouseButton.LeftButton)
    assert not view.network.isVisible()
    assert view.display.isVisible()


def test_in_a_narrow_window_the_terms_give_way(opened):
    view = opened.view
    opened.resize(420, 700)
    laid_out(opened)
    assert view.network.isVisible()
    assert not view.side.isVisible()
    QTest.mouseClick(view.head.network, Qt.MouseButton.LeftButton)
    assert view.side.isVisible()
    opened.resize(1000, 700)
    QTest.mouseClick(view.head.network, Qt.MouseButton.LeftButton)
    laid_out(opened)
    assert view.side.isVisible()


def test_every_stage_lights_its_layer_and_says_which_way_it_goes(opened):
    view, lit = opened.view, []
    for place, stage in enumerate(view.walk.stages):
        opened.go_to_stage(place)
        lit.append(view.network.diagram._lit)
        assert view.network.words.text().startswith("Backward: " if stage.is_backward else "Forward: ")
        if stage.is_by_image and len(stage.axes) == 1 and place:
            units = view.network.diagram.flow.units[lit[-1]]
            np.testing.assert_allclose(units, stage.values(view.walk.image), rtol=1e-6)
    forward = lit[: next(place for place, stage in enumerate(view.walk.stages) if stage.is_backward)]
    assert forward == [IMAGE, 0, 0, 1, 1, 2, 2, 2]
    assert lit[-2] == lit[-1] == 0


def test_lines_are_products_forward_and_gradients_back(opened):
    view, explanation = opened.view, opened.explanation
    row = explanation.row(view.walk.image)
    go_to(opened, "z₂")
    assert "a₁ · W₂ along each line" in view.network.words.text()
    expected = explanation.work(2).input[row][:, np.newaxis] * explanation.before.weights[1]
    np.testing.assert_allclose(view.network.diagram.flow.lines[0], expected, rtol=1e-5)
    go_to(opened, "da₁")
    assert "W₂ · dz₂ along each line" in view.network.words.text()
    assert view.network.diagram.connections


def test_a_unit_of_the_layer_at_hand_is_chosen_by_a_click(opened):
    view = opened.view
    go_to(opened, "z₁")
    diagram = laid_out(view.network.diagram)
    other = next(unit for unit in range(8) if unit != view.walk.cell[0] and unit in diagram.shown_units[0])
    place = diagram._rect(Unit(0, other)).center().toPoint()
    QTest.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=place)
    assert view.walk.cell == (other,)
    assert diagram._chosen == (Unit(0, other),)
    assert f"z₁[{other}]" in view.head.title.text() or f"z₁[{other}]" in view.words.formula.text()


def test_the_chosen_unit_of_a_wide_network_is_among_those_shown(open_step_through):
    panel, _ = open_step_through(hidden=(200,))
    panel.resize(1000, 600)
    panel.view.head.network.click()
    laid_out(panel)
    go_to(panel, "a₁")
    weakest = int(panel.view.network.diagram.flow.importances[0].argmin())
    panel.view.walk.choose((weakest,))
    panel.view._show_stage()
    assert weakest in panel.view.network.diagram.shown_units[0]
    assert len(panel.view.network.diagram.shown_units[0]) < 200


def test_a_hidden_diagram_is_worked_out_for_nobody(open_step_through):
    panel, _ = open_step_through(hidden=(8,))
    go_to(panel, "z₂")
    assert panel.view.network.diagram.flow is None
    panel.view.head.network.click()
    assert panel.view.network.diagram.flow is not None


def test_the_choice_is_remembered(qtbot):
    for shown in (False, True):
        window = MainWindow(Preferences())
        qtbot.addWidget(window)
        assert window.step_through.view.head.network.isChecked() is shown
        window.step_through.view.head.network.click()
        window.close()
    assert not Preferences().shows_stage_network


def test_a_lesson_points_at_it_and_at_the_terms_beside_the_numbers(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.show_tab("Step through")
    qtbot.waitUntil(lambda: window.step_through.explanation is not None, timeout=30_000)
    assert window.step_through.look_at("network").widget is window.step_through.view.network
    assert window.step_through.view.network.isVisible()
    window.step_through.look_at("terms")
    assert window.step_through.view.side.terms.isVisible()
    assert not window.step_through.view.network.isVisible()
    window.close()
