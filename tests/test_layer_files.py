"""Networks with other layers than dense ones in files: whole, read by NumPy alone, and hostile ones refused."""

import json
import tracemalloc

import numpy as np
import pytest

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.errors import RecipeFileError, RunFileError
from core.files.model_files import load_model, save_model
from core.files.recipe_check import Sameness, repeat
from core.files.recipe_file import load_recipe, recipe_file_of, save_recipe
from core.files.run_file import load_run, save_run
from core.files.saved_model import SavedModel
from core.network.prediction import predict
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import Recipe
from tests.model_files import arrays_of, make_model, refusal, rewrite
from tests.small_data import small_pair

LAYERS = "conv 3 5x5, norm, pool 2, dropout 0.2, conv 4 3x3 same, pool 3, 12, norm, 10"
SOURCE = DataSource(("digits.csv",), Adjustment())
CONFIG = TrainingConfig(layers=LAYERS, batch_size=40, epochs=2, optimizer="momentum", learning_rate=0.02)


@pytest.fixture(scope="module")
def data():
    return small_pair(train=400)


@pytest.fixture(scope="module")
def run(data):
    run = Run(Recipe(CONFIG), data, name="Run 1")
    run.advance(12, lambda *_: None, "")
    return run


@pytest.fixture
def saved(run, data, tmp_path):
    path = tmp_path / "model.npz"
    save_model(path, SavedModel.from_snapshot(run.snapshot(), data))
    return path


def vector_of(run):
    return run.snapshot().network.parameters.vector.tobytes()


def test_a_model_comes_back_to_the_bit_and_answers_alike(run, data, saved):
    loaded, network = load_model(saved), run.snapshot().network
    assert loaded.network.parameters.vector.tobytes() == network.parameters.vector.tobytes()
    assert loaded.network.parameters.layout == network.parameters.layout
    assert loaded.config == CONFIG
    assert np.array_equal(predict(loaded.network, data.test.images), predict(network, data.test.images))


def test_numpy_alone_reads_it(saved, run):
    model = np.load(saved)
    about = json.loads(str(model["about"]))
    assert (about["version"], about["layers"]) == (2, LAYERS)
    assert "layer_sizes" not in about
    assert model["W1"].shape == (1, 5, 5, 3)
    assert model["W2"].shape == (3, 3, 3, 4)
    assert model["variance1"].shape == (3,)
    assert np.array_equal(model["mean3"], run.snapshot().network.parameters.arrays["mean3"])


def test_fully_connected_networks_are_written_as_ever(tmp_path):
    save_model(tmp_path / "model.npz", make_model((12, 8)))
    about = json.loads(str(arrays_of(tmp_path / "model.npz")["about"]))
    assert about["version"] == 1
    assert "layers" not in about
    assert "layers" not in about["config"]


def test_a_run_goes_on_from_an_opened_model(saved, data):
    model = load_model(saved)
    run = Run.from_network(model.network, None, data, name="goes on")
    assert run.recipe.config.layers == LAYERS
    before = vector_of(run)
    assert before == model.network.parameters.vector.tobytes()
    run.step()
    assert vector_of(run) != before


def test_a_kept_run_goes_on_as_if_it_had_never_stopped(run, data, tmp_path):
    save_run(tmp_path / "run.npz", RunRecord.of(run, run.checkpoint(), SOURCE))
    loaded = load_run(tmp_path / "run.npz").to_run(data)
    straight = Run(Recipe(CONFIG), data)
    for each in (loaded, straight):
        each.advance(20, lambda *_: None, "")
    assert vector_of(loaded) == vector_of(straight)


