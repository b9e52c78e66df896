"""The weight panel shows the network that it was given, live, large on demand, and by keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.network.parameters import Parameters
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from gui.look.formatting import number
from gui.look.theme import LIGHT, THEMES, applied
from gui.panels.weights import WeightsPanel
from tests.layout import laid_out
from tests.painted import Painted


def snapshot_of(*hidden, seed=0, run_id="run", scale=1.0):
    parameters = initialize(fully_connected((784, *hidden, 10)), "relu", "he", np.random.default_rng(seed))
    parameters.vector[:] *= scale
    parameters.biases[0][:] = np.random.default_rng(seed + 1).normal(size=parameters.biases[0].shape)
    return Snapshot(Network(parameters.frozen()), 100, 0.1, run_id, TrainingConfig(hidden=hidden))


def with_parameters(snapshot, vector):
    network = Network(Parameters(vector, snapshot.network.parameters.layout))
    return Snapshot(network, snapshot.update, snapshot.epoch, snapshot.run_id, snapshot.config)


@pytest.fixture
def panel(qtbot):
    panel = WeightsPanel()
    qtbot.addWidget(panel)
    panel.resize(560, 260)
    panel.show()
    return laid_out(panel)


@pytest.mark.parametrize("hidden", [(10,), (128, 64), (512,), ()])
def test_every_unit_of_the_first_layer_has_a_tile(panel, hidden):
    panel.show_snapshot(snapshot_of(*hidden))
    laid_out(panel)
    assert panel.grid.layout_.count == (hidden[0] if hidden else 10)
    assert panel.grid.width() <= panel.scroll.viewport().width() + 1
    assert ("outputs" if not hidden else "hidden units") in panel.caption.text()


def test_many_units_scroll_and_few_do_not(panel):
    panel.show_snapshot(snapshot_of(10))
    laid_out(panel)
    assert panel.scroll.verticalScrollBar().maximum() == 0
    panel.show_snapshot(snapshot_of(512))
    laid_out(panel)
    assert panel.scroll.verticalScrollBar().maximum() > 0


def test_the_image_follows_training(panel):
    panel.show_snapshot(snapshot_of(10))
    before = Painted(panel.grid)
    panel.show_snapshot(snapshot_of(10, seed=7))
    assert Painted(panel.grid) != before


def test_nothing_is_drawn_while_hidden_and_all_is_there_when_shown(panel):
    panel.show_snapshot(snapshot_of(10))
    panel.hide()
    panel.show_snapshot(snapshot_of(32))
    assert panel.grid.layout_.count == 10
    panel.show()
    assert panel.grid.layout_.count == 32


def test_pointing_at_a_tile_tells_of_its_unit(panel):
    snapshot = snapshot_of(10)
    panel.show_snapshot(snapshot)
    laid_out(panel)
    QTest.mouseMove(panel.grid, panel.grid.center(3))
    bias = float(snapshot.network.parameters.biases[0][3])
    mean = float(np.abs(snapshot.network.parameters.weights[0][:, 3]).mean())
    assert panel.caption.text() == f"unit 3: bias {number(bias)}, mean |w| {number(mean)}"


def test_a_click_or_enter_chooses_a_unit(panel, qtbot):
    panel.show_snapshot(snapshot_of(10))
    laid_out(panel)
    with qtbot.waitSignal(panel.unit_chosen) as chosen:
        QTest.mouseClick(panel.grid, Qt.MouseButton.LeftButton, pos=panel.grid.center(4))
    assert chosen.args == [1, 4]
    panel.grid.setFocus()
    QTest.keyClick(panel.grid, Qt.Key.Key_Right)
    with qtbot.waitSignal(panel.unit_chosen) as chosen:
        QTest.keyClick(panel.grid, Qt.Key.Key_Return)
    assert chosen.args == [1, 5]


def test_a_row_of_a_later_layer_chooses_its_unit(panel, qtbot):
    panel.show_snapshot(snapshot_of(32, 16))
    panel.choose_layer(1)
    laid_out(panel)
    with qtbot.waitSignal(panel.unit_chosen) as chosen:
        center = panel.matrix.cell_rect((7, 3)).center().toPoint()
        QTest.mouseClick(panel.matrix, Qt.MouseButton.LeftButton, pos=center)
    assert chosen.args == [2, 7]


def test_dead_units_are_marked_with_the_update_of_their_death(panel):
    panel.show_snapshot(snapshot_of(10))
    panel.set_dead_units({3: 812, 6: 1000})
    laid_out(panel)
    assert "10 hidden units, 2 dead" in panel.caption.text()
    assert "dead since update 812" in panel.describe(3)
    assert "dead" not in panel.describe(4)
    assert Painted(panel.grid).color_at(panel.grid.center(3)) == LIGHT.warning
    panel.set_dead_units({})
    assert "dead" not in panel.describe(3)


def test_one_scale_for_all_units_that_seldom_moves(panel):
    panel.show_snapshot(snapshot_of(10))
    before = panel.legend.accessibleDescription()
    panel.show_snapshot(snapshot_of(10, scale=1.05))
    assert panel.legend.accessibleDescription() == before
    panel.show_snapshot(snapshot_of(10, scale=20))
    assert panel.legend.accessibleDescription() != before
    panel.show_snapshot(snapshot_of(10, run_id="another"))
    assert panel.legend.accessibleDescription() == before


def test_buttons_and_control_wheel_change_the_size_of_the_tiles(panel):
    panel.show_snapshot(snapshot_of(128))
    laid_out(panel)
    fitted = panel.grid.layout_.zoom
    QTest.mouseClick(panel.larger, Qt.MouseButton.LeftButton)
    larger = panel.grid.layout_.zoom
    assert larger > fitted
    place = QPointF(20, 20)
    viewport = panel.scroll.viewport()
    QApplication.sendEvent(
        viewport,
        QWheelEvent(
            place,
            QPointF(viewport.mapToGlobal(place.toPoint())),
            QPoint(),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.ControlModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        ),
    )
    assert panel.grid.layout_.zoom > larger
    QTest.mouseClick(panel.smaller, Qt.MouseButton.LeftButton)
    assert panel.grid.layout_.zoom == larger
    QTest.mouseClick(panel.fit, Qt.MouseButton.LeftButton)
    assert panel.grid.layout_.zoom == fitted


def test_a_theme_reaches_the_image(panel):
    snapshot = snapshot_of(10)
    vector = snapshot.network.parameters.vector.copy()
    vector[2000:2100] = 50
    panel.show_snapshot(with_parameters(snapshot, vector))
    for theme in THEMES.values():
        applied.set_theme(theme)
        laid_out(panel)
        picture = panel.grid.grab().toImage()
        colors = {
            picture.pixelColor(column, row).name()
            for column in range(0, picture.width(), 2)
            for row in range(0, picture.height(), 2)
        }
        assert {theme.positive, theme.surface} <= colors


def test_weights_that_are_not_finite_are_survived(panel):
    snapshot = snapshot_of(10)
    vector = snapshot.network.parameters.vector.copy()
    vector[:5000] = np.nan
    vector[5000:6000] = np.inf
    panel.show_snapshot(with_parameters(snapshot, vector))
    assert "mean |w| –" in panel.describe(0)


def test_later_layers_are_tables_of_all_their_weights(panel, qtbot):
    snapshot = snapshot_of(32, 16)
    panel.show_snapshot(snapshot)
    laid_out(panel)
    assert [panel.layer.itemText(place) for place in range(panel.layer.count())] == ["Layer 1", "Layer 2", "Output"]
    panel.choose_layer(1)
    laid_out(panel)
    assert panel.matrix.isVisible()
    np.testing.assert_array_equal(panel.matrix.values, snapshot.network.parameters.weights[1].T)
    QTest.mouseMove(panel.matrix, panel.matrix.cell_rect((2, 5)).center().toPoint())
    weight = number(float(snapshot.network.parameters.weights[1][5, 2]))
    assert panel.caption.text() == f"from unit 5 to unit 2: {weight}"
    panel.choose_layer(2)
    assert panel.matrix.values.shape == (10, 16)
    assert panel.matrix.describe((7, 3)).startswith("from unit 3 to digit 7")
    other = snapshot_of(32, 16, seed=5)
    panel.show_snapshot(other)
    np.testing.assert_array_equal(panel.matrix.values, other.network.parameters.weights[2].T)


def test_a_layer_that_another_network_does_not_have_gives_way_to_the_first(panel):
    panel.show_snapshot(snapshot_of(32, 16))
    panel.choose_layer(2)
    panel.show_snapshot(snapshot_of(10))
    assert panel.layer.currentText() == "Layer 1"
    assert panel.grid.isVisible()
    panel.show_snapshot(snapshot_of())
    assert not panel.layer.isVisible()
    assert panel.grid.isVisible()


def test_the_table_of_a_small_layer_carries_its_numbers(panel):
    panel.resize(700, 320)
    panel.show_snapshot(snapshot_of(10))
    panel.choose_layer(1)
    laid_out(panel)
    with_numbers = Painted(panel.matrix)
    panel.show_snapshot(snapshot_of(128))
    panel.choose_layer(1)
    laid_out(panel)
    rect = panel.matrix.cell_rect((0, 0))
    assert rect.width() < 20
    assert with_numbers != Painted(panel.matrix)


def test_dead_units_of_later_layers_are_counted(panel):
    panel.show_snapshot(snapshot_of(32, 16))
    panel.set_dead_units({3: 10}, 0)
    panel.set_dead_units({1: 10, 2: 20}, 1)
    assert panel.caption.text() == "Weights of 32 hidden units, 1 dead"
    panel.choose_layer(1)
    assert panel.caption.text() == "Weights of 16 hidden units, 2 dead"


def test_a_unit_is_set_off_and_brought_into_view(panel):
    panel.show_snapshot(snapshot_of(512))
    laid_out(panel)
    plain = Painted(panel.grid)
    panel.select_unit(0, 500)
    laid_out(panel)
    assert panel.grid.current == 500
    assert panel.caption.text().startswith("unit 500")
    assert panel.scroll.verticalScrollBar().value() > 0
    assert Painted(panel.grid) != plain
    panel.show_snapshot(snapshot_of(512, run_id="other"))
    assert Painted(panel.grid) == plain


def test_a_unit_is_set_off_in_a_later_layer(panel):
    panel.show_snapshot(snapshot_of(32, 16))
    panel.select_unit(1, 7)
    assert panel.layer.currentIndex() == 1
    assert "unit 7" in panel.caption.text()


def test_the_color_scale_is_the_same_whichever_way_a_network_was_reached(panel):
    small, large = snapshot_of(10), snapshot_of(10, scale=5.0)
    panel.show_snapshot(small)
    limit = panel.legend.accessibleDescription()
    panel.show_snapshot(large)
    assert panel.legend.accessibleDescription() != limit
    panel.show_snapshot(small)
    assert panel.legend.accessibleDescription() == limit
