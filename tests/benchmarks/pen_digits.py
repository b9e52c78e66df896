"""How many digits of people never seen the shipped models read, drawn stroke by stroke as in the drawing box.

``python -m tests.benchmarks.pen_digits FILE [--pictures FOLDER]`` takes an .npz file of pen strokes (arrays
``points``, ``stroke_starts``, ``digit_starts``, ``labels``; each digit's longer side is 1), draws every digit through
the code of the canvas, prepares it, and prints each model's accuracy, and how often two digits are told from one.
With ``--pictures`` it also writes, for each model, a sheet of the drawings that were misread.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

from core.drawing.preparation import normalize_drawing
from core.drawing.side_by_side import count_side_by_side
from core.drawing.sketch import CANVAS_SIDE
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model
from core.network.prediction import predict
from tests.pen_strokes import render_pen_strokes

PEN = 22
"""Width of the pen in units of the canvas."""

DIGIT_SIDE = 200
"""Length of a digit's longer side in units of the canvas."""


def read_strokes(file):
    """Return the strokes of every digit, arrays of shape (p, 2), and the labels."""
    with np.load(file, allow_pickle=False) as data:
        points = data["points"].astype(np.float64)
        stroke_starts, digit_starts, labels = data["stroke_starts"], data["digit_starts"], data["labels"]
    strokes = [points[start:stop] for start, stop in pairwise(stroke_starts)]
    digits = [strokes[start:stop] for start, stop in pairwise(digit_starts)]
    return digits, labels


def draw_on_canvas(strokes, digit_side=DIGIT_SIDE, pen=PEN):
    """Draw one digit in the middle of the canvas and return the canvas, uint8 of shape (280, 280)."""
    size = np.concatenate(strokes).max(axis=0)
    margin = (CANVAS_SIDE - size * digit_side) / 2
    return render_pen_strokes([stroke * digit_side + margin for stroke in strokes], pen)


def draw(strokes, digit_side=DIGIT_SIDE, pen=PEN):
    """Draw one digit in the middle of the canvas and return what the network sees, shape (784,)."""
    return normalize_drawing(draw_on_canvas(strokes, digit_side, pen))


def draw_pair(left, right, chance, pen=PEN):
    """Draw two digits side by side, each 90 to 140 units large and 3 to 28 units of paper apart; the drawing itself."""
    side = chance.uniform(90, 140)
    strokes, x = [], pen / 2 + 9
    for digit in (left, right):
        width, height = np.concatenate(digit).max(axis=0) * side
        strokes += [stroke * side + (x, (CANVAS_SIDE - height) / 2) for stroke in digit]
        x += width + pen + chance.uniform(3, 28)
    return render_pen_strokes(strokes, pen)


def say_how_many(digits, pairs=1000):
    """Print how often one digit is taken for several, and how often two are noticed."""
    chance = np.random.default_rng(0)
    several = sum(count_side_by_side(draw_on_canvas(strokes)) > 1 for strokes in digits)
    chosen = chance.integers(0, len(digits), (pairs, 2))
    noticed = sum(count_side_by_side(draw_pair(digits[one], digits[two], chance)) == 2 for one, two in chosen)
    print(f"taken for several: {several} of {len(digits):,} digits; two noticed in {noticed} of {pairs:,} pairs")


def expected_calibration_error(probabilities, labels, bins=15):
    """Mean distance between how sure the network is and how often it is right, over bins of equal width.

    C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599.
    """
    sure = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    which = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = [abs((right[which == k] - sure[which == k]).sum()) for k in range(bins)]
    return sum(gaps) / len(labels)


def write_sheet(pixels, file, columns=20):
    """Write images of shape (n, 784) side by side."""
    rows = -(-len(pixels) // columns)
    sheet = np.full((rows * 30, columns * 30), 90, np.uint8)
    for index, image in enumerate(pixels):
        top, left = 30 * (index // columns) + 1, 30 * (index % columns) + 1
        sheet[top : top + 28, left : left + 28] = (image * 255).reshape(28, 28)
    Image.fromarray(sheet).resize((sheet.shape[1] * 2, sheet.shape[0] * 2), Image.Resampling.NEAREST).save(file)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--pictures", type=Path)
    arguments = parser.parse_args()
    digits, labels = read_strokes(arguments.file)
    pixels = np.array([draw(strokes) for strokes in digits])
    say_how_many(digits)
    for name in SHIPPED_MODELS:
        probabilities = predict(load_shipped_model(name).network, pixels)
        read = probabilities.argmax(axis=1)
        by_digit = ", ".join(f"{digit}: {np.mean(read[labels == digit] == digit):.1%}" for digit in range(10))
        error = expected_calibration_error(probabilities, labels)
        print(f"{name}: {np.mean(read == labels):.2%} of {len(labels):,} (calibration error {error:.3f}); {by_digit}")
        if arguments.pictures:
            arguments.pictures.mkdir(parents=True, exist_ok=True)
            write_sheet(pixels[read != labels], arguments.pictures / f"misread_{name}.png")


if __name__ == "__main__":
    sys.exit(main())
