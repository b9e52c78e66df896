"""Opening what a user names: a file of any kind, a folder, an archive; and finding the labels that belong to images.

`Sources` is a context: archives are unpacked once, into a folder that is deleted when it is left.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import Self

from core.data.readers.archive_reader import unpack
from core.data.readers.csv_reader import is_unlabeled
from core.data.readers.data_file import unreadable
from core.data.readers.folder import find_set, find_test_beside, require_set
from core.data.readers.formats import CSV, PARTS, may_be_data, recognize
from core.data.readers.image_folder import read_image_folder
from core.data.readers.interpretation import unlabeled
from core.data.readers.partners import find_partner, missing_partner
from core.data.readers.raw_set import RawSet, join
from core.data.readers.roles import Role
from core.errors import DataError
from core.progress import Report, part_of
from core.system.leftovers import temporary_folder

_NESTED = 2
"""An archive in an archive is unpacked, as Kaggle's old downloads need, and no more."""


class Sources:
    """Reads sets from files, folders and archives."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._unpacked: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def locate(self, source: Path, role: Role, report: Report) -> Path:
        """Return the file, or folder of images by class, that holds the set of a role.

        Parameters
        ----------
        source : Path
            A file, a folder or an archive.
        role : "train" or "test"
            Which set, where there are several.
        report : Report
            Told of the share of archives that has been unpacked.

        Raises
        ------
        DataError
            If there is none, or it cannot be read.
        """
        found = source
        for _ in range(_NESTED + 1):
            if is_folder(found):
                found = require_set(found, role, report, self._shown(found))
            if is_folder(found) or not self._is_archive(found):
                return found
            found = self._unpack(found, report)
        raise DataError(f"{source.name} holds an archive in an archive in an archive; unpack it, and open the folder.")

    def locate_test(self, source: Path, training: Path, report: Report) -> Path | None:
        """Return the test set that belongs to a training set, as `locate` found it; None where none has labels."""
        folder = self._unpacked.get(source, source)
        if is_folder(folder) and folder != training:
            test = find_set(folder, "test", report, called=self._shown(folder))
            if test is not None and not is_folder(test) and self._is_archive(test):
                test = self.locate(test, "test", report)
        else:
            test = find_test_beside(training)
        if test is None or test == training:
            return training if "test" in self.roles(training) else None
        if not is_folder(test) and recognize(test) is CSV and is_unlabeled(test):
            return None
        return test

    def folder_of(self, source: Path) -> Path:
        """Return the folder in which `locate` looked: an archive's own, where it was unpacked."""
        return self._unpacked.get(source, source)

    def roles(self, path: Path) -> frozenset[Role]:
        """Return which sets a file tells apart by itself."""
        return frozenset() if is_folder(path) else recognize(path).roles(path)

    def read(self, path: Path, role: Role, report: Report, labels: Path | None = None) -> RawSet:
        """Read the set of a role from what `locate` found, with the labels that belong to it.

        Parameters
        ----------
        labels : Path, optional
            The file of its labels, where it was named; by default looked for beside it.

        Raises
        ------
        DataError
            If it cannot be read, or is a file of labels and the images are nowhere to be found.
        """
        if is_folder(path):
            return read_image_folder(path, report)
        found = recognize(path).read(path, role, part_of(report, 0.0, 0.9))
        if found is None:
            kind = "training" if role == "train" else "test"
            raise DataError(f"{path.name} holds no {kind} set; choose another file.")
        if labels is not None:
            partner: Path | None = labels
        elif found.values is None:
            partner = find_partner(path)
            if partner is None:
                raise missing_partner(path, "labels", self._shown(path.parent))
        else:
            partner = find_partner(path) if found.labels is None else None
        if partner is None:
            return found
        other = recognize(partner).read(partner, role, part_of(report, 0.9, 1.0))
        if other is None or (found.values is None) == (other.values is None):
            return found if found.values is not None and labels is None else _not_a_pair(path, partner)
        images, answers = (other, found) if found.values is None else (found, other)
        return join(images, answers)

    def read_labeled(self, path: Path, role: Role, report: Report, labels: Path | None = None) -> RawSet:
        """Read a set as `read` does; raise DataError, saying where labels were looked for, where it has none."""
        found = self.read(path, role, report, labels)
        if found.labels is None:
            if recognize(path) in PARTS:
                raise missing_partner(path, "images", self._shown(path.parent))
            raise unlabeled(found)
        return found

    def _shown(self, folder: Path) -> str:
        """Return what messages call a folder: that of an archive is unknown to the user, and gone when they read it."""
        for archive, unpacked in self._unpacked.items():
            if folder.is_relative_to(unpacked):
                return str(Path(self._shown(archive), folder.relative_to(unpacked)))
        return str(folder)

    def _is_archive(self, path: Path) -> bool:
        return recognize(path).is_archive

    def _unpack(self, path: Path, report: Report) -> Path:
        if path not in self._unpacked:
            target = self._stack.enter_context(temporary_folder()) / path.name
            target.mkdir()
            unpack(path, target, may_be_data, report)
            self._unpacked[path] = target
        return self._unpacked[path]


def _not_a_pair(path: Path, partner: Path) -> RawSet:
    raise DataError(
        f"{path.name} and {partner.name} are not a file of images and one of its labels; choose such a pair."
    )


def is_folder(path: Path) -> bool:
    """Tell a folder from a file; raise DataError where the operating system does not tell."""
    try:
        return path.is_dir()
    except OSError as error:
        raise unreadable(path, error) from error
