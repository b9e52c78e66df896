"""Small files that unpack to gigabytes, claim millions of images or lie under a name that resembles another's."""

import gzip
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.data.dataset import Dataset
from core.data.readers import csv_reader
from core.errors import DataError
from core.system.budget import DATA
from tests.digit_files import csv_bytes, csv_rows, idx_labels, random_dataset, write, write_idx

ROOT = Path(__file__).parents[1]


def packed(path: Path, piece: bytes, count: int) -> Path:
    """Write a piece over and over; gzip data behind each other unpack to what is in all of them."""
    path.write_bytes(gzip.compress(piece, 1) * count)
    return path


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b" \n", b",\n"])
def test_lines_without_an_image_end_where_there_are_too_many(tmp_path, line):
    path = packed(tmp_path / "digits.csv.gz", line * 1_000_000, 4)
    with pytest.raises(DataError, match=r"digits\.csv\.gz"):
        load_pair(path)


def test_blank_lines_behind_real_rows_end_too(tmp_path):
    rows = csv_bytes(csv_rows(random_dataset(20)))
    path = write(tmp_path / "digits.csv.gz", rows + b"\n" * 3_000_000)
    with pytest.raises(DataError, match=r"digits\.csv\.gz holds more than 1,000,000 lines; delete its blank lines"):
        load_pair(path)


def test_a_few_blank_lines_are_no_matter(tmp_path):
    rows = csv_bytes(csv_rows(random_dataset(20)))
    assert len(load_pair(write(tmp_path / "digits.csv.gz", rows + b"\n" * 10_000)).train) > 10


@pytest.mark.parametrize("piece", [b"0,", b",", b" ", b"x"])
def test_a_line_that_never_ends_is_refused_early(tmp_path, piece):
    path = packed(tmp_path / "digits.csv.gz", piece * 1_000_000, 40)
    with pytest.raises(DataError, match=r"digits\.csv\.gz"):
        load_pair(path)


def test_long_blank_lines_unpack_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr("core.system.budget.BOMB_START", 20_000_000)
    path = packed(tmp_path / "digits.csv.gz", (b" " * 900_000 + b"\n") * 10, 10)
    with pytest.raises(DataError, match=r"digits\.csv\.gz unpacks to more than 100 times its size"):
        load_pair(path)


def test_rows_are_counted_while_they_are_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_reader, "DATA", replace(DATA, items=50))
    path = write(tmp_path / "digits.csv", csv_bytes(csv_rows(random_dataset(60))))
    with pytest.raises(DataError, match=r"digits\.csv holds more than 50 images; split it, or take a part of it"):
        load_pair(path)


@pytest.mark.parametrize("count", [2_000_000, 500_001])
def test_an_idx_file_of_millions_is_refused_by_its_header(tmp_path, count):
    header = struct.pack(">4B3I", 0, 0, 8, 3, count, 28, 28)
    path = packed(tmp_path / "train-images-idx3-ubyte.gz", header, 1)
    packed(tmp_path / "train-labels-idx1-ubyte.gz", struct.pack(">4BI", 0, 0, 8, 1, count), 1)
    with pytest.raises(DataError, match=r"holds more than 500,000 images"):
        load_pair(path)


MEASURE = """
import sys
from core.system.memory import peak_memory
from core.data.data_sources import load_pair
try:
    print(len(load_pair(sys.argv[1]).train), file=sys.stderr)
except Exception as error:
    print(type(error).__name__, error, file=sys.stderr)
print(peak_memory())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory in kilobytes")
def test_packed_rows_without_end_take_no_gigabyte(tmp_path):
    row = b"5," + b",".join([b"0"] * 784) + b"\n"
    path = packed(tmp_path / "digits.csv.gz", row * 10_000, 60)
    command = [sys.executable, "-c", MEASURE, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("DataError digits.csv.gz ")
    assert float(done.stdout) < 1000


@pytest.mark.parametrize("ending", ["", ".gz"])
@pytest.mark.parametrize(
    "planted",
    [
        "train-labels_idx1-ubyte",
        "train_labels-idx1-ubyte",
        "train-labels.idx1-ubyte",
        "train-labels-idx2-int",
        "train-label",
    ],
)
def test_labels_of_a_similar_name_are_not_taken_for_the_right_ones(tmp_path, planted, ending):
    right = random_dataset(50)
    wrong = Dataset(right.images, (9 - right.labels).astype(np.uint8), "wrong")
    write_idx(tmp_path, right, images=f"train-images-idx3-ubyte{ending}", labels=f"train-labels-idx1-ubyte{ending}")
    write_idx(tmp_path, random_dataset(20, 1), images="t10k-images-idx3-ubyte", labels="t10k-labels-idx1-ubyte")
    write(tmp_path / planted, idx_labels(wrong))
    np.testing.assert_array_equal(load_pair(tmp_path).train.labels, right.labels)


@pytest.mark.parametrize("content", [b"PK\3\4" + bytes(100), b"PK\5\6" + bytes(18)])
def test_an_archive_in_the_place_of_the_labels_is_told_so(tmp_path, content):
    write_idx(tmp_path, random_dataset(50), images="train-images-idx3-ubyte", labels="train-labels-idx1-ubyte")
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(content)
    with pytest.raises(DataError, match=r"train-labels-idx1-ubyte is an archive, where a file of labels"):
        load_pair(tmp_path)
