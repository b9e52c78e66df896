"""Writing small data files of every kind that the program reads."""

import gzip
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from core.data.dataset import Dataset
from core.network.arrays import IMAGE_SIDE, PIXELS

COLUMN_NAMES = ["label", *(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29))]

SMALL_BLOCK = 256 * 1024
"""Read in blocks of so many bytes, a CSV file of 1,200 rows has several."""


def random_dataset(size: int, seed: int = 0) -> Dataset:
    """Labels of every class and pixels of every value, from one to three digits long."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 256, (size, PIXELS)).astype(np.uint8)
    images[rng.random((size, PIXELS)) < 0.5] = 0
    return Dataset(images, (np.arange(size) % 10).astype(np.uint8), "random")


def csv_rows(dataset: Dataset) -> list[list[str]]:
    return [[str(label), *map(str, image)] for label, image in zip(dataset.labels, dataset.images, strict=True)]


def csv_bytes(rows: list[list[str]], *, header: bool = True, line_end: str = "\n") -> bytes:
    lines = [",".join(COLUMN_NAMES)] * header + [",".join(row) for row in rows]
    return "".join(line + line_end for line in lines).encode()


def write_csv(path: Path, dataset: Dataset, *, header: bool = True, line_end: str = "\n") -> Path:
    return write(path, csv_bytes(csv_rows(dataset), header=header, line_end=line_end))


def idx_images(dataset: Dataset, side: int = IMAGE_SIDE) -> bytes:
    return struct.pack(">4B3I", 0, 0, 8, 3, len(dataset), side, side) + dataset.images.tobytes()


def idx_labels(dataset: Dataset) -> bytes:
    return struct.pack(">4BI", 0, 0, 8, 1, len(dataset)) + dataset.labels.tobytes()


def write_idx(folder: Path, dataset: Dataset, *, images: str, labels: str) -> Path:
    """Write a pair; names that end in .gz are gzipped. Returns the path of the images."""
    write(folder / labels, idx_labels(dataset))
    return write(folder / images, idx_images(dataset))


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 1) if path.suffix == ".gz" else content)
    return path


def assert_same(found: Dataset, expected: Dataset) -> None:
    np.testing.assert_array_equal(found.labels, expected.labels)
    np.testing.assert_array_equal(found.images, expected.images)


@contextmanager
def as_ordinary_user() -> Iterator[None]:
    """Run without the superuser's right to read everything."""
    if not hasattr(os, "geteuid"):
        pytest.skip("permissions work differently on this operating system")
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
