"""Saved networks: one .npz file that holds the weights, how they came about, and nothing that could run.

Anyone with NumPy can read it::

    model = np.load("model.npz")
    model["W1"].shape        # (784, 10): column j feeds hidden unit j
    model["b1"].shape        # (10,)
    json.loads(str(model["about"]))

``W1, b1, W2, b2, ...`` are the layers from input to output, float32 or float16. ``about`` is JSON: format, version,
activation, layer sizes, settings, training data, when in the run this was, and from where on an image is unlike the
data. Where the metrics of the run are kept, they stand in ``batch_loss``, ``batch_accuracy``, ``test_updates``,
``test_loss`` and ``test_accuracy``, and for a run with a validation set in ``validation_updates`` and so on, as
`core.training.metrics.Metrics` has them.

A network that has other layers than dense ones is written as version 2. Instead of ``layer_sizes``, ``layers`` says
what they are ("conv 8 5x5, pool 2, 10", see `core.network.layers`); kernels have the shape (channels, rows, columns,
filters), and batch norm adds ``scale1, shift1, mean1, variance1`` to the layer that it follows.

A file is written whole or not at all. Reading trusts nothing: see `core.files.npz_archive`.
"""

import io
import json
import logging
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import DTypeLike, NDArray

from core.data.dataset import DIGITS
from core.errors import ConfigError, ModelFileError
from core.files.checked_fields import check_version
from core.files.npz_archive import Archive, open_archive
from core.files.saved_model import SavedModel
from core.files.stored_metrics import METRICS, metrics_arrays, read_metrics
from core.network.activations import ACTIVATIONS
from core.network.arrays import CLASSES, PIXELS
from core.network.fully_connected import activation_of, fully_connected
from core.network.layers import is_fully_connected, layered, layers_of, parse_layers, write_layers
from core.network.layout import Layout
from core.network.network import Network
from core.network.parameters import Parameters
from core.system.atomic_file import save_file
from core.training.config import TrainingConfig
from core.training.network_settings import MAX_HIDDEN_LAYERS, MAX_UNITS

logger = logging.getLogger(__name__)

FORMAT = "MNIST_ANN model"
VERSION = 2
"""The newest; fully connected networks are written as version 1, which older programs read as well."""

_LARGEST_ABOUT = 1_000_000
LONGEST_NAME = 40
"""Longer names of classes are cut."""


def save_model(path: Path, model: SavedModel, *, dtype: DTypeLike = np.float32) -> None:
    """Write a model so that the file is there whole or not at all.

    Parameters
    ----------
    path : Path
        Where to; what is there already is replaced.
    model : SavedModel
        Its parameters have to be finite.
    dtype : float32 or float16
        How the parameters are stored. float16 is half as large and keeps about three digits.

    Raises
    ------
    ModelFileError
        If a parameter is not finite in ``dtype``, or the file cannot be written; an old file is then unchanged.
    """
    packed = _packed(path.name, model, dtype)
    with save_file(path, ModelFileError) as file:
        file.write(packed)


def write_model(file: BinaryIO, model: SavedModel) -> None:
    """Write a model into a file that is open, such as one within an archive.

    Raises
    ------
    ModelFileError
        If a parameter is not finite.
    OSError
        If the file cannot be written.
    """
    file.write(_packed("The network", model, np.float32))


def _packed(name: str, model: SavedModel, dtype: DTypeLike) -> bytes:
    with np.errstate(over="ignore"):
        stored = model.network.parameters.astype(dtype)
    if not np.isfinite(stored.vector).all():
        raise ModelFileError(f"{name} was not saved: the network holds numbers that are infinite or too large.")
    arrays: dict[str, NDArray[Any]] = {"about": np.array(json.dumps(_about(model), allow_nan=False))}
    arrays |= stored.arrays
    if model.metrics is not None:
        arrays |= metrics_arrays(model.metrics)
    packed = io.BytesIO()
    np.savez_compressed(packed, allow_pickle=False, **arrays)
    return packed.getvalue()


def load_model(source: Path | BinaryIO, name: str = "") -> SavedModel:
    """Read what `save_model` or `write_model` wrote.

    Parameters
    ----------
    source : Path or binary file
        A file that is open already can be one within another archive; it has to be seekable.
    name : str
        What messages call the file; by default its own name.

    Raises
    ------
    ModelFileError
        If the file cannot be read, is damaged, comes from a newer version, or is no model at all.
    """
    name = name or (source.name if isinstance(source, Path) else "network")
    try:
        with open_archive(source) as archive:
            return _read(archive)
    except ModelFileError as error:
        logger.info("%s was refused", name, exc_info=error)
        raise ModelFileError(f"{name}: {error}") from error


def _about(model: SavedModel) -> dict[str, Any]:
    layout = model.network.parameters.layout
    layers = layers_of(layout)
    is_plain = is_fully_connected(layers)
    return {
        "format": FORMAT,
        "version": 1 if is_plain else VERSION,
        **({"layer_sizes": list(layout.layer_sizes)} if is_plain else {"layers": write_layers(layers)}),
        "activation": activation_of(layout, model.config.activation if model.config else "relu"),
        "config": None if model.config is None else model.config.to_dict(),
        "data_name": model.data_name,
        "data_fingerprint": model.data_fingerprint,
        "update": model.update,
        "epoch": model.epoch,
        "note": model.note,
        "class_names": list(model.class_names),
        "unlike_limit": model.unlike_limit,
    }


