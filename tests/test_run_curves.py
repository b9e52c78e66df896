"""What the plots show of a run: trends that end with the newest batches, tests, and metrics at any update."""

import numpy as np
import pytest

from core.runs.epoch_scale import EpochScale
from core.runs.run_metrics import metrics_of as sum_up
from core.runs.run_metrics import newest_count
from core.training.metrics import Metrics
from gui.session.run_curves import MOST_SINGLE, TEST_POINTS, TREND_POINTS, RunCurves


def metrics_of(count, tests=(), loss=None):
    updates = np.arange(1, count + 1)
    loss = np.asarray(2.3 * np.exp(-updates / 500) if loss is None else loss, np.float32)
    test_updates = np.array(tests, np.int64)
    return Metrics(
        loss,
        (1 - loss / 2.5).astype(np.float32),
        test_updates,
        (2.3 * np.exp(-test_updates / 500)).astype(np.float32),
        (test_updates / 1e4).astype(np.float32),
    )


def curves_of(*arguments, **more):
    curves = RunCurves(EpochScale.steady(100))
    curves.follow(metrics_of(*arguments, **more))
    return curves


def test_no_curve_has_more_points_than_can_be_seen():
    curves = curves_of(200_000, tests=range(0, 200_000, 10))
    for first, last in ((0, 200_000), (1000, 90_000), (5, 9)):
        assert len(curves.trend("loss", first, last)[0]) <= TREND_POINTS + 2
        assert len(curves.band("loss", first, last).xy[0]) <= max(MOST_SINGLE, 2 * TREND_POINTS) + 4
        assert len(curves.tests("loss", first, last)[0]) <= TEST_POINTS + 1


def test_the_trend_ends_with_the_mean_of_the_newest_batches():
    loss = np.ones(1000)
    loss[-16:] = 5
    x, y = curves_of(1000, loss=loss).trend("loss", 0, 1000)
    size = newest_count(1000)
    assert x[-1] == 1000
    assert y[-1] == pytest.approx(loss[-size:].mean())
    assert (np.diff(x) > 0).all()


def test_few_batches_are_shown_one_by_one():
    curves = curves_of(30)
    assert not curves.band("loss", 0, 30).is_area
    np.testing.assert_array_equal(curves.trend("loss", 0, 30)[0], np.arange(1, 31))


@pytest.mark.parametrize(("first", "last"), [(0, 100_000), (40_000, 50_000), (99_000, 100_000)])
def test_the_band_shows_how_far_batches_lie_apart_and_the_same_at_any_zoom(first, last):
    loss = np.random.default_rng(0).normal(1, 0.3, 100_000)
    band = curves_of(100_000, loss=loss).band("loss", first, last)
    x, y = band.xy
    half = len(x) // 2
    high, low = y[:half], y[half:][::-1]
    assert band.is_area
    np.testing.assert_array_equal(x[:half], x[half:][::-1])
    assert (high - low).mean() == pytest.approx(2 * 0.3, rel=0.1)
    assert ((high + low) / 2).mean() == pytest.approx(1, rel=0.02)


def test_the_band_lies_about_the_trend_to_its_very_end():
    loss = np.random.default_rng(0).normal(1, 0.3, 5000)
    curves = curves_of(5000, loss=loss)
    (x, y), trend = curves.band("loss", 0, 5000).xy, curves.trend("loss", 0, 5000)
    half = len(x) // 2
    np.testing.assert_array_equal(x[:half], trend[0])
    np.testing.assert_allclose((y[:half] + y[half:][::-1]) / 2, trend[1])
    assert x[half - 1] == 5000


def test_the_band_ends_where_no_batch_lies():
    loss = np.where(np.arange(5000) % 10 == 0, 2.5, 0)
    x, y = curves_of(5000, loss=loss).band("accuracy", 0, 5000).xy
    assert y.max() == 1
    assert y[len(x) // 2 :].min() == pytest.approx(0.9 - 0.3, abs=0.05)


def test_tests_reach_one_beyond_the_view_so_that_lines_leave_it():
    x, _ = curves_of(1000, tests=(0, 100, 200, 300, 400)).tests("loss", 150, 250)
    assert x.tolist() == [100, 200, 300]


def test_thinned_tests_keep_the_newest():
    x, _ = curves_of(10_000, tests=range(0, 10_001, 3)).tests("loss", 0, 10_000)
    assert x[-1] == 9999


def test_metrics_are_those_of_the_update_and_of_the_last_test_before_it():
    curves = curves_of(1000, tests=(0, 400, 800))
    metrics = curves.metrics_at(500, 0, 1000)
    assert (metrics.update, metrics.epoch) == (500, 5.0)
    assert metrics.train_loss == pytest.approx(2.3 * np.exp(-1), rel=0.05)
    assert metrics.test_loss == pytest.approx(2.3 * np.exp(-400 / 500))
    assert metrics.test_accuracy == pytest.approx(0.04)
    assert metrics.test_update == 400


def test_before_the_first_update_there_is_a_test_but_no_batch():
    metrics = curves_of(10, tests=(0,)).metrics_at(0, 0, 10)
    assert metrics.train_loss is None
    assert metrics.test_loss == pytest.approx(2.3)


def test_an_empty_run_has_no_metrics():
    metrics = RunCurves(EpochScale.steady(1)).metrics_at(0, 0, 50)
    assert metrics.train_loss is metrics.test_loss is None


def test_beyond_the_newest_update_nothing_is_known():
    curves = curves_of(1000, tests=(0, 400, 1000))
    assert curves.metrics_at(1000, 0, 2000).test_update == 1000
    metrics = curves.metrics_at(1001, 0, 2000)
    assert (metrics.update, metrics.epoch) == (1001, 10.01)
    assert metrics.train_loss is metrics.test_loss is metrics.test_update is None


def test_batches_without_a_finite_loss_leave_no_hole():
    loss = np.ones(2000)
    loss[-40:] = np.nan
    x, y = curves_of(2000, loss=loss).trend("loss", 0, 2000)
    assert np.isfinite(y).all()
    assert len(x) == len(y)


@pytest.mark.parametrize("count", [150, 884, 2_504, 31_250])
def test_the_end_of_the_curve_is_the_loss_that_the_list_of_runs_tells(count):
    """Both are means over the newest batches: over the same, or a run has two losses at one moment."""
    metrics = metrics_of(count, loss=np.random.default_rng(0).normal(1, 0.3, count))
    curves = RunCurves(EpochScale.steady(100))
    curves.follow(metrics)
    shown = curves.metrics_at(count, 0, 1.2 * count).train_loss
    assert shown == pytest.approx(sum_up(metrics, lambda update: update / 100, 1.0).train_loss, rel=1e-6)


def test_a_moment_early_in_a_long_run_has_the_loss_that_it_had_then():
    """A bucket of the whole view reaches back to the untrained network, whose loss says nothing about that moment."""
    loss = np.concatenate((np.full(400, 2.3), np.full(30_850, 0.5)))
    assert curves_of(31_250, loss=loss).metrics_at(500, 0, 35_000).train_loss == pytest.approx(0.5)
    assert curves_of(500, loss=loss[:500]).metrics_at(500, 0, 600).train_loss == pytest.approx(0.5)
