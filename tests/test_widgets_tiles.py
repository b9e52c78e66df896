"""Tiles show every weight in its color and place, and answer mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from gui.look.theme import LIGHT, THEMES, applied
from gui.widgets.weights.color_legend import ColorLegend
from gui.widgets.weights.diverging_colors import SteadyScale, color_codes, color_table, fitting_limit
from gui.widgets.weights.tile_grid import TileGrid
from gui.widgets.weights.tile_layout import fitting_layout, layout_at, next_zoom
from tests.layout import laid_out
from tests.painted import Painted

EVERY_THEME = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


@EVERY_THEME
def test_the_scale_is_symmetric_and_ends_in_the_themes_colors(theme):
    table = [QColor.fromRgb(int(color)).name() for color in color_table(theme)]
    codes = color_codes(np.array([-9, -1, 0, 1, 9], np.float32), 1.0)
    assert [table[code] for code in codes] == [
        theme.negative,
        theme.negative,
        theme.neutral,
        theme.positive,
        theme.positive,
    ]


def test_equal_strength_is_equally_far_from_zero():
    values = np.linspace(0, 1, 50, dtype=np.float32)
    np.testing.assert_allclose(
        color_codes(values, 1.0).astype(int) - 128, 128 - color_codes(-values, 1.0).astype(int), atol=1
    )


def test_what_is_not_a_number_has_the_color_of_zero():
    codes = color_codes(np.array([np.nan, np.inf, -np.inf, 0.5], np.float32), 1.0)
    assert codes.tolist() == [128, 255, 1, 192]


def test_the_scale_moves_in_jumps():
    rng, scale = np.random.default_rng(0), SteadyScale()
    limits = [scale.follow(rng.normal(0, 0.05 * 1.01**step, 7840).astype(np.float32)) for step in range(200)]
    assert limits == sorted(limits)
    assert len(set(limits)) < 12
    assert scale.follow(rng.normal(0, 0.01, 7840).astype(np.float32)) < 0.1


def test_the_scale_is_not_led_by_a_few_extremes():
    values = np.random.default_rng(0).normal(0, 0.05, 7840).astype(np.float32)
    values[:5] = 50
    assert SteadyScale().follow(values) < 0.3


def test_the_scale_of_nothing_but_zeros_is_one():
    assert SteadyScale().follow(np.zeros(784, np.float32)) == 1.0


@pytest.mark.parametrize("count", [1, 7, 10, 128, 512])
@pytest.mark.parametrize("size", [(480, 110), (860, 300), (200, 900)])
@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_tiles_fit_where_they_can_and_have_whole_or_half_pixels(count, size, ratio):
    layout = fitting_layout(count, (28, 28), *size, ratio)
    assert layout.zoom >= 1
    assert layout.width <= size[0]
    assert layout.height <= size[1] or next_zoom(layout.zoom, -1, ratio) == layout.zoom
    assert (2 * layout.zoom * ratio) == pytest.approx(round(2 * layout.zoom * ratio))
    assert layout.columns * layout.rows >= count > layout.columns * (layout.rows - 1)


def test_every_tile_is_found_where_it_stands():
    layout = layout_at(10, (28, 28), 500, 3.0)
    for tile in range(10):
        x, y = layout.corner(tile)
        assert layout.tile_at(x + 1, y + 1) == tile
    assert layout.tile_at(-1, 5) is None
    assert layout.tile_at(5, 1e4) is None
    assert layout.tile_at(layout.width + 10 * layout.zoom, 5) is None


@pytest.fixture
def grid(qtbot):
    grid = TileGrid(lambda tile: f"unit {tile}")
    qtbot.addWidget(grid)
    grid.set_room(QSize(470, 200))
    grid.resize(470, 200)
    grid.show()
    laid_out(grid)
    return grid


def checkered(count):
    """Weights of 1 and -1 that differ from tile to tile, shape (784, count)."""
    rng = np.random.default_rng(0)
    return rng.choice([-1.0, 1.0], (784, count)).astype(np.float32)


@EVERY_THEME
@pytest.mark.parametrize("count", [1, 3, 10, 33])
def test_every_weight_has_its_pixel(grid, theme, count):
    weights = checkered(count)
    applied.set_theme(theme)
    grid.set_labeled(False)
    grid.clearFocus()
    grid.show_weights(weights, 1.0)
    picture, zoom = Painted(grid), grid.layout_.zoom
    for tile in range(count):
        x, y = grid.layout_.corner(tile)
        for row, column in ((0, 0), (0, 27), (13, 5), (27, 0), (27, 27)):
            expected = theme.positive if weights[28 * row + column, tile] > 0 else theme.negative
            assert picture.color(x + (column + 0.5) * zoom, y + (row + 0.5) * zoom) == expected


def test_no_place_is_filled_beyond_the_last_tile(grid):
    grid.show_weights(checkered(9), 1.0)
    x, y = grid.layout_.corner(8)
    assert grid.layout_.columns * grid.layout_.rows > 9
    assert Painted(grid).color(x + grid.layout_.across * grid.layout_.zoom + 5, y + 5) == LIGHT.surface


def test_tiles_carry_their_number_only_where_it_can_be_read(grid):
    grid.show_weights(np.zeros((784, 10), np.float32), 1.0)
    with_numbers = Painted(grid)
    grid.set_labeled(False)
    assert Painted(grid) != with_numbers
    font = grid.font()
    font.setPixelSize(20)
    grid.setFont(font)
    grid.show_weights(np.zeros((784, 128), np.float32), 1.0)
    # By hand, from the first step on.
    for _ in range(20):
        grid.zoom_by(-1)
    without = Painted(grid)
    grid.set_labeled(True)
    assert Painted(grid) == without


def test_marked_tiles_are_crossed_out(grid):
    grid.show_weights(np.zeros((784, 10), np.float32), 1.0)
    grid.set_marks({3: "812"})
    picture = Painted(grid)
    crossed = [tile for tile in range(10) if picture.color_at(grid.center(tile)) == LIGHT.warning]
    assert crossed == [3]


def test_the_pointer_names_tile_and_pixel(grid):
    grid.show_weights(checkered(10), 1.0)
    tiles, pixels = [], []
    grid.tile_pointed_at.connect(tiles.append)
    grid.pixel_pointed_at.connect(pixels.append)
    x, y = grid.layout_.corner(6)
    zoom = grid.layout_.zoom
    QTest.mouseMove(grid, QPoint(int(x + 4.5 * zoom), int(y + 20.5 * zoom)))
    assert tiles[-1] == 6
    assert pixels[-1] == (6, 20, 4)
    QApplication.sendEvent(grid, QEvent(QEvent.Type.Leave))
    assert tiles[-1] is None
    assert pixels[-1] is None


def test_a_tooltip_describes_the_tile(grid):
    grid.show_weights(checkered(10), 1.0)
    place = grid.center(4)
    QApplication.sendEvent(grid, QHelpEvent(QEvent.Type.ToolTip, place, grid.mapToGlobal(place)))
    assert QToolTip.text() == "unit 4"
    QToolTip.hideText()


def test_a_click_chooses_and_the_right_button_does_not(grid, qtbot):
    grid.show_weights(checkered(10), 1.0)
    with qtbot.waitSignal(grid.tile_chosen) as chosen:
        QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.center(7))
    assert chosen.args == [7]
    with qtbot.assertNotEmitted(grid.tile_chosen):
        QTest.mouseClick(grid, Qt.MouseButton.RightButton, pos=grid.center(7))


def test_arrow_keys_walk_and_enter_chooses(grid, qtbot):
    grid.show_weights(checkered(10), 1.0)
    columns = grid.layout_.columns
    grid.setFocus()
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == 1
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.current == 1 + columns
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.current == 1 + columns
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.current == 0
    QTest.keyClick(grid, Qt.Key.Key_End)
    assert grid.accessibleDescription() == "unit 9"
    with qtbot.waitSignal(grid.tile_chosen) as chosen:
        QTest.keyClick(grid, Qt.Key.Key_Return)
    assert chosen.args == [9]


def test_zooming_by_hand_stays_until_fitted_again(grid):
    grid.show_weights(checkered(10), 1.0)
    fitted = grid.layout_
    grid.zoom_by(1)
    assert grid.layout_.zoom > fitted.zoom
    assert grid.minimumHeight() >= grid.layout_.height - 1
    grid.set_room(QSize(400, 150))
    assert grid.layout_.zoom > fitted.zoom
    grid.set_room(QSize(470, 200))
    grid.zoom_to_fit()
    assert grid.layout_ == fitted


def test_a_dense_screen_gets_its_own_pixels(grid, monkeypatch):
    monkeypatch.setattr(grid, "devicePixelRatioF", lambda: 2.0)
    grid.show_weights(checkered(11), 1.0)
    picture = QImage(grid.size() * 2, QImage.Format.Format_RGB32)
    picture.setDevicePixelRatio(2.0)
    grid.set_labeled(False)
    grid.render(picture)
    assert (4 * grid.layout_.zoom) % 1 == 0
    assert picture.pixelColor(15, 15).name() in (LIGHT.positive, LIGHT.negative)
    assert grid.layout_.across * grid.layout_.zoom >= 28 * grid.layout_.zoom + 4


@EVERY_THEME
def test_the_legend_shows_both_ends_and_says_what_they_are(qtbot, theme):
    legend = ColorLegend()
    qtbot.addWidget(legend)
    applied.set_theme(theme)
    legend.set_limit(0.3)
    legend.resize(legend.sizeHint())
    picture = legend.grab().toImage()
    middle = picture.height() // 2
    row = [picture.pixelColor(column, middle) for column in range(picture.width())]
    assert any(_near(color, theme.positive) for color in row)
    assert any(_near(color, theme.negative) for color in row)
    assert legend.accessibleDescription() == "−0.3 (red) to 0.3 (blue)"


def _near(color, name):
    other = QColor(name)
    return max(abs(a - b) for a, b in zip(color.getRgb(), other.getRgb(), strict=True)) <= 12


@pytest.mark.parametrize("count", [10, 32, 128, 512])
def test_tiles_keep_apart_and_are_never_too_small_for_their_number(grid, count):
    grid.show_weights(checkered(count), 1.0)
    layout = grid.layout_
    assert layout.zoom * 28 >= 2.4 * grid.fontMetrics().height()
    assert (layout.across - 28) * layout.zoom >= 4
    assert (layout.down - 28) * layout.zoom >= 4
    assert layout.width <= 470
    x, y = layout.corner(1)
    assert Painted(grid).color(x - 3, y + 5) == LIGHT.surface


def test_ten_tiles_spread_over_the_width():
    layout = fitting_layout(10, (28, 28), 830, 245)
    assert layout.across > layout.down
    assert layout.width <= 830


def test_the_scale_does_not_depend_on_what_was_shown_before():
    small, large = (np.random.default_rng(0).normal(0, size, 7840).astype(np.float32) for size in (0.05, 0.2))
    assert fitting_limit(small) < fitting_limit(large)
    before = fitting_limit(small)
    fitting_limit(large)
    assert fitting_limit(small) == before
    assert fitting_limit(np.zeros(784, np.float32)) == 1.0


def test_several_images_make_one_tile_with_lines_between_them(grid):
    images = np.zeros((4, 3, 5, 5), np.float32)
    images[1, 2] = 1
    grid.show_images(images, 1.0)
    layout = grid.layout_
    assert (layout.tile_width, layout.tile_height) == (11, 11)
    left, top = layout.corner(1)
    painted = Painted(grid)
    assert painted.color(left + 2.5 * layout.zoom, top + 8.5 * layout.zoom) == LIGHT.positive
    assert painted.color(left + 8.5 * layout.zoom, top + 2.5 * layout.zoom) == LIGHT.neutral
    found = []
    grid.pixel_pointed_at.connect(found.append)
    for row, column in ((8, 3), (8, 5), (8, 8)):
        QTest.mouseMove(grid, QPoint(int(left + (column + 0.5) * layout.zoom), int(top + (row + 0.5) * layout.zoom)))
    # The second place lies on the line, and at the third there is no image.
    assert found == [(1, 2 * 5 + 2, 3), None, None]
