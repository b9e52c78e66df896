"""What a file may cost: the one place that says how large, how many and how much memory, for every kind of file.

A file is made by others. It may be broken, or made to do harm: a few bytes may claim or unpack to gigabytes. So each
reader counts while it reads, and refuses a file with one sentence as soon as it costs more than its `Budget`::

    meter = Meter(path.name, DATA)
    meter.file(path.stat().st_size)            # before anything is read
    while block := file.read(BLOCK_BYTES):
        meter.unpacked(len(block), packed=file.packed_position)
        meter.items(len(rows))                 # rows, images, members: whatever the budget counts

Small files are read whole by ``read_whole(path, LESSON)``; what a header claims is checked, before it is believed, by
``meter.memory(height * width * 4)``. All raise the budget's own `UserError` with the file, the limit and what to do.

There is no limit in seconds of the clock: it would refuse on a busy machine what an idle one opens. Seconds follow
from what is counted. Each budget is chosen so that what it lets pass takes seconds and less than a gigabyte on two
cores, and what takes longer than 0.3 s for a good reason (a real file that is large) shows its progress and can be
cancelled. The decoders of others, whose steps cannot be counted, get `DECODING_SECONDS` of the processor.
"""

import stat
from dataclasses import dataclass
from pathlib import Path

from core.errors import (
    DataError,
    ImageError,
    LessonError,
    ModelFileError,
    ProjectFileError,
    RecipeFileError,
    RunFileError,
    SessionFileError,
    UserError,
)

KB, MB, GB = 1000, 1000**2, 1000**3

BOMB_RATIO = 100
"""Beyond `BOMB_START` no real file unpacks to more than this many times its size: MNIST as CSV has 8, blanks 230 and
more."""

BOMB_START = 256 * MB

