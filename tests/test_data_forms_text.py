"""Text tables in every form in which people have them are read as the digits that they hold."""

import gzip

import numpy as np
import pytest

from core.data.data_sources import load_test
from core.errors import DataError
from tests.data_forms import PIXEL_NAMES, arff, digits, fractions, table

DIGITS = digits()
LABELS, IMAGES = DIGITS.labels, DIGITS.images
ROWS = np.arange(len(DIGITS))
FIRST, LAST = (LABELS[:, None], IMAGES), (IMAGES, LABELS[:, None])
NAMES_FIRST = ["label", *PIXEL_NAMES]
PLAIN = table(FIRST, NAMES_FIRST)
LAST_NOTE = "The labels are in the last column."
WORDS = np.array(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])


def read(tmp_path, content, name="digits.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return load_test(path)


def assert_digits(found, notes=()):
    np.testing.assert_array_equal(found.labels, LABELS)
    np.testing.assert_array_equal(found.images, IMAGES)
    assert found.notes == notes
    assert found.shows_digits


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(table(FIRST), id="no names"),
        pytest.param(table(FIRST, NAMES_FIRST, ";"), id="semicolons"),
        pytest.param(table(FIRST, NAMES_FIRST, "\t"), id="tabs"),
        pytest.param(table(FIRST, NAMES_FIRST, "|"), id="bars"),
        pytest.param(table(FIRST, (), " "), id="blanks"),
        pytest.param(b"  " + table(FIRST, (), "   ", "\n  "), id="lined up"),
        pytest.param(b"sep=,\n" + PLAIN, id="sep=,"),
        pytest.param(b'"sep=;"\r\n' + table(FIRST, (), ";", "\r\n"), id="sep=;"),
        pytest.param(PLAIN.decode().encode("utf-8-sig"), id="byte order mark"),
        pytest.param(PLAIN.decode().encode("utf-16"), id="UTF-16"),
        pytest.param(PLAIN.decode().encode("utf-16-be"), id="UTF-16 without a mark"),
        pytest.param(PLAIN.decode().encode("utf-32"), id="UTF-32"),
        pytest.param(table(FIRST, NAMES_FIRST, ",", "\r"), id="CR"),
        pytest.param(table(FIRST, NAMES_FIRST, ",", ",\n"), id="comma at line ends"),
        pytest.param(
            ",".join(NAMES_FIRST).encode() + b"\n" + table(FIRST, (), ",", ",\r\n"), id="comma at the rows' ends alone"
        ),
        pytest.param(table(FIRST, (), "\t", "\t\n"), id="tab at line ends"),
        pytest.param(PLAIN.replace(b",", b'","').replace(b"\n", b'"\n"').join([b'"', b""])[:-1], id="quotes"),
        pytest.param(gzip.compress(gzip.compress(PLAIN)), id="gzip in gzip"),
        pytest.param(fractions(DIGITS, IMAGES + 0.0), id="numbers with points"),
        pytest.param(PLAIN.replace(b"\n", b".0\n"), id="one column with points"),
        pytest.param(b"# " + PLAIN, id="names after #"),
        pytest.param(b"# digits\n% of today\n\n" + PLAIN, id="remarks first"),
        pytest.param(table((LABELS[:, None] + 0.0, IMAGES)), id="all as numpy.savetxt rounds them"),
    ],
)
def test_ways_to_write_a_table(tmp_path, content):
    assert_digits(read(tmp_path, content))


@pytest.mark.parametrize("words", [("False", "True"), ("FALSE", "TRUE"), ("false", "true")])
@pytest.mark.parametrize("names", [(), NAMES_FIRST, ["true", *PIXEL_NAMES]])
@pytest.mark.parametrize("separator", [",", ";", " "])
def test_truth_values_are_read_as_zeros_and_ones(tmp_path, words, names, separator):
    bits = (IMAGES > 127).astype(int)
    columns = (LABELS[:, None], np.array(words)[bits])
    found = read(tmp_path, table(columns, names, separator))
    np.testing.assert_array_equal(found.labels, LABELS)
    expected = read(tmp_path, table((LABELS[:, None], bits)), "bits.csv")
    np.testing.assert_array_equal(found.images, expected.images)
    assert set(np.unique(found.images)) == {0, 255}
    assert found.notes == expected.notes


