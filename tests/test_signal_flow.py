"""What the diagram of the network shows: each line is a product, and what arrives adds up to the pre-activation."""

import numpy as np
import pytest

from core.explanation.flow_words import describe_connection, describe_unit
from core.explanation.signal_flow import (
    flow_of_change,
    flow_of_gradient,
    flow_of_signal,
    flow_of_weights,
    strongest_lines,
    strongest_units,
)
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network, forward
from core.network.prediction import predict
from core.network.softmax_loss import one_hot, softmax_cross_entropy
from core.text.agreement import decimals, read

NAMES = tuple("0123456789")


def a_network(*hidden: int, activation="relu") -> Network:
    parameters = initialize(
        fully_connected((784, *hidden, 10), activation), activation, "auto", np.random.default_rng(3)
    )
    for biases in parameters.biases:
        biases[...] = np.random.default_rng(4).normal(0, 0.2, len(biases))
    return Network(parameters)


def an_image() -> np.ndarray:
    return np.random.default_rng(5).random(784).astype(np.float32) * (np.arange(784) % 3 == 0)


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_what_arrives_at_a_unit_and_its_bias_are_its_pre_activation(activation):
    network, image = a_network(7, 5, activation=activation), an_image()
    flow, passes = flow_of_signal(network, image), forward(network, image[np.newaxis]).operations
    # Dense, nonlinearity, dense, nonlinearity, dense.
    np.testing.assert_allclose(flow.arriving + network.parameters.biases[0], passes[0].output[0], rtol=1e-5)
    for layer in range(2):
        arrived = flow.lines[layer].sum(axis=0) + network.parameters.biases[layer + 1]
        np.testing.assert_allclose(arrived, passes[2 * layer + 2].output[0], rtol=1e-4, atol=1e-6)
        np.testing.assert_array_equal(flow.units[layer], passes[2 * layer + 1].output[0])
    np.testing.assert_array_equal(flow.units[-1], predict(network, image[np.newaxis])[0])


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_gradient_is_that_of_the_loss(activation):
    network, image = a_network(6, 4, activation=activation), an_image()
    flow = flow_of_gradient(network, image, 3)
    doubles = network.parameters.astype(np.float64)
    target = one_hot(np.array([3], np.uint8)).astype(np.float64)

    def loss() -> float:
        logits = forward(Network(doubles), image[np.newaxis].astype(np.float64)).logits
        return softmax_cross_entropy(logits, target).loss_sum

    for layer, row, column in ((1, 2, 1), (1, 5, 3), (2, 0, 3), (2, 3, 9)):
        weights = doubles.weights[layer]
        before = weights[row, column]
        weights[row, column] = before + 1e-5
        above = loss()
        weights[row, column] = before - 1e-5
        quotient = (above - loss()) / 2e-5
        weights[row, column] = before
        assert flow.lines[layer - 1][row, column] == pytest.approx(quotient, rel=1e-3, abs=1e-7)
    assert flow.images[0].shape == (6, 28, 28)


def test_without_a_hidden_layer_there_are_no_lines_between_units():
    flow = flow_of_signal(a_network(), an_image())
    assert flow.lines == ()
    assert len(flow.units) == 1


def test_a_unit_that_is_shown_stays_until_another_is_half_as_strong_again():
    strengths = np.array([1.0, 5.0, 4.0, 0.5], np.float32)
    shown = strongest_units(strengths, 2)
    assert shown.tolist() == [1, 2]
    assert strongest_units(np.array([5.0, 5.0, 4.0, 0.5], np.float32), 2, shown).tolist() == [1, 2]
    assert strongest_units(np.array([6.5, 5.0, 4.0, 0.5], np.float32), 2, shown).tolist() == [0, 1]
    assert strongest_units(strengths, 9).tolist() == [0, 1, 2, 3]


def test_the_strongest_lines_come_last_and_none_that_carries_nothing():
    lines = np.array([[0.0, -3.0], [1.0, 2.0]], np.float32)
    assert strongest_lines(lines, 9).tolist() == [[1, 0], [1, 1], [0, 1]]
    assert strongest_lines(lines, 1).tolist() == [[0, 1]]


@pytest.mark.parametrize("view", ["signal", "gradient"])
def test_the_product_that_is_told_is_its_result(view):
    network, image = a_network(6), an_image()
    flow = flow_of_signal(network, image) if view == "signal" else flow_of_gradient(network, image, 7)
    for source in range(6):
        text = describe_connection(flow, network, 0, source, 4, NAMES)
        product, result = text.split(" = ") if " = " in text else (text, None)
        if result is None:
            continue
        first, second = (part.split()[-1].strip("()") for part in product.rsplit(" × ", 1))
        digits = len(result.split(".")[-1]) if "." in result else 0
        assert round(read(first) * read(second), digits) == pytest.approx(read(result), abs=1e-12)


def test_weight_and_change_add_up_as_told():
    network = a_network(6)
    after = network.parameters.copy()
    after.vector[...] += np.random.default_rng(8).normal(0, 1e-3, len(after.vector)).astype(np.float32)
    flow = flow_of_change(network.parameters, after)
    np.testing.assert_array_equal(flow.lines[0], after.weights[1] - network.parameters.weights[1])
    for source in range(6):
        text = describe_connection(flow, network, 0, source, 4, NAMES)
        first, second = text.split(" = ")[0].split(": weight ")[1].split(" + change ")
        result = text.split(" = ")[1]
        assert read(result) != read(first)
        assert round(read(first) + read(second), decimals(result)) == pytest.approx(read(result), abs=1e-12)
    assert describe_unit(flow, 0, 3, NAMES).startswith("unit 3: the next update changes its bias by")


def test_words_for_units():
    network, image = a_network(6, 4), an_image()
    signal = flow_of_signal(network, image)
    off = int(np.flatnonzero(signal.units[0] == 0)[0])
    assert describe_unit(signal, 0, off, NAMES).endswith("this image leaves it off")
    assert describe_unit(signal, 0, off, NAMES).startswith(f"unit {off} of hidden layer 1: activation 0")
    assert describe_unit(signal, 2, 3, NAMES).startswith("digit 3: probability")
    assert "bias" in describe_unit(flow_of_weights(network), 1, 2, NAMES)
    assert "would lower the loss" in describe_unit(flow_of_gradient(network, image, 3), 2, 3, NAMES)
    assert "all pixels → unit 2" in describe_connection(signal, network, -1, 0, 2, NAMES)
