"""Where digits come from: the one entry for files, folders, archives, the MNIST found here and the built-in digits.

A source is named by a path or by the word ``builtin``. What kind of file it is is told by its content
(`core.data.readers.formats`), what its numbers mean from all of them (`core.data.readers.interpretation`).
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataPair, Dataset, hold_out
from core.data.readers.folder import find_standard_set
from core.data.readers.idx_reader import is_idx_name
from core.data.readers.interpretation import interpret, to_pixels
from core.data.readers.partners import find_partner, group_parts, part_of_name
from core.data.readers.raw_set import RawSet
from core.data.readers.remarks import shared_images
from core.data.readers.roles import Role, role_of_name
from core.data.readers.sources import Sources, is_folder
from core.errors import DataError
from core.progress import Report, ignore_progress, part_of
from core.system.user_folders import mnist_folder

logger = logging.getLogger(__name__)

BUILTIN = "builtin"
"""Names the digits that come with the program, instead of a path."""

MNIST_DIGEST = "94a81bf51f18b5cae194f371cf5d9598cb5caa2dea2426f4dcb4c9351d0e9230"
"""What `is_mnist` expects: SHA-256 over all labels, all test images and every hundredth training image."""

MAX_FOUND_BYTES = 250_000_000
"""A larger file in a folder where we only look around is not MNIST; the CSV file of its training set has 110 MB."""

Source = str | Path


@dataclass(frozen=True)
class _Part:
    """A source and, where they were named apart, its labels."""

    path: Path
    labels: Path | None = None


def load_pair(
    train: Source | Sequence[Source],
    test: Source | Sequence[Source] | None = None,
    *,
    held_out_share: float = 1 / 6,
    report: Report = ignore_progress,
) -> DataPair:
    """Load what to train on and what to test with.

    Where no test set is named, it is the one that lies beside the training file under the matching name
    (``mnist_test.csv`` for ``mnist_train.csv``, ``t10k-...`` for ``train-...``), or the folder's, the archive's, or
    that of the built-in digits. Without any, or where that file has no labels (Kaggle's ``test.csv``), or where both
    names mean the same set, a share of the training set is held out.

    Parameters
    ----------
    train, test : str or Path, or two of them
        A file of any kind in `core.data.readers.formats`, a folder or an archive that holds one, or ``"builtin"``; or a
        file of images and one of their labels.
    held_out_share : float
        The share of the training set that becomes the test set where there is no other, between 0 and 1.
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
        trained_on = _load_one(train, "train", part_of(report, 0.0, 0.85))
        tested_with = _load_one(test, "test", part_of(report, 0.85, 1.0))
        return DataPair(trained_on, tested_with, f"{trained_on.name} + {tested_with.name}")
    train_part = _as_part(train)
    if test is None:
        return _load_parts(train_part, None, held_out_share, report)
    test_part = _as_part(test)
    groups = group_parts([train_part.path, test_part.path])
    if len(groups) == 1 and train_part.path.is_file() and test_part.path.is_file() and not train_part.labels:
        train_part = test_part = _Part(*groups[0])
    return _load_parts(train_part, test_part, held_out_share, report)


def load_files(sources: Sequence[Source], report: Report = ignore_progress) -> DataPair:
    """Load what was chosen together: a training set, a training and a test set, each perhaps as images and labels.

    Raises
    ------
    DataError
        As `load_pair` raises it, or if there are more than two sets.
    """
    if len(sources) == 1 or BUILTIN in sources:
        return load_pair(*sources[:2], report=report)
    parts = [_Part(*group) for group in group_parts([_to_path(source) for source in sources])]
    if len(parts) > 2:
        names = ", ".join(part.path.name for part in parts[:4])
        raise DataError(f"These are {len(parts)} sets ({names}); choose a training set, or one and its test set.")
    if len(parts) == 2 and [role_of_name(part.path.name) for part in parts] == ["test", "train"]:
        parts.reverse()
    return _load_parts(parts[0], parts[1] if len(parts) == 2 else None, 1 / 6, report)


def load_test(source: Source | Sequence[Source], report: Report = ignore_progress) -> Dataset:
    """Load one set to evaluate a network on: a file, the test set of a folder, or that of the built-in digits.

    Parameters
    ----------
    source : str or Path, or two of them
        One source, or a file of images and one of their labels.

    Raises
    ------
    DataError
        If the source is missing or cannot be used; see the readers.
    """
    return _load_one(source, "test", report)


@dataclass(frozen=True, eq=False)
class Images:
    """Images that need no labels: uint8 of shape (n, 784), and what is to be told of them."""

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]


def load_images(source: Source, report: Report = ignore_progress) -> Images:
    """Load images to have them read: Kaggle's ``test.csv``, or those of any other file, with labels or without.

    Raises
    ------
    DataError
        If the source is missing or cannot be used; see the readers.
    """
    path = _to_path(source)
    with Sources() as sources:
        found = sources.locate(path, "test", part_of(report, 0.0, 0.2))
        raw = sources.read(found, "test", part_of(report, 0.2, 1.0))
        if raw.labels is None:
            return Images(*to_pixels(raw))
        [data] = _interpreted([raw], found)
        return Images(data.images, data.notes)


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
            train, test = find_standard_set(folder, "train"), find_standard_set(folder, "test")
            if train is None or test is None or not (_may_be_mnist(train) and _may_be_mnist(test)):
                continue
            pair = _load_parts(_Part(train), _Part(test), 1 / 6, report)
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
    from core.data.synthetic.builtin_digits import load_builtin_digits

    return load_builtin_digits(report)


