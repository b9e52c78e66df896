"""The commands that other programs call: names, outputs, exit codes."""

import json
import math
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from core.commands.arguments import parse_arguments
from core.commands.train import build_config
from core.data.synthetic.builtin_digits import load_builtin_digits
from core.files.model_files import load_model
from core.files.notebook_files import export_notebook
from core.training.config import TrainingConfig
from core.training.presets import PRESETS
from tests.program import MAIN, refusal, run_json, run_main, started_main


@pytest.fixture(scope="module")
def digits():
    return load_builtin_digits()


@pytest.fixture(scope="module")
def csv_files(digits, tmp_path_factory):
    """1,500 images to train on and 300 to test with, in the layout of mnist_train.csv."""
    folder = tmp_path_factory.mktemp("csv")
    for name, data, count in (("train.csv", digits.train, 1500), ("test.csv", digits.test, 300)):
        rows = np.column_stack([data.labels[:count], data.images[:count]])
        np.savetxt(folder / name, rows, fmt="%d", delimiter=",")
    return folder / "train.csv", folder / "test.csv"


@pytest.fixture(scope="module")
def trained(csv_files, tmp_path_factory):
    """Train a network through the command line; return its file and what the command printed."""
    train, test = csv_files
    path = tmp_path_factory.mktemp("model") / "model.npz"
    options = ("--epochs", 20, "--batch-size", 16, "--hidden", "32", "--seed", 3, "--out", path)
    return path, run_json("train", "--train-data", train, "--test-data", test, *options)


def test_training_prints_what_it_measured(trained):
    _, result = trained
    assert result["test_accuracy"] > 0.6
    assert 0 < result["train_loss"] < 1
    assert 0 < result["test_loss"] < 3
    assert result["epochs"] == 20
    assert result["updates"] == 20 * math.ceil(1500 / 16)
    assert result["samples_per_second"] == pytest.approx(20 * 1500 / result["train_seconds"])
    assert result["load_seconds"] > 0
    assert 20 < result["peak_rss_mb"] < 1000


def test_a_saved_network_evaluates_to_the_same_metrics(trained, csv_files):
    path, result = trained
    evaluated = run_json("evaluate", path, "--test-data", csv_files[1])
    assert evaluated["accuracy"] == result["test_accuracy"]
    assert evaluated["loss"] == pytest.approx(result["test_loss"])
    confusion = np.array(evaluated["confusion"])
    assert confusion.shape == (10, 10)
    assert np.trace(confusion) == round(300 * evaluated["accuracy"])
    labels = np.loadtxt(csv_files[1], delimiter=",", usecols=0, dtype=int)
    assert np.array_equal(confusion.sum(axis=1), np.bincount(labels, minlength=10))


def test_fooled_images_evaluate_to_the_same_metrics_and_worse_ones(trained, csv_files):
    path, result = trained
    unchanged = run_json("evaluate", path, "--test-data", csv_files[1], "--fool", 0)
    assert unchanged["accuracy"] == result["test_accuracy"]
    fooled = run_json("evaluate", path, "--test-data", csv_files[1], "--fool", 16)
    assert set(fooled) == set(unchanged)
    assert fooled["accuracy"] < unchanged["accuracy"]
    assert fooled["loss"] > unchanged["loss"]
    assert "16 gray levels" in fooled["test_data"]


def test_units_are_switched_off(trained, csv_files):
    path, result = trained
    all_but_three = ",".join(f"1:{unit}" for unit in range(3, 32))
    without = run_json("evaluate", path, "--test-data", csv_files[1], "--without", all_but_three)
    assert without["accuracy"] < result["test_accuracy"]
    assert set(without) == set(run_json("evaluate", path, "--test-data", csv_files[1]))


