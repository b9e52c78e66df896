"""Finding training and test sets in a folder, however deep they lie and whatever they are called.

A name tells its role by a word (`core.data.readers.roles`): that of the file, or of a folder that it is in. Folders are
gone through level by level; the first level that holds a set of the role decides, and on it the names under which sets
are published come first. So torchvision's root opens (``MNIST/raw/train-images-idx3-ubyte``), as do mnist_png
(``training/0/1.png``), Hugging Face's copies (``data/train-00000-of-00001.parquet``) and Kaggle's two CSV files.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.data.readers.data_file import read_head, unreadable
from core.data.readers.formats import FORMATS, DataFormat, names_text
from core.data.readers.image_folder import class_folders, holds_images
from core.data.readers.partners import canonical_name, part_of_name
from core.data.readers.roles import ROLE_WORDS, Role, replace_role, role_of_name, role_of_path
from core.errors import DataError
from core.progress import Report, ignore_progress
from core.system.budget import FOLDER, Meter

STANDARD_NAMES: dict[Role, tuple[str, ...]] = {
    "train": (
        "train-images-idx3-ubyte",
        "mnist_train.csv",
        "train.csv",
        "emnist-digits-train-images-idx3-ubyte",
        "qmnist-train-images-idx3-ubyte",
        "mnist.npz",
    ),
    "test": (
        "t10k-images-idx3-ubyte",
        "test-images-idx3-ubyte",
        "mnist_test.csv",
        "test.csv",
        "emnist-digits-test-images-idx3-ubyte",
        "qmnist-test-images-idx3-ubyte",
        "mnist.npz",
    ),
}
"""Taken first, in this order, where a folder holds more than one set of a role."""

LEVELS = 4
"""So deep below a folder a set may lie."""

_STANDARD_FOLDER = "MNIST"


@dataclass(frozen=True)
class Candidate:
    """Something in a folder that may be a set.

    Attributes
    ----------
    path : Path
        A file, or a folder that holds a folder of images for each class.
    role : "train", "test" or None
        What names tell of its role; None where they tell nothing.
    """

    path: Path
    role: Role | None


def find_standard_set(folder: Path, role: Role) -> Path | None:
    """Return the file of a folder that has a role's standard name; None without one. No file is opened.

    Raises
    ------
    OSError
        If the folder cannot be read.
    """
    for place in (folder, folder / "raw", folder / _STANDARD_FOLDER / "raw"):
        if place.is_dir():
            files = {
                canonical_name(path.name): path for path in sorted(place.iterdir(), key=_packed_last, reverse=True)
            }
            for name in map(canonical_name, STANDARD_NAMES[role]):
                if name in files and files[name].is_file():
                    return files[name]
    return None


def find_set(
    folder: Path, role: Role, report: Report = ignore_progress, *, called: str | None = None, or_any: bool = False
) -> Path | None:
    """Return the file, or the folder of images by class, that has the role; None if there is none.

    Parameters
    ----------
    folder : Path
        Where to look.
    role : "train" or "test"
        Which set.
    report : Report
        Told of each folder that is looked through.
    called : str, optional
        What messages call the folder, such as the archive that was unpacked there; by default its path.
    or_any : bool
        Whether the only set there is will do, where no name tells of any role.

    Raises
    ------
    DataError
        If the folder cannot be read, or holds several sets of the role, none of them with a standard name.
    """
    named = False
    unnamed: list[Candidate] | None = None
    for candidates in _levels(folder, report):
        fitting = [each for each in candidates if each.role == role]
        if fitting:
            return _choose(fitting, folder, role, called or str(folder))
        named = named or any(each.role is not None for each in candidates)
        if unnamed is None and candidates and not named:
            unnamed = candidates
    if or_any and unnamed and not named:
        return _choose(unnamed, folder, role, called or str(folder))
    return None


def require_set(folder: Path, role: Role, report: Report = ignore_progress, called: str | None = None) -> Path:
    """Return what `find_set` finds; raise DataError, saying what was looked for, where that is nothing."""
    path = find_set(folder, role, report, called=called, or_any=True)
    if path is None:
        called = called or str(folder)
        if holds_images(folder):
            raise DataError(
                f"{called} holds images and does not say what they show; put the images of each class into a folder "
                "called as the class, such as 0 to 9, then open it again."
            )
        kind, word = ("training", "train") if role == "train" else ("test", "test")
        raise DataError(
            f"{called} holds no {kind} set; looked for files with the word {word} in their name or in that of their "
            f"folder: {names_text()}. Choose another folder, or open a file."
        )
    return path


def find_test_beside(training_file: Path) -> Path | None:
    """Return the test set beside a training set whose name differs only in the word for its role; None without one.

    ``mnist_test.csv`` belongs to ``mnist_train.csv``, ``t10k-labels-idx1-ubyte.gz`` to ``train-labels-idx1-ubyte``,
    ``testing`` to ``training``.
    """
    if role_of_name(training_file.name) != "train":
        return None
    try:
        beside = sorted(training_file.parent.iterdir(), key=_packed_last)
    except OSError as error:
        raise unreadable(training_file.parent, error) from error
    for word in ROLE_WORDS["test"]:
        name = canonical_name(replace_role(training_file.name, word))
        for path in beside:
            if canonical_name(path.name) == name and path.is_dir() == training_file.is_dir():
                return path
    return None


def _levels(folder: Path, report: Report) -> Iterator[list[Candidate]]:
    """Yield what may be sets, level by level: first the folder itself."""
    meter = Meter(folder.name, FOLDER)
    level = [folder]
    for _ in range(LEVELS):
        found: list[Candidate] = []
        below: list[Path] = []
        for each in level:
            report(0.0, f"looking through {each.name}")
            try:
                classes = class_folders(each)
                if len(classes) > 1 or (classes and len(classes[0].name) == 1):
                    found.append(Candidate(each, _role(each, folder)))
                entries = sorted(each.iterdir(), key=_packed_last)
            except OSError as error:
                if each == folder:
                    raise unreadable(folder, error) from error
                continue
            meter.items(len(entries))
            found += _files(entries, folder)
            below += [entry for entry in entries if entry not in classes and _is_open_folder(entry)]
        if found:
            yield found
        level = sorted(below, key=lambda path: path.name.lower())


def _files(entries: list[Path], folder: Path) -> Iterator[Candidate]:
    """Yield the files among a folder's entries that hold images; of a plain and a packed one, the plain."""
    seen: set[str] = set()
    for path in entries:
        kind = _kind(path)
        name = canonical_name(path.name)
        if kind is None or name in seen or part_of_name(path.name) == "labels":
            continue
        seen.add(name)
        roles = kind.roles(path)
        if roles:
            yield from (Candidate(path, role) for role in roles)
        else:
            yield Candidate(path, _role(path, folder))


