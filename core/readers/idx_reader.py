"""Reading digits from a pair of IDX files, the format in which MNIST, Fashion-MNIST, KMNIST and EMNIST are published.

An IDX file (described at http://yann.lecun.com/exdb/mnist/) is two zero bytes, a byte for the type of the values (8 is
an unsigned byte), a byte for the number of dimensions, one big-endian 32-bit integer per dimension, then the values.
Pictures have three dimensions (count, 28, 28), labels one (count), and the two come in files of their own whose names
differ in ``images-idx3`` and ``labels-idx1``. Either may be gzipped.

What a header promises is believed only after the file's real length has confirmed it.
"""

import math
import re
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.dataset import CLASSES, IMAGE_SIDE, PIXELS, Dataset
from core.errors import DataError
from core.progress import Report, ignore_progress, part_of
from core.readers.data_file import MAX_PICTURES, DataFile, open_data_file, unreadable

UNSIGNED_BYTE = 8
VALUE_TYPES = {8: "uint8", 9: "int8", 11: "int16", 12: "int32", 13: "float32", 14: "float64"}
BLOCK_BYTES = 1024 * 1024

IDX_NAME = re.compile(r"(?P<before>.*?)(?P<what>images|labels)(?P<dot>[-._])idx(?P<dimensions>[13])(?P<after>.*)", re.I)
"""``train-images-idx3-ubyte.gz``, ``t10k-labels.idx1-ubyte``, ``emnist-digits-test-images-idx3-ubyte``, ..."""


def read_idx(path: Path, report: Report = ignore_progress) -> Dataset:
    """Read a pair of IDX files of labelled 28x28 pictures.

    EMNIST's pictures, which are stored with rows and columns exchanged (Cohen et al. 2017, arXiv:1702.05373), are
    turned upright; they are told by their names.

    Parameters
    ----------
    path : Path
        Either file of the pair, plain or gzipped; the other is found by its name in the same folder.
    report : Report
        Told of the share that has been read.

    Returns
    -------
    Dataset
        Named after the file of pictures.

    Raises
    ------
    DataError
        If either file is missing, cannot be read, is not such a file, is shorter or longer than its header says,
        holds anything but 28x28 pictures or digits, or if the two differ in number.
    """
    images_path, labels_path = find_pair(path)
    text = f"reading {images_path.name}"
    report(0.0, text)
    images = _read_values(images_path, dimensions=3, report=part_of(report, 0.0, 0.99))
    labels = _read_values(labels_path, dimensions=1, report=part_of(report, 0.99, 1.0))
    if len(images) != len(labels):
        raise DataError(
            f"{images_path.name} holds {len(images):,} images, but {labels_path.name} {len(labels):,} labels; "
            "expected as many. Choose files that belong together."
        )
    if labels.max() >= CLASSES:
        place = int(np.argmax(labels >= CLASSES))
        raise DataError(
            f"{labels_path.name} gives image {place + 1:,} the label {labels[place]}; expected 0 to {CLASSES - 1}. "
            "Choose a data set of ten classes."
        )
    if images_path.name.lower().startswith("emnist"):
        images = images.transpose(0, 2, 1)
    return Dataset(images.reshape(len(images), PIXELS), labels, images_path.name)


def is_idx_name(name: str) -> bool:
    """Tell whether a file is named as IDX files are."""
    return IDX_NAME.fullmatch(name) is not None


def find_pair(path: Path) -> tuple[Path, Path]:
    """Return the paths of the pictures and of the labels, given either.

    Raises
    ------
    DataError
        If the file cannot be read, its name does not say which of the two it is, or its partner is not in the same
        folder.
    """
    with open_data_file(path):
        pass  # If the file itself is at fault, that is said before anything about its partner.
    match = IDX_NAME.fullmatch(path.name)
    if match is None:
        raise DataError(
            f"{path.name} is an IDX file whose name does not tell its partner; expected a pair of names "
            "such as train-images-idx3-ubyte and train-labels-idx1-ubyte. Rename both files so."
        )
    is_images = match["what"].lower() == "images"
    partner_name = match["before"] + ("labels-idx1" if is_images else "images-idx3") + match["after"]
    partner_name = partner_name.removesuffix(".gz")
    partner = _find_file(path.parent, partner_name)
    if partner is None:
        raise DataError(
            f"{path.name} needs its partner {partner_name} (or .gz) in the same folder, "
            f"and {path.parent} does not hold it. Put both files there."
        )
    return (path, partner) if is_images else (partner, path)


