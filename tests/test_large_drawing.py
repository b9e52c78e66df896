"""The drawing box is as large as its column allows, whatever window and text were before, and larger on request."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from gui.main_window import MainWindow
from tests.layout import laid_out


@pytest.fixture
def window(qtbot):
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1440, 900)
    window.show()
    yield laid_out(window)
    window.close()


def side(window, size, percent=100):
    window.text_size.choose(percent)
    window.resize(*size)
    laid_out(window)
    assert window.drawing.canvas.width() == window.drawing.canvas.height()
    return window.drawing.canvas.width()


def test_the_box_has_its_size_back_after_a_small_window_and_large_text(window):
    before = side(window, (1440, 900))
    assert before >= 280
    assert side(window, (1024, 680)) < before
    assert side(window, (1440, 900)) == before
    assert side(window, (1024, 680), 150) < before
    assert side(window, (1440, 900)) == before


def test_large_text_hardly_takes_from_the_box(window):
    assert side(window, (1440, 900), 150) >= 0.95 * side(window, (1440, 900))


def test_the_box_grows_with_its_column(window):
    before = side(window, (1440, 900))
    window.columns.moveSplitter(window.columns.width() - 500, 2)
    laid_out(window)
    assert window.drawing.canvas.width() >= before + 80
    wider = window.drawing.canvas.width()
    assert side(window, (1440, 900)) == wider
    side(window, (1024, 680))
    assert side(window, (1440, 900)) == wider


def test_the_large_box_takes_the_room_of_the_tabs_and_gives_it_back(window):
    before, sizes = side(window, (1440, 900)), window.columns.sizes()
    window.drawing.large_action.trigger()
    laid_out(window)
    assert window.drawing.canvas.width() > 2 * before
    assert window.columns.sizes()[0] == sizes[0]
    assert not window.tabs.isVisible()
    pages, canvas = window.drawing._pages, window.drawing.canvas
    assert pages.mapTo(window, pages.rect().topLeft()).x() > canvas.mapTo(window, canvas.rect().topRight()).x()
    window.drawing.large_action.trigger()
    laid_out(window)
    assert window.columns.sizes() == sizes
    assert window.drawing.canvas.width() == before


def test_a_text_of_another_size_meanwhile_leaves_the_columns_as_they_would_be(window):
    side(window, (1440, 900))
    sizes = window.columns.sizes()
    window.drawing.large_action.trigger()
    window.text_size.choose(150)
    window.text_size.choose(100)
    laid_out(window)
    window.drawing.large_action.trigger()
    laid_out(window)
    assert window.columns.sizes() == sizes


@pytest.mark.parametrize("place", [0, 2])
def test_who_asks_for_a_tab_sees_it(window, place):
    window.drawing.large_action.trigger()
    window.tab_choice.actions[place].trigger()
    laid_out(window)
    assert window.tabs.isVisible()
    assert window.tabs.currentIndex() == place
    assert not window.drawing.large_action.isChecked()


def test_escape_leads_back_to_the_tabs(window):
    window.drawing.large_action.trigger()
    laid_out(window)
    QTest.keyClick(window.drawing.canvas, Qt.Key.Key_Escape)
    laid_out(window)
    assert window.tabs.isVisible()
    assert not window.drawing.large_action.isChecked()


def test_a_window_closed_with_the_large_box_starts_with_its_tabs(qtbot, window):
    window.drawing.large_action.trigger()
    laid_out(window)
    window.close()
    again = MainWindow()
    qtbot.addWidget(again)
    again.show()
    laid_out(again)
    assert again.tabs.isVisible()
    assert again.columns.sizes()[1] > 400
    again.close()
