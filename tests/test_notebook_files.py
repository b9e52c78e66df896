"""The original notebook's four files come in and go out, and answer as the notebook does."""

import numpy as np
import pytest

from core.errors import ModelFileError
from core.files.model_files import save_model
from core.files.notebook_files import export_notebook, import_notebook, load_any_model
from core.files.saved_model import SavedModel
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.prediction import predict
from tests.obstinate_disks import as_ordinary_user, tiny_disk

SHAPES = {"W1": (10, 784), "b1": (10, 1), "W2": (10, 10), "b2": (10, 1)}


@pytest.fixture
def notebook(tmp_path):
    """Write the four files as the notebook does and return them with their prefix."""
    rng = np.random.default_rng(3)
    arrays = {part: rng.normal(0, 0.1, shape) for part, shape in SHAPES.items()}
    for part, array in arrays.items():
        np.save(tmp_path / f"digits_{part}.npy", array)
    return tmp_path / "digits", arrays


def notebook_answer(arrays, images):
    """Answer as the original notebook computes: images are columns."""
    hidden = np.maximum(arrays["W1"] @ images.T + arrays["b1"], 0)
    logits = arrays["W2"] @ hidden + arrays["b2"]
    powers = np.exp(logits - logits.max(axis=0))
    return (powers / powers.sum(axis=0)).T


def test_an_imported_network_answers_as_the_notebook_does(notebook):
    prefix, arrays = notebook
    images = np.random.default_rng(1).random((50, 784)).astype(np.float32)
    network = import_notebook(prefix).network
    np.testing.assert_allclose(predict(network, images), notebook_answer(arrays, images), atol=1e-6)


def test_export_and_import_give_the_same_network(tmp_path):
    sizes = (784, 10, 10)
    vector = np.random.default_rng(2).normal(size=fully_connected(sizes).size).astype(np.float32)
    export_notebook(tmp_path / "mine", Network(Parameters(vector, fully_connected(sizes))))
    for part, shape in SHAPES.items():
        array = np.load(tmp_path / f"mine_{part}.npy")
        assert (array.shape, array.dtype) == (shape, np.float64)
    assert np.array_equal(import_notebook(tmp_path / "mine").network.parameters.vector, vector)


@pytest.mark.parametrize("name", ["digits", "digits_", "digits_W1.npy", "digits_b2.npy"])
def test_prefix_and_any_of_the_four_files_name_the_model(notebook, name):
    prefix, arrays = notebook
    loaded = load_any_model(prefix.with_name(name))
    np.testing.assert_allclose(loaded.network.parameters.weights[0], arrays["W1"].T, rtol=1e-6)


def test_a_saved_model_is_told_from_the_notebooks_files(notebook):
    prefix, _ = notebook
    network = Network(Parameters.zeros(fully_connected((784, 5, 10))))
    save_model(prefix, SavedModel(network=network))
    assert load_any_model(prefix).network.layer_sizes == (784, 5, 10)
    assert load_any_model(prefix.with_name("digits_W1.npy")).network.layer_sizes == (784, 10, 10)


def test_fortran_order_as_a_transposed_array_is_saved(notebook):
    prefix, arrays = notebook
    np.save(f"{prefix}_W1.npy", np.asfortranarray(arrays["W1"]))
    np.testing.assert_allclose(import_notebook(prefix).network.parameters.weights[0], arrays["W1"].T, rtol=1e-6)


def test_nothing_there_is_said_with_what_was_expected(tmp_path):
    with pytest.raises(ModelFileError, match=r"no model .*nothing.*nothing_W1.npy.*nothing_b2.npy"):
        load_any_model(tmp_path / "nothing")


@pytest.mark.parametrize("part", SHAPES)
def test_a_missing_companion_is_named(notebook, part):
    prefix, _ = notebook
    prefix.with_name(f"digits_{part}.npy").unlink()
    with pytest.raises(ModelFileError, match=rf"digits_{part}.npy is missing"):
        load_any_model(prefix)


@pytest.mark.parametrize(
    ("part", "array", "message"),
    [
        ("W1", np.zeros((784, 10)), "expected"),
        ("W1", np.zeros((10, 785)), "expected"),
        ("W1", np.zeros(7840), "expected"),
        ("W1", np.zeros((0, 784)), "expected"),
        ("b1", np.zeros((11, 1)), r"expected \(10, 1\)"),
        ("b2", np.zeros(10), r"expected \(10, 1\)"),
        ("W2", np.zeros((10, 11)), r"expected \(10, 10\)"),
        ("W2", np.full((10, 10), np.nan), "not a number"),
        ("W2", np.full((10, 10), 1e200), "too large"),
        ("W2", np.zeros((10, 10), int), "floating-point"),
        ("b1", np.array([[None]] * 10), "pickle"),
    ],
)
def test_a_file_that_does_not_fit_is_named(notebook, part, array, message):
    prefix, _ = notebook
    np.save(f"{prefix}_{part}.npy", array)
    with pytest.raises(ModelFileError, match=message):
        import_notebook(prefix)


def test_a_truncated_file_is_refused_wherever_it_ends(notebook):
    prefix, _ = notebook
    path = prefix.with_name("digits_W2.npy")
    whole = path.read_bytes()
    for length in range(0, len(whole), 40):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"digits_W2\.npy"):
            import_notebook(prefix)


@pytest.mark.parametrize(
    "network",
    [
        Network(Parameters.zeros(fully_connected((784, 10, 10, 10)))),
        Network(Parameters.zeros(fully_connected((784, 10, 10), "tanh"))),
    ],
)
def test_what_the_notebook_cannot_hold_is_not_exported(tmp_path, network):
    with pytest.raises(ModelFileError, match="exactly one hidden layer of ReLU units"):
        export_notebook(tmp_path / "mine", network)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_named_and_nothing_is_cut_off(tmp_path):
    network = Network(Parameters.zeros(fully_connected((784, 100, 10))))
    with tiny_disk(tmp_path / "disk", 100_000) as disk:
        with pytest.raises(ModelFileError, match=r"mine_W1\.npy could not be saved"):
            export_notebook(disk / "mine", network)
        assert not list(disk.iterdir())


def test_a_folder_without_permission_is_named(notebook):
    prefix, _ = notebook
    prefix.parent.chmod(0o000)
    try:
        with as_ordinary_user():
            with pytest.raises(ModelFileError, match="Permission denied"):
                load_any_model(prefix)
            with pytest.raises(ModelFileError, match="Permission denied"):
                export_notebook(prefix, Network(Parameters.zeros(fully_connected((784, 10, 10)))))
    finally:
        prefix.parent.chmod(0o700)
