"""What labels mean: numbers, numbers of another count, words; and what the ten classes are called.

Training and test set are looked at together, so that a word means the same class in both.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DIGITS
from core.data.readers.raw_set import RawSet, whole_number, wrong_label
from core.errors import DataError
from core.network.arrays import CLASSES

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")

FASHION = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
KUZUSHIJI = ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo")
LETTERS = ("A", "B", "C", "D", "E", "F", "G", "H", "I", "J")

KNOWN_SETS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Digits", DIGITS),
    ("Clothes", FASHION),
    ("Kuzushiji", KUZUSHIJI),
    ("Letters A–J", LETTERS),
)
"""Names of classes that can be chosen, and what the choice is called."""

_NAMES_TELL = (
    (re.compile(r"fashion|fmnist", re.IGNORECASE), FASHION),
    (re.compile(r"kmnist|kuzushiji", re.IGNORECASE), KUZUSHIJI),
    (re.compile(r"letters|not-?_?mnist", re.IGNORECASE), LETTERS),
)

_FASHION_STARTS = ((60_000, (9, 0, 0, 3, 0, 2, 7, 2, 5, 5)), (10_000, (9, 2, 1, 1, 6, 1, 4, 6, 5, 7)))
"""How many labels Fashion-MNIST's files have, which are called as MNIST's are, and how they begin."""

_FASHION_WORDS = {
    **{name.lower(): index for index, name in enumerate(FASHION)},
    **{"t-shirt/top": 0, "tshirt": 0, "t_shirt_top": 0, "t-shirt_top": 0, "trousers": 1, "ankle_boot": 9, "boot": 9},
    **{"ankleboot": 9, "sandals": 5, "sneakers": 7},
}
_TOLD = 12


@dataclass(frozen=True, eq=False)
class Coding:
    """One way to understand labels.

    Attributes
    ----------
    codes : list of uint8 arrays
        The classes, of each set.
    class_names : tuple of str
        What the classes are called.
    note : str
        What to tell of it; empty where labels are digits as they stand.
    """

    codes: list[NDArray[np.uint8]]
    class_names: tuple[str, ...] = DIGITS
    note: str = ""


def codings(sets: Sequence[RawSet], source: str) -> list[Coding]:
    """Return the ways in which the labels of some sets can be understood.

    Several ways end with the one that holds unless the images turn out to be digits: then one of the others does.

    Parameters
    ----------
    sets : sequence of RawSet
        With labels: the training set, and the test set where there is one.
    source : str
        Where they are from, a path: its names tell some data sets.

    Raises
    ------
    DataError
        If labels are of more than ten kinds, or a single one is of no kind.
    """
    found = [_numbers_or_words(each) for each in sets]
    if any(each.dtype.kind == "U" for each in found):
        return [_of_words([each.astype(np.str_) for each in found], sets)]
    labels = [each.astype(np.int64) for each in found]
    low, high = min(int(each.min()) for each in labels), max(int(each.max()) for each in labels)
    names = _given_names(sets)
    if low >= 0 and high < CLASSES:
        codes = [each.astype(np.uint8) for each in labels]
        if names:
            return [Coding(codes, names)]
        guessed = names_by_source(source, labels)
        return [Coding(codes)] if guessed == DIGITS else [Coding(codes), Coding(codes, guessed)]
    if low >= 1 and high == CLASSES:
        return _of_one_to_ten(labels, names, source)
    return [_of_other_numbers(labels, sets)]


def names_by_source(source: str, labels: Sequence[NDArray[np.int64]] = ()) -> tuple[str, ...]:
    """Return what the classes of a known data set are called; digits where names and labels tell of none."""
    for pattern, names in _NAMES_TELL:
        if pattern.search(source):
            return names
    for each in labels:
        for count, start in _FASHION_STARTS:
            if len(each) == count and tuple(each[: len(start)].tolist()) == start:
                return FASHION
    return DIGITS


def _numbers_or_words(raw: RawSet) -> NDArray[np.int64] | NDArray[np.str_]:
    """Return labels as numbers where all of them are, and as words where most of them are."""
    labels = raw.labels
    assert labels is not None
    if labels.dtype.kind != "U":
        return labels
    words = np.char.strip(np.char.strip(labels.astype(np.str_)), "'\"")
    distinct, places = np.unique(words, return_inverse=True)
    numbers = [whole_number(str(word)) for word in distinct]
    if None not in numbers:
        return np.array(numbers, np.int64)[places]
    counts = np.bincount(places)
    with_number = sum(int(count) for count, number in zip(counts, numbers, strict=True) if number is not None)
    if with_number > len(words) / 2:
        is_word = np.array([number is None for number in numbers])[places]
        raise wrong_label(raw, int(np.argmax(is_word)))
    return words


def _given_names(sets: Sequence[RawSet]) -> tuple[str, ...]:
    """Return what the files call their ten classes; nothing where they do not tell, or call them by digits."""
    for each in sets:
        if len(each.class_names) == CLASSES and each.class_names != DIGITS:
            words = [name.lower().replace(" ", "") for name in each.class_names]
            is_fashion = [_FASHION_WORDS.get(word) for word in words] == list(range(CLASSES))
            return FASHION if is_fashion else tuple(_short(name) for name in each.class_names)
    return ()


def _of_words(labels: list[NDArray[np.str_]], sets: Sequence[RawSet]) -> Coding:
    distinct = sorted({str(word) for each in labels for word in np.unique(each)}, key=_natural)
    if len(distinct) > CLASSES:
        raise _too_many(distinct, sets)
    plain = [word.strip().lower() for word in distinct]
    if all(word in DIGIT_WORDS for word in plain):
        index = {word: DIGIT_WORDS.index(word.lower()) for word in distinct}
        return Coding(_encoded(labels, index), note="The labels are words and were taken for their digits.")
    if all(word in _FASHION_WORDS for word in plain) and len(distinct) > 2:
        return Coding(_encoded(labels, {word: _FASHION_WORDS[word.lower()] for word in distinct}), FASHION)
    given = next((each.class_names for each in sets if set(distinct) <= set(each.class_names)), ())
    order = list(given) if len(given) <= CLASSES and given else distinct
    names = tuple(_short(word) for word in order) + ("–",) * (CLASSES - len(order))
    return Coding(_encoded(labels, {word: place for place, word in enumerate(order)}), names)


def _of_one_to_ten(labels: list[NDArray[np.int64]], names: tuple[str, ...], source: str) -> list[Coding]:
    """Return both ways to understand labels from 1 to 10: 10 as 0, or each as one more than it should be."""
    known = names or names_by_source(source)
    counted = Coding(
        [(each - 1).astype(np.uint8) for each in labels],
        known if known != DIGITS else tuple(map(str, range(1, CLASSES + 1))),
        "" if known != DIGITS else "The labels are 1 to 10; they are called so.",
    )
    if names:
        return [counted]
    return [
        Coding([(each % CLASSES).astype(np.uint8) for each in labels], note="The labels are 1 to 10: 10 stands for 0."),
        Coding(
            [(each - 1).astype(np.uint8) for each in labels],
            note="The labels are 1 to 10: each is one more than its digit, and was lowered by one.",
        ),
        counted,
    ]


def _of_other_numbers(labels: list[NDArray[np.int64]], sets: Sequence[RawSet]) -> Coding:
    together = np.concatenate(labels)
    distinct, counts = np.unique(together, return_counts=True)
    if len(distinct) <= CLASSES and distinct.min() >= ord("0") and distinct.max() <= ord("9"):
        return Coding(
            [(each - ord("0")).astype(np.uint8) for each in labels], note="The labels are codes of characters."
        )
    inside = int(counts[(distinct >= 0) & (distinct < CLASSES)].sum())
    if inside > 0.9 * len(together) or len(distinct) <= CLASSES + 2:
        for raw, each in zip(sets, labels, strict=True):
            wrong = (each < 0) | (each >= CLASSES)
            if wrong.any():
                raise wrong_label(raw, int(np.argmax(wrong)))
    raise _too_many([str(value) for value in distinct], sets)


def _too_many(distinct: list[str], sets: Sequence[RawSet]) -> DataError:
    shown = ", ".join(word[:12] for word in distinct[:_TOLD]) + (", ..." if len(distinct) > _TOLD else "")
    return DataError(
        f"{sets[0].name} has labels of {len(distinct):,} kinds ({shown}); the program tells ten apart. "
        "Choose a data set of ten classes, or keep the images of ten."
    )


def _encoded(labels: list[NDArray[np.str_]], index: dict[str, int]) -> list[NDArray[np.uint8]]:
    codes = []
    for each in labels:
        distinct, places = np.unique(each, return_inverse=True)
        codes.append(np.array([index[str(word)] for word in distinct], np.uint8)[places])
    return codes


def _short(name: str) -> str:
    """Return a name of a class as it fits on screen, on one line."""
    line = " ".join(str(name).split())
    return line if len(line) <= 14 else f"{line[:13]}…"


def _natural(word: str) -> tuple[int, str]:
    number = whole_number(word)
    return (number, "") if number is not None else (2**31, word)
