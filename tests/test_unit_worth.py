"""What each unit is worth: the same metrics as the network with that unit switched off."""

import numpy as np
import pytest

from core.data.readers.idx_reader import read_idx
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import CancelledError, ConfigError
from core.explanation.unit_worth import find_unit_worth
from core.files.shipped_models import load_shipped_model
from core.training.cuts import without_units
from core.training.evaluation import evaluate
from tests.small_data import small_dataset
from tests.test_evidence import network_of


@pytest.fixture(scope="module")
def mnist_test(shared_folder):
    return read_idx(shared_folder / "mnist" / "t10k-images-idx3-ubyte.gz")


def by_digit(network, dataset):
    return np.diag(evaluate(network, dataset).confusion)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize("layer", [1, 2, 3])
def test_a_unit_taken_away_is_a_unit_switched_off(activation, layer):
    network, data = network_of((12, 9, 7), activation, dtype=np.float32), small_dataset(1300, 5)
    worth = find_unit_worth(network, data, layer)
    assert worth.correct.tolist() == by_digit(network, data).tolist()
    assert worth.images.sum() == 1300
    for unit in range(network.layer_sizes[layer]):
        off = by_digit(without_units(network, [(layer, unit)]), data)
        # Sums in another order may break a tie between two logits the other way.
        assert np.abs(worth.without[unit] - off).sum() <= 2


def test_on_the_builtin_digits_too():
    network, data = load_shipped_model("ten").network, load_builtin_digits().test
    worth = find_unit_worth(network, data, 1)
    assert worth.accuracy == evaluate(network, data).accuracy
    for unit in range(10):
        off = evaluate(without_units(network, [(1, unit)]), data)
        assert worth.accuracies[unit] == pytest.approx(off.accuracy, abs=3e-4)
        assert worth.accuracy_of(unit, 4) == pytest.approx(off.confusion[4, 4] / off.confusion[4].sum(), abs=3e-3)


def test_of_the_ten_units_on_mnist_the_fours_need_one(mnist_test):
    worth = find_unit_worth(load_shipped_model("ten").network, mnist_test, 1)
    assert 100 * worth.accuracy == pytest.approx(94.2, abs=0.05)
    assert 100 * np.array([worth.accuracies.min(), worth.accuracies.max()]) == pytest.approx([32.9, 87.0], abs=0.06)
    assert 100 * worth.accuracy_of(None, 4) == pytest.approx(97, abs=0.5)
    assert worth.accuracy_of(3, 4) < 0.005


def test_of_the_wide_network_no_single_unit_matters_and_half_of_them_do(mnist_test):
    network = load_shipped_model("wide").network
    assert find_unit_worth(network, mnist_test, 1).accuracies.min() >= 0.9818
    units = np.random.default_rng(1).permutation(128)[:64]
    without = without_units(network, [(1, int(unit)) for unit in units])
    assert evaluate(without, mnist_test).accuracy == pytest.approx(0.727, abs=0.001)


def test_there_has_to_be_such_a_layer_and_it_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    network, data = network_of((5,), dtype=np.float32), small_dataset(10, 1)
    with pytest.raises(ConfigError, match="no hidden layer 2"):
        find_unit_worth(network, data, 2)
    with pytest.raises(ConfigError, match="it has no hidden layer"):
        find_unit_worth(network_of((), dtype=np.float32), data, 1)
    with pytest.raises(CancelledError):
        find_unit_worth(network, data, 1, cancel)
