"""Images held out of the training set, to choose settings by: the test set is then looked at once, at the end.

Which ones is drawn from the seed alone, so a recipe repeats it on the same data. The network never learns from them.
"""

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.errors import ConfigError
from core.network.arrays import CLASSES, Labels
from core.training.batches import VALIDATION_STREAM, random_stream
from core.training.config import TrainingConfig


def rows_held_out(config: TrainingConfig, size: int) -> NDArray[np.int64]:
    """Return which of ``size`` training images are held out, ascending: int64 of shape (config.validation,).

    Raises
    ------
    ConfigError
        If none would be left to learn from.
    """
    config.images_left(size)
    order = random_stream(config.seed, VALIDATION_STREAM).permutation(size)
    return np.sort(order[: config.validation])


def rows_left(config: TrainingConfig, labels: Labels) -> NDArray[np.int64]:
    """Return which training images are left to learn from, ascending: int64 of shape (n - config.validation,).

    Parameters
    ----------
    config : TrainingConfig
        How many are held out, and the seed.
    labels : uint8 array of shape (n,)
        What the images of the training set show.

    Raises
    ------
    ConfigError
        If no image is left of a digit that there is.
    """
    held_out = rows_held_out(config, len(labels))
    rows = np.delete(np.arange(len(labels)), held_out)
    before, after = (np.bincount(part, minlength=CLASSES) for part in (labels, labels[rows]))
    if (gone := np.flatnonzero((before > 0) & (after == 0))).size:
        raise ConfigError(
            f"With {config.validation:,} of {len(labels):,} training images held out for validation, no image of a "
            f"{gone[0]} is left to learn from. Hold out fewer, or choose another seed."
        )
    return rows


def validation_set(config: TrainingConfig, train: Dataset) -> Dataset | None:
    """Return the images held out of a training set, as a data set of their own; None where none are."""
    if not config.validation:
        return None
    return train.take(rows_held_out(config, len(train)), f"{train.name} (validation)")


def learning_set(config: TrainingConfig, train: Dataset) -> Dataset:
    """Return the images that a run learns from, as a data set of their own; the whole where none are held out."""
    return train.take(rows_left(config, train.labels), train.name) if config.validation else train


def fitting(config: TrainingConfig, train: Dataset) -> TrainingConfig:
    """Return settings for a training set: those given, or without validation where it has too few images for it."""
    try:
        if config.validation:
            rows_left(config, train.labels)
    except ConfigError:
        return config.with_changes(validation=0)
    return config
