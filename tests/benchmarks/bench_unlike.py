"""What is called unlike any digit: genuine digits, which should not be, and drawings by another hand than learned from.

`core.files.unlike` learned from the drawings of `core.data.synthetic.other_drawings`. These are drawn otherwise, in the
drawing box: letters and signs as straight lines and arcs, pulled out of shape as a whole, with pens of many widths, and
pen digits lying on their sides, mirrored, and in pieces. Some of them look like digits to anybody: a square like a 0.
For each kind: how many, the share that is called unlike, and the share that "Drawing" takes for a digit for sure,
before and after.

usage: python -m tests.benchmarks unlike   (MNIST and the pen digits are looked for in ../shared)
"""

import gzip
import json
from pathlib import Path
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

import numpy as np  # noqa: E402

from core.data.synthetic.builtin_digits import load_builtin_digits  # noqa: E402
from core.drawing.preparation import normalize_drawing  # noqa: E402
from core.explanation.answer import SURE_FROM  # noqa: E402
from core.files.shipped_models import load_shipped_model  # noqa: E402
from core.files.unlike import LIMIT, unlikeness  # noqa: E402
from core.network.prediction import predict  # noqa: E402
from tests.benchmarks.pen_digits import draw, read_strokes  # noqa: E402
from tests.pen_strokes import render_pen_strokes  # noqa: E402

SHARED = Path(__file__).parents[3] / "shared"
COUNT = 60


def arc(x, y, radius, start=0.0, stop=1.0, high=None):
    """Return points on an ellipse, from one part of a turn to another; 0 is on the right, 0.25 below."""
    angle = 2 * np.pi * np.linspace(start, stop, 50)
    return np.column_stack([x + radius * np.cos(angle), y + (high or radius) * np.sin(angle)])


def lines(*paths):
    """Return strokes of straight lines."""
    return [np.array(path, float) for path in paths]


def joined(*pieces):
    """Return one stroke of several pieces."""
    return np.vstack([np.atleast_2d(np.array(piece, float)) for piece in pieces])


STEM = [(80, 50), (80, 230)]
SHAPES = {
    "A": lines([(70, 230), (140, 50), (210, 230)], [(100, 160), (180, 160)]),
    "E": lines([(200, 50), (90, 50), (90, 230), (200, 230)], [(90, 140), (180, 140)]),
    "F": lines([(200, 50), (90, 50), (90, 230)], [(90, 135), (180, 135)]),
    "H": lines(STEM, [(200, 50), (200, 230)], [(80, 140), (200, 140)]),
    "K": lines(STEM, [(200, 50), (80, 140), (200, 230)]),
    "M": lines([(50, 230), (70, 50), (140, 180), (210, 50), (230, 230)]),
    "N": lines([(70, 230), (70, 50), (210, 230), (210, 50)]),
    "P": [*lines(STEM), joined((80, 50), arc(120, 95, 60, -0.25, 0.25, 45), (80, 140))],
    "R": [*lines(STEM), joined((80, 50), arc(120, 95, 60, -0.25, 0.25, 45), (80, 140), (200, 230))],
    "T": lines([(50, 60), (230, 60)], [(140, 60), (140, 230)]),
    "U": [joined((60, 50), arc(140, 150, 80, 0.5, 0.0), (220, 50))],
    "V": lines([(60, 50), (140, 230), (220, 50)]),
    "W": lines([(40, 50), (90, 230), (140, 90), (190, 230), (240, 50)]),
    "X": lines([(60, 50), (220, 230)], [(220, 50), (60, 230)]),
    "Y": lines([(60, 50), (140, 140)], [(220, 50), (140, 140), (140, 230)]),
    "C": [arc(150, 140, 90, -0.125, -0.875)],
    "e": [joined([(75, 145), (205, 145)], arc(140, 145, 65, 0, -0.875, 70))],
    "h": [*lines(STEM), joined(arc(140, 170, 60, 0.5, 1.0), (200, 230))],
    "k": lines([(90, 50), (90, 230)], [(180, 110), (90, 180), (190, 230)]),
    "m": [
        joined((40, 230), arc(90, 150, 50, 0.5, 1, 45), (140, 230)),
        joined(arc(190, 150, 50, 0.5, 1, 45), (240, 230)),
    ],
    "t": lines([(140, 50), (140, 225)], [(80, 110), (200, 110)]),
    "hash": lines([(100, 50), (95, 230)], [(180, 50), (175, 230)], [(50, 105), (230, 105)], [(50, 175), (230, 175)]),
    "ampersand": lines([(220, 230), (90, 90), (140, 50), (170, 90), (70, 180), (110, 230), (220, 150)]),
    "plus": lines([(140, 50), (140, 230)], [(50, 140), (230, 140)]),
    "lying line": lines([(40, 140), (240, 140)]),
    "dot": lines([(140, 140)]),
    "house": lines([(60, 230), (60, 120), (140, 50), (220, 120), (220, 230), (60, 230)]),
    "star": [joined(*[arc(140, 140, 100, k * 0.4 - 0.25, k * 0.4 - 0.25)[:1] for k in range(6)])],
    "smiley": [arc(140, 140, 95), arc(105, 110, 5), arc(175, 110, 5), arc(140, 150, 48, 0.07, 0.43, 38)],
    "smiley, eyes as lines": [
        arc(140, 140, 95),
        *lines([(105, 95), (105, 125)], [(175, 95), (175, 125)]),
        arc(140, 150, 48, 0.07, 0.43, 38),
    ],
    "D (like a 0)": [*lines(STEM), joined((80, 50), arc(100, 140, 110, -0.25, 0.25, 90), (80, 230))],
    "B (like an 8)": [
        *lines(STEM),
        joined((80, 50), arc(120, 92, 50, -0.25, 0.25, 42), (80, 134), arc(125, 182, 60, -0.25, 0.25, 48), (80, 230)),
    ],
    "square (like a 0)": lines([(60, 60), (220, 60), (220, 220), (60, 220), (60, 60)]),
}


