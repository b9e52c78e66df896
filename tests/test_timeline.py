"""The timeline shows where in the run the panels are and takes them elsewhere, by mouse, keyboard and number."""

import itertools

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.runs.learning_time import LearningPace, LearningTime, SteadyPace
from core.runs.timeline import Mark, knob_marks
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.look.theme import THEMES, applied
from gui.session.task_slot import close_threads
from gui.session.time_machine import TimeMachine
from tests.layout import laid_out
from tests.painted import Painted
from tests.timeline import CONFIG, open_timeline, requests_of, trained

LEFT, SHIFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture(scope="module")
def run():
    """90 of 120 updates; 30 updates make an epoch."""
    return trained(90)


@pytest.fixture
def panel(qtbot):
    return open_timeline(qtbot)


@pytest.fixture
def asked(panel):
    return requests_of(panel)


def point(bar, update, dx=0):
    laid_out(bar)
    return QPoint(round(bar.x_of(update)) + dx, round(bar._track_y()))


def test_a_press_asks_for_the_update_under_it_and_dragging_for_those_on_the_way(panel, asked, run):
    panel.show_run(run)
    bar = panel.bar
    QTest.mousePress(bar, LEFT, NO_KEYS, point(bar, 30))
    QTest.mouseMove(bar, point(bar, 60))
    QTest.mouseMove(bar, point(bar, 45))
    QTest.mouseRelease(bar, LEFT, NO_KEYS, point(bar, 45))
    QTest.mouseMove(bar, point(bar, 10))
    assert asked == [("update", 30), ("update", 60), ("update", 45)]


def test_dragging_beyond_what_is_trained_asks_for_the_newest_update(panel, asked, run):
    panel.show_run(run)
    QTest.mouseClick(panel.bar, LEFT, NO_KEYS, point(panel.bar, 115))
    QTest.mouseClick(panel.bar, LEFT, NO_KEYS, QPoint(0, 10))
    assert asked == [("update", 90), ("update", 0)]


def test_dragging_with_shift_moves_by_one_update_a_pixel(panel, asked):
    long_run = trained(0, TrainingConfig(batch_size=1, epochs=100))
    panel.show_run(long_run)
    panel.show_trained(40_000)
    panel.show_position(20_000)
    start = point(panel.bar, 20_000)
    QTest.mousePress(panel.bar, LEFT, SHIFT, start)
    for dx in (1, 2, -3):
        event_place = QPointF(start + QPoint(dx, 0))
        move = _mouse_move(event_place, panel.bar.mapToGlobal(event_place), SHIFT)
        QApplication.sendEvent(panel.bar, move)
    QTest.mouseRelease(panel.bar, LEFT, SHIFT, start)
    assert [update for _, update in asked] == [20_000, 20_001, 20_002, 19_997]


def _mouse_move(local, global_, modifiers):
    return QMouseEvent(QEvent.Type.MouseMove, local, global_, Qt.MouseButton.NoButton, LEFT, modifiers)


@pytest.mark.parametrize(
    ("key", "modifiers", "expected"),
    [
        (Qt.Key.Key_Left, NO_KEYS, ("step", -1)),
        (Qt.Key.Key_Right, NO_KEYS, ("step", 1)),
        (Qt.Key.Key_Left, SHIFT, ("step", -10)),
        (Qt.Key.Key_Right, SHIFT, ("step", 10)),
        (Qt.Key.Key_PageUp, NO_KEYS, ("step", 30)),
        (Qt.Key.Key_PageDown, NO_KEYS, ("step", -30)),
        (Qt.Key.Key_Home, NO_KEYS, ("update", 0)),
        (Qt.Key.Key_End, NO_KEYS, ("live", None)),
        (Qt.Key.Key_Space, NO_KEYS, ("play", LearningPace(LearningTime(1.2, 90), 10.0))),
    ],
)
def test_keys_on_the_bar(panel, asked, run, key, modifiers, expected):
    panel.show_run(run)
    panel.show_position(40)
    panel.bar.setFocus()
    QTest.keyClick(panel.bar, key, modifiers)
    assert asked == [expected]


def test_page_keys_stop_at_both_ends(panel, asked, run):
    panel.show_run(run)
    for position in (5, 80):
        panel.show_position(position)
        QTest.keyClick(panel.bar, Qt.Key.Key_PageUp if position > 40 else Qt.Key.Key_PageDown)
    assert asked == [("step", -5), ("step", 10)]


