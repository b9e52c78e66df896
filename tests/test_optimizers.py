"""Optimizers against their published formulas, written out element by element in Python's own numbers."""

import math
from typing import get_args

import numpy as np
import pytest

from core.network.fully_connected import fully_connected
from core.network.parameters import Parameters
from core.training.optimizers import OPTIMIZERS, OptimizerName
from core.training.weight_decay import decay_weights

UPDATES = 25
RATE = 0.05


def gradient_at(w, count):
    """The slope of a bumpy bowl; depends on place and time, so that mistakes in either show."""
    return w + 0.3 * math.sin(3 * w) + 0.1 * math.cos(count)


def formula_sgd(w, momentum):
    for count in range(UPDATES):
        w -= RATE * gradient_at(w, count)
    return w


def formula_momentum(w, momentum):
    velocity = 0.0
    for count in range(UPDATES):
        velocity = momentum * velocity - RATE * gradient_at(w, count)
        w += velocity
    return w


def formula_adam(w, momentum):
    mean = square = 0.0
    for t in range(1, UPDATES + 1):
        g = gradient_at(w, t - 1)
        mean = momentum * mean + (1 - momentum) * g
        square = 0.999 * square + 0.001 * g * g
        unbiased_mean, unbiased_square = mean / (1 - momentum**t), square / (1 - 0.999**t)
        w -= RATE * unbiased_mean / (math.sqrt(unbiased_square) + 1e-8)
    return w


FORMULAS = {"sgd": formula_sgd, "momentum": formula_momentum, "adam": formula_adam}


def descend(name, start, momentum, dtype):
    rule = OPTIMIZERS[name]
    vector = np.array(start, dtype)
    slots = np.zeros((rule.slots, vector.size), dtype)
    for count in range(UPDATES):
        gradient = np.array([gradient_at(w, count) for w in vector.tolist()], dtype)
        rule.apply(vector, gradient, slots, RATE, momentum, count)
    assert vector.dtype == dtype
    return vector


def test_every_optimizer_is_tested():
    assert set(OPTIMIZERS) == set(FORMULAS) == set(get_args(OptimizerName))


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("name", FORMULAS)
def test_optimizer_follows_its_formula(name, momentum):
    start = [-2.0, -0.3, 0.0, 0.7, 3.0]
    expected = [FORMULAS[name](w, momentum) for w in start]
    np.testing.assert_allclose(descend(name, start, momentum, np.float64), expected, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(descend(name, start, momentum, np.float32), expected, rtol=2e-5, atol=1e-6)


def test_momentum_of_zero_is_plain_descent():
    start = [-2.0, 0.7]
    np.testing.assert_allclose(descend("momentum", start, 0.0, np.float64), descend("sgd", start, 0.0, np.float64))


def test_adams_first_step_has_the_length_of_the_rate_whatever_the_gradient():
    vector = np.zeros(3)
    OPTIMIZERS["adam"].apply(vector, np.array([1e-4, -5.0, 300.0]), np.zeros((2, 3)), RATE, 0.9, 0)
    np.testing.assert_allclose(vector, [-RATE, RATE, -RATE], rtol=2e-4)


def test_adam_leaves_what_has_no_gradient_where_it_is():
    vector = np.ones(2, np.float32)
    slots = np.zeros((2, 2), np.float32)
    for count in range(3):
        OPTIMIZERS["adam"].apply(vector, np.zeros(2, np.float32), slots, RATE, 0.9, count)
    assert vector.tolist() == [1, 1]


def test_weight_decay_shrinks_weights_and_spares_biases():
    parameters = Parameters(np.full(13, 2.0, np.float32), fully_connected((2, 3, 1)))
    decay_weights(parameters, rate=0.5, weight_decay=0.1)
    for weights in parameters.weights:
        np.testing.assert_allclose(weights, 2 * (1 - 0.05))
    for biases in parameters.biases:
        assert (biases == 2).all()


def test_weight_decay_never_turns_weights_around():
    parameters = Parameters(np.full(6, 2.0, np.float32), fully_connected((5, 1)))
    decay_weights(parameters, rate=10, weight_decay=10)
    assert not parameters.weights[0].any()
