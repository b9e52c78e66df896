"""Draw with the mouse and the network answers, on what it sees and with what it has learned so far."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from core.drawing.preparation import normalize_drawing, prepare
from core.explanation.answer import SURE_FROM
from core.network.fully_connected import fully_connected
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.softmax_loss import softmax
from core.runs.snapshot import Snapshot
from core.training.config import TrainingConfig
from gui.look.theme import THEMES, applied
from gui.panels.drawing import DrawingPanel
from gui.session.ready_readers import Reader
from tests.layout import laid_out
from tests.painted import Painted


def template_network(templates):
    """A network without training whose hidden unit k fires for ink in the rows of template k and says digit k."""
    parameters = Parameters.zeros(fully_connected((784, 10, 10)))
    for unit, rows in templates.items():
        parameters.weights[0].reshape(28, 28, 10)[rows, :, unit] = 0.2
        parameters.weights[1][unit, unit] = 6
    return Network(parameters.frozen())


UPPER_IS_3 = template_network({3: slice(0, 14)})
UPPER_IS_5 = template_network({5: slice(0, 14)})


def show(panel, network):
    panel.show_snapshot(Snapshot(network, 12, 0.1, "run", TrainingConfig(hidden=network.layer_sizes[1:-1])))
    while panel.reader_box._telling.isActive():
        QTest.qWait(5)


@pytest.fixture
def panel(qtbot):
    widget = DrawingPanel()
    qtbot.addWidget(widget)
    widget.resize(300, 560)
    widget.show()
    laid_out(widget)
    return widget


def draw(panel, places, qtbot):
    canvas = laid_out(panel.canvas)
    side = min(canvas.width(), canvas.height())
    first, *rest = [QPoint(round(x * side / 280), round(y * side / 280)) for x, y in places]
    with qtbot.waitSignal(canvas.drawing_changed):
        QTest.mousePress(canvas, Qt.MouseButton.LeftButton, pos=first)
        for place in rest:
            QTest.mouseMove(canvas, place)
        QTest.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=rest[-1])


BAR = [(60, 140), (220, 140)]
SEVEN = [(70, 60), (210, 60), (120, 230)]
"""Unlike a bar, it is like a digit."""


def answer(panel):
    return panel.answer_label.text


def test_an_empty_canvas_makes_no_claim(panel):
    show(panel, UPPER_IS_3)
    assert answer(panel) == ""
    assert panel.reading.pixels is None
    assert panel.answer_page.bars.accessibleDescription() == "no prediction yet"


def test_a_second_digit_beside_the_first_is_asked_about_instead_of_being_read_along(panel, qtbot):
    show(panel, UPPER_IS_3)
    draw(panel, [(70, 60), (70, 200)], qtbot)
    assert answer(panel).startswith(("answer", "not sure"))
    draw(panel, [(200, 60), (200, 200)], qtbot)
    assert answer(panel).startswith("2 digits?")
    assert "Draw one at a time" in panel.answer_label.toolTip()
    panel.undo_action.trigger()
    qtbot.waitUntil(lambda: answer(panel).startswith(("answer", "not sure")))
    assert panel.answer_label.toolTip() == ""
    split = np.zeros((28, 28), np.uint8)
    split[4:24, [6, 20]] = 255
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.show_example(split)
    assert answer(panel).startswith(("answer", "not sure"))


def test_without_a_network_a_drawing_is_seen_but_not_named(panel, qtbot):
    draw(panel, BAR, qtbot)
    assert answer(panel) == ""
    assert panel.reading.pixels.sum() > 0


def test_the_answer_is_the_networks_for_the_prepared_drawing(panel, qtbot):
    show(panel, UPPER_IS_3)
    draw(panel, SEVEN, qtbot)
    pixels = normalize_drawing(panel.canvas.ink())
    np.testing.assert_array_equal(panel.reading.pixels, pixels)
    passes = forward(UPPER_IS_3, pixels[None])
    probability = softmax(passes.logits)[0, 3]
    assert probability >= SURE_FROM
    assert answer(panel).split()[:2] == ["answer", "3"]
    assert "most probable: 3" in panel.answer_page.bars.accessibleDescription()
    np.testing.assert_allclose(panel.answer_page.units.values, passes.operations[1].output[0])


def test_the_prediction_moves_with_the_network_while_the_drawing_stays(panel, qtbot):
    show(panel, UPPER_IS_3)
    draw(panel, BAR, qtbot)
    assert "3" in answer(panel)
    show(panel, UPPER_IS_5)
    assert "5" in answer(panel)


def test_where_the_probability_says_little_two_candidates_are_named(panel, qtbot):
    show(panel, template_network({4: slice(0, 14), 9: slice(0, 14)}))
    draw(panel, SEVEN, qtbot)
    assert answer(panel).startswith("not sure: ")
    assert {"4", "9"} <= set(answer(panel).split())


def test_out_of_view_nothing_is_computed_and_coming_back_catches_up(panel, qtbot):
    show(panel, UPPER_IS_3)
    draw(panel, BAR, qtbot)
    panel.hide()
    show(panel, UPPER_IS_5)
    assert "3" in answer(panel)
    panel.show()
    assert "5" in answer(panel)


def test_undo_redo_and_clear_by_shortcut(panel, qtbot):
    show(panel, UPPER_IS_3)
    panel.activateWindow()
    assert not panel.undo_action.isEnabled()
    assert not panel.clear_action.isEnabled()
    draw(panel, BAR, qtbot)
    drawn = panel.canvas.ink()
    for keys, modifiers, empty in (
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, True),
        (Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier, False),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, True),
        (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier, False),
    ):
        with qtbot.waitSignal(panel.canvas.drawing_changed):
            QTest.keyClick(panel.canvas, keys, modifiers)
        assert panel.canvas.is_empty == empty
        assert (answer(panel) == "") == empty
    np.testing.assert_array_equal(panel.canvas.ink(), drawn)


def test_the_actions_are_there_for_the_menus(panel):
    texts = [action.text() for action in panel.actions()]
    assert {"Undo stroke", "Redo stroke", "Eraser", "Clear drawing"} <= set(texts)
    assert all(action.toolTip() for action in panel.actions())


def test_clearing_puts_the_eraser_away(panel, qtbot):
    draw(panel, BAR, qtbot)
    panel.erase_action.trigger()
    assert panel.erase_action.isChecked()
    panel.clear_action.trigger()
    assert not panel.erase_action.isChecked()
    draw(panel, BAR, qtbot)
    assert not panel.canvas.is_empty


@pytest.mark.parametrize("height", [480, 560, 700])
def test_canvas_and_what_the_network_sees_begin_at_the_same_height(panel, height):
    panel.resize(330, height)
    shown = Painted(panel)

    def first_line(widget):
        place = widget.mapTo(panel, widget.rect().topLeft())
        column = shown.column(place.x() + widget.width() // 2)
        outside = column[place.y() - 3]
        return next(y for y in range(place.y() - 3, panel.height()) if column[y] != outside)

    assert first_line(panel._seen) == first_line(panel.canvas)


def test_the_layout_does_not_move_with_the_answer(panel, qtbot):
    show(panel, UPPER_IS_3)

    def places():
        laid_out(panel)
        return [widget.geometry() for widget in (panel.canvas, panel._seen, panel.answer_label, panel._pages)]

    before = places()
    draw(panel, BAR, qtbot)
    assert places() == before
    show(panel, template_network({4: slice(0, 14), 9: slice(0, 14)}))
    assert places() == before
    panel.clear_action.trigger()
    assert places() == before


@pytest.mark.parametrize("hidden", [(), (3,), (128,), (512, 64), (16, 16, 16)])
@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_networks_of_any_shape_answer(panel, qtbot, hidden, theme):
    applied.set_theme(theme)
    show(panel, Network(Parameters.zeros(fully_connected((784, *hidden, 10))).frozen()))
    draw(panel, SEVEN, qtbot)
    assert answer(panel).startswith("not sure")
    assert panel.answer_page.units.isVisible() == bool(hidden)
    assert len(panel.answer_page.units.values) == (hidden[0] if hidden else 0)
    assert not panel.grab().isNull()


def test_the_panel_fits_its_column_in_a_small_window(panel):
    assert panel.minimumSizeHint().width() <= 300
    assert panel.minimumSizeHint().height() <= 560


READERS = [
    Reader("Drawing", "reads best", UPPER_IS_5),
    Reader("Wide", "reads well", template_network({8: slice(0, 14)})),
]


def untrained(panel, network):
    panel.reader_box.set_run("Run 1", is_untrained=True)
    panel.show_snapshot(Snapshot(network, 0, 0.0, "run", TrainingConfig(), is_initial=True))


def test_a_run_that_is_changed_by_hand_answers_before_it_learns(panel, qtbot):
    """Whoever paints its weights is to see what they do to the answer."""
    untrained(panel, UPPER_IS_3)
    panel.reader_box.set_readers(READERS)
    draw(panel, BAR, qtbot)
    assert "5" in answer(panel)
    panel.show_snapshot(Snapshot(UPPER_IS_3, 0, 0.0, "run", TrainingConfig()))
    assert panel.reader_box.currentText() == "Run 1, update 0"
    assert "3" in answer(panel)


def test_a_ready_made_network_answers_until_the_run_has_learned(panel, qtbot):
    untrained(panel, UPPER_IS_3)
    draw(panel, BAR, qtbot)
    assert "3" in answer(panel)
    panel.reader_box.set_readers(READERS)
    assert panel.reader_box.currentText() == "Drawing (pretrained)"
    assert "5" in answer(panel)
    show(panel, UPPER_IS_3)
    assert panel.reader_box.currentText() == "Run 1, update 12"
    assert "3" in answer(panel)
    panel.show_snapshot(Snapshot(UPPER_IS_3, 0, 0.0, "run", TrainingConfig()))
    assert "3" in answer(panel), "going back in time shows the run as it was"


def test_the_users_choice_of_who_answers_stays(panel, qtbot):
    untrained(panel, UPPER_IS_3)
    panel.reader_box.set_readers(READERS)
    draw(panel, BAR, qtbot)
    box = panel.reader_box
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert box.currentText() == "Wide (pretrained)"
    assert "8" in answer(panel)
    show(panel, UPPER_IS_3)
    assert "8" in answer(panel)
    untrained(panel, UPPER_IS_3)
    assert "8" in answer(panel)
    panel.reader_box.set_run("opened.npz", is_untrained=False)
    show(panel, UPPER_IS_3)
    assert "3" in answer(panel), "a network that was opened is there to be asked"


def test_whoever_answers_is_told(panel, qtbot):
    told = []
    panel.network_shown.connect(told.append)
    untrained(panel, UPPER_IS_3)
    panel.reader_box.set_readers(READERS)
    show(panel, UPPER_IS_3)
    assert [network is UPPER_IS_3 for network in told] == [False, True]


def test_a_run_that_learns_fast_is_asked_now_and_then_and_at_its_end(panel, qtbot):
    panel.reader_box.set_run("Run 1", is_untrained=False)
    draw(panel, BAR, qtbot)
    told = []
    panel.network_shown.connect(told.append)
    for _ in range(100):
        panel.show_snapshot(Snapshot(UPPER_IS_3, 12, 0.1, "run", TrainingConfig()))
    show(panel, UPPER_IS_5)
    assert len(told) < 50
    assert told[-1] is UPPER_IS_5
    assert "5" in answer(panel)
    assert panel.reader_box.currentText() == "Run 1, update 12"


def test_an_example_reaches_the_network_pixel_by_pixel_until_it_is_drawn_over(panel, qtbot):
    show(panel, UPPER_IS_3)
    # Neither where its center of mass says nor as large as a drawing would become.
    example = np.zeros((28, 28), np.uint8)
    example[3:9, 5:18] = 180
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.show_example(example)
    np.testing.assert_array_equal(np.rint(panel.reading.pixels * 255), example.reshape(-1))
    seen = panel.reading.pixels
    assert np.abs(normalize_drawing(panel.canvas.ink()) - seen).max() > 0.5
    draw(panel, BAR, qtbot)
    np.testing.assert_array_equal(panel.reading.pixels, normalize_drawing(panel.canvas.ink()))
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.undo_action.trigger()
    np.testing.assert_array_equal(panel.reading.pixels, seen)


def test_the_steps_of_the_preparation_work_on_an_example_too(panel, qtbot):
    example = np.zeros((28, 28), np.uint8)
    example[3:9, 5:18] = 180
    with qtbot.waitSignal(panel.canvas.drawing_changed):
        panel.show_example(example)
    panel.preparation_page.switches["center"].click()
    without = prepare(panel.canvas.ink(), center=False).pixels
    np.testing.assert_array_equal(panel.reading.pixels, without)
    panel.preparation_page.switches["center"].click()
    np.testing.assert_array_equal(np.rint(panel.reading.pixels * 255), example.reshape(-1))
