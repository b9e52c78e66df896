"""A kept run is continued to the last bit, anyone with NumPy can read its file, and a damaged one is refused."""

import io
import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.errors import CancelledError, RunFileError
from core.files.run_file import load_metrics, load_run, read_summary, save_run, write_run
from core.runs.run import Run
from core.runs.run_past import Origin
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import KnobEvent, Recipe
from tests.model_files import arrays_of, rewrite
from tests.obstinate_disks import tiny_disk
from tests.small_data import small_pair

CONFIG = TrainingConfig(batch_size=20, epochs=4, optimizer="momentum", learning_rate=0.05, schedule="cosine", seed=7)
SOURCE = DataSource(("digits.csv",), Adjustment().turn())


@pytest.fixture(scope="module")
def data():
    return small_pair()


def trained(data, updates, config=CONFIG, events=()):
    """A run whose optimizer and batch size changed on the way."""
    run = Run(Recipe(config, events), data, name="Überlauf 1")
    while run.update < updates:
        if run.update == 60:
            run.turn_knob(batch_size=30, optimizer="adam", epochs=8)
        run.step()
    return run


@pytest.fixture(scope="module")
def run(data):
    return trained(data, 103)


@pytest.fixture
def saved(run, tmp_path):
    path = tmp_path / "run.npz"
    save_run(path, RunRecord.of(run, run.checkpoint(), SOURCE))
    return path


def vector_of(run):
    return run.snapshot().network.parameters.vector


def refusal(path):
    with pytest.raises(RunFileError) as caught:
        load_run(path)
    assert path.name in str(caught.value)
    return str(caught.value)


def test_what_is_kept_is_what_is_loaded(run, saved, data):
    run.note, run.is_starred = "für die Klasse\nzweite Zeile", True
    save_run(saved, RunRecord.of(run, run.checkpoint(), SOURCE))
    summary = read_summary(saved)
    assert (summary.id, summary.name, summary.note) == (run.id, "Überlauf 1", "für die Klasse\nzweite Zeile")
    assert summary.is_starred
    assert summary.is_repeatable
    assert summary.recipe == run.recipe
    assert summary.data.source == SOURCE
    assert summary.data.sizes == (600, 100)
    assert summary.data.fingerprint[:2] == (data.train.fingerprint, data.test.fingerprint)
    assert summary.run_metrics.test_accuracy == pytest.approx(run.metrics.read().test_accuracy[-1])
    loaded = load_run(saved)
    assert loaded.summary == summary
    for name, column in vars(run.metrics.read()).items():
        assert np.array_equal(getattr(loaded.metrics, name), column), name
    assert np.array_equal(load_metrics(saved).batch_loss, run.metrics.read().batch_loss)


@pytest.mark.parametrize("updates", [0, 1, 59, 60, 61, 103])
def test_a_run_that_was_kept_goes_on_to_the_last_bit_as_if_it_had_never_stopped(data, tmp_path, updates):
    straight, stopped = trained(data, 150), trained(data, updates)
    save_run(tmp_path / "run.npz", RunRecord.of(stopped, stopped.checkpoint()))
    again = load_run(tmp_path / "run.npz").to_run(data)
    assert again.id == stopped.id
    assert again.update == updates
    assert again.train_seconds == stopped.train_seconds
    while again.update < 150:
        if again.update == 60 == len(again.recipe.events) + 60:
            again.turn_knob(batch_size=30, optimizer="adam", epochs=8)
        again.step()
    assert again.recipe == straight.recipe
    assert np.array_equal(vector_of(again), vector_of(straight))
    assert np.array_equal(again._state.slots, straight._state.slots)
    assert np.array_equal(again.metrics.read().batch_loss, straight.metrics.read().batch_loss)
    for update in (0, 33, 60, updates, 149):
        states = [each.replay().state_at(update).parameters.vector for each in (again, straight)]
        assert np.array_equal(*states)


