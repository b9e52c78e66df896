"""Several arrays in one .npz file, none of which is read before its header was looked at.

A .npz file is a zip archive of .npy files. The archive says how large each member unpacks to, the member's header how
large its array is; only where both agree is anything unpacked, so that a small file cannot fill the memory.
"""

import contextlib
import os
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import IO, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelFileError
from core.files.npy_reader import ArrayHeader, read_elements, read_floats, read_header
from core.system.budget import MODEL, Budget, Meter
from core.system.paths import is_file
from core.system.zip_directory import BAD_ZIP, check_directory


class Archive:
    """The arrays of an open .npz file; made by `open_archive`.

    Attributes
    ----------
    names : list of str
        What the arrays are called, each once.
    """

    def __init__(self, archive: zipfile.ZipFile, what: str) -> None:
        self._archive = archive
        self._what = what
        members = archive.namelist()
        self.names = [member.removesuffix(".npy") for member in members if member.endswith(".npy")]
        if len(set(members)) < len(members):
            raise ModelFileError("an array is there twice; expected each once.")

    def refuse_others(self, expected: Collection[str]) -> None:
        """Raise ModelFileError where the archive holds anything besides arrays of these names."""
        others = sorted(set(self._archive.namelist()) - {f"{name}.npy" for name in expected})
        if others:
            raise ModelFileError(
                f"it holds {others[0][:100]!r}, which no {self._what.removeprefix('a ')} has; it was not opened."
            )

    def header(self, name: str) -> ArrayHeader:
        """Return an array's header.

        Raises
        ------
        ModelFileError
            If there is no such array, or its size and the archive's do not agree.
        """
        with self._open(name) as file:
            header = read_header(file, name)
        size = self._archive.getinfo(f"{name}.npy").file_size
        if header.bytes_in_all != size:
            raise ModelFileError(f"{name} of shape {header.shape} needs {header.bytes_in_all:,} bytes, not {size:,}.")
        return header

    def floats(self, header: ArrayHeader) -> NDArray[Any]:
        """Read an array of finite floating-point numbers; raises as `core.files.npy_reader.read_floats` does."""
        with self._open(header.name) as file:
            return read_floats(file, read_header(file, header.name))

    def elements(self, header: ArrayHeader) -> NDArray[Any]:
        """Read an array of any type; raises as `core.files.npy_reader.read_elements` does."""
        with self._open(header.name) as file:
            return read_elements(file, read_header(file, header.name))

    def text(self, name: str, most: int) -> bytes:
        """Read an array of bytes, uint8 of shape (n,), of ``most`` bytes at most; its header is looked at once.

        Raises
        ------
        ModelFileError
            If it is missing, damaged, or something else.
        """
        with self._open(name) as file:
            header = read_header(file, name)
            if header.dtype != np.uint8 or len(header.shape) != 1 or header.bytes_in_all > most:
                raise ModelFileError(
                    f"{name!r} is {header.dtype} of shape {header.shape}; expected a text of moderate length."
                )
            return read_elements(file, header).tobytes()

    def _open(self, name: str) -> IO[bytes]:
        if name not in self.names:
            raise ModelFileError(f"the array {name!r} is missing; expected {self._what} that this program saved.")
        return self._archive.open(f"{name}.npy")


@contextlib.contextmanager
def open_archive(source: Path | BinaryIO, budget: Budget = MODEL) -> Iterator[Archive]:
    """Open a .npz file for reading.

    Parameters
    ----------
    source : Path or binary file
        A file that is open already can be one within another archive; it has to be seekable.
    budget : Budget
        What it may cost, and what it is called.

    Raises
    ------
    ModelFileError
        If the file cannot be read, is no .npz file, or is damaged; also from within the block.
    UserError
        Of the budget's own type, if it is too large.
    """
    # Whoever opens a file puts its name before the sentence.
    meter = Meter("it", budget)
    try:
        with contextlib.ExitStack() as stack:
            if isinstance(source, Path):
                if not is_file(source):
                    raise ModelFileError("there is no such file.")
                source = stack.enter_context(source.open("rb"))
            meter.file(source.seek(0, os.SEEK_END))
            check_directory(source, meter)
            yield Archive(stack.enter_context(zipfile.ZipFile(source)), budget.what)
    except OSError as error:
        raise ModelFileError(f"the file cannot be read ({error.strerror or error}).") from error
    except BAD_ZIP as error:
        name = budget.what.removeprefix("a ")
        raise ModelFileError(f"this is not a {name} file (.npz), or it is damaged or incomplete.") from error
