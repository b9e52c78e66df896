"""Data that were put together in the program, kept with the runs on them: one .npz file a pair of sets.

Anyone with NumPy can read it: ``train_images`` and ``test_images``, uint8 of shape (n, 784), ``train_labels`` and
``test_labels``, uint8 of shape (n,), and ``about``, JSON as bytes: names, and what is to be told of the sets.
"""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataPair, Dataset
from core.errors import DataError, ModelFileError
from core.files.checked_fields import Fields
from core.files.npz_archive import Archive, open_archive
from core.network.arrays import PIXELS
from core.system.atomic_file import save_file
from core.system.budget import DATA, MB, Meter

FORMAT = "MNIST_ANN data"
VERSION = 1

_SETS = ("train", "test")
_LARGEST_ABOUT = MB


def save_data(path: Path, pair: DataPair) -> None:
    """Write data so that the file is there whole or not at all.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    about: dict[str, Any] = {"format": FORMAT, "version": VERSION, "name": pair.name}
    arrays: dict[str, NDArray[np.uint8]] = {}
    for role, data in zip(_SETS, (pair.train, pair.test), strict=True):
        about[role] = _about(data)
        arrays |= {f"{role}_images": data.images, f"{role}_labels": data.labels}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), np.uint8)
    with (
        save_file(path, DataError) as file,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
    ):
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)


def load_data(path: Path) -> DataPair:
    """Read what `save_data` wrote.

    Raises
    ------
    DataError
        If it cannot be read, is damaged, or is something else.
    """
    try:
        with open_archive(path, DATA) as archive:
            return _read(archive)
    except (ModelFileError, DataError) as error:
        raise DataError(f"{path.name}: {error}") from error


def _about(data: Dataset) -> dict[str, Any]:
    return {
        "name": data.name,
        "synthetic": data.synthetic,
        "class_names": list(data.class_names),
        "notes": list(data.notes),
        "upright": data.is_upright,
    }


def _read(archive: Archive) -> DataPair:
    try:
        about = json.loads(archive.text("about", _LARGEST_ABOUT))
    except (ValueError, RecursionError) as error:
        raise DataError("'about' is not JSON.") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT or about.get("version") != VERSION:
        raise DataError("these are not data that this version of the program kept.")
    fields = Fields(about, "", "format version name train test", error=DataError)
    train, test = (_read_set(archive, role, fields.get(role, dict)) for role in _SETS)
    return DataPair(train, test, fields.text("name"))


def _read_set(archive: Archive, role: str, about: dict[str, Any]) -> Dataset:
    fields = Fields(about, f"{role}.", "name synthetic class_names notes", "upright", error=DataError)
    names, notes = fields.get("class_names", list), fields.get("notes", list)
    if not all(isinstance(text, str) for text in (*names, *notes)):
        raise DataError(f"{role}.class_names and {role}.notes should be texts.")
    images, labels = archive.header(f"{role}_images"), archive.header(f"{role}_labels")
    count = images.shape[0] if images.shape else 0
    for header, shape in ((images, (count, PIXELS)), (labels, (count,))):
        if header.dtype != np.uint8 or header.shape != shape:
            raise DataError(f"{header.name} is {header.dtype} of shape {header.shape}; expected uint8 of {shape}.")
    meter = Meter("it", DATA)
    meter.items(count)
    meter.memory(images.bytes_in_all)
    return Dataset(
        images=archive.elements(images),
        labels=archive.elements(labels),
        name=fields.text("name"),
        synthetic=fields.get("synthetic", bool),
        class_names=tuple(names),
        notes=tuple(notes),
        is_upright=fields.get("upright", bool) if "upright" in fields else None,
    )
