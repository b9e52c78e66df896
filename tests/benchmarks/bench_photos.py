"""Photos of digits: how many of each kind are read right, how many wrong and sure, and how long one takes.

The photos are made by `tests.benchmarks.photo_kinds` from the pen digits, a file that does not belong to the project
and is looked for beside the checkout, in ../shared/pen_digits/dev.npz. An answer is likely from a probability of 80 %
on; it is sure where it is likely, one digit is seen, and it is not unlike all digits. "drawing_box" is how many of the
same digits are read where they are drawn in the drawing box, which no photo can be expected to surpass.

usage: python -m tests.benchmarks photos, or python -m tests.benchmarks.bench_photos [--count N] [--seed N]
           [--half first|second] [--pictures FOLDER]
"""

import argparse
import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

import numpy as np  # noqa: E402

from core.drawing.photos.background import extract_ink, is_from_camera  # noqa: E402
from core.drawing.photos.photo_files import load_image  # noqa: E402
from core.drawing.photos.photo_prediction import predict_photo  # noqa: E402
from core.drawing.preparation import normalize_drawing  # noqa: E402
from core.drawing.side_by_side import count_side_by_side  # noqa: E402
from core.errors import ImageError  # noqa: E402
from core.explanation.answer import SURE_FROM  # noqa: E402
from core.files.shipped_models import load_shipped_model  # noqa: E402
from core.files.unlike import LIMIT, unlikeness  # noqa: E402
from core.network.prediction import predict  # noqa: E402
from tests.benchmarks.pen_digits import draw, read_strokes  # noqa: E402
from tests.benchmarks.photo_kinds import KINDS, make_photo  # noqa: E402

PEN_DIGITS = Path(__file__).parents[3] / "shared" / "pen_digits" / "dev.npz"
COUNT = 20
MODELS = ("drawing", "wide")
COUNTED = ("right", "right_and_sure", "wrong_and_likely", "wrong_and_sure", "drawing_box")


def measure(count: int = COUNT, seed: int = 0, half: str = "second", pictures: Path | None = None) -> dict[str, Any]:
    """Return the figures of each kind, and of all."""
    if not PEN_DIGITS.is_file():
        return {"skipped": "the pen digits are not beside the checkout, in shared/pen_digits/dev.npz"}
    digits, labels = read_strokes(PEN_DIGITS)
    with np.load(PEN_DIGITS, allow_pickle=False) as data:
        writers = data["writers"]
    # Half of the writers are there to look at while `core.drawing.photos` is worked on, the others to measure with.
    chosen = np.isin(writers, np.unique(writers)[half == "second" :: 2])
    networks = {name: load_shipped_model(name).network for name in MODELS}
    figures: dict[str, Any] = {}
    seconds = []
    for number, kind in enumerate(KINDS):
        chance = np.random.default_rng([seed, number])
        own = {"photos": 0, "none_found": 0, "several": 0, "unlike": 0}
        own |= {f"{name}.{what}": 0 for name in MODELS for what in COUNTED}
        for which in chance.choice(np.flatnonzero(chosen), count):
            photo = make_photo(kind, digits[which], int(chance.integers(1 << 30)))
            if pictures:
                pictures.mkdir(parents=True, exist_ok=True)
                (pictures / f"{kind} {own['photos']} {labels[which]}.jpg").write_bytes(photo)
            began = perf_counter()
            _count(own, networks, photo, int(labels[which]))
            seconds.append(perf_counter() - began)
            drawn = draw(digits[which])[None, :]
            for name, network in networks.items():
                own[f"{name}.drawing_box"] += int(predict(network, drawn)[0].argmax() == labels[which])
        figures[kind] = own
    figures["all"] = {key: sum(own[key] for own in figures.values()) for key in own}
    figures["seconds_per_photo"] = {f"p{p}": round(float(np.percentile(seconds, p)), 3) for p in (50, 99)}
    return figures


def _count(own: dict[str, int], networks: dict[str, Any], photo: bytes, label: int) -> None:
    own["photos"] += 1
    brightness = load_image(photo)
    try:
        ink = extract_ink(brightness)
    except ImageError:
        own["none_found"] += 1
        return
    pixels, is_one = normalize_drawing(ink), count_side_by_side(ink) == 1
    unlike = bool(unlikeness(pixels[None, :])[0] > LIMIT)
    own["several"] += not is_one
    own["unlike"] += unlike
    for name, network in networks.items():
        photographed = is_from_camera(brightness)
        probabilities = predict_photo(network, pixels) if photographed else predict(network, pixels[None, :])[0]
        right = int(probabilities.argmax()) == label
        likely = float(probabilities.max()) >= SURE_FROM
        sure = likely and is_one and not unlike
        own[f"{name}.right"] += right
        own[f"{name}.right_and_sure"] += right and sure
        own[f"{name}.wrong_and_likely"] += not right and likely
        own[f"{name}.wrong_and_sure"] += not right and sure


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_photos")
    parser.add_argument("data", nargs="?", help="ignored; the pen digits are measured with")
    parser.add_argument("--count", type=int, default=COUNT, help="photos of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--half", choices=("first", "second"), default="second", help="of the writers")
    parser.add_argument("--pictures", type=Path, help="folder to write the photos to")
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.count, arguments.seed, arguments.half, arguments.pictures), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
