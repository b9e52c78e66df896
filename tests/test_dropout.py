"""Dropout: what is left out, what makes up for it, and that seed and update alone decide it."""

from itertools import pairwise

import numpy as np

from core.network.dropout import Dropout
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.operations import gone_back, made_pass
from tests.small_data import small_dataset

DATA = small_dataset(400, 6)


def test_a_mask_lets_through_and_makes_up_for_what_it_leaves_out():
    inputs = np.ones((2000, 5))
    _, work = made_pass(Dropout(0.25), inputs, seed=3)
    assert set(np.unique(work.output)) == {0, 1 / 0.75}
    assert abs((work.output == 0).mean() - 0.25) < 0.01
    assert abs(work.output.mean() - 1) < 0.02
    d_input, _ = gone_back(Dropout(0.25), {}, work, np.full_like(inputs, 3))
    assert np.array_equal(d_input, 3 * work.output)


def test_where_a_network_is_used_nothing_is_left_out():
    inputs = np.random.default_rng(0).normal(size=(4, 2, 3, 3))
    assert np.array_equal(made_pass(Dropout(0.9), inputs)[1].output, inputs)


def test_the_mask_of_single_and_double_precision_is_the_same():
    masks = [made_pass(Dropout(0.5), np.ones((50, 7), kind), seed=1)[1].kept > 0 for kind in (np.float32, np.float64)]
    assert np.array_equal(*masks)


def trained(updates, seed=0):
    """The state of a network with dropout after so many updates, and the masks of these."""
    config = TrainingConfig(layers="20, dropout 0.5, 10", batch_size=40, seed=seed)
    trainer = Trainer(Recipe(config), DATA)
    state, masks = trainer.initial_state(), []
    for _ in range(updates):
        masks += [chunk.passes.operations[2].kept.copy() for chunk in trainer.passes(state)]
        trainer.step(state)
    return state, masks


def test_training_draws_a_mask_for_each_update_and_repeats_it():
    state, masks = trained(12)
    again, others = trained(12)
    assert state.parameters.vector.tobytes() == again.parameters.vector.tobytes()
    assert all(np.array_equal(mask, other) for mask, other in zip(masks, others, strict=True))
    assert not any(np.array_equal(mask, following) for mask, following in pairwise(masks))
    assert not np.array_equal(trained(1, seed=1)[1][0], masks[0])
    assert {float(value) for mask in masks for value in np.unique(mask)} == {0, 2}
