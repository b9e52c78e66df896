"""Downloading MNIST: the four files that Y. LeCun, C. Cortes and C. J. C. Burges published, from one of their mirrors.

Each file is unpacked while it arrives, checked against the SHA-256 of the original and only then put in its place, so
the folder never holds anything but whole, right files. What is there already is not fetched again: a download that
was cancelled or broke off goes on with the file it had come to.

The mirrors' gzip data differ, so it is the unpacked bytes that are checked. That check also makes plain HTTP safe,
which helps behind proxies that break HTTPS; it is tried last.
"""

import contextlib
import hashlib
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from core.data.dataset import DataPair, Dataset
from core.data.readers.http_stream import ServerError, read_url
from core.data.readers.idx_reader import read_idx
from core.errors import DownloadError
from core.progress import Report, ignore_progress, part_of
from core.system.atomic_file import atomic_write
from core.system.leftovers import clear_leftovers
from core.system.user_folders import CACHE_VARIABLE, mnist_folder

logger = logging.getLogger(__name__)

MIRRORS = (
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "http://ossci-datasets.s3.amazonaws.com/mnist/",
    "http://storage.googleapis.com/cvdf-datasets/mnist/",
)

STALL_SECONDS = 10.0


@dataclass(frozen=True)
class RemoteFile:
    """A file that mirrors offer gzipped, as ``name`` + ``.gz``; ``size`` in bytes and ``sha256`` are of it unpacked."""

    name: str
    size: int
    sha256: str


TRAIN_IMAGES = RemoteFile(
    "train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
)
TRAIN_LABELS = RemoteFile(
    "train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
)
TEST_IMAGES = RemoteFile(
    "t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
)
TEST_LABELS = RemoteFile(
    "t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
)
MNIST_FILES = (TRAIN_LABELS, TEST_LABELS, TEST_IMAGES, TRAIN_IMAGES)


def download_mnist(
    report: Report = ignore_progress,
    *,
    folder: Path | None = None,
    mirrors: Sequence[str] = MIRRORS,
    files: Sequence[RemoteFile] = MNIST_FILES,
    stall_seconds: float = STALL_SECONDS,
) -> DataPair:
    """Download MNIST, unless it is there already, and load it.

    Parameters
    ----------
    report : Report
        Told of progress at least ten times a second, so that cancelling takes effect at once.
    folder : Path, optional
        Where the files go; by default `core.system.user_folders.mnist_folder`.
    mirrors : sequence of str
        Addresses to which a file's name and ``.gz`` are appended; tried in turn.
    files : sequence of RemoteFile
        What to fetch: two IDX pairs with the names of MNIST's.
    stall_seconds : float
        How long a mirror may send next to nothing before the next one is tried.

    Raises
    ------
    DownloadError
        If no mirror sends a file, or the folder cannot be written.
    """
    folder = mnist_folder() if folder is None else folder
    fetch_files(files, folder, mirrors, stall_seconds=stall_seconds, report=part_of(report, 0.0, 0.95))
    train = read_idx(folder / TRAIN_IMAGES.name, part_of(report, 0.95, 0.99))
    test = read_idx(folder / TEST_IMAGES.name, part_of(report, 0.99, 1.0))
    return DataPair(
        Dataset(train.images, train.labels, "MNIST training"), Dataset(test.images, test.labels, "MNIST test"), "MNIST"
    )


def fetch_files(
    files: Sequence[RemoteFile],
    folder: Path,
    mirrors: Sequence[str],
    *,
    stall_seconds: float = STALL_SECONDS,
    report: Report = ignore_progress,
) -> None:
    """Fetch those files that ``folder`` does not hold yet, whole and right; it is created where it is missing.

    Raises
    ------
    DownloadError
        As `download_mnist` raises it.
    """
    total = sum(file.size for file in files)
    done = 0
    in_turn = list(mirrors)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clear_leftovers(folder)
        for file in files:
            part = part_of(report, done / total, (done + file.size) / total)
            if not _is_right(folder / file.name, file):
                _fetch_from_any(file, folder, in_turn, stall_seconds, part)
            done += file.size
    except OSError as error:
        raise DownloadError(
            f"MNIST cannot be stored in {folder} ({error.strerror or error}); make room for {total / 1e6:.0f} MB "
            f"there, or name another folder in the environment variable {CACHE_VARIABLE}."
        ) from error


def _fetch_from_any(file: RemoteFile, folder: Path, in_turn: list[str], stall_seconds: float, report: Report) -> None:
    """Fetch one file from the first mirror that sends it; mirrors that fail go to the end of the list."""
    failures: dict[str, str] = {}
    for mirror in list(in_turn):
        host = urlsplit(mirror).netloc
        try:
            _fetch(f"{mirror}{file.name}.gz", file, folder / file.name, stall_seconds, report)
        except ServerError as error:
            logger.info("%s could not be fetched from %s", file.name, mirror, exc_info=True)
            failures.setdefault(host, str(error))
            in_turn.remove(mirror)
            in_turn.append(mirror)
        else:
            return
    reasons = "; ".join(f"{host} {failure}" for host, failure in failures.items())
    raise DownloadError(
        f"{file.name} could not be downloaded: {reasons}. Check the network and try again, "
        "or fetch the files elsewhere and open their folder."
    )


def _fetch(url: str, file: RemoteFile, path: Path, stall_seconds: float, report: Report) -> None:
    """Fetch, unpack, check and store one file; raises ServerError where what arrives is not that file."""
    text = f"downloading {file.name} from {urlsplit(url).netloc}"
    report(0.0, text)
    unpacker = zlib.decompressobj(wbits=31)
    digest = hashlib.sha256()
    size = 0
    with atomic_write(path) as output, contextlib.closing(read_url(url, stall_seconds=stall_seconds)) as pieces:
        for piece in pieces:
            try:
                # One byte more than expected shows that a file is too long, without unpacking all that is in it.
                unpacked = unpacker.decompress(piece, file.size + 1 - size)
            except zlib.error as error:
                raise ServerError("sent something else or damaged data") from error
            size += len(unpacked)
            if size > file.size:
                raise ServerError("sent too long a file")
            digest.update(unpacked)
            output.write(unpacked)
            report(size / file.size, text)
            if unpacker.eof:
                break
        if size < file.size or not unpacker.eof:
            raise ServerError(f"sent only {size:,} of {file.size:,} bytes")
        if digest.hexdigest() != file.sha256:
            raise ServerError("sent a file with other content")


def _is_right(path: Path, file: RemoteFile) -> bool:
    """Tell whether a file is there with the right content."""
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
