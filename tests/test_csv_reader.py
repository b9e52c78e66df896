"""CSV files of digits that can be read, in every form in which people have them."""

import gzip

import numpy as np
import pytest

from core.data.readers import csv_dialect
from core.data.readers.csv_reader import is_unlabeled, read_csv
from core.errors import CancelledError
from tests.digit_files import (
    COLUMN_NAMES,
    SMALL_BLOCK,
    assert_same,
    csv_bytes,
    csv_rows,
    random_dataset,
    write,
    write_csv,
)

DIGITS = random_dataset(25)


@pytest.mark.parametrize("suffix", [".csv", ".csv.gz"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("header", [True, False])
def test_every_published_form_is_read(tmp_path, header, line_end, suffix):
    path = write_csv(tmp_path / f"digits{suffix}", DIGITS, header=header, line_end=line_end)
    dataset = read_csv(path)
    assert_same(dataset, DIGITS)
    assert dataset.name == path.name


def test_pixel_values_of_every_length_are_decoded(tmp_path):
    rows = [["3", *(str(value % 256) for value in range(784))], ["9", *["255"] * 784], ["0", *["0"] * 784]]
    dataset = read_csv(write(tmp_path / "a.csv", csv_bytes(rows, header=False)))
    assert dataset.labels.tolist() == [3, 9, 0]
    assert dataset.images.tolist() == [[value % 256 for value in range(784)], [255] * 784, [0] * 784]


def test_a_file_of_many_blocks_keeps_the_order_of_its_rows(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_dialect, "BLOCK_BYTES", SMALL_BLOCK)
    digits = random_dataset(1_200)
    path = write_csv(tmp_path / "large.csv", digits)
    assert path.stat().st_size > 4 * SMALL_BLOCK
    assert_same(read_csv(path), digits)


def test_the_last_line_may_lack_its_end(tmp_path):
    path = write(tmp_path / "a.csv", csv_bytes(csv_rows(DIGITS)).rstrip(b"\n"))
    assert_same(read_csv(path), DIGITS)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: b"\xef\xbb\xbf" + text, id="byte order mark"),
        pytest.param(lambda text: b"\n\r\n" + text, id="blank lines first"),
        pytest.param(lambda text: text.replace(b"\n", b"\n\n"), id="blank lines between"),
        pytest.param(lambda text: text + b"\n \r\n\n", id="blank lines last"),
        pytest.param(lambda text: text.replace(b",", b", "), id="blanks"),
        pytest.param(lambda text: text.replace(b"\n", b".0\n"), id="decimal points"),
        pytest.param(
            lambda text: text.replace(b",", b'","').replace(b"\n", b'"\n"')[:-1].join([b'"', b""]), id="quotes"
        ),
        pytest.param(lambda text: text.replace(b",0,", b",000,"), id="leading zeros"),
        pytest.param(lambda text: text.replace(b",0,", b",0.000000000000000000e+00,"), id="numpy.savetxt"),
    ],
)
@pytest.mark.parametrize("header", [True, False])
def test_harmless_oddities_are_understood(tmp_path, header, change):
    path = write(tmp_path / "odd.csv", change(csv_bytes(csv_rows(DIGITS), header=header)))
    assert_same(read_csv(path), DIGITS)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param([str(column) for column in range(785)], id="pandas counts"),
        pytest.param(["label", *(f"pixel{index}" for index in range(784))], id="Kaggle"),
        pytest.param(["digit", *["pixel"] * 784], id="all pixels called alike"),
    ],
)
def test_column_names_of_any_kind_are_told_from_data(tmp_path, names):
    path = write(tmp_path / "named.csv", ",".join(names).encode() + b"\n" + csv_bytes(csv_rows(DIGITS), header=False))
    assert_same(read_csv(path), DIGITS)


def test_progress_rises_to_one_and_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_dialect, "BLOCK_BYTES", SMALL_BLOCK)
    reports = []
    path = write_csv(tmp_path / "large.csv.gz", random_dataset(1_200))
    read_csv(path, lambda fraction, text: reports.append((fraction, text)))
    fractions = [fraction for fraction, _ in reports]
    assert len(fractions) > 4
    assert fractions == sorted(fractions)
    assert fractions[0] == 0
    assert fractions[-1] == 1
    assert {text for _, text in reports} == {"reading large.csv.gz"}


def test_reading_can_be_cancelled_midway(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_dialect, "BLOCK_BYTES", SMALL_BLOCK)
    path = write_csv(tmp_path / "large.csv", random_dataset(1_200))
    reached = []

    def cancel_in_the_middle(fraction: float, text: str) -> None:
        reached.append(fraction)
        if fraction > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        read_csv(path, cancel_in_the_middle)
    assert reached[-1] < 0.9


def test_a_label_column_is_told_by_the_width_of_the_first_row(tmp_path):
    labeled = write_csv(tmp_path / "a.csv", DIGITS)
    unlabeled = write(tmp_path / "b.csv", ",".join(COLUMN_NAMES[1:]).encode() + b"\n")
    assert not is_unlabeled(labeled)
    assert is_unlabeled(unlabeled)
    assert not is_unlabeled(write(tmp_path / "c.csv", b""))


def test_the_original_files_hold_the_same_digits_as_the_published_ones(tmp_path, shared_folder):
    with gzip.open(shared_folder / "mnist" / "t10k-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(shared_folder / "mnist" / "t10k-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8)
    rows = np.column_stack([labels, images])
    path = tmp_path / "mnist_test.csv"
    with path.open("wb") as file:
        file.write(",".join(COLUMN_NAMES).encode() + b"\r\n")
        np.savetxt(file, rows, fmt="%d", delimiter=",", newline="\r\n")
    dataset = read_csv(path)
    np.testing.assert_array_equal(dataset.labels, labels)
    np.testing.assert_array_equal(dataset.images, images)
