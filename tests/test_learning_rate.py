"""Schedules: the factor at the start, on the way and at the end, and which updates of a run get which rate."""

from itertools import pairwise

import pytest

from core.training.batches import BatchPlan
from core.training.config import TrainingConfig
from core.training.learning_rate import SCHEDULES
from core.training.recipe import KnobEvent, Recipe


def rates(recipe, size=100):
    plan = BatchPlan(recipe, size)
    return [plan.segment(update).learning_rate(update) for update in range(plan.total_updates)]


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        ("constant", {0: 1, 0.5: 1, 1: 1}),
        ("step", {0: 1, 0.19: 1, 0.2: 0.5, 0.39: 0.5, 0.4: 0.25, 0.6: 0.125, 0.8: 0.0625, 0.99: 0.0625, 1: 0.0625}),
        ("cosine", {0: 1, 0.25: 0.853553, 0.5: 0.5, 0.75: 0.146447, 1: 0, 1.5: 0}),
    ],
)
def test_factor(name, factors):
    for done, factor in factors.items():
        assert SCHEDULES[name](done) == pytest.approx(factor, abs=1e-6)


def test_every_schedule_starts_from_the_rate_itself():
    assert {schedule(0.0) for schedule in SCHEDULES.values()} == {1.0}


@pytest.mark.parametrize("settings", [{"epochs": 4}, {"updates": 16}])
def test_a_run_goes_through_its_whole_schedule(settings):
    config = TrainingConfig(batch_size=25, learning_rate=0.8, schedule="step", **settings)
    # Sixteen updates, of which each fifth has 3.2.
    assert rates(Recipe(config)) == pytest.approx([0.8] * 4 + [0.4] * 3 + [0.2] * 3 + [0.1] * 3 + [0.05] * 3)


def test_cosine_falls_at_every_update_and_ends_near_nothing():
    found = rates(Recipe(TrainingConfig(batch_size=10, learning_rate=0.5, schedule="cosine", epochs=5)))
    assert found[0] == 0.5
    assert all(later < earlier for earlier, later in pairwise(found))
    assert 0 < found[-1] < 0.001


def test_full_batch_follows_the_schedule_too():
    config = TrainingConfig(batch_size=None, learning_rate=1.0, schedule="cosine", epochs=4)
    assert rates(Recipe(config)) == pytest.approx([1, 0.853553, 0.5, 0.146447], abs=1e-6)


def test_a_turned_knob_scales_what_is_left_of_the_schedule():
    config = TrainingConfig(batch_size=10, learning_rate=0.4, schedule="cosine", epochs=2)
    plain = rates(Recipe(config))
    turned = rates(Recipe(config, (KnobEvent(8, {"learning_rate": 0.2}),)))
    assert turned[:8] == plain[:8]
    assert turned[8:] == pytest.approx([rate / 2 for rate in plain[8:]])


def test_more_epochs_stretch_the_schedule():
    config = TrainingConfig(batch_size=10, learning_rate=0.4, schedule="cosine", epochs=2)
    longer = rates(Recipe(config, (KnobEvent(20, {"epochs": 4}),)))
    assert len(longer) == 40
    # The first half ended at almost 0; of four epochs, two are half of the way.
    assert longer[19] < 0.01
    assert longer[20] == pytest.approx(0.2)
