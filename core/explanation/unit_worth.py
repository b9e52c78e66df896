"""What is each unit worth? How many answers stay right without it.

A unit of the last hidden layer speaks to the logits alone, and they are sums, so without it they change by exactly what
it said:

    z without unit j  =  z - a_j W[j, :]

A column is taken away and the network need not be run again: 128 units on 10,000 images take a fraction of a second. A
unit further back is taken away the same way from the weighted sums of the next layer, and what follows is run again.
Where the next layer is a convolution, a map is taken out of what enters it, and it is run again as well.

A unit that does much need not be worth much: others may say the same. So the worths of single units do not add up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import CLASSES
from core.network.dense import Dense
from core.network.layout import Layout
from core.network.network import Network, forward
from core.network.parameters import Parameters
from core.network.prediction import scaled
from core.progress import Report, ignore_progress
from core.training.cuts import require_unit

_CHUNK = 1000


@dataclass(frozen=True, eq=False)
class UnitWorth:
    """Right answers on a data set with every unit of a hidden layer taken away in turn.

    Attributes
    ----------
    layer : int
        Which hidden layer, counted from 1.
    images : int64 array of shape (10,)
        How many images there are of each digit.
    correct : int64 array of shape (10,)
        How many of them are answered rightly by the whole network.
    without : int64 array of shape (units, 10)
        The same without each unit.
    """

    layer: int
    images: NDArray[np.int64]
    correct: NDArray[np.int64]
    without: NDArray[np.int64]

    @property
    def accuracy(self) -> float:
        """Share of right answers of the whole network, 0 to 1."""
        return float(self.correct.sum() / self.images.sum())

    @property
    def accuracies(self) -> NDArray[np.float64]:
        """Share of right answers without each unit, shape (units,)."""
        shares: NDArray[np.float64] = self.without.sum(axis=1) / self.images.sum()
        return shares

    def accuracy_of(self, unit: int | None, digit: int) -> float:
        """Return the share of right answers among the images of a digit, without a unit or with all; 0 of none."""
        right = self.correct[digit] if unit is None else self.without[unit, digit]
        return float(right / max(1, self.images[digit]))


def find_unit_worth(network: Network, dataset: Dataset, layer: int, report: Report = ignore_progress) -> UnitWorth:
    """Return what each unit of a hidden layer is worth.

    Parameters
    ----------
    network : Network
        Of float32.
    dataset : Dataset
        The images that are to be answered.
    layer : int
        Which hidden layer, counted from 1.
    report : Report
        Told how many images are done.

    Raises
    ------
    ConfigError
        If there is no such hidden layer.
    """
    taken = require_unit(layer, 0, network.parameters.layout)
    correct = np.zeros(CLASSES, np.int64)
    without = np.zeros((taken.units, CLASSES), np.int64)
    behind = network.operations[taken.behind]
    rest = _behind(network, taken.behind + isinstance(behind, Dense))
    text = f"taking away each of {taken.units:,} {taken.noun}s"
    with np.errstate(over="ignore", invalid="ignore"):
        at_once = network.parameters.layout.chunk(_CHUNK)
        for start in range(0, len(dataset), at_once):
            labels = dataset.labels[start : start + at_once]
            passes = forward(network, scaled(dataset.images[start : start + at_once]))
            right = passes.logits.argmax(axis=1) == labels
            correct += _by_digit(labels[right])
            numbers, sums = passes.operations[taken.behind].input, passes.operations[taken.behind].output
            for unit in range(taken.units):
                if not unit % 16:
                    report((start + len(labels) * unit / taken.units) / len(dataset), text)
                is_its = (taken.owners[-1] == unit).reshape(numbers.shape[1:])
                # The others are answered as before.
                rows = np.flatnonzero(numbers[:, is_its].any(axis=1))
                if isinstance(behind, Dense):
                    outgoing = network.parameters.by_operation[taken.behind]["W"]
                    left = sums[rows] - numbers[np.ix_(rows, np.flatnonzero(is_its))] @ outgoing[is_its]
                else:
                    left = np.where(is_its, 0, numbers[rows])
                logits = left if rest is None else forward(rest, left).logits
                is_right = right.copy()
                is_right[rows] = logits.argmax(axis=1) == labels[rows]
                without[unit] += _by_digit(labels[is_right])
    return UnitWorth(layer, _by_digit(dataset.labels), correct, without)


def _behind(network: Network, first: int) -> Network | None:
    """Return the operations from one on as a network of their own, with the end of the vector; None where none is."""
    layout = network.parameters.layout
    if first == len(layout.operations):
        return None
    start = next(place.slice.start for place in layout.places if place.operation >= first)
    rest = Layout(layout.operations[first:], layout.shapes[first])
    return Network(Parameters(network.parameters.vector[start:], rest), network.loss)


def _by_digit(labels: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.bincount(labels, minlength=CLASSES)
