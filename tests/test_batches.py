"""Which images make which batch: every image once an epoch, also where the batch size changes on the way."""

import numpy as np
import pytest

from core.training.batches import Batch, BatchPlan, epoch_order
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe
from core.training.trainer import CHUNK, Trainer
from tests.small_data import batch_of, small_dataset


def images_by_epoch(recipe, size):
    """Simulate the run image by image: what the trainer takes at each update, collected by epoch."""
    trainer = Trainer(recipe, small_dataset(size, 1))
    epochs = {}
    for update in range(trainer.plan.total_updates):
        batch = trainer.plan.segment(update).batch(update)
        indices = trainer.batch_indices(update)
        assert len(indices) == batch.size > 0
        epochs.setdefault(batch.epoch, []).append(indices)
    return epochs


def recipe_of(batch_size, epochs=3, events=()):
    return Recipe(TrainingConfig(hidden=(), batch_size=batch_size, epochs=epochs), tuple(events))


@pytest.mark.parametrize(
    ("size", "batch_size"),
    [(100, 1), (100, 7), (100, 50), (100, 99), (100, 100), (100, 101), (100, None), (1, 64), (1, None), (1, 1), (2, 1)],
)
def test_every_image_once_an_epoch(size, batch_size):
    epochs = images_by_epoch(recipe_of(batch_size), size)
    assert list(epochs) == [0, 1, 2]
    for batches in epochs.values():
        assert sorted(np.concatenate(batches).tolist()) == list(range(size))
        expected = min(batch_size or size, size)
        assert {len(batch) for batch in batches[:-1]} <= {expected}
        assert 1 <= len(batches[-1]) <= expected


@pytest.mark.parametrize("at", [0, 1, 5, 9, 10, 11, 19, 20, 29])
@pytest.mark.parametrize("batch_size", [1, 7, 33, 100, None])
def test_every_image_once_an_epoch_also_where_the_batch_size_changes(at, batch_size):
    recipe = recipe_of(10, events=[KnobEvent(at, {"batch_size": batch_size})])
    epochs = images_by_epoch(recipe, 100)
    assert list(epochs) == [0, 1, 2]
    for batches in epochs.values():
        assert sorted(np.concatenate(batches).tolist()) == list(range(100))


def test_every_image_once_an_epoch_through_many_changes():
    sizes = [None, 3, 64, 1, None, 17, 5]
    events = [KnobEvent(5 + 4 * place, {"batch_size": size}) for place, size in enumerate(sizes)]
    for batches in images_by_epoch(recipe_of(10, epochs=9, events=events), 100).values():
        assert sorted(np.concatenate(batches).tolist()) == list(range(100))


def test_batches_go_on_in_the_same_order_after_a_change():
    plain, changed = (
        np.concatenate(images_by_epoch(recipe, 100)[0])
        for recipe in (recipe_of(10), recipe_of(10, events=[KnobEvent(4, {"batch_size": 25})]))
    )
    np.testing.assert_array_equal(plain, changed)
    np.testing.assert_array_equal(plain, epoch_order(0, 0, 100))


def test_each_epoch_and_each_seed_has_an_order_of_its_own():
    orders = [tuple(epoch_order(seed, epoch, 50)) for seed in (0, 1) for epoch in (0, 1)]
    assert len(set(orders)) == 4
    assert tuple(epoch_order(0, 1, 50)) == orders[1]


def test_batches_at_the_ends_of_epochs():
    segment = BatchPlan(recipe_of(30), 100).segments[0]
    assert [segment.batch(update) for update in (0, 2, 3, 4, 7, 8)] == [
        Batch(0, 0, 30),
        Batch(0, 60, 90),
        Batch(0, 90, 100),
        Batch(1, 0, 30),
        Batch(1, 90, 100),
        Batch(2, 0, 30),
    ]


@pytest.mark.parametrize(
    ("changes", "end"),
    [
        ({}, 30),
        ({"epochs": 5}, 50),
        ({"epochs": 2}, 20),
        ({"epochs": 1}, 15),
        ({"updates": 17}, 17),
        ({"updates": 3}, 15),
        # 50 images are left of the second epoch.
        ({"batch_size": 20}, 15 + 3 + 5),
        ({"batch_size": None}, 15 + 1 + 1),
        ({"batch_size": 1}, 15 + 50 + 100),
    ],
)
def test_where_a_run_ends_after_a_change_in_the_middle_of_its_second_epoch(changes, end):
    assert BatchPlan(recipe_of(10, events=[KnobEvent(15, changes)]), 100).total_updates == end


def test_a_finished_run_can_be_given_more_epochs():
    plan = BatchPlan(recipe_of(30, epochs=2, events=[KnobEvent(8, {"epochs": 3})]), 100)
    assert plan.total_updates == 12
    assert plan.segment(8).batch(8) == Batch(2, 0, 30)


def test_a_change_after_the_end_does_not_prolong_a_run():
    assert BatchPlan(recipe_of(10, events=[KnobEvent(31, {"epochs": 9})]), 100).total_updates == 30
    early_end = [KnobEvent(15, {"epochs": 1}), KnobEvent(16, {"epochs": 5})]
    assert BatchPlan(recipe_of(10, events=early_end), 100).total_updates == 15


def test_a_run_told_its_number_of_updates_heeds_no_epochs():
    assert BatchPlan(Recipe(TrainingConfig(batch_size=10, epochs=1, updates=25)), 100).total_updates == 25


def test_settings_of_an_update_are_those_of_the_recipe():
    events = [
        KnobEvent(4, {"learning_rate": 0.2}),
        KnobEvent(4, {"learning_rate": 0.3}),
        KnobEvent(9, {"batch_size": 5}),
    ]
    recipe = recipe_of(10, events=events)
    plan = BatchPlan(recipe, 100)
    for update in (0, 3, 4, 5, 8, 9, 10, 40):
        assert plan.segment(update).config == recipe.config_at(update)


def test_an_optimizer_remembers_since_it_was_chosen():
    events = [
        KnobEvent(3, {"learning_rate": 0.2}),
        KnobEvent(5, {"optimizer": "adam"}),
        KnobEvent(8, {"momentum": 0.5}),
        KnobEvent(9, {"optimizer": "momentum"}),
    ]
    plan = BatchPlan(recipe_of(10, events=events), 100)
    assert [plan.segment(update).optimizer_start for update in (0, 4, 5, 8, 9)] == [0, 0, 5, 5, 9]


def test_epochs_are_counted_with_their_fraction():
    plan = BatchPlan(recipe_of(30), 100)
    assert [plan.epoch(update) for update in (0, 1, 3, 4, 6)] == [0, 0.3, 0.9, 1, 1.6]


def test_what_the_trainer_takes_is_what_the_plan_says():
    data = small_dataset(CHUNK + 200, 3)
    trainer = Trainer(recipe_of(CHUNK + 50, events=[KnobEvent(1, {"batch_size": None})]), data)
    for update in (0, 1, 2):
        indices = trainer.batch_indices(update)
        inputs, targets = batch_of(trainer, update)
        np.testing.assert_array_equal(inputs, data.images[indices] * np.float32(1 / 255))
        np.testing.assert_array_equal(targets.argmax(axis=1), data.labels[indices])
    assert [len(trainer.batch_indices(update)) for update in (0, 1, 2)] == [CHUNK + 50, 150, CHUNK + 200]
