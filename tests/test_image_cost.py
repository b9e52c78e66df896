"""Images that claim or take far more than they hold are refused before a decoder takes the memory or the time."""

import io
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.data.my_digits import MyDigits, load_digits, save_digits
from core.drawing.photos.decoding_cost import MOST_SCANS, count_scans, webp_size
from core.drawing.photos.photo_files import LONGEST_SIDE, load_image
from core.drawing.photos.png_chunks import SIGNATURE, is_whole_png
from core.errors import DataError, ImageError
from tests.digit_files import random_dataset

ROOT = Path(__file__).parents[1]
SIDE = 8_900
"""Close to the 80 million pixels that are allowed."""


def encoded(image: Image.Image, form="PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def png_chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def empty_png(width: int, height: int, bits: int, color: int, row_bytes: int) -> bytes:
    """A PNG of zeros of any kind of pixel, however large."""
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + row_bytes)) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, 0)
    return SIGNATURE + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")


def webp_that_claims(width: int, height: int) -> bytes:
    """34 bytes."""
    bits = (width - 1) | (height - 1) << 14
    body = b"VP8L" + struct.pack("<I", 14) + b"\x2f" + struct.pack("<I", bits) + bytes(9)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


LARGE = {
    "16-bit PNG": lambda: empty_png(SIDE, SIDE, 16, 0, 2 * SIDE),
    "16-bit color PNG": lambda: empty_png(SIDE, SIDE, 16, 2, 6 * SIDE),
    "transparent PNG": lambda: empty_png(SIDE, SIDE, 8, 6, 4 * SIDE),
    "16-bit TIFF": lambda: encoded(Image.new("I;16", (SIDE, SIDE)), "TIFF", compression="tiff_adobe_deflate"),
    "float TIFF": lambda: encoded(Image.new("F", (SIDE, SIDE)), "TIFF", compression="tiff_adobe_deflate"),
    "CMYK TIFF": lambda: encoded(Image.new("CMYK", (SIDE, SIDE)), "TIFF", compression="tiff_adobe_deflate"),
    "fax TIFF": lambda: encoded(Image.new("1", (SIDE, SIDE)), "TIFF", compression="group4"),
    "GIF": lambda: encoded(Image.new("P", (SIDE, SIDE)), "GIF"),
    "progressive JPEG": lambda: encoded(Image.new("RGB", (SIDE, SIDE)), "JPEG", progressive=True),
    "WebP": lambda: webp_that_claims(6_300, 6_300),
    "WebP, too large": lambda: webp_that_claims(16_383, 16_383),
}

