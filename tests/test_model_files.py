"""Models are saved whole or not at all, come back as they were, and refuse to load where anything is wrong."""

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

from core.config import TrainingConfig
from core.errors import ModelFileError
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.metrics import MetricsLog
from core.network import Network
from core.parameters import Parameters, parameter_count
from tests.obstinate_disks import as_ordinary_user, tiny_disk


def make_model(hidden=(10,), **known) -> SavedModel:
    sizes = (784, *hidden, 10)
    vector = np.random.default_rng(5).normal(0, 0.1, parameter_count(sizes)).astype(np.float32)
    return SavedModel(network=Network(Parameters(vector, sizes)), config=TrainingConfig(hidden=hidden), **known)


def make_metrics(updates=70):
    log = MetricsLog()
    for update in range(1, updates + 1):
        log.add_batch(2.3 / update, 0.5)
        if update % 10 == 0:
            log.add_test(update, 2.4 / update, 0.6)
    return log.read()


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "model.npz"
    save_model(path, make_model(metrics=make_metrics()))
    return path


def arrays_of(path) -> dict[str, np.ndarray]:
    with np.load(path) as file:
        return dict(file)


def rewrite(path, **changes):
    """Write the arrays of a model again with some of them changed, and removed where the value is None."""
    arrays = {name: array for name, array in (arrays_of(path) | changes).items() if array is not None}
    np.savez(path, **arrays)


def rewrite_about(path, **changes):
    about = json.loads(str(arrays_of(path)["about"])) | changes
    rewrite(path, about=np.array(json.dumps(about)))


def refusal(path) -> str:
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    assert path.name in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("hidden", [(), (10,), (128, 64), (5, 4, 3)])
def test_a_model_comes_back_as_it_was(tmp_path, hidden):
    model = make_model(
        hidden,
        metrics=make_metrics(),
        data_name="mnist_train.csv",
        data_fingerprint="ab" * 32,
        update=70,
        epoch=1.25,
        note="für die Klasse",
    )
    save_model(tmp_path / "model.npz", model)
    loaded = load_model(tmp_path / "model.npz")
    assert np.array_equal(loaded.network.parameters.vector, model.network.parameters.vector)
    assert loaded.network.parameters.vector.dtype == np.float32
    assert loaded.network.layer_sizes == model.network.layer_sizes
    assert loaded.config == model.config
    for name in ("data_name", "data_fingerprint", "update", "epoch", "note"):
        assert getattr(loaded, name) == getattr(model, name)
    assert np.array_equal(loaded.metrics.batch_loss, model.metrics.batch_loss)
    assert np.array_equal(loaded.metrics.test_updates, model.metrics.test_updates)
    assert not loaded.network.parameters.vector.flags.writeable


def test_what_is_unknown_stays_unknown(tmp_path):
    network = make_model().network
    save_model(tmp_path / "model.npz", SavedModel(network=network))
    loaded = load_model(tmp_path / "model.npz")
    assert loaded.config is None
    assert loaded.metrics is None


def test_anyone_with_numpy_can_read_it(saved):
    arrays = arrays_of(saved)
    assert arrays["W1"].shape == (784, 10)
    assert arrays["b2"].shape == (10,)
    about = json.loads(str(arrays["about"]))
    assert about["layer_sizes"] == [784, 10, 10]
    assert about["version"] == 1


def test_saving_twice_gives_the_same_bytes(tmp_path):
    for name in ("a.npz", "b.npz"):
        save_model(tmp_path / name, make_model(metrics=make_metrics()))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_half_precision_is_half_as_large_and_loads_as_single(tmp_path):
    model = make_model((128,))
    save_model(tmp_path / "half.npz", model, dtype=np.float16)
    save_model(tmp_path / "single.npz", model)
    assert (tmp_path / "half.npz").stat().st_size < 0.6 * (tmp_path / "single.npz").stat().st_size
    loaded = load_model(tmp_path / "half.npz").network.parameters.vector
    assert loaded.dtype == np.float32
    np.testing.assert_allclose(loaded, model.network.parameters.vector, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize(("value", "dtype"), [(np.nan, np.float32), (np.inf, np.float32), (7e4, np.float16)])
def test_numbers_that_would_not_load_are_not_saved(saved, value, dtype):
    before = saved.read_bytes()
    model = make_model()
    model.network.parameters.vector[3] = value
    with pytest.raises(ModelFileError, match="infinite or too large"):
        save_model(saved, model, dtype=dtype)
    assert saved.read_bytes() == before


def test_weights_in_fortran_order_and_big_endian_are_understood(saved):
    weights = arrays_of(saved)["W1"]
    rewrite(saved, W1=np.asfortranarray(weights).astype(">f8", order="K"))
    assert np.array_equal(load_model(saved).network.parameters.weights[0], weights)


# Damaged and hostile files


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
        ({"version": 2}, "newer version of the program"),
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


# Disks and folders that refuse


def test_a_full_disk_leaves_the_old_file(tmp_path):
    with tiny_disk(tmp_path / "disk", 200_000) as disk:
        small, large = make_model((10,)), make_model((128,))
        save_model(disk / "model.npz", small)
        before = (disk / "model.npz").read_bytes()
        with pytest.raises(ModelFileError, match="could not be saved"):
            save_model(disk / "model.npz", large)
        assert (disk / "model.npz").read_bytes() == before
        assert [path.name for path in disk.iterdir()] == ["model.npz"]


@pytest.mark.skipif(os.name == "nt", reason="limits of a process exist on POSIX only")
def test_a_limit_on_file_sizes_leaves_the_old_file(saved):
    before = saved.read_bytes()
    script = (
        "import resource, sys, pathlib; resource.setrlimit(resource.RLIMIT_FSIZE, (100_000,) * 2)\n"
        "from core.files.model_files import save_model\n"
        "from tests.test_model_files import make_model\n"
        "save_model(pathlib.Path(sys.argv[1]), make_model((128,)))"
    )
    done = subprocess.run([sys.executable, "-c", script, saved], capture_output=True, text=True)
    assert "could not be saved" in done.stderr.splitlines()[-1]
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir()] == ["model.npz"]


def test_a_folder_that_is_not_there_or_no_folder_is_named(tmp_path):
    with pytest.raises(ModelFileError, match=r"nowhere.*could not be saved"):
        save_model(tmp_path / "nowhere" / "model.npz", make_model())
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelFileError, match="could not be saved"):
        save_model(tmp_path / "file" / "model.npz", make_model())


def test_a_folder_without_permission_is_named(tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    save_model(folder / "model.npz", make_model())
    folder.chmod(0o000)
    try:
        with as_ordinary_user():
            with pytest.raises(ModelFileError, match="Permission denied"):
                save_model(folder / "model.npz", make_model())
            assert "Permission denied" in refusal(folder / "model.npz")
    finally:
        folder.chmod(0o700)


def test_a_read_only_disk_is_named(tmp_path):
    with tiny_disk(tmp_path / "disk", 200_000) as disk:
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        with pytest.raises(ModelFileError, match="Read-only file system"):
            save_model(disk / "model.npz", make_model())


def test_a_link_stays_a_link_and_what_it_leads_to_is_replaced(saved):
    link = saved.with_name("link.npz")
    link.symlink_to(saved.name)
    save_model(link, make_model((3,)))
    assert link.is_symlink()
    assert load_model(saved).network.layer_sizes == (784, 3, 10)


@pytest.mark.skipif(os.name == "nt", reason="pipes with names exist on POSIX only")
def test_a_device_is_not_replaced(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ModelFileError, match="folder or a device"):
        save_model(pipe, make_model())
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
