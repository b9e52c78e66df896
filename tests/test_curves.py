"""Summed-up curves tell the truth about every value, at any scale, however they grew."""

import numpy as np
import pytest

from core.runs.curves import BatchCurve


def noisy_curve(count, seed=0):
    rng = np.random.default_rng(seed)
    return (np.exp(-np.arange(count) / 3000) + rng.normal(size=count) * 0.1).astype(np.float32)


def assert_true_to(buckets, values):
    """Compare every bucket with the values that it says it sums up."""
    size = buckets.size
    columns = (buckets.updates, buckets.low, buckets.mean, buckets.high, buckets.deviation)
    for middle, low, mean, high, deviation in zip(*columns, strict=True):
        begin = int(middle - 1) // size * size
        held = values[begin : begin + size]
        held = held[np.isfinite(held)].astype(np.float64)
        np.testing.assert_allclose([low, mean, high], [held.min(), held.mean(), held.max()], rtol=1e-9)
        np.testing.assert_allclose(deviation, held.std(), rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("count", [1, 2, 63, 64, 65, 511, 512, 5000, 60_000])
def test_buckets_hold_the_least_the_mean_and_the_greatest(count):
    values, curve = noisy_curve(count), BatchCurve()
    curve.follow(values)
    for limit in (1, 7, 100, 1000):
        buckets = curve.buckets(1, count, limit)
        assert 1 <= len(buckets.updates) <= limit
        assert_true_to(buckets, values)
        assert (np.diff(buckets.updates) > 0).all()


def test_a_curve_that_grew_in_pieces_equals_one_that_came_at_once():
    values, grown, whole = noisy_curve(20_000), BatchCurve(), BatchCurve()
    rng, count = np.random.default_rng(1), 0
    while count < len(values):
        count = min(len(values), count + int(rng.integers(0, 700)))
        grown.follow(values[:count])
    whole.follow(values)
    for first, last, limit in ((1, 20_000, 500), (1, 20_000, 3), (4321, 9876, 50), (19_990, 20_000, 40)):
        one, other = grown.buckets(first, last, limit), whole.buckets(first, last, limit)
        for name in ("updates", "low", "mean", "high", "deviation"):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


def test_zoomed_in_every_update_is_there_by_itself():
    values, curve = noisy_curve(30_000), BatchCurve()
    curve.follow(values)
    buckets = curve.buckets(12_000, 12_050, 100)
    assert buckets.size == 1
    np.testing.assert_array_equal(buckets.updates, np.arange(12_000, 12_051))
    np.testing.assert_array_equal(buckets.mean.astype(np.float32), values[11_999:12_050])


def test_a_single_spike_survives_at_every_scale():
    values = np.ones(50_000, np.float32)
    values[33_333] = 100
    curve = BatchCurve()
    curve.follow(values)
    for limit in (1, 10, 100, 2000):
        buckets = curve.buckets(1, len(values), limit)
        assert buckets.high.max() == 100
        assert (buckets.high == 100).sum() == 1


def test_buckets_stay_where_they_are_while_the_curve_grows():
    values, curve = noisy_curve(3000), BatchCurve()
    curve.follow(values[:2500])
    before = curve.buckets(1, 2500, 400)
    curve.follow(values)
    after = curve.buckets(1, 3000, 400)
    assert before.size == after.size
    whole = len(before.updates) - 1
    np.testing.assert_array_equal(before.updates[:whole], after.updates[:whole])
    np.testing.assert_array_equal(before.mean[:whole], after.mean[:whole])


def test_what_is_not_finite_is_left_out_without_a_trace_in_the_rest():
    values = noisy_curve(1000)
    values[100:164] = np.nan
    values[500] = np.inf
    curve = BatchCurve()
    curve.follow(values)
    buckets = curve.buckets(1, 1000, 64)
    assert buckets.size == 16
    assert np.isfinite(buckets.high).all()
    assert len(buckets.updates) == 63 - 3
    assert_true_to(buckets, values)


def test_a_curve_that_went_back_forgets_what_came_after():
    values, curve = noisy_curve(5000), BatchCurve()
    curve.follow(values)
    other = np.concatenate((values[:3000], np.full(500, 7, np.float32)))
    curve.follow(other[:3000])
    curve.follow(other)
    assert_true_to(curve.buckets(1, 3500, 50), other)


def test_nothing_is_in_an_empty_curve_or_beyond_its_ends():
    curve = BatchCurve()
    assert len(curve.buckets(1, 100, 10).updates) == 0
    curve.follow(noisy_curve(100))
    assert len(curve.buckets(500, 900, 10).updates) == 0
    assert len(curve.buckets(-50, 0, 10).updates) == 0
    assert len(curve.buckets(-50, 900, 1000).updates) == 100


def test_the_work_per_frame_does_not_grow_with_the_run():
    values, curve, touched = noisy_curve(400_000), BatchCurve(), []
    curve.follow(values[:100])
    merge = BatchCurve._sums

    def count(self, place, start, stop):
        touched[-1] += stop - start
        return merge(self, place, start, stop)

    for length in range(1000, 400_000, 1000):
        touched.append(0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(BatchCurve, "_sums", count)
            curve.follow(values[:length])
            curve.buckets(1, length, 500)
    assert max(touched[len(touched) // 2 :]) < 10_000