def test_a_recipe_repeats_the_run_with_its_cuts(data, tmp_path):
    run = Run(Recipe(CONFIG), data, name="cut", test_share=0)
    run.advance(4, lambda *_: None, "")
    run.cut(Cut(kind="off", layer=1, unit=2))
    run.cut(Cut(kind="set", layer=3, unit=5, source=60, value=0.25, is_held=True))
    run.advance(12, lambda *_: None, "")
    save_recipe(tmp_path / "recipe.json", recipe_file_of(run, run.snapshot()))
    assert json.loads((tmp_path / "recipe.json").read_text())["version"] == 3
    again, verdict = repeat(load_recipe(tmp_path / "recipe.json"), data)
    assert verdict.sameness is Sameness.IDENTICAL
    kernels = again.snapshot().network.parameters.arrays["W2"]
    assert not kernels[2].any()
    assert kernels[1].any()


HOSTILE = [
    ("conv 512 1x1, 4096, 10", "at most 150,000,000 are possible"),
    ("4096, " * 30 + "norm, 10", "at most 150,000,000 are possible"),
    ("conv 512 27x27 same, conv 512 27x27 same, pool 28, 10", "at most 150,000,000 are possible"),
    ("conv 512 5x5 same, conv 64 15x15 same, pool 28, 10", "at most 32 MB are possible"),
    ("conv 99999999999999999999 5x5, 10", "names a number that is far too large"),
    ("conv 8 5x5, " * 5000 + "10", "has 60,002 letters"),
    ("conv 8 5x5", "it has to be 10"),
    ("norm, norm, 10", "second norm"),
    ("", "The list of layers is empty"),
    (5, "the layers are '5'; expected a text"),
    (None, "the layers are 'None'; expected a text"),
    (["conv 8 5x5"], "expected a text"),
]


@pytest.mark.parametrize(("layers", "sentence"), HOSTILE)
def test_hostile_layers_are_refused_before_memory_is_taken(saved, layers, sentence):
    about = json.loads(str(arrays_of(saved)["about"])) | {"layers": layers, "config": None}
    rewrite(saved, about=np.array(json.dumps(about)))
    tracemalloc.start()
    assert sentence in refusal(saved)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 20_000_000


@pytest.mark.parametrize(("layers", "sentence"), HOSTILE[:8])
def test_hostile_layers_in_recipes_and_runs_are_refused(run, tmp_path, layers, sentence):
    save_recipe(tmp_path / "recipe.json", recipe_file_of(run, run.snapshot()))
    values = json.loads((tmp_path / "recipe.json").read_text())
    values["config"]["layers"] = layers
    (tmp_path / "recipe.json").write_text(json.dumps(values))
    with pytest.raises(RecipeFileError, match=f"^recipe.json: .*{sentence}"):
        load_recipe(tmp_path / "recipe.json")
    save_run(tmp_path / "run.npz", RunRecord.of(run, run.checkpoint(), SOURCE))
    about = json.loads(bytes(arrays_of(tmp_path / "run.npz")["about"]))
    about["config"]["layers"] = layers
    rewrite(tmp_path / "run.npz", about=np.frombuffer(json.dumps(about).encode(), np.uint8))
    with pytest.raises(RunFileError, match=f"^run.npz: .*{sentence}"):
        load_run(tmp_path / "run.npz")


@pytest.mark.parametrize(
    ("name", "array", "sentence"),
    [
        ("W1", np.zeros((25, 3), np.float32), r"W1 has the shape (25, 3); expected (1, 5, 5, 3)."),
        ("mean1", None, "mean1"),
        ("variance1", np.full(3, -1, np.float32), "variance1 holds a negative number; a variance is 0 or more."),
        ("scale1", np.full(3, np.nan, np.float32), "scale1"),
        ("W9", np.zeros(3, np.float32), "it holds 'W9"),
    ],
)
def test_arrays_that_do_not_fit_the_layers_are_refused(saved, name, array, sentence):
    rewrite(saved, **{name: array})
    assert sentence in refusal(saved)


def test_settings_of_another_network_are_refused(saved):
    about = json.loads(str(arrays_of(saved)["about"]))
    about["config"]["layers"] = "conv 8 5x5, 10"
    rewrite(saved, about=np.array(json.dumps(about)))
    assert "its settings have the layers “conv 8 5x5, 10”, its weights “conv 3 5x5, norm" in refusal(saved)
