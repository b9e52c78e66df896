"""What the pen draws has no gap and no corner, follows from the strokes alone, and can be taken back."""

import numpy as np
import pytest

from core.drawing.preparation import find_ink
from core.drawing.sketch import CANVAS_SIDE, INK_SIDE, PastedImage, Sketch, lay_out
from core.drawing.strokes import render_strokes
from tests.pen_strokes import render_pen_strokes


def draw(sketch, places, width=22.0, *, erases=False):
    (x, y), *rest = places
    sketch.begin(x, y, width, erases=erases)
    for x, y in rest:
        sketch.extend(x, y, width)
    sketch.end()


def circle(count, radius=80):
    turn = np.linspace(0, 2 * np.pi, count)
    return [(140 + radius * np.sin(a), 140 - radius * np.cos(a)) for a in turn]


def test_a_straight_stroke_is_what_a_round_pen_draws():
    drawn = render_pen_strokes([np.array([[60, 40], [110, 120], [160, 200]])], 22)
    exact = render_strokes([np.array([[60, 40], [160, 200]])], 22)
    assert drawn.shape == (280, 280)
    assert drawn.dtype == np.uint8
    assert np.abs(drawn.astype(int) - exact).max() <= 40
    assert int(drawn.sum()) == pytest.approx(int(exact.sum()), rel=0.002)


def test_a_circle_of_few_places_has_no_corner():
    """Twelve reports of a fast hand: the drawn line keeps the circle's distance where a polygon's would vary."""
    drawn = render_pen_strokes([np.array(circle(13))], 10)
    y, x = np.nonzero(drawn > 127)
    away = np.hypot(x + 0.5 - 140, y + 0.5 - 140)
    angle = np.arctan2(y + 0.5 - 140, x + 0.5 - 140)
    below = y > 160
    outer = [away[below & (np.abs(angle - a) < 0.03)].max() for a in np.linspace(0.6, 2.5, 60)]
    assert np.ptp(outer) < 1.5
    assert 80 * (1 - np.cos(np.pi / 12)) > 2.5, "a polygon's edges would come closer by this much"


@pytest.mark.parametrize("count", [6, 8, 11])
def test_a_circle_of_very_few_places_stays_round(count):
    """Reports 55 to 100 units apart: midpoints alone would come 10 to 25 units closer to the middle than the places."""
    drawn = render_pen_strokes([np.array(circle(count))], 10)
    y, x = np.nonzero(drawn > 127)
    away = np.hypot(x + 0.5 - 140, y + 0.5 - 140)
    assert away.min() > 75 - 0.07 * 80
    assert away.max() < 85.6


def test_a_corner_that_is_meant_stays_a_corner():
    drawn = render_pen_strokes([np.array([(60, 60), (130, 60), (210, 60), (170, 140), (130, 240)])], 10)
    assert drawn[60, 206] == 255
    assert find_ink(drawn).right <= 216
    assert find_ink(drawn).top >= 54


def test_a_slow_stroke_is_what_it_was():
    """Places less than 40 units apart are the control points themselves."""
    sketch = Sketch()
    places = circle(16)
    draw(sketch, places)
    assert [place[:2] for place in sketch.marks[0].places] == places


def test_while_the_pen_waits_for_the_next_report_the_line_reaches_it():
    sketch = Sketch()
    sketch.begin(20, 20, 10)
    assert sketch.extend(150, 30, 10) is None
    assert sketch.tip == (((20, 20, 10), (150, 30, 10)),)
    sketch.extend(250, 150, 10)
    assert sketch.tip[-1][1] == (250, 150, 10)
    sketch.end()
    assert sketch.raster[300, 500] == 255


@pytest.mark.parametrize("step", [3, 20, 90, 250])
def test_no_gap_at_any_speed(step):
    xs = [15, *range(15 + step, 265, step), 265]
    drawn = render_pen_strokes([np.array([(x, 140) for x in xs])], 8)
    assert (drawn[140, 15:265] == 255).all()


def test_a_tap_is_a_dot_as_wide_as_the_pen():
    box = find_ink(render_pen_strokes([np.array([[100, 50]])], 22))
    assert (box.width, box.height) == (22, 22)
    assert (box.left, box.top) == (89, 39)


def test_drawing_bit_by_bit_gives_what_drawing_again_gives():
    sketch = Sketch()
    draw(sketch, circle(40))
    draw(sketch, [(20, 30), (200, 250), (210, 30)], width=9)
    draw(sketch, [(60, 60), (220, 200)], erases=True)
    grown = sketch.raster.copy()
    sketch.undo()
    assert (sketch.raster != grown).any()
    sketch.redo()
    np.testing.assert_array_equal(sketch.raster, grown)


