"""What a step of a lesson makes of the data: fewer images, pixels in another order, a test set that has moved."""

from dataclasses import replace

import numpy as np

from core.data.dataset import DataPair, Dataset
from core.network.arrays import IMAGE_SIDE, PIXELS

_SHUFFLE_SEED = 1


def lesson_data(data: DataPair, images: int | None = None, *, shuffled: bool = False, moved: int = 0) -> DataPair:
    """Return the data that a step asks for; ``data`` itself where that is all of them, as they are.

    Parameters
    ----------
    data : DataPair
        What it is made of.
    images : int, optional
        Only the first so many training images; None, or more than there are, takes all.
    shuffled : bool
        Whether the pixels of all images change places, in all in the same way.
    moved : int
        By how many pixels the test images move to the right; paper comes in from the left.
    """
    if images is not None and images < len(data.train):
        train = data.train.take(np.arange(images), f"{data.train.name}, first {images:,}")
        data = replace(data, train=train)
    if shuffled:
        data = replace(data, train=_shuffled(data.train), test=_shuffled(data.test))
    return replace(data, test=_moved(data.test, moved)) if moved else data


def _shuffled(dataset: Dataset) -> Dataset:
    order = np.random.default_rng(_SHUFFLE_SEED).permutation(PIXELS)
    # Row by row in memory: as it comes out of the indexing, a batch would be gathered from all over it.
    images = np.ascontiguousarray(dataset.images[:, order])
    return replace(dataset, images=images, name=f"{dataset.name}, pixels shuffled")


def _moved(dataset: Dataset, by: int) -> Dataset:
    squares = dataset.images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
    moved = np.zeros_like(squares)
    moved[:, :, by:] = squares[:, :, :-by]
    return replace(dataset, images=moved.reshape(-1, PIXELS), name=f"{dataset.name}, moved by {by}")