def canonical_name(name: str) -> str:
    """Return a name without what may differ between the two files of a pair: case, ``.gz``, and ``-`` or ``.``."""
    return re.sub(r"[._]", "-", name.lower().removesuffix(".gz"))


def _find_file(folder: Path, name: str) -> Path | None:
    """Return the file of that `canonical_name`, the plain one before the gzipped; None where there is none."""
    try:
        candidates = [each for each in folder.iterdir() if canonical_name(each.name) == canonical_name(name)]
        return min((each for each in candidates if each.is_file()), key=lambda each: len(each.name), default=None)
    except OSError as error:
        raise unreadable(folder, error) from error


def _read_values(path: Path, *, dimensions: int, report: Report) -> NDArray[np.uint8]:
    """Return an IDX file's values: uint8 of shape (n, 28, 28) for three dimensions, (n,) for one."""
    with open_data_file(path) as file:
        shape = _read_header(file, dimensions)
        expected = math.prod(shape)
        header_size = 4 + 4 * dimensions
        if not file.gzipped and file.packed_size != header_size + expected:
            raise _wrong_length(path, shape, file.packed_size - header_size)
        values = bytearray()
        # One byte more than expected is asked for, so that a file that is too long is noticed without unpacking it all.
        while block := file.read(min(BLOCK_BYTES, expected + 1 - len(values))):
            values += block
            report(file.fraction, f"reading {path.name}")
        if len(values) != expected:
            raise _wrong_length(path, shape, len(values))
    return np.frombuffer(values, np.uint8).reshape(shape)


def _read_header(file: DataFile, dimensions: int) -> tuple[int, ...]:
    """Return the shape that an IDX file's header promises, once it is one that this program can use."""
    name = file.path.name
    header = file.read(4 + 4 * dimensions)
    if not header:
        raise DataError(f"{name} is empty; expected an IDX file. Fetch it again, or choose another.")
    if header[:2] != b"\0\0" or len(header) < 4 or header[2] not in VALUE_TYPES:
        raise DataError(
            f"{name} is not an IDX file: it starts with the bytes {header[:4].hex(' ')}, "
            f"expected 00 00 08 {dimensions:02x}. Fetch it again, or choose another."
        )
    if header[2] != UNSIGNED_BYTE:
        raise DataError(f"{name} holds values of type {VALUE_TYPES[header[2]]}; expected uint8. Choose another file.")
    if header[3] != dimensions:
        raise DataError(
            f"{name} has {header[3]} dimension{'s' * (header[3] != 1)}; expected {dimensions}, as "
            f"{'images' if dimensions == 3 else 'labels'} have. Check that images and labels are not exchanged."
        )
    if len(header) < 4 + 4 * dimensions:
        raise DataError(f"{name} ends within its header, after {len(header)} bytes. Fetch the file again.")
    shape = tuple(int(size) for size in np.frombuffer(header, ">u4", offset=4))
    if dimensions == 3 and shape[1:] != (IMAGE_SIDE, IMAGE_SIDE):
        raise DataError(
            f"{name} holds images of {shape[1]}x{shape[2]} pixels; expected {IMAGE_SIDE}x{IMAGE_SIDE}. "
            "Choose another file."
        )
    if not shape[0]:
        raise DataError(f"{name} holds nothing after its header; expected at least one image. Choose another file.")
    if shape[0] > MAX_PICTURES:
        raise DataError(
            f"{name} claims to hold {shape[0]:,} images; expected {MAX_PICTURES:,} at most. Choose another file."
        )
    return shape


def _wrong_length(path: Path, shape: tuple[int, ...], found: int) -> DataError:
    """Return the sentence for a file whose length is not what its header promises."""
    how = "more" if found > math.prod(shape) else f"only {max(found, 0):,}"
    size = "x".join(str(side) for side in shape)
    return DataError(
        f"{path.name} should hold {math.prod(shape):,} bytes after its header ({size}), but holds {how}. "
        "Fetch the file again."
    )
