"""Networks with convolution, pooling, dropout and batch norm from the command line, and in what else uses a network."""

import json

import numpy as np
import pytest
from PIL import Image

from core.commands.arguments import parse_arguments
from core.commands.train import build_config
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.errors import ConfigError
from core.runs.run import Run
from core.runs.run_memory import memory_need
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.teaching import teach
from tests.program import refusal, run_json, run_main
from tests.small_data import small_dataset, small_pair

LAYERS = "conv 6 5x5, norm, pool 2, dropout 0.1, 10"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A network that the command line trained on some of the built-in digits, and what it said."""
    folder, digits = tmp_path_factory.mktemp("layers"), load_builtin_digits()
    for name, data, count in (("train.csv", digits.train, 1500), ("test.csv", digits.test, 200)):
        rows = np.column_stack([data.labels[:count], data.images[:count]])
        np.savetxt(folder / name, rows, fmt="%d", delimiter=",")
    data = ("--train-data", folder / "train.csv", "--test-data", folder / "test.csv")
    options = ("--epochs", 3, "--batch-size", 20, "--optimizer", "momentum", "--learning-rate", 0.02)
    result = run_json("train", *data, *options, "--layers", LAYERS, "--validation", 200, "--out", folder / "net.npz")
    return folder, result


def test_train_and_evaluate_agree(trained):
    folder, result = trained
    assert result["config"]["layers"] == LAYERS
    assert result["parameters"] == 25 * 6 + 6 + 4 * 6 + 6 * 12 * 12 * 10 + 10
    assert result["test_accuracy"] > 0.7
    assert result["validation_accuracy"] > 0.7
    measured = run_json("evaluate", folder / "net.npz", "--test-data", folder / "test.csv")
    assert measured["accuracy"] == result["test_accuracy"]
    assert measured["loss"] == pytest.approx(result["test_loss"], abs=1e-6)


def test_without_a_map_it_is_worse_and_fooled_it_is_worse_still(trained):
    folder, result = trained
    data = ("--test-data", folder / "test.csv")
    without = run_json("evaluate", folder / "net.npz", *data, "--without", "1:0,1:1,1:2,1:3")
    fooled = run_json("evaluate", folder / "net.npz", *data, "--fool", "32")
    assert without["accuracy"] < result["test_accuracy"]
    assert fooled["accuracy"] < result["test_accuracy"]


def test_predict_reads_an_image(trained):
    folder, _ = trained
    image = load_builtin_digits().test.images[0].reshape(28, 28)
    Image.fromarray(255 - image).save(folder / "digit.png")
    done = run_main("predict", folder / "net.npz", folder / "digit.png", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--layers", "conv 8 5x5, 10", "--hidden", "32"), "are two different networks; give only one of them."),
        (("--layers", "conv 8 30x30, 10"), "“conv 8 30x30” has kernels with sides of 30; expected 1 to 28."),
        (("--layers", ""), "argument --layers: expected a list of layers such as 'conv 8 5x5, pool 2, 10'"),
        (("--layers", "conv 512 1x1, 4096, 10"), "This network has 1,644,213,258 parameters; at most 150,000,000"),
    ],
)
def test_what_does_not_fit_is_one_sentence(options, sentence):
    assert sentence in refusal("train", "--train-data", "builtin", *options)


def test_layers_take_the_place_of_the_presets_network():
    config = build_config(parse_arguments(["train", "--preset", "wide", "--layers", LAYERS]))
    assert (config.layers, config.hidden, config.batch_size) == (LAYERS, (), 32)
    same = build_config(parse_arguments(["train", "--layers", "32, 10", "--hidden", "32"]))
    assert (same.layers, same.hidden) == ("", (32,))
    with pytest.raises(ConfigError, match="two different networks"):
        build_config(parse_arguments(["train", "--layers", "32, 10", "--hidden", "33"]))


def test_teaching_leaves_running_means_alone_and_teaches():
    run = Run(Recipe(TrainingConfig(layers=LAYERS, batch_size=20, epochs=1)), small_pair(train=200))
    run.advance(10, lambda *_: None, "")
    taught = teach(run.snapshot().network, small_dataset(8, 3), small_dataset(50, 4), updates=20, learning_rate=0.05)
    assert taught.digits_after.loss < taught.digits_before.loss
    before, after = (each.parameters.arrays for each in (taught.before, taught.after))
    assert np.array_equal(before["variance1"], after["variance1"])
    assert not np.array_equal(before["scale1"], after["scale1"])


def test_the_memory_of_maps_is_counted():
    plain, maps = TrainingConfig(hidden=(10,)), TrainingConfig(layers="conv 64 5x5, conv 64 5x5, pool 20, 10")
    assert maps.layout.chunk(512) == 16
    assert memory_need(maps) - memory_need(plain) > 16 * maps.layout.image_bytes
