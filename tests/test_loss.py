"""Softmax and cross-entropy: the definition, computed slowly with Python's own numbers, and the far ends."""

import math

import numpy as np
import pytest

from core.network.softmax_loss import count_correct, one_hot, softmax, softmax_cross_entropy


def slow_probabilities(logits):
    exponentials = [math.exp(z) for z in logits]
    return [value / sum(exponentials) for value in exponentials]


@pytest.fixture
def logits():
    return np.random.default_rng(0).standard_normal((6, 10)) * 3


@pytest.fixture
def labels():
    return np.array([0, 9, 4, 4, 1, 7], np.uint8)


def test_probabilities_follow_the_definition(logits, labels):
    expected = [slow_probabilities(row) for row in logits.tolist()]
    np.testing.assert_allclose(softmax(logits), expected, rtol=1e-13)
    found = softmax_cross_entropy(logits, one_hot(labels).astype(np.float64))
    np.testing.assert_allclose(found.probabilities, expected, rtol=1e-13)


def test_loss_is_the_sum_of_minus_log_probability_of_the_true_digit(logits, labels):
    rows = zip(logits.tolist(), labels.tolist(), strict=True)
    expected = sum(-math.log(slow_probabilities(row)[label]) for row, label in rows)
    found = softmax_cross_entropy(logits, one_hot(labels).astype(np.float64))
    assert found.loss_sum == pytest.approx(expected, rel=1e-13)
    assert softmax_cross_entropy(logits.astype(np.float32), one_hot(labels)).loss_sum == pytest.approx(expected, 1e-6)


def test_right_answers_are_counted(logits):
    best = logits.argmax(axis=1).astype(np.uint8)
    best[2:4] = (best[2:4] + 1) % 10
    assert count_correct(logits, best) == 4


def test_a_network_that_knows_nothing_loses_ln_10_and_is_right_only_about_the_zeros():
    labels = np.arange(10, dtype=np.uint8)
    logits = np.zeros((10, 10), np.float32)
    assert softmax_cross_entropy(logits, one_hot(labels)).loss_sum / 10 == pytest.approx(math.log(10), rel=1e-6)
    assert count_correct(logits, labels) == 1


def test_huge_logits_overflow_nowhere():
    logits = np.zeros((2, 10), np.float32)
    logits[0, 3], logits[1, 3] = 1e4, -1e4
    labels = np.array([7, 3], np.uint8)
    found = softmax_cross_entropy(logits, one_hot(labels))
    assert np.isfinite(found.probabilities).all()
    assert found.probabilities[0, 3] == 1
    assert found.probabilities[1, 3] == 0
    # The first is sure and wrong by 1e4 nats; the second gives the true digit e^-1e4 beside nine equal others.
    assert found.loss_sum == pytest.approx(1e4 + 1e4 + math.log(9), rel=1e-6)
    assert count_correct(logits, labels) == 0


def test_sure_and_right_costs_nothing():
    logits = np.full((1, 10), -1e4, np.float32)
    logits[0, 5] = 1e4
    assert softmax_cross_entropy(logits, one_hot(np.array([5], np.uint8))).loss_sum == 0


def test_what_is_added_to_all_logits_of_an_image_changes_nothing(logits, labels):
    targets = one_hot(labels)
    moved = softmax_cross_entropy((logits + 500).astype(np.float32), targets)
    assert moved.loss_sum == pytest.approx(softmax_cross_entropy(logits, targets).loss_sum, rel=1e-4)
    np.testing.assert_allclose(moved.probabilities, softmax(logits), atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_go_where_they_are_told_and_keep_their_type(logits, labels, dtype):
    logits, targets = logits.astype(dtype), one_hot(labels).astype(dtype)
    out, kept = np.empty_like(logits), logits.copy()
    found = softmax_cross_entropy(logits, targets, out=out)
    assert found.probabilities is out
    np.testing.assert_array_equal(logits, kept)
    assert softmax(logits).dtype == softmax_cross_entropy(logits, targets).probabilities.dtype == dtype
    np.testing.assert_array_equal(softmax(logits), out)
    in_place = logits.copy()
    assert softmax_cross_entropy(in_place, targets, out=in_place).loss_sum == found.loss_sum
    np.testing.assert_array_equal(in_place, out)


def test_one_hot_rows_are_one_at_the_label():
    labels = np.array([3, 0, 9], np.uint8)
    rows = one_hot(labels)
    assert rows.dtype == np.float32
    assert rows.argmax(axis=1).tolist() == [3, 0, 9]
    assert rows.sum(axis=1).tolist() == [1, 1, 1]
    out = np.full((3, 10), 7, np.float32)
    assert one_hot(labels, out=out) is out
    np.testing.assert_array_equal(out, rows)


def test_a_logit_that_is_no_number_shows_in_the_loss(logits, labels):
    logits[1, 2] = np.nan
    assert math.isnan(softmax_cross_entropy(logits, one_hot(labels)).loss_sum)