def pulled(strokes, chance):
    """Return strokes pulled out of shape as a whole."""
    pull = np.eye(2) + chance.normal(0, 0.09, (2, 2))
    return [(stroke - 140) @ pull.T + 140 + chance.normal(0, 3, 2) for stroke in strokes]


def kinds_of_others(chance, digits, labels):
    """Return for each kind of drawing a function that returns one as strokes."""
    kinds = {name: (lambda shape=shape: pulled(shape, chance)) for name, shape in SHAPES.items()}
    kinds["scribble"] = lambda: [chance.uniform(30, 250, (int(chance.integers(8, 30)), 2))]
    kinds["zigzag"] = lambda: pulled(lines([(40 + 25 * k, 70 + 130 * (k % 2)) for k in range(9)]), chance)
    kinds["coil"] = lambda: [_coil(chance.uniform(3, 7))]
    kinds["spiral"] = lambda: [_spiral(chance.uniform(2.5, 5))]
    if digits:
        one_sided = np.flatnonzero(np.isin(labels, (4, 6, 7, 9)))
        with_ends = np.flatnonzero(np.isin(labels, (2, 3, 4, 5, 7)))
        kinds["pen digit, mirrored"] = lambda: [s * (-200, 200) + (240, 40) for s in digits[chance.choice(one_sided)]]
        kinds["pen digit on its side"] = lambda: [
            s[:, ::-1] * (200, -200) + (40, 240) for s in digits[chance.choice(with_ends)]
        ]
        kinds["pieces of pen digits"] = lambda: [_piece(digits, chance) for _ in range(3)]
    return kinds


def _coil(turns):
    t = np.linspace(0, 1, 200)
    return np.column_stack(
        [60 + 160 * t + 40 * np.cos(2 * np.pi * turns * t), 140 + 60 * np.sin(2 * np.pi * turns * t)]
    )


def _spiral(turns):
    t = np.linspace(0, 1, 300)
    radius = 10 + 100 * t
    return np.column_stack([140 + radius * np.cos(2 * np.pi * turns * t), 140 + radius * np.sin(2 * np.pi * turns * t)])


def _piece(digits, chance):
    strokes = digits[chance.integers(len(digits))]
    stroke = strokes[chance.integers(len(strokes))]
    return (stroke[: max(2, len(stroke) // 2)] - 0.5) * 160 + 140 + chance.normal(0, 45, 2)


def measure(count: int = COUNT) -> dict[str, Any]:
    """Return the shares, for digits and for each kind of drawing."""
    network = load_shipped_model("drawing").network
    chance = np.random.default_rng(0)
    figures: dict[str, Any] = {"digits": {"built-in test set": _unlike(load_builtin_digits().test.images)}}
    mnist, pen = SHARED / "mnist" / "t10k-images-idx3-ubyte.gz", SHARED / "pen_digits" / "dev.npz"
    digits, labels = read_strokes(pen) if pen.is_file() else ([], np.empty(0))
    if mnist.is_file():
        with gzip.open(mnist) as file:
            figures["digits"]["MNIST test set"] = _unlike(
                np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
            )
    if digits:
        pixels = np.array([draw(strokes) for strokes in digits])
        figures["digits"]["pen digits"] = _unlike(pixels)
        probabilities = predict(network, pixels)
        right = (probabilities.argmax(axis=1) == labels) & (probabilities.max(axis=1) >= SURE_FROM)
        figures["digits"]["pen digits read rightly and for sure"] = _unlike(pixels[right])
    others = {}
    for name, make in kinds_of_others(chance, digits, labels).items():
        drawings = [render_pen_strokes([s.clip(8, 272) for s in make()], chance.uniform(8, 30)) for _ in range(count)]
        others[name] = _metrics(network, np.array([normalize_drawing(drawing) for drawing in drawings]))
    noise = (255 * chance.random((count, 28, 28)) ** 3).astype(np.uint8)
    others["noise"] = _metrics(network, np.array([normalize_drawing(image) for image in noise]))
    mean = {key: round(float(np.mean([own[key] for own in others.values()])), 3) for key in others["noise"]}
    return figures | {"others": others, "mean_of_others": mean}


def _unlike(images: np.ndarray) -> float:
    return round(float(np.mean(unlikeness(images) > LIMIT)), 4)


def _metrics(network: Any, pixels: np.ndarray) -> dict[str, float]:
    unlike = unlikeness(pixels) > LIMIT
    sure = predict(network, pixels).max(axis=1) >= SURE_FROM
    shares = {"unlike": unlike.mean(), "sure_before": sure.mean(), "sure": (sure & ~unlike).mean()}
    return {name: round(float(share), 3) for name, share in shares.items()}


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
