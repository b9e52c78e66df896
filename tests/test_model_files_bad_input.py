"""Damaged and hostile model files are refused, with what is wrong, and nothing in them is run."""

import io
import json
import os
import pickle
import re
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from core.errors import ModelFileError
from core.files.model_files import load_model, save_model
from tests.model_files import arrays_of, make_metrics, make_model, refusal, rewrite, save_small_model


@pytest.fixture
def saved(tmp_path):
    return save_small_model(tmp_path)


def rewrite_about(path, **changes):
    about = json.loads(str(arrays_of(path)["about"])) | changes
    rewrite(path, about=np.array(json.dumps(about)))


def test_a_missing_file_and_a_folder_are_named(tmp_path):
    assert "no such file" in refusal(tmp_path / "nowhere.npz")
    assert "no such file" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK", b"hello, this is text", bytes(1000)])
def test_what_is_no_archive_is_refused(tmp_path, content):
    path = tmp_path / "model.npz"
    path.write_bytes(content)
    assert "not a model file" in refusal(path)


def test_a_truncated_file_is_refused_wherever_it_ends(saved):
    whole = saved.read_bytes()
    for length in range(0, len(whole), max(1, len(whole) // 50)):
        saved.write_bytes(whole[:length])
        refusal(saved)


def test_any_damaged_byte_is_refused_or_harmless(saved):
    whole = saved.read_bytes()
    vector = load_model(saved).network.parameters.vector
    rng = np.random.default_rng(0)
    ends = np.concatenate([np.arange(300), len(whole) - 1 - np.arange(700)])
    for position in np.concatenate([ends, rng.integers(0, len(whole), 300)]):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << rng.integers(8)
        saved.write_bytes(damaged)
        try:
            loaded = load_model(saved)
        except ModelFileError:
            continue
        assert np.array_equal(loaded.network.parameters.vector, vector)


class _Dangerous:
    def __reduce__(self):
        return os.mkdir, ("opened_by_pickle",)


def test_a_pickle_is_refused_and_not_opened(saved, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("W1", "about", "batch_loss"):
        save_model(saved, make_model(metrics=make_metrics()))
        rewrite(saved, **{name: np.array([_Dangerous()], dtype=object)})
        assert "pickle" in refusal(saved)
    assert not (tmp_path / "opened_by_pickle").exists()


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("W1", np.zeros((784, 11), np.float32), r"expected \(784, 10\)"),
        ("W1", np.zeros((10, 784), np.float32), r"expected \(784, 10\)"),
        ("W1", np.zeros(7840, np.float32), r"expected \(784, 10\)"),
        ("W1", np.zeros((784, 0), np.float32), r"expected \(784, 10\)"),
        ("b2", np.zeros((10, 1), np.float32), r"expected \(10,\)"),
        ("W2", np.zeros((10, 10), np.int64), "floating-point"),
        ("W2", np.zeros((10, 10), complex), "floating-point"),
        ("W2", np.full((10, 10), np.nan, np.float32), "not a number"),
        ("b1", np.full(10, -np.inf, np.float32), "not a number"),
        ("W2", np.full((10, 10), 1e300), "too large"),
        ("W2", None, "'W2' is missing"),
        ("about", None, "'about' is missing"),
        ("about", np.array("{"), "not JSON"),
        ("about", np.array("[" * 100_000), "not JSON"),
        ("about", np.array("{}"), "not a model that this program saved"),
        ("about", np.array(["{}", "{}"]), "one text"),
        ("about", np.zeros(3), "one text"),
        ("batch_loss", np.zeros(69, np.float32), "differ in length"),
        ("batch_loss", np.zeros((70, 1), np.float32), "one column"),
        ("batch_loss", np.zeros(70), "one column"),
        ("batch_loss", None, "'batch_loss' is missing"),
        ("test_loss", np.zeros(6, np.float32), "differ in length"),
        ("test_updates", np.arange(65, 72), "goes beyond"),
        ("test_updates", np.zeros(7, np.int64), "not ascending"),
    ],
)
def test_an_array_that_does_not_fit_is_named(saved, name, array, message):
    rewrite(saved, **{name: array})
    assert re.search(message, refusal(saved))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"version": 3}, "newer version of the program"),
        ({"version": "1"}, "makes no sense"),
        ({"version": 0}, "makes no sense"),
        ({"layer_sizes": [784, 10**9, 10]}, "layer sizes"),
        ({"layer_sizes": [784, -10, 10]}, "layer sizes"),
        ({"layer_sizes": [784, *[4] * 9, 10]}, "layer sizes"),
        ({"layer_sizes": [785, 10, 10]}, "layer sizes"),
        ({"layer_sizes": "784"}, "layer sizes"),
        ({"layer_sizes": [784, True, 10]}, "layer sizes"),
        ({"layer_sizes": [784, 10, 10, 10]}, "settings have the hidden layers"),
        ({"activation": "swish"}, "activation"),
        ({"activation": ["relu"]}, "activation"),
        ({"config": 3}, "settings"),
        ({"config": {"hidden": [10], "rate": 1}}, "does not know"),
        ({"config": {"hidden": [10], "learning_rate": -1}}, "learning rate"),
        ({"config": {"hidden": [10], "learning_rate": 10**400}}, "settings"),
        ({"config": {"hidden": [10], "optimizer": {}}}, "settings"),
        ({"update": -1}, "update"),
        ({"update": True}, "update"),
        ({"epoch": "1"}, "epoch"),
        ({"note": 5}, "note"),
    ],
)
def test_a_description_that_makes_no_sense_is_refused(saved, changes, message):
    rewrite_about(saved, **changes)
    assert message in refusal(saved)


