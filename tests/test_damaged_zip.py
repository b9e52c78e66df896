"""A damaged ZIP archive is told in a sentence, whichever method it was packed by; so is a method that is not known."""

import io
import zipfile

import numpy as np
import pytest

from core.data.data_sources import load_pair
from core.errors import DataError
from core.files.model_files import load_model
from tests.digit_files import csv_bytes, csv_rows, random_dataset
from tests.model_files import arrays_of, refusal, save_small_model

METHODS = {
    zipfile.ZIP_DEFLATED: "zlib",
    zipfile.ZIP_BZIP2: "bz2",
    zipfile.ZIP_LZMA: "lzma",
    93: "compression.zstd",  # ZIP_ZSTANDARD, which came with Python 3.14.
}
DEFLATE64 = 9
"""How Windows packs what is large; Python does not know it."""


@pytest.fixture(params=METHODS)
def method(request):
    pytest.importorskip(METHODS[request.param], reason="this Python does not know the method")
    return request.param


def packed(path, members, method):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def arrays(**values):
    members = {}
    for name, value in values.items():
        buffer = io.BytesIO()
        np.save(buffer, value)
        members[f"{name}.npy"] = buffer.getvalue()
    return members


def damages(path):
    """Yield the archive with four bytes overwritten of what its first member is packed into, at forty places."""
    whole = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        member = archive.infolist()[0]
    start = 30 + len(member.filename)
    # The end of bzip2 is a checksum of its own, which is not read once all is unpacked.
    for place in np.linspace(start, start + member.compress_size - 16, 40, dtype=int):
        yield whole[:place] + b"\xa5\x00\xff\x5a" + whole[place + 4 :]


def check_data(path, sentence):
    load_pair(path)
    for content in damages(path):
        path.write_bytes(content)
        with pytest.raises(DataError, match=sentence):
            load_pair(path)


def test_an_archive_of_data(tmp_path, method):
    path = tmp_path / "a.zip"
    packed(path, {"train.csv": csv_bytes(csv_rows(random_dataset(20)))}, method)
    check_data(path, r"^a\.zip is damaged: it cannot be unpacked\. Fetch the file again\.$")


def test_arrays_of_data(tmp_path, method):
    digits = random_dataset(20)
    path = tmp_path / "a.npz"
    packed(path, arrays(x_train=digits.images, y_train=digits.labels), method)
    check_data(path, r"^a\.npz")


def test_a_model(tmp_path, method):
    path = save_small_model(tmp_path)
    packed(path, arrays(**arrays_of(path)), method)
    load_model(path)
    for content in damages(path):
        path.write_bytes(content)
        refusal(path)


def test_a_method_that_is_not_known(tmp_path):
    path = tmp_path / "a.zip"
    packed(path, {"train.csv": b"1,2"}, zipfile.ZIP_DEFLATED)
    content = bytearray(path.read_bytes())
    for at in (8, content.index(b"PK\x01\x02") + 10):
        assert content[at] == zipfile.ZIP_DEFLATED
        content[at] = DEFLATE64
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"^a\.zip is packed by a method that is not known here; unpack it"):
        load_pair(path)
