"""The measurement of calibration finds what was put in."""

import numpy as np
import pytest

from core.network.softmax_loss import softmax
from tests.benchmarks.calibration import fit_temperature, scale_by_other_half
from tests.benchmarks.pen_digits import expected_calibration_error


@pytest.fixture(scope="module")
def drawn():
    """Logits, and labels drawn with just the probabilities that they stand for."""
    rng = np.random.default_rng(0)
    logits = 2 * rng.standard_normal((20_000, 10))
    edges = softmax(logits.copy()).cumsum(axis=1)
    return logits, (rng.random((len(logits), 1)) < edges).argmax(axis=1)


@pytest.mark.parametrize("temperature", [0.5, 1, 3])
def test_the_temperature_that_spoilt_the_logits_is_found(drawn, temperature):
    logits, labels = drawn
    assert fit_temperature(logits * temperature, labels) == pytest.approx(temperature, rel=0.03)


def test_scaling_by_the_other_half_mends_what_is_too_sure(drawn):
    logits, labels = drawn
    scaled, temperatures = scale_by_other_half(3 * logits, labels, np.arange(len(labels)) % 2 == 1)
    assert temperatures == pytest.approx([3, 3], rel=0.05)
    assert expected_calibration_error(softmax(3 * logits), labels) > 0.1
    assert expected_calibration_error(softmax(scaled), labels) < 0.02