@pytest.mark.parametrize("given_up", [RunRecord.at_its_end, RunRecord.without_states])
def test_what_was_given_up_is_computed_again(run, data, tmp_path, given_up):
    record = RunRecord.of(run, run.checkpoint())
    save_run(tmp_path / "run.npz", given_up(record))
    loaded = load_run(tmp_path / "run.npz")
    assert len(loaded.states) < 2
    told = []
    again = loaded.to_run(data, lambda fraction, text: told.append((fraction, text)))
    assert np.array_equal(vector_of(again), vector_of(run))
    assert np.array_equal(again.metrics.read().batch_loss, run.metrics.read().batch_loss)
    assert np.array_equal(again.replay().state_at(50).parameters.vector, run.replay().state_at(50).parameters.vector)
    if given_up is RunRecord.without_states:
        assert told[-1][1] == "recomputing Überlauf 1"
        assert all(0 <= fraction <= 1 for fraction, _ in told)

        def cancel(fraction, text):
            raise CancelledError

        with pytest.raises(CancelledError):
            loaded.to_run(data, cancel)


def test_changes_that_are_still_to_come_come(data, tmp_path):
    events = (KnobEvent(10, {"learning_rate": 0.2}), KnobEvent(50, {"learning_rate": 0.01}))
    straight, stopped = trained(data, 55, events=events), trained(data, 20, events=events)
    save_run(tmp_path / "run.npz", RunRecord.of(stopped, stopped.checkpoint()))
    again = load_run(tmp_path / "run.npz").to_run(data)
    again.advance(55, lambda *_: None, "")
    assert np.array_equal(vector_of(again), vector_of(straight))


def test_a_run_on_from_an_opened_model_keeps_its_first_state_whatever_the_budget(run, data, tmp_path):
    opened = Run.from_network(run.snapshot().network, None, data, name="model")
    while opened.update < 40:
        opened.step()
    record = RunRecord.of(opened, opened.checkpoint())
    for smaller in (record.thinned(0), record.at_its_end(), record.without_states().thinned(0)):
        save_run(tmp_path / "run.npz", smaller, budget=0)
        loaded = load_run(tmp_path / "run.npz")
        assert [state.update for state in loaded.states] == [0, 40]
        again = loaded.to_run(data)
        assert not again.is_repeatable
        assert np.array_equal(again.replay().state_at(0).parameters.vector, vector_of(run))


@pytest.mark.parametrize("limit", [0.31, None])
def test_what_an_opened_model_was_trained_on_is_kept(run, data, tmp_path, limit):
    opened = Run.from_network(run.snapshot().network, None, data, name="letters")
    opened.origin = Origin(tuple("abcdefghij"), limit)
    for updates in (0, 3):
        while opened.update < updates:
            opened.step()
        save_run(tmp_path / "run.npz", RunRecord.of(opened, opened.checkpoint()))
        assert load_run(tmp_path / "run.npz").to_run(data).origin == opened.origin
        assert json.loads(bytes(arrays_of(tmp_path / "run.npz")["about"]))["version"] == 3
    save_run(tmp_path / "run.npz", RunRecord.of(run, run.checkpoint()))
    about = json.loads(bytes(arrays_of(tmp_path / "run.npz")["about"]))
    assert about["version"] == 1, "older programs read what they can hold"
    assert "origin" not in about


