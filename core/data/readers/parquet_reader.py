"""Reading digits from Parquet, as Hugging Face keeps data sets: a column of images, packed as PNG, and one of labels.

Tables of 784 columns of pixels, or with one column of lists, are read too. pyarrow does the work; it is large and few
need it, so it is an extra.
"""

import importlib
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.readers.array_shapes import as_images, as_labels
from core.data.readers.csv_layout import INDEX_NAMES, LABEL_NAMES
from core.data.readers.data_file import open_data_file
from core.data.readers.image_folder import read_image
from core.data.readers.pixel_names import find_pixel_order, order_note
from core.data.readers.raw_set import RawSet, locate_in
from core.errors import DataError
from core.network.arrays import PIXELS
from core.progress import Report, ignore_progress
from core.system.budget import DATA, Meter

MAGIC = b"PAR1"
INSTALL = "uv sync --extra parquet"
_BATCH = 1000


def read_parquet(path: Path, report: Report = ignore_progress) -> RawSet:
    """Read a table of 28x28 images.

    Raises
    ------
    DataError
        If pyarrow is not installed, or the file cannot be read or holds no such images.
    """
    try:
        pyarrow = importlib.import_module("pyarrow")
        parquet = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise DataError(
            f"{path.name} is a Parquet file, which takes pyarrow to read; install it with: {INSTALL} "
            "(or: pip install pyarrow), then open the file again."
        ) from error
    text = f"reading {path.name}"
    report(0.0, text)
    with open_data_file(path):
        pass  # What keeps the file from being opened at all is said as of any other.
    try:
        with parquet.ParquetFile(path) as file:
            return _read(file, path, report, text)
    except (pyarrow.ArrowException, OSError, KeyError) as error:
        raise DataError(f"{path.name} is damaged: it cannot be decoded. Fetch the file again.") from error


def _read(file: Any, path: Path, report: Report, text: str) -> RawSet:
    meter = Meter(path.name, DATA)
    count = file.metadata.num_rows
    meter.items(count)
    meter.unpacked(sum(file.metadata.row_group(group).total_byte_size for group in range(file.num_row_groups)))
    names = list(file.schema_arrow.names)
    label = next((name for name in names if name.strip().lower() in LABEL_NAMES), None)
    pixels = [
        name for name in names if name != label and name.strip().lower() not in INDEX_NAMES | {"__index_level_0__"}
    ]
    if not count or len(pixels) not in (1, PIXELS):
        raise DataError(
            f"{path.name} has the columns {', '.join(names)[:60]}; expected one of images, or {PIXELS} of pixels, "
            "and one called label. Choose another file."
        )
    order = find_pixel_order(pixels) if len(pixels) == PIXELS else None
    order_notes = (order_note(pixels, order),) if order else ()
    pixels = [pixels[place] for place in order] if order else pixels
    images: list[NDArray[Any]] = []
    labels: list[NDArray[Any]] = []
    done = 0
    for batch in file.iter_batches(batch_size=_BATCH, columns=[*pixels, *([label] if label else [])]):
        if len(pixels) == 1:
            images.append(_decoded(batch.column(pixels[0]).to_pylist(), path.name, done))
        else:
            images.append(np.column_stack([batch.column(name).to_numpy(zero_copy_only=False) for name in pixels]))
        if label:
            labels.append(np.array(batch.column(label).to_pylist()))
        done += len(batch)
        report(done / count, text)
    values, notes = as_images(np.concatenate(images), path.name)
    found = as_labels(np.concatenate(labels), path.name) if labels else None
    class_names = _class_names(file.schema_arrow.metadata, label)
    return RawSet(values, found, path.name, locate_in(path.name), class_names, (*notes, *order_notes))


def _decoded(cells: list[Any], name: str, first: int) -> NDArray[Any]:
    """Return images of any form that a cell may have: packed as a file, alone or with a path, or as numbers."""
    images: list[NDArray[Any]] = []
    for index, cell in enumerate(cells, start=first + 1):
        content = cell.get("bytes") if isinstance(cell, dict) else cell
        where = f"{name}, image {index:,}"
        if isinstance(content, bytes):
            images.append(read_image(io.BytesIO(content), where))
        elif isinstance(content, list):
            try:
                images.append(np.array(content, np.float32).reshape(-1, PIXELS))
            except ValueError as error:
                raise DataError(f"{where} is not made of {PIXELS} numbers; choose another file.") from error
        else:
            raise DataError(f"{where} is not in the file but elsewhere; choose a file that holds its images.")
    return np.stack([image.reshape(-1) for image in images])


def _class_names(metadata: dict[bytes, bytes] | None, label: str | None) -> tuple[str, ...]:
    """Return what Hugging Face calls the classes; nothing where the file does not tell."""
    try:
        features = json.loads((metadata or {})[b"huggingface"])["info"]["features"]
        names = features[label]["names"]
        return tuple(map(str, names)) if isinstance(names, list) else ()
    except (KeyError, TypeError, ValueError, RecursionError):
        return ()
