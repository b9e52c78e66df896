"""Dead units are found, with the update at which they died, and marked at the moment that is shown."""

import threading

import numpy as np
import pytest

from core.errors import CancelledError
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.runs.dead_units import (
    FIRST_LOOK,
    DeadUnit,
    Unit,
    death_marks,
    deaths_in_layer,
    find_deaths,
    find_silent_units,
    silent_units,
)
from core.runs.run import Run
from core.runs.timeline import Mark
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.session.background_task import BackgroundTask
from gui.session.dead_unit_watch import DeadUnitWatch
from gui.session.task_slot import close_threads
from tests.small_data import small_dataset, small_pair

IMAGES = small_dataset(300, 5).images
KILLING = TrainingConfig(hidden=(8, 6), batch_size=20, epochs=4, learning_rate=0.8, seed=3)


def network(hidden, activation="relu", seed=0):
    parameters = Parameters.zeros(fully_connected((784, *hidden, 10), activation))
    parameters.vector[:] = np.random.default_rng(seed).normal(0, 0.1, parameters.vector.size)
    for biases in parameters.biases:
        biases[:] = 5.0
    return Network(parameters)


def test_a_unit_that_no_image_activates_is_found_in_any_layer():
    dying = network((5, 4))
    dying.parameters.biases[0][3] = -1e4
    dying.parameters.weights[1][:, 2] = -1.0
    dying.parameters.biases[1][2] = 0.0
    assert find_silent_units(dying, IMAGES) == {Unit(0, 3), Unit(1, 2)}
    layers = silent_units(dying, IMAGES)
    assert [layer.tolist() for layer in layers] == [[False, False, False, True, False], [False, False, True, False]]


def test_one_image_that_activates_it_keeps_a_unit_alive():
    alive = network((3,))
    alive.parameters.weights[0][:, 1] = 0.0
    alive.parameters.weights[0][7, 1] = 1.0
    alive.parameters.biases[0][1] = -0.5
    images = np.zeros((1200, 784), np.uint8)
    assert Unit(0, 1) in find_silent_units(alive, images)
    images[1100, 7] = 255
    assert find_silent_units(alive, images) == frozenset()


@pytest.mark.parametrize("activation", ["tanh", "sigmoid"])
def test_only_relu_units_die(activation):
    other = network((5,), activation)
    other.parameters.biases[0][:] = -1e4
    assert find_silent_units(other, IMAGES) == frozenset()


def test_softmax_regression_has_no_units_to_lose():
    assert silent_units(network(()), IMAGES) == ()


@pytest.mark.parametrize("layer", [0, 1])
def test_a_unit_that_one_image_of_a_large_set_activates_is_not_dead(layer):
    """Whichever image it is: nothing is concluded from a sample."""
    images = np.zeros((FIRST_LOOK * 2 + 57, 784), np.uint8)
    alive = network((3, 4))
    alive.parameters.weights[0][7, 1] = 1.0
    alive.parameters.weights[layer][:, 1] = 0.0
    alive.parameters.weights[layer][1 if layer else 7, 1] = 1.0
    alive.parameters.biases[0][1] = -0.5
    alive.parameters.biases[layer][1] = -0.25 if layer else -0.5
    assert Unit(layer, 1) in find_silent_units(alive, images)
    for place in (1, 2 * FIRST_LOOK + 1, len(images) - 2):
        images[place, 7] = 255
        assert Unit(layer, 1) not in find_silent_units(alive, images)
        images[place, 7] = 0


@pytest.fixture(scope="module")
def killing_run():
    """A run with a high learning rate, and the units that were silent after each update."""
    run = Run(Recipe(KILLING), small_pair(), test_share=0)
    images = run.data.train.images
    silent = [find_silent_units(run.snapshot().network, images)]
    for _ in range(100):
        run.step()
        silent.append(find_silent_units(run.snapshot().network, images))
    return run, images, silent


