"""An image of the user's in the microscope: what training would do with it alone, to the last bit; no run learns."""

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.explanation.chain import Chain
from core.explanation.own_image import explain_own_image
from core.explanation.update import OwnImage
from core.network.gradient_check import Verdict, check_gradient
from core.network.network import Network, forward
from core.network.prediction import scaled
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset

DATA = small_dataset(300, 5)
IMAGE = small_dataset(1, 99)
CONFIGS = {
    "sgd": TrainingConfig(weight_decay=0.01),
    "momentum": TrainingConfig(optimizer="momentum", hidden=(9, 7), activation="tanh"),
    "adam": TrainingConfig(optimizer="adam", learning_rate=0.003, schedule="cosine"),
    "distorted": TrainingConfig(augmentation="distort"),
    "no hidden layer": TrainingConfig(hidden=()),
}


def trained(config, updates=9):
    trainer = Trainer(Recipe(config), DATA)
    state = trainer.initial_state()
    for _ in range(updates):
        trainer.step(state)
    return trainer, state


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
@pytest.mark.parametrize("label", [0, 7])
def test_it_is_the_update_of_a_run_whose_only_image_it_is(config, label):
    trainer, state = trained(config)
    pixels = scaled(IMAGE.images)[0]
    found = explain_own_image(trainer, state, OwnImage(pixels, label))
    alone = Dataset(IMAGE.images, np.array([label], np.uint8), "one image")
    # A full batch of one image, in the midst of the same schedule and with the same memory of the optimizer.
    recipe = Recipe(config.with_changes(batch_size=None, augmentation="none", updates=trainer.plan.total_updates))
    other, after = Trainer(recipe, alone), state.copy()
    assert found.learning_rate == pytest.approx(other.plan.segment(9).learning_rate(9), abs=1e-3)
    gradient, result = other.gradient(after)
    assert found.gradient.vector.tobytes() == gradient.vector.tobytes()
    assert (found.loss, found.accuracy) == result
    if config.schedule == "constant":
        other.step(after)
        assert found.after.vector.tobytes() == after.parameters.vector.tobytes()
        assert found.slots_after.tobytes() == after.slots.tobytes()


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_it_changes_nothing_of_the_run(config):
    trainer, state = trained(config)
    before = state.copy()
    explain_own_image(trainer, state, OwnImage(scaled(IMAGE.images)[0], 4))
    assert state.parameters.vector.tobytes() == before.parameters.vector.tobytes()
    assert state.slots.tobytes() == before.slots.tobytes()
    untouched, expected = trained(config)
    trainer.step(state)
    untouched.step(expected)
    assert state.parameters.vector.tobytes() == expected.parameters.vector.tobytes()


def test_without_a_label_it_shows_what_the_network_reads():
    trainer, state = trained(TrainingConfig())
    pixels = scaled(IMAGE.images)[0]
    found = explain_own_image(trainer, state, OwnImage(pixels))
    assert found.labels.tolist() == [int(forward(Network(state.parameters), pixels[None]).logits.argmax())]
    assert found.accuracy == 1


def test_another_label_changes_the_gradient_and_not_the_answer():
    trainer, state = trained(TrainingConfig())
    pixels = scaled(IMAGE.images)[0]
    one, other = (explain_own_image(trainer, state, OwnImage(pixels, label)) for label in (2, 5))
    assert one.probabilities.tobytes() == other.probabilities.tobytes()
    # Probability minus truth: only the logits of the two labels differ, by one.
    difference = one.passes.loss.d_input[0] - other.passes.loss.d_input[0]
    assert difference == pytest.approx([0, 0, -1, 0, 0, 1, 0, 0, 0, 0], abs=1e-6)


def test_each_number_can_be_checked_and_put_into_words():
    trainer, state = trained(TrainingConfig(hidden=(8,), activation="tanh"))
    found = explain_own_image(trainer, state, OwnImage(scaled(IMAGE.images)[0], 3))
    network = Network(found.before)
    indices = np.flatnonzero(found.gradient.vector)[::400].tolist()
    checks = check_gradient(network, (found.inputs, found.targets), indices)
    assert {check.verdict for check in checks} == {Verdict.AGREES}
    chain = Chain(found)
    for stage in chain.stages:
        cell = tuple(0 for _ in stage.axes)
        said = stage.describe(cell, 0)
        assert said.title
        assert "batch's gradient" not in said.sentence
    assert chain.stages[0].describe((0,), 0).sentence.startswith("Your image, labeled 3,")
    assert chain.stages[-1].describe((0, 0), 0).sentence.endswith("The run does not make this update.")
