"""What a unit answers to: the same images and means as the whole network's forward pass tells."""

import numpy as np
import pytest

from core.errors import CancelledError, ConfigError
from core.explanation.unit_response import find_unit_response
from core.network.network import forward
from core.network.prediction import scaled
from tests.small_data import small_dataset
from tests.test_evidence import network_of


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize(("layer", "unit"), [(1, 11), (2, 4), (3, 9)])
def test_it_is_what_the_forward_pass_gives_the_unit(activation, layer, unit):
    network, data = network_of((12, 9), activation, dtype=np.float32), small_dataset(2300, 5)
    passes = forward(network, scaled(data.images))
    z = passes.operations[2 * (layer - 1)].output[:, unit]
    a = z if layer == 3 else passes.operations[2 * layer - 1].output[:, unit]
    found = find_unit_response(network, data, layer, unit, 4)
    assert found.pre_activations == pytest.approx(z, abs=1e-5)
    assert z[found.most] == pytest.approx(np.sort(z)[::-1][:4], abs=1e-5)
    assert z[found.least] == pytest.approx(np.sort(z)[:4], abs=1e-5)
    assert not found.places.any()
    for digit in range(10):
        mine = data.labels == digit
        assert found.images[digit] == mine.sum()
        assert found.active[digit] == pytest.approx((z[mine] > 0).mean(), abs=2 / mine.sum())
        assert found.mean[digit] == pytest.approx(a[mine].mean(), abs=1e-4)
    assert found.active_share == pytest.approx((z > 0).mean(), abs=1e-3)


def test_a_digit_without_images_counts_as_nothing():
    network, data = network_of((5,), dtype=np.float32), small_dataset(60, 5)
    found = find_unit_response(network, data.take(np.flatnonzero(data.labels != 7), "others"), 1, 2)
    assert found.images[7] == found.active[7] == found.mean[7] == 0


def test_there_has_to_be_such_a_unit_and_it_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    network, data = network_of((5,), dtype=np.float32), small_dataset(10, 1)
    with pytest.raises(ConfigError, match="no unit 5"):
        find_unit_response(network, data, 1, 5)
    with pytest.raises(ConfigError, match="no layer 3"):
        find_unit_response(network, data, 3, 0)
    with pytest.raises(CancelledError):
        find_unit_response(network, data, 1, 0, report=cancel)
