"""A drawing comes out of the preparation as a digit of MNIST would."""

import gzip

import numpy as np
import pytest

from core.drawing.preparation import Box, find_ink, normalize_drawing, prepare
from core.drawing.strokes import render_strokes
from core.files.shipped_models import load_shipped_model
from core.network.prediction import predict


def center_of_mass(pixels):
    image = pixels.reshape(28, 28).astype(float)
    positions = np.arange(28)
    return positions @ image.sum(axis=1) / image.sum(), image.sum(axis=0) @ positions / image.sum()


def canvas_with(*strokes, width=22, side=280):
    return render_strokes([np.array(stroke, float) for stroke in strokes], width, side)


SEVEN = canvas_with([(60, 70), (190, 65), (110, 230)])


def test_an_empty_canvas_stays_empty():
    preparation = prepare(np.zeros((280, 280), np.uint8))
    assert preparation.ink_box is None
    assert preparation.pixels.shape == (784,)
    assert preparation.pixels.dtype == np.float32
    assert not preparation.pixels.any()


@pytest.mark.parametrize("shape", [(0, 0), (0, 5), (5, 0)])
def test_a_drawing_without_pixels_is_an_empty_drawing(shape):
    assert not normalize_drawing(np.zeros(shape, np.uint8)).any()


@pytest.mark.parametrize("image", [np.zeros((28, 28)), np.zeros((28, 28, 3), np.uint8), np.zeros(784, np.uint8)])
def test_what_is_no_drawing_is_refused(image):
    with pytest.raises(ValueError, match="two-dimensional array of uint8"):
        normalize_drawing(image)


def test_the_values_are_bytes_over_255_and_reach_full_ink():
    pixels = normalize_drawing(SEVEN // 3)
    assert pixels.max() == 1
    levels = pixels * np.float32(255)
    assert np.abs(levels - levels.round()).max() < 1e-4


def test_the_longer_side_of_the_ink_becomes_twenty_pixels():
    box = find_ink((normalize_drawing(SEVEN).reshape(28, 28) * 255).astype(np.uint8))
    assert max(box.height, box.width) == 20


@pytest.mark.parametrize("moved", [(0, 0), (-49, 45), (40, -54)])
def test_place_on_the_canvas_does_not_matter(moved):
    shifted = canvas_with(
        [(60 + moved[0], 70 + moved[1]), (190 + moved[0], 65 + moved[1]), (110 + moved[0], 230 + moved[1])]
    )
    wide = np.zeros((280, 900), np.uint8)
    wide[:, 600:880] = shifted
    np.testing.assert_array_equal(normalize_drawing(wide), normalize_drawing(shifted))
    if moved[1] <= 0:
        np.testing.assert_array_equal(normalize_drawing(shifted), normalize_drawing(SEVEN))


@pytest.mark.parametrize("seed", range(20))
def test_the_center_of_mass_lies_in_the_middle(seed):
    rng = np.random.default_rng(seed)
    scribble = canvas_with(rng.uniform(20, 260, (6, 2)), rng.uniform(20, 260, (3, 2)), width=rng.uniform(4, 40))
    for position in center_of_mass(normalize_drawing(scribble)):
        assert 13.5 < position <= 14.5


def test_a_dot_stays_a_small_dot():
    image = np.zeros((280, 280), np.uint8)
    image[100, 100] = 255
    preparation = prepare(image)
    assert preparation.ink_box == Box(100, 100, 101, 101)
    assert preparation.square.shape == (10, 10)
    # One of ten pixels becomes two of twenty.
    assert preparation.pixels.sum() == 4
    assert preparation.pixels.max() == 1


@pytest.mark.parametrize(("line", "shape"), [([(140, 20), (140, 260)], (20, 2)), ([(20, 140), (260, 140)], (2, 20))])
def test_a_line_keeps_its_proportions(line, shape):
    image = normalize_drawing(canvas_with(line, width=22)).reshape(28, 28)
    box = find_ink((image * 255 > 127).astype(np.uint8))
    assert (box.height, box.width) == shape


@pytest.mark.parametrize("corner", [(slice(0, 60), slice(0, 15)), (slice(220, 280), slice(265, 280))])
def test_ink_at_the_border_is_widened_with_paper(corner):
    image = np.zeros((280, 280), np.uint8)
    image[corner] = 200
    middle = np.zeros((280, 280), np.uint8)
    middle[100:160, 100:115] = 200
    np.testing.assert_array_equal(normalize_drawing(image), normalize_drawing(middle))


def test_a_full_canvas_is_a_full_square():
    image = normalize_drawing(np.full((280, 280), 9, np.uint8)).reshape(28, 28)
    assert image.sum() == 400
    assert image[5:25, 5:25].all()


def test_area_averaging_by_hand():
    image = np.zeros((40, 40), np.uint8)
    image[0, 0] = image[39, 39] = 200
    image[10, 10:12] = 100
    reduced = prepare(image).reduced
    assert reduced.shape == (20, 20)
    assert reduced[0, 0] == reduced[19, 19] == 1
    assert reduced[5, 5] == 1
    assert np.count_nonzero(reduced) == 3


def test_each_step_can_be_left_out():
    whole = prepare(SEVEN)
    uncropped = prepare(SEVEN, crop=False)
    assert uncropped.square.shape == (280, 280)
    assert uncropped.ink_box == whole.ink_box
    assert np.count_nonzero(uncropped.pixels) < np.count_nonzero(whole.pixels)

    as_drawn = prepare(SEVEN, scale=False)
    assert as_drawn.reduced.shape == (round(28 * whole.square.shape[0] / 280),) * 2

    boxed = prepare(SEVEN, center=False)
    assert boxed.offset == (4, 4)
    np.testing.assert_array_equal(boxed.pasted[4:24, 4:24], boxed.reduced)
    assert whole.offset != (4, 4)

    nothing = prepare(SEVEN, crop=False, scale=False, center=False)
    averaged = SEVEN.reshape(28, 10, 28, 10).mean(axis=(1, 3))
    np.testing.assert_allclose(nothing.pasted, averaged / averaged.max(), atol=0.51 / 255)


@pytest.fixture(scope="module")
def mnist(shared_folder):
    def read(name, header):
        return np.frombuffer(gzip.decompress((shared_folder / "mnist" / name).read_bytes()), np.uint8, offset=header)

    images = {part: read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28) for part in ("train", "t10k")}
    labels = {part: read(f"{part}-labels-idx1-ubyte.gz", 8) for part in ("train", "t10k")}
    return images, labels


