"""What was changed from run to run is seen at a glance, and the best value is the best."""

import numpy as np
import pytest

from core.runs.run_comparison import FROM_A_NETWORK, compare, describe_run
from core.runs.run_metrics import metrics_of
from core.training.config import TrainingConfig
from core.training.metrics import MetricsLog
from core.training.recipe import Recipe

CONFIG = TrainingConfig(batch_size=16)


def compared(*recipes):
    return compare([describe_run(recipe, True) for recipe in recipes])


def changed(**changes):
    return Recipe(CONFIG.with_changes(**changes))


def test_of_one_run_nothing_differs():
    comparison = compared(Recipe(CONFIG))
    assert "10 ReLU units" in comparison.common
    assert (comparison.usual, comparison.differing) == ((), ((),))


def test_two_runs_each_say_what_is_not_in_the_other():
    comparison = compared(changed(learning_rate=0.5), changed(learning_rate=0.05))
    assert comparison.differing == (("learning rate 0.5",), ("learning rate 0.05",))
    assert comparison.usual == ()
    assert {"10 ReLU units", "batch 16", "seed 0"} < set(comparison.common)
    assert not any(words.startswith("learning rate") for words in comparison.common)


def test_one_thing_changed_at_a_time_is_all_that_a_run_says():
    comparison = compared(
        changed(seed=3), changed(batch_size=64), changed(hidden=(32,)), changed(learning_rate=0.05), Recipe(CONFIG)
    )
    assert comparison.differing == (("seed 3",), ("batch 64",), ("32 ReLU units",), ("learning rate 0.05",), ())
    assert comparison.usual == ("10 ReLU units", "learning rate 0.1", "batch 16", "seed 0")
    assert not set(comparison.usual) & set(comparison.common)


def test_a_turned_knob_takes_the_place_of_its_setting():
    parent = Recipe(CONFIG)
    branch = parent.with_event(2814, learning_rate=0.05)
    comparison = compared(branch, parent)
    assert comparison.differing == (("learning rate 0.1 → 0.05 at 2,814",), ("learning rate 0.1",))
    both = compared(branch.with_event(4000, batch_size=32), branch)
    assert "learning rate 0.1 → 0.05 at 2,814" in both.common
    assert both.differing == (("batch size 16 → 32 at 4,000",), ("batch 16",))


def test_a_piece_that_some_runs_lack_is_never_taken_for_granted():
    plain, turned = changed(optimizer="momentum"), changed(optimizer="momentum").with_event(50, momentum=0.5)
    comparison = compared(turned, turned, plain)
    assert comparison.usual == ()
    assert comparison.differing == (("momentum 0.9 → 0.5 at 50",), ("momentum 0.9 → 0.5 at 50",), ())


def test_a_run_that_did_not_begin_at_random_says_so():
    comparison = compare([describe_run(Recipe(CONFIG), False), describe_run(Recipe(CONFIG), True)])
    assert comparison.differing == ((FROM_A_NETWORK,), ())


def log(losses, tests=()):
    metrics = MetricsLog()
    for loss in losses:
        metrics.add_batch(loss, 0.5)
    for update, loss, accuracy in tests:
        metrics.add_test(update, loss, accuracy)
    return metrics.read()


def test_metrics_are_the_newest_and_the_best():
    losses = [3.0] * 290 + [1.0, 2.0, 3.0] * 3 + [0.5]
    metrics = metrics_of(log(losses, [(0, 2.3, 0.1), (200, 0.4, 0.9), (250, 0.3, 0.9), (280, 0.5, 0.8)]), float, 1.5)
    assert (metrics.updates, metrics.epochs, metrics.seconds) == (300, 300.0, 1.5)
    assert metrics.train_loss == pytest.approx(np.mean([2.0, 3.0, 0.5]))
    assert (metrics.test_loss, metrics.test_accuracy) == pytest.approx((0.5, 0.8))
    assert (metrics.best_accuracy, metrics.best_update) == (pytest.approx(0.9), 200)


def test_of_a_run_that_has_done_nothing_nothing_is_known():
    metrics = metrics_of(log([]), float, 0.0)
    assert metrics.updates == 0
    assert (metrics.train_loss, metrics.test_loss, metrics.best_accuracy, metrics.best_update) == (None,) * 4
    assert metrics_of(log([2.0]), float, 0.1).train_loss == 2.0
