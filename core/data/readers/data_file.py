"""Opening a data file of any size, plain or gzipped, and saying in one sentence why it cannot be read.

A file is read block by block and metered (`core.system.budget`), so a file that unpacks to far more than it should
costs no memory. Whether it is gzipped is told by its first two bytes (RFC 1952, section 2.3.1), not by its name; what
was gzipped twice, as some downloads are, is unpacked twice.
"""

import contextlib
import gzip
import io
import logging
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from core.errors import DataError
from core.system.budget import DATA, Meter

logger = logging.getLogger(__name__)

GZIP_MAGIC = b"\x1f\x8b"
MAX_LAYERS = 3
"""How often a file may have been gzipped."""

HEAD_BYTES = 64 * 1024
"""What is looked at to tell one kind of file from another: a first row of 785 numbers as NumPy writes them fits."""

_PACKED_BUFFER = 256 * 1024


class DataFile:
    """A data file open for reading; made by `open_data_file`.

    Attributes
    ----------
    path : Path
        Where the file is.
    packed_size : int
        Bytes on disk.
    gzipped : bool
        Whether `read` unpacks.
    """

    def __init__(self, path: Path, raw: BinaryIO, packed_size: int) -> None:
        self.path = path
        self.packed_size = packed_size
        self._raw = raw
        self._meter = Meter(path.name, DATA)
        self._file: BinaryIO = raw
        self._start = b""
        self.gzipped = False
        for _ in range(MAX_LAYERS):
            self._start = self._read(len(GZIP_MAGIC))
            if self._start != GZIP_MAGIC:
                break
            self._file, self._start = self._unpacking(), b""
            self.gzipped = True

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, unpacked; fewer only at the end of the file.

        Raises
        ------
        DataError
            If the disk fails, the gzip data are damaged or incomplete, or they unpack to more than a file may.
        """
        data, self._start = self._start[:size], self._start[size:]
        data += self._read(size - len(data))
        if self.gzipped:
            self._meter.unpacked(len(data), packed=self._raw.tell())
        return data

    @property
    def fraction(self) -> float:
        """The share of the file that has been read, 0 to 1."""
        return min(self._raw.tell() / self.packed_size, 1.0) if self.packed_size else 1.0

    def _unpacking(self) -> BinaryIO:
        """Return what unpacks from here on, the first bytes included."""
        packed = self._file
        if packed is self._raw:
            packed.seek(0)
            return cast(BinaryIO, gzip.GzipFile(fileobj=packed))
        prefixed = io.BufferedReader(_Prefixed(self._start, packed), _PACKED_BUFFER)
        return cast(BinaryIO, gzip.GzipFile(fileobj=prefixed))

    def _read(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except EOFError as error:
            raise DataError(
                f"{self.path.name} ends too early: the gzip data are incomplete. Fetch the file again."
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise DataError(
                f"{self.path.name} is damaged: its gzip data cannot be unpacked. Fetch the file again."
            ) from error
        except OSError as error:
            raise unreadable(self.path, error) from error


class _Prefixed(io.RawIOBase):
    """A stream of which the first bytes have been read already."""

    def __init__(self, start: bytes, rest: BinaryIO) -> None:
        super().__init__()
        self._start, self._rest = start, rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._start or self._rest.read(len(buffer))
        taken, self._start = data[: len(buffer)], data[len(buffer) :]
        buffer[: len(taken)] = taken
        return len(taken)


@contextlib.contextmanager
def open_data_file(path: Path) -> Iterator[DataFile]:
    """Open ``path`` for reading, unpacking it where it is gzipped.

    Raises
    ------
    DataError
        If there is no such file, it is a folder or a device, it may not be read, or it is larger than a data file may
        be.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DataError(f"{path} is a folder; expected a file.")
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is a device or a pipe; expected a file on disk.")
        Meter(path.name, DATA).file(status.st_size)
        raw = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError as error:  # A name that no system has, such as one with a zero in it.
        raise unreadable(path, FileNotFoundError()) from error
    with raw:
        yield DataFile(path, raw, status.st_size)


def read_head(path: Path) -> bytes:
    """Return the first `HEAD_BYTES` of a file, unpacked where it is gzipped.

    Raises
    ------
    DataError
        As `open_data_file` and `DataFile.read` raise it.
    """
    with open_data_file(path) as file:
        return file.read(HEAD_BYTES)


def unreadable(path: Path, error: OSError) -> DataError:
    """Return the sentence for a file or folder that the operating system will not let us read."""
    logger.info("%s cannot be read", path, exc_info=error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DataError(f"There is no file or folder {path}; check its name and where it is.")
    if isinstance(error, PermissionError):
        return DataError(f"{path} may not be read; give yourself permission to read it, or choose another.")
    return DataError(f"{path} cannot be read ({error.strerror or error}); check the disk, or choose another file.")