def test_numbers_that_json_can_hold_but_nobody_can_use_are_refused(saved):
    rewrite_about(saved, epoch=float("nan"))
    assert "epoch" in refusal(saved)


def test_a_newer_version_is_told_before_anything_else_is_looked_at(saved):
    rewrite_about(saved, version=7, layer_sizes="by name")
    rewrite(saved, W1=None)
    assert "Update the program" in refusal(saved)


def npy(descr: str, shape: str, body: bytes = b"") -> bytes:
    text = f"{{'descr': {descr!r}, 'fortran_order': False, 'shape': {shape}, }}"
    header = text.ljust(117) + "\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode() + body


@pytest.mark.parametrize(
    "member",
    [
        npy("<f4", "(784, 99999999999999999999)"),
        npy("<f4", "(-784, 10)"),
        npy("<f4", "(784, 10)", bytes(100)),
        npy("<f4", "(784, 10)", bytes(40_000)),
        npy("<f4", "(784, 'ten')"),
        npy("<f4", "784"),
        npy("|V999999999", "(784, 10)"),
        npy("O", "(784, 10)"),
        npy("nonsense", "(784, 10)"),
        npy("<f4", "(" * 50 + ")" * 50),
        npy("<f4", "(784, 10)").replace(b"NUMPY\x01", b"NUMPY\x09"),
        npy("<f4", "(784, 10)")[:20],
        b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + bytes(1000),
        b"",
    ],
)
def test_a_header_that_lies_is_refused(saved, member):
    with zipfile.ZipFile(saved) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(saved, "w") as archive:
        for name, content in (members | {"W1.npy": member}).items():
            archive.writestr(name, content)
    refusal(saved)


def test_a_bomb_is_refused_without_being_unpacked(saved):
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("about.npy", "w") as member:
        member.write(npy("<U250000000", "()"))
        for _ in range(1000):
            member.write(bytes(1_000_000))
    script = (
        "import resource, sys, pathlib; resource.setrlimit(resource.RLIMIT_AS, (900_000_000,) * 2)\n"
        "from core.files.model_files import load_model\n"
        "load_model(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run([sys.executable, "-c", script, saved], capture_output=True, text=True)
    assert "ModelFileError" in done.stderr.splitlines()[-1]
    assert "one text of moderate length" in done.stderr


def test_an_array_that_is_there_twice_is_refused(saved):
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(saved, "a") as archive:
        archive.writestr("W1.npy", npy("<f4", "(784, 10)", bytes(31_360)))
    assert "twice" in refusal(saved)


@pytest.mark.parametrize("name", ["extra.npy", "W3.npy", "../evil.npy", "notes.txt"])
def test_an_archive_that_holds_more_than_a_model_is_refused(saved, name):
    with zipfile.ZipFile(saved, "a") as archive:
        archive.writestr(name, pickle.dumps("anything"))
    assert name in refusal(saved)


def test_an_archive_of_something_else_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("about", "not an array")
        archive.writestr("../../evil.npy", "x")
    assert "'about' is missing" in refusal(path)
    np.savez(path, np.zeros(3))
    assert "'about' is missing" in refusal(path)
    plain = io.BytesIO()
    np.save(plain, np.zeros(3))
    path.write_bytes(plain.getvalue())
    assert "not a model file" in refusal(path)
