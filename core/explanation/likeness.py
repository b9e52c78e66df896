"""Which images that the network learned from are like this one, and whether any of them is.

Two images are the nearer, the smaller the distance between their pixels, root of the summed squares. What is near in
pixels need not look alike: a digit shifted by two pixels is far from itself. Between pixels and answer the network has
measures of its own: the activations of its last hidden layer, in which images lie near each other that it treats alike.

How near is near? Test images were written by others and never seen, yet most of them have a training image within a
certain distance. What has none within the distance that nearly all of them keep is unlike any training image.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DataPair
from core.network.arrays import Floats
from core.network.network import Network, forward, hidden_layers
from core.network.prediction import scaled
from core.progress import Report, ignore_progress

_CHUNK = 1000
_COMPARED = 200
"""Test images whose nearest training images say how near is near."""
_USUAL = 99.0
"""Per cent of them that have a training image within the usual distance."""


@dataclass(frozen=True, eq=False)
class Likeness:
    """The training images that are nearest to an image.

    Attributes
    ----------
    in_pixels, in_hidden : int64 arrays of shape (k,)
        Which images of the training set, the nearest first; the second is empty where there is no hidden layer.
    pixel_distances, hidden_distances : float32 arrays of shape (k,)
        How far away they are.
    usual_distance : float
        Within so much, in pixels, 99 of 100 test images have a training image.
    """

    in_pixels: NDArray[np.int64]
    in_hidden: NDArray[np.int64]
    pixel_distances: NDArray[np.float32]
    hidden_distances: NDArray[np.float32]
    usual_distance: float

    @property
    def is_unlike(self) -> bool:
        """Whether no training image is as near as nearly every test image has one."""
        return bool(self.pixel_distances[0] > self.usual_distance)


def find_likeness(
    network: Network, data: DataPair, pixels: Floats, count: int = 4, report: Report = ignore_progress
) -> Likeness:
    """Look for the training images that are nearest to an image, in pixels and in the last hidden layer.

    Parameters
    ----------
    network : Network
        Of float32.
    data : DataPair
        What it learns from, and test images to compare with.
    pixels : float32 array of shape (784,)
        The image, in [0, 1].
    count : int
        How many images are wanted each time.
    report : Report
        Told how many training images were looked at.
    """
    train, hidden = data.train, hidden_layers(network)
    place = hidden[-1][0] if hidden else None
    rows = np.random.default_rng(0).permutation(len(data.test))[:_COMPARED]
    queries = np.vstack([pixels[np.newaxis], scaled(data.test.images[rows])])
    in_pixels = np.empty(len(train), np.float32)
    in_hidden = np.empty(len(train), np.float32)
    nearest = np.full(len(queries), np.inf, np.float32)
    own = None if place is None else forward(network, pixels[np.newaxis]).operations[place].output.reshape(1, -1)
    at_once = network.parameters.layout.chunk(_CHUNK)
    for start in range(0, len(train), at_once):
        some = slice(start, start + at_once)
        report(start / len(train), f"comparing with {len(train):,} training images")
        images = scaled(train.images[some])
        apart = _distances(images, queries)
        in_pixels[some] = apart[:, 0]
        nearest = np.minimum(nearest, apart.min(axis=0))
        if place is not None and own is not None:
            hidden_numbers = forward(network, images).operations[place].output.reshape(len(images), -1)
            in_hidden[some] = _distances(hidden_numbers, own)[:, 0]
    by_pixels = np.argsort(in_pixels, kind="stable")[:count]
    by_hidden = np.argsort(in_hidden, kind="stable")[: count if hidden else 0]
    usual = float(np.percentile(nearest[1:], _USUAL))
    return Likeness(by_pixels, by_hidden, in_pixels[by_pixels], in_hidden[by_hidden], usual)


def mean_image(data: DataPair, digit: int) -> NDArray[np.float32] | None:
    """Return the mean of a digit's training images, float32 of shape (784,) in [0, 1]; None where it has none."""
    images = data.train.images[data.train.labels == digit]
    if not len(images):
        return None
    mean: NDArray[np.float32] = (images.mean(axis=0) / 255).astype(np.float32)
    return mean


def _distances(one: Floats, other: Floats) -> Floats:
    """Return how far each row of one array, (m, n), lies from each of another, (k, n), as an array of shape (m, k)."""
    squares = (one**2).sum(axis=1)[:, np.newaxis] + (other**2).sum(axis=1) - 2 * (one @ other.T)
    distances: Floats = np.sqrt(np.maximum(squares, 0))
    return distances
