"""Everything that the Tab key stops at has a name, shows that it is there, and is described in plain words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from core.lessons.lesson import load_lessons
from gui.look.accessible import plain_text
from gui.look.theme import THEMES
from gui.main_window import MainWindow
from gui.session.session_signals import SessionState
from tests.keyboard import stops
from tests.layout import laid_out
from tests.small_data import small_pair

REFUSED = ("", "●", "<")
EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    window.activateWindow()
    laid_out(window)
    window.files.loader.loaded.emit(small_pair(), [])
    yield window
    window.close()


def told(widget, what):
    return QAccessible.queryAccessibleInterface(widget).text(what)


@pytest.mark.parametrize("tab", range(6))
def test_every_stop_of_the_tab_key_has_a_name(window, tab):
    window.tabs.setCurrentIndex(tab)
    laid_out(window)
    found = list(stops(window))
    assert len(found) > 20
    nameless = [type(stop).__name__ for stop in found if told(stop, QAccessible.Text.Name) in REFUSED]
    assert not nameless


def test_names_and_descriptions_hold_no_tags_and_no_marks(window):
    window.tabs.setCurrentIndex(0)
    window.settings.set_running(True)
    for widget in window.findChildren(QWidget):
        if widget.isVisible():
            for what in (QAccessible.Text.Name, QAccessible.Text.Description):
                text = told(widget, what)
                assert "<" not in text, (type(widget).__name__, text)
                assert "●" not in text or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_description_follows_the_tooltip(window):
    field = window.settings.fields["seed"]
    field.setToolTip("<p>One &lt; two.</p><p>Three.</p>")
    assert field.accessibleDescription() == "One < two. Three."
    assert plain_text("<p>a</p><p>b</p>") == "a b"


def assert_all_stops_show_the_keyboard(window, where):
    """Each stop is painted otherwise with the keyboard than without."""

    def picture(stop):
        area = stop.rect().adjusted(-4, -4, 4, 4).translated(stop.mapTo(window, stop.rect().topLeft()))
        return window.grab(area).toImage()

    hidden = []
    for stop in stops(window):
        focused = picture(laid_out(stop))
        stop.clearFocus()
        if picture(stop) == focused:
            hidden.append(f"{type(stop).__name__} {stop.accessibleName()}")
        stop.setFocus(Qt.FocusReason.TabFocusReason)
    assert not hidden, where


def all_views(window):
    """Show every tab, and beside the first every page on the drawing; yield what is in view."""
    for tab in range(window.tabs.count()):
        window.tabs.setCurrentIndex(tab)
        for page in range(window.drawing._pages.count() if tab == 0 else 1):
            window.drawing._pages.setCurrentIndex(page)
            laid_out(window)
            yield tab, page


@pytest.mark.timeout(900)  # All stops of all views, twice: minutes on a machine that has much else to do.
@EVERY_THEME
def test_every_stop_of_the_tab_key_shows_that_it_has_the_keyboard(qtbot, window, theme):
    window.appearance.choose(theme.name)
    for where in all_views(window):
        assert_all_stops_show_the_keyboard(window, ("before training", *where))
    window.session.step()
    qtbot.waitUntil(lambda: window.session.state is SessionState.PAUSED)
    window.network.open_unit(1, 3)
    for where in all_views(window):
        assert_all_stops_show_the_keyboard(window, ("one unit large", *where))


def test_a_lesson_and_dialogs_show_the_keyboard_too(qtbot, window):
    window.lessons.show_lesson(load_lessons()[0][0])
    assert_all_stops_show_the_keyboard(laid_out(window), "lesson")
    window.session.step()
    qtbot.waitUntil(window.timeline.branch.isEnabled)
    window.timeline.branch.click()
    window.actions_.help.trigger()
    for dialog in (window.timeline._dialog, window.help.help):
        dialog.activateWindow()
        assert_all_stops_show_the_keyboard(laid_out(dialog), type(dialog).__name__)
        dialog.close()
