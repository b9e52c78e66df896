"""Training on fooled images: which images change and how, and that the network withstands more afterwards."""

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.explanation.fooling import fooled_dataset
from core.explanation.update import explain_update
from core.network.network import Network, forward
from core.network.prediction import scaled
from core.network.sign_step import step_signs, stepped
from core.network.softmax_loss import one_hot, softmax_cross_entropy
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import CHUNK, Trainer
from tests.small_data import small_dataset

DATA = small_dataset(2 * CHUNK + 90, 3)


@pytest.mark.parametrize("batch_size", [1, 2, 33, CHUNK + 7, None])
@pytest.mark.parametrize("update", [0, 1])
def test_every_second_image_of_a_batch_fools_the_network_of_that_moment(batch_size, update):
    plain = Trainer(Recipe(TrainingConfig(batch_size=batch_size)), DATA)
    trainer = Trainer(Recipe(TrainingConfig(batch_size=batch_size, augmentation="fooled-16")), DATA)
    state = trainer.initial_state()
    state.update = update
    rows = plain.batch_indices(update)
    seen = np.concatenate([chunk.inputs.copy() for chunk in trainer.passes(state)])
    images, network = scaled(DATA.images[rows]), Network(state.parameters)
    expected = stepped(images, step_signs(network, images, DATA.labels[rows]), 16)
    places = (np.arange(len(rows)) + update) % 2 == 0
    assert np.abs(seen[places] - expected[places]).max(initial=0) < 1e-6
    assert np.array_equal(seen[~places], images[~places])
    assert np.abs(seen - images).max() <= 16 / 255 + 1e-6


def test_the_loss_after_an_update_is_that_of_the_very_images_before_it():
    trainer = Trainer(Recipe(TrainingConfig(augmentation="fooled-32")), DATA)
    state = trainer.initial_state()
    explanation = explain_update(trainer, state)
    after = evaluate_images(Network(explanation.after), explanation.inputs, explanation.labels)
    assert explanation.loss_after == pytest.approx(after, rel=1e-5)


def evaluate_images(network, inputs, labels):
    """Mean loss of images that are scaled already."""
    logits = forward(network, inputs).logits
    return softmax_cross_entropy(logits, one_hot(labels.astype(np.uint8))).loss_sum / len(labels)


def test_on_mnist_it_costs_little_accuracy_and_gains_much(shared_folder):
    data = load_pair(shared_folder / "mnist")

    def accuracies(augmentation):
        trainer = Trainer(Recipe(TrainingConfig(hidden=(32,), epochs=2, augmentation=augmentation)), data.train)
        state = trainer.initial_state()
        for _ in range(trainer.plan.total_updates):
            trainer.step(state)
        network = Network(state.parameters)
        sets = (data.test, *(fooled_dataset(network, data.test, levels) for levels in (8, 16)))
        return np.array([evaluate(network, images).accuracy for images in sets])

    gains = accuracies("fooled-16") - accuracies("none")
    assert gains[0] > -0.03
    assert gains[1] > 0.03
    assert gains[2] > 0.15