@pytest.mark.parametrize(
    ("content", "notes"),
    [
        (table(LAST), (LAST_NOTE,)),
        (table(LAST, [f"p{index}" for index in range(785)]), (LAST_NOTE,)),
        (table(LAST, [str(index) for index in range(785)]), (LAST_NOTE,)),
        (table(LAST, [*PIXEL_NAMES, "class"], ",", ",\n"), (LAST_NOTE,)),
        (table((IMAGES, WORDS[LABELS][:, None])), (LAST_NOTE, "The labels are words and were taken for their digits.")),
        (table((ROWS, *FIRST), ["", *NAMES_FIRST]), ("Column 1 only counts the rows and is passed over.",)),
        (table((ROWS + 1, *FIRST)), ("Column 1 only counts the rows and is passed over.",)),
        (table((ROWS, *LAST)), ("Column 1 only counts the rows and is passed over.", LAST_NOTE)),
        (table((*FIRST, ROWS)), ("Column 786 only counts the rows and is passed over.",)),
        (table((ROWS[::-1] * 97, *FIRST), ["Unnamed: 0", *NAMES_FIRST]), (
            "Column 1 only counts the rows and is passed over.",
        )),
        (table((IMAGES, np.eye(10, dtype=int)[LABELS])), ("A 1 in the last ten columns marks the class.",)),
        (table((np.eye(10, dtype=int)[LABELS], IMAGES)), ("A 1 in the first ten columns marks the class.",)),
        (arff(DIGITS), (LAST_NOTE,)),
        (arff(DIGITS, quote="'"), (LAST_NOTE,)),
    ],
)  # fmt: skip
def test_columns_are_told_by_looking(tmp_path, content, notes):
    assert_digits(read(tmp_path, content), notes)


def test_decimal_commas_in_quotes(tmp_path):
    plain = fractions(DIGITS, IMAGES / 255, ";", ",").decode()
    quoted = "\n".join(",".join(f'"{cell}"' for cell in line.split(";")) for line in plain.splitlines())
    found = read(tmp_path, quoted.encode())
    assert np.abs(found.images.astype(int) - IMAGES).max() <= 1
    assert found.notes == ("The pixels are fractions from 0 to 1; scaled to 0 to 255.",)


@pytest.mark.parametrize("separator", [";", "\t"])
def test_decimal_commas_between_other_separators(tmp_path, separator):
    found = read(tmp_path, fractions(DIGITS, IMAGES / 255, separator, ","))
    assert np.abs(found.images.astype(int) - IMAGES).max() <= 1


def test_three_rows_with_numbers_and_the_label_last(tmp_path):
    found = read(tmp_path, table((ROWS[:3], IMAGES[:3], np.array([7, 2, 1]))))
    assert found.labels.tolist() == [7, 2, 1]
    assert found.notes[0] == "Column 1 only counts the rows and is passed over."


def test_labels_in_the_last_column_of_a_sorted_file(tmp_path):
    order = np.argsort(LABELS, kind="stable")
    found = read(tmp_path, table((IMAGES[order], LABELS[order][:, None])))
    np.testing.assert_array_equal(found.labels, LABELS[order])


def test_a_single_class_in_the_last_column_is_told_from_an_empty_corner(tmp_path):
    found = read(tmp_path, table((IMAGES, np.full(len(IMAGES), 7))))
    assert set(found.labels.tolist()) == {7}
    assert found.notes[-1] == "All labels are 7: a network that always answers so would be right every time."


def test_what_may_be_either_column_is_refused(tmp_path):
    busy = IMAGES.copy()
    busy[:7, 0], busy[:8, -1] = 3, 5
    with pytest.raises(DataError, match="either the first or the last column may hold the labels"):
        read(tmp_path, table((busy, np.zeros(len(busy), int)))[:0] + table((busy, busy[:, -1:])))


def test_names_of_classes_come_from_the_file(tmp_path):
    names = ["T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
    found = read(tmp_path, arff(DIGITS, names, quote="'"))
    assert found.class_names == tuple(names)
    np.testing.assert_array_equal(found.labels, LABELS)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (table(LAST)[:0] + table((np.vstack([LABELS, IMAGES.T]),)), "exchange rows and columns"),
        (table((np.zeros((20, 65), int),)), "images of 8x8 pixels"),
        (table((np.zeros((2, 2353), int),)), "images in color"),
        (table((np.arange(60) % 26 + 1, IMAGES)), "26 kinds"),
        (b"\xff\xfe" + PLAIN[:1001], "breaks within a character"),
        (arff(DIGITS).partition(b"@DATA")[0], "is cut off"),
        (arff(DIGITS).replace(b"@DATA\n", b"@DATA\n{1 3, 784 5}\n"), "sparse ARFF"),
        (b"MATLAB 5.0 MAT-file, Platform: GLNXA64" + bytes(200), "is a MATLAB file"),
        (b"\x89HDF\r\n\x1a\n" + bytes(200), "is an HDF5 file"),
        (gzip.compress(b"\x80\x04\x95" + bytes(200)), "is a Python pickle"),
        (b"\0\0\0\x24ftypheic" + bytes(200), "is a photo or a video"),
        (b"\xfd7zXZ\0" + bytes(200), "unpack it"),
        (b'[{"label": 7, "image": [' + b", ".join([b"0"] * 784) + b"]}]", "is JSON"),
        (b"<!doctype html><html>", "is a web page"),
        (b"7 153:3 154:18 155:18\n", "LIBSVM"),
        (table((IMAGES, np.full((60, 10), 3))), "neither the first ten nor the last ten"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, content, sentence):
    with pytest.raises(DataError, match=sentence):
        read(tmp_path, content)
