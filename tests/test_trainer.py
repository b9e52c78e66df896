"""The trainer: updates that follow from recipe, data and their number alone, and from nothing else."""

import tracemalloc

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.errors import CancelledError, ConfigError
from core.network.network import Network, loss_and_gradient
from core.network.prediction import predict
from core.network.softmax_loss import one_hot
from core.training.batches import epoch_order
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe
from core.training.trainer import CHUNK, Trainer
from tests.small_data import batch_of, small_dataset

DATA = small_dataset(230, 1)


def train(config, updates, data=DATA, events=()):
    trainer = Trainer(Recipe(config, tuple(events)), data)
    state = trainer.initial_state()
    results = [trainer.step(state) for _ in range(updates)]
    return state, results


def bits(state):
    return state.parameters.vector.tobytes() + state.slots.tobytes()


CONFIGS = {
    "sgd": TrainingConfig(hidden=(7,), batch_size=32),
    "momentum": TrainingConfig(hidden=(7,), optimizer="momentum", weight_decay=1e-3, schedule="cosine", epochs=30),
    "adam": TrainingConfig(hidden=(9, 5), activation="tanh", optimizer="adam", learning_rate=0.01),
    "full batch": TrainingConfig(hidden=(7,), batch_size=None, activation="sigmoid", learning_rate=0.5),
    "softmax regression": TrainingConfig(hidden=()),
    "shifted": TrainingConfig(hidden=(7,), augmentation="shift"),
    "distorted": TrainingConfig(hidden=(7,), augmentation="distort"),
    "mixed": TrainingConfig(hidden=(7,), augmentation="mix"),
    "fooled": TrainingConfig(hidden=(7,), augmentation="fooled-16"),
}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_same_settings_data_and_seed_give_the_same_bits(config):
    first, metrics = train(config, 20)
    second, again = train(config, 20)
    assert bits(first) == bits(second)
    assert metrics == again


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_another_seed_gives_another_network(config):
    assert bits(train(config, 3)[0]) != bits(train(config.with_changes(seed=1), 3)[0])


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_the_network_learns(config):
    state, results = train(config, 120)
    assert np.mean([result.loss for result in results[-8:]]) < 0.5 * results[0].loss
    predictions = predict(Network(state.parameters), DATA.images).argmax(axis=1)
    assert (predictions == DATA.labels).mean() > 0.9


def test_one_update_is_gradient_descent_on_its_batch():
    config = TrainingConfig(hidden=(7,), batch_size=32, learning_rate=0.3, weight_decay=0.1)
    trainer = Trainer(Recipe(config), DATA)
    state = trainer.initial_state()
    before = state.parameters.astype(np.float64)
    rows = epoch_order(0, 0, len(DATA))[:32]
    inputs, targets = DATA.images[rows] / 255, one_hot(DATA.labels[rows]).astype(np.float64)
    loss_sum, gradient, _ = loss_and_gradient(Network(before), inputs, targets)
    right = predict(Network(before), inputs).argmax(axis=1) == DATA.labels[rows]
    result = trainer.step(state)
    assert result.loss == pytest.approx(loss_sum / 32, rel=1e-6)
    assert result.accuracy == right.mean()
    for layer in (0, 1):
        expected = 0.97 * before.weights[layer] - 0.3 * gradient.weights[layer]
        np.testing.assert_allclose(state.parameters.weights[layer], expected, atol=1e-6)
        expected = before.biases[layer] - 0.3 * gradient.biases[layer]
        np.testing.assert_allclose(state.parameters.biases[layer], expected, atol=1e-6)
    assert state.update == 1


@pytest.mark.parametrize("batch_size", [None, CHUNK + 1, CHUNK + 300, CHUNK])
def test_a_batch_worked_through_in_chunks_has_the_gradient_of_the_whole(batch_size):
    data = small_dataset(2 * CHUNK + 100, 2)
    trainer = Trainer(Recipe(TrainingConfig(hidden=(7,), batch_size=batch_size)), data)
    state = trainer.initial_state()
    # The second update's batch is a partial one where the first took more than half.
    for _ in range(2):
        inputs, targets = batch_of(trainer, state.update)
        network = Network(state.parameters.astype(np.float64))
        loss_sum, expected, _ = loss_and_gradient(network, inputs.astype(np.float64), targets.astype(np.float64))
        gradient, result = trainer.gradient(state)
        np.testing.assert_allclose(gradient.vector, expected.vector, atol=2e-6)
        assert result.loss == pytest.approx(loss_sum / len(inputs), rel=1e-5)
        right = predict(network, inputs).argmax(axis=1) == targets.argmax(axis=1)
        assert result.accuracy == right.mean()
        trainer.step(state)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_looking_at_gradients_batches_and_predictions_disturbs_nothing(config):
    expected, _ = train(config, 12)
    trainer = Trainer(Recipe(config), DATA)
    state = trainer.initial_state()
    for _ in range(12):
        trainer.gradient(state)
        batch_of(trainer, state.update + 3)
        trainer.batch_indices(state.update + 100)
        predict(Network(state.parameters), DATA.images[:50])
        trainer.step(state)
    assert bits(state) == bits(expected)


