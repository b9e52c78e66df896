"""Recipes: which settings are in force when, and which changes may be made within a run."""

import pytest

from core.errors import ConfigError
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe

CONFIG = TrainingConfig(learning_rate=0.1)


def test_an_event_takes_effect_at_the_update_that_follows_it():
    recipe = Recipe(CONFIG).with_event(5, learning_rate=0.2).with_event(9, momentum=0.5)
    assert [recipe.config_at(update).learning_rate for update in (0, 4, 5, 8, 9)] == [0.1, 0.1, 0.2, 0.2, 0.2]
    assert [recipe.config_at(update).momentum for update in (8, 9, 10_000)] == [0.9, 0.5, 0.5]
    assert recipe.config is CONFIG


def test_a_change_forgets_what_came_later():
    recipe = Recipe(CONFIG).with_event(5, learning_rate=0.2).with_event(9, learning_rate=0.3)
    assert recipe.with_event(7, momentum=0.5).events == (
        KnobEvent(5, {"learning_rate": 0.2}),
        KnobEvent(7, {"momentum": 0.5}),
    )
    assert recipe.until(8).events == (KnobEvent(5, {"learning_rate": 0.2}),)
    assert recipe.until(9) == recipe


def test_a_change_that_changes_nothing_is_no_event():
    assert Recipe(CONFIG).with_event(5, learning_rate=0.1).events == ()


def test_a_knob_turned_several_times_between_two_updates_is_one_event():
    recipe = Recipe(CONFIG).with_event(5, learning_rate=0.2).with_event(5, momentum=0.5, learning_rate=0.3)
    assert recipe.events == (KnobEvent(5, {"learning_rate": 0.3, "momentum": 0.5}),)


def test_of_two_events_at_one_update_the_later_counts():
    events = (KnobEvent(5, {"learning_rate": 0.2}), KnobEvent(5, {"learning_rate": 0.3}))
    recipe = Recipe(CONFIG, events)
    assert recipe.config_at(5).learning_rate == 0.3
    assert recipe.with_event(5, momentum=0.5).events == (KnobEvent(5, {"learning_rate": 0.3, "momentum": 0.5}),)


def test_a_knob_turned_back_before_the_next_update_was_never_turned():
    recipe = Recipe(CONFIG).with_event(3, momentum=0.5)
    there_and_back = recipe.with_event(5, optimizer="adam", momentum=0.6).with_event(5, optimizer="sgd", momentum=0.5)
    assert there_and_back == recipe


@pytest.mark.parametrize("name", ["hidden", "activation", "initialization", "seed", "augmentation", "color"])
def test_what_decides_the_network_or_its_data_cannot_change(name):
    sentence = rf"^{name} cannot change within a run \(update 5\)\.$"
    with pytest.raises(ConfigError, match=sentence):
        Recipe(CONFIG).with_event(5, **{name: 1})
    with pytest.raises(ConfigError, match=sentence):
        Recipe(CONFIG, (KnobEvent(5, {name: 1}),))


def test_a_value_that_makes_no_sense_is_refused_at_once():
    with pytest.raises(ConfigError, match="the learning rate is -1"):
        Recipe(CONFIG).with_event(5, learning_rate=-1)
    with pytest.raises(ConfigError, match="the batch size is 'many'"):
        Recipe(CONFIG, (KnobEvent(5, {"batch_size": "many"}),))


def test_events_out_of_order_are_refused():
    events = KnobEvent(1000, {"momentum": 0.5}), KnobEvent(999, {"momentum": 0.6})
    with pytest.raises(ConfigError, match=r"^a change at update 999 stands after one at update 1,000\.$"):
        Recipe(CONFIG, events)
    with pytest.raises(ConfigError, match="a change at update -1 stands after one at update 0"):
        Recipe(CONFIG, (KnobEvent(-1, {"momentum": 0.5}),))