def _kind(path: Path) -> DataFormat | None:
    """Return what a file is by its name, once its content does not speak against it."""
    named = [each for each in FORMATS if each.matches(path.name)]
    if not named or path.name.startswith(".") or not path.is_file():
        return None
    if role_of_name(path.name) is not None:
        # Whatever is wrong with a file that is named as a set is worth being said.
        return named[0]
    try:
        head = read_head(path)
    except DataError:
        return None
    return next((each for each in named if each.sniff(head, path)), None)


def _role(path: Path, folder: Path) -> Role | None:
    return role_of_path(path.relative_to(folder)) if path != folder else None


def _choose(candidates: list[Candidate], folder: Path, role: Role, called: str) -> Path:
    standard = [canonical_name(name) for name in STANDARD_NAMES[role]]

    def rank(path: Path) -> tuple[int, bool]:
        name = canonical_name(path.name)
        place = standard.index(name) if name in standard else len(standard)
        return place, path.parent.name == "raw" and path.parent.parent.name != _STANDARD_FOLDER

    paths = sorted({each.path for each in candidates}, key=lambda path: (rank(path), path.name, path.as_posix()))
    best = [path for path in paths if rank(path) == rank(paths[0])]
    if len(best) > 1:
        parents = {path.parent for path in best}
        shown = [str(path.relative_to(folder)) if len(parents) > 1 else path.name for path in best]
        kind = "training" if role == "train" else "test"
        what = "folders" if len(parents) > 1 else "files"
        raise DataError(
            f"{called} holds several {kind} sets ({', '.join(shown[:4])}); open one of these {what} instead."
        )
    return best[0]


def _packed_last(path: Path) -> tuple[bool, str]:
    return path.name.lower().endswith(".gz"), path.name


def _is_open_folder(path: Path) -> bool:
    try:
        return not path.name.startswith((".", "__")) and path.is_dir()
    except OSError:
        return False
