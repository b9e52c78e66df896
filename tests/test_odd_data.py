"""Data as nobody should write them: each ends in one sentence that is true, and names what the user knows."""

import struct
from pathlib import Path

import numpy as np
import pytest

from core.data.data_sources import load_pair, load_test
from core.errors import DataError, ModelFileError
from core.files.model_files import load_model
from tests.data_forms import PIXEL_NAMES, digits, idx, png, squares, table, zipped

DATA = digits(60)
ODD = np.r_[["9" * 30], DATA.labels[1:].astype(str)]


def refusal(path):
    with pytest.raises(DataError) as refused:
        load_pair(path)
    return str(refused.value)


def saved(path, **arrays):
    np.savez(path, **arrays)
    return path


def npy(descr, shape, data=b""):
    """An array of which the header says what it likes."""
    header = repr({"descr": descr, "fortran_order": False, "shape": shape}).encode() + b"\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header + data


def test_a_label_of_thirty_digits_is_named_and_counted_as_no_number(tmp_path):
    rows = table((DATA.labels[:, None], DATA.images), ["label", *PIXEL_NAMES]).split(b"\n")
    rows[4] = b"9" * 30 + rows[4][1:]
    (tmp_path / "digits.csv").write_bytes(b"\n".join(rows))
    assert "digits.csv, row 5, column 1 (label): '1e+30' is not a digit" in refusal(tmp_path / "digits.csv")
    sentence = refusal(saved(tmp_path / "words.npz", images=DATA.images, labels=ODD))
    assert sentence.startswith("words.npz, labels, image 1: '99999999999999999999' is not a digit")


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        (np.r_[np.uint64(2**64 - 1), DATA.labels[1:].astype(np.uint64)], "1.84467e+19"),
        (np.r_[1e300, DATA.labels[1:]], "1e+300"),
        (np.r_[-1e300, DATA.labels[1:]], "1e+300"),
        (np.r_[np.inf, DATA.labels[1:]], "inf"),
    ],
)
def test_labels_too_large_to_be_counted_are_told_as_they_are(tmp_path, labels, found):
    assert f"a.npz, labels holds {found} in place of" in refusal(
        saved(tmp_path / "a.npz", images=DATA.images, labels=labels)
    )


def test_labels_as_python_prints_bytes_are_their_digits(tmp_path):
    text = "\n".join(f"b'{label}',{','.join(map(str, image))}" for label, image in zip(*DATA_COLUMNS, strict=True))
    (tmp_path / "digits.csv").write_text(text)
    found = load_test(tmp_path / "digits.csv")
    np.testing.assert_array_equal(found.labels, DATA.labels)
    assert found.class_names == tuple("0123456789")


DATA_COLUMNS = (DATA.labels.tolist(), DATA.images.tolist())


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (npy("|u1", (1,) * 70 + (28, 28), bytes(784)), "has a damaged header"),
        (npy(("<i4", (28, 28)), (3,), bytes(4 * 3 * 784)), "holds records"),
        (npy([("a", "u1"), ("b", "<f4")], (3,), bytes(15)), "holds records"),
    ],
)
def test_arrays_of_a_shape_that_numpy_does_not_take_are_refused(tmp_path, content, sentence):
    (tmp_path / "images.npy").write_bytes(content)
    assert sentence in refusal(tmp_path / "images.npy")


def test_what_an_archive_lacks_is_told_of_the_archive_and_not_of_where_it_was_unpacked(tmp_path):
    images = idx(squares(DATA))
    path = zipped(tmp_path / "half.zip", {"train-images-idx3-ubyte": images})
    assert f"; {path} does not hold it" in refusal(path)
    rows = table((DATA.labels, DATA.images))
    path = zipped(tmp_path / "many.zip", {"a_train.csv": rows, "b_train.csv": rows})
    assert refusal(path).startswith(f"{path} holds several training sets (a_train.csv, b_train.csv)")
    path = zipped(tmp_path / "notes.zip", {"notes.txt": b"none"})
    assert refusal(path).startswith(f"{path} holds no training set")
    inner = zipped(tmp_path / "in.zip", {"notes.txt": b"none"}).read_bytes()
    path = zipped(tmp_path / "out.zip", {"train.zip": inner})
    assert refusal(path).startswith(f"{path}/train.zip holds no training set")


def test_a_name_too_long_for_the_disk_is_no_fault_of_the_disk_that_holds_the_archive(tmp_path):
    sentence = refusal(zipped(tmp_path / "a.zip", {"d" * 300 + ".csv": b"1,2"}))
    assert sentence.startswith("a.zip cannot be unpacked into ")
    assert "(File name too long)" in sentence


def test_images_without_folders_are_told_what_to_do(tmp_path):
    for index, image in enumerate(squares(DATA)):
        (tmp_path / f"{DATA.labels[index]}_{index}.png").write_bytes(png(image))
    assert "put the images of each class into a folder called as the class" in refusal(tmp_path)


def test_a_name_with_a_zero_in_it_is_that_of_no_file():
    with pytest.raises(DataError, match="There is no file or folder"):
        load_pair("digits\0.csv")
    with pytest.raises(ModelFileError, match="no such file"):
        load_model(Path("model\0.npz"))
