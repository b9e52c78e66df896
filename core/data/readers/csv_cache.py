"""A cache for CSV files: the second time, a file is read as bytes instead of decoded as text.

An entry is one line of JSON, then the labels and the pixels, one byte each. The line says of which file, in which
state, they are (its path, size and times of change, and a digest of samples from all over it), and what the checksum of
the bytes after it is. An entry is used only if it fits the file as it is now and its checksum is right. Anything else
is decoded anew, and the entry written anew.

The bytes are read into memory and not mapped from the disk: a mapped file that is deleted on a network drive would end
the program.
"""

import contextlib
import hashlib
import json
import logging
import re
import stat
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from core.data.readers.csv_reader import read_table
from core.data.readers.csv_rows import COLUMNS
from core.data.readers.raw_set import RawSet, locate_in
from core.errors import DataError
from core.network.arrays import CLASSES, PIXELS
from core.progress import Report, ignore_progress
from core.system.atomic_file import atomic_write
from core.system.budget import CACHE
from core.system.leftovers import clear_leftovers
from core.system.user_folders import cache_folder

logger = logging.getLogger(__name__)

MAX_ENTRIES = 4
"""How many files are remembered, the last ones used."""

MAX_ENTRY_BYTES = CACHE.file_bytes
"""Larger data sets are not cached: four of these are all that the cache ever takes of a disk."""

MAX_HEADER_BYTES = 64 * 1024

SAMPLES = 64
SAMPLE_BYTES = 4096

FORMAT = 3

_ENTRY_NAME = re.compile(r"[0-9a-f]{32}\.digits")


def read_csv_cached(path: Path, report: Report = ignore_progress, folder: Path | None = None) -> RawSet:
    """Read a CSV file as `core.data.readers.csv_reader.read_table` does, or what is remembered of it.

    Parameters
    ----------
    path : Path
        A CSV file, plain or gzipped.
    report : Report
        Told of progress.
    folder : Path, optional
        Where the cache is; by default ``csv`` in the user's cache folder. A folder that cannot be written only means
        that nothing is remembered.

    Returns
    -------
    RawSet
        Named after the file.

    Raises
    ------
    DataError
        As `read_table` raises it.
    """
    folder = cache_folder() / "csv" if folder is None else folder
    stamp = _stamp(path)
    if stamp is None:
        return read_table(path, report)
    entry = folder / f"{hashlib.sha256(stamp['path'].encode(errors='surrogateescape')).hexdigest()[:32]}.digits"
    remembered = _read_entry(entry, stamp, path.name)
    if remembered is not None:
        report(1.0, f"reading {path.name}")
        return remembered
    raw = read_table(path, report)
    # A file that changed while it was read must not be remembered as what it is now.
    if _stamp(path) == stamp:
        _write_entry(entry, stamp, raw)
    return raw


def _stamp(path: Path) -> dict[str, Any] | None:
    """Return what identifies a file's present content; None where it cannot be read, which `read_table` explains.

    An edit that keeps the size and restores the time of modification still changes ``st_ctime_ns`` on Linux and macOS,
    where no program can set it back. On Windows such an edit is noticed where a sample lies: anywhere in files up to
    256 kB.
    """
    try:
        if not path.is_file():
            return None
        status = path.stat()
        digest = hashlib.sha256()
        with path.open("rb", buffering=0) as file:
            for offset in _sample_offsets(status.st_size):
                file.seek(offset)
                digest.update(file.read(SAMPLE_BYTES))
        resolved = str(path.resolve())
    except OSError:
        return None
    return {
        "format": FORMAT,
        "path": resolved,
        "size": status.st_size,
        "modified_ns": status.st_mtime_ns,
        "changed_ns": status.st_ctime_ns,
        "sample": digest.hexdigest(),
    }


def _sample_offsets(size: int) -> list[int]:
    """Return where samples begin: evenly from the start to the end, side by side where the file is small."""
    last = max(size - SAMPLE_BYTES, 0)
    count = min(SAMPLES, -(-size // SAMPLE_BYTES))
    return sorted({last * index // max(count - 1, 1) for index in range(count)})


def _read_entry(entry: Path, stamp: dict[str, Any], name: str) -> RawSet | None:
    """Return what an entry holds, if it is whole and of the file as it is now; else None."""
    try:
        if not _is_own(entry):
            return None
        with entry.open("rb") as file:
            header = json.loads(file.readline(MAX_HEADER_BYTES))
            if header["stamp"] != stamp:
                return None
            values = np.frombuffer(file.read(MAX_ENTRY_BYTES), np.uint8)
        if zlib.crc32(values.data) != header["checksum"]:
            raise ValueError("wrong checksum")
        count = len(values) // COLUMNS
        labels, images = values[:count].astype(np.int64), values[count:].reshape(count, PIXELS)
        if int(labels.max()) >= CLASSES:
            raise ValueError("wrong label")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, RecursionError, DataError) as error:
        logger.info("The cache entry %s is of no use and will be written anew: %s", entry, error)
        return None
    with contextlib.suppress(OSError):
        entry.touch()
    return RawSet(images, labels, name, locate_in(name))


def _write_entry(entry: Path, stamp: dict[str, Any], raw: RawSet) -> None:
    """Remember a data set and forget those that have not been used for longest; failing to is no error."""
    if len(raw) * COLUMNS > MAX_ENTRY_BYTES or not _is_plain(raw):
        return
    assert raw.labels is not None
    assert raw.values is not None
    labels, images = raw.labels.astype(np.uint8).data, np.ascontiguousarray(raw.values).data
    header = {"stamp": stamp, "checksum": zlib.crc32(images, zlib.crc32(labels))}
    try:
        entry.parent.mkdir(parents=True, exist_ok=True)
        if entry.is_symlink():
            # What it leads to is not ours.
            entry.unlink()
        with atomic_write(entry, sync=False) as file:
            file.write(json.dumps(header).encode() + b"\n")
            file.write(labels)
            file.write(images)
        _forget_oldest(entry.parent)
    except OSError:
        logger.warning("%s cannot be remembered in %s", raw.name, entry.parent, exc_info=True)


def _is_plain(raw: RawSet) -> bool:
    """Tell whether a set is as MNIST's: a byte for each label and pixel, and nothing to be told of it."""
    if raw.values is None or raw.labels is None or raw.values.dtype != np.uint8 or raw.labels.dtype != np.int64:
        return False
    return not raw.notes and int(raw.labels.min()) >= 0 and int(raw.labels.max()) < CLASSES


def _forget_oldest(folder: Path) -> None:
    """Delete all entries but those last used, and what a killed process left half written; nothing else."""
    clear_leftovers(folder)
    used: list[tuple[int, Path]] = []
    for path in folder.iterdir():
        # Another process may have forgotten it since the folder was listed.
        with contextlib.suppress(FileNotFoundError):
            if _is_own(path):
                used.append((path.lstat().st_mtime_ns, path))
    for _, entry in sorted(used, reverse=True)[MAX_ENTRIES:]:
        entry.unlink(missing_ok=True)


def _is_own(path: Path) -> bool:
    """Tell whether a path is a file, and no link, that is named as entries are."""
    return _ENTRY_NAME.fullmatch(path.name) is not None and stat.S_ISREG(path.lstat().st_mode)
