"""Text can be made larger while the program runs: all of it follows at once, and none of it is cut."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QToolButton, QToolTip, QWidget

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.look.preferences import TEXT_SIZES, Preferences, settings_store
from gui.look.theme import system_font
from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.text_size import LARGER, show_window

CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(qtbot):
    yield from show_window(qtbot)


def scale(widget):
    """Return how large a widget's text is beside that of the system."""
    return widget.font().pointSizeF() / system_font().pointSizeF()


def menu(window, *titles):
    place = window.menuBar()
    for title in titles:
        place = next(action.menu() for action in place.actions() if action.text().replace("&", "") == title)
    return place


def choose(window, text):
    next(action for action in menu(window, "View", "Text size").actions() if action.text() == text).trigger()
    laid_out(window)


def test_the_menu_offers_sizes_of_which_one_holds(window):
    sizes = [action for action in menu(window, "View", "Text size").actions() if action.isCheckable()]
    assert [action.text() for action in sizes] == [f"{percent} %" for percent in TEXT_SIZES]
    assert [action.isChecked() for action in sizes] == [True, False, False, False]
    choose(window, "130 %")
    assert [action.isChecked() for action in sizes] == [False, False, True, False]
    assert scale(window.settings) == pytest.approx(1.3)


def test_keys_go_from_size_to_size(qtbot, window):
    for key, percent in (
        (Qt.Key.Key_Plus, 115),
        (Qt.Key.Key_Equal, 130),
        (Qt.Key.Key_Plus, 150),
        (Qt.Key.Key_Plus, 150),
        (Qt.Key.Key_Minus, 130),
        (Qt.Key.Key_0, 100),
        (Qt.Key.Key_Minus, 100),
    ):
        qtbot.keyClick(window, key, CONTROL)
        assert window.text_size.percent == percent


def test_no_two_actions_share_a_key(window):
    everywhere = [
        action
        for action in window.findChildren(QAction)
        if action.shortcutContext() is not Qt.ShortcutContext.WidgetShortcut
    ]
    keys = [key.toString() for action in everywhere for key in action.shortcuts()]
    assert sorted(keys) == sorted(set(keys))


def test_the_size_is_remembered(qtbot, window):
    choose(window, "150 %")
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    assert again.text_size.percent == 150
    assert scale(again.settings) == pytest.approx(1.5)
    again.close()


@pytest.mark.parametrize("value", ["large", "140", "", -1])
def test_a_damaged_memory_of_the_size_is_the_usual_size(qapp, value):
    settings_store().setValue("text_size", value)
    assert Preferences().text_size == 100


def test_screenshots_for_documents_leave_no_trace_of_their_size(qtbot, window):
    silent = Preferences(remembers=False)
    silent.text_size = 150
    assert Preferences().text_size == 100


@pytest.mark.parametrize("percent", LARGER)
def test_everything_follows_at_once(window, percent):
    window.show_tab("Training")
    usual = window.controls.findChildren(QToolButton)[0].iconSize().width()
    handle, entry = window.timeline.bar.sizeHint().height(), window.timeline.number.minimumWidth()
    window.text_size.choose(percent)
    times = percent / 100
    axes = (window.plots.plots.time_axis, *(plot.axis for plot in window.plots.plots.plots.values()))
    for axis in axes:
        assert axis.style["tickFont"].pointSizeF() == pytest.approx(times * system_font().pointSizeF())
    for part in (
        window.menuBar(),
        menu(window, "View"),
        window.controls.speed,
        window.settings.fields["optimizer"],
        window.plots.readout,
        window.weights.grid,
        window.evaluation.matrix,
        window.samples.view,
        window.step_through.view.chain,
        window.drawing.answer_page.bars,
        window.my_digits.grid,
        window.timeline.bar,
        window.status,
        window.lesson.text,
    ):
        assert scale(part) == pytest.approx(times, rel=0.01), part
    # Fonts of their own.
    assert scale(window.step_through.view.side.terms.table) == pytest.approx(0.92 * times, rel=0.01)
    assert scale(window.runs.table) == pytest.approx(0.95 * times, rel=0.01)
    assert scale(window.lesson._title) == pytest.approx(1.15 * times, rel=0.01)
    assert scale(window.step_through.view.words.sentence) >= times * 0.99
    assert QToolTip.font().pointSizeF() == pytest.approx(times * system_font().pointSizeF())
    # And what goes with text.
    assert window.controls.findChildren(QToolButton)[0].iconSize().width() == round(times * usual)
    assert window.timeline.bar.sizeHint().height() == pytest.approx(times * handle, abs=3)
    assert window.timeline.number.minimumWidth() == pytest.approx(times * entry, rel=0.15)


def test_what_is_made_later_has_the_size_too(window):
    window.text_size.choose(150)
    window.settings.layers.more_layers.click()
    assert scale(window.settings.layers.rows[-1].units) == pytest.approx(1.5)
    context_menu = window.plots.context_menu()
    assert isinstance(context_menu, QMenu)
    assert scale(context_menu) == pytest.approx(1.5)
    context_menu.deleteLater()


def test_there_and_back_leaves_everything_in_its_place(window):
    def places():
        laid_out(window)
        parts = (window.settings, window.plots.plots, window.weights, window.drawing.canvas, window.timeline.bar)
        return [part.geometry() for part in parts], window.columns.sizes()

    before = places()
    for percent in (150, 130, 115, 100):
        window.text_size.choose(percent)
        laid_out(window)
    assert places() == before


