"""My digits: drawings of one's own, labeled and collected, to judge a network by or to teach it with.

They are kept as MNIST keeps its digits, 28x28 bytes after the same preparation, so that they can be used wherever
MNIST can. Two kinds of file hold them:

- CSV as MNIST is passed around: a row of names, then label and 784 pixels a row;
- a PNG sheet that people can look at: ten rows of tiles of 28x28 pixels, the digits 0 in the top row and the digits 9
  in the last, white ink on black; a black tile is no digit. A tile's row is its label, so nothing else is needed to
  read the sheet again.
"""

import io
import struct
import zlib
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.data.dataset import DataPair, Dataset
from core.data.readers.csv_reader import read_csv
from core.drawing.photos.png_chunks import is_whole_png, png_size
from core.errors import DataError
from core.network.arrays import CLASSES, IMAGE_SIDE, PIXELS, Labels, Pixels
from core.progress import Report, ignore_progress
from core.system.atomic_file import save_file
from core.system.budget import DIGIT_SHEET, read_whole

NAME = "My digits"

MOST_DIGITS = 2000
"""How many digits a collection holds at most; more than that are a data set, and are opened as one."""

LARGEST_WEIGHT = 1000
"""How many times one digit may be counted in a training set."""

_SHEET_HEIGHT = CLASSES * IMAGE_SIDE
_WIDEST_SHEET = MOST_DIGITS * IMAGE_SIDE


@dataclass(frozen=True, eq=False)
class MyDigits:
    """A collection of labeled drawings; may be empty. Changing it gives another collection.

    Attributes
    ----------
    images : uint8 array of shape (n, 784)
        0 is paper, 255 is full ink.
    labels : uint8 array of shape (n,)
        0 to 9.

    Raises
    ------
    DataError
        On construction, if there are more than `MOST_DIGITS`.
    """

    images: Pixels
    labels: Labels

    def __post_init__(self) -> None:
        if len(self.labels) > MOST_DIGITS:
            raise DataError(
                f"My digits hold at most {MOST_DIGITS:,} digits, not {len(self.labels):,}; "
                "open a file that holds more as data."
            )

    @classmethod
    def empty(cls) -> "MyDigits":
        """Return a collection without digits."""
        return cls(np.zeros((0, PIXELS), np.uint8), np.zeros(0, np.uint8))

    def __len__(self) -> int:
        return len(self.labels)

    def added(self, pixels: NDArray[np.float32], label: int) -> "MyDigits":
        """Return the collection with one more digit at its end; ``pixels`` of shape (784,), in [0, 1]."""
        return MyDigits(np.vstack([self.images, as_image(pixels)[None, :]]), np.append(self.labels, np.uint8(label)))

    def joined(self, other: "MyDigits") -> "MyDigits":
        """Return the collection followed by those digits of another one that it does not hold yet."""
        held = set(self._keys())
        new = [row for row, key in enumerate(other._keys()) if key not in held]
        return MyDigits(np.vstack([self.images, other.images[new]]), np.append(self.labels, other.labels[new]))

    def without(self, rows: list[int]) -> "MyDigits":
        """Return the collection without the digits at these places."""
        return MyDigits(np.delete(self.images, rows, axis=0), np.delete(self.labels, rows))

    def relabeled(self, rows: list[int], label: int) -> "MyDigits":
        """Return the collection in which the digits at these places show a ``label``."""
        labels = self.labels.copy()
        labels[rows] = label
        return MyDigits(self.images, labels)

    def merged(self, before: "MyDigits", other: "MyDigits") -> "MyDigits":
        """Return what another window has made of a collection, with the changes that this one has made to it.

        Parameters
        ----------
        before : MyDigits
            The collection from which both have begun.
        other : MyDigits
            What it has become elsewhere. What was deleted there stays so; what both have added is there once.
        """
        if other.same_as(before):
            return self
        was, now, theirs = Counter(before._keys()), Counter(self._keys()), Counter(other._keys())
        deleted, added = was - now, now - was
        kept: list[int] = []
        for row, key in enumerate(other._keys()):
            if deleted[key]:
                deleted[key] -= 1
            else:
                kept.append(row)
        new: list[int] = []
        for row, key in reversed(list(enumerate(self._keys()))):
            if added[key]:
                added[key] -= 1
                if key in was or key not in theirs:
                    new.insert(0, row)
        images = np.vstack([other.images[kept], self.images[new]])
        return MyDigits(images, np.append(other.labels[kept], self.labels[new]))

    def same_as(self, other: "MyDigits") -> bool:
        """Return whether both hold the same digits with the same labels, in the same order."""
        return np.array_equal(self.labels, other.labels) and np.array_equal(self.images, other.images)

    def _keys(self) -> list[tuple[int, bytes]]:
        return [(label, image.tobytes()) for label, image in zip(self.labels.tolist(), self.images, strict=True)]

    def as_dataset(self) -> Dataset:
        """Return the digits as a data set.

        Raises
        ------
        DataError
            If there are none.
        """
        return Dataset(self.images, self.labels, NAME)


