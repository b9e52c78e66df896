"""What a stage of an update lights up in the diagram of the network, held against the arithmetic of the update."""

import numpy as np
import pytest

from core.data.dataset import DIGITS
from core.explanation.chain import Chain
from core.explanation.flow_words import describe_connection, describe_unit
from core.explanation.stage_flow import IMAGE, flow_of_stage
from core.explanation.update import explain_update, network_of
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_pair

IMAGE_OF_BATCH = 3


@pytest.fixture(scope="module", params=[(6,), (6, 4), ()], ids=str)
def chain(request):
    config = TrainingConfig(hidden=request.param, batch_size=20)
    trainer = Trainer(Recipe(config), small_pair().train)
    state = trainer.initial_state()
    for _ in range(5):
        trainer.step(state)
    return Chain(explain_update(trainer, state))


def flow_at(chain, symbol, *, whole_batch=False):
    stage = next(stage for stage in (*chain.stages[:-1], *chain.updates) if stage.symbol == symbol)
    return flow_of_stage(stage, chain.stages, IMAGE_OF_BATCH, whole_batch=whole_batch)


def value(chain, symbol):
    return next(stage for stage in chain.stages if stage.symbol == symbol).values(IMAGE_OF_BATCH)


def test_the_signal_has_come_no_further_than_the_stage(chain):
    for stage in chain.stages:
        lit = flow_of_stage(stage, chain.stages, IMAGE_OF_BATCH)
        assert lit.is_backward is stage.is_backward
        if stage.is_backward or not stage.axes:
            continue
        known = [not np.isnan(units).any() for units in lit.flow.units]
        assert known == [layer <= lit.layer for layer in range(len(known))]
    assert flow_at(chain, "x").layer == IMAGE


def test_what_stands_at_the_units_are_the_numbers_of_the_stage(chain):
    for stage in chain.stages[1:]:
        if len(stage.axes) != 1:
            continue
        lit = flow_of_stage(stage, chain.stages, IMAGE_OF_BATCH)
        np.testing.assert_allclose(lit.flow.units[lit.layer], stage.values(IMAGE_OF_BATCH), rtol=1e-6)
        assert lit.flow.names[lit.layer] == stage.symbol


def test_forward_the_lines_add_up_to_the_pre_activations(chain):
    parameters = chain.stages[0].explanation.before
    lit = flow_at(chain, "z₁")
    np.testing.assert_allclose(lit.flow.arriving + parameters.biases[0], value(chain, "z₁"), rtol=1e-4, atol=1e-6)
    for layer in range(2, len(parameters.weights) + 1):
        symbol = f"z{chr(0x2080 + layer)}"
        lit = flow_at(chain, symbol)
        sums = lit.flow.lines[layer - 2].sum(axis=0) + parameters.biases[layer - 1]
        np.testing.assert_allclose(sums, value(chain, symbol), rtol=1e-4, atol=1e-6)
        assert lit.flow.arriving is None
        assert not any(lines.any() for place, lines in enumerate(lit.flow.lines) if place != layer - 2)


def test_back_the_lines_add_up_to_the_gradients_of_the_activations(chain):
    layers = len(chain.stages[0].explanation.before.weights)
    for layer in range(1, layers):
        symbol = f"da{chr(0x2080 + layer)}"
        lit = flow_at(chain, symbol)
        assert lit.layer == layer - 1
        np.testing.assert_allclose(lit.flow.lines[layer - 1].sum(axis=1), value(chain, symbol), rtol=1e-4, atol=1e-8)


@pytest.mark.parametrize("whole_batch", [False, True])
def test_gradients_of_weights_are_those_of_the_image_or_of_the_batch(chain, whole_batch):
    explanation = chain.stages[0].explanation
    for layer, gradient in enumerate(explanation.gradient.weights, 1):
        lit = flow_at(chain, f"dW{chr(0x2080 + layer)}", whole_batch=whole_batch)
        own = value(chain, f"dW{chr(0x2080 + layer)}")
        expected = gradient if whole_batch else own
        shown = lit.flow.arriving if layer == 1 else lit.flow.lines[layer - 2]
        np.testing.assert_allclose(shown, expected.sum(axis=0) if layer == 1 else expected, rtol=1e-4, atol=1e-8)
        if layer == 1:
            np.testing.assert_array_equal(lit.flow.images[0].reshape(len(shown), -1), expected.T)