def test_deaths_are_found_to_the_update(killing_run):
    run, images, silent = killing_run
    assert silent[100], "the test needs units that die"
    deaths = find_deaths(run, 100, silent[100], images)
    assert [Unit(death.layer, death.unit) for death in deaths] == sorted(silent[100])
    for death in deaths:
        unit = Unit(death.layer, death.unit)
        assert unit in silent[death.died_at]
        assert death.died_at == 0 or unit not in silent[death.died_at - 1]


def test_a_death_is_found_to_the_update_where_few_images_are_tried_first(killing_run, monkeypatch):
    """A unit that the first few images have left is not yet dead where others activate it."""
    run, images, silent = killing_run
    monkeypatch.setattr("core.runs.dead_units.FIRST_LOOK", 3)
    deaths = find_deaths(run, 100, silent[100], images)
    for death in deaths:
        unit = Unit(death.layer, death.unit)
        assert unit in silent[death.died_at]
        assert death.died_at == 0 or unit not in silent[death.died_at - 1]


def test_a_unit_that_never_lived_died_at_the_start():
    run = Run(Recipe(KILLING.with_changes(initialization="zeros")), small_pair(), test_share=0)
    for _ in range(20):
        run.step()
    deaths = find_deaths(run, 20, [Unit(0, 4)], run.data.train.images)
    assert deaths == (DeadUnit(0, 4, 0),)
    assert find_deaths(run, 0, [Unit(0, 4)], run.data.train.images) == (DeadUnit(0, 4, 0),)


def test_the_search_can_be_cancelled(killing_run):
    run, images, silent = killing_run

    def report(fraction, text):
        raise CancelledError

    with pytest.raises(CancelledError):
        find_deaths(run, 100, silent[100], images, report)


def test_deaths_in_words_and_by_unit():
    deaths = (DeadUnit(0, 3, 50), DeadUnit(0, 1, 90), DeadUnit(1, 2, 50))
    assert deaths_in_layer(deaths) == {3: 50, 1: 90}
    assert death_marks(deaths) == (
        Mark(50, "dead", "hidden units 3, 2 of layer 2 died", (0, 3)),
        Mark(90, "dead", "hidden unit 1 died", (0, 1)),
    )


@pytest.fixture
def watch(qtbot):
    watch = DeadUnitWatch()
    yield watch
    close_threads(watch)


def test_the_watch_tells_of_the_dead_at_the_shown_moment(qtbot, watch, killing_run):
    run, _, _ = killing_run
    images = run.data.train.images
    told = []
    found = []
    watch.dead_units_changed.connect(told.append)
    watch.follow_run(run)
    watch.deaths_found.connect(found.append)
    watch.watch(run.snapshot())
    expected = find_deaths(run, 100, find_silent_units(run.snapshot().network, images), images)
    qtbot.waitUntil(lambda: told == [expected])
    assert found == [expected]
    past = run.snapshot_of(run.replay().state_at(10))
    silent_then = find_silent_units(past.network, images)
    assert silent_then != find_silent_units(run.snapshot().network, images)
    watch.watch(past)
    qtbot.waitUntil(lambda: {Unit(dead.layer, dead.unit) for dead in watch.dead_units} == silent_then)
    assert all(dead.died_at <= 10 for dead in watch.dead_units)


def test_the_watch_forgets_the_dead_of_another_run(qtbot, watch, killing_run):
    run, _, _ = killing_run
    watch.follow_run(run)
    watch.watch(run.snapshot())
    qtbot.waitUntil(lambda: len(watch.dead_units) > 0)
    other = Run(Recipe(KILLING.with_changes(learning_rate=0.01)), small_pair(), test_share=0)
    watch.follow_run(other)
    assert watch.dead_units == ()
    watch.watch(run.snapshot())
    assert watch._waiting is None


def test_closing_ends_a_look_under_way(qtbot, killing_run):
    run, _, _ = killing_run
    watch = DeadUnitWatch()
    watch.follow_run(run)
    watch.watch(run.snapshot())
    close_threads(watch)
    assert not any(thread.name == BackgroundTask.__name__ for thread in threading.enumerate())
