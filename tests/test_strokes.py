"""A pen's strokes become the image that such a pen draws."""

import numpy as np
import pytest

from core.drawing.strokes import render_strokes


def test_no_stroke_leaves_the_paper_empty():
    assert not render_strokes([], 5, 20).any()
    assert not render_strokes([np.empty((0, 2))], 5, 20).any()


def test_a_dot_is_a_disc_of_the_pens_area():
    ink = render_strokes([np.array([[50.3, 49.6]])], 22, 100) / 255
    assert ink.sum() == pytest.approx(np.pi * 11**2, rel=0.01)
    rows, columns = np.nonzero(ink)
    assert (columns * ink[rows, columns]).sum() / ink.sum() + 0.5 == pytest.approx(50.3, abs=0.02)
    assert (rows * ink[rows, columns]).sum() / ink.sum() + 0.5 == pytest.approx(49.6, abs=0.02)


def test_a_line_has_the_area_of_a_capsule_at_any_angle():
    for angle in np.linspace(0, np.pi, 9):
        half = 30 * np.array([np.cos(angle), np.sin(angle)])
        ink = render_strokes([np.array([50 - half, 50 + half])], 10, 100) / 255
        assert ink.sum() == pytest.approx(60 * 10 + np.pi * 25, rel=0.01)


def test_a_thin_line_fades_instead_of_breaking_up():
    ink = render_strokes([np.array([[10.5, 5.0], [10.5, 35.0]])], 0.5, 40) / 255
    assert ink[10:30].sum() == pytest.approx(20 * 0.5, rel=0.02)


def test_crossing_strokes_are_no_darker_than_ink():
    cross = [np.array([[5, 20], [35, 20]]), np.array([[20, 5], [20, 35]])]
    together = render_strokes(cross, 6, 40)
    np.testing.assert_array_equal(together, np.maximum(*(render_strokes([stroke], 6, 40) for stroke in cross)))


def test_points_lie_at_x_then_y():
    ink = render_strokes([np.array([[30, 10]])], 4, 40)
    assert ink[10, 30] == 255
    assert ink[30, 10] == 0


def test_what_lies_outside_is_cut_off():
    inside = render_strokes([np.array([[-500, 20], [500, 20]])], 6, 40)
    assert (inside[18:22] == 255).all()
    assert not render_strokes([np.array([[-50, -50], [-20, -90]])], 6, 40).any()