def test_a_gradient_is_that_of_the_batch_the_step_then_takes():
    trainer = Trainer(Recipe(CONFIGS["sgd"]), DATA)
    state = trainer.initial_state()
    for _ in range(10):
        gradient, looked = trainer.gradient(state)
        expected = state.parameters.vector - np.float32(0.1) * gradient.vector
        assert trainer.step(state) == looked
        np.testing.assert_allclose(state.parameters.vector, expected, atol=1e-7)


def test_a_state_can_be_taken_up_by_another_trainer_at_any_update():
    config = CONFIGS["adam"]
    expected, _ = train(config, 15)
    for stop in range(15):
        state = train(config, stop)[0].copy()
        trainer = Trainer(Recipe(config), DATA)
        for _ in range(15 - stop):
            trainer.step(state)
        assert bits(state) == bits(expected)


def test_one_trainer_can_go_back_and_forth():
    events = [KnobEvent(4, {"batch_size": 50}), KnobEvent(4, {"learning_rate": 0.02}), KnobEvent(9, {"momentum": 0.5})]
    recipe = Recipe(CONFIGS["momentum"], tuple(events))
    states = [train(recipe.config, update, events=events)[0] for update in range(13)]
    trainer = Trainer(recipe, DATA)
    for update in (11, 3, 4, 8, 9, 0, 10, 2, 7):
        state = states[update].copy()
        trainer.step(state)
        assert bits(state) == bits(states[update + 1])


def test_a_turned_knob_changes_nothing_before_its_update_and_everything_after():
    events = [KnobEvent(6, {"learning_rate": 0.01})]
    for update in (6, 7):
        plain, turned = train(CONFIGS["sgd"], update)[0], train(CONFIGS["sgd"], update, events=events)[0]
        assert (bits(plain) == bits(turned)) == (update == 6)


def test_an_optimizer_that_is_switched_to_starts_with_no_memory():
    config = TrainingConfig(hidden=(7,), optimizer="momentum")
    events = [KnobEvent(5, {"optimizer": "adam", "learning_rate": 0.01})]
    before, _ = train(config, 5)
    after, _ = train(config, 6, events=events)
    assert before.slots.shape[0] == 1
    assert before.slots.any()
    assert after.slots.shape[0] == 2
    # Adam's first step from nothing moves each parameter by the rate, up or down.
    moved = np.abs(after.parameters.biases[1] - before.parameters.biases[1])
    np.testing.assert_allclose(moved, 0.01, rtol=1e-3)


def test_distortions_differ_from_update_to_update_and_leave_the_data_alone():
    data = small_dataset(40, 5)
    before = data.images.copy()
    trainer = Trainer(Recipe(TrainingConfig(batch_size=None, augmentation="distort")), data)
    first, second, again = (batch_of(trainer, update)[0] for update in (0, 1, 0))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(data.images, before)


@pytest.mark.parametrize("size", [1, 3])
@pytest.mark.parametrize("hidden", [(), (5,)])
def test_a_training_set_smaller_than_a_batch_is_learned_by_heart(size, hidden):
    data = small_dataset(size, 4)
    _, results = train(TrainingConfig(hidden=hidden, seed=3), 60, data)
    assert results[-1].accuracy == 1
    assert results[-1].loss < 0.1 < results[0].loss


def test_a_knob_that_cannot_be_turned_leaves_the_trainer_as_it_was():
    trainer = Trainer(Recipe(CONFIGS["sgd"]), DATA)
    recipe = trainer.recipe
    with pytest.raises(ConfigError):
        trainer.follow(recipe.with_event(3, learning_rate=-1))
    assert trainer.recipe is recipe


def test_hundreds_of_batch_sizes_do_not_fill_the_memory():
    events = [KnobEvent(size, {"batch_size": size}) for size in range(1, 200)]
    trainer = Trainer(Recipe(TrainingConfig(hidden=(7,), epochs=1000), tuple(events)), DATA)
    state = trainer.initial_state()
    tracemalloc.start()
    try:
        for _ in range(200):
            trainer.step(state)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # Arrays for all sizes would take 100 MB.
    assert peak < 20e6


def test_data_with_gaps_in_memory_are_read_rightly():
    images = np.repeat(DATA.images, 2, axis=0)[::2]
    assert not images.flags.c_contiguous
    spread = Dataset(images, DATA.labels, "spread")
    for config in (CONFIGS["sgd"], CONFIGS["full batch"]):
        assert bits(train(config, 5, spread)[0]) == bits(train(config, 5)[0])


def test_an_update_cancelled_between_chunks_has_changed_nothing():
    trainer = Trainer(
        Recipe(TrainingConfig(batch_size=None, optimizer="adam", learning_rate=0.01)), small_dataset(CHUNK * 3, 1)
    )
    state, undisturbed = trainer.initial_state(), trainer.initial_state()
    told = []

    def cancel_in_the_middle(fraction, text):
        told.append(fraction)
        if fraction > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        trainer.step(state, cancel_in_the_middle)
    assert told == pytest.approx([1 / 3, 2 / 3])
    assert state.update == 0
    assert trainer.step(state) == trainer.step(undisturbed)
    assert np.array_equal(state.parameters.vector, undisturbed.parameters.vector)