def test_a_digit_of_mnist_comes_back_bit_for_bit(mnist):
    images, _ = mnist
    rng = np.random.default_rng(0)
    same = 0
    for image in images["t10k"][:500]:
        canvas = np.zeros((280, 280), np.uint8)
        top, left = rng.integers(0, 280 - 28, 2)
        canvas[top : top + 28, left : left + 28] = image
        original = image.reshape(-1) / np.float32(255)
        same += np.array_equal(normalize_drawing(canvas), original)
        assert np.abs(normalize_drawing(canvas) - original).max() <= 0.1
    # The darkest pixel of the others is a little below full ink.
    assert same >= 420


@pytest.fixture(scope="module")
def pasted(mnist):
    """Every test digit somewhere on the canvas, one to ten times as large, in some shade, and prepared again."""
    rng = np.random.default_rng(0)
    pixels = np.empty((len(mnist[0]["t10k"]), 784), np.float32)
    for row, image in enumerate(mnist[0]["t10k"]):
        zoom = rng.integers(1, 11)
        side = 28 * zoom
        canvas = np.zeros((280, 280), np.uint8)
        top, left = rng.integers(0, 280 - side + 1, 2)
        shade = rng.uniform(0.3, 1)
        canvas[top : top + side, left : left + side] = (image * shade).astype(np.uint8).repeat(zoom, 0).repeat(zoom, 1)
        pixels[row] = normalize_drawing(canvas)
    return pixels


@pytest.mark.parametrize("name", ["ten", "wide", "drawing"])
def test_a_network_reads_pasted_digits_as_well_as_the_originals(mnist, pasted, name):
    images, labels = mnist
    network = load_shipped_model(name).network
    on_originals, on_pasted = (
        np.mean(predict(network, pixels).argmax(axis=1) == labels["t10k"])
        for pixels in (images["t10k"].reshape(-1, 784), pasted)
    )
    assert abs(on_originals - on_pasted) < 0.005


def test_every_pasted_digit_has_its_center_of_mass_in_the_middle(pasted):
    centers = np.array([center_of_mass(pixels) for pixels in pasted])
    assert centers.min() > 13.5
    assert centers.max() <= 14.5
