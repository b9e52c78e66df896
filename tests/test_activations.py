"""Each activation function and its derivative, against the definition and against difference quotients."""

from typing import get_args

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS, Activation

Z = np.linspace(-6, 6, 41) + 0.01

DEFINITIONS = {
    "relu": lambda z: z if z > 0 else 0.0,
    "tanh": lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
}


def test_every_function_is_tested():
    assert set(ACTIVATIONS) == set(DEFINITIONS) == set(get_args(Activation))


@pytest.mark.parametrize("name", DEFINITIONS)
def test_function_follows_its_definition(name):
    expected = [DEFINITIONS[name](z) for z in Z]
    np.testing.assert_allclose(ACTIVATIONS[name].apply(Z, None), expected, atol=1e-15)


@pytest.mark.parametrize("name", DEFINITIONS)
def test_derivative_equals_the_difference_quotient(name):
    function, nudge = ACTIVATIONS[name], 1e-5
    quotient = (function.apply(Z + nudge, None) - function.apply(Z - nudge, None)) / (2 * nudge)
    np.testing.assert_allclose(function.derivative(function.apply(Z, None), None), quotient, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", DEFINITIONS)
def test_result_has_the_type_of_the_input_and_goes_where_it_is_told(name, dtype):
    function, z = ACTIVATIONS[name], Z.astype(dtype)
    a, slope = np.empty_like(z), np.empty_like(z)
    assert function.apply(z, a) is a
    assert function.derivative(a, slope) is slope
    new_a = function.apply(z, None)
    new_slope = function.derivative(new_a, None)
    assert new_a.dtype == new_slope.dtype == dtype
    np.testing.assert_array_equal(new_a, a)
    np.testing.assert_array_equal(new_slope, slope)
    np.testing.assert_array_equal(z, Z.astype(dtype))


@pytest.mark.parametrize(("name", "low", "high"), [("relu", 0, 1e4), ("tanh", -1, 1), ("sigmoid", 0, 1)])
def test_far_out_nothing_overflows(name, low, high):
    far = np.array([-1e4, 1e4], np.float32)
    np.testing.assert_array_equal(ACTIVATIONS[name].apply(far, None), [low, high])


def test_a_relu_at_exactly_zero_passes_nothing_back():
    assert ACTIVATIONS["relu"].derivative(np.zeros(3), None).tolist() == [0, 0, 0]
