"""The plots stay whole, axes and all, and tabs stay apart, in whatever size the window is made."""

import pytest
from PySide6.QtCore import QSize

from tests.layout import laid_out
from tests.main_window import open_window


@pytest.fixture
def window(qtbot):
    yield from open_window(qtbot)


@pytest.mark.parametrize("percent", [100, 150])
def test_plots_keep_their_axes_when_the_window_becomes_narrow_at_once(window, percent):
    """The switches and numbers above them then wrap, which takes height."""
    window.text_size.choose(percent)
    panel = window.plots
    for size in (QSize(1920, 1080), QSize(1440, 900), QSize(1920, 1080), QSize(1024, 680)):
        window.resize(size)
        laid_out(window)
        assert panel.height() >= panel.minimumSizeHint().height()
        assert panel.plots.geometry().bottom() < panel.height()


def test_titles_of_tabs_are_as_far_apart_as_there_is_room(window):
    """Of large text they were close together in a wide window too, and read as one line of words."""
    window.resize(1920, 1080)
    window.text_size.choose(150)
    bar = laid_out(window).tabs.tabBar()
    metrics = bar.fontMetrics()
    for place in range(bar.count()):
        beside = bar.tabRect(place).width() - metrics.horizontalAdvance(bar.tabText(place))
        assert beside >= 2 * metrics.averageCharWidth()
    wide = bar.tabRect(bar.count() - 1).right()
    window.resize(1024, 680)
    assert laid_out(window).tabs.tabBar().tabRect(bar.count() - 1).right() < wide