def test_the_wheel_moves_by_single_updates_also_in_small_portions(panel, asked, run):
    panel.show_run(run)
    place = QPointF(point(panel.bar, 20))
    for delta, keys in ((120, NO_KEYS), (-240, NO_KEYS), (60, NO_KEYS), (60, NO_KEYS), (120, SHIFT)):
        wheel = QWheelEvent(
            place,
            panel.bar.mapToGlobal(place),
            QPoint(),
            QPoint(0, delta),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(panel.bar, wheel)
    assert asked == [("step", 1), ("step", -2), ("step", 1), ("step", 10)]


def test_a_typed_number_asks_for_that_update(panel, asked, run):
    panel.show_run(run)
    panel.number.setFocus()
    panel.number.selectAll()
    QTest.keyClicks(panel.number, "42")
    panel.show_trained(91)
    assert panel.number.text() == "42"
    QTest.keyClick(panel.number, Qt.Key.Key_Return)
    assert asked == [("update", 42)]
    panel.show_position(42)
    assert panel.number.text() == "update 42"


def test_a_number_with_separators_is_understood_and_nonsense_is_not_asked_for(panel, asked, run):
    panel.show_run(run)
    for typed in ("update 1,042", "soon"):
        panel.number.selectAll()
        QTest.keyClicks(panel.number, typed)
        QTest.keyClick(panel.number, Qt.Key.Key_Return)
    assert asked == [("update", 1042)]
    panel.number.selectAll()
    QTest.keyClicks(panel.number, "7")
    QTest.keyClick(panel.number, Qt.Key.Key_Escape)
    assert panel.number.text() == "update 90"


def test_buttons_step_play_hold_and_return(panel, asked, run):
    panel.show_run(run)
    panel.show_position(40)
    for button in (panel.back, panel.forward, panel.live):
        QTest.mouseClick(button, LEFT)
    assert asked == [("step", -1), ("step", 1), ("live", None)]
    assert not panel.live.isChecked()
    asked.clear()
    panel.speed.setCurrentIndex(1)
    QTest.mouseClick(panel.play, LEFT)
    panel.set_playing(True)
    assert panel.play.accessibleName() == "Pause playback"
    QTest.keyClick(panel.speed, Qt.Key.Key_Down)
    QTest.mouseClick(panel.play, LEFT)
    assert asked == [("play", SteadyPace(10.0)), ("play", SteadyPace(100.0)), ("hold", None)]


def test_says_where_it_is(panel, run):
    panel.show_run(run)
    assert panel.number.text() == "update 90"
    assert panel.place.text() == "of 120 · epoch 3.0"
    assert panel.live.isChecked()
    assert not panel.forward.isEnabled()
    panel.show_position(45)
    assert panel.place.text() == "of 120 · epoch 1.5"
    assert panel.bar.accessibleDescription() == "update 45 · epoch 1.5 of 120 updates, in the past"
    assert not panel.live.isChecked()
    panel.show_position(0)
    assert not panel.back.isEnabled()
    assert panel.forward.isEnabled()


def test_nothing_can_be_pressed_before_the_first_update(panel, asked):
    assert not panel.bar.isEnabled()
    panel.show_run(trained(0))
    for widget in (panel.back, panel.play, panel.forward, panel.branch, panel.number):
        assert not widget.isEnabled()
    panel.show_trained(1)
    for widget in (panel.back, panel.play, panel.branch, panel.number):
        assert widget.isEnabled()


def test_progress_is_shown_while_a_moment_is_recovered(panel, run):
    panel.show_run(run)
    before = Painted(panel.bar)
    panel.show_progress(0.5, "replaying up to update 45")
    assert panel.place.text() == "replaying…"
    assert Painted(panel.bar) != before
    panel.end_progress()
    assert panel.place.text() == "of 120 · epoch 3.0"
    assert Painted(panel.bar) == before


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_marks_and_the_trained_part_are_painted_where_they_belong(panel, run, theme):
    applied.set_theme(theme)
    panel.show_run(run)
    panel.set_marks([Mark(30, "knob", "learning rate 1"), Mark(50, "dead", "unit 3"), Mark(70, "diverged", "ran away")])
    panel.show_position(10)
    shown, bar = Painted(panel.bar), panel.bar

    def color(update, y):
        return shown.color(bar.x_of(update), y)

    track = bar._track_y()
    assert color(5, track) == theme.accent
    assert color(85, track) not in (theme.accent, color(110, track))
    marks_y = track - 12.5
    # A mark's smooth edge may reach the pixel that is looked at; where it does depends on the font.
    for update, expected in ((30, theme.link), (50, theme.warning), (70, theme.error)):
        seen, wanted = QColor(color(update, marks_y)), QColor(expected)
        assert all(abs(a - b) <= 8 for a, b in zip(seen.getRgb(), wanted.getRgb(), strict=True))
    assert bar._tooltip(round(bar.x_of(20))).startswith("<p>update 20 · epoch 0.7</p>")
    assert bar._tooltip(round(bar.x_of(30)) + 3).startswith("<p>update 30: learning rate 1</p>")


def test_a_click_on_a_mark_goes_to_its_very_update(panel, run, asked):
    panel.resize(400, panel.height())
    panel.show_run(run)
    # Room for all updates alike, as where a loss falls evenly.
    panel.show_half(1e6)
    laid_out(panel)
    panel.set_marks([Mark(30, "dead", "unit 3"), Mark(34, "dead", "unit 5"), Mark(100, "diverged", "ran away")])
    bar = panel.bar
    chosen = []
    panel.mark_chosen.connect(chosen.append)
    above = round(bar._track_y() - 12)
    for update, dx, expected in ((30, -4, 30), (34, 2, 34), (100, 0, 90)):
        place = QPoint(round(bar.x_of(update)) + dx, above)
        assert bar.update_at(place.x()) != expected or expected == 90
        QTest.mousePress(bar, LEFT, NO_KEYS, place)
        QTest.mouseMove(bar, place + QPoint(3, 0))
        QTest.mouseRelease(bar, LEFT, NO_KEYS, place)
        assert asked.pop() == ("update", expected)
        assert asked == []
        assert chosen.pop().update == update
    # On the track itself the handle comes to the pointer, mark or not.
    QTest.mouseClick(bar, LEFT, NO_KEYS, point(bar, 30, -4))
    assert asked == [("update", bar.update_at(point(bar, 30, -4).x()))]
    assert chosen == []


def test_fits_the_narrowest_window_and_is_one_row_high(panel):
    assert panel.minimumSizeHint().width() <= 1024 - 200
    assert 40 <= panel.sizeHint().height() <= 60


def test_with_the_time_machine_a_drag_shows_each_moment(qtbot, panel, run):
    machine = TimeMachine()
    panel.update_requested.connect(machine.go_to)
    panel.step_requested.connect(machine.step_by)
    panel.live_requested.connect(machine.go_live)
    machine.position_changed.connect(panel.show_position)
    shown = []
    machine.moment_shown.connect(lambda snapshot: shown.append(snapshot.update))
    try:
        panel.show_run(run)
        machine.follow_run(run)
        machine.show_live_snapshot(run.snapshot())
        QTest.mouseClick(panel.bar, LEFT, NO_KEYS, point(panel.bar, 50))
        QTest.keyClick(panel.bar, Qt.Key.Key_Left)
        qtbot.waitUntil(lambda: shown[-1] == 49)
        assert panel.number.text() == "update 49"
        QTest.keyClick(panel.bar, Qt.Key.Key_End)
        assert shown[-1] == 90
        assert panel.live.isChecked()
    finally:
        close_threads(machine)


def test_the_first_updates_have_as_much_room_as_the_late_ones(panel):
    long_run = trained(0, TrainingConfig(batch_size=1, epochs=50))
    panel.show_run(long_run)
    panel.show_trained(30_000)
    panel.show_half(150)
    bar = laid_out(panel).bar
    room = bar.x_of(30_000) - bar.x_of(0)
    assert bar.x_of(150) - bar.x_of(0) > 0.1 * room
    assert bar.x_of(3_000) - bar.x_of(0) > 0.5 * room
    for update in (0, 1, 7, 150, 3_000, 29_999):
        assert abs(bar.update_at(bar.x_of(update)) - update) <= 1


def test_ticks_say_which_updates_lie_where(panel):
    long_run = trained(0, TrainingConfig(batch_size=1, epochs=50))
    panel.show_run(long_run)
    panel.show_half(150)
    bar = laid_out(panel).bar
    assert {0, 1_000, 10_000, 30_000} <= set(bar._ticks)
    places = [bar.x_of(update) for update in bar._ticks]
    widest = bar.fontMetrics().horizontalAdvance("30,000")
    assert all(second - first >= widest for first, second in itertools.pairwise(places))


def test_the_update_stands_in_one_line_and_the_epoch_gives_way_in_a_narrow_window(panel, run):
    panel.show_run(run)
    laid_out(panel)
    assert panel.number.geometry().center().y() == pytest.approx(panel.place.geometry().center().y(), abs=2)
    assert panel.place.text() == "of 120 · epoch 3.0"
    panel.resize(900, panel.height())
    laid_out(panel)
    assert panel.place.text() == "of 120"
    assert panel.place.toolTip() == "update 90 of 120 · epoch 3.0"


# --- what the timeline shows, without a window


def test_every_turned_knob_is_a_mark():
    recipe = Recipe(CONFIG).with_event(5, momentum=0.5)
    assert knob_marks(recipe) == (Mark(5, "knob", "momentum 0.9 → 0.5"),)


def test_a_knob_that_was_dragged_is_one_mark_with_its_first_and_last_value():
    recipe = Recipe(CONFIG)
    for update, rate in ((100, 0.2), (110, 0.5), (121, 1.2), (400, 0.3)):
        recipe = recipe.with_event(update, learning_rate=rate)
    recipe = recipe.with_event(405, momentum=0.5)
    first = f"learning rate {CONFIG.learning_rate:g} → 1.2"
    assert knob_marks(recipe, apart=12) == (
        Mark(100, "knob", first),
        Mark(400, "knob", "learning rate 1.2 → 0.3"),
        Mark(405, "knob", "momentum 0.9 → 0.5"),
    )
