"""What each step of the preparation is worth: accuracy on drawings with the step and without it.

Test digits are laid on a canvas as a person might have drawn them, large or small and anywhere, and prepared again.
With all steps the network reads them about as well as the originals; what is lost without a step is what it is worth.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.drawing.preparation import find_ink, prepare
from core.network.arrays import IMAGE_SIDE, PIXELS
from core.network.network import Network
from core.network.prediction import predict
from core.progress import Report, ignore_progress

STEPS = ("crop", "scale", "center")
"""The steps that `core.drawing.preparation.prepare` can leave out, by the names of its arguments."""

_CANVAS_SIDE = 280
_SMALLEST_ZOOM, _LARGEST_ZOOM = 4, 10


@dataclass(frozen=True)
class PreparationCheck:
    """Accuracy, 0 to 1, on one and the same set of drawings.

    Attributes
    ----------
    count : int
        How many drawings.
    with_all : float
        With every step.
    without : dict of str to float
        With one step left out, by its name in `STEPS`.
    """

    count: int
    with_all: float
    without: dict[str, float]


def check_preparation(
    network: Network, dataset: Dataset, *, count: int = 1000, seed: int = 0, report: Report = ignore_progress
) -> PreparationCheck:
    """Measure accuracy with all steps and without each of them.

    Parameters
    ----------
    network : Network
        Who reads the drawings.
    dataset : Dataset
        Where the digits come from.
    count : int
        How many of them to draw at random; all, where there are fewer.
    seed : int
        Decides which ones, and their sizes and places.
    report : Report
        Told of progress; may cancel.
    """
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(dataset))[:count]
    variants = [None, *STEPS]
    pixels = np.empty((len(variants), len(chosen), PIXELS), np.float32)
    for row, index in enumerate(chosen):
        if row % 20 == 0:
            report(row / len(chosen), f"drawing {row:,} of {len(chosen):,}")
        drawing = draw_like_a_person(dataset.images[index], rng)
        for variant, left_out in enumerate(variants):
            pixels[variant, row] = prepare(drawing, **{step: step != left_out for step in STEPS}).pixels
    labels = dataset.labels[chosen]
    with_all, *without = (float(np.mean(predict(network, rows).argmax(axis=1) == labels)) for rows in pixels)
    return PreparationCheck(len(chosen), with_all, dict(zip(STEPS, without, strict=True)))


def draw_like_a_person(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Lay a digit of shape (784,) on an empty canvas, shape (280, 280), at a random size and place."""
    canvas = np.zeros((_CANVAS_SIDE, _CANVAS_SIDE), np.uint8)
    square = image.reshape(IMAGE_SIDE, IMAGE_SIDE)
    box = find_ink(square)
    if box is None:
        return canvas
    # Whole pixels become whole squares, so that the canvas holds exactly the digit of the data set.
    largest = min(_LARGEST_ZOOM, _CANVAS_SIDE // max(box.height, box.width))
    zoom = int(rng.integers(_SMALLEST_ZOOM, largest + 1))
    digit = square[box.top : box.bottom, box.left : box.right].repeat(zoom, axis=0).repeat(zoom, axis=1)
    top = int(rng.integers(0, _CANVAS_SIDE - digit.shape[0] + 1))
    left = int(rng.integers(0, _CANVAS_SIDE - digit.shape[1] + 1))
    canvas[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return canvas
