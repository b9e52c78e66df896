"""What screen readers find: every widget that paints itself has a role, a name, a value and parts; events are told."""

import gc
import importlib
import pkgutil

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QWidget

import gui
from gui.controllers.announcer import ANSWER_MILLISECONDS
from gui.look.accessible_parts import PaintedParts
from gui.look.formatting import number, probability
from gui.main_window import MainWindow
from gui.panels.message_bar import Message
from gui.session.session_signals import SessionState
from gui.widgets.heat_map import HeatMap
from gui.widgets.probability_bars import ProbabilityBars
from gui.widgets.spotlight import Spotlight
from gui.widgets.stages.stage_bars import StageBars
from gui.widgets.weights.unit_bars import UnitBars
from tests.keyboard import stops
from tests.layout import laid_out
from tests.small_data import small_pair

NAME, VALUE, DESCRIPTION = QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description
MUTE = (QAccessible.Role.NoRole, QAccessible.Role.Client)


def told(widget):
    return QAccessible.queryAccessibleInterface(widget)


def parts(widget):
    interface = told(widget)
    return [interface.child(index) for index in range(interface.childCount())]


def paints_itself(widget):
    ours = [kind for kind in type(widget).__mro__ if kind.__module__.startswith("gui.")]
    return any("paintEvent" in vars(kind) for kind in ours)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    window.files.loader.loaded.emit(small_pair(), [])
    yield laid_out(window)
    window.close()


@pytest.fixture
def trained(qtbot, window):
    """A window with a trained network, a drawing, and every tab shown once."""
    for _ in range(3):
        window.session.step()
        qtbot.waitUntil(lambda: window.session.state is not SessionState.RUNNING)
    draw(qtbot, window)
    for tab in range(window.tabs.count()):
        window.tabs.setCurrentIndex(tab)
        laid_out(window)
    window.evaluation.matrix.show_counts(np.eye(10, dtype=np.int64))
    return window


def draw(qtbot, window):
    canvas = window.drawing.canvas
    with qtbot.waitSignal(canvas.drawing_changed):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        QTest.mouseMove(canvas, QPoint(90, 90))
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(90, 90))


def test_every_widget_that_paints_itself_has_role_name_and_value(trained):
    painted = [widget for widget in trained.findChildren(QWidget) if paints_itself(widget)]
    assert len(painted) > 25
    for widget in painted:
        if isinstance(widget, Spotlight):
            continue
        interface, name = told(widget), type(widget).__name__
        assert interface.role() not in MUTE, name
        if widget.isVisible():
            assert interface.text(NAME), name
        if isinstance(widget, PaintedParts) and widget.isVisible() and interface.text(NAME):
            assert interface.text(VALUE) or interface.childCount(), name


def test_what_shows_nothing_yet_can_be_asked_for_its_parts(window):
    asked = [widget for widget in window.findChildren(QWidget) if isinstance(widget, PaintedParts)]
    assert len(asked) > 15
    for widget in asked:
        assert isinstance(told(widget).text(VALUE), str)
        for part in parts(widget)[:50]:
            assert part.text(NAME), type(widget).__name__


def test_all_kinds_of_widgets_that_paint_themselves_are_known(qapp):
    modules = [module.name for module in pkgutil.walk_packages(gui.__path__, "gui.")]
    kinds = set()
    for module in map(importlib.import_module, modules):
        kinds |= {kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, QWidget)}
    own = {kind for kind in kinds if kind.__module__.startswith("gui.") and "paintEvent" in vars(kind)}
    assert len(own) > 15
    for kind in own - {Spotlight}:
        # What is painted over one of Qt's own controls keeps its role.
        native = next(base for base in kind.__mro__ if base.__module__.startswith("PySide6"))
        assert hasattr(kind, "accessible_role") or native is not QWidget, kind.__name__
        if issubclass(kind, PaintedParts) and kind.accessible_role is QAccessible.Role.List:
            assert kind.part_count is not PaintedParts.part_count, f"{kind.__name__}: a list without parts"


@pytest.mark.parametrize("tab", range(6))
def test_no_stop_of_the_tab_key_is_without_a_role(trained, tab):
    trained.tabs.setCurrentIndex(tab)
    for stop in stops(laid_out(trained)):
        assert told(stop).role() not in MUTE, (type(stop).__name__, stop.accessibleName())


def test_every_choice_is_told_with_its_name(window):
    for box in window.findChildren(QComboBox):
        names = {other.text(NAME).rstrip(":") for other, _ in told(box).relations(QAccessible.RelationFlag.Label)}
        assert box.accessibleName() in names, names


def test_parts_lie_inside_their_widget_and_know_where_they_belong(trained):
    for widget in trained.findChildren(QWidget):
        if not isinstance(widget, PaintedParts) or not widget.isVisible():
            continue
        area = widget.rect().translated(widget.mapToGlobal(QPoint(0, 0))).adjusted(-2, -2, 2, 2)
        for index, part in enumerate(parts(widget)[:200]):
            assert part.isValid()
            assert part.text(NAME), type(widget).__name__
            assert told(widget).indexOfChild(part) == index
            assert part.parent().object() is widget
            if not part.state().offscreen:
                assert area.intersects(part.rect()), (type(widget).__name__, index)


