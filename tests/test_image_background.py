"""A digit is read the same wherever it comes from: scan, photo, blackboard, screenshot."""

import gzip
import io

import numpy as np
import pytest
from PIL import Image, ImageFilter

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.drawing.photos.background import extract_ink
from core.drawing.photos.connected_parts import label_parts
from core.drawing.photos.photo_files import load_image
from core.drawing.preparation import normalize_drawing
from core.errors import ImageError
from core.files.shipped_models import load_shipped_model
from core.network.prediction import predict

COUNT = 25


@pytest.fixture(scope="module")
def digits(request) -> np.ndarray:
    """Real digits where MNIST lies beside the checkout, else built-in ones: uint8 (n, 28, 28)."""
    folder = request.config.rootpath.parent / "shared" / "mnist"
    if folder.is_dir():
        with gzip.open(folder / "t10k-images-idx3-ubyte.gz") as file:
            return np.frombuffer(file.read(16 + COUNT * 784), np.uint8, offset=16).reshape(-1, 28, 28)
    return load_builtin_digits().test.images[:COUNT].reshape(-1, 28, 28)


def enlarged(digit, times=5):
    return Image.fromarray(digit).resize((28 * times, 28 * times), Image.Resampling.BICUBIC)


def inverted(image):
    return Image.eval(image, lambda shade: 255 - shade)


def photo(digit, *, noise=4.0, contrast=0.7, shadow=False, dark_corners=False, table=False):
    """A digit in dark ink on paper, lit from one side."""
    soft = enlarged(digit).filter(ImageFilter.GaussianBlur(1))
    ink = np.pad(np.asarray(soft, float) / 255, 25)
    height, width = ink.shape
    y, x = np.mgrid[0:height, 0:width]
    paper = 150 + 80 * x / width + 25 * y / height
    if shadow:
        paper = np.where(x + 0.3 * y < 0.55 * width, 0.65 * paper, paper)
    if dark_corners:
        paper = 230 * (1 - 0.9 * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2))
    shades = paper * (1 - contrast * ink)
    if table:
        shades[y > 0.9 * height + 0.05 * x] = 40
    shades += np.random.default_rng(int(digit.sum())).normal(0, noise, shades.shape)
    return Image.fromarray(np.clip(shades, 0, 255).astype(np.uint8))


def small_in_a_corner(digit):
    sheet = Image.new("L", (500, 300), 0)
    sheet.paste(enlarged(digit, 3), (380, 30))
    return sheet


def cropped(digit):
    image = enlarged(digit)
    return image.crop(image.getbbox())


def sixteen_bits(digit):
    return Image.fromarray(np.asarray(enlarged(digit)).astype(np.uint16) * 120 + 4000)


def on_nothing(digit, shade):
    image = Image.new("LA", (140, 140), (shade, 0))
    image.putalpha(enlarged(digit))
    return image


def through_jpeg(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=50)
    return Image.open(file)


SOURCES = {
    "as MNIST has it": Image.fromarray,
    "dark on light": lambda digit: inverted(Image.fromarray(digit)),
    "large pixels": lambda digit: Image.fromarray(digit).resize((280, 280), Image.Resampling.NEAREST),
    "large and smooth": lambda digit: enlarged(digit, 20),
    "small in a corner": small_in_a_corner,
    "small in a corner, dark on light": lambda digit: inverted(small_in_a_corner(digit)),
    "palette": lambda digit: enlarged(digit).convert("P"),
    "colored": lambda digit: Image.merge("RGB", [enlarged(digit), Image.new("L", (140, 140)), enlarged(digit)]),
    "16 bits": sixteen_bits,
    "black ink on nothing": lambda digit: on_nothing(digit, 0),
    "white ink on nothing": lambda digit: on_nothing(digit, 255),
    "photo": photo,
    "photo as JPEG": lambda digit: through_jpeg(photo(digit)),
    "pale photo": lambda digit: photo(digit, contrast=0.25, noise=2),
    "grainy photo": lambda digit: photo(digit, noise=20),
    "photo with a shadow": lambda digit: photo(digit, shadow=True),
    "photo with dark corners": lambda digit: photo(digit, dark_corners=True),
    "photo with the table's edge": lambda digit: photo(digit, table=True),
    "blackboard": lambda digit: inverted(photo(digit)),
}


@pytest.mark.parametrize("source", SOURCES)
def test_a_digit_is_prepared_the_same_wherever_it_comes_from(digits, source):
    distances = []
    for digit in digits:
        file = io.BytesIO()
        SOURCES[source](digit).save(file, "PNG")
        prepared = normalize_drawing(extract_ink(load_image(file.getvalue())))
        expected = normalize_drawing(digit)
        distances.append(np.linalg.norm(prepared - expected) / np.linalg.norm(expected))
    # Two different digits are about 1.2 apart, a digit and itself shifted by one pixel about 0.5.
    limit = {"as MNIST has it": 0.1, "dark on light": 0.1, "large pixels": 0.1, "photo with a shadow": 0.6}
    assert np.median(distances) < limit.get(source, 0.45), distances
    assert np.mean(np.array(distances) < 0.75) >= 0.9