def _as_part(source: Source | Sequence[Source]) -> _Part:
    """Return one source, or a file of images and one of their labels, as one set."""
    if isinstance(source, str | Path):
        return _Part(_to_path(source))
    groups = group_parts([_to_path(each) for each in source])
    if len(groups) != 1:
        names = " and ".join(path.name for path, _ in groups)
        raise DataError(f"{names} are {len(groups)} sets; name one, or its images and its labels.")
    return _Part(*groups[0])


def _load_one(source: Source | Sequence[Source], role: Role, report: Report) -> Dataset:
    """Load one source as a training or a test set."""
    if source == BUILTIN:
        pair = _load_builtin(report)
        return pair.train if role == "train" else pair.test
    part = _as_part(source)
    path = part.path
    with Sources() as sources:
        found = sources.locate(path, role, part_of(report, 0.0, 0.2))
        if role == "test" and "test" not in (roles := sources.roles(found)) and roles:
            role = "train"
        raw = sources.read_labeled(found, role, part_of(report, 0.2, 1.0), part.labels)
        return _interpreted([_named(raw, path, found, sources)], found)[0]


def _load_parts(train: _Part, test: _Part | None, held_out_share: float, report: Report) -> DataPair:
    """Load a training set and a test set; MNIST is called by its name, whatever its files are called."""
    report(0.0, f"opening {train.path.name}")
    with Sources() as sources:
        train_path = sources.locate(train.path, "train", part_of(report, 0.0, 0.1))
        is_same = False
        if test is None:
            found = sources.locate_test(train.path, train_path, part_of(report, 0.1, 0.15))
            tested = None if found is None else _Part(found)
        else:
            tested = _Part(sources.locate(test.path, "test", part_of(report, 0.1, 0.15)), test.labels)
            is_same = _is_same_set(train_path, tested.path, sources)
        raw = sources.read_labeled(train_path, "train", part_of(report, 0.15, 0.85), train.labels)
        raw = _named(raw, train.path, train_path, sources)
        if tested is None or is_same:
            [whole] = _interpreted([raw], train_path)
            report(1.0, f"{raw.name} is read")
            return replace(hold_out(whole, held_out_share), name=_describe(train.path, train_path))
        raw_test = sources.read_labeled(tested.path, "test", part_of(report, 0.85, 1.0), tested.labels)
        owner = test.path if test is not None else train.path
        raw_test = _named(raw_test, owner, tested.path, sources)
        trained_on, tested_with = _interpreted([raw, raw_test], train_path)
    return _paired(trained_on, tested_with, train.path, train_path, tested.path)


def _paired(train: Dataset, test: Dataset, source: Path, train_path: Path, test_path: Path) -> DataPair:
    in_one_folder = (
        is_idx_name(train_path.name) and is_idx_name(test_path.name) and train_path.parent == test_path.parent
    )
    of_one_source = (
        in_one_folder or train_path == test_path or is_folder(train_path) or _is_unpacked(train_path, source)
    )
    name = _describe(source, train_path) if of_one_source else f"{train.name} + {test.name}"
    if train.name == test.name:
        train, test = replace(train, name=f"{train.name}, training"), replace(test, name=f"{test.name}, test")
    pair = DataPair(train, test, name)
    if is_mnist(pair):
        return DataPair(replace(train, name="MNIST training"), replace(test, name="MNIST test"), "MNIST")
    leak = shared_images(train, test)
    return replace(pair, test=replace(test, notes=(*test.notes, leak))) if leak else pair


def _interpreted(sets: list[RawSet], source: Path) -> list[Dataset]:
    try:
        path = source.resolve()
    except OSError:
        path = source
    return interpret(sets, "/".join([*path.parts[-5:], *(raw.name for raw in sets)]))


def _named(raw: RawSet, source: Path, found: Path, sources: Sources) -> RawSet:
    """Call a set by its file; where that says too little, by the folder or archive that was opened as well."""
    folder = sources.folder_of(source)
    if folder == found or source == found:
        return raw.renamed(source.name) if is_folder(found) else raw
    if not is_folder(found) and folder == source:
        return raw
    where = found.relative_to(folder).as_posix() if found.is_relative_to(folder) else found.name
    return raw.renamed(f"{source.name}, {where}")


def _describe(source: Path, train: Path) -> str:
    """Return what to call the data of a training set: IDX files of all data sets share names, so their folder's."""
    if _is_unpacked(train, source) or is_folder(train):
        return source.name
    if not is_idx_name(train.name):
        return train.name
    folder = train.resolve().parent
    return folder.parent.name if folder.name == "raw" else folder.name


def _is_unpacked(found: Path, source: Path) -> bool:
    """Tell whether a file was unpacked of an archive."""
    return source.is_file() and found != source


def _is_same_set(train: Path, test: Path, sources: Sources) -> bool:
    """Tell whether two paths lead to the same file or pair of files, and it does not tell its sets apart itself."""
    try:
        if not _images(train).samefile(_images(test)):
            return False
    except OSError:
        return False
    return "test" not in sources.roles(train)


def _images(path: Path) -> Path:
    """Return the file of images that a file of labels belongs to, and any other path as it is."""
    return (find_partner(path) or path) if part_of_name(path.name) == "labels" and path.is_file() else path


def _to_path(source: Source) -> Path:
    path = Path(source)
    try:
        return path.expanduser()
    except RuntimeError:  # ~name where no user has that name
        return path


def _well_known_folders() -> list[Path]:
    import platformdirs

    return [mnist_folder(), Path(), Path("data"), platformdirs.user_downloads_path()]


def _may_be_mnist(path: Path) -> bool:
    """Tell whether a file found by looking around has no excessive size."""
    return path.stat().st_size <= MAX_FOUND_BYTES
