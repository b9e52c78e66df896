"""Photos of digits as people take them: on lines, in boxes, on a table, in a shadow, beside punched holes."""

import json

import numpy as np
import pytest

from core.answer import SURE_FROM
from core.drawing.preparation import normalize_drawing
from core.drawing.side_by_side import count_side_by_side
from core.errors import PictureError
from core.pictures.background import extract_ink
from core.pictures.picture_files import load_picture
from core.prediction import predict
from core.shipped_models import load_shipped_model, model_path
from core.synthetic.digit_shapes import WAYS
from core.synthetic.handwriting import Hand, write
from core.unlike import LIMIT, unlikeness
from tests.benchmarks.photos import KINDS, make_photo
from tests.program import run_main

SIDE = 640
DIGITS = (0, 2, 4, 5, 7)


@pytest.fixture(scope="module")
def network():
    return load_shipped_model("drawing").network


def handwritten(digit, seed):
    """Return the strokes of a digit, its longer side 1 and its box at the origin."""
    way = next(way for way in WAYS if way.digit == digit)
    strokes, _ = write(way, Hand(slant_spread=0.15), np.random.default_rng(seed))
    low = np.concatenate(strokes).min(axis=0)
    size = (np.concatenate(strokes).max(axis=0) - low).max()
    return [(stroke - low) / size for stroke in strokes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_digit_is_read_from_a_photo(kind, network):
    right = wrong_and_sure = 0
    for digit in DIGITS:
        ink = extract_ink(load_picture(make_photo(kind, handwritten(digit, digit), digit, SIDE)))
        pixels = normalize_drawing(ink)[None]
        probabilities = predict(network, pixels)[0]
        is_right = probabilities.argmax() == digit
        is_sure = probabilities.max() >= SURE_FROM and count_side_by_side(ink) == 1 and unlikeness(pixels)[0] <= LIMIT
        right += is_right
        wrong_and_sure += is_sure and not is_right
    assert right >= len(DIGITS) - 1
    assert wrong_and_sure == 0


@pytest.mark.parametrize("seed", range(3))
def test_ruled_paper_without_a_digit_shows_none(seed):
    y, x = np.mgrid[0:480, 0:640]
    paper = 225 - 20 * x / 640 + np.random.default_rng(seed).normal(0, 3, x.shape)
    for lines in ((y % 30 < 2), (y % 24 < 2) | (x % 24 < 2)):
        with pytest.raises(PictureError, match="nothing stands out"):
            extract_ink(np.where(lines, paper - 60, paper).clip(0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def findings(request):
    """Photos that were read wrongly once, which do not belong to the project."""
    folder = request.config.rootpath.parent / "shared" / "findings" / "files"
    if not folder.is_dir():
        pytest.skip("the findings' files are not beside the checkout, in shared/findings/files")
    return folder


def test_photos_that_were_read_wrongly_once_are_read_rightly(findings):
    files = [findings / f"{name}.jpg" for name in ("dark_squares_2", "punched_holes_5", "form_box_7", "two_digits_23")]
    files.append(findings / "small_digit_on_lines_6.jpg")
    done = run_main("predict", model_path("drawing"), *files, "--json")
    two, five, seven, both, six = json.loads(done.stdout.splitlines()[-1])["results"]
    for result, digit in ((two, 2), (five, 5), (seven, 7), (six, 6)):
        assert (result["digit"], result["sure"], result["count"], result["unlike"]) == (digit, True, 1, False)
    assert (both["count"], both["sure"]) == (2, False)
    said = run_main("predict", model_path("drawing"), findings / "two_digits_23.jpg")
    assert "two_digits_23.jpg: 2 digits?" in said.stdout
