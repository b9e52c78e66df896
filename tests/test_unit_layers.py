"""Units, maps and their weights are found whatever the operations are, and all that is told of units goes by them."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.explanation.dream import dream_of_unit
from core.explanation.evidence import find_evidence, terms_through
from core.explanation.flow_words import describe_connection, describe_unit
from core.explanation.signal_flow import flow_of_change, flow_of_gradient, flow_of_signal, flow_of_weights
from core.explanation.unit_worth import find_unit_worth
from core.network.fully_connected import fully_connected
from core.network.network import Network, forward, loss_and_gradient
from core.network.parameters import Parameters
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.network.unit_layers import layer_of, unit_layers
from core.runs.dead_units import find_silent_units
from core.training.config import TrainingConfig
from core.training.cuts import Cut, cut_network, without_units
from core.training.evaluation import evaluate
from tests.small_data import small_dataset

NAMES = tuple(map(str, range(10)))
DATA = small_dataset(400, 6)
CONVOLUTION = TrainingConfig(layers="conv 4 3x3, pool 2, dropout 0.25, 10").layout


def started(layout, dtype=np.float64):
    return Network(Parameters(np.random.default_rng(3).normal(0, 0.1, layout.size).astype(dtype), layout))


def single(network):
    return Network(network.parameters.astype(np.float32))


def image(number=3):
    return scaled(DATA.images[number])


def test_a_dense_network_has_its_units():
    first, second, last = unit_layers(fully_connected((784, 6, 4, 10), "tanh"))
    assert (first.noun, first.units, first.inputs, first.source_shape) == ("unit", 6, 784, (28, 28))
    assert (second.units, second.source_count, second.source_shape, second.map_shape) == (4, 6, (), ())
    assert (last.noun, last.is_output, last.nonlinearity) == ("output", True, None)
    assert first.nonlinearity.name == "tanh"


def test_a_convolution_has_maps_and_who_reads_them_is_found():
    first, last = unit_layers(CONVOLUTION)
    assert (first.noun, first.units, first.inputs) == ("map", 4, 9)
    assert (first.map_shape, first.map_shape_at(first.map_end), first.source_shape) == ((26, 26), (13, 13), (3, 3))
    assert (last.source_count, last.inputs, last.source_shape) == (4, 676, (13, 13))
    assert layer_of(CONVOLUTION, 3) is first
    assert len(first.outgoing(2)) == 13 * 13 * 10
    assert len(last.outgoing(2)) == 0


@pytest.mark.parametrize(
    ("layers", "map_shape", "behind"),
    [
        ("conv 1 5x5, pool 2, 10", (24, 24), (12, 12)),
        ("conv 1 28x28, 10", (1, 1), (1, 1)),
        ("conv 1 3x3, dropout 0.2, 1, 10", (26, 26), (26, 26)),
    ],
)
def test_a_convolution_of_one_filter_has_a_map_as_well(layers, map_shape, behind):
    first, second, *rest = unit_layers(TrainingConfig(layers=layers).layout)
    assert (first.noun, first.map_shape, first.map_shape_at(first.map_end)) == ("map", map_shape, behind)
    assert (second.noun, second.map_shape) == ("unit" if rest else "output", ())
    network = single(started(first.layout, np.float32))
    assert dream_of_unit(network, 1, 0, steps=3).pre_activations.ndim == 1
    assert describe_unit(flow_of_signal(network, image()), 0, 0, NAMES).startswith("map 0")


def test_a_map_switched_off_says_nothing_to_the_digits():
    network = started(CONVOLUTION)
    passes = forward(without_units(network, [(1, 2)]), image()[np.newaxis].astype(np.float64))
    with_hole = forward(network, image()[np.newaxis].astype(np.float64))
    numbers = with_hole.operations[6].input.copy()
    numbers[:, unit_layers(CONVOLUTION)[0].owners[-1] == 2] = 0
    parameters = network.parameters.arrays
    assert passes.logits == pytest.approx(numbers @ parameters["W2"] + parameters["b2"])


def test_a_held_map_says_the_same_at_every_place_of_every_image():
    network = cut_network(started(CONVOLUTION), [Cut(kind="hold", layer=1, unit=1, value=0.5)])
    maps = unit_layers(CONVOLUTION)[0].by_unit(forward(network, DATA.images[:5] / 255).operations[3].output, 3)
    assert np.all(maps[:, 1] == 0.5)


def test_one_weight_of_a_kernel_is_set_and_there_are_no_more_than_nine():
    network = cut_network(started(CONVOLUTION), [Cut(kind="set", layer=1, unit=1, source=8, value=2.0)])
    assert network.parameters.arrays["W1"][0, 2, 2, 1] == 2
    with pytest.raises(ConfigError, match="no input 9; expected 0 to 8"):
        Cut(kind="set", layer=1, unit=1, source=9, value=2.0).check(CONVOLUTION)
    with pytest.raises(ConfigError, match="no unit 4; expected 0 to 3"):
        Cut(kind="off", layer=1, unit=4).check(CONVOLUTION)


def test_a_map_is_worth_what_the_network_without_it_gets_wrong():
    network, data = single(started(CONVOLUTION)), small_dataset(300, 4)
    worth = find_unit_worth(network, data, 1)
    for unit in range(4):
        assert worth.accuracies[unit] == evaluate(without_units(network, [(1, unit)]), data).accuracy


def test_a_map_is_dead_where_no_place_of_any_image_activates_it():
    network = started(CONVOLUTION)
    network.parameters.arrays["b1"][:] = (0, -100, 0, -100)
    assert {(unit.layer, unit.unit) for unit in find_silent_units(single(network), DATA.images)} == {(0, 1), (0, 3)}


def test_evidence_adds_up_exactly_by_pixels_by_maps_and_within_a_map():
    network, pixels = started(CONVOLUTION), image().astype(np.float64)
    network.parameters.arrays["b1"][:] = (0.3, -0.1, 0.2, 0)
    found = find_evidence(network, pixels, 3, 8)
    assert found.is_exact
    assert len(found.units) == 4
    assert found.pixels.sum() + found.pixel_rest == pytest.approx(found.difference)
    assert found.units.sum() + found.unit_rest == pytest.approx(found.difference)
    for unit in range(4):
        terms, from_bias = terms_through(network, pixels, found, unit)
        assert terms.sum() + from_bias == pytest.approx(found.units[unit])


def test_what_maps_send_adds_up_to_what_arrives():
    network, pixels = single(started(CONVOLUTION)), image()
    flow, passes = flow_of_signal(network, pixels), forward(network, pixels[np.newaxis])
    assert [len(units) for units in flow.units] == [4, 10]
    assert flow.images[0].shape == (4, 13, 13)
    sent = flow.lines[0].sum(axis=0) + network.parameters.arrays["b2"]
    assert sent == pytest.approx(passes.logits[0], abs=1e-5)
    mean = passes.operations[1].output[0].mean(axis=(1, 2))
    assert flow.arriving + network.parameters.arrays["b1"] == pytest.approx(mean, abs=1e-5)
    assert "over 13 × 13 places" in describe_unit(flow, 0, 1, NAMES)
    assert "169 activations × weights" in describe_connection(flow, network, 0, 1, 3, NAMES)
    assert "mean pre-activation of its 26 × 26 places" in describe_connection(flow, network, -1, 0, 1, NAMES)


def test_the_gradient_of_a_map_is_that_of_all_its_places():
    network, pixels = single(started(CONVOLUTION)), image()
    flow = flow_of_gradient(network, pixels, 3)
    gradient = loss_and_gradient(network, pixels[np.newaxis], one_hot(np.array([3], np.uint8))).gradient
    assert flow.units[0] == pytest.approx(gradient.arrays["b1"], abs=1e-5)
    assert flow.images[0].shape == (4, 26, 26)
    assert flow.images[0].sum(axis=(1, 2)) == pytest.approx(gradient.arrays["b1"], abs=1e-4)
    assert flow.lines[0].sum() == pytest.approx(gradient.arrays["W2"].sum(), abs=1e-4)
    assert "169 weights, added up" in describe_connection(flow, network, 0, 1, 3, NAMES)


def test_without_an_image_the_kernels_are_shown():
    network = single(started(CONVOLUTION))
    flow = flow_of_weights(network)
    assert flow.images[0] == pytest.approx(network.parameters.arrays["W1"][0].transpose(2, 0, 1))
    assert flow.arriving is None
    assert "sum of 169 weights" in describe_connection(flow, network, 0, 1, 3, NAMES)
    changed = flow_of_change(network.parameters, without_units(network, [(1, 0)]).parameters)
    assert np.count_nonzero(changed.lines[0].any(axis=1)) == 1
    assert "change" in describe_connection(changed, network, 0, 0, 3, NAMES)
