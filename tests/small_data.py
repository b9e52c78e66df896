"""A small data set that a network learns within a few dozen updates: digits as blurred bars at ten places."""

import numpy as np

from core.data.dataset import DataPair, Dataset
from core.network.arrays import CLASSES, PIXELS
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer


def small_dataset(size: int, seed: int, name: str = "small") -> Dataset:
    """Images in which digit d lights a band of rows of its own, with noise."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, CLASSES, size).astype(np.uint8)
    images = rng.integers(0, 60, (size, PIXELS)).astype(np.uint8)
    band = PIXELS // CLASSES
    for image, label in zip(images, labels.tolist(), strict=True):
        image[label * band : (label + 1) * band] += 150
    return Dataset(images, labels, name)


def small_pair(train: int = 600, test: int = 100) -> DataPair:
    return DataPair(small_dataset(train, 1, "small train"), small_dataset(test, 2, "small test"), "small")


def run_about_to_diverge(data: DataPair, slow_updates: int) -> Run:
    """A large network whose next update diverges, so many slow updates after its only keyframe."""
    config = TrainingConfig(hidden=(1500,), batch_size=500, epochs=100_000)
    run = Run(Recipe(config), data, test_share=0)
    for _ in range(slow_updates + 1):
        run.metrics.add_batch(1.0, 0.5)
    run._state.update = slow_updates + 1
    run._state.parameters.vector[:] = np.nan
    return run


def batch_of(trainer: Trainer, update: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and one-hot targets of an update's batch, as its network sees them."""
    state = trainer.initial_state()
    state.update = update
    chunks = [(chunk.inputs.copy(), chunk.targets.copy()) for chunk in trainer.passes(state)]
    inputs, targets = map(np.concatenate, zip(*chunks, strict=True))
    return inputs, targets
