"""Everything that the Tab key stops at has a name, shows that it is there, and is described in plain words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from gui.look.accessible import plain_text
from gui.main_window import MainWindow
from tests.layout import laid_out
from tests.painted import Painted
from tests.small_data import small_pair

REFUSED = ("", "●", "<")
MOST_STOPS = 200


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


def stops(window):
    """Go through the window with Tab, and yield every widget on the way."""
    window.controls.speed.setFocus(Qt.FocusReason.TabFocusReason)
    seen = []
    while (stop := QApplication.focusWidget()) is not None and stop not in seen:
        assert len(seen) < MOST_STOPS
        seen.append(stop)
        yield stop
        QTest.keyClick(stop, Qt.Key.Key_Tab)


def told(widget, what):
    return QAccessible.queryAccessibleInterface(widget).text(what)


@pytest.mark.parametrize("tab", range(5))
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
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            for what in (QAccessible.Text.Name, QAccessible.Text.Description):
                text = told(widget, what)
                assert "<" not in text, (type(widget).__name__, text)
                assert "●" not in text


def test_a_description_follows_the_tooltip(window):
    field = window.settings.fields["seed"]
    field.setToolTip("<p>One &lt; two.</p><p>Three.</p>")
    assert field.accessibleDescription() == "One < two. Three."
    assert plain_text("<p>a</p><p>b</p>") == "a b"


@pytest.mark.parametrize("tab", [0, 1, 4])
def test_every_stop_of_the_tab_key_shows_that_it_has_the_keyboard(window, tab):
    window.tabs.setCurrentIndex(tab)
    laid_out(window)

    def picture(widget):
        area = widget.rect().adjusted(-4, -4, 4, 4)
        return Painted(window).part(area.translated(widget.mapTo(window, widget.rect().topLeft())))

    hidden = []
    for stop in stops(window):
        focused = picture(laid_out(stop))
        stop.clearFocus()
        if picture(stop) == focused:
            hidden.append(f"{type(stop).__name__} {stop.accessibleName()}")
        stop.setFocus(Qt.FocusReason.TabFocusReason)
    assert not hidden