@pytest.mark.parametrize(
    ("units", "sentence"),
    [
        ("1:32", "Layer 1 of this network has no unit 32; expected 0 to 31."),
        ("2:0", "This network has no hidden layer 2: it has 1 hidden layer."),
        ("0:1", "This network has no hidden layer 0"),
        ("1", "expected layers with units, such as 1:3"),
        ("1:-1", "expected layers with units"),
        ("1:3,", "expected layers with units"),
    ],
)
def test_a_unit_that_is_not_there_cannot_be_switched_off(units, sentence, trained, csv_files):
    assert sentence in refusal("evaluate", trained[0], "--test-data", csv_files[1], "--without", units)


def test_a_saved_network_carries_its_recipe_data_and_metrics(trained):
    path, result = trained
    model = load_model(path)
    assert (model.config.hidden, model.config.seed, model.config.epochs) == ((32,), 3, 20)
    assert model.update == result["updates"] == len(model.metrics.batch_loss)
    assert model.data_name == "train.csv"
    assert len(model.data_fingerprint) == 64


def test_the_same_command_trains_the_same_network(csv_files, tmp_path):
    train, test = csv_files
    for name in ("a.npz", "b.npz"):
        run_json("train", "--train-data", train, "--test-data", test, "--epochs", 1, "--out", tmp_path / name)
    first, second = (load_model(tmp_path / name).network.parameters.vector for name in ("a.npz", "b.npz"))
    assert np.array_equal(first, second)


def test_a_folder_and_the_builtin_digits_are_data_too(csv_files):
    result = run_json("train", "--train-data", "builtin", "--iterations", 30)
    assert result["updates"] == 30
    assert result["synthetic"] is True
    full = run_json(
        "train", "--train-data", csv_files[0], "--test-data", "builtin", "--iterations", 2, "--batch-size", "full"
    )
    assert (full["updates"], full["epochs"]) == (2, 2)


