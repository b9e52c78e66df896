"""What one unit answers to: the images that excite it most and least, and the digits it fires for.

A unit is excited by its pre-activation z, the weighted sum of what arrives plus its bias. Its activation f(z) rises
with z, but a ReLU is 0 for all z below 0; so images are put in order by z, which tells apart those that leave it off
too. A unit is active for an image where its z is above 0: where a ReLU gives out anything, a sigmoid more than a half
and a tanh something positive.

A unit of a convolution has one z for each place of the image. It is as excited by an image as by the place that excites
it most.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import CLASSES, Floats, Pixels
from core.network.dense import Dense
from core.network.network import Network
from core.network.operation import Pass
from core.network.prediction import scaled
from core.network.unit_layers import UnitLayer
from core.progress import Report, ignore_progress
from core.training.cuts import require_unit

_CHUNK = 1000


@dataclass(frozen=True, eq=False)
class UnitResponse:
    """How one unit answers to a data set.

    Attributes
    ----------
    pre_activations : float32 array of shape (n,)
        For each image.
    places : int64 array of shape (n,)
        Where in the image a convolution is excited most, counted row by row; 0 for a unit that sees all of it.
    most, least : int64 arrays of shape (k,)
        Which images excite it most, the strongest first, and least, the weakest first.
    images : int64 array of shape (10,)
        How many images there are of each digit.
    active : float64 array of shape (10,)
        The share of them for which it is active, 0 to 1; 0 of none.
    mean : float64 array of shape (10,)
        Its mean activation over them; of the output layer, of the logit.
    """

    pre_activations: NDArray[np.float32]
    places: NDArray[np.int64]
    most: NDArray[np.int64]
    least: NDArray[np.int64]
    images: NDArray[np.int64]
    active: NDArray[np.float64]
    mean: NDArray[np.float64]

    @property
    def active_share(self) -> float:
        """The share of all images for which it is active."""
        return float((self.active * self.images).sum() / self.images.sum())


def find_unit_response(
    network: Network, dataset: Dataset, layer: int, unit: int, count: int = 6, report: Report = ignore_progress
) -> UnitResponse:
    """Return how a unit answers to all images of a data set.

    Parameters
    ----------
    network : Network
        Of float32.
    dataset : Dataset
        The images.
    layer : int
        Counted from 1; the last is the layer of the ten digits.
    unit : int
        Counted from 0.
    count : int
        How many images are wanted of those that excite it most, and least.
    report : Report
        Told how many images are done.

    Raises
    ------
    ConfigError
        If there is no such unit.
    """
    its_layer = require_unit(layer, unit, network.parameters.layout, only_hidden=False)
    z = np.empty(len(dataset), np.float32)
    places = np.zeros(len(dataset), np.int64)
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, sums in pre_activations(network, dataset.images, its_layer, unit):
            report(rows.start / len(dataset), f"showing the unit {len(dataset):,} images")
            places[rows] = sums.argmax(axis=1)
            z[rows] = sums[np.arange(len(sums)), places[rows]]
        nonlinearity = its_layer.nonlinearity
        activations = z if nonlinearity is None else nonlinearity.apply(z, None)
    order = np.argsort(z, kind="stable")
    images = np.bincount(dataset.labels, minlength=CLASSES)
    active, total = (np.bincount(dataset.labels, values, CLASSES) for values in (z > 0, activations))
    known = np.maximum(images, 1)
    return UnitResponse(z, places, order[::-1][:count], order[:count], images, active / known, total / known)


def pre_activations(network: Network, images: Pixels, layer: UnitLayer, unit: int) -> Iterator[tuple[slice, Floats]]:
    """Yield which images, and a unit's pre-activations for them: an array of shape (rows, places), a column a place.

    Of a fully connected layer nothing but this unit is worked out.
    """
    layout, parameters = network.parameters.layout, network.parameters.by_operation
    at_once = layout.chunk(_CHUNK)
    for start in range(0, len(images), at_once):
        rows = slice(start, min(start + at_once, len(images)))
        x = scaled(images[rows])
        for index, operation in enumerate(network.operations[: layer.operation + 1]):
            if index == layer.operation and isinstance(operation, Dense):
                alone = {name: array[..., unit] for name, array in parameters[index].items()}
                yield rows, (x @ alone["W"] + alone["b"])[:, np.newaxis]
                break
            in_shape = x.shape[1:]
            work = Pass.empty(x, in_shape, layout.shapes[index + 1], operation.kept_shape(in_shape), len(x), x.dtype)
            operation.forward(parameters[index], work, None)
            x = work.output
        else:
            yield rows, layer.by_unit(x, layer.operation)[:, unit]
