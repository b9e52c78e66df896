"""Archives that list millions of files are refused before the list is read."""

import struct
import zipfile

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.errors import DataError, ModelFileError
from core.files.model_files import load_model
from core.system.budget import ARCHIVE, MODEL, Meter
from core.system.zip_directory import check_directory


def archive_of(path, count, name="{}.txt"):
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(count):
            archive.writestr(name.format(number), b"")
    return path


def with_count(data: bytes, count: int, length: int) -> bytes:
    """Let an archive claim another number and length of its list, as large archives write them."""
    end = data.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, count, count, length, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    ending = data[end : end + 10] + struct.pack("<HIIH", 0xFFFF, 0xFFFFFFFF, 0, 0)
    return data[:end] + record + locator + ending


def test_a_real_archive_passes_and_is_left_at_its_start(tmp_path):
    path = archive_of(tmp_path / "a.zip", 60)
    with path.open("rb") as file:
        check_directory(file, Meter("a.zip", MODEL))
        assert file.tell() == 0


@pytest.mark.parametrize(("count", "length"), [(5_000_000, 0), (1, 500_000_000)])
def test_a_list_of_millions_is_refused_by_what_it_claims(tmp_path, count, length):
    path = archive_of(tmp_path / "a.zip", 3, "{}.csv")
    path.write_bytes(with_count(path.read_bytes(), count, length))
    with pytest.raises(DataError, match=r"a\.zip holds more than 200,000 files; unpack it"):
        load_pair(path)


def test_a_model_of_many_arrays_is_refused(tmp_path):
    path = tmp_path / "model.npz"
    np.savez(path, **{f"W{number}": np.zeros(1) for number in range(200)})
    with pytest.raises(ModelFileError, match=r"^model\.npz: it holds more than 160 arrays; choose a model"):
        load_model(path)


@pytest.mark.parametrize(
    "data", [b"", b"PK\x05\x06", b"x" * 100, b"PK\x06\x07" + bytes(16) + b"PK\x05\x06" + b"\xff" * 18]
)
def test_what_is_no_archive_passes_and_is_told_by_whoever_reads_it(tmp_path, data):
    path = tmp_path / "a.zip"
    path.write_bytes(data)
    with path.open("rb") as file:
        check_directory(file, Meter("a.zip", ARCHIVE))
        assert file.tell() == 0
