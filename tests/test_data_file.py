"""Data that were put together in the program are kept as they are, and a damaged file of them is refused."""

import json
import os
from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import DataPair
from core.errors import DataError
from core.files.run_store import REMOVED_SECONDS, RunStore
from core.files.stored_data import load_data, save_data
from core.runs.run import Run
from core.runs.run_record import DataRecord, RunRecord, fingerprint_of
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.model_files import arrays_of, rewrite
from tests.small_data import small_pair


@pytest.fixture
def pair():
    pair = small_pair(60, 20)
    notes, names = ("one", "two"), tuple("ABCDEFGHIJ")
    sets = [replace(part, notes=notes, class_names=names, is_upright=True) for part in (pair.train, pair.test)]
    return DataPair(*sets, "mine")


@pytest.fixture
def saved(pair, tmp_path):
    save_data(tmp_path / "data.npz", pair)
    return tmp_path / "data.npz"


def refusal(path):
    with pytest.raises(DataError) as caught:
        load_data(path)
    assert path.name in str(caught.value)
    return str(caught.value)


def test_data_come_back_as_they_were(pair, saved):
    loaded = load_data(saved)
    assert fingerprint_of(loaded) == fingerprint_of(pair)
    for one, other in ((loaded.train, pair.train), (loaded.test, pair.test)):
        assert (one.name, one.notes, one.is_upright, one.synthetic) == (other.name, other.notes, True, False)
    assert loaded.name == "mine"
    assert arrays_of(saved)["train_images"].shape == (60, 784)


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("about", None, "'about' is missing"),
        ("about", np.frombuffer(b"[", np.uint8), "not JSON"),
        ("about", np.frombuffer(b"{}", np.uint8), "not data"),
        ("train_images", np.zeros((60, 783), np.uint8), "train_images is"),
        ("train_images", np.zeros((), np.uint8), "train_images is"),
        ("train_images", np.zeros((60, 784)), "train_images is"),
        ("test_labels", np.zeros(19, np.uint8), "test_labels is"),
        ("test_labels", np.full(20, 77, np.uint8), "label 77"),
        ("test_images", None, "'test_images' is missing"),
    ],
)
def test_what_makes_no_sense_is_refused(saved, name, array, message):
    rewrite(saved, **{name: array})
    assert message in refusal(saved)


def test_names_that_are_no_texts_are_refused(saved):
    about = json.loads(bytes(arrays_of(saved)["about"]))
    about["train"]["class_names"] = list(range(10))
    rewrite(saved, about=np.frombuffer(json.dumps(about).encode(), np.uint8))
    assert "should be texts" in refusal(saved)


def test_a_truncated_file_is_refused(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole), len(whole) // 20):
        saved.write_bytes(whole[:length])
        refusal(saved)


def test_a_store_keeps_data_as_long_as_a_run_needs_them(pair, tmp_path):
    store = RunStore(tmp_path / "runs")
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=1)), pair, test_share=0)
    run.step()
    store.save_data(pair)
    before = store.nbytes
    store.save_data(pair)
    assert store.nbytes == before > 0
    store.save(RunRecord.of(run, run.checkpoint()))
    [path] = (store.folder / "data").iterdir()
    old = path.stat().st_mtime - 2 * REMOVED_SECONDS
    os.utime(path, (old, old))
    runs = store.contents().runs
    store.clear_unused_data(runs)
    assert fingerprint_of(store.load_data(runs[0].data)) == fingerprint_of(pair)
    store.clear_unused_data(())
    with pytest.raises(DataError, match="no such file"):
        store.load_data(runs[0].data)


def test_data_that_have_changed_are_refused(pair, tmp_path):
    store = RunStore(tmp_path / "runs")
    store.save_data(pair)
    [path] = (store.folder / "data").iterdir()
    save_data(path, small_pair(60, 20))
    with pytest.raises(DataError, match="now differs"):
        store.load_data(DataRecord.of(pair))
