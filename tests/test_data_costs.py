"""Files that would cost more than a data set may are refused in a sentence before they do."""

import gzip
import io
import struct
import tracemalloc
import zipfile

import numpy as np
import pytest

from core.data.data_sources import load_pair, load_test
from core.errors import DataError
from tests.data_forms import digits, squares

FREE = 60_000_000
"""Bytes of memory that a refusal may take: some blocks."""


def npy_header(shape: tuple[int, ...], kind: str = "<f4") -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": kind, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def zip_of_blanks(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("train.csv", "w") as member:
        for _ in range(300):
            member.write(b"\n" * 1_000_000)


def gz_of_blanks(path):
    with gzip.open(path, "wb", 9) as file:
        for _ in range(100):
            file.write(b"\n" * 1_000_000)


@pytest.mark.parametrize(
    ("name", "write", "sentence"),
    [
        ("a.csv.gz", gz_of_blanks, "holds more than 1,000,000 lines; delete its blank lines"),
        ("a.zip", zip_of_blanks, "times its size, far more than such a file should"),
        (
            "train-images-idx3-ubyte",
            lambda path: path.write_bytes(struct.pack(">4B3I", 0, 0, 8, 3, 2_000_000, 28, 28)),
            "holds more than 500,000 images",
        ),
        ("a.npy", lambda path: path.write_bytes(npy_header((200_000, 28, 28))), "would take"),
        ("x.npy", lambda path: path.write_bytes(npy_header((10**9, 10**9))), "would take"),
    ],
)
def test_what_costs_too_much_is_refused(tmp_path, name, write, sentence):
    write(tmp_path / name)
    tracemalloc.start()
    try:
        with pytest.raises(DataError, match=sentence):
            load_test(tmp_path / name)
        assert tracemalloc.get_traced_memory()[1] < FREE
    finally:
        tracemalloc.stop()


def test_a_header_that_is_longer_than_any_honest_one(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(b"\x93NUMPY\x02\x00" + struct.pack("<I", 2**31) + b"{" * 100)
    with pytest.raises(DataError, match="has a header of 2,147,483,648 bytes"):
        load_test(path)


def test_numbers_of_eight_bytes_are_halved_as_they_are_read(tmp_path):
    data = digits(1_400)
    np.savez(tmp_path / "a.npz", x_train=squares(data) / 255, y_train=data.labels)
    pair = load_pair(tmp_path / "a.npz")
    found = {bytes(image) for image in (*pair.train.images, *pair.test.images)}
    assert found == {bytes(image) for image in data.images}
