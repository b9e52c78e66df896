"""Fooling a network: many changes too small to see, all in the direction that hurts.

The gradient of an image's loss by its pixels says which way each pixel would have to go to make the network more wrong.
A step of some gray levels in that direction, every pixel by the same amount (`core.network.sign_step`), hardly changes
how the image looks, and yet its 784 small pushes add up in the weighted sums. The same number of gray levels with signs
drawn at random do not add up, and change almost nothing: not the size of the change fools the network, but its
direction.

Source: Goodfellow, Shlens, Szegedy 2014, "Explaining and harnessing adversarial examples", arXiv:1412.6572.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from core.data.dataset import Dataset
from core.network.arrays import PIXELS, Floats, Pixels
from core.network.network import Network, forward
from core.network.prediction import scaled
from core.network.sign_step import LEVELS, Signs, step_signs
from core.network.softmax_loss import count_correct
from core.progress import Report, ignore_progress, part_of

_CHUNK = 1000
_HALVINGS = 30


@dataclass(frozen=True)
class FoolingCurve:
    """How a network does on a data set whose images are all changed by so many gray levels.

    Attributes
    ----------
    levels : tuple of int
        Gray levels, ascending.
    fooled : tuple of float
        Share of right answers, 0 to 1, after a step along the gradient, one for each of the levels.
    random : tuple of float
        The same after steps of that size with signs drawn at random.
    """

    levels: tuple[int, ...]
    fooled: tuple[float, ...]
    random: tuple[float, ...]


def random_signs(count: int, rng: np.random.Generator) -> Signs:
    """Return -1 or 1 by chance for each pixel of ``count`` images, an int8 array of shape (count, 784)."""
    signs: Signs = rng.integers(0, 2, (count, PIXELS), np.int8) * np.int8(2) - np.int8(1)
    return signs


def stepped_bytes(images: Pixels, signs: Signs, levels: int) -> Pixels:
    """Return uint8 images of shape (m, 784) after a step of so many gray levels, cut off at 0 and 255."""
    moved = images.astype(np.int16) + signs * np.int16(levels)
    return np.clip(moved, 0, LEVELS).astype(np.uint8)


def random_change(pixels: Floats, distance: float, rng: np.random.Generator) -> Floats:
    """Return an image after a change in a random direction that is as long as another.

    Parameters
    ----------
    pixels : float array of shape (784,)
        The image, in [0, 1].
    distance : float
        Length of the change, as of `core.explanation.least_change.LeastChange`.
    rng : numpy.random.Generator
        Decides the direction; every pixel goes as far up or down as every other, up to paper and full ink.
    """
    signs = random_signs(1, rng)[0].astype(pixels.dtype)
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        is_short = np.linalg.norm(np.clip(pixels + middle * signs, 0, 1) - pixels) < distance
        low, high = (middle, high) if is_short else (low, middle)
    changed: Floats = np.clip(pixels + pixels.dtype.type(high) * signs, 0, 1)
    return changed


def fooled_dataset(network: Network, dataset: Dataset, levels: int, report: Report = ignore_progress) -> Dataset:
    """Return a data set whose images have each made a step of so many gray levels along the gradient of its loss.

    Parameters
    ----------
    network : Network
        The network to fool, of float32.
    dataset : Dataset
        Images and what they show.
    levels : int
        Gray levels, 0 to 255.
    report : Report
        Told how many images are done.
    """
    images = np.empty_like(dataset.images)
    at_once = network.parameters.layout.chunk(_CHUNK)
    for start in range(0, len(dataset), at_once):
        rows = slice(start, start + at_once)
        report(start / len(dataset), f"fooling the network with {len(dataset):,} images")
        signs = step_signs(network, scaled(dataset.images[rows]), dataset.labels[rows])
        images[rows] = stepped_bytes(dataset.images[rows], signs, levels)
    return replace(dataset, images=images, name=f"{dataset.name}, each image a step of {levels} gray levels away")


def fooling_curve(
    network: Network, dataset: Dataset, levels: Sequence[int], seed: int = 0, report: Report = ignore_progress
) -> FoolingCurve:
    """Return how many answers stay right as the images are changed more and more.

    Parameters
    ----------
    network : Network
        The network to fool, of float32.
    dataset : Dataset
        Images and what they show.
    levels : sequence of int
        Gray levels, 0 to 255, ascending.
    seed : int
        Decides the random signs.
    report : Report
        Told how many images are done.
    """
    correct = np.zeros((2, len(levels)), np.int64)
    rng = np.random.default_rng(seed)
    at_once = network.parameters.layout.chunk(_CHUNK)
    for start in range(0, len(dataset), at_once):
        images, labels = dataset.images[start : start + at_once], dataset.labels[start : start + at_once]
        tell = part_of(report, start / len(dataset), min(1.0, (start + at_once) / len(dataset)))
        for way, signs in enumerate((step_signs(network, scaled(images), labels), random_signs(len(images), rng))):
            for place, level in enumerate(levels):
                tell((way + place / len(levels)) / 2, f"fooling the network with {len(dataset):,} images")
                logits = forward(network, scaled(stepped_bytes(images, signs, level))).logits
                correct[way, place] += count_correct(logits, labels)
    fooled, random = (correct / len(dataset)).tolist()
    return FoolingCurve(tuple(levels), tuple(fooled), tuple(random))
