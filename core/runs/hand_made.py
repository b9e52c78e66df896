"""Be the optimizer: a small network whose weights a person finds, how good it is, and what training makes of it.

A hand-made network is an ordinary run: it begins with all weights and biases 0, and what is painted and set before its
first update are cuts of its recipe. Training goes on from there, and recipe and data repeat all of it, to the last bit.
"""

from dataclasses import dataclass

import numpy as np

from core.data.dataset import DataPair, Dataset
from core.network.dense import Dense
from core.network.network import Network
from core.progress import Report, ignore_progress, part_of
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.evaluation import evaluate
from core.training.recipe import Recipe
from core.training.validation import learning_set

FEWEST_UNITS, MOST_UNITS = 2, 10
"""Of the hidden layer: more than anybody paints."""

SCORED_IMAGES = 10_000
"""At most so many training images are looked at for a score, which is there within some 30 ms."""


@dataclass(frozen=True, order=True)
class Score:
    """How good a network is; of two scores the one with more right answers is higher, and then the lower loss.

    Attributes
    ----------
    accuracy : float
        Share of right answers, 0 to 1.
    gain : float
        The mean loss in nats with its sign turned, so that more is better.
    """

    accuracy: float
    gain: float

    @property
    def loss(self) -> float:
        """Mean cross-entropy in nats."""
        return -self.gain


def blank_config(config: TrainingConfig, units: int) -> TrainingConfig:
    """Return settings for a network of one hidden layer whose weights and biases are all 0."""
    return config.with_changes(hidden=(units,), initialization="zeros")


def can_be_hand_made(network: Network) -> bool:
    """Return whether a network is small enough to be made by hand: one hidden layer of two to ten units."""
    sizes = network.layer_sizes
    if not isinstance(network.parameters.layout.operations[0], Dense):
        return False
    return len(sizes) == 3 and FEWEST_UNITS <= sizes[1] <= MOST_UNITS


def scored_images(config: TrainingConfig, train: Dataset) -> Dataset:
    """Return the images that scores are about: the first of those that a run learns from."""
    images = learning_set(config, train)
    return images if len(images) <= SCORED_IMAGES else images.take(np.arange(SCORED_IMAGES), images.name)


def score_of(network: Network, images: Dataset, report: Report = ignore_progress) -> Score:
    """Return how good a network is on some images."""
    found = evaluate(network, images, report)
    return Score(found.accuracy, -found.loss)


def score_of_training(
    config: TrainingConfig, data: DataPair, images: Dataset, report: Report = ignore_progress
) -> Score:
    """Return what training reaches with these settings from a random start; it takes as long as a run.

    Parameters
    ----------
    config : TrainingConfig
        All but the initialization, which is that of every network that is not made by hand.
    data : DataPair
        What it learns from.
    images : Dataset
        What the score is about.
    report : Report
        Called at every update.
    """
    run = Run(Recipe(config.with_changes(initialization="auto")), data, test_share=0)
    run.advance(run.total_updates, part_of(report, 0.0, 0.95), "training from a random start")
    return score_of(run.snapshot().network, images, part_of(report, 0.95, 1.0))
