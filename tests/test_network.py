"""Forward and backward pass: against an update worked out by hand, and against difference quotients in float64."""

import numpy as np
import pytest

from core.network.activations import ACTIVATIONS
from core.network.fully_connected import fully_connected
from core.network.network import Network, Passes, backward, forward, loss_and_gradient
from core.network.parameters import Parameters
from core.network.softmax_loss import count_correct
from tests.by_layer import by_layer, forward_by_layer


def random_network(layer_sizes, activation, seed=0, dtype=np.float64):
    """A network with biases that are not 0, so that their part in the sums is tested too."""
    layout = fully_connected(layer_sizes, activation)
    vector = np.random.default_rng(seed).standard_normal(layout.size) * 0.5
    return Network(Parameters(vector.astype(dtype), layout))


def random_batch(inputs, outputs=10, size=7, seed=1, dtype=np.float64):
    rng = np.random.default_rng(seed)
    targets = np.eye(outputs, dtype=dtype)[rng.integers(0, outputs, size)]
    return rng.random((size, inputs)).astype(dtype), targets


def mean_loss(network, activation, inputs, targets):
    """The loss by its definition, with none of the code under test but the activation."""
    a = inputs
    last = len(network.layer_sizes) - 2
    for layer, (weights, biases) in enumerate(zip(network.parameters.weights, network.parameters.biases, strict=True)):
        z = a @ weights + biases
        a = z if layer == last else ACTIVATIONS[activation].apply(z, None)
    probabilities = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    return -np.log((probabilities * targets).sum(axis=1)).mean()


