"""Evaluation against a loop over single pictures."""

import math

import numpy as np
import pytest

from core.config import TrainingConfig
from core.dataset import Dataset
from core.evaluation import evaluate
from core.network import Network
from core.parameters import Parameters
from core.prediction import predict
from core.recipe import Recipe
from core.trainer import Trainer
from tests.small_data import small_dataset

DATA = small_dataset(2345, 2)


@pytest.fixture(scope="module")
def network():
    trainer = Trainer(Recipe(TrainingConfig(hidden=(6,))), small_dataset(300, 1))
    state = trainer.initial_state()
    for _ in range(15):
        trainer.step(state)
    return Network(state.parameters)


def test_figures_equal_those_of_a_loop_over_the_pictures(network):
    found = evaluate(network, DATA)
    loss, right = 0.0, 0
    confusion = [[0] * 10 for _ in range(10)]
    for image, label in zip(DATA.images, DATA.labels.tolist(), strict=True):
        probabilities = predict(network, image[None])[0].tolist()
        answer = max(range(10), key=probabilities.__getitem__)
        loss -= math.log(probabilities[label])
        right += answer == label
        confusion[label][answer] += 1
    assert 0.3 < right / len(DATA) < 1
    assert found.accuracy == right / len(DATA)
    assert found.loss == pytest.approx(loss / len(DATA), rel=1e-5)
    assert found.confusion.tolist() == confusion
    np.testing.assert_allclose(found.probabilities, predict(network, DATA.images))
    np.testing.assert_array_equal(found.predictions, found.probabilities.argmax(axis=1))


def test_rows_of_the_confusion_are_the_true_digits(network):
    only_sevens = DATA.take(np.flatnonzero(DATA.labels == 7), "sevens")
    confusion = evaluate(network, only_sevens).confusion
    assert confusion.sum() == confusion[7].sum() == len(only_sevens)


def test_one_picture(network):
    found = evaluate(network, Dataset(DATA.images[:1].copy(), DATA.labels[:1].copy(), "one"))
    assert found.accuracy in (0, 1)
    assert found.confusion.sum() == 1


def test_a_network_that_overflows_is_told_by_its_loss():
    huge = Parameters(np.full(784 * 10 + 10, 3e38, np.float32), (784, 10))
    assert not math.isfinite(evaluate(Network(huge), DATA).loss)
