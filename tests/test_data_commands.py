"""Data on the command line: what was found is told, and Kaggle's unlabeled images are read."""

import csv
import json

import numpy as np
import pytest

from core.files.shipped_models import model_path
from tests.data_forms import PIXEL_NAMES, arff, digits, squares, table, write_idx_pair, write_images, zipped
from tests.program import run_main

MODEL = model_path("drawing")
DIGITS = digits(80)
UNLABELLED = table((DIGITS.images,), PIXEL_NAMES)


def printed(done):
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def submitted(path):
    """Return the rows of a submission, without its heading."""
    return list(csv.reader(path.read_text().splitlines()))[1:]


@pytest.fixture
def test_csv(tmp_path):
    (tmp_path / "test.csv").write_bytes(UNLABELLED)
    return tmp_path / "test.csv"


def test_a_submission_for_kaggle(tmp_path, test_csv):
    out = tmp_path / "submission.csv"
    result = printed(run_main("predict", MODEL, test_csv, "--out", out, "--json"))
    assert result["images"] == sum(result["counts"]) == 80
    assert out.read_bytes().startswith(b"ImageId,Label\n1,")
    rows = submitted(out)
    assert [int(number) for number, _ in rows] == list(range(1, 81))
    assert np.mean([int(answer) for _, answer in rows] == DIGITS.labels) > 0.95


@pytest.mark.parametrize("change", ["numbered", "inverted", "zipped"])
def test_other_files_of_images_without_labels(tmp_path, change):
    path = tmp_path / "test.csv"
    if change == "numbered":
        path.write_bytes(table((np.arange(1, 81), DIGITS.images), ["id", *PIXEL_NAMES]))
    elif change == "inverted":
        path.write_bytes(table((255 - DIGITS.images,), PIXEL_NAMES))
    else:
        path = zipped(tmp_path / "digit-recognizer.zip", {"test.csv": UNLABELLED, "train.csv": arff(DIGITS)})
    run_main("predict", MODEL, path, "--out", tmp_path / "out.csv")
    answers = [int(answer) for _, answer in submitted(tmp_path / "out.csv")]
    assert np.mean(answers == DIGITS.labels) > 0.95


def test_without_labels_neither_training_nor_test_and_the_way_out_works(test_csv):
    for command in (("train", "--train-data", test_csv), ("evaluate", MODEL, "--test-data", test_csv)):
        done = run_main(*command)
        assert done.returncode == 2
        assert "main.py predict MODEL test.csv --out submission.csv" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["test.csv"], "say where their labels are to be written: --out submission.csv"),
        (["test.csv", "test.csv", "--out", "o.csv"], "--out takes one file of images"),
        (["test.csv", "--out", "test.csv"], "name another file"),
        (["test.csv", "--out", "nowhere/o.csv"], "There is no folder nowhere"),
        (["test.csv", "--out", "."], "is a folder"),
        (["missing.csv", "--out", "o.csv"], "There is no file or folder missing.csv"),
        (["empty"], "The folder empty holds no image"),
        (["by_class"], "holds images only in the folders in it"),
    ],
)
def test_what_cannot_be_predicted_is_refused(tmp_path, test_csv, words, sentence):
    (tmp_path / "empty").mkdir()
    write_images(tmp_path / "by_class", DIGITS)
    done = run_main("predict", MODEL, *words, cwd=tmp_path)
    assert done.returncode == 2
    assert sentence in done.stderr
    assert test_csv.read_bytes() == UNLABELLED


def test_a_folder_stands_for_its_images(tmp_path):
    write_images(tmp_path, DIGITS)
    result = printed(run_main("predict", MODEL, "3", "--json", cwd=tmp_path))
    assert len(result["results"]) == int(np.sum(DIGITS.labels == 3))
    assert np.mean([found["digit"] == 3 for found in result["results"]]) > 0.8


def test_what_was_found_is_told_on_standard_error_and_as_json(tmp_path):
    path = write_idx_pair(tmp_path, DIGITS, "t10k", squares(DIGITS).transpose(0, 2, 1))
    done = run_main("evaluate", MODEL, "--test-data", path, "--json")
    note = "The images lay with rows and columns exchanged: turned upright."
    assert printed(done)["notes"] == [note]
    assert note in done.stderr.splitlines()
    assert printed(done)["accuracy"] > 0.95
    done = run_main("train", "--train-data", path, "--epochs", 1, "--json")
    assert printed(done)["notes"] == [note]


def test_images_and_labels_apart_are_named_one_after_the_other(tmp_path):
    images = write_idx_pair(tmp_path / "a", DIGITS, "t10k")
    (tmp_path / "b").mkdir()
    labels = (tmp_path / "a" / "t10k-labels-idx1-ubyte").rename(tmp_path / "b" / "t10k-labels-idx1-ubyte")
    for first, second in ((images, labels), (labels, images)):
        done = run_main("evaluate", MODEL, "--test-data", first, "--test-data", second, "--json")
        assert printed(done)["accuracy"] > 0.95


def test_classes_are_called_as_the_file_calls_them(tmp_path):
    write_images(tmp_path / "letters", DIGITS, "ABCDEFGHIJ")
    done = run_main("evaluate", MODEL, "--test-data", tmp_path / "letters")
    assert "    A     B     C" in done.stdout
    done = run_main("evaluate", MODEL, "--test-data", tmp_path / "letters", "--json")
    assert printed(done)["class_names"] == list("ABCDEFGHIJ")


def test_help_names_every_kind_of_data():
    help_text = " ".join(run_main("train", "--help").stdout.split())
    for kind in ("CSV", "IDX", "NumPy (.npz)", "ARFF", "Parquet", "ZIP", "images in a folder for each class"):
        assert kind in help_text
