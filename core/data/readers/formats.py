"""The kinds of files that digits are read from: each is one entry here, and all that names kinds is computed from it.

To add a kind, write a reader and add its `DataFormat` to `FORMATS`: the filters of file dialogs, the search in folders
and archives, ``--help`` and messages follow.
"""

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from core.data.readers import (
    archive_reader,
    arff_reader,
    csv_reader,
    idx_reader,
    image_folder,
    numpy_reader,
    parquet_reader,
)
from core.data.readers.csv_cache import read_csv_cached
from core.data.readers.data_file import read_head
from core.data.readers.raw_set import RawSet
from core.data.readers.roles import Role
from core.errors import DataError
from core.progress import Report
from core.system.program_name import program_name

Read = Callable[[Path, Role | None, Report], RawSet | None]
"""Reads the set of a role; None where the file tells its sets apart and holds none of that role."""


@dataclass(frozen=True, kw_only=True)
class DataFormat:
    """A kind of file.

    Attributes
    ----------
    name : str
        What people call it, with what belongs to it: ``"CSV"``.
    patterns : tuple of str
        Names that such files have; each may also end in .gz.
    sniff : callable
        Tells from the first bytes of a file, unpacked if it was gzipped, and its path whether it is of this kind.
    read : callable
        See `Read`.
    roles : callable
        Which sets a file tells apart by itself, as Keras' mnist.npz does; by default none.
    is_archive : bool
        Whether it is to be unpacked, and what is in it read; ``read`` is then called for a partner only.
    """

    name: str
    patterns: tuple[str, ...]
    sniff: Callable[[bytes, Path], bool]
    read: Read
    roles: Callable[[Path], frozenset[Role]] = lambda path: frozenset()
    is_archive: bool = False

    def matches(self, name: str) -> bool:
        """Tell whether a file is named as files of this kind are."""
        plain = name.lower()
        return any(
            fnmatch.fnmatchcase(plain, pattern) or fnmatch.fnmatchcase(plain, f"{pattern}.gz")
            for pattern in self.patterns
        )


def _one(read: Callable[[Path, Report], RawSet]) -> Read:
    """Return the `Read` of a kind of which each file holds one set."""
    return lambda path, role, report: read(path, report)


def _refuse_partner(path: Path, role: Role | None, report: Report) -> RawSet:
    """Refuse an archive that lies where the labels or images of another file should be."""
    raise DataError(
        f"{path.name} is an archive, where a file of labels or images was expected; unpack it, and put what is in it "
        "there."
    )


IDX = DataFormat(
    name="IDX",
    patterns=("*idx[123]-*", "*idx[123]"),
    sniff=lambda head, path: idx_reader.is_idx_head(head),
    read=_one(idx_reader.read_idx_part),
)
NPZ = DataFormat(
    name="NumPy (.npz)",
    patterns=("*.npz",),
    sniff=lambda head, path: numpy_reader.is_npz_head(head) and numpy_reader.is_npz_of_data(path),
    read=numpy_reader.read_npz,
    roles=numpy_reader.npz_roles,
)
NPY = DataFormat(
    name="NumPy (.npy)",
    patterns=("*.npy",),
    sniff=lambda head, path: head.startswith(numpy_reader.MAGIC),
    read=_one(numpy_reader.read_npy),
)
ARFF = DataFormat(
    name="ARFF",
    patterns=("*.arff",),
    sniff=lambda head, path: arff_reader.is_arff_head(head),
    read=_one(arff_reader.read_arff),
)
PARQUET = DataFormat(
    name="Parquet",
    patterns=("*.parquet",),
    sniff=lambda head, path: head.startswith(parquet_reader.MAGIC),
    read=_one(parquet_reader.read_parquet),
)
ZIP = DataFormat(
    name="ZIP",
    patterns=("*.zip",),
    sniff=lambda head, path: archive_reader.is_zip_head(head) and not numpy_reader.is_npz_head(head),
    read=_refuse_partner,
    is_archive=True,
)
TAR = DataFormat(
    name="tar",
    patterns=("*.tar", "*.tgz"),
    sniff=lambda head, path: archive_reader.is_tar_head(head),
    read=_refuse_partner,
    is_archive=True,
)
CSV = DataFormat(
    name="CSV",
    patterns=("*.csv", "*.tsv", "*.txt", "*.data"),
    sniff=lambda head, path: csv_reader.looks_like_table(head),
    read=_one(read_csv_cached),
)

FORMATS: tuple[DataFormat, ...] = (IDX, NPZ, NPY, ARFF, PARQUET, ZIP, TAR, CSV)
"""In the order in which a file is tried: text last, because a first line says least."""

PARTS = (IDX, NPY)
"""Kinds of which each file holds images or labels alone."""

