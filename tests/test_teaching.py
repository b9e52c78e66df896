"""Teaching makes the updates of plain gradient descent, learns what it is taught and counts what it forgets."""

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import CancelledError
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network, loss_and_gradient
from core.network.prediction import predict
from core.network.softmax_loss import one_hot
from core.training.evaluation import evaluate
from core.training.teaching import teach


def blobs(count, shift, seed=0):
    """Ten kinds of image, each with ink in rows of its own, moved down by ``shift``."""
    rng = np.random.default_rng(seed)
    labels = (np.arange(count) % 10).astype(np.uint8)
    images = np.zeros((count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        row = 2 * int(label) + shift
        image[row : row + 3, 4:24] = rng.integers(150, 256, (3, 20))
    return Dataset(images.reshape(count, 784), labels, "blobs")


@pytest.fixture(scope="module")
def network():
    """A network that reads unshifted images."""
    test = blobs(200, 0)
    start = Network(initialize(fully_connected((784, 16, 10)), "relu", "auto", np.random.default_rng(2)))
    return teach(start, test, test, updates=300, learning_rate=0.3).after


def test_updates_are_those_of_gradient_descent(network):
    digits = blobs(20, 3)
    teaching = teach(network, digits, blobs(50, 0), updates=2, learning_rate=0.1)
    vector = network.parameters.vector.copy()
    expected = Network(network.parameters.astype(np.float32))
    for _ in range(2):
        gradient = loss_and_gradient(expected, digits.images / np.float32(255), one_hot(digits.labels)).gradient
        expected.parameters.vector[:] -= np.float32(0.1) * gradient.vector
    np.testing.assert_allclose(teaching.after.parameters.vector, expected.parameters.vector, atol=1e-6)
    np.testing.assert_array_equal(network.parameters.vector, vector)


def test_it_learns_what_it_is_taught_and_counts_what_it_forgets(network):
    test, digits = blobs(200, 0), blobs(200, 3, seed=1)
    sevens = digits.take(np.flatnonzero(digits.labels == 7), "sevens")
    teaching = teach(network, sevens, test, updates=60, learning_rate=0.5)
    assert teaching.digits_before.accuracy < 0.5
    assert teaching.digits_after.accuracy == 1
    assert teaching.test_before.accuracy == 1
    right_now = predict(teaching.after, test.images).argmax(axis=1) == test.labels
    assert teaching.forgotten.sum() == np.count_nonzero(~right_now) > 0
    assert teaching.gained.sum() == 0
    assert teaching.forgotten[7] == 0
    assert teaching.test_after.accuracy == evaluate(teaching.after, test).accuracy


def test_what_moved_is_the_difference_of_the_weights(network):
    teaching = teach(network, blobs(10, 3), blobs(20, 0), updates=3, learning_rate=0.1)
    assert teaching.weight_change.shape == (16, 28, 28)
    np.testing.assert_array_equal(
        teaching.weight_change.reshape(16, 784).T,
        teaching.after.parameters.weights[0] - teaching.before.parameters.weights[0],
    )
    unseen = ~blobs(10, 3).images.any(axis=0)
    assert not teaching.weight_change.reshape(16, 784)[:, unseen].any()
    assert not teaching.after.parameters.vector.flags.writeable


def test_a_rate_without_measure_ends_without_an_exception(network):
    teaching = teach(network, blobs(10, 3), blobs(20, 0), updates=20, learning_rate=1e6)
    assert 0 <= teaching.test_after.accuracy <= 1


def test_it_can_be_cancelled(network):
    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        teach(network, blobs(10, 3), blobs(20, 0), updates=3, learning_rate=0.1, report=cancel)
