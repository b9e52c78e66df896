"""A recipe file repeats a run, says whether it came out the same, and refuses what it does not understand."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from core.errors import CancelledError, RecipeFileError
from core.files.recipe_check import Sameness, repeat
from core.files.recipe_file import load_recipe, parameters_fingerprint, recipe_file_of, save_recipe
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4, optimizer="momentum", learning_rate=0.05, schedule="cosine", seed=7)


@pytest.fixture(scope="module")
def data():
    return small_pair()


@pytest.fixture(scope="module")
def run(data):
    """A run of 100 updates with a knob turned twice, and a batch size changed in a branch."""
    run = Run(Recipe(CONFIG), data, name="Überlauf 1", test_share=0)
    while run.update < 100:
        if run.update == 30:
            run.turn_knob(learning_rate=0.02, momentum=0.5)
        if run.update == 60:
            run = run.branch(60, "Überlauf 1", batch_size=30, optimizer="adam", epochs=8)
        run.step()
    return run


@pytest.fixture
def saved(run, tmp_path):
    path = tmp_path / "run.json"
    save_recipe(path, recipe_file_of(run, run.snapshot()))
    return path


def change(path, **changes):
    """Rewrite values of a saved file; ``data__train=x`` is data.train, None removes it."""
    values = json.loads(path.read_text(encoding="utf-8"))
    for name, value in changes.items():
        *groups, last = name.split("__")
        group = values
        for key in groups:
            group = group[key]
        if value is None:
            del group[last]
        else:
            group[last] = value
    path.write_text(json.dumps(values), encoding="utf-8")


def test_what_is_saved_is_what_is_loaded(run, saved):
    loaded = load_recipe(saved)
    assert loaded == recipe_file_of(run, run.snapshot())
    assert loaded.name == "Überlauf 1"
    assert loaded.recipe == run.recipe
    assert loaded.result.update == 100
    assert json.loads(saved.read_text(encoding="utf-8"))["config"]["seed"] == 7


def test_a_run_started_from_a_file_repeats_every_bit_turned_knobs_included(run, saved, data):
    again = load_recipe(saved).start_run(data)
    assert again.update == 0
    while again.update < 100:
        again.step()
    assert np.array_equal(again.snapshot().network.parameters.vector, run.snapshot().network.parameters.vector)
    assert again.total_updates == run.total_updates
    assert again.name == run.name


def test_a_repeated_run_is_called_identical_and_tells_of_its_progress(saved, data):
    told = []
    _, verdict = repeat(load_recipe(saved), data, lambda fraction, text: told.append((fraction, text)))
    assert verdict.sameness is Sameness.IDENTICAL
    assert "bit for bit" in verdict.sentence
    fractions = [fraction for fraction, _ in told]
    assert fractions == sorted(fractions)
    assert set(fractions) == {update / 100 for update in range(101)}
    assert told[0][1] == "repeating “Überlauf 1”"


def test_a_repeated_run_can_be_visited_and_goes_on(saved, run, data):
    again, verdict = repeat(load_recipe(saved), data)
    assert verdict.sameness is Sameness.IDENTICAL
    assert again.update == 100
    assert len(again.metrics.read().batch_loss) == 100
    assert np.array_equal(again.replay().state_at(45).parameters.vector, run.replay().state_at(45).parameters.vector)
    again.step()
    assert again.update == 101


def test_a_repeated_run_that_diverges_is_not_the_same(saved, data):
    change(saved, config__learning_rate=1e5)
    _, verdict = repeat(load_recipe(saved), data)
    assert verdict.sameness is Sameness.DIFFERENT
    assert verdict.found.update < 100


def test_repeating_can_be_cancelled(saved, data):
    def report(fraction, text):
        if fraction > 0.5:
            raise CancelledError

    with pytest.raises(CancelledError):
        repeat(load_recipe(saved), data, report)


def test_the_same_but_for_rounding_is_told_apart_from_the_same(saved, data):
    recipe_file = load_recipe(saved)
    other = replace(recipe_file.result, parameters="0" * 64, test_accuracy=recipe_file.result.test_accuracy - 0.0015)
    _, verdict = repeat(replace(recipe_file, result=other), data)
    assert verdict.sameness is Sameness.EQUIVALENT
    assert verdict.sentence.startswith("Nearly the same, but not bit for bit")


@pytest.mark.parametrize("changes", [{"test_accuracy": 0.1}, {"test_loss": 0.001}, {"test_loss": None}])
def test_other_metrics_are_not_the_same(saved, data, changes):
    recipe_file = load_recipe(saved)
    _, verdict = repeat(replace(recipe_file, result=replace(recipe_file.result, parameters="0" * 64, **changes)), data)
    assert verdict.sameness is Sameness.DIFFERENT
    assert verdict.sentence.startswith("Not the same")


def test_another_seed_does_not_come_out_the_same(saved, data):
    change(saved, config__seed=8, config__learning_rate=0.001)
    assert repeat(load_recipe(saved), data)[1].sameness is Sameness.DIFFERENT


def test_other_data_are_refused_by_name(saved):
    recipe_file = load_recipe(saved)
    other = small_pair(601)
    with pytest.raises(RecipeFileError, match="made with the data “small”; the training images that are open now"):
        repeat(recipe_file, other)
    with pytest.raises(RecipeFileError, match="Open those data"):
        recipe_file.start_run(other)
    with pytest.raises(RecipeFileError, match="the test images"):
        recipe_file.check_data(small_pair(600, 101))


def test_a_moment_of_the_past_is_saved_without_what_came_later(run, data, tmp_path):
    state = run.replay().state_at(45)
    recipe_file = recipe_file_of(run, run.snapshot_of(state))
    assert [event.update for event in recipe_file.recipe.events] == [30]
    assert recipe_file.result.parameters == parameters_fingerprint(state.parameters)
    assert repeat(recipe_file, data)[1].sameness is Sameness.IDENTICAL


def test_a_run_from_an_opened_model_is_refused(run, data):
    opened = Run.from_network(run.snapshot().network, CONFIG, data, name="ten.npz")
    with pytest.raises(RecipeFileError, match=r"ten\.npz continues an opened model"):
        recipe_file_of(opened, opened.snapshot())


def test_result_beyond_the_end_of_the_recipe_is_refused(saved, data):
    change(saved, result__update=500_000)
    with pytest.raises(RecipeFileError, match="ends after 180 updates, but its result is of update 500,000"):
        repeat(load_recipe(saved), data)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": "else"}, "not a recipe that this program saved"),
        ({"version": 4}, "newer version of the program .recipe format 4; this one reads 3"),
        ({"version": "1"}, "the version '1' makes no sense"),
        ({"result": None}, "result is missing"),
        ({"color": "red"}, "it holds color, which this version does not know"),
        ({"data__city": "x"}, "it holds data.city, which this version does not know"),
        ({"data__train": "abc"}, "data.train is 'abc'; expected 64 hexadecimal digits"),
        ({"config": []}, "config is '..'; expected a group of values"),
        ({"config__hiden": [10]}, "'hiden', which this version does not know"),
        ({"config__learning_rate": "fast"}, "the learning rate is 'fast'"),
        ({"config__learning_rate": -1}, "the learning rate is -1"),
        ({"config__optimizer": ["sgd"]}, "optimizer is"),
        ({"config__hidden": [0]}, "hidden layer"),
        ({"events": [5]}, r"events\[0\] is no change of settings"),
        ({"events": [{"update": -1, "changes": {}}]}, r"events\[0\]\.update is '-1'"),
        ({"events": [{"update": 1, "changes": {"hidden": [3]}}]}, "hidden cannot change within a run"),
        ({"events": [{"update": 1, "changes": {"momentum": 2}}]}, "momentum is 2"),
        ({"events": [{"update": 9, "changes": {}}, {"update": 1, "changes": {}}]}, "stands after one at update 9"),
        ({"result__test_accuracy": 1.5}, "result.test_accuracy is '1.5'; expected a number from 0 to 1"),
        ({"result__test_loss": -0.1}, "result.test_loss is '-0.1'; expected a number, 0 or more"),
        ({"result__test_loss": float("inf")}, "result.test_loss is 'inf'; expected a number, 0 or more"),
        ({"result__test_loss": 10**400}, "result.test_loss is '10*'; expected a number, 0 or more"),
        ({"result__update": True}, "result.update is 'True'; expected a whole number"),
        ({"name": 5}, "name is '5'; expected a text"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(saved, changes, sentence):
    change(saved, **changes)
    with pytest.raises(RecipeFileError, match=f"^run.json: .*{sentence}"):
        load_recipe(saved)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "in line 1, column 1"),
        (b'{"format": "MNIST_ANN recipe", "ver', "in line 1, column 32"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"version": ' + b"9" * 4301 + b"}", "it holds a number that is far too long"),
        (b" " * 1_000_001, r"larger than 1 MB; choose a recipe"),
        (b"[]", "not a recipe that this program saved"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, sentence):
    path = tmp_path / "run.json"
    path.write_bytes(content)
    with pytest.raises(RecipeFileError, match=f"^run.json:? .*{sentence}"):
        load_recipe(path)


def test_missing_file_and_folder_are_named(tmp_path, run):
    with pytest.raises(RecipeFileError, match=r"gone\.json could not be read: No such file"):
        load_recipe(tmp_path / "gone.json")
    with pytest.raises(RecipeFileError, match="could not be saved: No such file"):
        save_recipe(tmp_path / "nowhere" / "run.json", recipe_file_of(run, run.snapshot()))


def test_a_write_that_fails_leaves_the_old_file(saved, run, monkeypatch):
    before = saved.read_bytes()

    def full_disk(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(RecipeFileError, match="No space left on device"):
        save_recipe(saved, recipe_file_of(run, run.snapshot()))
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["run.json"]


def test_a_small_change_of_the_recipe_is_never_called_the_same(saved, data):
    values = json.loads(saved.read_text())
    values["config"]["learning_rate"] *= 1.001
    saved.write_text(json.dumps(values))
    _, verdict = repeat(load_recipe(saved), data)
    assert verdict.sameness is not Sameness.IDENTICAL
    assert not verdict.sentence.startswith("The same")


def test_names_that_utf_8_has_not_are_kept(tmp_path, run):
    path = tmp_path / "run.json"
    described = replace(recipe_file_of(run, run.snapshot()), name="a\udcffb", data_name="c\udcff.csv")
    save_recipe(path, described)
    assert load_recipe(path) == described
