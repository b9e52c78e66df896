"""Writing a file so that it is there whole or not at all.

The bytes go into a temporary file in the same folder, which then takes the place of the old file in one step. A full
disk, a crash or a cancelled write leaves the old file as it was.
"""

import contextlib
import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from core.errors import UserError
from core.system.leftovers import clear_leftovers, partial_path

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def atomic_write(path: Path, *, sync: bool = True) -> Iterator[BinaryIO]:
    """Open a temporary file for writing, and let it become ``path`` when the block ends without an exception.

    Parameters
    ----------
    path : Path
        The file to make or to replace; its folder must exist. Where it is a link, what it leads to is replaced.
    sync : bool
        Wait until the disk holds the bytes, so that even a power cut leaves the old file or the new one. Switch it
        off for what can be made again.

    Raises
    ------
    OSError
        If the file cannot be written, or ``path`` is a folder or a device; the temporary file is removed and ``path``
        is untouched.
    """
    path = Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "it is a folder or a device, not a file", str(path))
    clear_leftovers(path.parent, path.name)
    partial = partial_path(path)
    try:
        with partial.open("xb") as file:
            yield file
            if sync:
                file.flush()
                os.fsync(file.fileno())
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


def make_folder(folder: Path, error: type[UserError]) -> None:
    """Make a folder, and those above it, where it is not there yet.

    Raises
    ------
    UserError
        Of the type ``error``, if that is impossible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise error(f"{folder} could not be made: {reason.strerror or reason}.") from reason


@contextlib.contextmanager
def save_file(path: Path, error: type[UserError]) -> Iterator[BinaryIO]:
    """Open a file that the user wants saved as `atomic_write` does, and say in a sentence where that is impossible.

    Parameters
    ----------
    path : Path
        The file to make or to replace.
    error : type
        The `UserError` that is raised.

    Raises
    ------
    UserError
        Of the type ``error``, if the file cannot be written; an old one is unchanged.
    """
    try:
        with atomic_write(path) as file:
            yield file
    except OSError as reason:
        logger.warning("%s could not be saved", path, exc_info=reason)
        raise error(
            f"{path} could not be saved: {reason.strerror or reason}. A file of this name that was there before is "
            "unchanged; free some space there, or allow writing in that folder."
        ) from reason
