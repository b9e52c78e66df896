"""What decoding an image will cost, told from its first bytes, before a decoder takes any of it.

A few bytes may claim an image of gigabytes, or have the same pixels painted a thousand times. Decoders believe them.
Here size, kind of pixel and number of passes are read from the file and held against `core.system.budget.IMAGE`.
"""

import re
import struct

from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from core.errors import ImageError
from core.system.budget import IMAGE, Meter

MOST_PIXELS = IMAGE.items

MOST_PHOTO_PIXELS = 250_000_000
"""The same for JPEG as cameras save it, which is decoded row by row and reduced on the way: 108 million pixels take
7 MB and a quarter of a second. A progressive JPEG has to be held whole, so it has to be as small as any other image.
"""

MOST_SCANS = 200
"""Passes over a JPEG; progressive ones have about ten. Files of thousands are made to keep decoders busy."""

MOST_MARKERS = 100_000
"""Parts of a JPEG file, which has some dozens; one of more counts as one of so many passes."""

MOST_SCANNED_PIXELS = 16 * MOST_PIXELS
"""Pixels times passes."""

JPEG_MAGIC = b"\xff\xd8\xff"

_BYTES_PER_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2, "LA": 4, "PA": 4}
"""In Pillow's memory, by mode; four for all others."""

_WEBP_BYTES_PER_PIXEL = 16
"""Canvas, previous canvas, the bytes handed over and the image: all of them hold four."""

_BYTES_PER_PIXEL_OF = {"AVIF": 16, "HEIF": 16}
"""Of formats whose decoders hold the planes of the film frame, the same for display, and the image."""

_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd7\xff]", re.DOTALL)
_TILE_WIDTH, _TILE_HEIGHT, _ROWS_PER_STRIP, _BITS = 322, 323, 278, 258


def check_first_bytes(data: bytes, name: str) -> None:
    """Refuse what a decoder would already take memory for when it is merely opened.

    Raises
    ------
    ImageError
        If it costs more than an image may.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        width, height = webp_size(data)
        _check(name, width, height, _WEBP_BYTES_PER_PIXEL * width * height)


def check_opened(image: Image.Image, data: bytes, name: str, size: int) -> None:
    """Refuse an image whose pixels, none of which is decoded yet, would cost too much.

    Parameters
    ----------
    image : PIL.Image.Image
        Opened, and not loaded. Where its decoder can make it smaller at once, it is told to.
    data : bytes
        The file.
    name : str
        What to call the image in messages.
    size : int
        Pixels that are needed of its longer side.

    Raises
    ------
    ImageError
        If they would.
    """
    pixels = image.width * image.height
    if not isinstance(image, JpegImageFile):
        per_pixel = _BYTES_PER_PIXEL_OF.get(image.format or "", _BYTES_PER_PIXEL.get(image.mode, 4))
        _check(name, image.width, image.height, per_pixel * pixels + _piece_of_tiff(image))
        return
    if pixels > MOST_PHOTO_PIXELS:
        raise too_many_pixels(name)
    scans = count_scans(data)
    if scans > MOST_SCANS or scans * pixels > MOST_SCANNED_PIXELS:
        raise ImageError(f"{name} paints its pixels {scans:,} times over; save it anew as a plain JPEG.")
    if scans > 1 or "progressive" in image.info:
        # All coefficients of all components are held, two bytes each.
        _check(name, image.width, image.height, 2 * len(image.getbands()) * pixels)
    # A JPEG is decoded at a fraction of its size at once.
    image.draft("L", (size, size))
    _check(name, image.width, image.height, 0)


def too_many_pixels(name: str) -> ImageError:
    """Return the sentence for an image that is too large."""
    return ImageError(
        f"{name} has too many pixels; at most {MOST_PIXELS // 1_000_000} million can be opened, "
        f"{MOST_PHOTO_PIXELS // 1_000_000} million of a camera's JPEG. Make it smaller."
    )


def webp_size(data: bytes) -> tuple[int, int]:
    """Return width and height, in pixels, that a WebP file claims (RFC 9649, sections 2.5 to 2.7); zeros if none."""
    kind, body = data[12:16], data[20:30].ljust(10, b"\0")
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", body, 6)
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def count_scans(data: bytes) -> int:
    """Return how many passes a JPEG file makes over its pixels (ITU-T T.81, annex B.1.1), up to its first end."""
    place, scans, markers = 2, 0, 0
    while found := _MARKER.search(data, place):
        markers += 1
        if markers > MOST_MARKERS:
            return markers
        marker = found[0][1]
        if marker == 0xD9:  # End of image.
            break
        scans += marker == 0xDA  # Start of scan.
        length = int.from_bytes(data[found.end() : found.end() + 2], "big")
        place = found.end() + max(length, 2)
    return scans


def _check(name: str, width: int, height: int, memory: int) -> None:
    if width * height > MOST_PIXELS:
        raise too_many_pixels(name)
    Meter(name, IMAGE).memory(memory)


def _piece_of_tiff(image: Image.Image) -> int:
    """Return the bytes that the decoder of a TIFF file holds besides the image: a tile, or a strip of rows."""
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        return 0
    bits = tags.get(_BITS, (8,))
    depth = sum(bits) if isinstance(bits, tuple) else int(bits)
    if _TILE_WIDTH in tags:
        return int(tags[_TILE_WIDTH]) * int(tags.get(_TILE_HEIGHT, image.height)) * depth // 8
    return image.width * min(int(tags.get(_ROWS_PER_STRIP, image.height)), image.height) * depth // 8
