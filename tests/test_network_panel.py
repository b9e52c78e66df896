"""The tab Network: the shown moment's network as a diagram, for the drawing at hand."""

from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabWidget

from core.drawing.preparation import prepare
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.network.prediction import predict
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe
from gui.controllers.lesson_places import LessonPlaces
from gui.look.theme import DARK, LIGHT, applied
from gui.panels.network import GRADIENT, UPDATE, WEIGHTS, NetworkPanel
from gui.widgets.network.network_diagram import FEW_LINES
from gui.widgets.network.network_parts import Connection, Unit
from tests.layout import laid_out
from tests.small_data import small_dataset, small_pair


def snapshot_of(*hidden: int, seed: int = 0) -> Snapshot:
    parameters = initialize(fully_connected((784, *hidden, 10), "relu"), "relu", "he", np.random.default_rng(seed))
    return Snapshot(Network(parameters.frozen()), 100, 0.1, "run", TrainingConfig(hidden=hidden))


def drawing(number: int = 0):
    image = np.kron(small_dataset(3, 1).images[number].reshape(28, 28), np.ones((10, 10), np.uint8))
    return prepare(image)


@pytest.fixture
def panel(qtbot):
    panel = NetworkPanel()
    qtbot.addWidget(panel)
    panel.resize(800, 640)
    panel.show()
    return laid_out(panel)


def show(panel, *hidden, drawn=True, seed=0):
    snapshot = snapshot_of(*hidden, seed=seed)
    panel.show_snapshot(snapshot)
    if drawn:
        panel.show_drawing(drawing())
    laid_out(panel)
    return snapshot


def test_the_digits_are_what_the_network_of_the_moment_answers(panel):
    first, second = show(panel, 10), None
    np.testing.assert_array_equal(panel.diagram.flow.units[-1], predict(first.network, drawing().pixels[np.newaxis])[0])
    second = show(panel, 10, seed=9)
    np.testing.assert_array_equal(
        panel.diagram.flow.units[-1], predict(second.network, drawing().pixels[np.newaxis])[0]
    )


def test_what_is_still_seen_is_not_called_the_change_that_is_being_worked_out(qtbot, panel):
    show(panel, 10)
    with qtbot.waitSignal(panel.change_requested):
        panel.view.choose(UPDATE)
    assert panel.diagram.flow.view == "signal"
    assert panel.words.text() == "Working out what the next update would change …"


def test_a_network_that_is_not_trained_is_called_so_and_no_other(panel):
    snapshot, data = show(panel, 10), small_pair()
    recipe = Recipe(TrainingConfig(batch_size=30))
    begun, cut, trained = Run(recipe, data), Run(recipe, data), Run(recipe, data)
    cut.cut(Cut(kind="off", layer=1, unit=3))
    trained.advance(1, lambda *_: None, "")
    opened = Run.from_network(snapshot.network, None, data, name="opened")
    for run in (begun, cut, trained, opened):
        panel.show_snapshot(run.snapshot())
        assert panel.words.text().startswith("This network is not trained yet.") == (run is begun)


def test_nothing_is_computed_while_nobody_looks(panel):
    panel.hide()
    show(panel, 10)
    assert panel.diagram.flow is None
    panel.show()
    assert panel.diagram.flow is not None


def test_without_a_drawing_lines_are_weights(panel):
    show(panel, 10, drawn=False)
    assert panel.diagram.flow.view == "weights"
    assert "Draw a digit" in panel.words.text()


@pytest.mark.parametrize("hidden", [(), (10,), (128,), (300, 40, 20)])
def test_what_is_left_out_is_told_and_all_lines_leave_nothing_out_of_a_small_network(panel, hidden):
    show(panel, *hidden)
    diagram = panel.diagram
    assert len(diagram.connections) <= FEW_LINES
    if not hidden:
        assert panel.share.text() == ""
        return
    few = diagram.share_drawn
    panel.all_lines.click()
    assert few <= diagram.share_drawn <= 1 + 1e-6
    if hidden == (10,):
        assert diagram.share_drawn == pytest.approx(1)
    assert f"of {diagram.lines_in_all:,} lines" in panel.share.text()
    for units, shown in zip(diagram.flow.units, diagram.shown_units, strict=True):
        assert len(shown) <= len(units)


@pytest.mark.parametrize("size", [(460, 330), (800, 640), (1600, 1000)])
@pytest.mark.parametrize("hidden", [(10,), (128,), (64, 24, 12)])
def test_units_lie_within_the_diagram_and_apart(panel, size, hidden):
    panel.resize(*size)
    show(panel, *hidden)
    layout, diagram = panel.diagram.layout_, panel.diagram
    for units in layout.units:
        for rect in units:
            assert 0 <= rect.left() <= rect.right() <= diagram.width()
            assert 0 <= rect.top() <= rect.bottom() <= diagram.height()
        for above, below in pairwise(units):
            assert above.bottom() <= below.top()
    rights = [layout.image.right(), *(units[0].right() for units in layout.units)]
    lefts = [*(units[0].left() for units in layout.units)]
    assert all(right < left for right, left in zip(rights, lefts, strict=False))