MEASURE = """
import sys
from core.system.memory import peak_memory
from pathlib import Path
from core.errors import ImageError
from core.drawing.photos.photo_files import load_image
try:
    load_image(Path(sys.argv[1]))
except ImageError as error:
    print(error, file=sys.stderr)
print(peak_memory())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells the memory in kilobytes")
@pytest.mark.parametrize("kind", LARGE)
def test_no_image_takes_a_gigabyte(tmp_path, kind):
    path = tmp_path / "large"
    path.write_bytes(LARGE[kind]())
    command = [sys.executable, "-c", MEASURE, path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) < 800


@pytest.mark.parametrize("size", [(16_383, 16_383), (8_900, 8_900), (6_500, 6_500)])
def test_a_webp_of_a_few_bytes_is_refused_before_its_decoder_is_made(size):
    data = webp_that_claims(*size)
    assert len(data) == 34
    assert webp_size(data) == size
    with pytest.raises(ImageError, match=r"odd\.webp (has too many pixels|would take .* of memory)"):
        load_image(data, "odd.webp")


@pytest.mark.parametrize("options", [{}, {"lossless": True}, {"exif": Image.Exif().tobytes() + b"x"}])
def test_the_size_of_a_webp_is_read_as_its_decoder_reads_it(options):
    data = encoded(Image.new("RGB", (123, 45), (200, 100, 50)), "WEBP", **options)
    assert webp_size(data) == (123, 45)
    assert load_image(data).shape == (45, 123)


def with_scans(data: bytes, count: int) -> bytes:
    """Repeat the second scan of a progressive JPEG."""
    starts = [place for place in range(len(data) - 1) if data[place : place + 2] == b"\xff\xda"]
    return data[:-2] + data[starts[1] : starts[2]] * count + data[-2:]


def test_a_jpeg_that_paints_its_pixels_thousands_of_times_is_refused():
    data = encoded(Image.new("RGB", (600, 400), (200, 100, 50)), "JPEG", progressive=True)
    scans = count_scans(data)
    assert 5 < scans < 20
    assert load_image(with_scans(data, 50)).shape == (400, 600)
    assert count_scans(with_scans(data, 50)) == scans + 50
    for many in (MOST_SCANS, 20_000):
        with pytest.raises(ImageError, match=r"odd\.jpg paints its pixels .* times over; save it anew"):
            load_image(with_scans(data, many), "odd.jpg")


def test_a_decoder_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr("core.drawing.photos.photo_files.DECODING_SECONDS", 0.05)
    data = encoded(Image.new("P", (60, 40)), "GIF")
    place = data.index(b"\x2c")
    remark = b"\x21\xfe" + b"\x01x" * 400_000 + b"\0"
    with pytest.raises(ImageError, match=r"odd\.gif takes too long to decode; save it anew"):
        load_image(data[:place] + remark + data[place:], "odd.gif")


def test_files_of_endlessly_many_parts_are_refused(png):
    place = places_of_chunks(png)[b"IDAT"]
    assert not is_whole_png(png[:place] + png_chunk(b"tEXt", b"") * 250_000 + png[place:])
    jpeg = encoded(Image.new("L", (60, 40)), "JPEG")
    assert count_scans(jpeg[:2] + b"\xff\xe5\0\2" * 150_000 + jpeg[2:]) > MOST_SCANS
    assert load_image(jpeg[:2] + b"\xff\xe5\0\2" * 1_000 + jpeg[2:]).shape == (40, 60)


def test_a_large_jpeg_may_have_the_usual_number_of_scans_and_not_many_more():
    data = encoded(Image.new("L", (8_000, 8_000), 200), "JPEG", progressive=True)
    assert load_image(data).shape == (LONGEST_SIDE, LONGEST_SIDE)
    with pytest.raises(ImageError, match="paints its pixels"):
        load_image(with_scans(data, 40))


def test_scans_are_counted_in_the_image_and_not_in_its_thumbnail_nor_behind_it():
    exif = Image.Exif()
    exif[0x010E] = "\xff\xda".encode("latin-1").decode("latin-1") * 20
    data = encoded(Image.new("L", (60, 40)), "JPEG", exif=exif)
    thumbnail = b"\xff\xe5" + struct.pack(">H", 42) + b"\xff\xda" * 20
    assert count_scans(data[:2] + thumbnail + data[2:] + b"\xff\xda" * 50) == 1
    assert load_image(data[:2] + thumbnail + data[2:]).shape == (40, 60)
    assert count_scans(b"\xff\xd8\xff") == count_scans(b"") == 0


def test_sixteen_bits_are_stretched_over_all_of_a_large_image():
    shades = np.full((2_000, 3_000), 12_000, np.uint16)
    shades[:1_000, :1_500] = 30_000
    small = load_image(encoded(Image.fromarray(shades)))
    assert small.shape == (427, LONGEST_SIDE)
    assert (small[10, 10], small[400, 600]) == (255, 0)


def test_a_tiff_of_odd_numbers_is_no_harm():
    values = np.full((40, 60), 3e38, np.float32)
    values[:20] = np.nan
    values[:, :30] = -np.inf
    assert load_image(encoded(Image.fromarray(values), "TIFF")).shape == (40, 60)


def test_a_turned_photo_is_turned_after_it_was_made_small():
    shades = np.full((3_000, 4_000), 30, np.uint8)
    shades[:1_500, :2_000] = 220
    exif = Image.Exif()
    exif[0x0112] = 6
    for form in ("JPEG", "PNG", "TIFF"):
        small = load_image(encoded(Image.fromarray(shades), form, exif=exif))
        assert small.shape == (LONGEST_SIDE, 480), form
        assert small[100, 400] == pytest.approx(220, abs=3), form
        assert small[100, 100] == pytest.approx(30, abs=3), form


# Checksums


def places_of_chunks(data: bytes) -> dict[bytes, int]:
    places, place = {}, len(SIGNATURE)
    while place < len(data):
        places[data[place + 4 : place + 8]] = place
        place += 12 + int.from_bytes(data[place : place + 4])
    return places


@pytest.fixture
def png() -> bytes:
    noise = np.random.default_rng(0).integers(0, 256, (280, 56)).astype(np.uint8)
    return encoded(Image.fromarray(noise))


def test_damaged_pixels_of_a_png_are_noticed_wherever_they_are(png):
    assert is_whole_png(png)
    start = places_of_chunks(png)[b"IDAT"]
    for place in range(start + 8, len(png) - 1, 997):
        damaged = png[:place] + bytes([png[place] ^ 1]) + png[place + 1 :]
        with pytest.raises(ImageError, match=r"odd\.png is (damaged|not an image)"):
            load_image(damaged, "odd.png")


def test_a_png_that_ends_too_early_is_damaged(png):
    for length in (len(png) - 1, len(png) - 12, len(png) - 20, 100, 40):
        assert not is_whole_png(png[:length])
        with pytest.raises(ImageError, match="damaged"):
            load_image(png[:length])


def test_a_damaged_remark_of_a_png_is_no_matter(png):
    place = places_of_chunks(png)[b"IDAT"]
    remark = bytearray(png_chunk(b"tEXt", b"Author\0me"))
    remark[-1] ^= 1
    assert is_whole_png(png[:place] + remark + png[place:])


# Sheets of digits


@pytest.fixture
def sheet(tmp_path) -> Path:
    data = random_dataset(60)
    path = tmp_path / "mine.png"
    save_digits(MyDigits(data.images, data.labels), path)
    return path


@pytest.mark.parametrize("size", [(60_000, 60_000), (2**31 - 1, 280), (280 * 28 * 100, 280)])
def test_a_sheet_that_claims_to_be_huge_is_refused(tmp_path, size):
    path = tmp_path / "huge.png"
    header = struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0)
    path.write_bytes(SIGNATURE + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(99))))
    with pytest.raises(DataError, match=rf"huge\.png is {size[0]} x {size[1]} pixels; expected a sheet of digits"):
        load_digits(path)


@pytest.mark.parametrize("mode", ["I;16", "RGB", "RGBA", "LA", "P"])
def test_a_sheet_of_another_kind_of_pixel_holds_the_same_digits(sheet, mode):
    digits = load_digits(sheet)
    image = Image.open(sheet)
    wide = Image.fromarray(np.asarray(image).astype(np.uint16) * 257)
    (wide if mode == "I;16" else image.convert(mode)).save(sheet, "PNG")
    again = load_digits(sheet)
    np.testing.assert_array_equal(again.images, digits.images)
    np.testing.assert_array_equal(again.labels, digits.labels)


def test_a_damaged_sheet_is_refused(sheet):
    whole = sheet.read_bytes()
    for place in range(30, len(whole) - 12, 499):
        sheet.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        with pytest.raises(DataError, match=r"mine\.png"):
            load_digits(sheet)
