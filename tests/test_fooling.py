"""Many small changes along the gradient fool a network; as many by chance do not."""

import numpy as np
import pytest

from core.data.readers.idx_reader import read_idx
from core.errors import CancelledError
from core.explanation.fooling import (
    fooled_dataset,
    fooling_curve,
    random_change,
    random_signs,
    stepped_bytes,
)
from core.files.shipped_models import load_shipped_model
from core.network.fully_connected import fully_connected
from core.network.input_gradient import loss_by_pixels, slopes_by_pixels
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import predict, scaled
from core.network.sign_step import step_signs, stepped
from core.network.softmax_loss import one_hot, softmax_cross_entropy
from core.training.evaluation import evaluate
from tests.small_data import small_dataset
from tests.test_evidence import image, network_of


@pytest.fixture(scope="module")
def mnist_test(shared_folder):
    return read_idx(shared_folder / "mnist" / "t10k-images-idx3-ubyte.gz")


def loss_of(network, pixels, label):
    return softmax_cross_entropy(forward(network, pixels[None]).logits, one_hot(np.array([label], np.uint8))).loss_sum


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid"])
def test_the_gradient_by_pixels_is_what_small_changes_of_ink_show(activation):
    network = network_of((12, 8), activation)
    images = np.stack([image(seed) for seed in range(3)])
    gradient = loss_by_pixels(network, images, np.array([3, 7, 0], np.uint8))
    slopes = slopes_by_pixels(network, images[0], np.eye(10)[[4]] - np.eye(10)[[9]])
    for pixel in np.flatnonzero(images[0])[:20]:
        nudge = 1e-6 * np.eye(784)[pixel]
        above, below = (loss_of(network, images[0] + by, 3) for by in (nudge, -nudge))
        assert gradient[0, pixel] == pytest.approx((above - below) / 2e-6, abs=1e-6)
        above, below = (forward(network, (images[0] + by)[None]).logits[0] for by in (nudge, -nudge))
        assert slopes[0, pixel] == pytest.approx((above - below)[[4, 9]] @ [1, -1] / 2e-6, abs=1e-6)


def test_a_step_changes_each_pixel_by_so_many_gray_levels_and_stays_between_paper_and_ink():
    bytes_ = np.array([[0, 3, 128, 250, 255]], np.uint8)
    signs = np.array([[-1, -1, 1, 1, 0]], np.int8)
    assert stepped_bytes(bytes_, signs, 8).tolist() == [[0, 0, 136, 255, 255]]
    assert stepped(scaled(bytes_), signs, 8) == pytest.approx(stepped_bytes(bytes_, signs, 8) / 255, abs=1e-6)
    assert np.array_equal(stepped_bytes(bytes_, signs, 0), bytes_)


def test_a_step_raises_the_loss_of_its_digit_and_one_toward_a_digit_lowers_it():
    network = network_of((30,), dtype=np.float32)
    for seed in range(5):
        pixels = image(seed, np.float32)[None]
        label = np.array([seed], np.uint8)
        away, toward = (step_signs(network, pixels, label, toward=toward) for toward in (False, True))
        assert np.array_equal(away, -toward)
        before, up, down = (
            loss_of(network, shown[0], seed) for shown in (pixels, stepped(pixels, away, 2), stepped(pixels, toward, 2))
        )
        assert down < before < up


def test_a_network_of_zeros_gives_no_direction():
    network = Network(Parameters.zeros(fully_connected((784, 10, 10))))
    assert not step_signs(network, image(dtype=np.float32)[None], np.array([1], np.uint8)).any()


def test_the_curve_is_what_evaluating_the_changed_images_gives():
    network, data = load_shipped_model("ten").network, small_dataset(1500, 3)
    curve = fooling_curve(network, data, (0, 8, 20))
    assert curve.levels == (0, 8, 20)
    assert curve.fooled == tuple(
        evaluate(network, fooled_dataset(network, data, level)).accuracy for level in (0, 8, 20)
    )
    assert curve.fooled[0] == curve.random[0] == evaluate(network, data).accuracy
    assert fooling_curve(network, data, (0, 8, 20)).random == curve.random


def test_random_signs_are_of_both_kinds_and_come_from_their_seed():
    signs = random_signs(50, np.random.default_rng(1))
    assert set(np.unique(signs)) == {-1, 1}
    assert abs(signs.mean()) < 0.02
    assert np.array_equal(signs, random_signs(50, np.random.default_rng(1)))


@pytest.mark.parametrize("distance", [0.1, 0.7, 3.0])
def test_a_random_change_is_as_long_as_asked_for(distance):
    pixels = image(dtype=np.float32)
    changed = random_change(pixels, distance, np.random.default_rng(0))
    assert changed.dtype == np.float32
    assert ((changed >= 0) & (changed <= 1)).all()
    assert np.linalg.norm(changed - pixels) == pytest.approx(distance, rel=1e-4)


def test_fooling_a_data_set_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    network, data = load_shipped_model("ten").network, small_dataset(100, 3)
    with pytest.raises(CancelledError):
        fooled_dataset(network, data, 8, cancel)
    with pytest.raises(CancelledError):
        fooling_curve(network, data, (8,), report=cancel)


@pytest.mark.parametrize(
    ("name", "fooled", "random"),
    [("ten", (36.2, 9.7, 1.7), 91.2), ("wide", (72.5, 30.0, 7.5), 98.3), ("drawing", (98.3, 94.7, 68.1), 99.6)],
)
def test_how_many_of_mnists_test_images_are_still_read_rightly(name, fooled, random, mnist_test):
    network = load_shipped_model(name).network
    curve = fooling_curve(network, mnist_test, (8, 16, 32))
    assert 100 * np.array(curve.fooled) == pytest.approx(fooled, abs=0.15)
    assert 100 * curve.random[0] == pytest.approx(random, abs=0.2)


def test_fooled_images_keep_their_labels_and_their_look(mnist_test):
    data = mnist_test.take(np.arange(200), "some")
    network = load_shipped_model("ten").network
    fooled = fooled_dataset(network, data, 16)
    assert np.array_equal(fooled.labels, data.labels)
    assert np.abs(fooled.images.astype(int) - data.images).max() == 16
    assert (predict(network, fooled.images).argmax(axis=1) == data.labels).mean() < 0.2
