"""From what readers found to data sets: what the numbers mean, which labels stand for what, which way up images lie.

Everything is decided for a whole set, and where a set is too small or too empty to tell, as for the set that it belongs
to. What was found unusual, and what was done about it, goes into the notes of the data set, a sentence each: nothing is
changed without a word.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import PurePath

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DIGITS, Dataset
from core.data.readers.label_codes import Coding, codings
from core.data.readers.orientation import LEAST_IMAGES, UPRIGHT, Orientation, Reading, read_sample
from core.data.readers.pixel_values import AS_THEY_ARE, find_scale
from core.data.readers.raw_set import RawSet
from core.data.readers.remarks import remarks
from core.errors import DataError
from core.system.program_name import program_name

UNLIKE_DIGITS = 0.5
"""Below this agreement between labels and the network "Wide", either they do not belong to the images, or these are no
digits."""

_PIECE = 10_000
"""Images compared at once."""


def interpret(sets: Sequence[RawSet], source: PurePath | str = "") -> list[Dataset]:
    """Make data sets of what was read.

    Parameters
    ----------
    sets : sequence of RawSet
        The training set and, where there is one, the test set; or one set alone. With images and labels.
    source : path
        Where they are from, for names that tell a data set.

    Raises
    ------
    DataError
        If values or labels fit nothing.
    """
    for raw in sets:
        if raw.labels is None:
            raise unlabeled(raw)
    pixels, notes = _scaled(sets)
    understood, readings = _understood(sets, pixels, str(source))
    found = []
    for index, raw in enumerate(sets):
        images = pixels[index]
        orientation, told = _orientation(readings, index, understood)
        reading = readings[index]
        is_read = reading is not None and reading.orientation is not None
        if orientation is not UPRIGHT:
            images = orientation.apply(images)
        if _are_equal(images):
            told = ()  # Images that are all equal are remarkable enough.
        all_notes = (*raw.notes, *notes[index], understood.note, *told)
        data = Dataset(
            np.ascontiguousarray(images),
            understood.codes[index],
            raw.name,
            class_names=understood.class_names,
            notes=tuple(note for note in all_notes if note),
            is_upright=True if is_read else None,
        )
        found.append(replace(data, notes=data.notes + remarks(data)))
    return found


def to_pixels(raw: RawSet) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Return images that come without labels as pixels, and what to tell of them.

    Raises
    ------
    DataError
        If their values fit nothing.
    """
    scale = find_scale(raw) or AS_THEY_ARE
    assert raw.values is not None
    notes = (*raw.notes, scale.note)
    return scale.apply(raw.values), tuple(note for note in notes if note)


def unlabeled(raw: RawSet) -> DataError:
    """Return the sentence for a set without labels."""
    return DataError(
        f"{raw.name} holds images without labels, which can be neither learned from nor tested with. Choose one that "
        f"has them; to have them read, and the answers written as Kaggle wants them: "
        f"{program_name()} predict MODEL {raw.name} --out submission.csv"
    )


def _scaled(sets: Sequence[RawSet]) -> tuple[list[NDArray[np.uint8]], list[tuple[str, ...]]]:
    """Return the pixels of all sets; one that cannot tell what its values mean goes by another."""
    scales = [find_scale(raw) for raw in sets]
    known = next((scale for scale in scales if scale is not None), AS_THEY_ARE)
    pixels: list[NDArray[np.uint8]] = []
    notes: list[tuple[str, ...]] = []
    for raw, scale in zip(sets, scales, strict=True):
        assert raw.values is not None
        used = scale or known
        pixels.append(used.apply(raw.values))
        notes.append((used.note,))
    return pixels, notes


def _understood(
    sets: Sequence[RawSet], pixels: list[NDArray[np.uint8]], source: str
) -> tuple[Coding, list[Reading | None]]:
    """Return what the labels mean, and how each set was read; None for sets that show no digits."""
    ways = codings(sets, source)
    first = ways[0]
    if not _digits_likely(first):
        return first, [None] * len(sets)
    meant = [way for way in ways if _digits_likely(way)]
    readings: list[Reading | None] = [
        read_sample(images, [way.codes[index] for way in meant]) for index, images in enumerate(pixels)
    ]
    if len(ways) == 1:
        return first, readings
    # Labels from 1 to 10: what the network agrees with decides; where it agrees with nothing, they stay what they are.
    best = max((reading for reading in readings if reading), key=lambda reading: reading.agreement)
    certain = next((reading for reading in (best, *readings) if reading and reading.orientation is not None), None)
    return (meant[certain.coding], readings) if certain else (ways[-1], [None] * len(sets))


def _are_equal(images: NDArray[np.uint8]) -> bool:
    """Tell whether all images are the same one; in pieces, as a copy of a large set would take as much memory again."""
    return all(bool((images[start : start + _PIECE] == images[:1]).all()) for start in range(0, len(images), _PIECE))


def _digits_likely(way: Coding) -> bool:
    return way.class_names == DIGITS


def _orientation(readings: list[Reading | None], index: int, understood: Coding) -> tuple[Orientation, tuple[str, ...]]:
    """Return how a set's images lie, and what to tell of it; a set that cannot tell goes by another."""
    reading = readings[index]
    if reading is None:
        return UPRIGHT, ()
    orientation = reading.orientation
    if orientation is None and len(understood.codes[index]) < LEAST_IMAGES:
        orientation = next((each.orientation for each in readings if each and each.orientation), None)
    if orientation is UPRIGHT:
        return UPRIGHT, ()
    if orientation is not None:
        return orientation, (f"The images lay {orientation.name}: turned upright.",)
    if len(understood.codes[index]) >= LEAST_IMAGES and reading.agreement < UNLIKE_DIGITS:
        return UPRIGHT, (
            f'The network "Wide" agrees with {100 * reading.agreement:.0f} % of the labels: the images show something '
            "other than digits, lie unusually, or the labels are not theirs.",
        )
    return UPRIGHT, ()