def as_image(pixels: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return what the network sees of a drawing, in [0, 1], as the collection holds it."""
    image: NDArray[np.uint8] = np.rint(pixels * 255).astype(np.uint8)
    return image


def add_to_training(data: DataPair, digits: Dataset, weight: int) -> DataPair:
    """Return data whose training set holds the digits as well, each as often as ``weight`` says.

    A digit that is there ten times pulls ten times as hard at the weights; the test set stays as it is.

    Raises
    ------
    DataError
        If the weight is not from 1 to `LARGEST_WEIGHT`.
    """
    if not 1 <= weight <= LARGEST_WEIGHT:
        raise DataError(f"The weight is {weight}; expected a whole number from 1 to {LARGEST_WEIGHT:,}.")
    images = np.concatenate([data.train.images, *[digits.images] * weight])
    labels = np.concatenate([data.train.labels, *[digits.labels] * weight])
    name = f"{data.train.name} + {digits.name} × {weight}"
    train = replace(data.train, images=images, labels=labels, name=name)
    return DataPair(train, data.test, f"{data.name} + {digits.name}")


def load_digits(path: Path, report: Report = ignore_progress) -> MyDigits:
    """Read a collection from a CSV file or, where its name ends so, from a PNG sheet.

    Parameters
    ----------
    path : Path
        The file.
    report : Report
        Told of progress; may cancel.

    Raises
    ------
    DataError
        If the file cannot be read or is neither; the sentence says where and what was expected.
    """
    if path.suffix.lower() == ".png":
        return _read_sheet(path)
    dataset = read_csv(path, report)
    return MyDigits(dataset.images, dataset.labels)


def save_digits(digits: MyDigits, path: Path) -> None:
    """Write a collection as CSV or, where the name ends so, as a PNG sheet; the old file stays until all is written.

    Raises
    ------
    DataError
        If the file cannot be written.
    """
    with save_file(path, DataError) as file:
        if path.suffix.lower() == ".png":
            Image.fromarray(_sheet(digits)).save(file, format="PNG")
        else:
            names = ",".join(["label", *(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29))])
            file.write(f"{names}\n".encode())
            for label, image in zip(digits.labels.tolist(), digits.images.tolist(), strict=True):
                file.write(f"{label},{','.join(map(str, image))}\n".encode())


def _sheet(digits: MyDigits) -> NDArray[np.uint8]:
    """Return the sheet, shape (280, 28 times the largest number of any digit, at least one)."""
    columns = max(int(np.bincount(digits.labels, minlength=CLASSES).max()), 1)
    tiles = np.zeros((CLASSES, columns, IMAGE_SIDE, IMAGE_SIDE), np.uint8)
    for label in range(CLASSES):
        rows = digits.images[digits.labels == label].reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        tiles[label, : len(rows)] = rows
    return tiles.transpose(0, 2, 1, 3).reshape(_SHEET_HEIGHT, columns * IMAGE_SIDE)


def _read_sheet(path: Path) -> MyDigits:
    data = read_whole(path, DIGIT_SHEET)
    width, height = png_size(data)
    if not width:
        raise DataError(f"{path.name} cannot be read: it is not a PNG image, or it is damaged.")
    if height != _SHEET_HEIGHT or width % IMAGE_SIDE or width > _WIDEST_SHEET:
        raise DataError(
            f"{path.name} is {width} x {height} pixels; expected a sheet of digits, {_SHEET_HEIGHT} high with one row "
            f"for each digit from 0 to 9, made of tiles of {IMAGE_SIDE} x {IMAGE_SIDE}, {_WIDEST_SHEET:,} wide at most."
        )
    try:
        if not is_whole_png(data):
            raise ValueError("wrong checksums")
        with Image.open(io.BytesIO(data), formats=("PNG",)) as image:
            sheet = _gray(image)
    # A damaged chunk reaches us as one of these, depending on where the damage is.
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error) as error:
        raise DataError(f"{path.name} cannot be read: it is not a PNG image, or it is damaged.") from error
    columns = sheet.shape[1] // IMAGE_SIDE
    tiles = sheet.reshape(CLASSES, IMAGE_SIDE, columns, IMAGE_SIDE).transpose(0, 2, 1, 3).reshape(-1, PIXELS)
    labels = np.arange(CLASSES, dtype=np.uint8).repeat(columns)
    inked = tiles.any(axis=1)
    if not inked.any():
        raise DataError(f"{path.name} holds no digit: all of its tiles are black.")
    return MyDigits(np.ascontiguousarray(tiles[inked]), labels[inked])


def _gray(image: Image.Image) -> NDArray[np.uint8]:
    """Return the brightness of each pixel, 0 to 255; of 16 bits, the upper half counts."""
    if image.mode.startswith("I"):
        return (np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)
    return np.asarray(image.convert("L"))
