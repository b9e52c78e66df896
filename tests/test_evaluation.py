"""Evaluation against a loop over single images."""

import math

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import CancelledError
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.prediction import predict
from core.training.config import TrainingConfig
from core.training.evaluation import Evaluation, evaluate, hardest
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset

DATA = small_dataset(2345, 2)


@pytest.fixture(scope="module")
def network():
    trainer = Trainer(Recipe(TrainingConfig(hidden=(6,))), small_dataset(300, 1))
    state = trainer.initial_state()
    for _ in range(15):
        trainer.step(state)
    return Network(state.parameters)


def test_it_tells_how_far_it_is_and_can_be_given_up(network):
    told = []
    evaluate(network, DATA, lambda fraction, text: told.append((fraction, text)))
    assert [fraction for fraction, _ in told] == [1000 / 2345, 2000 / 2345, 1]
    assert {text for _, text in told} == {"looking at 2,345 images"}

    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        evaluate(network, DATA, cancel)


def test_metrics_equal_those_of_a_loop_over_the_images(network):
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


def test_one_image(network):
    found = evaluate(network, Dataset(DATA.images[:1].copy(), DATA.labels[:1].copy(), "one"))
    assert found.accuracy in (0, 1)
    assert found.confusion.sum() == 1


def test_a_network_that_overflows_is_told_by_its_loss():
    huge = Parameters(np.full(784 * 10 + 10, 3e38, np.float32), fully_connected((784, 10)))
    assert not math.isfinite(evaluate(Network(huge), DATA).loss)


@pytest.mark.parametrize(("true", "answered"), [(None, None), (3, None), (None, 5), (4, 4), (2, 7)])
def test_the_hardest_images_come_first_and_none_is_missing(network, true, answered):
    found = evaluate(network, DATA)
    rows = hardest(found, DATA.labels, true, answered).tolist()
    expected = [
        (found.probabilities[row, label], row)
        for row, (label, answer) in enumerate(zip(DATA.labels, found.predictions, strict=True))
        if true in (None, label) and answered in (None, answer)
    ]
    assert rows == [row for _, row in sorted(expected)]


def test_every_cell_of_the_confusion_has_its_images(network):
    found = evaluate(network, DATA)
    counts = [[len(hardest(found, DATA.labels, true, answered)) for answered in range(10)] for true in range(10)]
    assert counts == found.confusion.tolist()
    assert np.count_nonzero(found.confusion) > 10


def test_equally_hard_images_keep_their_order():
    probabilities = np.full((4, 10), 0.1, np.float32)
    probabilities[1, 6] = 0
    labels = np.array([6, 6, 2, 6], np.uint8)
    predictions = np.zeros(4, np.uint8)
    found = Evaluation(2.3, 0.0, predictions, probabilities, np.zeros((10, 10), np.int64))
    assert hardest(found, labels).tolist() == [1, 0, 2, 3]
    assert hardest(found, labels, true=6).tolist() == [1, 0, 3]
    assert hardest(found, labels, answered=9).tolist() == []


def test_images_of_a_network_that_overflows_are_all_there():
    broken = evaluate(Network(Parameters(np.full(784 * 10 + 10, np.nan, np.float32), fully_connected((784, 10)))), DATA)
    rows = hardest(broken, DATA.labels)
    assert sorted(rows.tolist()) == list(range(len(DATA)))
    assert len(hardest(broken, DATA.labels, answered=0)) == len(DATA)
