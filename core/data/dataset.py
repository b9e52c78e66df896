"""A data set: images of handwritten digits and what they show.

Images stay in the form in which MNIST is published, one byte a pixel with 0 for paper and 255 for full ink, because
that is a quarter of the memory of float32 and what the user sees. The trainer scales them to [0, 1] batch by batch.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from core.errors import DataError
from core.network.arrays import CLASSES, PIXELS

DIGITS = tuple(map(str, range(CLASSES)))
"""What the ten classes are called where they are digits."""


def class_noun(names: Sequence[str]) -> str:
    """Return what one of these classes is called in general: "digit" or "class"."""
    return "digit" if tuple(names) == DIGITS else "class"


def class_in_words(names: Sequence[str], label: int) -> str:
    """Return what one of these classes is called within a sentence: "digit 5", or "class Coat"."""
    return f"{class_noun(names)} {names[label]}"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Labeled 28x28 images, checked on construction and read-only afterwards.

    Attributes
    ----------
    images : uint8 array of shape (n, 784)
        One image a row, row-major from the top left pixel; 0 is paper, 255 is full ink.
    labels : uint8 array of shape (n,)
        The digit that each image shows, 0 to 9.
    name : str
        What the user calls it, such as ``"MNIST test"`` or ``"mnist_train.csv"``.
    synthetic : bool
        True where the images were generated and not written by people; shown wherever the name is.
    class_names : tuple of str
        What the ten classes are called: digits, unless the data are of something else.
    notes : tuple of str
        What is to be told of the data, a sentence each: what was found unusual in the files and taken care of, and what
        is remarkable about the images and labels.
    is_upright : bool or None
        Whether a network has read the images the right way up; None where nobody can tell, as of what is no digit.

    Raises
    ------
    DataError
        If shapes or types differ, a label is above 9, or there is no image at all.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    name: str
    synthetic: bool = False
    class_names: tuple[str, ...] = DIGITS
    notes: tuple[str, ...] = ()
    is_upright: bool | None = None

    def __post_init__(self) -> None:
        if self.images.dtype != np.uint8 or self.images.ndim != 2 or self.images.shape[1] != PIXELS:
            raise DataError(
                f"{self.name}: the images have shape {self.images.shape} and type {self.images.dtype}; "
                f"expected (number of images, {PIXELS}) of uint8."
            )
        if self.labels.dtype != np.uint8 or self.labels.shape != (len(self.images),):
            raise DataError(f"{self.name}: {len(self.images):,} images need as many labels, not {self.labels.shape}.")
        if not len(self.images):
            raise DataError(f"{self.name} holds no image; at least one is needed.")
        if self.labels.max() >= CLASSES:
            row = int(np.argmax(self.labels >= CLASSES))
            raise DataError(f"{self.name}: image {row + 1:,} has the label {self.labels[row]}; expected 0 to 9.")
        if len(self.class_names) != CLASSES:
            raise DataError(f"{self.name}: {len(self.class_names)} names for {CLASSES} classes.")
        self.images.flags.writeable = False
        self.labels.flags.writeable = False

    def __len__(self) -> int:
        return len(self.images)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over all labels and pixels, hexadecimal: equal exactly where the data are."""
        digest = hashlib.sha256(self.labels.tobytes())
        digest.update(np.ascontiguousarray(self.images).data)
        return digest.hexdigest()

    def take(self, indices: NDArray[np.integer], name: str) -> "Dataset":
        """Return the images at ``indices``, an integer array of shape (m,), as a data set of their own."""
        return replace(self, images=self.images[indices], labels=self.labels[indices], name=name)

    @property
    def shows_digits(self) -> bool:
        """Whether the classes are called by digits."""
        return self.class_names == DIGITS


@dataclass(frozen=True, eq=False)
class DataPair:
    """What a network is trained on and what it is judged by; no image belongs to both."""

    train: Dataset
    test: Dataset
    name: str

    @property
    def synthetic(self) -> bool:
        """True where any of the images were generated."""
        return self.train.synthetic or self.test.synthetic

    @property
    def class_names(self) -> tuple[str, ...]:
        """What the ten classes are called."""
        return self.train.class_names

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be told of both sets, a sentence each; of one set alone, with its name."""
        both = [note for note in self.train.notes if note in self.test.notes]
        alone = [(each, note) for each in (self.train, self.test) for note in each.notes if note not in both]
        return (*both, *(f"{each.name}: {note}" for each, note in alone))


def hold_out(dataset: Dataset, share: float, seed: int = 0) -> DataPair:
    """Split one data set in two, for files that come without a test set.

    Parameters
    ----------
    dataset : Dataset
        At least two images.
    share : float
        The share that becomes the test set, between 0 and 1; each part gets at least one image.
    seed : int
        Decides which images those are.

    Raises
    ------
    DataError
        If there is only one image.
    """
    if len(dataset) < 2:
        raise DataError(f"{dataset.name} holds one image; at least two are needed to train on one and test on another.")
    order = np.random.default_rng(seed).permutation(len(dataset))
    test_size = min(max(round(share * len(dataset)), 1), len(dataset) - 1)
    test = dataset.take(np.sort(order[:test_size]), f"{dataset.name} (held out)")
    train = dataset.take(np.sort(order[test_size:]), f"{dataset.name} (training part)")
    return DataPair(train, test, dataset.name)
