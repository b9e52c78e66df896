"""Images held out of the training set: never learned from, looked at on the way, and the test set once, at the end."""

import numpy as np
import pytest

from core.data.dataset import DataPair, Dataset
from core.errors import ConfigError, LessonError
from core.files.metrics_csv import HEADER, metrics_rows
from core.files.model_files import load_model, save_model
from core.files.recipe_check import Sameness, repeat
from core.files.recipe_file import recipe_file_of
from core.files.saved_model import SavedModel
from core.lessons.lesson import load_lesson
from core.runs.run import Run
from core.runs.run_metrics import metrics_of
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from core.training.validation import fitting, learning_set, rows_held_out, validation_set
from tests.program import refusal, run_json
from tests.small_data import small_dataset, small_pair

DATA = small_dataset(600, 3)
HELD_OUT = TrainingConfig(batch_size=32, epochs=2, validation=90, seed=4)


def test_the_seed_alone_decides_which_images_are_held_out():
    rows = rows_held_out(HELD_OUT, 600)
    assert len(rows) == len(set(rows.tolist())) == 90
    other_settings = HELD_OUT.with_changes(hidden=(3,), batch_size=None, optimizer="adam", augmentation="shift")
    np.testing.assert_array_equal(rows_held_out(other_settings, 600), rows)
    assert (rows_held_out(HELD_OUT.with_changes(seed=5), 600) != rows).any()


@pytest.mark.parametrize("batch_size", [7, 32, 510, 600, None])
def test_no_update_learns_from_them_and_an_epoch_visits_all_others_once(batch_size):
    trainer = Trainer(Recipe(HELD_OUT.with_changes(batch_size=batch_size)), DATA)
    per_epoch = trainer.plan.total_updates // 2
    for epoch in range(2):
        updates = range(epoch * per_epoch, (epoch + 1) * per_epoch)
        seen = np.concatenate([trainer.batch_indices(update) for update in updates])
        held_out = rows_held_out(HELD_OUT, 600)
        np.testing.assert_array_equal(np.sort(np.concatenate((seen, held_out))), np.arange(600))


@pytest.mark.parametrize(
    "changes", [{}, {"batch_size": None}, {"augmentation": "shift"}, {"optimizer": "adam"}], ids=str
)
def test_a_run_that_holds_images_out_is_the_run_on_the_others_bit_for_bit(changes):
    config = HELD_OUT.with_changes(**changes)
    vectors = []
    for settings, data in ((config, DATA), (config.with_changes(validation=0), learning_set(config, DATA))):
        trainer = Trainer(Recipe(settings), data)
        state = trainer.initial_state()
        for _ in range(trainer.plan.total_updates):
            trainer.step(state)
        vectors.append(state.parameters.vector.tobytes())
    assert vectors[0] == vectors[1]


def test_settings_of_before_hold_nothing_out():
    values = TrainingConfig(seed=7).to_dict()
    del values["validation"]
    assert TrainingConfig.from_dict(values) == TrainingConfig(seed=7)
    assert validation_set(TrainingConfig(), DATA) is None
    assert learning_set(TrainingConfig(), DATA) is DATA


@pytest.fixture
def run():
    run = Run(Recipe(HELD_OUT), small_pair(), name="mine")
    while not run.finished:
        run.step()
    return run


def test_the_test_set_is_looked_at_once_at_the_end(run):
    metrics = run.metrics.read()
    assert metrics.validates
    assert metrics.test_updates.tolist() == [run.total_updates]
    assert metrics.validation_updates[0] == 0
    assert metrics.validation_updates[-1] == run.total_updates
    assert metrics.watched.name == "validation"
    network, held_out = run.snapshot().network, run.validation_set
    assert len(held_out) == 90
    assert metrics.validation_accuracy[-1] == np.float32(evaluate(network, held_out).accuracy)
    assert metrics.test_loss[-1] == np.float32(evaluate(network, run.data.test).loss)
    shown = metrics_of(metrics, run.epoch_at, 1.0)
    assert shown.best_accuracy == metrics.validation_accuracy.max()
    assert shown.validation_loss == metrics.validation_loss[-1]


