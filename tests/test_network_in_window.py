"""From the diagram of the network one gets to what shows a unit or a weight in full."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from core.training.config import TrainingConfig
from gui.main_window import MainWindow
from gui.panels.network import UPDATE
from tests.layout import laid_out
from tests.small_data import small_pair


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    window.files.loader.loaded.emit(small_pair(), [])
    window.session.set_config(TrainingConfig(hidden=(6, 5), epochs=1))
    window.drawing.canvas.show_example(small_pair().test.images[0].reshape(28, 28))
    window.show_tab("Network")
    laid_out(window)
    yield window
    window.close()


def test_it_follows_drawing_and_training(qtbot, window):
    diagram = window.network.diagram
    qtbot.waitUntil(lambda: diagram.flow is not None and diagram.flow.view == "signal")
    before = diagram.flow.units[-1].copy()
    window.session.train()
    qtbot.waitUntil(lambda: not window.session.busy, timeout=20_000)
    qtbot.waitUntil(lambda: bool((diagram.flow.units[-1] != before).any()))
    window.drawing.canvas.clear()
    qtbot.waitUntil(lambda: diagram.flow.view == "weights")


def test_the_change_is_that_of_the_next_update(qtbot, window):
    window.network.view.choose(UPDATE)
    diagram = window.network.diagram
    qtbot.waitUntil(lambda: diagram.flow is not None and diagram.flow.view == "change", timeout=20_000)
    run = window.session.run
    before = run.snapshot().network.parameters
    lines = diagram.flow.lines[0].copy()
    window.session.step()
    qtbot.waitUntil(lambda: run.update == 1 and not window.session.busy, timeout=20_000)
    after = run.snapshot().network.parameters
    np.testing.assert_array_equal(lines, after.weights[1] - before.weights[1])
    # And the diagram goes on with the run.
    qtbot.waitUntil(lambda: not np.array_equal(diagram.flow.lines[0], lines), timeout=20_000)


def test_a_click_on_a_tile_of_the_weights_opens_the_page_of_its_unit(qtbot, window):
    window.show_tab("Training")
    grid = laid_out(window.weights.grid)
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.center(4))
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Network"
    assert window.network.beside.page is window.network.unit
    assert window.network.unit.view.target == (1, 4)
    QTest.keyClick(window.network.unit, Qt.Key.Key_Escape)
    assert window.network.beside.page is None


def test_a_line_is_shown_at_the_microscope(qtbot, window):
    window.network.diagram.connection_chosen.emit(0, 3, 2)
    assert window.tabs.tabText(window.tabs.currentIndex()) == "Step through"
    walk = window.step_through.view.walk
    qtbot.waitUntil(lambda: window.step_through.explanation is not None and walk.cell == (3, 2), timeout=20_000)
    assert window.step_through.view.chain.place_of("dW₂") == walk.place


def test_a_sample_that_was_double_clicked_is_stepped_through_with_its_own_label(qtbot, window):
    window.show_tab("Samples")
    view = laid_out(window.samples).view
    place = view.visualRect(view.samples.index(3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    _, label = view.samples.image(3)
    window.drawing.step_action.trigger()
    step = window.step_through.view
    qtbot.waitUntil(lambda: step.own is not None and step.own.label == label, timeout=30_000)
    assert step.examples.label.currentText() == f"label {label}"
    window.drawing.canvas.show_example(small_pair().test.images[0].reshape(28, 28))
    qtbot.waitUntil(lambda: step.own.label is None, timeout=30_000)
