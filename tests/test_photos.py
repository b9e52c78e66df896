"""Photos of digits as people take them: on lines, in boxes, on a table, in a shadow, beside punched holes."""

import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from core.data.synthetic.digit_shapes import ALLOGRAPHS
from core.data.synthetic.handwriting import Hand, write
from core.drawing.photos.background import extract_ink, is_from_camera
from core.drawing.photos.photo_files import load_image
from core.drawing.photos.photo_prediction import predict_photo
from core.drawing.photos.printed_lines import erase_printed_lines
from core.drawing.preparation import normalize_drawing
from core.drawing.side_by_side import count_side_by_side
from core.errors import ImageError
from core.explanation.answer import SURE_FROM
from core.files.shipped_models import load_shipped_model, model_path
from core.files.unlike import LIMIT, unlikeness
from core.network.prediction import predict
from tests.benchmarks.pen_digits import draw_on_canvas
from tests.benchmarks.photo_kinds import KINDS, make_photo
from tests.program import run_main

SIDE = 640
DIGITS = (0, 2, 4, 5, 7)


@pytest.fixture(scope="module")
def network():
    return load_shipped_model("drawing").network


def handwritten(digit, seed):
    """Return the strokes of a digit, its longer side 1 and its box at the origin."""
    allograph = next(each for each in ALLOGRAPHS if each.digit == digit)
    strokes, _ = write(allograph, Hand(slant_spread=0.15), np.random.default_rng(seed))
    low = np.concatenate(strokes).min(axis=0)
    size = (np.concatenate(strokes).max(axis=0) - low).max()
    return [(stroke - low) / size for stroke in strokes]


@pytest.mark.parametrize("kind", KINDS)
def test_a_digit_is_read_from_a_photo(kind, network):
    right = wrong_and_sure = 0
    for digit in DIGITS:
        brightness = load_image(make_photo(kind, handwritten(digit, digit), digit, SIDE))
        assert is_from_camera(brightness)
        ink = extract_ink(brightness)
        pixels = normalize_drawing(ink)[None]
        probabilities = predict_photo(network, pixels[0])
        is_right = probabilities.argmax() == digit
        is_sure = probabilities.max() >= SURE_FROM and count_side_by_side(ink) == 1 and unlikeness(pixels)[0] <= LIMIT
        right += is_right
        wrong_and_sure += is_sure and not is_right
    assert right >= len(DIGITS) - 1
    assert wrong_and_sure == 0


@pytest.mark.parametrize("ending", ["png", "jpg"])
def test_a_photo_is_answered_with_the_mean_of_distorted_copies_and_a_drawing_as_the_network_reads_it(
    network, tmp_path, ending
):
    photo, drawing, small = (tmp_path / f"{name}.{ending}" for name in ("photo", "drawing", "small"))
    taken = load_image(make_photo("pale and colored", handwritten(5, 1), 1, SIDE))
    drawn = draw_on_canvas(handwritten(5, 1))
    # No shade is common in it, and yet it is prepared already.
    reduced = 0.8 * 255 * normalize_drawing(drawn).reshape(28, 28) + np.arange(28)
    for file, shades in ((photo, taken), (drawing, 255 - drawn), (small, reduced.astype(np.uint8))):
        Image.fromarray(shades).save(file)
    done = run_main("predict", model_path("drawing"), photo, drawing, small, "--json")
    found = [result["probabilities"] for result in json.loads(done.stdout.splitlines()[-1])["results"]]
    pixels = [normalize_drawing(extract_ink(load_image(file))) for file in (photo, drawing, small)]
    np.testing.assert_allclose(found[0], predict_photo(network, pixels[0]), rtol=1e-4)
    assert abs(np.array(found[0]) - predict(network, pixels[0][None])[0]).max() > 1e-4
    np.testing.assert_allclose(found[1:], predict(network, np.array(pixels[1:])), rtol=1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_ruled_paper_without_a_digit_shows_none(seed):
    y, x = np.mgrid[0:480, 0:640]
    paper = 225 - 20 * x / 640 + np.random.default_rng(seed).normal(0, 3, x.shape)
    for lines in ((y % 30 < 2), (y % 24 < 2) | (x % 24 < 2)):
        with pytest.raises(ImageError, match="nothing stands out"):
            extract_ink(np.where(lines, paper - 60, paper).clip(0, 255).astype(np.uint8))


@pytest.mark.parametrize(("gap", "width", "pen"), [(15, 2, 8), (15, 1, 8), (15, 1, 10)])
def test_the_bar_of_a_7_along_a_ruling_is_no_ruling(network, gap, width, pen):
    page = Image.new("L", (500, 400), 225)
    draw = ImageDraw.Draw(page)
    for y in range(20, 400, gap):
        draw.line((0, y, 500, y), fill=150, width=width)
    draw.line([(180, 60), (360, 60)], fill=30, width=pen)
    draw.line([(360, 60), (240, 360)], fill=30, width=pen)
    grain = np.random.default_rng(1).normal(0, 4, (400, 500))
    ink = extract_ink(np.clip(np.asarray(page) + grain, 0, 255).astype(np.uint8))
    assert ink[60, 185:355].min() > 150
    assert ink[100:120, :150].max() == 0
    probabilities = predict_photo(network, normalize_drawing(ink))
    assert probabilities.argmax() == 7
    assert probabilities.max() >= SURE_FROM


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


@pytest.mark.parametrize("seed", range(4))
def test_boxes_are_erased_though_specks_lie_beyond_their_corners_and_the_line_they_share_is_thicker(seed):
    ink = np.random.default_rng(seed).normal(4, 4, (480, 640)).astype(np.float32)
    for row in (150, 330):
        ink[row : row + 3, 120:483] = 140
    for column, width in ((120, 3), (300, 7), (480, 3)):
        ink[150:333, column : column + width] = 140
    ink[200:280, 380:389] = 200
    # Specks in the line of each side, as JPEG makes them along edges, but farther away.
    for at in (18, 30):
        ink[[151, 331], 120 - at] = ink[[151, 331], 482 + at] = 45
        ink[150 - at, [121, 303, 481]] = ink[332 + at, [121, 303, 481]] = 45
    cleaned, straight = erase_printed_lines(ink)
    assert cleaned[200:280, 382:387].min() > 150
    cleaned[195:285, 375:394] = 0
    assert cleaned.max() < 60
    assert not straight[:, :370].any()
