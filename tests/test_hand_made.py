"""Be the optimizer: a network made by hand is a run whose recipe holds every stroke, and training goes on from it."""

import numpy as np
import pytest

from core.errors import CancelledError
from core.files.recipe_check import Sameness, repeat
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.runs.hand_made import (
    MOST_UNITS,
    SCORED_IMAGES,
    Score,
    blank_config,
    can_be_hand_made,
    score_of,
    score_of_training,
    scored_images,
)
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.cuts import Cut, float_bytes
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from tests.small_data import small_dataset, small_pair

CONFIG = TrainingConfig(hidden=(10,), batch_size=40, epochs=4)


def blank_run(data, units=10):
    return Run(Recipe(blank_config(CONFIG, units)), data, test_share=0)


def make_by_hand(run):
    """Let unit d look for the band of digit d of the small data, and speak for it."""
    band = 784 // 10
    for digit in range(10):
        weights = np.full(784, -0.01, np.float32)
        weights[digit * band : (digit + 1) * band] = 0.1
        run.cut(Cut(kind="paint", layer=1, unit=digit, weights=float_bytes(weights)))
        run.cut(Cut(kind="set", layer=2, unit=digit, source=digit, value=1.0))
    return run


@pytest.fixture(scope="module")
def data():
    return small_pair()


def test_a_blank_network_guesses(data):
    run = blank_run(data, 4)
    assert not run.snapshot().network.parameters.vector.any()
    score = score_of(run.snapshot().network, data.train)
    assert score.loss == pytest.approx(np.log(10), abs=1e-6)
    assert score.accuracy == np.mean(data.train.labels == 0)


def test_a_network_made_by_hand_reads_digits(data):
    run = make_by_hand(blank_run(data))
    score = score_of(run.snapshot().network, data.train)
    assert score.accuracy == evaluate(run.snapshot().network, data.train).accuracy > 0.95
    assert score > score_of(blank_run(data).snapshot().network, data.train)


def test_training_goes_on_from_it_and_the_recipe_file_repeats_every_bit(tmp_path, data):
    run = make_by_hand(blank_run(data))
    start = run.snapshot().network.parameters.vector
    run.advance(25, lambda *_: None, "")
    assert (run.snapshot().network.parameters.vector != start).any()
    save_recipe(tmp_path / "made.json", recipe_file_of(run, run.snapshot()))
    _, verdict = repeat(load_recipe(tmp_path / "made.json"), data)
    assert verdict.sameness is Sameness.IDENTICAL
    np.testing.assert_array_equal(run.replay().state_at(0).parameters.vector, np.zeros_like(start))
    np.testing.assert_array_equal(run.snapshot_of(run.replay().state_at(0)).network.parameters.vector, start)


def test_units_left_blank_never_learn(data):
    run = blank_run(data, 3)
    run.cut(Cut(kind="paint", layer=1, unit=1, weights=float_bytes(np.full(784, 0.02, np.float32))))
    run.advance(20, lambda *_: None, "")
    weights = run.snapshot().network.parameters.weights
    assert not weights[0][:, [0, 2]].any()
    assert not weights[1][[0, 2]].any()
    assert weights[1][1].any()


def test_strokes_on_one_unit_are_one_cut_whatever_else_was_changed_in_between(data):
    run = blank_run(data, 3)
    for round_ in range(5):
        for unit in range(3):
            weights = np.full(784, 0.01 * (round_ + 1), np.float32)
            run.cut(Cut(kind="paint", layer=1, unit=unit, weights=float_bytes(weights)))
            run.cut(Cut(kind="set", layer=2, unit=unit, source=unit, value=float(round_)))
            run.cut(Cut(kind="set", layer=1, unit=unit, value=0.1 * round_))
    assert len(run.recipe.cuts) == 9
    assert run.snapshot().network.parameters.weights[1][2, 2] == 4
    run.cut(Cut(kind="back", layer=1, unit=1))
    weights = run.snapshot().network.parameters.weights
    assert not weights[0][:, 1].any()
    assert weights[0][:, 0].any()


def test_what_was_switched_off_in_between_is_not_written_over(data):
    run = blank_run(data, 3)
    run.cut(Cut(kind="set", layer=2, unit=4, source=1, value=2.0))
    run.cut(Cut(kind="off", layer=1, unit=1))
    assert run.snapshot().network.parameters.weights[1][1, 4] == 0
    run.cut(Cut(kind="set", layer=2, unit=4, source=1, value=3.0))
    assert len(run.recipe.cuts) == 3
    assert run.snapshot().network.parameters.weights[1][1, 4] == 3


@pytest.mark.parametrize(
    ("hidden", "possible"), [((2,), True), ((10,), True), ((1,), False), ((11,), False), ((), False), ((4, 4), False)]
)
def test_small_networks_of_one_hidden_layer_can_be_made_by_hand(data, hidden, possible):
    run = Run(Recipe(CONFIG.with_changes(hidden=hidden)), data, test_share=0)
    assert can_be_hand_made(run.snapshot().network) is possible
    assert MOST_UNITS == 10


def test_more_right_answers_make_a_higher_score_and_then_the_lower_loss():
    assert Score(0.5, -3.0) > Score(0.4, -1.0)
    assert Score(0.5, -1.0) > Score(0.5, -2.0)


def test_scores_are_about_images_that_are_learned_from(data):
    assert scored_images(CONFIG, data.train) is data.train
    assert len(scored_images(CONFIG.with_changes(validation=100), data.train)) == 500
    assert len(scored_images(CONFIG, small_dataset(SCORED_IMAGES + 1, 3))) == SCORED_IMAGES


def test_what_training_reaches_from_a_random_start_is_that_of_a_run(data):
    config = blank_config(CONFIG, 4)
    run = Run(Recipe(CONFIG.with_changes(hidden=(4,))), data, test_share=0)
    run.advance(run.total_updates, lambda *_: None, "")
    assert score_of_training(config, data, data.train) == score_of(run.snapshot().network, data.train)


def test_finding_out_what_training_reaches_can_be_cancelled(data):
    def report(fraction, text):
        if fraction > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        score_of_training(blank_config(CONFIG, 4), data, data.train, report)