def _read(archive: Archive) -> SavedModel:
    about = _read_about(archive)
    layout = _read_layout(about)
    archive.refuse_others({"about", *(place.name for place in layout.places), *METRICS})
    config = _read_config(about.get("config"), layout)
    return SavedModel(
        network=Network(_read_parameters(archive, layout)),
        config=config,
        metrics=read_metrics(archive),
        data_name=_checked(about, "data_name", str),
        data_fingerprint=_checked(about, "data_fingerprint", str),
        update=int(_checked(about, "update", int)),
        epoch=float(_checked(about, "epoch", int | float)),
        note=_checked(about, "note", str),
        class_names=_read_class_names(about),
        unlike_limit=None if about.get("unlike_limit") is None else float(_checked(about, "unlike_limit", int | float)),
    )


def _read_class_names(about: dict[str, Any]) -> tuple[str, ...]:
    """Return what the classes are called; models that were saved before classes had names know digits."""
    names = about.get("class_names", list(DIGITS))
    if not isinstance(names, list) or len(names) != CLASSES or not all(isinstance(name, str) for name in names):
        raise ModelFileError(f"'class_names' in 'about' should be {CLASSES} names.")
    return tuple(name[:LONGEST_NAME] for name in names)


def _read_about(archive: Archive) -> dict[str, Any]:
    header = archive.header("about")
    if header.dtype.kind != "U" or header.shape != () or header.dtype.itemsize > _LARGEST_ABOUT:
        raise ModelFileError(
            f"'about' is {header.dtype} of shape {header.shape}; expected one text of moderate length."
        )
    try:
        about = json.loads(str(archive.elements(header)[()]))
    except (ValueError, RecursionError) as error:
        raise ModelFileError("'about' is not JSON.") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise ModelFileError("this is not a model that this program saved.")
    check_version(about.get("version"), VERSION, ModelFileError)
    return about


def _read_layout(about: dict[str, Any]) -> Layout:
    """Return the operations that a file names; takes no memory for their parameters."""
    activation = about.get("activation")
    if activation not in tuple(ACTIVATIONS):
        raise ModelFileError(f"the activation {str(activation)[:60]!r} is not one of {', '.join(ACTIVATIONS)}.")
    if about["version"] == 1:
        return fully_connected(_check_layer_sizes(about.get("layer_sizes")), activation)
    layers = about.get("layers")
    if not isinstance(layers, str):
        raise ModelFileError(f"the layers are {str(layers)[:60]!r}; expected a text such as “conv 8 5x5, pool 2, 10”.")
    try:
        return layered(parse_layers(layers), activation)
    except ConfigError as error:
        raise ModelFileError(f"its layers make no sense: {error}") from error


def _check_layer_sizes(sizes: object) -> tuple[int, ...]:
    plausible = (
        isinstance(sizes, list)
        and 2 <= len(sizes) <= MAX_HIDDEN_LAYERS + 2
        and all(type(units) is int and 1 <= units <= MAX_UNITS for units in sizes)
        and (sizes[0], sizes[-1]) == (PIXELS, CLASSES)
    )
    if not plausible:
        raise ModelFileError(
            f"the layer sizes are {str(sizes)[:100]}; expected {PIXELS}, at most {MAX_HIDDEN_LAYERS} hidden layers of "
            f"up to {MAX_UNITS:,} units, and {CLASSES}."
        )
    return tuple(sizes)  # type: ignore[arg-type]


def _read_config(values: object, layout: Layout) -> TrainingConfig | None:
    if values is None:
        return None
    if not isinstance(values, dict):
        raise ModelFileError("its settings are no settings.")
    try:
        config = TrainingConfig.from_dict(values)
    except (ConfigError, TypeError, OverflowError) as error:
        raise ModelFileError(f"its settings make no sense: {error}") from error
    found = config.with_network(layout)
    if config.hidden != found.hidden:
        raise ModelFileError(f"its settings have the hidden layers {config.hidden}, its weights {found.hidden}.")
    if config.layers != found.layers:
        raise ModelFileError(f"its settings have the layers “{config.layers}”, its weights “{found.layers}”.")
    return config


def _read_parameters(archive: Archive, layout: Layout) -> Parameters:
    headers = [archive.header(place.name) for place in layout.places]
    for place, header in zip(layout.places, headers, strict=True):
        if header.shape != place.shape:
            raise ModelFileError(f"{header.name} has the shape {header.shape}; expected {place.shape}.")
    # Only now that the file holds as much.
    parameters = Parameters.zeros(layout)
    with np.errstate(over="ignore"):
        for header in headers:
            parameters.arrays[header.name][...] = archive.floats(header)
    if not np.isfinite(parameters.vector).all():
        raise ModelFileError("it holds weights that are too large for single precision.")
    for name, array in parameters.arrays.items():
        if name.startswith("variance") and (array < 0).any():
            raise ModelFileError(f"{name} holds a negative number; a variance is 0 or more.")
    return parameters.frozen()


def _checked(about: dict[str, Any], name: str, kind: Any) -> Any:
    value = about.get(name)
    number = not isinstance(value, str)
    if not isinstance(value, kind) or isinstance(value, bool) or (number and not 0 <= value < 2**53):
        raise ModelFileError(f"{name!r} is {str(value)[:100]!r}, which makes no sense.")
    return value
