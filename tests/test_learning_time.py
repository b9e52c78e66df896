"""Time in which learning is even: where half of a loss's fall was done, and the scale and the pace that follow."""

import itertools

import numpy as np
import pytest

from core.runs.learning_time import (
    LearningPace,
    LearningTime,
    SteadyPace,
    half_of_fall,
    update_ticks,
    usual_half,
)


@pytest.mark.parametrize("tau", [20, 200, 2000])
def test_half_of_an_exponential_fall_is_done_after_its_half_life(tau):
    updates = np.arange(30_000)
    loss = 0.3 + 2 * np.exp(-updates / tau)
    assert half_of_fall(loss) == pytest.approx(tau * np.log(2), rel=0.25)


def test_noise_moves_it_little_and_what_is_not_finite_not_at_all():
    rng, updates = np.random.default_rng(0), np.arange(30_000)
    loss = (0.3 + 2 * np.exp(-updates / 200)) * np.exp(0.3 * rng.normal(size=30_000))
    loss[5000:5010] = np.nan, *[np.inf] * 9
    assert half_of_fall(loss.astype(np.float32)) == pytest.approx(140, rel=0.4)


@pytest.mark.parametrize("loss", [[], [2.3], np.full(500, 2.3), np.linspace(2.3, 60, 500), np.full(500, np.nan)])
def test_a_loss_that_has_not_fallen_has_no_half(loss):
    assert half_of_fall(np.asarray(loss, np.float64)) is None


@pytest.mark.parametrize(("half", "end"), [(1.0, 1), (150.0, 31_250), (300.0, 9_000_000), (1e6, 120)])
def test_share_and_update_undo_each_other(half, end):
    time = LearningTime(half, end)
    assert time.share(0) == 0
    assert time.share(end) == pytest.approx(1)
    for share in (0.0, 0.1, 0.5, 0.99, 1.0):
        assert time.share(time.update(share)) == pytest.approx(share)


def test_a_late_half_makes_the_scale_even():
    assert LearningTime(1e6, 1000).share(500) == pytest.approx(0.5, abs=0.001)


def test_a_film_spends_as_long_on_each_stretch_of_the_scale():
    time = LearningTime(150.0, 31_250)
    pace = LearningPace(time, 10.0)
    assert pace.after(0, 5.0) == pytest.approx(time.update(0.5))
    assert pace.after(0, 1.0) < 200
    assert pace.after(pace.after(0, 3.0), 4.0) == pytest.approx(pace.after(0, 7.0))
    assert pace.after(0, 99.0) == pytest.approx(31_250)
    assert SteadyPace(20.0).after(7, 0.5) == 17


@pytest.mark.parametrize("end", [1, 7, 120, 31_250, 9_000_000])
def test_ticks_keep_apart_and_hold_both_ends(end):
    time = LearningTime(usual_half(end), end)
    ticks = update_ticks(time, 800, 60)
    assert ticks[0] == 0
    assert ticks[-1] == end
    places = [time.share(update) * 800 for update in ticks]
    assert all(second - first >= 60 for first, second in itertools.pairwise(places))
