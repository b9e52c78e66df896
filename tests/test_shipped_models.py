"""The models that ship read what they are said to read, and come from the recipes that are written down."""

from dataclasses import replace

import numpy as np
import pytest

from core.data.dataset import DataPair
from core.data.readers.idx_reader import read_idx
from core.data.synthetic.builtin_digits import load_builtin_digits, pack
from core.drawing.preparation import normalize_drawing
from core.drawing.strokes import render_strokes
from core.files import shipped_models
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model, model_path, train_shipped_model, training_set
from core.network.prediction import predict
from core.training.evaluation import evaluate
from tests.benchmarks.pen_digits import read_strokes

NAMES = tuple(SHIPPED_MODELS)


@pytest.fixture(scope="module")
def pen_digits(shared_folder):
    """A third of the pen digits, drawn with a pen of 22 px on 280 px and prepared; the benchmark takes all of them."""
    file = shared_folder / "pen_digits" / "dev.npz"
    if not file.is_file():
        pytest.skip("no pen digits in the folder ../shared beside the checkout")
    digits, labels = (values[::3] for values in read_strokes(file))
    middles = [140 - 100 * np.concatenate(strokes).max(axis=0) for strokes in digits]
    placed = [[stroke * 200 + middle for stroke in strokes] for strokes, middle in zip(digits, middles, strict=True)]
    return np.array([normalize_drawing(render_strokes(strokes, 22)) for strokes in placed]), labels


@pytest.mark.parametrize("name", NAMES)
def test_every_model_is_there_with_its_recipe(name):
    model = load_shipped_model(name)
    shipped = SHIPPED_MODELS[name]
    assert model.config == shipped.config
    assert model.network.parameters.layout == shipped.config.layout
    assert model.epoch == shipped.config.epochs
    assert "synthetic" in model.data_name
    assert model_path(name).stat().st_size <= 1_000_000


@pytest.mark.parametrize(("name", "least"), [("ten", 0.85), ("wide", 0.95), ("drawing", 0.97)])
def test_every_model_reads_the_built_in_digits(name, least):
    assert evaluate(load_shipped_model(name).network, load_builtin_digits().test).accuracy >= least


@pytest.mark.parametrize(("name", "least"), [("ten", 0.925), ("wide", 0.98), ("drawing", 0.9955)])
def test_every_model_reads_mnist(name, least, shared_folder):
    mnist = read_idx(shared_folder / "mnist" / "t10k-images-idx3-ubyte.gz")
    assert evaluate(load_shipped_model(name).network, mnist).accuracy >= least


@pytest.mark.parametrize(("name", "least"), [("ten", 0.86), ("wide", 0.95), ("drawing", 0.983)])
def test_every_model_reads_drawings_of_people_never_seen(name, least, pen_digits):
    pixels, labels = pen_digits
    answers = predict(load_shipped_model(name).network, pixels).argmax(axis=1)
    assert np.mean(answers == labels) >= least


def test_the_training_set_is_mnist_and_digits_that_are_not_built_in():
    pair = load_builtin_digits()
    few = pair.test.take(np.arange(50), "Few")
    data = training_set(replace(SHIPPED_MODELS["drawing"], synthetic=100), few)
    assert len(data) == 150
    assert data.synthetic
    assert data.name == "Few + 100 synthetic digits"
    np.testing.assert_array_equal(data.images[:50], few.images)
    builtin = {image.tobytes() for dataset in (pair.train, pair.test) for image in pack(dataset.images)}
    assert not any(image.tobytes() in builtin for image in pack(data.images[50:]))


def test_training_again_gives_the_same_bits_and_tells_of_progress():
    pair = load_builtin_digits()
    few = DataPair(pair.train.take(np.arange(500), "Few"), pair.test, "Few")
    shipped = shipped_models.ShippedModel(
        title="Small",
        sentence="A small one.",
        synthetic=500,
        config=SHIPPED_MODELS["wide"].config.with_changes(hidden=(8,), epochs=10, augmentation="distort"),
    )
    told = []
    first, second = (train_shipped_model(shipped, few, lambda fraction, text: told.append(text)) for _ in range(2))
    np.testing.assert_array_equal(first.network.parameters.vector, second.network.parameters.vector)
    assert first.update == 160
    assert first.epoch == 10
    assert first.data_fingerprint == training_set(shipped, few.train).fingerprint
    assert told[0].startswith("Small: update 100 of 160, loss ")


@pytest.mark.parametrize("arguments", [[], ["/nowhere"], ["/nowhere", "enormous"]])
def test_the_command_refuses_what_it_cannot_use(arguments, capsys):
    assert shipped_models.main(arguments) == 2
    assert capsys.readouterr().err.strip()
