"""Batch norm: what it computes in training and in use, and that its running means are part of the network."""

import numpy as np
import pytest

from core.network.batch_norm import EPSILON, RATE, BatchNorm
from core.training.config import TrainingConfig
from core.training.optimizers import OPTIMIZERS
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.operations import gone_back, made_pass
from tests.small_data import small_dataset

DATA = small_dataset(400, 6)


def named(scale, shift, mean, variance):
    return {
        name: np.array([float(value)])
        for name, value in zip(("scale", "shift", "mean", "variance"), (scale, shift, mean, variance), strict=True)
    }


def test_a_case_worked_by_hand():
    # Mean 3, variance 4: xhat -1, 1, -1, 1; as of a sample the variance is 16/3.
    inputs = np.array([[1.0], [5], [1], [5]])
    parameters, work = made_pass(BatchNorm(), inputs, seed=0, parameters=named(10, 2, 0, 1))
    assert np.allclose(work.output[:, 0], [-8, 12, -8, 12], atol=1e-4)
    _, gradient = gone_back(BatchNorm(), parameters, work, np.array([[1.0], [2], [3], [4]]))
    assert gradient["scale"] == pytest.approx(2, rel=1e-5)
    assert gradient["shift"] == pytest.approx(10)
    assert gradient["mean"] == pytest.approx(3)
    assert gradient["variance"] == pytest.approx(16 / 3)


def test_in_use_the_running_means_count_and_nothing_else_in_the_batch():
    inputs = np.array([[1.0], [5], [100]])
    _, work = made_pass(BatchNorm(), inputs, parameters=named(10, 2, 3, 4))
    assert np.allclose(work.output[:, 0], 10 * (inputs[:, 0] - 3) / np.sqrt(4 + EPSILON) + 2)


def test_a_map_is_one_unit():
    inputs = np.random.default_rng(0).normal(3, 5, (6, 2, 4, 4))
    values = {"scale": 1, "shift": 0, "mean": 0, "variance": 1}
    parameters = {name: np.full(2, float(value)) for name, value in values.items()}
    _, work = made_pass(BatchNorm(), inputs, seed=0, parameters=parameters)
    assert np.allclose(work.output.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    assert np.allclose(work.output.std(axis=(0, 2, 3)), 1, atol=1e-5)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [40, None])
def test_updates_move_the_running_means_and_the_optimizer_does_not_see_them(optimizer, batch_size):
    settings = {"optimizer": optimizer, "batch_size": batch_size, "weight_decay": 0.1, "learning_rate": 0.01}
    trainer = Trainer(Recipe(TrainingConfig(layers="20, norm, 10", **settings)), DATA)
    state = trainer.initial_state()
    assert set(state.parameters.arrays["variance1"]) == set(state.parameters.arrays["scale1"]) == {1}
    assert set(state.parameters.arrays["mean1"]) == {0}
    mean, variance = np.zeros(20), np.ones(20)
    for _ in range(5):
        sums = np.concatenate([chunk.passes.operations[0].output.copy() for chunk in trainer.passes(state)])
        mean += RATE * (sums.mean(axis=0) - mean)
        variance += RATE * (sums.var(axis=0, ddof=1) - variance)
        trainer.step(state)
    assert np.allclose(state.parameters.arrays["mean1"], mean, atol=1e-5)
    assert np.allclose(state.parameters.arrays["variance1"], variance, rtol=1e-3)
    for place in state.parameters.layout.statistics:
        assert not state.slots[:, place.slice].any()


def test_chunks_of_a_large_batch_add_up_to_the_means_of_all():
    data = small_dataset(1200, 6)
    trainer = Trainer(Recipe(TrainingConfig(layers="20, norm, 10", batch_size=None)), data)
    state = trainer.initial_state()
    sums = np.concatenate([chunk.passes.operations[0].output.copy() for chunk in trainer.passes(state)])
    gradient, _ = trainer.gradient(state)
    assert np.allclose(gradient.arrays["mean1"], sums.mean(axis=0), atol=1e-5)


def test_deep_sigmoids_learn_with_it_and_not_without():
    def loss(layers):
        config = TrainingConfig(layers=layers, activation="sigmoid", batch_size=32, learning_rate=0.1)
        trainer = Trainer(Recipe(config), DATA)
        state = trainer.initial_state()
        return np.mean([trainer.step(state).loss for _ in range(150)][-10:])

    assert loss("30, norm, 30, norm, 30, norm, 30, norm, 10") < 0.5 * loss("30, 30, 30, 30, 10")
