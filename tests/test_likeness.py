"""The nearest training images are those that a comparison one by one finds, in pixels and in the hidden layer."""

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import CancelledError
from core.explanation.likeness import find_likeness, mean_image
from core.files.shipped_models import load_shipped_model
from core.network.network import forward, hidden_layers
from core.network.prediction import scaled
from tests.small_data import small_pair
from tests.test_evidence import network_of


@pytest.mark.parametrize("hidden", [(10,), (12, 6), ()])
def test_the_nearest_are_found_in_pixels_and_in_the_last_hidden_layer(hidden):
    data, network = small_pair(train=1300), network_of(hidden, dtype=np.float32)
    pixels = scaled(data.test.images[3:4])[0]
    found = find_likeness(network, data, pixels)
    images = scaled(data.train.images)
    apart = np.linalg.norm(images - pixels, axis=1)
    assert found.in_pixels.tolist() == np.argsort(apart, kind="stable")[:4].tolist()
    assert found.pixel_distances == pytest.approx(np.sort(apart)[:4], rel=1e-3)
    if not hidden:
        assert len(found.in_hidden) == 0
        return
    place = 2 * len(hidden) - 1
    activations, own = (forward(network, each).operations[place].output for each in (images, pixels[None]))
    apart = np.linalg.norm(activations - own, axis=1)
    assert found.hidden_distances == pytest.approx(np.sort(apart)[:4], rel=1e-2, abs=1e-3)


def test_a_training_image_is_nearest_to_itself_and_what_is_no_digit_is_unlike_all():
    data, network = load_builtin_digits(), load_shipped_model("ten").network
    own = find_likeness(network, data, scaled(data.train.images[77:78])[0])
    assert own.in_pixels[0] == own.in_hidden[0] == 77
    assert own.pixel_distances[0] == pytest.approx(0, abs=0.01)
    assert not own.is_unlike
    noise = np.random.default_rng(0).random(784, np.float32)
    assert find_likeness(network, data, noise).is_unlike
    unlike = [find_likeness(network, data, pixels).is_unlike for pixels in scaled(data.test.images[1000:1012])]
    assert np.mean(unlike) < 0.2


def test_the_mean_is_that_of_the_digits_training_images():
    data = small_pair()
    expected = scaled(data.train.images[data.train.labels == 4]).mean(axis=0)
    assert mean_image(data, 4) == pytest.approx(expected, abs=1e-5)


def test_it_can_be_cancelled():
    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        find_likeness(network_of((5,), dtype=np.float32), small_pair(), np.zeros(784, np.float32), report=cancel)


def test_the_nearest_neighbor_is_a_classifier_and_a_better_one_the_deeper_it_looks(shared_folder):
    """The nearest of the first 5,000 training images, for the first 2,000 test images; "Wide" is who looks."""
    data, network = load_pair(shared_folder / "mnist"), load_shipped_model("wide").network
    train, test = (whole.take(np.arange(count), whole.name) for whole, count in ((data.train, 5000), (data.test, 2000)))
    passes = [forward(network, scaled(some.images)) for some in (train, test)]
    hidden = hidden_layers(network)[-1][0]
    seen = {
        "pixels": [each.inputs for each in passes],
        "hidden layer": [each.operations[hidden].output for each in passes],
        "logits": [each.logits for each in passes],
    }
    shares = {}
    for what, (known, asked) in seen.items():
        # The squares of what is asked are the same for all that is known.
        nearest = ((known**2).sum(axis=1) - 2 * asked @ known.T).argmin(axis=1)
        shares[what] = 100 * (train.labels[nearest] == test.labels).mean()
    assert shares == pytest.approx({"pixels": 90.6, "hidden layer": 93.3, "logits": 96.85}, abs=0.3)
