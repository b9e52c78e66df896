"""From a name to data: files, folders, siblings, the MNIST on this computer, the built-in digits."""

import shutil

import pytest

from core.data import data_sources
from core.data.data_sources import load_default, load_pair, load_test
from core.data.readers.formats import names_text
from core.errors import CancelledError, DataError
from core.system.user_folders import mnist_folder
from tests.digit_files import (
    COLUMN_NAMES,
    as_ordinary_user,
    assert_same,
    random_dataset,
    write,
    write_csv,
    write_idx,
)

TRAIN, TEST = random_dataset(60, 1), random_dataset(20, 2)


def write_idx_pairs(folder, suffix="", train="train", test="t10k", dot="-"):
    for word, dataset in ((train, TRAIN), (test, TEST)):
        write_idx(
            folder,
            dataset,
            images=f"{word}-images{dot}idx3-ubyte{suffix}",
            labels=f"{word}-labels{dot}idx1-ubyte{suffix}",
        )
    return folder


def write_csv_pair(folder, train="mnist_train.csv", test="mnist_test.csv"):
    write_csv(folder / train, TRAIN)
    write_csv(folder / test, TEST)
    return folder


def assert_pair(pair) -> None:
    assert_same(pair.train, TRAIN)
    assert_same(pair.test, TEST)


def assert_held_out(pair, share=1 / 6) -> None:
    """No test set was found: both parts come from the training file, and no image is in both."""
    assert len(pair.test) == round(share * 60)
    parts = [{image.tobytes() for image in dataset.images} for dataset in (pair.train, pair.test)]
    assert not parts[0] & parts[1]
    assert parts[0] | parts[1] == {image.tobytes() for image in TRAIN.images}


@pytest.mark.parametrize(
    "write_files",
    [
        write_csv_pair,
        lambda folder: write_csv_pair(folder, "mnist_train.csv.gz", "mnist_test.csv.gz"),
        lambda folder: write_csv_pair(folder, "train.csv", "test.csv"),
        lambda folder: write_csv_pair(folder, "Fashion-MNIST_Train.CSV", "fashion-mnist_test.csv"),
        lambda folder: write_csv_pair(folder, "training_2.csv", "test_all.csv"),
        write_idx_pairs,
        lambda folder: write_idx_pairs(folder, suffix=".gz"),
        lambda folder: write_idx_pairs(folder, dot="."),
        lambda folder: write_idx_pairs(folder, train="kuzushiji-train", test="kuzushiji-test"),
        lambda folder: write_idx_pairs(folder / "MNIST" / "raw"),
        lambda folder: write_idx_pairs(folder / "raw"),
    ],
)
def test_a_folder_with_both_sets(tmp_path, write_files):
    write_files(tmp_path)
    write(tmp_path / "readme.txt", b"no digits")
    write_csv(tmp_path / "latest.csv", random_dataset(3))
    (tmp_path / "train_of_thought.csv").mkdir()
    assert_pair(load_pair(tmp_path))
    assert_pair(load_pair(str(tmp_path)))
    assert_pair(load_pair(tmp_path, tmp_path))
    assert_same(load_test(tmp_path), TEST)


def test_standard_names_win_over_others(tmp_path):
    write_csv_pair(tmp_path)
    write_csv(tmp_path / "train_small.csv", random_dataset(3))
    write_csv(tmp_path / "test_small.csv", random_dataset(3))
    assert_pair(load_pair(tmp_path))


def test_several_sets_without_a_standard_name_are_refused(tmp_path):
    write_csv_pair(tmp_path, "a_train.csv", "a_test.csv")
    write_csv_pair(tmp_path, "b_train.csv", "b_test.csv")
    with pytest.raises(DataError) as caught:
        load_pair(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds several training sets (a_train.csv, b_train.csv); open one of these files instead."
    )
    assert_pair(load_pair(tmp_path / "b_train.csv"))


def test_a_folder_without_data_says_what_was_looked_for(tmp_path):
    write(tmp_path / "notes.csv", b"1,2\n")
    with pytest.raises(DataError) as caught:
        load_pair(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path} holds no training set; looked for files with the word train in their name or in that of their "
        f"folder: {names_text()}. Choose another folder, or open a file."
    )
    with pytest.raises(DataError, match=r"holds no test set; looked for files with the word test"):
        load_test(tmp_path)


