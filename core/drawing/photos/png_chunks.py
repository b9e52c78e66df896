"""Whether a PNG file is whole: each of its chunks carries a checksum, which decoders do not look at for pixels.

Format: https://www.w3.org/TR/png-3/#5DataRep.
"""

import struct
import zlib
from collections.abc import Iterator
from itertools import islice

MOST_CHUNKS = 200_000
"""A large PNG has some 25,000; files of millions are made to keep readers busy."""

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def is_whole_png(data: bytes) -> bool:
    """Tell whether all chunks that the pixels depend on are there and undamaged."""
    names = []
    for name, content, checksum in islice(_chunks(data), MOST_CHUNKS):
        # A lower-case letter in front marks what may be left out: remarks, times, color profiles.
        if name[:1].isupper() and zlib.crc32(content, zlib.crc32(name)) != checksum:
            return False
        names.append(name)
        if name == b"IEND":
            return names[0] == b"IHDR"
    return False


def png_size(data: bytes) -> tuple[int, int]:
    """Return width and height, in pixels, that a PNG file claims; zeros where it is none."""
    if not data.startswith(SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        return 0, 0
    width, height = struct.unpack_from(">II", data, 16)
    return width, height


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview, int]]:
    """Yield name, content and checksum of each whole chunk."""
    view, place = memoryview(data), len(SIGNATURE)
    while place + 12 <= len(data):
        (length,) = struct.unpack_from(">I", data, place)
        end = place + 8 + length
        if end + 4 > len(data):
            return
        yield data[place + 4 : place + 8], view[place + 8 : end], struct.unpack_from(">I", data, end)[0]
        place = end + 4
