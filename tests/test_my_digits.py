"""Digits of one's own survive every way of storing them, and damaged files are told in one sentence."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.data.dataset import DataPair, Dataset
from core.data.kept_digits import my_digits_file
from core.data.my_digits import MyDigits, add_to_training, load_digits, save_digits
from core.data.readers.csv_reader import read_csv
from core.errors import DataError


def some_digits(count=23, seed=0):
    rng = np.random.default_rng(seed)
    images = (rng.integers(0, 256, (count, 784)) * (rng.random((count, 784)) < 0.2)).astype(np.uint8)
    return MyDigits(images, rng.integers(0, 10, count).astype(np.uint8))


def as_set(digits):
    return sorted((int(label), image.tobytes()) for label, image in zip(digits.labels, digits.images, strict=True))


def test_adding_and_taking_out_leave_the_old_collection_alone():
    empty = MyDigits.empty()
    pixels = np.linspace(0, 1, 784, dtype=np.float32)
    one = empty.added(pixels, 7)
    two = one.added(pixels / 2, 3)
    assert (len(empty), len(one), len(two)) == (0, 1, 2)
    assert two.images[0, -1] == 255
    assert two.labels.tolist() == [7, 3]
    assert two.without([0]).labels.tolist() == [3]
    assert len(two) == 2
    assert one.as_dataset().images.shape == (1, 784)
    with pytest.raises(DataError, match="no image"):
        empty.as_dataset()


def test_joining_adds_only_what_is_new():
    digits = some_digits()
    assert len(digits.joined(digits)) == len(digits)
    other = some_digits(5, seed=1)
    joined = digits.joined(other)
    assert as_set(joined) == sorted(as_set(digits) + as_set(other))


def test_csv_keeps_everything_in_the_layout_of_mnist(tmp_path):
    digits, path = some_digits(), tmp_path / "mine.csv"
    save_digits(digits, path)
    loaded = load_digits(path)
    np.testing.assert_array_equal(loaded.images, digits.images)
    np.testing.assert_array_equal(loaded.labels, digits.labels)
    assert path.read_text().startswith("label,1x1,1x2,")
    assert len(read_csv(path)) == 23


def test_a_sheet_keeps_every_digit_with_its_label_and_can_be_looked_at(tmp_path):
    digits, path = some_digits(), tmp_path / "mine.png"
    save_digits(digits, path)
    assert as_set(load_digits(path)) == as_set(digits)
    sheet = np.asarray(Image.open(path))
    assert sheet.shape[0] == 280
    first_of_label = digits.images[digits.labels == 4][0].reshape(28, 28)
    np.testing.assert_array_equal(sheet[4 * 28 : 5 * 28, :28], first_of_label)


@pytest.mark.parametrize("name", ["mine.csv", "mine.png"])
def test_an_old_file_stays_where_the_new_one_cannot_be_written(tmp_path, name):
    path = tmp_path / "missing folder" / name
    with pytest.raises(DataError, match="could not be saved"):
        save_digits(some_digits(), path)


def spoil(path, how):
    content = path.read_bytes()
    if how == "cut off":
        path.write_bytes(content[: len(content) * 2 // 3])
    elif how == "text":
        path.write_text("hello")
    elif how == "empty":
        path.write_bytes(b"")
    elif how == "noise":
        path.write_bytes(np.random.default_rng(0).bytes(5000))
    elif how == "flipped":
        middle = len(content) // 2
        path.write_bytes(content[:middle] + bytes([content[middle] ^ 255]) * 20 + content[middle + 20 :])


@pytest.mark.parametrize("how", ["cut off", "text", "empty", "noise", "flipped", "missing"])
@pytest.mark.parametrize("name", ["mine.csv", "mine.png"])
def test_a_damaged_file_is_told_in_a_sentence(tmp_path, name, how):
    path = tmp_path / name
    if how != "missing":
        save_digits(some_digits(), path)
        spoil(path, how)
    with pytest.raises(DataError, match=name):
        load_digits(path)


def test_a_wrong_cell_is_named_by_row_and_column(tmp_path):
    path = tmp_path / "mine.csv"
    save_digits(some_digits(), path)
    lines = path.read_text().splitlines()
    cells = lines[5].split(",")
    cells[10] = "300"
    lines[5] = ",".join(cells)
    path.write_text("\n".join(lines))
    with pytest.raises(DataError, match=r"row 6, column 11.*300"):
        load_digits(path)


@pytest.mark.parametrize("size", [(28, 28), (100, 280), (280, 140)])
def test_an_image_that_is_no_sheet_is_refused(tmp_path, size):
    path = tmp_path / "photo.png"
    Image.new("L", size, 200).save(path)
    with pytest.raises(DataError, match="expected a sheet of digits"):
        load_digits(path)


def test_a_black_sheet_holds_no_digit(tmp_path):
    path = tmp_path / "black.png"
    Image.new("L", (56, 280)).save(path)
    with pytest.raises(DataError, match="holds no digit"):
        load_digits(path)


def test_weight_is_how_often_each_digit_is_trained_on():
    rng = np.random.default_rng(3)
    train = Dataset(rng.integers(0, 256, (50, 784)).astype(np.uint8), np.zeros(50, np.uint8), "train", synthetic=True)
    data = DataPair(train, train.take(np.arange(5), "test"), "digits")
    digits = some_digits(4).as_dataset()
    more = add_to_training(data, digits, 10)
    assert len(more.train) == 90
    assert more.test is data.test
    assert more.synthetic
    assert "My digits × 10" in more.train.name
    for image in digits.images:
        assert (more.train.images == image).all(axis=1).sum() == 10
    with pytest.raises(DataError, match="weight"):
        add_to_training(data, digits, 0)


def test_training_data_with_my_digits_keep_what_is_known_of_them():
    digits = some_digits(3).as_dataset()
    names = tuple("abcdefghij")
    known = replace(digits, class_names=names, notes=("The labels are in the last column.",), is_upright=True)
    more = add_to_training(DataPair(known, known, "letters"), digits, 2)
    assert more.class_names == names
    assert more.notes == known.notes
    assert more.train.is_upright


def test_the_collection_is_kept_in_the_users_own_folder(user_folder):
    assert user_folder in my_digits_file().parents
