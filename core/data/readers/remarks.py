"""What is remarkable about a data set: what would make metrics look better, or worse, than a network is."""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import CLASSES
from core.text.number_text import counted

_SAMPLE = 20_000
_MANY = 0.5
_LEAK = 0.1
_LIKELY = 60
"""So many images of ten classes hardly miss one by chance."""

_INK = 32
"""A pixel above this is ink."""


def remarks(data: Dataset) -> tuple[str, ...]:
    """Return what is to be told of images and labels, a sentence each; mostly nothing."""
    found = [_of_labels(data), _of_empty_images(data) or _of_equal_images(data)]
    return tuple(remark for remark in found if remark)


def _of_labels(data: Dataset) -> str:
    counts = np.bincount(data.labels, minlength=CLASSES)
    present = np.flatnonzero(counts)
    names = data.class_names
    if len(present) == 1:
        if len(data) == 1:
            return ""
        return f"All labels are {names[present[0]]}: a network that always answers so would be right every time."
    missing = [names[label] for label in range(CLASSES) if not counts[label] and names[label] != "–"]
    if not missing or len(data) < _LIKELY:
        return ""
    if len(missing) > CLASSES // 2:
        return f"The labels are {_listed([names[label] for label in present], 'and')} alone."
    return f"No image is labeled {_listed(missing, 'or')}."


def _listed(words: list[str], last: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"


def _of_empty_images(data: Dataset) -> str:
    is_empty = np.concatenate(
        [data.images[start : start + _SAMPLE].max(axis=1) <= _INK for start in range(0, len(data), _SAMPLE)]
    )
    count = int(np.count_nonzero(is_empty))
    if not count:
        return ""
    if count == len(data):
        return "No image has any ink: there is nothing to learn from."
    return f"{counted(count, 'image')} without any ink."


def _of_equal_images(data: Dataset) -> str:
    if len(data) < 2:
        return ""
    distinct = len(np.unique(_marks(data)))
    if distinct == 1:
        return "All images are equal: there is nothing to tell apart."
    if distinct <= _MANY * len(data):
        return f"Many images occur more than once: of {len(data):,} only {distinct:,} differ."
    return ""


def shared_images(train: Dataset, test: Dataset) -> str:
    """Return what is to be told of test images that are in the training set as well; nothing where they are few."""
    count = int(np.isin(_marks(test), _marks(train)).sum())
    if count <= _LEAK * len(test):
        return ""
    return f"{count:,} of the {len(test):,} test images are in the training set too: the test is too easy."


def _marks(data: Dataset) -> NDArray[np.uint64]:
    """Return a number for each image that hardly any two different ones share, shape (n,)."""
    words = np.ascontiguousarray(data.images).view(np.uint64)
    factors = np.random.default_rng(0).integers(1, 2**63, words.shape[1], np.uint64) * 2 + 1
    marks: NDArray[np.uint64] = words @ factors
    return marks