def test_every_font_follows(window):
    def sizes():
        laid_out(window)
        base = QApplication.font().pointSizeF()
        return {part: part.font().pointSizeF() / base for part in parts}

    parts = window.findChildren(QWidget)
    before = sizes()
    for percent in (150, 115, 100):
        window.text_size.choose(percent)
        assert sizes() == pytest.approx(before)


def test_a_column_that_the_user_widened_stays_as_much_wider(window):
    window.columns.moveSplitter(300, 1)
    laid_out(window)
    left = window.columns.sizes()[0]
    window.text_size.choose(150)
    laid_out(window)
    assert window.columns.sizes()[0] == round(1.5 * left)
    window.text_size.choose(100)
    laid_out(window)
    assert window.columns.sizes()[0] == left


def open_window(qtbot, width):
    window = MainWindow(Preferences())
    qtbot.addWidget(window)
    window.resize(width, 640)
    window.show()
    return laid_out(window)


@pytest.mark.parametrize("width", [1024, 1200])
def test_columns_are_as_wide_as_ever_after_a_small_window_with_large_text(qtbot, width):
    first = open_window(qtbot, 1440)
    usual = first.columns.sizes()
    first.columns.moveSplitter(usual[0] + 40, 1)
    first.text_size.choose(150)
    wide = laid_out(first).columns.sizes()
    first.resize(width, 640)
    laid_out(first)
    first.actions_.text_sizes.triggered.emit(first.actions_.text_sizes.actions()[-1])
    first.close()
    second = open_window(qtbot, width)
    assert second.columns.sizes()[2] < wide[2]
    second.resize(1440, 640)
    assert laid_out(second).columns.sizes() == wide
    second.resize(width, 640)
    laid_out(second)
    second.text_size.choose(100)
    second.resize(1440, 640)
    assert laid_out(second).columns.sizes() == [usual[0] + 40, usual[1] - 40, usual[2]]
    second.close()


@pytest.mark.parametrize("text", ["", "wide", "230", "230 400 500", "0 400", "nan 400", "230 1e9"])
def test_widths_that_make_no_sense_are_forgotten(text):
    preferences = Preferences()
    preferences.set_layout("column_widths", text)
    assert preferences.column_widths is None


def test_a_lesson_keeps_its_line_when_text_grows(window):
    left = window.columns.sizes()[0]
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "momentum.toml"))
    laid_out(window)
    narrow = window.lesson.width()
    window.text_size.choose(150)
    laid_out(window)
    assert window.lesson.width() == pytest.approx(1.5 * narrow, rel=0.1)
    window.lesson.close_lesson()
    laid_out(window)
    assert window.columns.sizes()[0] == round(1.5 * left)


def test_the_handle_of_the_timeline_is_hit_where_it_is_drawn(qtbot, window):
    window.text_size.choose(150)
    window.session.step()
    qtbot.waitUntil(lambda: window.session.run.update == 1 and not window.session.busy)
    bar = laid_out(window.timeline.bar)
    with qtbot.waitSignal(bar.update_requested) as told:
        QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=QPoint(round(bar.x_of(0)), bar.height() // 2))
    assert told.args == [0]


def test_walking_from_stage_to_stage_moves_nothing(qtbot, window):
    window.resize(1024, 680)
    window.text_size.choose(150)
    window.show_tab("Step through")
    qtbot.waitUntil(lambda: window.step_through.explanation is not None)
    view, places = window.step_through.view, set()
    for stage in range(len(view.walk.stages)):
        view.go_to_stage(stage)
        laid_out(window)
        places.add((view.height(), view.body.y(), view.controls.y()))
    assert len(places) == 1


def test_what_a_lesson_points_at_is_scrolled_to_and_framed_in_view(window):
    window.resize(1024, 680)
    window.text_size.choose(150)
    laid_out(window)
    scroller = window.tabs.currentWidget()
    assert scroller.verticalScrollBar().maximum() > 0
    for place in (window.weights, window.plots):
        name = next(name for name, part in {**window.panels, "controls": window.controls}.items() if part is place)
        window.lesson.look_requested.emit(name)
        laid_out(window)
        assert place.visibleRegion().boundingRect().height() > 100
        frame = window.lessons._spotlight.geometry()
        corner = scroller.mapTo(window, QPoint(0, 0))
        assert corner.y() <= frame.top() <= frame.bottom() <= corner.y() + scroller.height()
    window.lessons._spotlight.leave()


def test_scrolling_past_a_field_does_not_change_it(window):
    window.resize(1024, 680)
    window.text_size.choose(150)
    window.show_tab("Step through")
    laid_out(window)
    view, drawing = window.step_through.view, window.drawing
    fields = (view.controls.speed, drawing._pen_bar.pen_width, drawing.evidence_page.digit_box)

    def values():
        return fields[0].currentIndex(), fields[1].value(), fields[2].currentIndex()

    before = values()
    for field in fields:
        place = field.rect().center()
        wheel = QWheelEvent(
            place.toPointF(),
            field.mapToGlobal(place).toPointF(),
            QPoint(),
            QPoint(0, -240),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(field, wheel)
    assert values() == before