def test_every_change_lies_in_the_box_that_is_told():
    sketch = Sketch()
    before = sketch.raster.copy()
    boxes = [sketch.begin(140, 60, 20)]
    for x, y in circle(9)[1:]:
        boxes.append(sketch.extend(x, y, 20))
        changed = find_ink((sketch.raster != before).astype(np.uint8))
        box = boxes[-1]
        if changed is not None and len(boxes) > 2:
            assert box.top <= changed.top
            assert box.left <= changed.left
            assert box.bottom >= changed.bottom
            assert box.right >= changed.right
        before = sketch.raster.copy()


def test_pressure_changes_the_width_along_the_way():
    sketch = Sketch()
    sketch.begin(40, 140, 10)
    for x in range(50, 241, 10):
        sketch.extend(x, 140, 10 + (x - 40) / 10)
    sketch.end()
    heights = (sketch.ink() > 127).sum(axis=0)
    assert heights[60] == pytest.approx(12, abs=1.5)
    assert heights[220] == pytest.approx(28, abs=1.5)
    assert (np.diff(heights[60:220].astype(int)) >= 0).all()


def test_a_dot_grows_while_the_pen_is_pressed():
    sketch = Sketch()
    for width in (4, 12, 20, 16):
        (sketch.extend if sketch.is_drawing else sketch.begin)(140, 140, width)
    sketch.end()
    assert find_ink(sketch.ink()).width == 20


def test_the_eraser_takes_ink_away_and_undo_brings_it_back():
    sketch = Sketch()
    draw(sketch, [(40, 140), (240, 140)])
    full = sketch.ink()
    draw(sketch, [(140, 100), (140, 180)], width=30, erases=True)
    assert not sketch.ink()[130:150, 130:150].any()
    assert sketch.ink()[140, 60] == 255
    sketch.undo()
    np.testing.assert_array_equal(sketch.ink(), full)


def test_undo_and_redo_go_stroke_by_stroke_through_clearing_and_pasting():
    sketch = Sketch()
    inks = [sketch.ink()]
    draw(sketch, [(40, 40), (40, 200)])
    inks.append(sketch.ink())
    draw(sketch, [(90, 40), (90, 200)])
    inks.append(sketch.ink())
    sketch.clear()
    assert sketch.is_empty
    inks.append(sketch.ink())
    image = np.zeros((INK_SIDE, INK_SIDE), np.uint8)
    image[100:300, 200:240] = 200
    sketch.paste(PastedImage(image))
    inks.append(sketch.ink())
    assert inks[-1].max() == 200
    for earlier in reversed(inks[:-1]):
        assert sketch.can_undo
        sketch.undo()
        np.testing.assert_array_equal(sketch.ink(), earlier)
    assert not sketch.can_undo
    assert sketch.undo() is None
    for later in inks[1:]:
        sketch.redo()
        np.testing.assert_array_equal(sketch.ink(), later)
    assert not sketch.can_redo


def test_a_new_stroke_ends_what_could_be_redone():
    sketch = Sketch()
    draw(sketch, [(40, 40), (40, 200)])
    sketch.undo()
    draw(sketch, [(90, 40), (90, 200)])
    assert not sketch.can_redo
    assert len(sketch.marks) == 1


def test_clearing_empty_paper_leaves_nothing_to_undo():
    sketch = Sketch()
    assert sketch.clear() is None
    assert not sketch.can_undo


def test_strokes_beyond_the_paper_are_cut_off():
    outside = render_pen_strokes([np.array([[-500, 140], [800, 140]])], 20)
    assert (outside[140] == 255).all()
    assert not render_pen_strokes([np.array([[-90, -90], [-400, 700]])], 20).any()
    assert CANVAS_SIDE == 280


def test_an_example_is_known_as_long_as_it_lies_there_untouched():
    pixels = np.random.default_rng(0).integers(0, 256, (28, 28), np.uint8)
    sketch = Sketch()
    draw(sketch, [(40, 40), (40, 200)])
    assert sketch.example is None
    sketch.paste(lay_out(pixels))
    assert sketch.example is pixels
    np.testing.assert_array_equal(sketch.ink(), pixels.repeat(10, axis=0).repeat(10, axis=1))
    sketch.begin(100, 100, 20)
    assert sketch.example is None
    sketch.end()
    assert sketch.example is None
    sketch.undo()
    assert sketch.example is pixels
    sketch.undo()
    assert sketch.example is None
    sketch.redo()
    assert sketch.example is pixels
    sketch.paste(PastedImage(sketch.raster.copy()))
    assert sketch.example is None
