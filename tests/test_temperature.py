"""Confidence against accuracy, counted by hand; and the temperature that has the least loss."""

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.files.shipped_models import load_shipped_model
from core.network.prediction import logits_by_chunk
from core.network.softmax_loss import softmax
from core.training.calibration import (
    BINS,
    COLDEST,
    HOTTEST,
    at_temperature,
    fit_temperature,
    mean_loss,
    reliability,
)
from gui.widgets.calibration.calibration_page import describe


def logits_of(count=400, seed=0, scale=3.0):
    rng = np.random.default_rng(seed)
    logits = scale * rng.standard_normal((count, 10))
    # Labels drawn from the very probabilities: a network that is calibrated.
    labels = np.array([rng.choice(10, p=row) for row in softmax(logits.copy())], np.uint8)
    return logits.astype(np.float32), labels


@pytest.mark.parametrize("temperature", [0.3, 1.0, 4.0])
def test_bins_hold_what_counting_one_by_one_finds(temperature):
    logits, labels = logits_of()
    found = reliability(logits, labels, temperature)
    probabilities = softmax(logits.astype(np.float64) / temperature)
    sure, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    error = 0.0
    for part in range(BINS):
        inside = [place for place in range(len(labels)) if part / BINS <= sure[place] < (part + 1) / BINS]
        if part == BINS - 1:
            inside += [place for place in range(len(labels)) if sure[place] == 1]
        assert found.counts[part] == len(inside)
        if inside:
            assert found.confidence[part] == pytest.approx(sure[inside].mean())
            assert found.accuracy[part] == pytest.approx(right[inside].mean())
            error += len(inside) / len(labels) * abs(sure[inside].mean() - right[inside].mean())
        else:
            assert np.isnan(found.accuracy[part])
    assert found.error == pytest.approx(error)
    assert found.share_right == pytest.approx(right.mean())
    assert found.mean_confidence == pytest.approx(sure.mean())


def test_no_temperature_changes_an_answer():
    logits, _ = logits_of()
    answers = [at_temperature(logits, temperature).argmax(axis=1) for temperature in (0.1, 1, 7.3)]
    assert all(np.array_equal(answers[0], other) for other in answers)


def test_a_calibrated_network_has_temperature_one_and_one_that_is_twice_as_loud_two():
    logits, labels = logits_of(20_000)
    assert fit_temperature(logits, labels) == pytest.approx(1, abs=0.05)
    assert fit_temperature(2 * logits, labels) == pytest.approx(2 * fit_temperature(logits, labels), rel=1e-3)
    assert reliability(2 * logits, labels).error > 5 * reliability(2 * logits, labels, 2.0).error


def test_the_fitted_temperature_has_less_loss_than_others():
    logits, labels = logits_of(500, scale=1.7)
    best = fit_temperature(logits, labels)
    least = mean_loss(logits, labels, best)
    assert all(mean_loss(logits, labels, other) >= least - 1e-9 for other in (COLDEST, 0.5, 1, 1.5, 3, HOTTEST))


def test_no_images_and_no_numbers_are_no_trouble():
    empty = reliability(np.zeros((0, 10), np.float32), np.zeros(0, np.uint8))
    assert (empty.error, empty.mean_confidence, empty.counts.sum()) == (0, 0, 0)
    broken = reliability(np.full((3, 10), np.nan, np.float32), np.zeros(3, np.uint8))
    assert broken.counts.sum() == 3


@pytest.mark.parametrize(("name", "error"), [("ten", 0.02), ("wide", 0.02), ("drawing", 0.03)])
def test_the_shipped_models_on_mnists_test_set(name, error, shared_folder):
    network, test = load_shipped_model(name).network, load_pair(shared_folder / "mnist").test
    logits = np.concatenate([found.copy() for _, found in logits_by_chunk(network, test.images)])
    half = len(test) // 2
    temperature = fit_temperature(logits[:half], test.labels[:half])
    before, after = (reliability(logits[half:], test.labels[half:], at) for at in (1.0, temperature))
    assert before.error < error
    assert after.error < error


def test_what_few_answers_show_may_be_chance():
    logits = np.zeros((2, 10), np.float32)
    logits[:, 3] = 5
    labels = np.full(2, 3, np.uint8)
    few, many = reliability(logits, labels), reliability(logits.repeat(2000, 0), labels.repeat(2000))
    sure = softmax(logits.astype(np.float64))[0, 3]
    assert few.chance == pytest.approx(2 * np.sqrt(sure * (1 - sure) / 2))
    assert "of 2 answers, that may be chance" in describe(few)
    assert "not sure enough" in describe(many)