def test_before_the_end_it_is_not_looked_at():
    run = Run(Recipe(HELD_OUT), small_pair())
    for _ in range(run.total_updates - 1):
        run.step()
    metrics = run.metrics.read()
    assert len(metrics.test_updates) == 0
    assert metrics_of(metrics, run.epoch_at, 1.0).test_accuracy is None
    assert not run.snapshot().is_last


def test_replays_branches_and_recipes_repeat_it(run):
    _, verdict = repeat(recipe_file_of(run, run.snapshot()), run.data)
    assert verdict.sameness is Sameness.IDENTICAL
    state = run.replay().state_at(9)
    branch = run.branch(9, "branch", learning_rate=0.05)
    assert branch.snapshot().network.parameters.vector.tobytes() == state.parameters.vector.tobytes()
    assert branch.metrics.read().validates
    assert len(branch.metrics.read().test_updates) == 0
    np.testing.assert_array_equal(branch.validation_set.images, run.validation_set.images)
    with pytest.raises(ConfigError, match="validation cannot change within a run"):
        run.turn_knob(validation=10)


def test_metrics_are_saved_with_the_model_and_written_as_csv(run, tmp_path):
    metrics = run.metrics.read()
    save_model(tmp_path / "a.npz", SavedModel.from_snapshot(run.snapshot(), run.data, metrics))
    loaded = load_model(tmp_path / "a.npz")
    assert loaded.config == HELD_OUT
    assert loaded.metrics.validates
    np.testing.assert_array_equal(loaded.metrics.validation_accuracy, metrics.validation_accuracy)
    assert HEADER.endswith("test_loss,test_accuracy,validation_loss,validation_accuracy")
    first, *_, last = metrics_rows(metrics, run.epoch_at, 0, run.total_updates + 1)
    assert first == f"0,0,,,,,{metrics.validation_loss[0]:.7g},{metrics.validation_accuracy[0]:.7g}"
    assert last.count(",") == HEADER.count(",")
    assert ",," not in last


@pytest.mark.parametrize("validation", [600, 601, 10_000_000])
def test_an_image_must_be_left_to_learn_from(validation):
    config = HELD_OUT.with_changes(validation=validation)
    with pytest.raises(ConfigError, match=f"{validation:,} images cannot be held out .* has 600. Hold out fewer."):
        Trainer(Recipe(config), DATA)
    assert fitting(config, DATA).validation == 0
    assert fitting(HELD_OUT, DATA) is HELD_OUT


def test_every_digit_must_be_left_to_learn_from():
    labels = np.zeros(600, np.uint8)
    labels[:3] = 7
    seven_is_rare = Dataset(DATA.images, labels, "few sevens")
    config = HELD_OUT.with_changes(validation=597)
    sentence = "With 597 of 600 training images held out for validation, no image of a 7 is left to learn from"
    with pytest.raises(ConfigError, match=sentence):
        Run(Recipe(config), DataPair(seven_is_rare, DATA, "few sevens"))


@pytest.mark.parametrize("value", [-1, 1.5, "5000", True])
def test_what_is_no_number_of_images_is_refused(value):
    with pytest.raises(ConfigError, match="held out for validation is"):
        TrainingConfig(validation=value)


def test_the_command_line_tells_both_sets():
    result = run_json("train", "--train-data", "builtin", "--validation", 1500, "--iterations", 60)
    assert result["config"]["validation"] == 1500
    assert 0 < result["validation_accuracy"] < 1
    assert result["validation_loss"] > 0
    assert result["validation_accuracy"] != result["test_accuracy"]
    assert "validation_accuracy" not in run_json("train", "--train-data", "builtin", "--iterations", 5)
    sentence = refusal("train", "--train-data", "builtin", "--validation", 20_000, "--iterations", 5)
    assert sentence.startswith("20,000 images cannot be held out for validation: the training set has 20,000.")


def test_a_lesson_that_holds_out_all_its_images_is_refused(tmp_path):
    lesson = tmp_path / "all.toml"
    lesson.write_text(
        'title = "All"\nsummary = "None left"\n[[step]]\ntext = "a"\nimages = 200\n[step.config]\nvalidation = 200\n'
    )
    with pytest.raises(LessonError, match="step 1: config: 200 images cannot be held out"):
        load_lesson(lesson)