def test_pointing_at_a_unit_or_a_line_tells_its_numbers(panel, qtbot):
    snapshot = show(panel, 10)
    diagram = panel.diagram
    QTest.mouseMove(diagram, diagram.layout_.units[0][3].center().toPoint())
    qtbot.waitUntil(lambda: panel.words.text().startswith("unit 3: activation"))
    strongest = diagram.connections[-1]
    place = diagram.shown_units[0].tolist().index(strongest.source)
    middle = (diagram.layout_.start(0, place) + diagram.layout_.end(1, strongest.target)) / 2
    found = diagram.at(QPointF(middle))
    assert isinstance(found, Connection)
    diagram.pointed_at.emit(strongest)
    assert f"unit {strongest.source} → digit {strongest.target}: activation" in panel.words.text()
    assert snapshot.network.layer_sizes == (784, 10, 10)


def test_the_keyboard_walks_over_units_and_chooses_one(panel, qtbot):
    show(panel, 10)
    diagram = panel.diagram
    diagram.setFocus()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(diagram, key)
    assert panel.words.text().startswith("unit 2:")
    with qtbot.waitSignal(diagram.unit_chosen) as chosen:
        QTest.keyClick(diagram, Qt.Key.Key_Return)
    assert chosen.args == [0, 2]
    assert panel.unit.view.target == (1, 2)
    QTest.keyClick(diagram, Qt.Key.Key_Right)
    assert panel.words.text().startswith("digit 2:")
    assert diagram.accessibleDescription() == panel.words.text()


def test_clicking_a_line_chooses_its_weight(panel, qtbot):
    show(panel, 10)
    diagram = panel.diagram
    for connection in reversed(diagram.connections):
        place = diagram.shown_units[0].tolist().index(connection.source)
        begin, end = diagram.layout_.start(0, place), diagram.layout_.end(1, connection.target)
        # Where lines cross, the stronger is meant.
        spots = [begin + (end - begin) * share for share in np.linspace(0.1, 0.9, 17)]
        spot = next((spot for spot in spots if diagram.at(spot.toPoint().toPointF()) == connection), None)
        if spot is not None:
            break
    with qtbot.waitSignal(panel.connection_chosen) as chosen:
        QTest.mouseClick(diagram, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    assert chosen.args == [1, connection.source, connection.target]


def test_the_gradient_is_that_of_the_digit_that_is_chosen(panel):
    show(panel, 10)
    assert not panel.label.isVisible()
    panel.view.choose(GRADIENT)
    assert panel.label.isVisible()
    panel.label.setCurrentIndex(5)
    panel.label.activated.emit(5)
    gradient = panel.diagram.flow.units[-1]
    assert gradient[4] < 0
    assert (np.delete(gradient, 4) > 0).all()
    panel.view.choose(WEIGHTS)
    assert panel.diagram.flow.view == "weights"


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_diagram_is_saved_light(panel, qtbot, tmp_path, ending):
    show(panel, 10)
    applied.set_theme(DARK)
    path = tmp_path / f"network{ending}"
    with qtbot.waitSignal(panel.saved, timeout=20_000):
        panel.save_diagram(path)
    if ending == ".png":
        image = QImage(str(path))
        assert image.width() == 2 * panel.diagram.width()
        assert image.pixelColor(1, 1).name() == LIGHT.surface
    else:
        assert path.read_text(encoding="utf-8").startswith("<?xml")


def test_what_cannot_be_saved_is_told(panel, qtbot, tmp_path):
    show(panel, 10)
    with qtbot.waitSignal(panel.failed, timeout=20_000) as failed:
        panel.save_diagram(tmp_path / "nowhere" / "network.png")
    assert "network.png" in failed.args[0]


def test_another_network_begins_anew(panel):
    show(panel, 128)
    panel.diagram.pointed_at.emit(Unit(0, 5))
    show(panel, 4)
    assert panel.diagram.shown_units[0].tolist() == [0, 1, 2, 3]


def test_a_lesson_that_looks_at_the_network_finds_its_diagram(panel):
    """The page made by hand may be open from the lesson before, and has not what this one tells to press."""
    places = LessonPlaces({"network": panel}, QTabWidget(panel))
    assert places.bring_into_view("network:hand").widget is panel.hand
    assert panel.worth_button.isHidden()
    assert places.bring_into_view("network").widget is panel
    assert panel.hand.isHidden()
    assert not panel.worth_button.isHidden()