def test_the_update_shows_what_it_changes(chain):
    change = chain.stages[0].explanation.change
    for update in chain.updates:
        lit = flow_of_stage(update, chain.stages, IMAGE_OF_BATCH)
        layer = update.number
        assert (lit.layer, lit.is_backward) == (layer - 1, True)
        if not update.is_weights:
            np.testing.assert_array_equal(lit.flow.units[layer - 1], change.biases[layer - 1])
        elif layer > 1:
            np.testing.assert_array_equal(lit.flow.lines[layer - 2], change.weights[layer - 1])


def test_units_and_lines_are_put_into_words(chain):
    network = network_of(chain.stages[0].explanation)
    last = len(network.parameters.weights)
    lit = flow_at(chain, "z₁").flow
    if last > 1:
        assert describe_unit(lit, 1, 3, DIGITS).endswith(": nothing yet")
    assert " z₁ = " in describe_unit(lit, 0, 2, DIGITS)
    assert describe_connection(lit, network, -1, 0, 2, DIGITS).startswith("all pixels → ")
    back = flow_at(chain, f"dW{chr(0x2080 + last)}").flow
    if last > 1:
        assert f"dW{chr(0x2080 + last)} = " in describe_connection(back, network, last - 2, 1, 5, DIGITS)


def test_the_units_that_stay_in_view_do_not_depend_on_the_stage(chain):
    found = [flow_of_stage(stage, chain.stages, IMAGE_OF_BATCH).flow.importances for stage in chain.stages]
    for importances in found[1:]:
        for one, other in zip(found[0], importances, strict=True):
            np.testing.assert_array_equal(one, other)


@pytest.fixture(scope="module")
def convolutional():
    config = TrainingConfig(layers="conv 4 5x5, pool 2, conv 6 3x3, dropout 0.2, 12, norm, 10", batch_size=20)
    trainer = Trainer(Recipe(config), small_pair().train)
    return Chain(explain_update(trainer, trainer.initial_state()))


def test_units_of_convolutions_are_maps(convolutional):
    """Forward the mean over the places of a map, back the sum; the image of a map is what stands there."""
    for stage in convolutional.stages[1:-1]:
        lit = flow_of_stage(stage, convolutional.stages, IMAGE_OF_BATCH)
        values = stage.values(IMAGE_OF_BATCH)
        if values.ndim != 3:
            continue
        assert len(values) == len(lit.flow.units[lit.layer])
        shown = values.sum(axis=(1, 2)) if stage.is_backward else values.mean(axis=(1, 2))
        np.testing.assert_allclose(lit.flow.units[lit.layer], shown, rtol=1e-4, atol=1e-7)
        np.testing.assert_array_equal(lit.flow.images[lit.layer], values)


def test_what_the_lines_of_convolutions_carry_adds_up_forward_and_back(convolutional):
    explanation = convolutional.stages[0].explanation
    for place, symbol in ((1, "z₂"), (2, "z₃"), (3, "z₄")):
        lit = flow_at(convolutional, symbol)
        biases = explanation.before.arrays[lit.flow.layers[place].biases.name]
        sums = lit.flow.lines[place - 1].sum(axis=0) + biases
        np.testing.assert_allclose(sums, lit.flow.units[place], rtol=1e-3, atol=1e-5)
    lit = flow_at(convolutional, "da₁")
    np.testing.assert_allclose(lit.flow.lines[0].sum(axis=1), lit.flow.units[0], rtol=1e-3, atol=1e-6)


def test_every_stage_of_every_operation_has_a_place_in_the_diagram(convolutional):
    for stage in (*convolutional.stages, *convolutional.updates):
        lit = flow_of_stage(stage, convolutional.stages, IMAGE_OF_BATCH)
        assert IMAGE <= lit.layer < len(lit.flow.layers)
        if stage.axes and lit.layer != IMAGE:
            assert np.isfinite(lit.flow.units[lit.layer]).all()
