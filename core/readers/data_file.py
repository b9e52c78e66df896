"""Opening a data file of any size, plain or gzipped, and saying in one sentence why it cannot be read.

A file is read block by block, so a file that unpacks to far more than it should costs no memory. Whether it is gzipped
is told by its first two bytes (RFC 1952, section 2.3.1), not by its name.
"""

import contextlib
import gzip
import logging
import stat
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import DataError

logger = logging.getLogger(__name__)

GZIP_MAGIC = b"\x1f\x8b"

MAX_PICTURES = 2_000_000
"""More pictures than this are refused: 1.6 GB of pixels, 30 times MNIST."""


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
        self.gzipped = raw.read(2) == GZIP_MAGIC
        raw.seek(0)
        self._raw = raw
        self._file: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if self.gzipped else raw

    def read(self, size: int) -> bytes:
        """Return the next ``size`` bytes, unpacked; fewer only at the end of the file.

        Raises
        ------
        DataError
            If the disk fails, or the gzip data are damaged or incomplete.
        """
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

    @property
    def fraction(self) -> float:
        """The share of the file that has been read, 0 to 1."""
        return min(self._raw.tell() / self.packed_size, 1.0) if self.packed_size else 1.0


@contextlib.contextmanager
def open_data_file(path: Path) -> Iterator[DataFile]:
    """Open ``path`` for reading, unpacking it where it is gzipped.

    Raises
    ------
    DataError
        If there is no such file, it is a folder or a device, or it may not be read.
    """
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise DataError(f"{path} is a folder; expected a file.")
        if not stat.S_ISREG(status.st_mode):
            raise DataError(f"{path} is a device or a pipe; expected a file on disk.")
        raw = path.open("rb")
    except OSError as error:
        raise unreadable(path, error) from error
    with raw:
        try:
            file = DataFile(path, raw, status.st_size)
        except OSError as error:
            raise unreadable(path, error) from error
        yield file


def unreadable(path: Path, error: OSError) -> DataError:
    """Return the sentence for a file or folder that the operating system will not let us read."""
    logger.info("%s cannot be read", path, exc_info=error)
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return DataError(f"There is no file or folder {path}; check its name and where it is.")
    if isinstance(error, PermissionError):
        return DataError(f"{path} may not be read; give yourself permission to read it, or choose another.")
    return DataError(f"{path} cannot be read ({error.strerror or error}); check the disk, or choose another file.")
