"""Dreaming of a unit: every step stays an image, and excites the unit more than the one before."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import CancelledError, ConfigError
from core.explanation.dream import dream_of_unit
from core.explanation.unit_response import find_unit_response
from core.files.shipped_models import load_shipped_model
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network, forward
from core.network.prediction import scaled
from tests.test_evidence import network_of


@pytest.mark.parametrize("name", ["ten", "wide"])
def test_a_unit_of_the_first_layer_wants_ink_where_its_weights_are_positive(name):
    network = load_shipped_model(name).network
    for unit in range(10):
        weights, bias = network.parameters.weights[0][:, unit], network.parameters.biases[0][unit]
        found = dream_of_unit(network, 1, unit)
        most = float(np.maximum(weights, 0).sum() + bias)
        assert found.images.min() >= 0
        assert found.images.max() <= 1
        assert not found.images[0].any()
        assert found.pre_activations[0] == pytest.approx(bias, abs=1e-6)
        assert most - found.pre_activations[-1] < 0.02 * (most - bias)
        assert (np.diff(found.pre_activations) > -1e-4).all()


def test_no_image_of_the_test_set_excites_a_unit_of_a_later_layer_as_much():
    network, test = network_of((20, 12), "tanh", dtype=np.float32), load_builtin_digits().test
    for unit in range(4):
        found = dream_of_unit(network, 2, unit)
        z = forward(network, found.images).operations[2].output[:, unit]
        assert found.pre_activations == pytest.approx(z, abs=1e-5)
        assert z[-1] > find_unit_response(network, test, 2, unit).pre_activations.max()


def test_before_training_a_faint_noise_shows_the_way_from_a_blank_image():
    parameters = initialize(fully_connected((784, 20, 12, 10)), "relu", "he", np.random.default_rng(4))
    for unit in range(12):
        found = dream_of_unit(Network(parameters), 2, unit)
        assert not found.images[0].any()
        assert found.pre_activations[0] == 0
        assert found.pre_activations[-1] > 1


def test_it_starts_from_a_drawing_and_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    network = load_shipped_model("ten").network
    start = scaled(load_builtin_digits().test.images[:1])[0]
    found = dream_of_unit(network, 2, 7, start, steps=40)
    assert np.array_equal(found.images[0], start)
    assert found.pre_activations == pytest.approx(forward(network, found.images).logits[:, 7], abs=1e-5)
    with pytest.raises(CancelledError):
        dream_of_unit(network, 1, 3, report=cancel)
    with pytest.raises(ConfigError, match="no unit 10"):
        dream_of_unit(network, 1, 10)
