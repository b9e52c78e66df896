"""Networks in the form in which the original notebook saves them: four plain .npy files with a common prefix.

    NAME_W1.npy (10, 784)    NAME_b1.npy (10, 1)    NAME_W2.npy (10, 10)    NAME_b2.npy (10, 1)    all float64

The notebook writes an image as a column and computes z = W x + b; here an image is a row and z = x W + b. So its
weight matrices are the transposes of ours. Pixels are scaled to [0, 1] in both, hidden units are ReLU in both.
"""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from core.errors import ModelFileError
from core.files.model_files import load_model
from core.files.npy_reader import ArrayHeader, read_floats, read_header
from core.files.saved_model import SavedModel
from core.network.arrays import CLASSES, PIXELS, Floats
from core.network.dense import Dense
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.relu import ReLU
from core.system.atomic_file import save_file
from core.system.paths import is_file
from core.training.network_settings import MAX_UNITS

PARTS = ("W1", "b1", "W2", "b2")


def load_any_model(path: Path) -> SavedModel:
    """Read a model, whatever form it has.

    Parameters
    ----------
    path : Path
        A .npz file, the common prefix of the notebook's four files, or one of the four.

    Raises
    ------
    ModelFileError
        If there is no such model, or it cannot be used.
    """
    try:
        if _prefix_of_part(path) is None and is_file(path):
            return load_model(path)
        prefix = _find_prefix(path)
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}.") from error
    if prefix is None and path.is_dir():
        raise ModelFileError(f"{path} is a folder; name a model's file.")
    if prefix is None:
        expected = ", ".join(f"{path.name}_{part}.npy" for part in PARTS)
        raise ModelFileError(f"There is no model {path}: neither a file of this name nor the four files {expected}.")
    return import_notebook(prefix)


def import_notebook(prefix: Path) -> SavedModel:
    """Read the four files ``{prefix}_W1.npy`` to ``{prefix}_b2.npy``.

    Raises
    ------
    ModelFileError
        If one is missing or damaged, holds something else than finite numbers, or their shapes do not fit together.
    """
    paths = {part: _part_path(prefix, part) for part in PARTS}
    shape = _read_header(paths["W1"]).shape
    if len(shape) != 2 or shape[1] != PIXELS or not 1 <= shape[0] <= MAX_UNITS:
        raise ModelFileError(f"{paths['W1'].name} has the shape {shape}; expected (10, {PIXELS}).")
    hidden = shape[0]
    parameters = Parameters.zeros(fully_connected((PIXELS, hidden, CLASSES)))
    with np.errstate(over="ignore"):
        parameters.weights[0][:] = _read_part(paths["W1"], (hidden, PIXELS)).T
        parameters.biases[0][:] = _read_part(paths["b1"], (hidden, 1))[:, 0]
        parameters.weights[1][:] = _read_part(paths["W2"], (CLASSES, hidden)).T
        parameters.biases[1][:] = _read_part(paths["b2"], (CLASSES, 1))[:, 0]
    if not np.isfinite(parameters.vector).all():
        raise ModelFileError(f"{prefix.name} holds weights that are too large for single precision.")
    return SavedModel(network=Network(parameters.frozen()), note=f"imported from {paths['W1'].name} and its companions")


def export_notebook(prefix: Path, network: Network) -> None:
    """Write the four files ``{prefix}_W1.npy`` to ``{prefix}_b2.npy``, replacing those that are there.

    Raises
    ------
    ModelFileError
        If the network has not exactly one hidden layer of ReLU units, which is all the notebook knows, or a file
        cannot be written.
    """
    if [type(operation) for operation in network.operations] != [Dense, ReLU, Dense]:
        raise ModelFileError("The notebook's files hold exactly one hidden layer of ReLU units; save as .npz instead.")
    weights, biases = network.parameters.weights, network.parameters.biases
    arrays = {"W1": weights[0].T, "b1": biases[0][:, None], "W2": weights[1].T, "b2": biases[1][:, None]}
    for part, array in arrays.items():
        with save_file(_part_path(prefix, part), ModelFileError) as file:
            file.write(_npy_bytes(array))


def _npy_bytes(array: Floats) -> bytes:
    packed = io.BytesIO()
    np.save(packed, np.ascontiguousarray(array, np.float64), allow_pickle=False)
    return packed.getvalue()


def _part_path(prefix: Path, part: str) -> Path:
    return prefix.with_name(f"{prefix.name}_{part}.npy")


def _prefix_of_part(path: Path) -> Path | None:
    """Return the prefix of a path that names one of four files, None for any other."""
    for part in PARTS:
        if path.name.endswith(f"_{part}.npy"):
            return path.with_name(path.name.removesuffix(f"_{part}.npy"))
    return None


def _find_prefix(path: Path) -> Path | None:
    """Return the prefix for which at least one file is there, so that a missing companion can be named."""
    if not path.name:
        return None
    candidates = [_prefix_of_part(path), path]
    if path.name.endswith("_"):
        candidates.append(path.with_name(path.name[:-1]))
    for candidate in candidates:
        if candidate is not None and any(is_file(_part_path(candidate, part)) for part in PARTS):
            return candidate
    return None


def _read_header(path: Path) -> ArrayHeader:
    with _open_part(path) as file:
        return read_header(file, path.name)


def _read_part(path: Path, shape: tuple[int, int]) -> Floats:
    """Read one file after comparing its shape with what is expected and its size with its shape."""
    with _open_part(path) as file:
        header = read_header(file, path.name)
        if header.shape != shape:
            raise ModelFileError(f"{path.name} has the shape {header.shape}; expected {shape}.")
        return read_floats(file, header)


@contextlib.contextmanager
def _open_part(path: Path) -> Iterator[BinaryIO]:
    try:
        if not is_file(path):
            raise ModelFileError(f"The file {path} is missing; the notebook saves four, and all are needed.")
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise ModelFileError(f"{path} cannot be read: {error.strerror or error}.") from error
