"""``main.py predict``: which digit a picture shows, according to a saved network."""

import argparse
from pathlib import Path
from typing import Any

import numpy as np

from core.arrays import Floats
from core.commands.image_paths import image_paths
from core.commands.session import Outcome
from core.drawing.preparation import normalize_drawing
from core.errors import PictureError
from core.files.notebook_files import load_any_model
from core.pictures.background import extract_ink
from core.pictures.picture_files import load_picture
from core.prediction import predict


def predict_pictures(arguments: argparse.Namespace) -> Outcome:
    """Read the digit in each picture; one that cannot be read does not keep the others from being read.

    Returns
    -------
    Outcome
        ``results``: file, digit and the ten probabilities of each picture; ``errors``: file and what is wrong with it.

    Raises
    ------
    UserError
        If the model cannot be read.
    """
    model = load_any_model(arguments.model)
    network, names = model.network, model.class_names
    results: list[dict[str, Any]] = []
    errors: list[dict[str, str]] = []
    for path in image_paths(arguments.images):
        try:
            probabilities = predict(network, prepare_picture(path)[np.newaxis])[0]
        except PictureError as error:
            errors.append({"file": str(path), "error": str(error)})
            continue
        digit = int(probabilities.argmax())
        results.append({"file": str(path), "digit": digit, "probabilities": [float(p) for p in probabilities]})
    text = "\n".join(
        f"{found['file']}: {names[found['digit']]} ({100 * found['probabilities'][found['digit']]:.1f} %)"
        for found in results
    )
    return Outcome({"results": results, "errors": errors}, text, [error["error"] for error in errors])


def prepare_picture(path: Path) -> Floats:
    """Return a picture of a digit as a network takes it: float32 of shape (784,), in [0, 1].

    Raises
    ------
    PictureError
        If the file is no picture, or shows no digit.
    """
    brightness = load_picture(path)
    try:
        return normalize_drawing(extract_ink(brightness))
    except PictureError as error:
        raise PictureError(f"{path.name}: {error}") from error
