"""Settings and changes are said in a few words, and what makes no difference is not said."""

from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.setting_words import describe_changes, describe_settings, describe_turns

CONFIG = TrainingConfig()


def said(**changes):
    """What is said otherwise once these settings are changed."""
    before, after = describe_settings(CONFIG), describe_settings(CONFIG.with_changes(**changes))
    assert before.keys() == after.keys()
    return [after[about] for about in after if after[about] != before[about]]


def test_each_setting_is_said():
    assert list(describe_settings(CONFIG).values()) == [
        "10 ReLU units",
        "initialization auto",
        "SGD",
        "learning rate 0.1",
        "constant schedule",
        "no weight decay",
        "batch 64",
        "10 epochs",
        "no augmentation",
        "seed 0",
    ]
    assert said(hidden=(128, 64), activation="tanh") == ["128-64 tanh units"]
    assert said(hidden=(1,)) == ["1 ReLU unit"]
    assert said(hidden=()) == ["no hidden layer"]
    assert said(initialization="zeros") == ["initialization all zero"]
    assert said(optimizer="adam", learning_rate=0.001) == ["Adam", "learning rate 0.001"]
    assert said(schedule="cosine", weight_decay=2e-4) == ["cosine schedule", "weight decay 0.0002"]
    assert said(batch_size=None) == ["full batch"]
    assert said(epochs=1) == ["1 epoch"]
    assert said(updates=5000) == ["5,000 updates"]
    assert said(augmentation="shift", seed=7) == ["augmentation shift", "seed 7"]
    assert said(augmentation="fooled-16") == ["augmentation fooled 16"]


def test_what_makes_no_difference_is_not_said():
    assert said(momentum=0.5) == []
    assert said(optimizer="momentum", momentum=0.5) == ["momentum 0.5"]
    assert said(optimizer="adam", momentum=0.5) == ["Adam with momentum 0.5"]
    linear = CONFIG.with_changes(hidden=())
    assert describe_settings(linear) == describe_settings(linear.with_changes(activation="tanh"))
    short = CONFIG.with_changes(updates=30)
    assert describe_settings(short) == describe_settings(short.with_changes(epochs=3))


def test_changes_in_words():
    assert describe_changes({"learning_rate": 0.05, "batch_size": None}) == "learning rate 0.05, batch size full"
    assert describe_changes({"batch_size": 1000, "optimizer": "adam"}) == "batch size 1,000, optimizer Adam"


def test_turned_knobs_tell_their_way():
    recipe = Recipe(CONFIG).with_event(2814, learning_rate=0.05).with_event(5000, learning_rate=0.02, batch_size=None)
    assert describe_turns(recipe) == {
        "learning_rate": "learning rate 0.1 → 0.05 at 2,814 → 0.02 at 5,000",
        "batch_size": "batch size 64 → full at 5,000",
    }
    longer = Recipe(CONFIG.with_changes(updates=500)).with_event(400, updates=900)
    assert describe_turns(longer) == {"epochs": "updates 500 → 900 at 400"}


def test_a_slider_that_was_dragged_is_one_short_piece():
    recipe = Recipe(CONFIG)
    for step in range(1, 15):
        recipe = recipe.with_event(1000 + step, learning_rate=0.1 - step / 200)
    assert describe_turns(recipe) == {"learning_rate": "learning rate 0.1 → … → 0.03 in 14 changes, 1,001 to 1,014"}
