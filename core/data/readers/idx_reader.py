"""Reading digits from IDX files, the format in which MNIST, Fashion-MNIST, KMNIST, EMNIST and QMNIST are published.

An IDX file (described at http://yann.lecun.com/exdb/mnist/) is two zero bytes, a byte for the type of the values (8 is
an unsigned byte), a byte for the number of dimensions, one big-endian 32-bit integer per dimension, then the values.
Images have three dimensions (count, 28, 28), labels one (count), and the two come in files of their own whose names
differ in ``images-idx3`` and ``labels-idx1``. QMNIST's labels have eight numbers each, of which the first is the digit
(Yadav and Bottou 2019, arXiv:1905.10498). Any of them may be gzipped.

What a header promises is believed only after the file's real length has confirmed it.
"""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.data.readers.array_shapes import as_labels, to_values
from core.data.readers.data_file import DataFile, open_data_file
from core.data.readers.partners import find_partner, missing_partner, part_of_name
from core.data.readers.raw_set import RawSet, as_digits, join, locate_in
from core.errors import DataError
from core.network.arrays import IMAGE_SIDE
from core.progress import Report, ignore_progress, part_of
from core.system.budget import DATA, Meter

VALUE_TYPES = {8: "uint8", 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64"}
_BIG_ENDIAN = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
BLOCK_BYTES = 1024 * 1024

QMNIST_NUMBERS = 8
"""Class, series, writer, and five more of where a digit of QMNIST is from."""

IDX_NAME = re.compile(r".*(?P<what>images|labels)[-._]idx[123](-(ubyte|int|byte))?(\.gz)?", re.I)
"""``train-images-idx3-ubyte.gz``, ``t10k-labels.idx1-ubyte``, ``qmnist-train-labels-idx2-int``, ..."""


def read_idx(path: Path, report: Report = ignore_progress) -> Dataset:
    """Read a pair of IDX files as it stands, such as MNIST's own: nothing in it is judged.

    Parameters
    ----------
    path : Path
        Either file of the pair, plain or gzipped; the other is found by its name in the same folder.

    Raises
    ------
    DataError
        As `read_idx_part` raises it, or if the partner is missing, they differ in number, or a label is above 9.
    """
    part = read_idx_part(path, part_of(report, 0.0, 0.5))
    partner_path = find_partner(path)
    if partner_path is None:
        raise missing_partner(path, "labels" if part.values is None else "images", str(path.parent))
    partner = read_idx_part(partner_path, part_of(report, 0.5, 1.0))
    images, labels = (partner, part) if part.values is None else (part, partner)
    return as_digits(join(images, labels))


def read_idx_part(path: Path, report: Report = ignore_progress) -> RawSet:
    """Read one IDX file: images or labels, whichever its header says.

    Parameters
    ----------
    path : Path
        Plain or gzipped.
    report : Report
        Told of the share that has been read.

    Raises
    ------
    DataError
        If it is missing, cannot be read, is not such a file, is shorter or longer than its header says, or holds
        images of another size than 28x28.
    """
    expected = part_of_name(path.name)
    report(0.0, f"reading {path.name}")
    with open_data_file(path) as file:
        array = _read_array(file, expected, report)
    locate = locate_in(path.name)
    if array.ndim >= 3:
        return RawSet(to_values(array.reshape(len(array), -1), path.name), None, path.name, locate)
    if array.ndim == 2 and array.shape[1] == QMNIST_NUMBERS:
        array = array[:, 0]
    return RawSet(None, as_labels(array, path.name), path.name, locate)


def is_idx_name(name: str) -> bool:
    """Tell whether a file is named as IDX files are."""
    return IDX_NAME.fullmatch(name) is not None


def is_idx_head(head: bytes) -> bool:
    """Tell whether a file that begins so is an IDX file of images or labels."""
    return len(head) > 3 and head[:2] == b"\0\0" and head[2] in VALUE_TYPES and 1 <= head[3] <= 4


def _read_array(file: DataFile, part: str | None, report: Report) -> NDArray[Any]:
    """Return an IDX file's values in the shape of its header."""
    path = file.path
    kind, shape, header_size = _read_header(file, part)
    meter = Meter(path.name, DATA)
    meter.items(shape[0])
    width = np.dtype(_BIG_ENDIAN[kind]).itemsize
    expected = math.prod(shape) * width
    if not file.gzipped and file.packed_size != header_size + expected:
        raise _wrong_length(path, shape, expected, file.packed_size - header_size)
    meter.memory(expected if width == 1 else 2 * expected)
    values = bytearray()
    # One byte more than expected is asked for, so that a file that is too long is noticed without unpacking it all.
    while block := file.read(min(BLOCK_BYTES, expected + 1 - len(values))):
        values += block
        report(file.fraction, f"reading {path.name}")
    if len(values) != expected:
        raise _wrong_length(path, shape, expected, len(values))
    return np.frombuffer(values, _BIG_ENDIAN[kind]).reshape(shape)


def _read_header(file: DataFile, part: str | None) -> tuple[int, tuple[int, ...], int]:
    """Return type and shape that an IDX file's header promises, and its size, once they are such as can be used."""
    name = file.path.name
    header = file.read(4)
    if not header:
        raise DataError(f"{name} is empty; expected an IDX file. Fetch it again, or choose another.")
    if not is_idx_head(header):
        raise DataError(
            f"{name} is not an IDX file: it starts with the bytes {header[:4].hex(' ')}, "
            f"expected 00 00 08 {1 if part == 'labels' else 3:02x}. Fetch it again, or choose another."
        )
    kind, dimensions = header[2], header[3]
    wanted = {"images": (3, 4), "labels": (1, 2), None: (1, 2, 3, 4)}[part]
    if dimensions not in wanted:
        raise DataError(
            f"{name} has {dimensions} dimension{'s' * (dimensions != 1)}; expected {wanted[0]}, as "
            f"{'labels' if part == 'labels' else 'images'} have. Check that images and labels are not exchanged."
        )
    sizes = file.read(4 * dimensions)
    if len(sizes) < 4 * dimensions:
        raise DataError(f"{name} ends within its header, after {4 + len(sizes)} bytes. Fetch the file again.")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    if dimensions >= 3 and shape[1:] not in ((IMAGE_SIDE, IMAGE_SIDE), (IMAGE_SIDE, IMAGE_SIDE, 1)):
        size = "x".join(map(str, shape[1:]))
        raise DataError(
            f"{name} holds images of {size} pixels; expected {IMAGE_SIDE}x{IMAGE_SIDE}. Choose another file."
        )
    if not shape[0]:
        raise DataError(f"{name} holds nothing after its header; expected at least one image. Choose another file.")
    return kind, shape, 4 + 4 * dimensions


def _wrong_length(path: Path, shape: tuple[int, ...], expected: int, found: int) -> DataError:
    """Return the sentence for a file whose length is not what its header promises."""
    how = "more" if found > expected else f"only {max(found, 0):,}"
    size = "x".join(str(side) for side in shape)
    return DataError(
        f"{path.name} should hold {expected:,} bytes after its header ({size}), but holds {how}. Fetch the file again."
    )
