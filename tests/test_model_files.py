"""Models come back as they were saved, and anyone with NumPy can read them."""

import json

import numpy as np
import pytest

from core.errors import ModelFileError
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from tests.model_files import arrays_of, make_metrics, make_model, rewrite, save_small_model


@pytest.fixture
def saved(tmp_path):
    return save_small_model(tmp_path)


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
        class_names=tuple("ABCDEFGHIJ"),
    )
    save_model(tmp_path / "model.npz", model)
    loaded = load_model(tmp_path / "model.npz")
    assert np.array_equal(loaded.network.parameters.vector, model.network.parameters.vector)
    assert loaded.network.parameters.vector.dtype == np.float32
    assert loaded.network.layer_sizes == model.network.layer_sizes
    assert loaded.config == model.config
    for name in ("data_name", "data_fingerprint", "update", "epoch", "note", "class_names"):
        assert getattr(loaded, name) == getattr(model, name)
    assert np.array_equal(loaded.metrics.batch_loss, model.metrics.batch_loss)
    assert np.array_equal(loaded.metrics.test_updates, model.metrics.test_updates)
    assert not loaded.network.parameters.vector.flags.writeable


def test_a_model_saved_before_classes_had_names_knows_digits(saved):
    about = json.loads(str(arrays_of(saved)["about"]))
    del about["class_names"]
    rewrite(saved, about=json.dumps(about))
    assert load_model(saved).class_names == tuple("0123456789")
    rewrite(saved, about=json.dumps({**about, "class_names": ["A"]}))
    with pytest.raises(ModelFileError, match="'class_names' in 'about' should be 10 names"):
        load_model(saved)


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