def test_without_data_the_builtin_digits_serve_where_there_is_no_mnist(tmp_path):
    environment = os.environ | {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    result = run_json("train", "--iterations", 5, cwd=tmp_path, env=environment)
    assert result["synthetic"] is True
    assert "synthetic" in result["train_data"]


def test_without_json_the_result_is_for_people(trained, csv_files):
    done = run_main("evaluate", trained[0], "--test-data", csv_files[1])
    assert done.returncode == 0
    assert "accuracy" in done.stdout
    assert "%" in done.stdout


def test_the_notebooks_four_files_are_a_model(csv_files, tmp_path):
    path = tmp_path / "model.npz"
    run_json("train", "--train-data", csv_files[0], "--test-data", csv_files[1], "--epochs", 3, "--out", path)
    export_notebook(tmp_path / "digits", load_model(path).network)
    of_file = run_json("evaluate", path, "--test-data", csv_files[1])
    of_prefix = run_json("evaluate", tmp_path / "digits", "--test-data", csv_files[1])
    assert of_prefix["confusion"] == of_file["confusion"]


def test_predict_reads_dark_on_light_and_light_on_dark(trained, digits, tmp_path):
    path, _ = trained
    files = []
    for index in range(20):
        digit = Image.fromarray(digits.test.images[index].reshape(28, 28))
        files += [tmp_path / f"{index}.png", tmp_path / f"{index}_dark.png"]
        digit.save(files[-2])
        Image.eval(digit.resize((280, 280), Image.Resampling.BICUBIC), lambda shade: 255 - shade).save(files[-1])
    results = run_json("predict", path, *files)["results"]
    assert [result["file"] for result in results] == [str(file) for file in files]
    for result in results:
        assert sum(result["probabilities"]) == pytest.approx(1, abs=1e-5)
        assert result["digit"] == int(np.argmax(result["probabilities"]))
    right = [result["digit"] == digits.test.labels[index // 2] for index, result in enumerate(results)]
    assert np.mean(right) > 0.7


def test_progress_goes_to_standard_error_alone(csv_files):
    done = run_main("train", "--train-data", csv_files[0], "--test-data", csv_files[1], "--epochs", 1, "--json")
    assert "reading train.csv" in done.stderr
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize(("epochs", "words"), [(1, "1 epoch, 1 update in "), (2, "2 epochs, 2 updates in ")])
def test_without_json_the_outcome_is_told_in_sentences(csv_files, epochs, words):
    files = ("--train-data", csv_files[0], "--test-data", csv_files[1])
    done = run_main("train", *files, "--epochs", epochs, "--batch-size", "full")
    assert "test accuracy" in done.stdout
    assert words in done.stdout


# Options become settings


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_alone_is_that_preset(preset):
    assert build_config(parse_arguments(["train", "--preset", preset])) == PRESETS[preset].config


def test_options_change_the_preset():
    words = "train --preset original --hidden 128,64 --batch-size 10 --learning-rate 0.5 --optimizer adam --epochs 3"
    config = build_config(parse_arguments([*words.split(), "--seed", "7", "--activation", "tanh"]))
    expected = TrainingConfig(
        hidden=(128, 64), batch_size=10, learning_rate=0.5, optimizer="adam", epochs=3, seed=7, activation="tanh"
    )
    assert config == expected


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_an_optimizer_alone_learns_at_a_rate_that_fits_it(optimizer):
    result = run_json("train", "--train-data", "builtin", "--optimizer", optimizer, "--epochs", 2)
    assert result["test_accuracy"] > 0.8


def test_full_batch_no_hidden_layer_and_a_number_of_updates():
    config = build_config(parse_arguments(["train", "--batch-size", "full", "--hidden", "none", "--iterations", "9"]))
    assert (config.batch_size, config.hidden, config.updates) == (None, (), 9)


# What cannot be done is said in one line, with exit code 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ("dance", "neither a command nor a file"),
        ("train --preset huge", "invalid choice"),
        ("train --hidden ten", "expected numbers of units"),
        ("train --hidden 0 --train-data builtin", "number of units"),
        ("train --hidden -5", "number of units"),
        ("train --batch-size half", "expected a whole number, or 'full'"),
        ("train --batch-size 0", "batch size"),
        ("train --learning-rate nan", "learning rate"),
        ("train --learning-rate -1", "learning rate"),
        ("train --epochs 0", "number of epochs"),
        ("train --iterations 0", "number of updates"),
        ("train --epochs 1 --iterations 1", "not allowed with"),
        ("train --seed -1", "seed"),
        ("train --train-data nowhere.csv", "nowhere.csv"),
        ("train --test-data nowhere.csv", "needs --train-data"),
        ("train --train-data builtin --out nowhere/model.npz", "no folder nowhere"),
        ("train --train-data builtin --out .", "folder or a device"),
        ("evaluate", "MODEL"),
        ("evaluate nowhere.npz", "no model nowhere.npz"),
        ("evaluate nowhere.npz --fool 256", "gray levels from 0 to 255"),
        ("evaluate nowhere.npz --fool -1", "gray levels from 0 to 255"),
        ("evaluate nowhere.npz --fool 0.5", "gray levels from 0 to 255"),
        ("predict nowhere.npz nowhere.png", "no model nowhere.npz"),
        ("--size wide", "expected width and height"),
        ("--after soon", "number of seconds"),
        ("--theme pink", "invalid choice"),
    ],
)
def test_a_senseless_command_line_is_refused(arguments, sentence, tmp_path):
    assert sentence in refusal(*arguments.split(), cwd=tmp_path)


def test_images_that_cannot_be_read_do_not_hide_the_others(trained, digits, tmp_path):
    Image.fromarray(digits.test.images[0].reshape(28, 28)).save(tmp_path / "digit.png")
    Image.new("L", (50, 50), 255).save(tmp_path / "blank.png")
    (tmp_path / "text.png").write_text("no image")
    names = ("digit.png", "blank.png", "text.png", "nowhere.png")
    done = run_main("predict", trained[0], *names, "--json", cwd=tmp_path)
    assert done.returncode == 2
    printed = json.loads(done.stdout.splitlines()[-1])
    assert [result["file"] for result in printed["results"]] == ["digit.png"]
    assert [error["file"] for error in printed["errors"]] == list(names[1:])
    assert "blank.png: nothing stands out" in done.stderr
    assert "text.png is not an image" in done.stderr
    assert "no image nowhere.png" in done.stderr


def test_a_damaged_model_is_refused(trained, csv_files, tmp_path):
    damaged = tmp_path / "damaged.npz"
    damaged.write_bytes(trained[0].read_bytes()[:5000])
    assert "damaged.npz" in refusal("evaluate", damaged, "--test-data", csv_files[1])


def test_a_run_that_diverges_says_so_and_saves_its_last_good_network(csv_files, tmp_path):
    options = ("--learning-rate", 1000, "--epochs", 2, "--out", tmp_path / "model.npz", "--json")
    done = run_main("train", "--train-data", csv_files[0], "--test-data", csv_files[1], *options)
    assert done.returncode == 2
    assert "diverged" in done.stderr.splitlines()[-1]
    printed = json.loads(done.stdout.splitlines()[-1])
    assert printed["diverged"] is True
    assert math.isfinite(printed["test_loss"])
    assert np.isfinite(load_model(tmp_path / "model.npz").network.parameters.vector).all()


def diverge(csv_files, out, rate):
    options = ("--hidden", "64,64", "--optimizer", "momentum", "--batch-size", 16, "--learning-rate", rate)
    done = run_main(
        "train", "--train-data", csv_files[0], "--test-data", csv_files[1], *options, "--out", out, "--json"
    )
    assert done.returncode == 2
    return done.stderr.splitlines()[-1], json.loads(done.stdout.splitlines()[-1])


def test_a_run_that_diverges_writes_over_nothing_and_says_where_its_network_is(trained, csv_files, tmp_path):
    keep = tmp_path / "keep.npz"
    keep.write_bytes(trained[0].read_bytes())
    for name in ("keep.diverged.npz", "keep.diverged2.npz"):
        complaint, printed = diverge(csv_files, keep, 2)
        assert keep.read_bytes() == trained[0].read_bytes()
        assert printed["updates"] > 0
        assert printed["saved"] == str(tmp_path / name)
        assert complaint.endswith(
            f"{keep} is as it was. The network of update {printed['updates']} is saved as {tmp_path / name}."
        )
        assert load_model(tmp_path / name).update == printed["updates"]


def test_an_untrained_network_is_never_saved_beside_a_trained_one(trained, csv_files, tmp_path):
    keep = tmp_path / "keep.npz"
    keep.write_bytes(trained[0].read_bytes())
    complaint, printed = diverge(csv_files, keep, 1000)
    assert (printed["updates"], printed["saved"]) == (0, None)
    assert complaint.endswith(f"{keep} is as it was. The network before that is untrained: not saved.")
    assert list(tmp_path.iterdir()) == [keep]
    complaint, printed = diverge(csv_files, tmp_path / "new.npz", 1000)
    assert complaint.endswith(f"The network of update 0, which is untrained, is saved as {printed['saved']}.")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process alone")
def test_ctrl_c_ends_with_130_and_no_traceback(csv_files, tmp_path):
    out = tmp_path / "model.npz"
    with started_main("train", "--train-data", csv_files[0], "--epochs", "100000", "--out", out) as process:
        for line in process.stderr:
            if "training" in line:
                break
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate()
    assert process.returncode == 130
    assert "Interrupted" in complaints
    assert "Traceback" not in complaints
    assert not out.exists()


def test_an_error_of_the_program_reaches_the_log_and_not_the_user(trained, user_folder, tmp_path):
    # A module of ours that is broken stands for any mistake in the program.
    script = (
        "import sys, core.commands.evaluate as module\n"
        "from core.commands.arguments import parse_arguments\n"
        "from core.commands.session import run_command\n"
        "from core.system.logging_setup import start_logging\n"
        "start_logging()\n"
        "module.load_any_model = lambda path: 1 / 0\n"
        "sys.exit(run_command(parse_arguments(sys.argv[1:])))"
    )
    command = [sys.executable, "-c", script, "evaluate", str(trained[0])]
    done = subprocess.run(command, capture_output=True, text=True, cwd=MAIN.parent)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    log = next(user_folder.rglob("*.log"))
    assert str(log) in done.stderr
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")
