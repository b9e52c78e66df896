"""Distortions change images as handwriting varies, and nothing else."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import generate_digits
from core.drawing.distortion import distort


@pytest.fixture(scope="module")
def digits():
    return generate_digits(200, seed=9).images / np.float32(255)


@pytest.mark.parametrize("kind", ["shift", "distort", "mix"])
@pytest.mark.parametrize("count", [1, 31, 33, 200])
def test_shape_type_and_range_stay(digits, kind, count):
    before = digits[:count].copy()
    distorted = distort(before, kind, np.random.default_rng(0))
    assert distorted.shape == (count, 784)
    assert distorted.dtype == np.float32
    assert distorted.min() >= 0
    assert distorted.max() <= 1
    np.testing.assert_array_equal(before, digits[:count])


@pytest.mark.parametrize("kind", ["shift", "distort", "mix"])
def test_the_generator_decides(digits, kind):
    first, same, other = (distort(digits, kind, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert not np.array_equal(first, other)


def test_a_shift_is_one_of_nine_and_each_comes_up(digits):
    shifted = distort(digits, "shift", np.random.default_rng(0)).reshape(-1, 28, 28)
    seen = set()
    for image, moved in zip(digits.reshape(-1, 28, 28), shifted, strict=True):
        padded = np.pad(image, 1)
        matches = [
            (down, right)
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
            if np.array_equal(padded[1 - down : 29 - down, 1 - right : 29 - right], moved)
        ]
        assert len(matches) == 1
        seen.update(matches)
    assert len(seen) == 9


def test_what_is_shifted_out_does_not_come_back():
    full = np.ones((300, 784), np.float32)
    shifted = distort(full, "shift", np.random.default_rng(0)).reshape(-1, 28, 28)
    assert set(np.unique(shifted.sum(axis=(1, 2)))) == {27.0 * 27, 27.0 * 28, 28.0 * 28}
    assert (shifted[:, 1:-1, 1:-1] == 1).all()


@pytest.mark.parametrize("kind", ["distort", "mix"])
def test_blank_paper_stays_blank(kind):
    assert not distort(np.zeros((40, 784), np.float32), kind, np.random.default_rng(0)).any()


def test_about_half_of_a_mix_is_only_shifted_and_another_half_each_time(digits):
    shifted = [_is_shift_of(distort(digits, "mix", np.random.default_rng(seed)), digits) for seed in (0, 1)]
    for kept in shifted:
        assert 0.35 < kept.mean() < 0.65
    assert 0.3 < (shifted[0] != shifted[1]).mean() < 0.7


def _is_shift_of(changed, digits):
    """Return for each image whether it is the original, moved by at most one pixel."""
    padded = np.pad(digits.reshape(-1, 28, 28), ((0, 0), (1, 1), (1, 1)))
    places = [(down, right) for down in range(3) for right in range(3)]
    shifts = np.stack([padded[:, down : down + 28, right : right + 28] for down, right in places])
    return (shifts == changed.reshape(-1, 28, 28)).all(axis=(2, 3)).any(axis=0)


def test_a_distorted_digit_stays_near_its_place_and_keeps_full_ink(digits):
    distorted = distort(digits, "distort", np.random.default_rng(3)).reshape(-1, 28, 28)
    positions = np.arange(28)
    ink = distorted.sum(axis=(1, 2))
    for axis in (1, 2):
        centers = distorted.sum(axis=axis) @ positions / ink
        assert np.abs(centers - 14).max() < 5
        assert abs(centers.mean() - 14) < 0.3
    np.testing.assert_allclose(distorted.max(axis=(1, 2)), 1, atol=1e-6)


def test_strokes_become_thicker_and_thinner(digits):
    ink = np.stack([distort(digits, "distort", np.random.default_rng(seed)).sum(axis=1) for seed in range(20)])
    ratio = ink / digits.sum(axis=1)
    assert (ratio.max(axis=0) > 1.1).mean() > 0.9
    assert (ratio.min(axis=0) < 0.9).mean() > 0.9


def test_a_distorted_digit_still_resembles_itself(digits):
    distorted = distort(digits, "distort", np.random.default_rng(4))
    distances = ((distorted[:, None] - digits[None]) ** 2).sum(axis=2)
    own = np.diagonal(distances)
    assert (own < np.quantile(distances, 0.1, axis=1)).mean() > 0.8
