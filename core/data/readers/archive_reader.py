"""Unpacking what archives hold of data: ZIP files as Kaggle serves them, and tar files such as mnist_png.tar.gz.

Only members that look like data are unpacked, under their own names, into a folder that is deleted afterwards. A name
that would lead out of that folder, links, devices and what macOS and Windows hide among the files are passed over.
"""

import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from core.data.readers.data_file import unreadable
from core.errors import DataError
from core.progress import Report
from core.system.budget import ARCHIVE, Meter, require_file
from core.system.zip_directory import DAMAGED_ZIP, check_directory

ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_TAR_MAGIC = slice(257, 262)
_BLOCK = 1024 * 1024
_HIDDEN = ("__macosx", "thumbs.db", "desktop.ini")

SPREADSHEETS = {"xl/workbook.xml": "a spreadsheet", "content.xml": "a document of an office program"}
PICKLES = ("data.pkl",)

_DAMAGE: tuple[type[Exception], ...] = (*DAMAGED_ZIP, tarfile.TarError)

Member = tuple[str, int, Callable[[], IO[bytes]], Callable[[], int]]
"""Name, unpacked size, what opens it, and how many bytes of the archive have been read."""


def is_zip_head(head: bytes) -> bool:
    """Tell whether a file that begins so is a ZIP archive."""
    return head.startswith(ZIP_MAGICS)


def is_tar_head(head: bytes) -> bool:
    """Tell whether a file that begins so, unpacked if it was gzipped, is a tar archive."""
    return head[_TAR_MAGIC] == b"ustar"


def unpack(path: Path, folder: Path, is_wanted: Callable[[str], bool], report: Report) -> None:
    """Unpack the wanted members of an archive into a folder.

    Parameters
    ----------
    path : Path
        A ZIP or tar archive; tar gzipped or not.
    folder : Path
        Where the members go, in the folders that their names tell.
    is_wanted : callable
        Tells from a file's name whether it may hold data.
    report : Report
        Told of the share that has been unpacked.

    Raises
    ------
    DataError
        If the archive cannot be read, is damaged or encrypted, costs more than an archive may, or holds no data.
    """
    text = f"unpacking {path.name}"
    report(0.0, text)
    try:
        require_file(path, ARCHIVE)
        count = _unpack(path, folder, is_wanted, lambda fraction: report(fraction, text))
    except _DAMAGE as error:
        raise _damaged(path) from error
    except NotImplementedError as error:
        raise DataError(
            f"{path.name} is packed by a method that is not known here; unpack it yourself, and open the folder."
        ) from error
    except RuntimeError as error:  # What zipfile raises of passwords.
        raise DataError(f"{path.name} is encrypted; unpack it with its password, and open the folder.") from error
    except _UnwritableError as error:
        raise DataError(
            f"{path.name} cannot be unpacked into {folder.parent.parent} ({error}); unpack it yourself where there is "
            "room for it, and open the folder."
        ) from error
    except OSError as error:
        # What bzip2 raises of damage has no number, as the system's own errors have.
        raise (_damaged(path) if error.errno is None else unreadable(path, error)) from error
    if not count:
        raise DataError(
            f"{path.name} holds no file that could be data; unpack it and see what is in it, or choose another file."
        )


def _damaged(path: Path) -> DataError:
    return DataError(f"{path.name} is damaged: it cannot be unpacked. Fetch the file again.")


def _unpack(path: Path, folder: Path, is_wanted: Callable[[str], bool], tell: Callable[[float], None]) -> int:
    meter = Meter(path.name, ARCHIVE)
    size = max(path.stat().st_size, 1)
    count = 0
    for name, length, opened, position in _members(path, meter):
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not _is_safe(parts) or not is_wanted(parts[-1]):
            continue
        meter.unpacked(0, packed=size)
        target = folder.joinpath(*parts)
        with opened() as source, _written(target) as output:
            done = 0
            while block := source.read(_BLOCK):
                done += len(block)
                meter.unpacked(len(block), packed=size)
                if done > length:
                    raise zipfile.BadZipFile
                output(block)
                tell(min(position() / size, 1.0))
        count += 1
    return count


class _UnwritableError(Exception):
    """What is unpacked cannot be written; the text says why."""


@contextmanager
def _written(target: Path) -> Iterator[Callable[[bytes], object]]:
    """Make a file and the folders on its way; hand out what writes to it. What prevents it is no fault of the archive.

    Raises
    ------
    _UnwritableError
        Such as where the disk is full or a name is too long for it.
    """

    def write(block: bytes) -> None:
        try:
            file.write(block)
            file.flush()
        except OSError as error:
            raise _UnwritableError(error.strerror or str(error)) from error

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        file = target.open("wb")
    except OSError as error:
        raise _UnwritableError(error.strerror or str(error)) from error
    with file:
        yield write


def _members(path: Path, meter: Meter) -> Iterator[Member]:
    """Yield the files of an archive; raise DataError where it is one that holds no data but is known."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(ZIP_MAGICS):
        with path.open("rb") as file:
            check_directory(file, meter)
        with zipfile.ZipFile(path) as archive:
            _refuse_known(path, archive.namelist())
            done = 0
            for info in archive.infolist():
                if not info.is_dir():
                    yield info.filename, info.file_size, partial(archive.open, info), partial(int, done)
                done += info.compress_size
        return
    with path.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|*") as tape:
        for member in tape:
            meter.items(1)
            if member.isfile():
                yield member.name, member.size, partial(_extracted, tape, member), raw.tell


def _extracted(tape: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tape.extractfile(member)
    if file is None:
        raise tarfile.ReadError
    return file


def _refuse_known(path: Path, names: list[str]) -> None:
    for name, what in SPREADSHEETS.items():
        if name in names:
            raise DataError(f"{path.name} is {what}; save its table as CSV, and open that file.")
    if any(PurePosixPath(name).name in PICKLES for name in names):
        raise DataError(
            f"{path.name} was saved by PyTorch as Python objects, which may run code as they are opened, and is not "
            "read. Save the images as a NumPy file: numpy.savez(file, images=..., labels=...)."
        )


def _is_safe(parts: tuple[str, ...]) -> bool:
    """Tell whether a member's name leads into the folder, and is nothing that a system hides."""
    return bool(parts) and not any(
        part in ("", "/", "..") or ":" in part or part.startswith(".") or part.lower() in _HIDDEN for part in parts
    )
