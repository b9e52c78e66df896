"""How many files a ZIP archive lists, told from its last bytes before the list itself is read, and what damage raises.

The standard library reads the whole list when an archive is opened, and makes an object of each of its entries: a list
of millions takes a minute and gigabytes. Format: PKWARE's APPNOTE, sections 4.3.14 to 4.3.16.
"""

import importlib
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from core.system.budget import Meter

_END, _LOCATOR, _END_64 = b"PK\x05\x06", b"PK\x06\x07", b"PK\x06\x06"
_LONGEST_REMARK = 65_535
_LARGEST_SHORT, _LARGEST_LONG = 0xFFFF, 0xFFFFFFFF
_BYTES_PER_ENTRY = 100
"""With a name of fifty letters; the list may be as long as that many of the most entries."""


def _of_methods() -> Iterator[type[Exception]]:
    """Yield what those methods of packing raise of damage that not every Python has; Zstandard came with 3.14."""
    for module, name in (("lzma", "LZMAError"), ("compression.zstd", "ZstdError")):
        try:
            yield getattr(importlib.import_module(module), name)
        except ImportError:
            continue


DAMAGED_ZIP: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, OverflowError),
    *_of_methods(),
)
"""What the standard library raises of a ZIP archive that is damaged, besides the OSError of bzip2."""

BAD_ZIP: tuple[type[Exception], ...] = (*DAMAGED_ZIP, RuntimeError)
"""What it raises of one that is damaged, encrypted, or packed by a method that is not known."""


def check_directory(file: BinaryIO, meter: Meter) -> None:
    """Refuse an archive that lists too much, and leave ``file`` at its start; what is no archive passes.

    Raises
    ------
    UserError
        As the meter raises it.
    """
    size = file.seek(0, os.SEEK_END)
    start = max(0, size - _LONGEST_REMARK - 42)
    file.seek(start)
    tail = file.read()
    end = tail.rfind(_END)
    if end >= 0 and len(tail) >= end + 22:
        count, length = struct.unpack_from("<HL", tail, end + 10)
        if (count == _LARGEST_SHORT or length == _LARGEST_LONG) and tail[max(0, end - 20) :].startswith(_LOCATOR):
            count, length = _read_long(file, struct.unpack_from("<Q", tail, end - 12)[0], size)
        meter.items(max(count, length // _BYTES_PER_ENTRY))
    file.seek(0)


def _read_long(file: BinaryIO, place: int, size: int) -> tuple[int, int]:
    """Return the number of entries and their bytes, as archives of more than 65,535 files give them."""
    file.seek(min(place, size))
    record = file.read(56)
    if not record.startswith(_END_64) or len(record) < 56:
        return 0, 0
    count, length = struct.unpack_from("<QQ", record, 32)
    return count, length
