"""Every step of the preparation is worth something, measured on digits drawn large or small and anywhere."""

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.drawing.preparation import find_ink, normalize_drawing
from core.errors import CancelledError
from core.explanation.preparation_check import STEPS, check_preparation, draw_like_a_person
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters


def shapes(count):
    """Two kinds of image as MNIST would show them, by the preparation itself: 0 is a flat bar, 1 an upright one."""
    images = []
    for index in range(count):
        drawing = np.zeros((100, 100), np.uint8)
        if index % 2:
            drawing[10:90, 45:55] = 255
        else:
            drawing[45:55, 10:90] = 255
        images.append(np.rint(normalize_drawing(drawing) * 255))
    return Dataset(np.array(images, np.uint8), (np.arange(count) % 2).astype(np.uint8), "bars")


def matched_filter(dataset):
    """A network that answers 0 or 1 where the image matches that one well, pixel by pixel, and 2 where neither."""
    parameters = Parameters.zeros(fully_connected((784, 10)))
    parameters.biases[0][3:] = -1e3
    for label in (0, 1):
        template = dataset.images[label] / 255.0
        parameters.weights[0][:, label] = template - 0.1
        parameters.biases[0][2] = 0.8 * float(template @ (template - 0.1))
    return Network(parameters)


def test_the_drawing_is_the_digit_itself_at_another_size_and_place():
    image = shapes(2).images[1]
    rng = np.random.default_rng(4)
    sizes, places = set(), set()
    for _ in range(20):
        drawing = draw_like_a_person(image, rng)
        box = find_ink(drawing)
        sizes.add(box.height)
        places.add((box.top, box.left))
        np.testing.assert_allclose(normalize_drawing(drawing), image / 255, atol=0.01)
    assert len(sizes) > 3
    assert len(places) > 10


def test_an_empty_image_stays_empty():
    assert not draw_like_a_person(np.zeros(784, np.uint8), np.random.default_rng(0)).any()


def test_all_steps_together_are_right_and_cutting_out_is_worth_most_here():
    dataset = shapes(60)
    check = check_preparation(matched_filter(dataset), dataset, count=50)
    assert check.count == 50
    assert check.with_all == 1
    assert set(check.without) == set(STEPS)
    assert check.without["crop"] < 0.5
    assert check.without["center"] == 1, "a bar's box and its center of mass have the same middle"


def test_the_same_seed_measures_the_same_drawings():
    dataset = shapes(40)
    network = matched_filter(dataset)
    assert check_preparation(network, dataset, seed=5) == check_preparation(network, dataset, seed=5)


def test_it_can_be_cancelled():
    told = []

    def cancel_at_once(fraction, text):
        told.append(fraction)
        raise CancelledError

    dataset = shapes(40)
    with pytest.raises(CancelledError):
        check_preparation(matched_filter(dataset), dataset, report=cancel_at_once)
    assert told == [0]