DEPTHS = {0: (12, 10), 1: (12, 6, 10), 2: (12, 6, 5, 10), 3: (12, 7, 6, 5, 10)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_gradient_of_every_parameter_equals_the_difference_quotient(activation, depth):
    network = random_network(DEPTHS[depth], activation, seed=depth)
    inputs, targets = random_batch(12, seed=depth)
    loss_sum, gradient, _ = loss_and_gradient(network, inputs, targets)
    assert loss_sum / len(inputs) == pytest.approx(mean_loss(network, activation, inputs, targets), rel=1e-12)
    assert gradient.vector.dtype == np.float64
    vector, nudge = network.parameters.vector, 1e-6
    quotients = np.empty_like(vector)
    for place in range(vector.size):
        value = vector[place]
        vector[place] = value + nudge
        above = mean_loss(network, activation, inputs, targets)
        vector[place] = value - nudge
        below = mean_loss(network, activation, inputs, targets)
        vector[place] = value
        quotients[place] = (above - below) / (2 * nudge)
    np.testing.assert_allclose(gradient.vector, quotients, atol=2e-9)
    assert np.abs(quotients).max() > 1e-3


def test_one_update_worked_out_by_hand():
    """Two pixels, two hidden ReLU units, two digits, one image: every number below was computed on paper.

    x  = (1, 2), the digit is the first
    W1 = ((1, -1), (0.5, -1)), b1 = (0, 1)
    z1 = (1*1 + 2*0.5 + 0, 1*-1 + 2*-1 + 1) = (2, -2)
    a1 = (2, 0)                                            the second unit is off
    W2 = ((0.5, 0.5), (3, 4)), b2 = (ln 3, 0)
    z2 = (2*0.5 + ln 3, 2*0.5) = (1 + ln 3, 1)
    p  = (3e, e) / 4e = (3/4, 1/4)
    loss = -ln 3/4 = ln 4/3
    dz2 = p - y = (3/4 - 1, 1/4) = (-1/4, 1/4)
    dW2 = a1^T dz2 = ((-1/2, 1/2), (0, 0)), db2 = (-1/4, 1/4)
    da1 = dz2 W2^T = (-1/4*0.5 + 1/4*0.5, -1/4*3 + 1/4*4) = (0, 1/4)
    dz1 = da1 * mask = (0*1, 1/4*0) = (0, 0)
    dW1 = 0, db1 = 0

    With W2 = ((0.5, 1.5), (3, 4)) and b2 = (2 + ln 3, 0) all logits grow by 2, and the first unit feels it:
    da1 = (-1/4*0.5 + 1/4*1.5, 1/4) = (1/4, 1/4), dz1 = (1/4, 0), dW1 = ((1/4, 0), (1/2, 0)), db1 = (1/4, 0)
    at rate 0.4: W1 becomes ((0.9, -1), (0.3, -1)), b1 (-0.1, 1).
    """
    parameters = Parameters.zeros(fully_connected((2, 2, 2)), np.float64)
    parameters.weights[0][:] = [[1, -1], [0.5, -1]]
    parameters.biases[0][:] = [0, 1]
    parameters.weights[1][:] = [[0.5, 0.5], [3, 4]]
    parameters.biases[1][:] = [np.log(3), 0]
    x, y = np.array([[1.0, 2.0]]), np.array([[1.0, 0.0]])

    passed = forward_by_layer(Network(parameters), x)
    np.testing.assert_allclose(passed.sums[0], [[2, -2]])
    np.testing.assert_allclose(passed.activations[1], [[2, 0]])
    np.testing.assert_allclose(passed.logits, [[1 + np.log(3), 1]])
    loss_sum, gradient, passes = loss_and_gradient(Network(parameters), x, y)
    returned = by_layer(Network(parameters), passes)
    np.testing.assert_allclose(passes.loss.output, [[0.75, 0.25]])
    assert loss_sum == pytest.approx(np.log(4 / 3))
    assert count_correct(passed.logits, np.array([0])) == 1
    np.testing.assert_allclose(returned.sum_gradients[1], [[-0.25, 0.25]])
    np.testing.assert_allclose(gradient.weights[1], [[-0.5, 0.5], [0, 0]])
    np.testing.assert_allclose(gradient.biases[1], [-0.25, 0.25])
    np.testing.assert_array_equal(returned.derivatives[0], [[1, 0]])
    np.testing.assert_allclose(gradient.weights[0], 0, atol=1e-15)

    parameters.weights[1][0, 1] = 1.5
    parameters.biases[1][0] = 2 + np.log(3)
    gradient = loss_and_gradient(Network(parameters), x, y).gradient
    np.testing.assert_allclose(gradient.weights[0], [[0.25, 0], [0.5, 0]])
    np.testing.assert_allclose(gradient.biases[0], [0.25, 0])
    parameters.vector[:] -= 0.4 * gradient.vector
    np.testing.assert_allclose(parameters.weights[0], [[0.9, -1], [0.3, -1]])
    np.testing.assert_allclose(parameters.biases[0], [-0.1, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_array_keeps_the_type_it_was_given(activation, dtype):
    network = random_network(DEPTHS[2], activation, dtype=dtype)
    inputs, targets = random_batch(12, dtype=dtype)
    _, gradient, passes = loss_and_gradient(network, inputs, targets)
    returned = by_layer(network, passes)
    arrays = [
        *returned.activations,
        *returned.sums,
        passes.loss.output,
        gradient.vector,
        *returned.sum_gradients,
        *returned.derivatives,
        *returned.activation_gradients,
    ]
    assert {array.dtype for array in arrays} == {np.dtype(dtype)}


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", DEPTHS)
def test_arrays_used_again_hold_the_same_bits_as_new_ones(activation, depth):
    sizes = DEPTHS[depth]
    network = random_network(sizes, activation, dtype=np.float32)
    passes_into, gradient_into = Passes.empty(network.parameters.layout, 7), Parameters.zeros(network.parameters.layout)
    for seed in range(3):
        inputs, targets = random_batch(12, seed=seed, dtype=np.float32)
        assert forward(network, inputs, passes_into) is passes_into
        network.loss.forward(passes_into.loss, targets)
        gradient = backward(network, passes_into, targets, 7, gradient_into)
        assert gradient is gradient_into
        fresh = loss_and_gradient(network, inputs, targets)
        assert gradient.vector.tobytes() == fresh.gradient.vector.tobytes()
        pairs = zip(by_layer(network, passes_into), by_layer(network, fresh.passes), strict=True)
        for reused, new in ((reused, new) for ours, theirs in pairs for reused, new in zip(ours, theirs, strict=True)):
            assert reused.tobytes() == new.tobytes()


def test_passes_change_nothing_they_were_given():
    network = random_network(DEPTHS[2], "relu")
    network.parameters.vector.flags.writeable = False
    inputs, targets = random_batch(12)
    before = [array.copy() for array in (inputs, targets)]
    loss_and_gradient(network, inputs, targets)
    np.testing.assert_array_equal(inputs, before[0])
    np.testing.assert_array_equal(targets, before[1])


def test_gradients_of_chunks_add_up_to_that_of_the_batch():
    network = random_network(DEPTHS[1], "tanh")
    inputs, targets = random_batch(12, size=9)
    whole = loss_and_gradient(network, inputs, targets).gradient.vector
    total = np.zeros_like(whole)
    for rows in (slice(0, 4), slice(4, 9)):
        passes = forward(network, inputs[rows])
        network.loss.forward(passes.loss, targets[rows])
        total += backward(network, passes, targets[rows], 9).vector
    np.testing.assert_allclose(total, whole, atol=1e-15)


def test_parameters_are_views_into_one_vector():
    parameters = Parameters.zeros(fully_connected((784, 10, 10)))
    assert parameters.vector.size == fully_connected((784, 10, 10)).size == 7960
    assert [weights.shape for weights in parameters.weights] == [(784, 10), (10, 10)]
    parameters.weights[0][2, 3] = 5
    assert parameters.vector[23] == 5
    parameters.vector[-1] = 7
    assert parameters.biases[1][9] == 7
    everything = np.concatenate(
        [part.ravel() for pair in zip(parameters.weights, parameters.biases, strict=True) for part in pair]
    )
    np.testing.assert_array_equal(everything, parameters.vector)


def test_parameters_of_the_wrong_number_are_refused():
    with pytest.raises(ValueError, match=r"\(784, 10, 10\) do not fit \(5,\)"):
        Parameters(np.zeros(5, np.float32), fully_connected((784, 10, 10)))


def test_a_frozen_copy_neither_changes_nor_lets_itself_be_changed():
    parameters = Parameters.zeros(fully_connected((3, 2)))
    copy = parameters.frozen()
    parameters.vector[:] = 1
    assert not copy.vector.any()
    with pytest.raises(ValueError, match="read-only"):
        copy.weights[0][0, 0] = 1