DECODING_SECONDS = 20.0
"""Of the processor, for a decoder; the largest images that are let pass take three."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """What a file of one kind may cost.

    Attributes
    ----------
    what : str
        What the file is called, with its article: ``"a lesson"``.
    error : type
        The `UserError` that is raised.
    remedy : str
        What the user can do, in the imperative, without a full stop.
    file_bytes : int
        On disk, packed or not.
    unpacked_bytes : int
        Read from it in all, after unpacking.
    memory_bytes : int
        Held at once while it is decoded, and of what it becomes.
    items : int
        So many of what ``item`` names.
    item : str
        What is counted, in the plural: ``"images"``.
    """

    what: str
    error: type[UserError]
    remedy: str
    file_bytes: int
    unpacked_bytes: int
    memory_bytes: int
    items: int = 1
    item: str = "parts"


DATA = Budget(
    what="a data set",
    error=DataError,
    remedy="split it, or take a part of it",
    file_bytes=4 * GB,
    unpacked_bytes=4 * GB,
    memory_bytes=400 * MB,
    items=500_000,
    item="images",
)
"""CSV, IDX, ARFF, parquet, npz, folders, archives of these. ``memory_bytes`` is 500,000 images of 784 bytes; holding a
share of them out takes as much again. The largest published set of digits (QMNIST with all of NIST's) has 402,953."""

TEXT_LINES = Budget(
    what="a data set",
    error=DataError,
    remedy="delete its blank lines",
    file_bytes=DATA.file_bytes,
    unpacked_bytes=DATA.unpacked_bytes,
    memory_bytes=DATA.memory_bytes,
    items=2 * DATA.items,
    item="lines",
)
"""The same, counted by lines, blank ones included: a packed file can hold billions of those."""

ARCHIVE = Budget(
    what="an archive",
    error=DataError,
    remedy="unpack it, and open the folder or the file that you want",
    file_bytes=4 * GB,
    unpacked_bytes=4 * GB,
    memory_bytes=400 * MB,
    items=200_000,
    item="files",
)
"""ZIP and tar; its items are members, of whatever kind."""

IMAGE_OF_DATA = Budget(
    what="an image of a data set",
    error=DataError,
    remedy="remove it, then open the folder again",
    file_bytes=5 * MB,
    unpacked_bytes=64 * MB,
    memory_bytes=64 * MB,
    items=16_000_000,
    item="pixels",
)
"""One of 28x28 pixels in a file of its own; larger ones are opened as far as is needed to say how large they are."""

FOLDER = Budget(
    what="a folder",
    error=DataError,
    remedy="open the folder in it that holds the data",
    file_bytes=4 * GB,
    unpacked_bytes=4 * GB,
    memory_bytes=400 * MB,
    items=200_000,
    item="files and folders",
)
"""What is looked through in search of data; the images of classes are counted as `DATA`."""

CACHE = Budget(
    what="a cache entry",
    error=DataError,
    remedy="delete it",
    file_bytes=256 * MB,
    unpacked_bytes=256 * MB,
    memory_bytes=256 * MB,
)

DIGIT_SHEET = Budget(
    what="a sheet of digits",
    error=DataError,
    remedy="open a sheet that My digits saved",
    file_bytes=20 * MB,
    unpacked_bytes=80 * MB,
    memory_bytes=80 * MB,
)

IMAGE = Budget(
    what="an image",
    error=ImageError,
    remedy="make it smaller, or save it as a JPEG",
    file_bytes=200 * MB,
    unpacked_bytes=650 * MB,
    memory_bytes=650 * MB,
    items=80_000_000,
    item="pixels",
)
"""``memory_bytes`` holds for all copies that a decoder makes at once; see `core.drawing.photos.photo_files`."""

MODEL = Budget(
    what="a model",
    error=ModelFileError,
    remedy="choose a model that this program saved",
    file_bytes=1200 * MB,
    unpacked_bytes=1200 * MB,
    memory_bytes=1200 * MB,
    items=160,
    item="arrays",
)
"""Eight layers of 4,096 units in single precision are 0.5 GB; 32 layers have up to 96 arrays, and there are metrics."""

RUN = Budget(
    what="a run",
    error=RunFileError,
    remedy="choose a run that this program kept",
    file_bytes=1200 * MB,
    unpacked_bytes=1200 * MB,
    memory_bytes=1200 * MB,
    items=64,
    item="arrays",
)
"""Metrics of a hundred million updates are 0.8 GB; of states, `core.files.run_file` writes less than that."""

SESSION = Budget(
    what="what a window left",
    error=SessionFileError,
    remedy="delete it",
    file_bytes=20 * MB,
    unpacked_bytes=20 * MB,
    memory_bytes=200 * MB,
)
"""Hundreds of long strokes, or images, fit."""

PROJECT = Budget(
    what="a project",
    error=ProjectFileError,
    remedy="choose a project that this program saved",
    file_bytes=4 * GB,
    unpacked_bytes=4 * GB,
    memory_bytes=1200 * MB,
    items=2_000,
    item="files",
)
"""A thousand runs fit; each is read by itself, within `RUN`."""

RECIPE = Budget(
    what="a recipe",
    error=RecipeFileError,
    remedy="choose a recipe that this program saved",
    file_bytes=1 * MB,
    unpacked_bytes=1 * MB,
    memory_bytes=20 * MB,
)
"""Ten thousand turned knobs fit."""

LESSON = Budget(
    what="a lesson",
    error=LessonError,
    remedy="a lesson is some pages of text; shorten it",
    file_bytes=200 * KB,
    unpacked_bytes=200 * KB,
    memory_bytes=20 * MB,
    items=16,
    item="names joined by points",
)

LESSON_IMAGE = Budget(
    what="an image of a lesson",
    error=LessonError,
    remedy="make it smaller",
    file_bytes=5 * MB,
    unpacked_bytes=64 * MB,
    memory_bytes=64 * MB,
    items=16_000_000,
    item="pixels",
)


class Meter:
    """Counts what reading one file has cost so far; each call raises ``budget.error`` once that is too much.

    Parameters
    ----------
    name : str
        The file as messages call it.
    budget : Budget
        What it may cost.
    """

    def __init__(self, name: str, budget: Budget) -> None:
        self._name = name
        self._budget = budget
        self._unpacked = 0
        self._items = 0

    def file(self, size: int) -> None:
        """Check the bytes that the file takes on disk."""
        if size > self._budget.file_bytes:
            raise self._refusal(f"is larger than {size_text(self._budget.file_bytes)}")

    def unpacked(self, size: int, packed: int | None = None) -> None:
        """Add ``size`` bytes to those that were read; where the file is packed, ``packed`` of its own so far."""
        self._unpacked += size
        if self._unpacked > self._budget.unpacked_bytes:
            raise self._refusal(f"unpacks to more than {size_text(self._budget.unpacked_bytes)}")
        if packed is not None and self._unpacked > BOMB_START + BOMB_RATIO * packed:
            raise self._refusal(f"unpacks to more than {BOMB_RATIO} times its size, far more than such a file should")

    def items(self, count: int) -> None:
        """Add ``count`` to the items that were found."""
        self._items += count
        if self._items > self._budget.items:
            raise self._refusal(f"holds more than {self._budget.items:,} {self._budget.item}")

    def memory(self, size: int) -> None:
        """Check the bytes that decoding what a header claims will hold at once."""
        if size > self._budget.memory_bytes:
            raise self._refusal(
                f"would take {size_text(size)} of memory, more than the {size_text(self._budget.memory_bytes)} that "
                f"{self._budget.what} may take"
            )

    def _refusal(self, why: str) -> UserError:
        return self._budget.error(f"{self._name} {why}; {self._budget.remedy}.")


def read_whole(path: Path, budget: Budget) -> bytes:
    """Return what a file holds, where it is a file and within ``budget``.

    Raises
    ------
    UserError
        Of the budget's type, if it is missing, a folder, a device or a pipe (which may never end), too large, or
        cannot be read.
    """
    try:
        require_file(path, budget)
        with path.open("rb") as file:
            data = file.read(budget.file_bytes + 1)
    except OSError as error:
        raise budget.error(f"{path} could not be read: {error.strerror or error}.") from error
    except ValueError as error:  # A name that no system has, such as one with a zero in it.
        raise budget.error(f"There is no file {str(path)!r}; check its name and where it is.") from error
    Meter(path.name, budget).file(len(data))
    return data


def require_file(path: Path, budget: Budget) -> None:
    """Check that a path leads to a file on disk that is not too large.

    Raises
    ------
    UserError
        Of the budget's type, where it does not.
    OSError
        If the operating system does not tell.
    """
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        found = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or a pipe"
        raise budget.error(f"{path} is {found}; expected a file on disk.")
    Meter(path.name, budget).file(status.st_size)


def size_text(size: int) -> str:
    """Return a number of bytes as people write it: ``200 kB``, ``1.2 GB``."""
    for unit, letters in ((GB, "GB"), (MB, "MB"), (KB, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {letters}"
    return f"{size} bytes"
