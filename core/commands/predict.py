"""``main.py predict``: which digit an image shows, according to a saved network, and how far that can be believed."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.commands.image_paths import image_paths
from core.commands.outcome import Outcome
from core.drawing.photos.background import extract_ink, is_from_camera
from core.drawing.photos.photo_files import load_image
from core.drawing.photos.photo_prediction import predict_photo
from core.drawing.preparation import normalize_drawing
from core.drawing.side_by_side import count_side_by_side
from core.errors import ImageError
from core.explanation.answer import read_answer
from core.files.notebook_files import load_any_model
from core.files.unlike import LIMIT, unlikeness
from core.network.arrays import Floats
from core.network.prediction import predict


@dataclass(frozen=True, eq=False)
class _Found:
    """What a network makes of one image; ``names`` are what the ten classes are called.

    ``count`` digits are seen in it; ``unlike`` is true where it is unlike all that the network learned from.
    """

    file: str
    probabilities: Floats
    count: int
    unlike: bool
    names: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """True where the answer can be taken at its word."""
        return read_answer(self.probabilities).is_sure and self.count == 1 and not self.unlike

    def as_result(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "file": self.file,
            "digit": read_answer(self.probabilities).digit,
            "probabilities": [float(probability) for probability in self.probabilities],
            "sure": self.is_sure,
            "count": self.count,
            "unlike": self.unlike,
        }

    def as_text(self) -> str:
        """Return the same as one line."""
        answer = read_answer(self.probabilities)
        likeliest = f"{self.names[answer.digit]} ({100 * answer.probability:.1f} %)"
        if self.count > 1:
            return f"{self.file}: {self.count} digits? Show one at a time; read as one, they are {likeliest}"
        if self.unlike:
            return f"{self.file}: unlike any image the network learned from; the nearest answer is {likeliest}"
        if not answer.is_sure:
            rival = f"{self.names[answer.rival]} ({100 * answer.rival_probability:.1f} %)"
            return f"{self.file}: not sure, {likeliest} or {rival}"
        return f"{self.file}: {likeliest}"


def predict_images(arguments: argparse.Namespace) -> Outcome:
    """Read the digit in each image; one that cannot be read does not keep the others from being read.

    Returns
    -------
    Outcome
        ``results``: of each image file, digit, the ten probabilities, whether that is sure, how many digits are
        seen, and whether it is unlike all that the network learned from; ``errors``: file and what is wrong with it.

    Raises
    ------
    UserError
        If the model cannot be read.
    """
    model = load_any_model(arguments.model)
    limit = LIMIT if model.unlike_limit is None else model.unlike_limit
    found: list[_Found] = []
    errors: list[dict[str, str]] = []
    for path in image_paths(arguments.images):
        try:
            ink, is_photo = read_ink(path)
        except ImageError as error:
            errors.append({"file": str(path), "error": str(error)})
            continue
        pixels = normalize_drawing(ink)
        unlike = bool(unlikeness(pixels[np.newaxis])[0] > limit)
        network = model.network
        probabilities = predict_photo(network, pixels) if is_photo else predict(network, pixels[np.newaxis])[0]
        found.append(_Found(str(path), probabilities, count_side_by_side(ink), unlike, model.class_names))
    results = [one.as_result() for one in found]
    text = "\n".join(one.as_text() for one in found)
    return Outcome({"results": results, "errors": errors}, text, [error["error"] for error in errors])


def read_ink(path: Path) -> tuple[NDArray[np.uint8], bool]:
    """Return the ink of a digit in an image, uint8 of shape (H, W), 0 is paper; and whether it is a photo.

    Raises
    ------
    ImageError
        If the file is no image, or shows no digit.
    """
    brightness = load_image(path)
    try:
        return extract_ink(brightness), is_from_camera(brightness)
    except ImageError as error:
        raise ImageError(f"{path.name}: {error}") from error
