"""What a reader found in a file, before anything has judged what it means (`core.data.readers.interpretation`).

Readers know formats: where the numbers are, and what the file itself calls them. Whether 1 is full ink, whether paper
is 255, whether label 10 means 0 or the images lie on their side is not the format's business, and is told from the
values of the whole set.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import DataError
from core.network.arrays import CLASSES

WHOLE_UP_TO = 2**53
"""Below it, a float64 holds every whole number."""

Values = NDArray[np.uint8] | NDArray[np.float32]
LabelValues = NDArray[np.int64] | NDArray[np.str_]

Locate = Callable[[int, int | None], str]
"""Where a value is: the image (from 0) and its pixel (from 0), or None for its label, to words such as
``"a.csv, row 5, column 407 (15x14)"``."""


def locate_in(name: str) -> Locate:
    """Return what tells where a value is in a file, or a part of one, that holds image after image."""
    return lambda image, pixel: f"{name}, image {image + 1:,}" + ("" if pixel is None else f", pixel {pixel + 1}")


@dataclass(frozen=True, eq=False)
class RawSet:
    """Images or labels or, mostly, both.

    Attributes
    ----------
    values : uint8 or float32 array of shape (n, 784), or None
        Pixels as the file holds them; uint8 where they all are whole numbers from 0 to 255. None for a file of labels.
    labels : int64 or str array of shape (n,), or None
        Labels as the file holds them, numbers or words. None for a file of images.
    name : str
        What the user calls it: the file's name.
    locate : callable
        Where in the file a value is, for messages.
    class_names : tuple of str
        What the file calls its classes, from label 0 on; empty where it does not tell.
    notes : tuple of str
        What was unusual about the file and has been taken care of, a sentence each.
    """

    values: Values | None
    labels: LabelValues | None
    name: str
    locate: Locate
    class_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        part = self.labels if self.values is None else self.values
        return 0 if part is None else len(part)

    def renamed(self, name: str) -> "RawSet":
        """Return the same set under another name."""
        return replace(self, name=name)


def join(images: RawSet, labels: RawSet) -> RawSet:
    """Put images and labels together that came in files of their own.

    Raises
    ------
    DataError
        If they differ in number.
    """
    if len(images) != len(labels):
        raise DataError(
            f"{images.name} holds {len(images):,} images, but {labels.name} {len(labels):,} labels; "
            "expected as many. Choose files that belong together."
        )

    def locate(image: int, pixel: int | None) -> str:
        return images.locate(image, pixel) if pixel is not None else labels.locate(image, None)

    return replace(
        images,
        labels=labels.labels,
        locate=locate,
        class_names=images.class_names or labels.class_names,
        notes=images.notes + labels.notes,
    )


def as_digits(raw: RawSet) -> Dataset:
    """Return a set as it stands, for files that this program or MNIST's makers wrote: nothing is judged.

    Raises
    ------
    DataError
        If a pixel is no whole number from 0 to 255, or a label none from 0 to 9; it says where the first of them is.
    """
    assert raw.values is not None
    if raw.values.dtype != np.uint8:
        wrong = np.argwhere((raw.values < 0) | (raw.values > 255) | (raw.values != np.floor(raw.values)))
        image, pixel = (int(place) for place in wrong[0])
        raise wrong_pixel(raw, image, pixel)
    if raw.labels is None:
        raise DataError(f"{raw.name} holds no labels; choose a file that has them.")
    return Dataset(np.ascontiguousarray(raw.values, np.uint8), checked_labels(raw), raw.name, notes=raw.notes)


def checked_labels(raw: RawSet) -> NDArray[np.uint8]:
    """Return labels that are whole numbers from 0 to 9 as bytes; raise DataError, saying where, at the first other."""
    assert raw.labels is not None
    numbers = [whole_number(str(label)) for label in raw.labels.tolist()]
    for image, number in enumerate(numbers):
        if number is None or not 0 <= number < CLASSES:
            raise wrong_label(raw, image)
    return np.array(numbers, np.uint8)


def wrong_pixel(raw: RawSet, image: int, pixel: int) -> DataError:
    """Return the sentence for a pixel that is none."""
    assert raw.values is not None
    found = f"{raw.values[image, pixel]:g}"
    return DataError(
        f"{raw.locate(image, pixel)}: {found!r} is not a pixel; expected a whole number from 0 to 255. "
        "Correct the cell or delete the row, then open the file again."
    )


def wrong_label(raw: RawSet, image: int) -> DataError:
    """Return the sentence for a label that is none."""
    assert raw.labels is not None
    found = str(raw.labels[image])[:20]
    return DataError(
        f"{raw.locate(image, None)}: {found!r} is not a digit; expected a whole number from 0 to 9. "
        "Correct the label or delete its image, then open the file again."
    )


def as_bytes(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return the same numbers as bytes where they all are whole and from 0 to 255."""
    if numbers.size and numbers.min() >= 0 and numbers.max() <= 255:
        whole = numbers.astype(np.uint8)
        if np.array_equal(whole, numbers):
            return whole
    return numbers


def whole_number(cell: str) -> int | None:
    """Return the whole number that a text holds, be it written ``7``, ``7.0`` or ``7e0``; None if it is none.

    One from `WHOLE_UP_TO` on is none either: a float holds only some of those.
    """
    try:
        number = float(cell)
    except ValueError:
        return None
    return int(number) if number.is_integer() and abs(number) < WHOLE_UP_TO and "_" not in cell else None
