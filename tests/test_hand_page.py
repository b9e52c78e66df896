"""The page on which a network is made by hand, for eyes, ears and keyboards, and in a small window with large text."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QScrollArea, QWidget

from tests.layout import laid_out
from tests.main_window import open_by_hand


@pytest.fixture
def window(qtbot):
    yield from open_by_hand(qtbot, 1024, 680)


def stops_of(page):
    for widget in page.findChildren(QWidget):
        # The line in a spin box is no stop of its own.
        if (
            widget.objectName() != "qt_spinbox_lineedit"
            and widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        ):
            yield widget


@pytest.mark.parametrize("theme", ["light", "dark", "contrast"])
def test_every_stop_has_a_name_and_shows_the_keyboard(window, theme):
    window.appearance.choose(theme)
    page = laid_out(window.network.hand)
    hidden = []
    found = list(stops_of(page))
    assert len(found) > 25
    for stop in found:
        assert QAccessible.queryAccessibleInterface(stop).text(QAccessible.Text.Name)
        stop.setFocus(Qt.FocusReason.TabFocusReason)
        focused = stop.grab().toImage()
        stop.clearFocus()
        if stop.grab().toImage() == focused:
            hidden.append(f"{type(stop).__name__} {stop.accessibleName()}")
    assert not hidden


@pytest.mark.parametrize("percent", [100, 150])
def test_nothing_is_cut_at_the_right_in_a_small_window(window, percent):
    window.text_size.choose(percent)
    laid_out(window)
    scroller = window.network.parentWidget()
    while not isinstance(scroller, QScrollArea):
        scroller = scroller.parentWidget()
    assert window.network.width() <= scroller.viewport().width()
    page = window.network.hand
    for stop in stops_of(page):
        assert stop.mapTo(page, stop.rect().topRight()).x() <= page.width()
