"""The story of units: at each moment what the whole training set makes of the network that the run had then."""

import numpy as np
import pytest

from core.errors import CancelledError, ConfigError
from core.explanation.unit_story import find_unit_story
from core.network.network import forward, loss_and_gradient
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe
from tests.small_data import small_pair

UPDATES = 60


@pytest.fixture(scope="module")
def run():
    config = TrainingConfig(hidden=(7, 6), batch_size=40, epochs=4, learning_rate=0.05)
    run = Run(Recipe(config), small_pair(), test_share=0)
    while run.update < UPDATES:
        if run.update == 20:
            run.cut(Cut(kind="off", layer=1, unit=2))
        run.step()
    return run


@pytest.mark.parametrize("layer", [1, 2, 3])
def test_it_is_what_all_training_images_make_of_the_network_of_each_moment(run, layer):
    story, train, replay = find_unit_story(run, UPDATES, layer), run.data.train, run.replay()
    assert story.updates[0] == 0
    assert story.updates[-1] == UPDATES
    assert (np.diff(story.updates) > 0).all()
    assert story.images == len(train)
    for place in (0, len(story.updates) // 2, -1):
        network = run.snapshot_of(replay.state_at(int(story.updates[place]))).network
        passes = forward(network, scaled(train.images))
        z = passes.operations[2 * (layer - 1)].output
        assert story.active[place] == pytest.approx((z > 0).mean(axis=0), abs=2 / len(train))
        gradient = loss_and_gradient(network, scaled(train.images), one_hot(train.labels)).gradient
        whole = np.vstack((gradient.weights[layer - 1], gradient.biases[layer - 1]))
        assert story.gradients[place] == pytest.approx(np.linalg.norm(whole, axis=0), rel=1e-3, abs=1e-6)


def test_a_unit_that_is_switched_off_gets_no_gradient_from_then_on(run):
    story = find_unit_story(run, UPDATES, 1)
    after = story.updates >= 20
    assert not story.gradients[after, 2].any()
    assert (story.gradients[~after, 2] > 0).all()


def test_it_tells_since_when_a_unit_is_dead():
    run = Run(Recipe(TrainingConfig(hidden=(6,), batch_size=60, epochs=2)), small_pair(), test_share=0)
    while run.update < 12:
        if run.update == 5:
            run.cut(Cut(kind="set", layer=1, unit=4, source=None, value=-1e4))
        run.step()
    story = find_unit_story(run, 12, 1)
    assert story.died_at[4] == 5
    assert story.active[-1, 4] == 0


def test_before_the_first_update_there_is_one_moment():
    run = Run(Recipe(TrainingConfig(hidden=(6,))), small_pair(), test_share=0)
    assert find_unit_story(run, 0, 1).updates.tolist() == [0]


def test_there_has_to_be_such_a_layer_and_it_can_be_cancelled(run):
    def cancel(fraction, text):
        raise CancelledError

    with pytest.raises(ConfigError, match="no layer 4"):
        find_unit_story(run, UPDATES, 4)
    with pytest.raises(CancelledError):
        find_unit_story(run, UPDATES, 1, cancel)
