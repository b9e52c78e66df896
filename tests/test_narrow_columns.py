"""Where large text and a lesson ask for more width than there is, what is shown stays apart and can be reached."""

from itertools import pairwise

import numpy as np
import pytest

from core.lessons.lesson import LESSONS_FOLDER, load_lesson
from gui.widgets.stages.stage_bars import StageBars
from tests.layout import laid_out
from tests.painted import Painted
from tests.small_data import small_pair
from tests.text_size import show_window


@pytest.fixture
def window(qtbot):
    yield from show_window(qtbot)


@pytest.mark.parametrize("lesson", ["break-it", "break-the-convolution"])
def test_a_lesson_in_large_text_lays_no_column_under_another(qtbot, window, lesson):
    window.resize(1024, 680)
    window.text_size.choose(150)
    window.drawing.show_example(small_pair().test.images[0].reshape(28, 28))
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / f"{lesson}.toml"))
    for place in range(window.tabs.count()):
        window.tabs.setCurrentIndex(place)
        laid_out(window)
        columns = [window.columns.widget(column).geometry() for column in range(3)]
        for before, after in pairwise(columns):
            assert before.right() < after.left(), window.tabs.tabText(place)
        scroller = window.tabs.currentWidget()
        hidden = scroller.widget().width() - scroller.viewport().width()
        assert scroller.horizontalScrollBar().maximum() == max(hidden, 0)


def test_the_middle_has_its_width_again_once_the_lesson_is_closed(qtbot, window):
    window.resize(1024, 680)
    window.text_size.choose(150)
    before = laid_out(window).tabs.width()
    window.lessons.show_lesson(load_lesson(LESSONS_FOLDER / "break-it.toml"))
    laid_out(window)
    window.lesson.close_lesson()
    assert laid_out(window).tabs.width() >= before


@pytest.mark.parametrize("width", [120, 160, 200, 400])
@pytest.mark.parametrize("scale", [1, 1.5])
def test_positive_bars_go_right_of_zero_and_negative_ones_left_however_narrow(qtbot, width, scale):
    bars = StageBars()
    qtbot.addWidget(bars)
    font = bars.font()
    font.setPointSizeF(font.pointSizeF() * scale)
    bars.setFont(font)
    bars.show_values(np.array([-1.0, 1.0, np.nan]), ("0", "1", "2"))
    bars.resize(width, 120)
    painted = Painted(bars)
    empty = painted.row(bars.row(2).top() + 4)
    down, up = (painted.row(bars.row(place).top() + 4) for place in (0, 1))
    filled = [[x for x in range(width) if row[x] != empty[x]] for row in (down, up)]
    assert all(filled)
    assert max(filled[0]) <= min(filled[1]) + 1
    assert len(filled[0]) > width / 20
