"""Finding training and test sets in a folder by the names under which they are published.

A name tells its role by a word: ``train`` for training sets, ``test`` or ``t10k`` for test sets. Its ending tells the
kind: an IDX pair (``train-images-idx3-ubyte``) or a CSV file (``mnist_train.csv``), each plain or gzipped.
"""

import re
from pathlib import Path
from typing import Literal

from core.errors import DataError
from core.readers.data_file import unreadable
from core.readers.idx_reader import IDX_NAME, canonical_name

Role = Literal["train", "test"]

_ROLE_WORD = re.compile(r"(?:^|(?<=[^a-z]))(train|test|t10k)", re.IGNORECASE)
_WORDS: dict[Role, tuple[str, ...]] = {"train": ("train",), "test": ("test", "t10k")}

STANDARD_NAMES: dict[Role, tuple[str, ...]] = {
    "train": ("train-images-idx3-ubyte", "mnist_train.csv", "train.csv"),
    "test": ("t10k-images-idx3-ubyte", "test-images-idx3-ubyte", "mnist_test.csv", "test.csv"),
}
"""Taken first, in this order, where a folder holds more than one set of a role."""

SUBFOLDERS = (Path(), Path("raw"), Path("MNIST/raw"))
"""Where a folder's files may be: in itself, or where torchvision puts them."""


def find_set(folder: Path, role: Role) -> Path | None:
    """Return the CSV file or the IDX file of pictures in a folder that has the role; None if there is none.

    Raises
    ------
    DataError
        If the folder cannot be read, or holds several sets of the role, none of them with a standard name.
    """
    for subfolder in SUBFOLDERS:
        if subfolder != Path() and not (folder / subfolder).is_dir():
            continue
        candidates = {name: path for name, path in _digit_files(folder / subfolder).items() if _role(path) == role}
        for standard in STANDARD_NAMES[role]:
            if canonical_name(standard) in candidates:
                return candidates[canonical_name(standard)]
        if len(candidates) > 1:
            names = ", ".join(sorted(path.name for path in candidates.values())[:4])
            kind = "training" if role == "train" else "test"
            raise DataError(f"{folder} holds several {kind} sets ({names}); open one of these files instead.")
        if candidates:
            return next(iter(candidates.values()))
    return None


def require_set(folder: Path, role: Role) -> Path:
    """Return what `find_set` finds; raise DataError, saying what was looked for, where that is nothing."""
    path = find_set(folder, role)
    if path is None:
        kind, word, images = ("training", "train", "train") if role == "train" else ("test", "test", "t10k")
        raise DataError(
            f"{folder} holds no {kind} set; looked for mnist_{word}.csv, {word}.csv or another CSV file with the word "
            f"{word}, and for {images}-images-idx3-ubyte with {images}-labels-idx1-ubyte, plain or as .gz. "
            "Choose another folder, or open a file."
        )
    return path


def find_test_beside(training_file: Path) -> Path | None:
    """Return the test set in the same folder whose name differs only in the word for its role; None without one.

    ``mnist_test.csv`` belongs to ``mnist_train.csv``, ``t10k-labels-idx1-ubyte.gz`` to ``train-labels-idx1-ubyte``.
    """
    if _role(training_file) != "train":
        return None
    is_labels = (match := IDX_NAME.fullmatch(training_file.name)) and match["what"].lower() == "labels"
    files = _digit_files(training_file.parent, what="labels" if is_labels else "images")
    for word in _WORDS["test"]:
        name = canonical_name(_ROLE_WORD.sub(word, training_file.name, count=1))
        if name in files:
            return files[name]
    return None


def _digit_files(folder: Path, what: str = "images") -> dict[str, Path]:
    """Return a folder's CSV and IDX files by canonical name; of a plain and a gzipped one, the plain."""
    try:
        paths = sorted(folder.iterdir(), key=lambda path: path.name.lower().endswith(".gz"), reverse=True)
        return {canonical_name(path.name): path for path in paths if _is_digit_file(path, what) and path.is_file()}
    except OSError as error:
        raise unreadable(folder, error) from error


def _is_digit_file(path: Path, what: str) -> bool:
    match = IDX_NAME.fullmatch(path.name)
    if match:
        return match["what"].lower() == what
    return path.name.lower().removesuffix(".gz").endswith(".csv")


def _role(path: Path) -> Role | None:
    """Return the role that a file's name tells."""
    match = _ROLE_WORD.search(path.name)
    if match is None:
        return None
    return "train" if match[1].lower() in _WORDS["train"] else "test"