def test_a_digit_cropped_to_its_ink_is_read_while_paper_prevails(digits):
    for digit in digits:
        image = np.asarray(cropped(digit))
        if (image > 127).mean() < 0.4:
            expected = normalize_drawing(digit)
            prepared = normalize_drawing(extract_ink(image))
            assert np.linalg.norm(prepared - expected) < 0.7 * np.linalg.norm(expected)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("noise", [0, 3, 20])
@pytest.mark.parametrize("light", ["even", "from a side", "dark corners"])
def test_blank_paper_shows_nothing(light, noise, seed):
    y, x = np.mgrid[-1:1:200j, -1:1:300j]
    paper = {"even": 200 + 0 * x, "from a side": 150 + 60 * x + 20 * y, "dark corners": 220 - 40 * (x**2 + y**2)}[light]
    shades = paper + np.random.default_rng(seed).normal(0, noise, paper.shape)
    with pytest.raises(ImageError, match="nothing stands out"):
        extract_ink(np.clip(shades, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (2, 2), (300, 3)])
def test_tiny_and_blank_images_show_nothing(shape):
    for shade in (0, 128, 255):
        with pytest.raises(ImageError, match="nothing stands out"):
            extract_ink(np.full(shape, shade, np.uint8))


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (2, 2), (3, 3), (1, 300), (300, 2), (28, 28)])
def test_any_image_at_all_is_read_or_refused(shape):
    for seed in range(20):
        shades = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
        try:
            ink = extract_ink(shades)
        except ImageError:
            continue
        assert (ink.shape, ink.dtype) == (shape, np.uint8)
        assert ink.max() > 127


def test_specks_go_and_the_strokes_of_one_digit_stay():
    shades = np.full((200, 200), 250, np.uint8)
    shades[40:60, 50:150] = 10
    shades[70:160, 50:70] = 10
    shades[180:183, 20:23] = 10
    ink = extract_ink(shades)
    assert ink[50, 100] == 255
    assert ink[100, 60] == 255
    assert not ink[170:].any()


def test_parts_hang_together_side_by_side_and_corner_to_corner():
    mask = np.array([[1, 0, 0, 1, 1], [0, 1, 0, 1, 0], [0, 0, 0, 0, 0], [1, 0, 0, 0, 1], [1, 0, 1, 1, 0]], bool)
    labels, parts = label_parts(mask, np.arange(25.0).reshape(5, 5))
    assert len(parts) == 4
    assert labels[0, 0] == labels[1, 1] != labels[0, 3]
    assert labels[3, 4] == labels[4, 3] == labels[4, 2] != labels[3, 0]
    first = parts[labels[0, 0] - 1]
    assert (first.ink, first.strongest, first.height, first.width) == (6, 6, 2, 2)
    assert (labels > 0).tolist() == mask.tolist()


def test_a_spiral_is_one_part():
    side, turns = 41, 0
    mask = np.zeros((side, side), bool)
    for ring in range(0, side // 2, 4):
        mask[ring, ring : side - ring] = mask[side - 1 - ring, ring : side - ring] = True
        mask[ring : side - ring, ring] = mask[ring : side - ring, side - 1 - ring] = True
        turns += 1
    joined = mask.copy()
    joined[side // 2, : side // 2] = True
    assert len(label_parts(mask, mask.astype(float))[1]) == turns
    assert len(label_parts(joined, joined.astype(float))[1]) == 1


def saved(digit, side, resampling):
    """Return a digit, light on dark, as a program saves it at another size."""
    return np.asarray(Image.fromarray(digit.reshape(28, 28)).resize((side, side), resampling))


@pytest.mark.parametrize(
    ("side", "resampling"),
    [
        (28, Image.Resampling.NEAREST),
        (280, Image.Resampling.NEAREST),
        (140, Image.Resampling.BILINEAR),
        (140, Image.Resampling.BICUBIC),
        (140, Image.Resampling.LANCZOS),
    ],
)
def test_a_saved_digit_is_read_as_well_as_the_digit_itself_in_either_polarity(side, resampling):
    digits = load_builtin_digits().test
    images, labels = digits.images[:150], digits.labels[:150]
    light = [saved(digit, side, resampling) for digit in images]
    prepared, of_dark = (
        np.array([normalize_drawing(extract_ink(image)) for image in shown])
        for shown in (light, [255 - image for image in light])
    )
    np.testing.assert_array_equal(prepared, of_dark)
    network = load_shipped_model("wide").network
    own, read = (np.mean(predict(network, pixels).argmax(axis=1) == labels) for pixels in (images, prepared))
    assert read >= own - 0.02
