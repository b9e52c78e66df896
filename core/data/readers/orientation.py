"""Which way up images of digits are: the eight ways in which a square can lie, and the one that a network reads best.

EMNIST is published with rows and columns exchanged (Cohen et al. 2017, arXiv:1702.05373), others lie turned or
mirrored, and no name tells for sure. So the network "Wide" that comes with the program reads a sample in all eight
ways. Read upright, it agrees with nearly every label of digits; otherwise with fewer than half, and with what is no
digit (clothes, letters, Kuzushiji) with about a tenth either way. Only a wide margin turns images; anything else
leaves them alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, IMAGE_SIDE, PIXELS
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.network.prediction import predict

_MODEL = Path(__file__).parents[3] / "resources" / "models" / "wide.npz"

Squares = NDArray[Any]

SAMPLE = 500
"""So many images, spread evenly, are read."""

READ_WELL, READ_FEW_WELL = 0.65, 0.8
"""What the right way up must reach, the mean over the classes; of fewer than `FEW` images more is asked. Printed digits
reach 0.71, letters chosen to look like digits 0.62."""

FEW = 50

READ_UPRIGHT = 0.6
"""From here on nothing else is tried: the images are upright digits, however badly written."""

MARGIN = 0.25
"""How much better the right way must be than any other."""

LEAST_IMAGES, LEAST_CLASSES = 10, 3
"""Fewer tell too little: a 1 or an 8 reads the same upside down."""


@dataclass(frozen=True)
class Orientation:
    """One of the eight ways in which images may lie.

    Attributes
    ----------
    name : str
        What was found, in words.
    turn : callable
        Turns images (n, 28, 28) that lie so upright.
    """

    name: str
    turn: Callable[[Squares], Squares]

    def apply(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return images (n, 784) upright."""
        squares = images.reshape(-1, IMAGE_SIDE, IMAGE_SIDE)
        return np.ascontiguousarray(self.turn(squares)).reshape(-1, PIXELS)


UPRIGHT = Orientation("upright", lambda images: images)
ORIENTATIONS: tuple[Orientation, ...] = (
    UPRIGHT,
    Orientation("with rows and columns exchanged", lambda images: images.transpose(0, 2, 1)),
    Orientation("turned by a quarter to the left", lambda images: np.rot90(images, -1, (1, 2))),
    Orientation("turned by a quarter to the right", lambda images: np.rot90(images, 1, (1, 2))),
    Orientation("upside down", lambda images: images[:, ::-1, ::-1]),
    Orientation("mirrored from left to right", lambda images: images[:, :, ::-1]),
    Orientation("mirrored from top to bottom", lambda images: images[:, ::-1, :]),
    Orientation("mirrored about the rising diagonal", lambda images: images[:, ::-1, ::-1].transpose(0, 2, 1)),
)


@dataclass(frozen=True)
class Reading:
    """How a sample was read.

    Attributes
    ----------
    orientation : Orientation or None
        How the images lie; None where that is not certain, or they are no digits.
    coding : int
        Which of the codings of labels fits.
    agreement : float
        The share of labels that the network agrees with as the images are, 0 to 1, the mean over the classes.
    """

    orientation: Orientation | None
    coding: int
    agreement: float


def read_sample(images: NDArray[np.uint8], codings: list[NDArray[np.uint8]]) -> Reading:
    """Read a sample of a data set in all eight ways.

    Parameters
    ----------
    images : uint8 array of shape (n, 784)
        All images.
    codings : list of uint8 arrays of shape (n,)
        The digits that the labels may mean, in one or more ways.
    """
    rows = np.unique(np.linspace(0, len(images) - 1, SAMPLE).astype(np.int64))
    sample = images[rows]
    meant = [coding[rows] for coding in codings]
    upright = _agreements(sample, UPRIGHT, meant)
    best = int(np.argmax(upright))
    if upright[best] >= READ_UPRIGHT:
        return Reading(UPRIGHT, best, upright[best])
    if len(rows) < LEAST_IMAGES or len(np.unique(meant[0])) < LEAST_CLASSES:
        return Reading(None, 0, upright[best])
    table = np.array([_agreements(sample, each, meant) for each in ORIENTATIONS])
    way, coding = np.unravel_index(int(table.argmax()), table.shape)
    others = np.delete(table.max(axis=1), way)
    needed = READ_WELL if len(rows) >= FEW else READ_FEW_WELL
    is_certain = table[way, coding] >= needed and table[way, coding] - others.max() >= MARGIN
    return Reading(ORIENTATIONS[way] if is_certain else None, int(coding) if is_certain else 0, upright[best])


def _agreements(images: NDArray[np.uint8], orientation: Orientation, meant: list[NDArray[np.uint8]]) -> list[float]:
    """Return for each coding of the labels how much the network agrees with it, the mean over the classes."""
    answers = _read(orientation.apply(images))
    return [_mean_over_classes(answers == labels, labels) for labels in meant]


def _mean_over_classes(right: NDArray[np.bool_], labels: NDArray[np.uint8]) -> float:
    counts = np.bincount(labels, minlength=CLASSES)
    hits = np.bincount(labels, weights=right, minlength=CLASSES)
    return float((hits[counts > 0] / counts[counts > 0]).mean())


def _read(images: NDArray[np.uint8]) -> NDArray[np.int64]:
    answers: NDArray[np.int64] = predict(_network(), images).argmax(axis=1)
    return answers


@lru_cache(maxsize=1)
def _network() -> Network:
    with np.load(_MODEL) as arrays:
        parameters = Parameters.zeros(fully_connected((PIXELS, *arrays["b1"].shape, CLASSES)))
        for name, array in parameters.arrays.items():
            array[...] = arrays[name]
    return Network(parameters)
