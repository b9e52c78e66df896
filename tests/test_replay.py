"""Replay: the state after any update, bit for bit as training had it."""

import numpy as np
import pytest

from core.errors import CancelledError
from core.runs.keyframes import Keyframes
from core.runs.replay import Replay
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe
from core.training.trainer import Trainer
from tests.small_data import small_dataset

DATA = small_dataset(230, 1)
UPDATES = 40


def event(update, **changes):
    return KnobEvent(update, changes)


RECIPES = {
    "plain": Recipe(TrainingConfig(hidden=(6,), batch_size=32, epochs=10)),
    "momentum": Recipe(TrainingConfig(hidden=(6,), optimizer="momentum", schedule="cosine", epochs=10)),
    "adam, distorted": Recipe(
        TrainingConfig(hidden=(6, 5), optimizer="adam", learning_rate=0.01, augmentation="distort", epochs=10)
    ),
    "fooled": Recipe(TrainingConfig(hidden=(6,), augmentation="fooled-16", epochs=10)),
    "full batch, fooled": Recipe(TrainingConfig(hidden=(6,), batch_size=None, augmentation="fooled-16", epochs=50)),
    "full batch, shifted": Recipe(TrainingConfig(hidden=(6,), batch_size=None, augmentation="shift", epochs=50)),
    "knobs": Recipe(
        TrainingConfig(hidden=(6,), optimizer="momentum", schedule="step", epochs=10),
        (event(3, learning_rate=0.05), event(8, momentum=0.5), event(8, weight_decay=1e-2), event(21, epochs=20)),
    ),
    "optimizers": Recipe(
        TrainingConfig(hidden=(6,), epochs=20),
        (
            event(5, optimizer="momentum"),
            event(12, optimizer="adam", learning_rate=0.01),
            event(13, momentum=0.8),
            event(30, optimizer="momentum", learning_rate=0.1),
        ),
    ),
    "convolution": Recipe(
        TrainingConfig(
            layers="conv 3 5x5, pool 2, 10", batch_size=32, optimizer="momentum", learning_rate=0.02, epochs=10
        ),
        (event(9, learning_rate=0.01),),
    ),
    "dropout and batch norm": Recipe(
        TrainingConfig(layers="conv 4 5x5, norm, pool 2, dropout 0.3, 6, norm, dropout 0.5, 10", epochs=20),
        (event(5, optimizer="adam", learning_rate=0.01), event(21, batch_size=9)),
    ),
    "batch sizes": Recipe(
        TrainingConfig(hidden=(6,), activation="tanh", epochs=20, augmentation="shift"),
        (event(2, batch_size=None), event(4, batch_size=9), event(33, batch_size=100)),
    ),
}


def train(recipe, budget):
    """Train and keep every state beside the keyframes."""
    trainer, keyframes = Trainer(recipe, DATA), Keyframes(budget)
    state = trainer.initial_state()
    states = []
    for _ in range(UPDATES + 1):
        keyframes.offer(state)
        states.append(state.copy())
        trainer.step(state)
    return states, keyframes


def assert_same(found, expected):
    assert found.update == expected.update
    assert found.parameters.vector.tobytes() == expected.parameters.vector.tobytes()
    assert found.slots.shape == expected.slots.shape
    assert found.slots.tobytes() == expected.slots.tobytes()


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_any_update_in_any_order_equals_training_bit_for_bit(recipe):
    # Room for about six states, so that most updates have to be made again.
    states, keyframes = train(recipe, budget=6 * 4 * 3 * 4800)
    assert keyframes.interval > 1
    replay = Replay(recipe, DATA, keyframes)
    for update in np.random.default_rng(0).permutation(UPDATES + 1).tolist():
        assert_same(replay.state_at(update), states[update])


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_dragging_forward_and_back_by_single_updates(recipe):
    states, keyframes = train(recipe, budget=1)
    replay = Replay(recipe, DATA, keyframes)
    for update in (*range(UPDATES + 1), *reversed(range(UPDATES + 1))):
        assert_same(replay.state_at(update), states[update])


def test_a_state_handed_out_may_be_changed():
    recipe = RECIPES["momentum"]
    states, keyframes = train(recipe, budget=1)
    replay = Replay(recipe, DATA, keyframes)
    for update in (16, 16, 17):
        state = replay.state_at(update)
        assert_same(state, states[update])
        state.parameters.vector[:] = np.nan
        state.slots[:] = np.nan


def test_a_replay_that_has_gone_past_an_update_takes_over_a_knob_turned_there():
    recipe = RECIPES["plain"]
    states, keyframes = train(recipe, budget=1)
    replay = Replay(recipe, DATA, keyframes)
    assert_same(replay.state_at(19), states[19])
    turned = recipe.with_event(18, learning_rate=0.3)
    replay.follow(turned)
    expected, _ = train(turned, budget=1)
    assert_same(replay.state_at(18), states[18])
    found = replay.state_at(19)
    assert_same(found, expected[19])
    assert found.parameters.vector.tobytes() != states[19].parameters.vector.tobytes()


def test_progress_grows_and_a_cancelled_replay_can_be_asked_again():
    recipe = RECIPES["plain"]
    states, keyframes = train(recipe, budget=1)
    replay = Replay(recipe, DATA, keyframes)
    told = []

    def cancel_half_way(fraction, text):
        told.append(fraction)
        assert text == "replaying up to update 31"
        if fraction >= 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        replay.state_at(31, cancel_half_way)
    assert told == sorted(told)
    assert told[0] == 0
    assert_same(replay.state_at(31), states[31])


def test_nothing_to_replay_nothing_to_tell():
    recipe = RECIPES["plain"]
    states, keyframes = train(recipe, budget=2**20 * 64)

    def fail(fraction, text):
        pytest.fail("there was a keyframe for this update")

    assert_same(Replay(recipe, DATA, keyframes).state_at(7, fail), states[7])
