"""Images of every kind come out as brightness, upright and of moderate size; what is no image is refused."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.drawing.photos.photo_files import LONGEST_SIDE, load_image
from core.errors import CancelledError, ImageError
from tests.obstinate_disks import as_ordinary_user


@pytest.fixture
def corner():
    """An image that is light in its top left quarter alone: 60 wide, 40 high."""
    shades = np.full((40, 60), 30, np.uint8)
    shades[:20, :30] = 220
    return Image.fromarray(shades)


def encoded(image: Image.Image, form="PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def quarters(shades) -> list[float]:
    """Mean brightness of the quarters: top left, top right, bottom left, bottom right."""
    height, width = shades.shape
    halves = np.split(shades, [height // 2])
    return [float(part.mean()) for half in halves for part in np.split(half, [width // 2], axis=1)]


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "PPM"])
def test_every_format_gives_the_same_image(corner, form, tmp_path):
    path = tmp_path / f"corner.{form.lower()}"
    path.write_bytes(encoded(corner, form))
    shades = load_image(path)
    assert (shades.dtype, shades.shape) == (np.uint8, (40, 60))
    assert quarters(shades) == pytest.approx([220, 30, 30, 30], abs=4)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "I", "I;16", "F"])
def test_every_kind_of_pixel_keeps_light_and_dark_apart(corner, mode):
    form = "TIFF" if mode in ("F", "CMYK", "I") else "PNG"
    sixteen_bits = Image.fromarray(np.asarray(corner).astype(np.uint16) * 150)
    image = sixteen_bits if mode == "I;16" else corner.convert(mode)
    bright, *dark = quarters(load_image(encoded(image, form)))
    assert bright - max(dark) > 180


def test_a_palette_with_a_transparent_color_lies_on_paper():
    image = Image.new("P", (60, 40), 0)
    image.putpalette([0, 0, 0, 0, 0, 0])
    image.paste(1, (0, 0, 30, 20))
    first, *others = quarters(load_image(encoded(image, transparency=0)))
    assert first == 0
    assert others == [255, 255, 255]


@pytest.mark.parametrize(("ink", "paper"), [(0, 255), (255, 0)])
def test_ink_on_nothing_gets_paper_that_contrasts(ink, paper):
    image = Image.new("LA", (60, 40), (ink, 0))
    image.paste((ink, 255), (0, 0, 30, 20))
    assert quarters(load_image(encoded(image))) == [ink, paper, paper, paper]


def test_an_image_that_is_mostly_opaque_keeps_its_paper(corner):
    image = corner.convert("RGBA")
    image.paste((0, 0, 0, 0), (50, 30, 60, 40))
    assert quarters(load_image(encoded(image)))[3] == 30


@pytest.mark.parametrize(("orientation", "brightest"), [(1, 0), (2, 1), (3, 3), (4, 2), (6, 1), (8, 2)])
def test_a_camera_held_sideways_is_set_right(corner, orientation, brightest):
    exif = Image.Exif()
    exif[0x0112] = orientation
    shades = load_image(encoded(corner, "JPEG", exif=exif))
    assert shades.shape == ((60, 40) if orientation > 4 else (40, 60))
    assert int(np.argmax(quarters(shades))) == brightest


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_an_animation_the_first_frame_counts(corner, form):
    dark = Image.new("L", corner.size, 30)
    first, *others = quarters(load_image(encoded(corner, form, save_all=True, append_images=[dark, dark])))
    assert first == pytest.approx(220, abs=4)
    assert others == pytest.approx([30, 30, 30], abs=4)


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_a_photo_is_reduced_without_losing_thin_lines(form):
    photo = Image.new("L", (4000, 3000), 255)
    photo.paste(0, (2000, 0, 2008, 3000))
    shades = load_image(encoded(photo, form))
    assert max(shades.shape) <= LONGEST_SIDE
    assert shades.shape[0] / shades.shape[1] == pytest.approx(0.75, abs=0.01)
    assert (255 - shades.astype(float)).sum(axis=1) == pytest.approx(255 * 8 * 640 / 4000, rel=0.1)


@pytest.fixture(scope="module")
def large_photo():
    """A photo of 108 million pixels, as a phone takes it: light paper, and a dark bar down its middle."""
    photo = Image.new("L", (12_000, 9_000), 200)
    photo.paste(20, (5_500, 1_000, 6_500, 8_000))
    return photo


def test_a_photo_of_a_hundred_million_pixels_is_read_at_a_fraction_of_its_size(large_photo):
    shades = load_image(encoded(large_photo, "JPEG"))
    assert shades.shape == (480, LONGEST_SIDE)
    assert shades[240, 320] == pytest.approx(20, abs=4)
    assert shades[240, 100] == pytest.approx(200, abs=4)


def test_a_large_photo_takes_little_memory(large_photo, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(large_photo, "JPEG"))
    program = (
        "import sys; from pathlib import Path; from core.drawing.photos.photo_files import load_image\n"
        "from core.system.memory import peak_memory\n"
        "before = peak_memory()\n"
        "load_image(Path(sys.argv[1]))\n"
        "print(peak_memory() - before)"
    )
    grown = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert 0 < float(grown.stdout) < 60


@pytest.mark.parametrize(("form", "options"), [("PNG", {"compress_level": 1}), ("JPEG", {"progressive": True})])
def test_what_cannot_be_reduced_while_it_is_read_keeps_to_the_lower_limit(large_photo, form, options):
    with pytest.raises(ImageError, match="at most 80 million can be opened, 250 million of a camera's JPEG"):
        load_image(encoded(large_photo, form, **options), "large")


def jpeg_of_size(width: int, height: int) -> bytes:
    """A JPEG that says it is large and holds next to nothing."""
    data = bytearray(encoded(Image.new("L", (16, 16)), "JPEG"))
    size = data.index(b"\xff\xc0") + 5
    data[size : size + 4] = struct.pack(">HH", height, width)
    return bytes(data)


@pytest.mark.parametrize(("width", "height"), [(16_000, 16_000), (65_500, 65_500), (65_500, 2_400)])
def test_a_jpeg_with_too_many_pixels_is_refused_before_it_is_decoded(width, height):
    with pytest.raises(ImageError, match="too many pixels"):
        load_image(jpeg_of_size(width, height), "bomb.jpg")


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_reading_tells_how_far_it_is_and_can_be_cancelled(form):
    noise = np.random.default_rng(0).integers(0, 256, (1500, 1000)).astype(np.uint8)
    data = encoded(Image.fromarray(noise), form)
    told = []
    load_image(data, "noise", lambda fraction, text: told.append((fraction, text)))
    assert all(0 <= fraction <= 1 for fraction, _ in told)
    assert any(0.2 < fraction < 0.8 for fraction, _ in told)
    assert {text for _, text in told} == {"reading noise"}

    def cancel(fraction, text):
        if fraction > 0.3:
            raise CancelledError

    with pytest.raises(CancelledError):
        load_image(data, "noise", cancel)


def test_a_long_thin_image_keeps_at_least_a_row():
    assert load_image(encoded(Image.new("L", (20_000, 3), 255))).shape == (1, LONGEST_SIDE)


# What is no image


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that says it is large and holds next to nothing."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100)))


@pytest.mark.parametrize(("width", "height"), [(9_500, 9_500), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_an_image_with_too_many_pixels_is_refused_before_it_is_decoded(width, height):
    with pytest.raises(ImageError, match="too many pixels"):
        load_image(png_of_size(width, height), "bomb.png")


@pytest.mark.parametrize(
    "data",
    [
        b"just text",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    ],
)
def test_what_is_no_image_is_refused(data):
    with pytest.raises(ImageError, match=r"odd\.png is not an image"):
        load_image(data, "odd.png")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_truncated_image_is_refused_or_read_as_far_as_it_goes(corner, form):
    whole = encoded(corner, form)
    for length in range(1, len(whole), max(1, len(whole) // 40)):
        try:
            shades = load_image(whole[:length], "cut")
        except ImageError:
            continue
        assert shades.shape == (40, 60)


def test_an_empty_file_a_missing_file_and_a_folder_are_named(tmp_path):
    (tmp_path / "empty.png").touch()
    with pytest.raises(ImageError, match=r"empty\.png is empty"):
        load_image(tmp_path / "empty.png")
    with pytest.raises(ImageError, match=r"no image .*nowhere\.png"):
        load_image(tmp_path / "nowhere.png")
    with pytest.raises(ImageError, match="is a folder; expected a file on disk"):
        load_image(tmp_path)


def test_a_huge_file_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "huge.png"
    with path.open("wb") as file:
        file.truncate(300_000_000)
    with pytest.raises(ImageError, match="larger than 200 MB"):
        load_image(path)


def test_an_image_without_permission_is_named(corner, tmp_path):
    path = tmp_path / "locked.png"
    path.write_bytes(encoded(corner))
    path.chmod(0o000)
    with as_ordinary_user(), pytest.raises(ImageError, match=r"locked\.png could not be read: Permission denied"):
        load_image(path)
