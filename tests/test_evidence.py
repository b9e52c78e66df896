"""The evidence adds up to the difference of the logits: exactly, for ReLU networks of any depth."""

import numpy as np
import pytest

from core.explanation.evidence import find_evidence, unit_terms
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network, forward


def network_of(hidden, activation="relu", seed=3, dtype=np.float64):
    rng = np.random.default_rng(seed)
    parameters = initialize(fully_connected((784, *hidden, 10), activation), activation, "auto", rng).astype(dtype)
    for biases in parameters.biases:
        biases[:] = rng.normal(0, 0.3, biases.shape)
    return Network(parameters)


def image(seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    return (rng.random(784) * (rng.random(784) < 0.2)).astype(dtype)


@pytest.mark.parametrize("hidden", [(), (10,), (32, 16), (20, 15, 12)])
def test_pixels_and_biases_add_up_to_the_difference_of_the_logits(hidden):
    network = network_of(hidden)
    for seed in range(5):
        pixels = image(seed)
        logits = forward(network, pixels[None]).logits[0]
        evidence = find_evidence(network, pixels, 7, 1)
        assert evidence.is_exact
        assert evidence.difference == pytest.approx(logits[7] - logits[1], abs=1e-12)
        assert evidence.pixels.sum() + evidence.pixel_rest == pytest.approx(logits[7] - logits[1], abs=1e-9)
        if hidden:
            assert evidence.units.shape == (hidden[0],)
            assert evidence.units.sum() + evidence.unit_rest == pytest.approx(logits[7] - logits[1], abs=1e-9)
        else:
            assert not evidence.units.size


def test_the_exact_rest_comes_from_the_biases_alone():
    network = network_of((10,))
    for biases in network.parameters.biases:
        biases[:] = 0
    evidence = find_evidence(network, image(), 3, 5)
    assert evidence.pixel_rest == 0
    assert evidence.unit_rest == 0
    assert evidence.pixels.sum() == pytest.approx(evidence.difference)


def test_it_adds_up_in_single_precision_too():
    network = network_of((10,), dtype=np.float32)
    evidence = find_evidence(network, image(dtype=np.float32), 0, 9)
    assert evidence.pixels.dtype == np.float32
    assert evidence.pixels.sum() + evidence.pixel_rest == pytest.approx(evidence.difference, abs=1e-5)


def test_the_terms_are_the_slopes_that_small_changes_of_ink_show():
    network, pixels = network_of((12, 8)), image()
    evidence = find_evidence(network, pixels, 2, 6)
    inked = np.flatnonzero(pixels)[:20]
    for pixel in inked:
        nudged = pixels.copy()
        nudged[pixel] += 1e-6
        logits = forward(network, np.stack([pixels, nudged])).logits
        slope = ((logits[1, 2] - logits[1, 6]) - (logits[0, 2] - logits[0, 6])) / 1e-6
        assert evidence.pixels[pixel] == pytest.approx(slope * pixels[pixel], abs=1e-6)


def test_blank_pixels_and_units_that_are_off_say_nothing():
    network, pixels = network_of((10,)), image()
    evidence = find_evidence(network, pixels, 1, 8)
    assert not evidence.pixels[pixels == 0].any()
    activations = forward(network, pixels[None]).operations[1].output[0]
    assert (activations == 0).any()
    assert not evidence.units[activations == 0].any()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_where_the_activation_bends_the_pixels_are_called_inexact_and_the_units_stay_exact(activation):
    network, pixels = network_of((10,), activation), image()
    evidence = find_evidence(network, pixels, 4, 9)
    assert not evidence.is_exact
    assert evidence.pixels.sum() + evidence.pixel_rest == pytest.approx(evidence.difference)
    output_biases = network.parameters.biases[1]
    assert evidence.unit_rest == pytest.approx(output_biases[4] - output_biases[9])
    assert evidence.units.sum() + evidence.unit_rest == pytest.approx(evidence.difference, abs=1e-9)


def test_evidence_against_oneself_is_nothing():
    evidence = find_evidence(network_of((10,)), image(), 5, 5)
    assert evidence.difference == 0
    assert not evidence.pixels.any()


def test_a_units_terms_and_its_bias_are_its_weighted_sum():
    network, pixels = network_of((10,)), image()
    sums = forward(network, pixels[None]).operations[0].output[0]
    for unit in range(10):
        terms = unit_terms(network, pixels, unit)
        assert terms.sum() + network.parameters.biases[0][unit] == pytest.approx(sums[unit])