def test_a_folder_without_permission(tmp_path):
    folder = tmp_path / "locked"
    write_csv_pair(folder)
    folder.chmod(0)
    with as_ordinary_user(), pytest.raises(DataError, match="may not be read; give yourself permission"):
        load_pair(folder)
    folder.chmod(0o755)


@pytest.mark.parametrize("name", ["mnist_train.csv", "train-images-idx3-ubyte", "train-labels-idx1-ubyte"])
def test_a_test_set_beside_the_training_file_is_used(tmp_path, name):
    write_csv_pair(tmp_path)
    write_idx_pairs(tmp_path)
    assert_pair(load_pair(tmp_path / name))


def test_a_file_alone_gives_a_share_away(tmp_path):
    path = write_csv(tmp_path / "mnist_train.csv", TRAIN)
    write_csv(tmp_path / "other_test.csv", TEST)
    pair = load_pair(path)
    assert_held_out(pair)
    assert (pair.name, pair.test.name) == ("mnist_train.csv", "mnist_train.csv (held out)")
    assert_held_out(load_pair(path, held_out_share=0.25), 0.25)
    assert_held_out(load_pair(tmp_path, path))


def test_a_test_file_without_labels_is_passed_over(tmp_path):
    """Kaggle's competition gives 784 columns to predict, and its labels to nobody."""
    write_csv(tmp_path / "train.csv", TRAIN)
    write(tmp_path / "test.csv", (",".join(COLUMN_NAMES[1:]) + "\n" + ",".join(["0"] * 784) + "\n").encode())
    assert_held_out(load_pair(tmp_path / "train.csv"))
    assert_held_out(load_pair(tmp_path))


def test_a_damaged_test_file_is_not_passed_over(tmp_path):
    write_csv_pair(tmp_path)
    with (tmp_path / "mnist_test.csv").open("ab") as file:
        file.write(b"1,2,3\n")
    with pytest.raises(DataError, match=r"mnist_test\.csv, row 22: the row ends after column 3"):
        load_pair(tmp_path / "mnist_train.csv")