UNREADABLE: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (
        lambda head: head.startswith(b"MATLAB 5.0 MAT-file") or head.startswith(b"MATLAB 7"),
        "is a MATLAB file, which is not read; save its arrays as CSV in MATLAB (writematrix([labels images], "
        "'digits.csv')), or as .npz with scipy.io.loadmat and numpy.savez, and open that",
    ),
    (
        lambda head: head.startswith(b"\x89HDF\r\n"),
        "is an HDF5 file (or one of a newer MATLAB), which is not read; save its arrays as CSV or .npz, and open that",
    ),
    (
        lambda head: head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05"),
        "is a Python pickle, which may run code as it is opened, and is not read; save its arrays with "
        "numpy.savez(file, x_train=..., y_train=..., x_test=..., y_test=...), and open that",
    ),
    (
        lambda head: head[4:8] == b"ftyp",
        "is a photo or a video and no data set; to have the digit in a photo read, drop it on the drawing box or use "
        f"{program_name()} predict",
    ),
    (
        lambda head: head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")),
        "is a single image and no data set; open the folder that holds a folder of images for each class",
    ),
    (
        lambda head: head.lstrip()[:1] in (b"{", b"["),
        "is JSON, which is not read; save the numbers as CSV or .npz, and open that",
    ),
    (
        lambda head: head.lstrip()[:1] == b"<",
        "is a web page or XML and no data set; download the file itself, not the page about it",
    ),
    (
        lambda head: re.match(rb"\S+ \d+:\S+ \d+:", head) is not None,
        "is written as LIBSVM has it, which is not read; save the numbers as CSV or .npz, and open that",
    ),
    (lambda head: head.startswith(b"\xfd7zXZ"), "is packed with xz; unpack it (xz -d), and open what comes out"),
    (lambda head: head.startswith(b"BZh"), "is packed with bzip2; unpack it (bzip2 -d), and open what comes out"),
    (
        lambda head: head.startswith((b"7z\xbc\xaf", b"Rar!")),
        "is a 7z or RAR archive, which is not read; unpack it, and open the folder",
    ),
    (
        lambda head: head.startswith(b"\xd0\xcf\x11\xe0"),
        "is an old office document or spreadsheet; save its table as CSV, and open that file",
    ),
    (lambda head: head.startswith(b"%PDF"), "is a PDF document and no data set; choose another file"),
)
"""Kinds that are known and cannot be read: what tells them, and what to say."""


def recognize(path: Path) -> DataFormat:
    """Return what kind of file this is: by its content, and where that says nothing by its name.

    Raises
    ------
    DataError
        If it cannot be read, or is of no kind that could be.
    """
    head = read_head(path)
    for each in FORMATS:
        if each.sniff(head, path):
            return each
    for tells, sentence in UNREADABLE:
        if tells(head):
            raise DataError(f"{path.name} {sentence}.")
    for each in FORMATS:
        if each.matches(path.name) and not each.is_archive:
            return each
    if b"\0" not in head[:4096]:
        # Any text may be meant for a table; its reader says what is wrong with it.
        return CSV
    raise DataError(f"{path.name} is none of the files that can be read ({names_text()}). Choose another file.")


def names_text() -> str:
    """Return all kinds in words, for ``--help`` and messages."""
    names = [each.name for each in FORMATS if not each.is_archive]
    archives = [each.name for each in FORMATS if each.is_archive]
    order = sorted(names, key=lambda name: name != CSV.name)
    return (
        f"{', '.join(order)}, images in a folder for each class, or a folder or a {' or '.join(archives)} archive "
        "with any of these"
    )


def dialog_filter() -> str:
    """Return the kinds as Qt's file dialogs want them: one entry for all, one each, and one for any file."""

    def entry(title: str, patterns: list[str]) -> str:
        return f"{title} ({' '.join(patterns)})"

    with_gz = {each.name: [p for pattern in each.patterns for p in (pattern, f"{pattern}.gz")] for each in FORMATS}
    everything = [pattern for patterns in with_gz.values() for pattern in patterns]
    each_kind = [entry(name, patterns) for name, patterns in with_gz.items()]
    return ";;".join([entry("Data", everything), *each_kind, "All files (*)"])


def is_data_file(path: Path) -> bool:
    """Tell whether a file is a data set by its content, and neither a photo nor a model nor missing."""
    try:
        head = read_head(path)
    except DataError:
        return False
    return any(each.sniff(head, path) for each in FORMATS)


def may_be_data(name: str) -> bool:
    """Tell from a file's name whether it may hold data: what is unpacked of an archive."""
    return any(each.matches(name) for each in FORMATS) or image_folder.is_image_name(name)
