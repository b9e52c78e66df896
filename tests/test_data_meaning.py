"""What the numbers mean is told from the whole set: paper and ink, labels, which way up; and all of it is said."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from core.data.data_sources import load_pair
from core.data.readers.interpretation import interpret
from core.data.readers.orientation import ORIENTATIONS
from core.data.readers.raw_set import RawSet
from core.errors import DataError
from tests.data_forms import digits, squares, write_idx_pair

DIGITS = digits(120)
FRACTIONS = (DIGITS.images / np.float32(255)).astype(np.float32)


def judged(values, labels=DIGITS.labels, name="digits"):
    numbers = labels if labels.dtype.kind == "U" else labels.astype(np.int64)
    raw = RawSet(np.ascontiguousarray(values), numbers, name, lambda image, pixel: f"{name}, image {image + 1}")
    return interpret([raw])[0]


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ((DIGITS.images > 127).astype(np.uint8), "The pixels are 0 or 1; scaled to 0 to 255."),
        (np.rint(FRACTIONS * 16).astype(np.uint8), "The pixels are from 0 to 16; scaled to 0 to 255."),
        (FRACTIONS, "The pixels are fractions from 0 to 1; scaled to 0 to 255."),
        (FRACTIONS * 2 - 1, "The pixels are from -1 to 1; scaled to 0 to 255."),
        ((FRACTIONS - 0.1307) / 0.3081, "The pixels are from -0.4242 to 2.821; scaled to 0 to 255."),
        (FRACTIONS * 65535, "The pixels are from 0 to 65,535; scaled to 0 to 255."),
        (255 - DIGITS.images, "The images were dark on light: inverted."),
        (220 - (FRACTIONS * 190).astype(np.uint8), "The images were dark on light: inverted."),
        (1 - FRACTIONS, "The pixels are fractions from 0 to 1, and dark on light: inverted; scaled to 0 to 255."),
    ],
)
def test_values_of_another_range_are_scaled_and_told(values, note):
    found = judged(values.astype(np.float32) if values.dtype != np.uint8 else values)
    assert found.notes == (note,)
    assert np.abs(found.images.astype(int) - DIGITS.images).max() <= (128 if "0 or 1" in note else 9)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (FRACTIONS * np.linspace(0.1, 1, len(FRACTIONS), dtype=np.float32)[:, None] ** 3, "cannot be told for sure"),
        (np.random.default_rng(0).normal(size=(50, 784)).astype(np.float32), "cannot be told for sure"),
        (np.full((5, 784), 3.5, np.float32), "all pixels are 3.5"),
    ],
)
def test_values_that_leave_a_doubt_are_refused(values, sentence):
    with pytest.raises(DataError, match=sentence):
        judged(values, DIGITS.labels[: len(values)])


def test_a_single_stray_value_is_named_by_its_cell():
    values = DIGITS.images.astype(np.float32)
    values[7, 300] = 256
    with pytest.raises(DataError, match="digits, image 8: '256' is not a pixel"):
        judged(values)


@pytest.mark.parametrize("way", ORIENTATIONS[1:], ids=lambda way: way.name)
def test_digits_are_turned_upright(way):
    inverse = next(each for each in ORIENTATIONS if np.array_equal(each.apply(way.apply(DIGITS.images)), DIGITS.images))
    found = judged(inverse.apply(DIGITS.images))
    np.testing.assert_array_equal(found.images, DIGITS.images)
    assert found.notes == (f"The images lay {way.name}: turned upright.",)


def bold(images, side):
    padded = np.pad(images.reshape(-1, 28, 28), ((0, 0), (side // 2,) * 2, (side // 2,) * 2))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side), (1, 2))
    return windows.max(axis=(3, 4)).reshape(-1, 784)


@pytest.mark.parametrize("side", [1, 3, 5])
@pytest.mark.parametrize("count", [1, 2, 5, 20, 120])
def test_upright_digits_stay_as_they_are(count, side):
    images = bold(DIGITS.images[:count], side)
    np.testing.assert_array_equal(judged(images, DIGITS.labels[:count]).images, images)


@pytest.mark.parametrize("digit", range(10))
def test_a_single_class_stays_as_it_is_and_is_told(digit):
    pool = digits(400)
    images = pool.images[pool.labels == digit]
    found = judged(images, np.full(len(images), digit))
    np.testing.assert_array_equal(found.images, images)
    assert found.notes == (f"All labels are {digit}: a network that always answers so would be right every time.",)


def test_what_is_no_digit_is_never_turned():
    rng = np.random.default_rng(0)
    prototypes = rng.integers(0, 2, (10, 7, 7)).repeat(4, 1).repeat(4, 2).reshape(10, 784) * 255
    labels = rng.integers(0, 10, 300)
    images = (prototypes[labels] * rng.uniform(0.5, 1, (300, 784))).astype(np.uint8)
    found = judged(images, labels)
    np.testing.assert_array_equal(found.images, images)
    assert "of the labels" in found.notes[0]


def printed(characters, sizes=range(16, 26)):
    """Characters of the font that Pillow brings along, in several sizes: images and labels."""
    images = []
    for size in sizes:
        font = ImageFont.load_default(size)
        for character in characters:
            image = Image.new("L", (28, 28))
            ImageDraw.Draw(image).text((14, 14), character, font=font, fill=255, anchor="mm")
            images.append(np.asarray(image).reshape(-1))
    return np.array(images), np.tile(np.arange(len(characters)), len(sizes))


@pytest.mark.parametrize("way", ORIENTATIONS, ids=lambda way: way.name)
@pytest.mark.parametrize("letters", ["ABCDEFGHIJ", "abcdefghij", "OIZEASGTBP"])
def test_letters_are_never_turned_even_those_that_look_like_digits(way, letters):
    images, labels = printed(letters)
    lying = way.apply(images)
    np.testing.assert_array_equal(judged(lying, labels).images, lying)
    np.testing.assert_array_equal(judged(255 - lying, labels).images, lying)


def test_sets_of_a_pair_may_lie_differently(tmp_path):
    train, test = digits(100), digits(100, 100)
    write_idx_pair(tmp_path, train, "train")
    write_idx_pair(tmp_path, test, "t10k", squares(test).transpose(0, 2, 1))
    pair = load_pair(tmp_path)
    np.testing.assert_array_equal(pair.train.images, train.images)
    np.testing.assert_array_equal(pair.test.images, test.images)
    exchanged = "t10k-images-idx3-ubyte: The images lay with rows and columns exchanged: turned upright."
    assert pair.notes == (exchanged,)


@pytest.mark.parametrize(
    ("labels", "note"),
    [
        (np.where(DIGITS.labels == 0, 10, DIGITS.labels), "The labels are 1 to 10: 10 stands for 0."),
        (DIGITS.labels + 1, "The labels are 1 to 10: each is one more than its digit, and was lowered by one."),
        (DIGITS.labels.astype(np.int64) + 48, "The labels are codes of characters."),
        (np.array(list("0123456789"))[DIGITS.labels], None),
    ],
)
def test_labels_of_other_kinds(labels, note):
    found = judged(DIGITS.images, labels)
    np.testing.assert_array_equal(found.labels, DIGITS.labels)
    assert found.notes == ((note,) if note else ())


def test_labels_from_one_to_ten_of_something_else_keep_their_names():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (100, 784)).astype(np.uint8)
    found = judged(images, np.arange(100) % 10 + 1)
    assert found.class_names == tuple(map(str, range(1, 11)))


def test_words_that_are_classes_name_them():
    kinds = np.array(["bird", "cat", "dog"])[np.arange(120) % 3]
    found = judged(DIGITS.images, kinds)
    assert found.class_names[:4] == ("bird", "cat", "dog", "–")
    assert found.labels[:3].tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    ("images", "labels", "note"),
    [
        (DIGITS.images[DIGITS.labels != 3], DIGITS.labels[DIGITS.labels != 3], "No image is labeled 3."),
        (DIGITS.images * 0, DIGITS.labels, "No image has any ink: there is nothing to learn from."),
        (DIGITS.images[:1].repeat(120, 0), DIGITS.labels, "All images are equal: there is nothing to tell apart."),
        (
            np.vstack([DIGITS.images] * 2),
            np.hstack([DIGITS.labels] * 2),
            "Many images occur more than once: of 240 only 120 differ.",
        ),
        (
            np.vstack([DIGITS.images, DIGITS.images[:1] * 0]),
            np.hstack([DIGITS.labels, DIGITS.labels[:1]]),
            "1 image without any ink.",
        ),
    ],
)
def test_what_is_remarkable_is_told(images, labels, note):
    assert judged(images, labels).notes == (note,)


def test_a_test_set_that_was_learned_from_is_told(tmp_path):
    write_idx_pair(tmp_path, DIGITS, "train")
    write_idx_pair(tmp_path, digits(60), "t10k")
    assert load_pair(tmp_path).notes[-1] == (
        "t10k-images-idx3-ubyte: 60 of the 60 test images are in the training set too: the test is too easy."
    )


def test_real_mnist_is_as_it_should_be(shared_folder):
    assert load_pair(shared_folder / "mnist").notes == ()
