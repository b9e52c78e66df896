"""Digits that come with the program, so that everything works with no file and no network.

They are synthetic: `core.data.synthetic.digit_shapes` knows the ways in which people write each digit,
`core.data.synthetic.handwriting` writes one of them with a hand that varies, `core.drawing.strokes` draws it with a
pen, and `core.drawing.preparation` prepares the drawing as MNIST was prepared. A network trained on them alone reads
most of what people wrote; see docs/models.md for how much.

The image at index k depends on the seed and k alone. What the program loads is generated once and kept in
``resources/builtin_digits.npz``, two pixels a byte. ``python -m core.data.synthetic.builtin_digits`` writes that file
anew.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataPair, Dataset
from core.data.synthetic.digit_shapes import ALLOGRAPHS, Allograph
from core.data.synthetic.handwriting import Hand, write
from core.drawing.preparation import normalize_drawing
from core.drawing.strokes import render_strokes
from core.errors import DataError
from core.network.arrays import CLASSES, PIXELS
from core.progress import Report, ignore_progress

NAME = "Built-in digits (synthetic)"
TRAIN_COUNT, TEST_COUNT = 20_000, 4_000
TRAIN_SEED, TEST_SEED = 1, 2

FILE = Path(__file__).parents[3] / "resources" / "builtin_digits.npz"

# The longer side of a digit on its sheet, before it is reduced to 20 pixels: about the resolution of a scanned form.
_DIGIT_SIDE = 44
_SHEET_SIDE = 64
# Sixteen shades are enough for smooth edges and take half the space: a byte of 17 times the shade.
_SHADE = 17


def load_builtin_digits(report: Report = ignore_progress) -> DataPair:
    """Load the digits that come with the program: 20,000 to train on and 4,000 to test with.

    Raises
    ------
    DataError
        If the program's own file is missing or damaged.
    """
    report(0.0, "loading the built-in digits")
    try:
        with FILE.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            train = Dataset(_unpack(file["train_images"]), file["train_labels"], f"{NAME}, training", synthetic=True)
            report(0.8, "loading the built-in digits")
            test = Dataset(_unpack(file["test_images"]), file["test_labels"], f"{NAME}, test", synthetic=True)
    except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DataError(
            f"The program's own file {FILE} is missing or damaged; install the program again, "
            "or write the file with: python -m core.data.synthetic.builtin_digits"
        ) from error
    report(1.0, "built-in digits loaded")
    return DataPair(train, test, NAME)


def generate_digits(
    count: int,
    seed: int,
    report: Report = ignore_progress,
    hand: Hand | None = None,
    allographs: Sequence[Allograph] = ALLOGRAPHS,
) -> Dataset:
    """Generate synthetic digits; takes about 0.4 ms each.

    Parameters
    ----------
    count : int
        How many, at least one; a larger count begins with the same images.
    seed : int
        0 or more.
    report : Report
        Called for every hundred digits.
    hand : Hand or None
        How much the handwriting varies; None takes the default.
    allographs : sequence of Allograph
        The ways of writing, at least one for each digit.
    """
    images = np.empty((count, PIXELS), np.uint8)
    labels = np.empty(count, np.uint8)
    for index in range(count):
        if index % 100 == 0:
            report(index / count, f"writing digit {index:,} of {count:,}")
        images[index], labels[index] = _generate_digit(hand or Hand(), allographs, np.random.default_rng([seed, index]))
    report(1.0, f"{count:,} digits written")
    return Dataset(images, labels, f"{count:,} synthetic digits", synthetic=True)


def pack(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Round images (n, 784) to sixteen shades and put two pixels into each byte, shape (n, 392)."""
    shades = (images + np.uint16(_SHADE // 2)) // _SHADE
    packed: NDArray[np.uint8] = (shades[:, ::2] << 4 | shades[:, 1::2]).astype(np.uint8)
    return packed


def main() -> None:
    """Generate the built-in digits and write them to `FILE`."""
    train = generate_digits(TRAIN_COUNT, TRAIN_SEED)
    test = generate_digits(TEST_COUNT, TEST_SEED)
    FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(
        FILE,
        train_images=pack(train.images),
        train_labels=train.labels,
        test_images=pack(test.images),
        test_labels=test.labels,
    )


def _generate_digit(
    hand: Hand, allographs: Sequence[Allograph], rng: np.random.Generator
) -> tuple[NDArray[np.uint8], int]:
    """Write, draw and prepare one digit; return the image (784,) and what it shows."""
    digit = int(rng.integers(CLASSES))
    ways = [allograph for allograph in allographs if allograph.digit == digit]
    shares = np.array([way.share for way in ways])
    allograph = ways[rng.choice(len(ways), p=shares / shares.sum())]
    strokes, pen = write(allograph, hand, rng)
    points = np.concatenate(strokes)
    low, high = points.min(axis=0), points.max(axis=0)
    zoom = _DIGIT_SIDE / (high - low).max()
    margin = (_SHEET_SIDE - (high - low) * zoom) / 2
    sheet = render_strokes([(stroke - low) * zoom + margin for stroke in strokes], pen * _DIGIT_SIDE, _SHEET_SIDE)
    pixels = normalize_drawing(sheet)
    return np.rint(pixels * 255).astype(np.uint8), digit


def _unpack(packed: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo `pack`, but for the rounding."""
    images = np.empty((len(packed), PIXELS), np.uint8)
    images[:, ::2] = (packed >> 4) * _SHADE
    images[:, 1::2] = (packed & 15) * _SHADE
    return images


if __name__ == "__main__":
    main()