def test_training_and_test_file_by_name(tmp_path):
    write_csv(tmp_path / "a.csv", TRAIN)
    write_idx(tmp_path, TEST, images="x-images-idx3-ubyte.gz", labels="x-labels-idx1-ubyte.gz")
    pair = load_pair(tmp_path / "a.csv", tmp_path / "x-labels-idx1-ubyte.gz")
    assert_pair(pair)
    assert pair.name == "a.csv + x-images-idx3-ubyte.gz"


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("mnist_train.csv", "mnist_train.csv"),
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-labels-idx1-ubyte", "train-labels-idx1-ubyte"),
    ],
)
def test_one_file_for_both_is_split(tmp_path, monkeypatch, train, test):
    write_csv_pair(tmp_path)
    write_idx_pairs(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert_held_out(load_pair(train, tmp_path / test))


def test_idx_data_are_called_by_their_folder(tmp_path):
    assert load_pair(write_idx_pairs(tmp_path / "fashion")).name == "fashion"
    write_idx_pairs(tmp_path / "KMNIST" / "raw")
    assert load_pair(tmp_path / "KMNIST" / "raw" / "train-images-idx3-ubyte").name == "KMNIST"


def test_kind_is_told_by_content(tmp_path):
    path = write_idx(tmp_path, TRAIN, images="train-images-idx3-ubyte.gz", labels="train-labels-idx1-ubyte.gz")
    shutil.copy(path, tmp_path / "pictures.csv")
    with pytest.raises(DataError, match=r"pictures\.csv holds images alone and needs labels beside it"):
        load_pair(tmp_path / "pictures.csv")
    assert_same(load_test(write_csv(tmp_path / "digits.data", TEST)), TEST)


@pytest.mark.parametrize("name", ["absent.csv", "train-images-idx3-ubyte", "~nobody-of-this-name/a.csv", "absent/"])
def test_a_missing_source_is_named(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    for load in (load_pair, load_test, lambda source: load_pair("builtin", source)):
        with pytest.raises(DataError, match=r"There is no file or folder .*; check its name and where it is\."):
            load(name)


def test_the_word_builtin(tmp_path):
    pair = load_pair("builtin")
    assert pair.synthetic
    assert_same(load_test("builtin"), pair.test)
    assert_same(load_pair("builtin", "builtin").train, pair.train)
    mixed = load_pair("builtin", write_csv(tmp_path / "test.csv", TEST))
    assert_same(mixed.train, pair.train)
    assert_same(mixed.test, TEST)
    assert mixed.synthetic
    mixed = load_pair(write_csv(tmp_path / "train.csv", TRAIN), "builtin")
    assert_same(mixed.train, TRAIN)
    assert_same(mixed.test, pair.test)


def test_progress_covers_both_sets(tmp_path):
    write_idx_pairs(tmp_path)
    reports = []
    load_pair(tmp_path, report=lambda fraction, text: reports.append((fraction, text)))
    fractions = [fraction for fraction, _ in reports]
    assert fractions == sorted(fractions)
    assert (fractions[0], fractions[-1]) == (0, 1)
    assert {text for _, text in reports} >= {"reading train-images-idx3-ubyte", "reading t10k-images-idx3-ubyte"}


def test_loading_can_be_cancelled(tmp_path):
    write_idx_pairs(tmp_path)

    def cancel(fraction: float, text: str) -> None:
        raise CancelledError

    for load in (load_pair, load_test):
        with pytest.raises(CancelledError):
            load(tmp_path, report=cancel)


def test_without_mnist_the_default_is_built_in(tmp_path):
    assert load_default(folders=[tmp_path, tmp_path / "absent"]).synthetic


@pytest.mark.parametrize("write_files", [write_csv_pair, write_idx_pairs])
def test_what_only_has_the_names_of_mnist_is_passed_over(tmp_path, write_files, caplog):
    write_files(tmp_path)
    with caplog.at_level("INFO"):
        assert load_default(folders=[tmp_path]).synthetic
    assert "is something else" in caplog.text


def test_what_is_damaged_is_passed_over(tmp_path):
    write_csv_pair(tmp_path)
    write(tmp_path / "mnist_train.csv", b"1,2,3\n")
    assert load_default(folders=[tmp_path]).synthetic


def test_what_has_other_names_is_not_even_opened(tmp_path):
    write_csv_pair(tmp_path, "my_train.csv", "my_test.csv")
    reports = []
    assert load_default(lambda fraction, text: reports.append(text), [tmp_path]).synthetic
    assert not [text for text in reports if "my_" in text]


def test_looking_around_goes_into_no_other_folder(tmp_path):
    write_csv_pair(tmp_path / "below")
    reports = []
    assert load_default(lambda fraction, text: reports.append(text), [tmp_path]).synthetic
    assert not [text for text in reports if "mnist_train" in text or "below" in text]


def test_looking_through_a_folder_can_be_cancelled(tmp_path):
    write_csv_pair(tmp_path / "a" / "b")

    def cancel(fraction: float, text: str) -> None:
        if text.startswith("looking through"):
            raise CancelledError

    with pytest.raises(CancelledError):
        load_pair(tmp_path, report=cancel)


def test_several_sets_in_folders_of_their_own_are_named_with_these(tmp_path):
    for name in ("KMNIST", "FashionMNIST"):
        write_idx_pairs(tmp_path / name / "raw")
    with pytest.raises(
        DataError, match=r"several training sets \(FashionMNIST/raw/train-images-idx3-ubyte, KMNIST/raw"
    ):
        load_pair(tmp_path)


def test_mnist_is_recognized_in_any_form_and_found(tmp_path, shared_folder, monkeypatch):
    downloaded = mnist_folder()
    assert data_sources.load_default(folders=[downloaded]).synthetic
    shutil.copytree(shared_folder / "mnist", downloaded)
    pair = load_default(folders=[tmp_path, downloaded])
    assert (pair.name, pair.train.name, pair.test.name) == ("MNIST", "MNIST training", "MNIST test")
    assert (len(pair.train), len(pair.test)) == (60_000, 10_000)
    assert not pair.synthetic
    monkeypatch.chdir(tmp_path)
    assert load_default().name == "MNIST"
    assert load_pair(shared_folder / "mnist" / "train-labels-idx1-ubyte.gz").name == "MNIST"
