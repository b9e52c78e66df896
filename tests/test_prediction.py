"""Predictions: chunk by chunk as all at once, from bytes or numbers, and from networks that overflow."""

import numpy as np
import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.drawing.photos.photo_prediction import predict_photo
from core.explanation.answer import SURE_FROM
from core.files.shipped_models import load_shipped_model
from core.network.fully_connected import fully_connected
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import predict, scaled
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset


@pytest.fixture(scope="module")
def network():
    trainer = Trainer(Recipe(TrainingConfig(hidden=(12,))), small_dataset(300, 1))
    return Network(trainer.initial_state().parameters)


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001, 2500])
def test_each_image_is_answered_as_it_would_be_alone(network, count):
    images = small_dataset(2500, 2).images[:count]
    probabilities = predict(network, images)
    assert probabilities.shape == (count, 10)
    assert probabilities.dtype == np.float32
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)
    for row in {0, count // 2, count - 1} & set(range(count)):
        logits = forward(network, images[row : row + 1] / np.float32(255)).logits[0].astype(np.float64)
        expected = np.exp(logits) / np.exp(logits).sum()
        np.testing.assert_allclose(probabilities[row], expected, rtol=1e-4)


def test_bytes_and_scaled_numbers_mean_the_same(network):
    images = small_dataset(20, 2).images
    as_numbers = scaled(images)
    assert as_numbers.dtype == np.float32
    assert as_numbers.max() <= 1
    np.testing.assert_array_equal(predict(network, images), predict(network, as_numbers))
    np.testing.assert_allclose(predict(network, images), predict(network, images / 255), rtol=1e-5)


def test_a_network_whose_sums_overflow_answers_with_no_number_and_no_warning():
    huge = Parameters(np.full(784 * 10 + 10, 3e38, np.float32), fully_connected((784, 10)))
    assert np.isnan(predict(Network(huge), small_dataset(3, 2).images)).all()


def test_an_answer_that_small_distortions_change_is_less_sure_and_few_others_are():
    network, digits = load_shipped_model("wide").network, load_builtin_digits().test
    images, labels = scaled(digits.images[:1000]), digits.labels[:1000]
    alone = predict(network, images)
    averaged = np.array([predict_photo(network, image) for image in images])
    assert averaged.dtype == np.float32
    np.testing.assert_allclose(averaged.sum(axis=1), 1, rtol=1e-5)
    (right, sure, wrong), (right_averaged, sure_averaged, wrong_averaged) = (
        (np.sum(is_right), np.sum(is_right & likely), np.sum(~is_right & likely))
        for probabilities in (alone, averaged)
        for is_right, likely in [(probabilities.argmax(axis=1) == labels, probabilities.max(axis=1) >= SURE_FROM)]
    )
    assert wrong >= 6
    assert wrong_averaged <= wrong / 2
    assert right_averaged >= right - 10
    assert sure_averaged >= 0.9 * sure


def test_the_same_photo_gets_the_same_answer(network):
    image = scaled(small_dataset(1, 4).images)[0]
    np.testing.assert_array_equal(predict_photo(network, image), predict_photo(network, image))
