"""Where digits come from: the one entry for files, folders, the MNIST on this computer and the built-in digits.

A source is named by a path or by the word ``builtin``. Whether a file is CSV or IDX is told by its content.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.dataset import DataPair, Dataset, hold_out
from core.errors import DataError
from core.progress import Report, ignore_progress, part_of
from core.readers.csv_cache import read_csv_cached
from core.readers.csv_reader import has_label_column
from core.readers.data_file import open_data_file, unreadable
from core.readers.folder import STANDARD_NAMES, Role, find_set, find_test_beside, require_set
from core.readers.idx_reader import canonical_name, find_pair, is_idx_name, read_idx
from core.system.user_folders import mnist_folder

logger = logging.getLogger(__name__)

BUILTIN = "builtin"
"""Names the digits that come with the program, instead of a path."""

MNIST_DIGEST = "94a81bf51f18b5cae194f371cf5d9598cb5caa2dea2426f4dcb4c9351d0e9230"
"""What `is_mnist` expects: SHA-256 over all labels, all test pictures and every hundredth training picture."""

MAX_FOUND_BYTES = 250_000_000
"""A larger file in a folder where we only look around is not MNIST; the CSV file of its training set has 110 MB."""

Source = str | Path


def load_pair(
    train: Source, test: Source | None = None, *, held_out_share: float = 1 / 6, report: Report = ignore_progress
) -> DataPair:
    """Load what to train on and what to test with.

    Where no test set is named, it is the one that lies beside the training file under the matching name
    (``mnist_test.csv`` for ``mnist_train.csv``, ``t10k-...`` for ``train-...``), or the folder's, or that of the
    built-in digits. Without any, or where that file has no labels (Kaggle's ``test.csv``), or where both names mean the
    same file, a share of the training file is held out.

    Parameters
    ----------
    train, test : str or Path
        A CSV file, either file of an IDX pair, a folder that holds either, or ``"builtin"``.
    held_out_share : float
        The share of the training file that becomes the test set where there is no other, between 0 and 1.
    report : Report
        Told of progress over both.

    Raises
    ------
    DataError
        If a source is missing or cannot be used; see the readers.
    """
    if train == BUILTIN and test in (None, BUILTIN):
        return _load_builtin(report)
    if test is not None and BUILTIN in (train, test):
        trained_on = _load_part(train, "train", part_of(report, 0.0, 0.85))
        tested_with = _load_part(test, "test", part_of(report, 0.85, 1.0))
        return DataPair(trained_on, tested_with, f"{trained_on.name} + {tested_with.name}")
    train_path = _to_file(train, "train")
    test_path = _find_test(train, train_path) if test is None else _to_file(test, "test")
    if test_path is None or _is_same_set(train_path, test_path):
        return replace(hold_out(_read_file(train_path, report), held_out_share), name=_describe(train_path))
    return _load_files(train_path, test_path, report)


def load_test(source: Source, report: Report = ignore_progress) -> Dataset:
    """Load one set to evaluate a network on: a file, the test set of a folder, or that of the built-in digits.

    Raises
    ------
    DataError
        If the source is missing or cannot be used; see the readers.
    """
    return _load_part(source, "test", report)


def load_default(report: Report = ignore_progress, folders: Sequence[Path] | None = None) -> DataPair:
    """Load the MNIST found on this computer, else the built-in digits.

    Parameters
    ----------
    report : Report
        Told of progress.
    folders : sequence of Path, optional
        Where to look, under the standard names only; by default our own download, the current folder, its folder
        ``data``, and the user's downloads. What is found there and is not MNIST is passed over.
    """
    for folder in _well_known_folders() if folders is None else folders:
        try:
            if not folder.is_dir():
                continue
            train, test = find_set(folder, "train"), find_set(folder, "test")
            if train is None or test is None or not (_may_be_mnist(train) and _may_be_mnist(test)):
                continue
            pair = _load_files(train, test, report)
        except (DataError, OSError) as error:
            logger.info("No MNIST in %s: %s", folder, error)
            continue
        if is_mnist(pair):
            return pair
        logger.info("What lies in %s under the names of MNIST is something else", folder)
    return _load_builtin(report)


def is_mnist(pair: DataPair) -> bool:
    """Tell whether two sets are the training and test sets of MNIST, whatever files they came from."""
    if (len(pair.train), len(pair.test)) != (60_000, 10_000):
        return False
    digest = hashlib.sha256(pair.train.labels.data)
    for values in (pair.test.labels, pair.test.images, pair.train.images[::100]):
        digest.update(np.ascontiguousarray(values).data)
    return digest.hexdigest() == MNIST_DIGEST


def _load_builtin(report: Report) -> DataPair:
    from core.synthetic.builtin_digits import load_builtin_digits

    return load_builtin_digits(report)


def _load_part(source: Source, role: Role, report: Report) -> Dataset:
    """Load one source as a training or a test set."""
    if source == BUILTIN:
        pair = _load_builtin(report)
        return pair.train if role == "train" else pair.test
    return _read_file(_to_file(source, role), report)


def _load_files(train: Path, test: Path, report: Report) -> DataPair:
    """Load a training and a test file; MNIST is called by its name, whatever its files are called."""
    trained_on = _read_file(train, part_of(report, 0.0, 0.85))
    tested_with = _read_file(test, part_of(report, 0.85, 1.0))
    same_folder = is_idx_name(train.name) and is_idx_name(test.name) and train.parent == test.parent
    name = _describe(train) if same_folder else f"{trained_on.name} + {tested_with.name}"
    pair = DataPair(trained_on, tested_with, name)
    if is_mnist(pair):
        return DataPair(replace(trained_on, name="MNIST training"), replace(tested_with, name="MNIST test"), "MNIST")
    return pair


def _read_file(path: Path, report: Report) -> Dataset:
    return read_idx(path, report) if _is_idx(path) else read_csv_cached(path, report)


def _is_idx(path: Path) -> bool:
    """Tell IDX files from CSV files: by their names, or by the two zero bytes that no text starts with."""
    if is_idx_name(path.name):
        return True
    with open_data_file(path) as file:
        return file.read(2) == b"\0\0"


def _describe(train: Path) -> str:
    """Return what to call the data of a training file: IDX files of all data sets share names, so their folder's."""
    if not is_idx_name(train.name):
        return train.name
    folder = train.resolve().parent
    return folder.parent.name if folder.name == "raw" else folder.name


def _find_test(source: Source, train: Path) -> Path | None:
    """Return the test file that belongs to a training file; None where there is none with labels."""
    path = _to_path(source)
    test = find_set(path, "test") if _is_folder(path) else find_test_beside(train)
    if test is not None and not _is_idx(test) and not has_label_column(test):
        logger.info("%s has no labels; a share of %s is held out instead", test, train)
        return None
    return test


def _is_same_set(train: Path, test: Path) -> bool:
    """Tell whether two paths lead to the same file or IDX pair."""
    try:
        return _pictures(train).samefile(_pictures(test))
    except OSError:
        return False


def _pictures(path: Path) -> Path:
    """Return the file of pictures of an IDX pair, and any other path as it is."""
    return find_pair(path)[0] if is_idx_name(path.name) and path.is_file() else path


def _to_file(source: Source, role: Role) -> Path:
    """Return the path of a file, or of the file in a folder that has the role."""
    path = _to_path(source)
    return require_set(path, role) if _is_folder(path) else path


def _to_path(source: Source) -> Path:
    path = Path(source)
    try:
        return path.expanduser()
    except RuntimeError:  # ~name where no user has that name
        return path


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path, error) from error


def _well_known_folders() -> list[Path]:
    import platformdirs

    return [mnist_folder(), Path(), Path("data"), platformdirs.user_downloads_path()]


def _may_be_mnist(path: Path) -> bool:
    """Tell whether a file found by looking around has a standard name and no excessive size."""
    standard = {canonical_name(name) for names in STANDARD_NAMES.values() for name in names}
    return canonical_name(path.name) in standard and path.stat().st_size <= MAX_FOUND_BYTES