def test_a_budget_thins_keyframes_and_keeps_the_newest_state(run, data, tmp_path):
    record = RunRecord.of(run, run.checkpoint())
    save_run(tmp_path / "run.npz", record, budget=record.nbytes // 3)
    loaded = load_run(tmp_path / "run.npz")
    updates = [state.update for state in loaded.states]
    assert 2 < len(updates) < len(record.states)
    assert (updates[0], updates[-1]) == (0, 103)
    assert loaded.nbytes <= record.nbytes // 3
    again = loaded.to_run(data)
    assert np.array_equal(again.replay().state_at(77).parameters.vector, run.replay().state_at(77).parameters.vector)


def test_validation_is_kept(data, tmp_path):
    run = Run(Recipe(CONFIG.with_changes(validation=60)), data)
    run.advance(20, lambda *_: None, "")
    save_run(tmp_path / "run.npz", RunRecord.of(run, run.checkpoint()))
    again = load_run(tmp_path / "run.npz").to_run(data)
    assert np.array_equal(again.metrics.read().validation_loss, run.metrics.read().validation_loss)
    assert again.metrics.read().validates


def test_a_checkpoint_does_not_change_while_the_run_goes_on(data):
    run = trained(data, 20)
    checkpoint = run.checkpoint()
    before = checkpoint.state.parameters.vector.copy()
    run.advance(30, lambda *_: None, "")
    assert np.array_equal(checkpoint.state.parameters.vector, before)
    assert len(checkpoint.metrics.batch_loss) == 20
    assert checkpoint.keyframes[-1].update <= 20


def test_anyone_with_numpy_can_read_it(run, saved):
    arrays = arrays_of(saved)
    about = json.loads(bytes(arrays["about"]))
    assert about["config"]["optimizer"] == "momentum"
    assert about["events"] == [{"update": 60, "changes": {"batch_size": 30, "optimizer": "adam", "epochs": 8}}]
    newest = arrays["states"][-arrays["state_rows"][-1]]
    assert np.array_equal(newest, vector_of(run))
    assert newest[: 784 * 10].reshape(784, 10).shape == (784, 10)
    assert arrays["state_updates"][-1] == 103


def test_a_run_within_an_archive_is_written_and_read_like_a_file(run, saved, tmp_path):
    record = RunRecord.of(run, run.checkpoint(), SOURCE)
    with zipfile.ZipFile(tmp_path / "project.zip", "w") as archive, archive.open("runs/1.npz", "w") as member:
        write_run(member, record)
    with zipfile.ZipFile(tmp_path / "project.zip") as archive, archive.open("runs/1.npz") as member:
        assert read_summary(member, "runs/1.npz") == record.summary
        assert np.array_equal(load_run(member, "runs/1.npz").states[-1].parameters.vector, vector_of(run))
    with pytest.raises(RunFileError, match=r"^runs/1\.npz: this is not a run file"):
        load_run(io.BytesIO(b"nothing"), "runs/1.npz")


def test_numbers_that_would_not_load_are_not_kept(run, saved):
    before = saved.read_bytes()
    record = RunRecord.of(run, run.checkpoint())
    state = record.states[-1].copy()
    state.parameters.vector[5] = np.inf
    with pytest.raises(RunFileError, match="infinite"):
        save_run(saved, replace(record, states=(*record.states[:-1], state)))
    assert saved.read_bytes() == before


def test_a_full_disk_leaves_the_old_file(run, tmp_path):
    record = RunRecord.of(run, run.checkpoint())
    with tiny_disk(tmp_path / "disk", 300_000) as disk:
        save_run(disk / "run.npz", record.at_its_end())
        before = (disk / "run.npz").read_bytes()
        with pytest.raises(RunFileError, match="could not be saved"):
            save_run(disk / "run.npz", record)
        assert (disk / "run.npz").read_bytes() == before
        assert [path.name for path in disk.iterdir()] == ["run.npz"]


def change_about(path, **changes):
    """Rewrite values of ``about``; ``data__train=x`` is data.train, None removes it."""
    about = json.loads(bytes(arrays_of(path)["about"]))
    for name, value in changes.items():
        *groups, last = name.split("__")
        group = about
        for key in groups:
            group = group[key]
        if value is None:
            del group[last]
        else:
            group[last] = value
    rewrite(path, about=np.frombuffer(json.dumps(about).encode(), np.uint8))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 4}, "newer version of the program"),
        ({"version": True}, "makes no sense"),
        ({"format": "MNIST_ANN model"}, "not a run that this program kept"),
        ({"id": "../../evil"}, "32 hexadecimal digits"),
        ({"name": ""}, "name is"),
        ({"starred": "yes"}, "true or false"),
        ({"note": None}, "note is missing"),
        ({"extra": 1}, "extra, which this version does not know"),
        ({"begun": -1}, "begun"),
        ({"config__hidden": [10**9]}, "hidden layer"),
        ({"config__hidden": [11]}, "states is"),
        ({"config__validation": 600}, "held out"),
        ({"config__validation": 10}, "validation"),
        ({"events": [{"update": -1, "changes": {}}]}, "update"),
        ({"events": [{"update": 1, "changes": {"seed": 3}}]}, "cannot change"),
        ({"events": []}, "state_rows"),
        ({"update": 102}, "figures.updates"),
        ({"update": 104, "figures__updates": 104}, "metrics are not those of 104 updates"),
        ({"interval": 0}, "interval"),
        ({"data__train": "x"}, "hexadecimal"),
        ({"data__class_names": ["a"]}, "10 names"),
        ({"data__paths": "digits.csv"}, "list of paths"),
        ({"data__train_images": 0}, "train_images"),
        ({"figures__seconds": -1}, "seconds"),
        ({"figures__epochs": "many"}, "epochs"),
        ({"figures__best_update": 104}, "best_update"),
        ({"origin": {"class_names": ["a"], "unlike_limit": 1.0}}, "origin.class_names"),
        ({"origin": {"class_names": list("abcdefghij"), "unlike_limit": -1.0}}, "origin.unlike_limit"),
        ({"origin": {"class_names": list("abcdefghij")}}, "origin.unlike_limit is missing"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(saved, changes, message):
    change_about(saved, **changes)
    assert message in refusal(saved)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("about", None, "'about' is missing"),
        ("about", np.array("{}"), "text of moderate length"),
        ("about", np.frombuffer(b"{", np.uint8), "not JSON"),
        ("about", np.frombuffer(b"[" * 100_000, np.uint8), "not JSON"),
        ("batch_loss", np.zeros(102, np.float32), "differ in length"),
        ("states", None, "'states' is missing"),
        ("states", np.zeros((3, 7960), np.float32), "states is"),
        ("states", np.zeros(7, object), "pickle"),
        ("state_rows", np.array([2], np.int64), "state_rows"),
        ("state_updates", np.array([0, 10], np.int64), "not ascending up to 103"),
        ("state_updates", np.array([103, 103], np.int64), "not ascending"),
        ("state_updates", np.array([-5, 103], np.int64), "not ascending"),
        ("state_updates", np.zeros(1), "short column"),
        ("extra", np.zeros(1), "extra"),
    ],
)
def test_an_array_that_does_not_fit_is_named(saved, name, array, message):
    rewrite(saved, **{name: array})
    assert message in refusal(saved)


def test_a_state_that_no_network_can_use_is_refused(saved):
    states = arrays_of(saved)["states"].copy()
    states[0, 7] = np.nan
    rewrite(saved, states=states)
    assert "the state at update 0 holds numbers that are infinite or not a number" in refusal(saved)


def test_a_run_without_its_first_state_is_refused_where_no_recipe_leads_to_it(run, saved):
    save_run(saved, RunRecord.of(run, run.checkpoint()).at_its_end())
    assert load_run(saved).states[0].update == 103
    change_about(saved, repeatable=False)
    assert "its first state is missing" in refusal(saved)


def test_a_truncated_file_is_refused_wherever_it_ends(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 50)):
        saved.write_bytes(whole[:length])
        refusal(saved)


def test_a_file_that_is_no_run_is_refused(tmp_path):
    assert "no such file" in refusal(tmp_path / "nowhere.npz")
    np.savez(tmp_path / "model.npz", W1=np.zeros(3))
    assert "'about' is missing; expected a run that this program saved" in refusal(tmp_path / "model.npz")
