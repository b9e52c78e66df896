"""The first weights: their spread, and what becomes of units that start equal."""

import numpy as np
import pytest

from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset

SIZES = (784, 300, 100, 10)


@pytest.mark.parametrize(
    ("initialization", "activation", "variance"),
    [
        ("he", "relu", lambda fan_in, fan_out: 2 / fan_in),
        ("he", "tanh", lambda fan_in, fan_out: 2 / fan_in),
        ("xavier", "relu", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("auto", "relu", lambda fan_in, fan_out: 2 / fan_in),
        ("auto", "tanh", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
        ("auto", "sigmoid", lambda fan_in, fan_out: 2 / (fan_in + fan_out)),
    ],
)
def test_spread_of_the_weights(initialization, activation, variance):
    parameters = initialize(fully_connected(SIZES), activation, initialization, np.random.default_rng(0))
    assert parameters.vector.dtype == np.float32
    for weights in parameters.weights:
        expected = variance(*weights.shape)
        # Four standard errors of the mean and of the variance of so many draws.
        assert abs(weights.mean()) < 4 * np.sqrt(expected / weights.size)
        assert weights.var() == pytest.approx(expected, rel=4 * np.sqrt(2 / weights.size))
    assert not any(biases.any() for biases in parameters.biases)


def test_he_keeps_the_signal_steady_through_many_relu_layers():
    rng = np.random.default_rng(1)
    parameters = initialize(fully_connected((784, *[400] * 8, 10)), "relu", "auto", rng)
    a = rng.standard_normal((200, 784))
    first = np.sqrt((a**2).mean())
    for weights in parameters.weights[:-1]:
        a = np.maximum(a @ weights, 0)
    assert 0.5 < np.sqrt((a**2).mean()) / first < 2


def test_zeros_are_zeros():
    assert not initialize(fully_connected(SIZES), "relu", "zeros", np.random.default_rng(0)).vector.any()


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_units_that_start_equal_stay_equal(activation):
    config = TrainingConfig(hidden=(6,), activation=activation, initialization="zeros", learning_rate=1.0)
    trainer = Trainer(Recipe(config), small_dataset(640, 1))
    state = trainer.initial_state()
    for _ in range(20):
        trainer.step(state)
    weights, outgoing = state.parameters.weights
    # Equal but for rounding: a matrix product may add up the terms of its last columns in another order.
    np.testing.assert_allclose(weights, np.repeat(weights[:, :1], 6, axis=1), atol=1e-6)
    np.testing.assert_allclose(outgoing, np.repeat(outgoing[:1], 6, axis=0), atol=1e-6)
    # A sigmoid gives 0.5 for 0 and so learns something; ReLU and tanh give 0, and nothing but the last biases moves.
    learned = activation == "sigmoid"
    assert (np.abs(weights).max() > 1e-3) == (np.abs(outgoing).max() > 1e-3) == learned
    assert state.parameters.biases[1].any()


def test_units_that_start_different_become_different():
    trainer = Trainer(Recipe(TrainingConfig(hidden=(6,))), small_dataset(640, 1))
    state = trainer.initial_state()
    trainer.step(state)
    assert len(np.unique(state.parameters.weights[0][400])) == 6


@pytest.mark.parametrize(("initialization", "expected"), [("he", 2 / (8 * 25)), ("xavier", 2 / (8 * 25 + 64 * 25))])
def test_a_kernel_sums_over_maps_and_places_and_each_number_feeds_all_of_it(initialization, expected):
    layout = TrainingConfig(layers="conv 8 5x5, pool 2, conv 64 5x5, pool 2, 10").layout
    kernels = initialize(layout, "tanh", initialization, np.random.default_rng(0)).arrays["W2"]
    assert kernels.var() == pytest.approx(expected, rel=0.05)
