"""Clearing away what a process that was killed has left: files that it wrote, archives that it had unpacked.

Such a file is told by its name alone, which says which process of which computer began it, as in
``.model.npz.12345-7ac01f2e.part``; so is the folder of an archive, ``mnist_ann_12345-7ac01f2e``. It goes once that
process is no more. Nothing of another name is ever touched.
"""

import contextlib
import logging
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from core.system.user_folders import cache_folder, data_folder

logger = logging.getLogger(__name__)

_WHO = r"(?P<process>[0-9]{1,9})-(?P<computer>[0-9a-f]{4})[0-9a-f]{4}"
_NAME = re.compile(rf"\.(?P<target>.+)\.(?:{_WHO}|[0-9a-f]{{8}})\.part", re.DOTALL)
_FOLDER = re.compile(rf"mnist_ann_{_WHO}")

_DEEPEST = 4
"""Folders below each other, of those that are the program's own."""

QUIET_SECONDS = 3600.0
"""What another computer, or an earlier version, has begun is left alone while it was written to within this time."""


def partial_path(path: Path) -> Path:
    """Return a name under which this process may begin to write a file; another one each time."""
    return path.with_name(f".{path.name}.{_this_process()}.part")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder among the system's temporary ones, which goes in the end, or at the next start.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    folder = Path(tempfile.gettempdir(), f"mnist_ann_{_this_process()}")
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clear_leftovers(folder: Path, target: str | None = None) -> None:
    """Delete what other processes have begun and will not end; whatever prevents that is no error.

    Parameters
    ----------
    folder : Path
        Where to look; its own files only.
    target : str, optional
        The name of the file that was begun; by default, any.
    """
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match and target in (None, match["target"]) and _is_abandoned(entry, match, stat.S_ISREG):
                logger.info("deleting %s, which was never finished", entry.path)
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


def clear_own_leftovers() -> None:
    """Do the same in the folders that are the program's own, and in those below them."""
    for folder in (cache_folder(), data_folder()):
        for inner, below, _ in os.walk(folder):
            if len(Path(inner).relative_to(folder).parts) == _DEEPEST:
                below.clear()
            clear_leftovers(Path(inner))
    folders = list(_abandoned_folders())
    if folders:
        # An archive can hold a hundred thousand images; should the program end first, the next start goes on.
        Thread(target=_remove_folders, args=(folders,), name="leftovers", daemon=True).start()


def _abandoned_folders() -> Iterator[Path]:
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            match = _FOLDER.fullmatch(entry.name)
            if match and _is_abandoned(entry, match, stat.S_ISDIR):
                yield Path(entry.path)


def _remove_folders(folders: list[Path]) -> None:
    for folder in folders:
        logger.info("deleting %s, an archive that was unpacked by a process that is no more", folder)
        shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(entry: os.DirEntry[str], match: re.Match[str], is_kind: Callable[[int], bool]) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    if not is_kind(status.st_mode):
        return False
    if match["computer"] == _computer():
        return not _was_alive(int(match["process"]), status.st_mtime)
    return time.time() - status.st_mtime > QUIET_SECONDS


def _was_alive(process: int, then: float) -> bool:
    """Tell whether a process lives that lived then; its number may have gone to another one since."""
    import psutil

    try:
        return psutil.Process(process).create_time() <= then + 1
    except psutil.NoSuchProcess:
        return False
    except psutil.Error:
        return True


def _this_process() -> str:
    return f"{os.getpid()}-{_computer()}{secrets.token_hex(2)}"


def _computer() -> str:
    """Return four hexadecimal digits that stand for this computer."""
    return f"{zlib.crc32(platform.node().encode()) & 0xFFFF:04x}"