def test_all_ten_probabilities_are_told(qtbot):
    bars = ProbabilityBars()
    qtbot.addWidget(bars)
    assert told(bars).text(VALUE) == "no prediction yet"
    bars.show_probabilities(np.arange(10) / 45, label=3)
    names = [part.text(NAME) for part in parts(bars)]
    assert names[0] == f"0: {probability(0)}"
    assert names[3] == f"3, the truth: {probability(3 / 45)}"
    assert told(bars).text(VALUE) == "; ".join(names)
    assert len(names) == 10


def test_bars_and_cells_are_told_with_their_numbers(qtbot):
    bars, stage, cells = UnitBars("hidden units"), StageBars(), HeatMap("W", is_square=True)
    for widget in (bars, stage, cells):
        qtbot.addWidget(widget)
    bars.show_values([0.5, -2.0], signed=True)
    assert [part.text(NAME) for part in parts(bars)] == [f"unit 0: {number(0.5)}", f"unit 1: {number(-2.0)}"]
    stage.show_values(np.array([0.25, 0.75]), ("7", "9"), 1)
    assert [part.text(NAME) for part in parts(stage)] == [f"7: {number(0.25)}", f"9, the truth: {number(0.75)}"]
    cells.show_values(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert [part.text(NAME) for part in parts(cells)][2] == f"row 1, column 0: {number(3.0)}"
    cells.mark((1, 1))
    assert told(cells).text(VALUE) == f"row 1, column 1: {number(4.0)}; from {number(1.0)} to {number(4.0)}"
    cells.show_values(np.zeros((100, 100)))
    assert parts(cells) == []


def test_the_keyboard_is_told_where_it_is(trained, qtbot):
    trained.tabs.setCurrentIndex(0)
    grid = laid_out(trained).weights.grid
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    focused = told(grid).focusChild()
    assert focused.text(NAME).startswith("unit 1:")
    assert [part.state().focused for part in parts(grid)].index(True) == 1


def test_the_timeline_is_a_slider_whose_value_can_be_set(trained, qtbot):
    bar = trained.timeline.bar
    interface = told(bar)
    value = interface.valueInterface()
    assert interface.role() == QAccessible.Role.Slider
    assert (value.minimumValue(), value.currentValue(), value.maximumValue()) == (0, 3, 3)
    value.setCurrentValue(1)
    qtbot.waitUntil(lambda: bar.shown == 1)
    assert "update 1" in interface.text(DESCRIPTION)


def test_the_canvas_tells_where_the_pen_is(qtbot, window):
    canvas = window.drawing.canvas
    canvas.setFocus()
    assert told(canvas).text(VALUE) == "empty"
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert canvas.place_in_words() == "50 % across, 25 % down, pen down"
    QTest.keyClick(canvas, Qt.Key.Key_Down)
    QTest.keyClick(canvas, Qt.Key.Key_Space)
    assert told(canvas).text(VALUE).endswith("50 % across, 28 % down, pen up")


def test_arrow_keys_walk_along_the_curves(trained, qtbot):
    trained.tabs.setCurrentIndex(0)
    plots = laid_out(trained).plots.plots
    plots.setFocus()
    pointed = []
    plots.pointed_at.connect(pointed.append)
    keys = Qt.Key
    for key in (keys.Key_Home, keys.Key_Right, keys.Key_End, keys.Key_Left, keys.Key_Escape):
        QTest.keyClick(plots, key)
    assert pointed == [0, 1, 3, 2, None]
    QTest.keyClick(plots, keys.Key_Home)
    assert "update 0" in told(plots).text(VALUE)
    assert told(plots).role() == QAccessible.Role.Chart


def test_what_is_gone_has_no_parts_any_more(qtbot):
    bars = ProbabilityBars()
    bars.show_probabilities(np.full(10, 0.1))
    part = parts(bars)[4]
    bars.show_probabilities(None)
    assert not part.isValid()
    assert part.text(NAME) == ""
    bars.deleteLater()
    del bars
    QApplication.processEvents()
    gc.collect()
    assert part.parent() is None
    assert part.rect().isEmpty()


@pytest.fixture
def listened():
    QAccessible.setActive(True)
    yield
    QAccessible.setActive(False)


def test_messages_answers_and_the_end_of_training_are_announced(qtbot, window, listened):
    said = []
    window.announcer.announced.connect(said.append)
    window.messages.say(Message("Training diverged.", "error"))
    assert said.pop() == "Training diverged."
    window.messages.dismiss()
    draw(qtbot, window)
    qtbot.waitUntil(lambda: said != [], timeout=20 * ANSWER_MILLISECONDS)
    assert said.pop() == window.drawing.answer_label.text
    window.session.set_config(window.session.config.with_changes(epochs=1))
    window.session.train()
    qtbot.waitUntil(lambda: window.session.state is SessionState.FINISHED)
    (ended,) = [text for text in said if "is finished" in text]
    assert ended.startswith(window.session.run.name)


def test_nothing_is_timed_where_nobody_listens(qtbot, window):
    draw(qtbot, window)
    assert not window.announcer._rest.isActive()


def test_the_message_bar_is_reached_where_it_is_seen(window):
    window.messages.say(Message("It went well.", choices=(("Undo", lambda: None), ("Again", lambda: None))))
    laid_out(window)
    window.timeline.live.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    for _ in range(4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        seen.append(QApplication.focusWidget())
    assert [button.text() for button in seen[:2]] == ["Undo", "Again"]
    assert seen[2].accessibleName() == "Close this message"
    assert not window.messages.isAncestorOf(seen[3])
