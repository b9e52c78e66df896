"""What looks inside a network looks inside one with maps: pages of units, fooling, dreams, likeness and teaching."""

import numpy as np
import pytest

from core.errors import ConfigError
from core.explanation.dream import dream, dream_of_unit
from core.explanation.evidence import find_evidence
from core.explanation.fooling import fooled_dataset
from core.explanation.least_change import least_change
from core.explanation.likeness import find_likeness
from core.explanation.unit_response import find_unit_response
from core.explanation.unit_story import find_unit_story
from core.network.layers import layered, parse_layers
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import predict, scaled
from core.network.receptive_field import receptive_field
from core.network.unit_layers import unit_layers
from core.runs.dead_units import find_silent_units
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.teaching import teach
from tests.small_data import small_dataset, small_pair

DATA = small_pair()


@pytest.fixture(scope="module")
def run():
    config = TrainingConfig(layers="conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10", epochs=4, batch_size=20)
    run = Run(Recipe(config), DATA, test_share=0)
    run.advance(run.total_updates, lambda *_: None, "")
    return run


@pytest.fixture(scope="module")
def network(run):
    return run.snapshot().network


@pytest.mark.parametrize(
    ("words", "layer", "place", "field"),
    [
        ("conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10", 1, 0, (0, 0, 5, 5)),
        ("conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10", 1, 24 * 3 + 7, (3, 7, 5, 5)),
        ("conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10", 2, 10 * 2 + 1, (4, 2, 10, 10)),
        ("conv 3 5x5 same, 10", 1, 0, (0, 0, 3, 3)),
    ],
)
def test_a_place_sees_the_pixels_that_change_it_and_no_others(words, layer, place, field):
    layout = layered(parse_layers(words))
    its_layer = unit_layers(layout)[layer - 1]
    assert receptive_field(its_layer, place) == field
    rng = np.random.default_rng(0)
    network = _drawn(layout)
    images = rng.random((1, 784))
    others = np.repeat(images, 200, axis=0)
    changed = rng.permutation(784)[:200]
    others[np.arange(200), changed] += 1
    z, others_z = (
        its_layer.by_unit(forward(network, each).operations[its_layer.operation].output, its_layer.operation)[
            :, 0, place
        ]
        for each in (images, others)
    )
    rows, columns = changed // 28, changed % 28
    row, column, height, width = field
    is_inside = (row <= rows) & (rows < row + height) & (column <= columns) & (columns < column + width)
    moved = np.abs(others_z - z) > 1e-9
    assert not (moved & ~is_inside).any()
    assert moved[is_inside].any()


def _drawn(layout):
    return Network(Parameters(np.random.default_rng(1).normal(0, 0.3, layout.size), layout))


def test_a_unit_of_a_dense_layer_may_see_all():
    assert receptive_field(unit_layers(layered(parse_layers("conv 3 5x5, 10")))[1], 0) is None


def test_a_map_answers_by_its_most_excited_place(network):
    layer = unit_layers(network.parameters.layout)[1]
    found = find_unit_response(network, DATA.test, 2, 3, count=4)
    sums = forward(network, scaled(DATA.test.images)).operations[layer.operation].output
    z = layer.by_unit(sums, layer.operation)[:, 3]
    assert found.pre_activations == pytest.approx(z.max(axis=1), abs=1e-5)
    assert (found.places == z.argmax(axis=1)).all()
    assert found.most[0] == z.max(axis=1).argmax()


def test_a_map_dreams_of_an_image_that_excites_its_middle(network):
    found = dream_of_unit(network, 2, 1, steps=20)
    layer = unit_layers(network.parameters.layout)[1]
    sums = forward(network, found.images).operations[layer.operation].output
    rows, columns = layer.map_shape
    z = layer.by_unit(sums, layer.operation)[:, 1, rows // 2 * columns + columns // 2]
    assert found.pre_activations == pytest.approx(z, abs=1e-5)
    assert z[-1] > z[0]


def test_the_story_of_maps_counts_all_their_places(run):
    found = find_unit_story(run, run.update, 1)
    assert found.active.shape == (len(found.updates), 3)
    assert (found.gradients > 0).any()
    assert found.died_at.keys() == {
        unit.unit for unit in find_silent_units(run.snapshot().network, DATA.train.images) if unit.layer == 0
    }


def test_the_network_is_fooled_and_dreams(network):
    fooled = fooled_dataset(network, DATA.test, 60)
    assert evaluate(network, fooled).accuracy < evaluate(network, DATA.test).accuracy
    assert dream(network, 4, steps=30).probabilities[-1] > 0.9


def test_the_least_change_is_less_than_other_changes_to_the_same_answer(network):
    pixels = scaled(DATA.test.images[0])
    found = least_change(network, pixels)
    assert predict(network, found.pixels[np.newaxis])[0].argmax() == found.rival
    assert found.distance < np.linalg.norm(scaled(DATA.test.images[1]) - pixels)


def test_evidence_is_exact_and_one_number_a_map(network):
    found = find_evidence(network, scaled(DATA.test.images[0]), 3, 5)
    assert found.units.shape == (3,)
    assert found.is_exact
    assert found.pixels.sum() + found.pixel_rest == pytest.approx(found.difference, abs=1e-4)


def test_batch_norm_is_a_straight_line_where_a_network_is_used():
    layout = layered(parse_layers("conv 3 5x5, norm, pool 2, 10"))
    network = _drawn(layout)
    network.parameters.arrays["variance1"][:] = (0.5, 1, 2)
    found = find_evidence(network, scaled(DATA.test.images[0]).astype(float), 3, 5)
    assert found.pixels.sum() + found.pixel_rest == pytest.approx(found.difference)
    assert found.units.sum() + found.unit_rest == pytest.approx(found.difference)
    with pytest.raises(ConfigError, match="cannot be held"):
        Cut(kind="hold", layer=1, unit=1, value=0.5).check(layout)


def test_likeness_compares_all_numbers_of_the_last_maps(network):
    pixels = scaled(DATA.train.images[7])
    found = find_likeness(network, DATA, pixels)
    assert found.in_pixels[0] == 7
    assert found.in_hidden[0] == 7


def test_it_is_taught_a_few_digits(network):
    found = teach(network, small_dataset(5, 9), DATA.test, updates=4, learning_rate=0.1)
    assert found.digits_after.loss < found.digits_before.loss


def test_a_map_that_is_off_stays_off_while_the_rest_learns(run):
    config = run.recipe.config
    again = Run(Recipe(config), DATA, test_share=0)
    again.advance(5, lambda *_: None, "")
    again.cut(Cut(kind="off", layer=1, unit=2))
    again.advance(20, lambda *_: None, "")
    layout = config.layout
    vector = again.snapshot().network.parameters.vector
    assert not vector[unit_layers(layout)[0].outgoing(2)].any()
    replayed = again.replay().state_at(20).parameters.vector
    assert np.array_equal(replayed, vector)
