"""The story of a layer's units over a run: how many images activate each, how large its gradient is, and when it died.

Nothing of this was kept while the run trained. It goes back to moments of the run, dense where learning was fast, and
makes a forward and a backward pass of the whole training set at each: not of a sample, which would call units dead that
some image activates, nor of the batch of the moment, whose gradient is noisy. So a moment costs as much as an epoch.

Both passes work out all units of a layer at once, and so the story is that of all of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Pixels
from core.network.network import Network, Passes, backward, forward
from core.network.parameters import Parameters
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.network.unit_layers import UnitLayer
from core.progress import Report, ignore_progress
from core.runs.dead_units import find_deaths, find_silent_units
from core.runs.learning_time import LearningTime, half_of_fall, usual_half
from core.runs.run import Run
from core.training.cuts import require_unit
from core.training.validation import learning_set

MOMENTS = 20
_CHUNK = 500


@dataclass(frozen=True, eq=False)
class UnitStory:
    """What became of the units of one layer.

    Attributes
    ----------
    layer : int
        Counted from 1.
    updates : int64 array of shape (moments,)
        Updates made by then, ascending.
    active : float64 array of shape (moments, units)
        The share of all training images, 0 to 1, for which each unit is active: its pre-activation is above 0. Of a
        convolution, the share of all places of all images.
    gradients : float64 array of shape (moments, units)
        Length of the gradient of the loss, the mean over all training images, by each unit's incoming weights and bias.
    died_at : mapping of int to int
        For units that no training image activates at the last moment: the update since which that is so.
    half : float
        The update by which half of the loss's fall was done; see `core.runs.learning_time`.
    images : int
        How many training images there are.
    seconds : float
        How long it took to find out.
    """

    layer: int
    updates: NDArray[np.int64]
    active: NDArray[np.float64]
    gradients: NDArray[np.float64]
    died_at: Mapping[int, int]
    half: float
    images: int
    seconds: float


def find_unit_story(run: Run, update: int, layer: int, report: Report = ignore_progress) -> UnitStory:
    """Return the story of a layer up to a moment of a run, which may go on training meanwhile.

    Parameters
    ----------
    run : Run
        Its past is replayed.
    update : int
        Updates made at the last moment.
    layer : int
        Counted from 1; the last is the layer of the ten digits.
    report : Report
        Told how far it is.

    Raises
    ------
    ConfigError
        If there is no such layer.
    """
    began = perf_counter()
    its_layer = require_unit(layer, 0, run.recipe.config.layout, only_hidden=False)
    data, replay = learning_set(run.recipe.config, run.data.train), run.replay()
    half = half_of_fall(run.metrics.read().batch_loss[:update]) or usual_half(max(update, 1))
    time = LearningTime(half, max(update, 1))
    moments = sorted({round(time.update(share)) for share in np.linspace(0, 1, MOMENTS)} if update else {0})
    active, gradients, text = [], [], f"a forward and a backward pass of {len(data):,} images at each moment"
    for place, moment in enumerate(moments):

        def report_moment(fraction: float, _: str, place: int = place) -> None:
            report((place + fraction) / len(moments), text)

        network = replay.network_at(moment, lambda fraction, words: report_moment(0.0, words))
        shares, lengths = _look(network, data.images, data.labels, its_layer, report_moment)
        active.append(shares)
        gradients.append(lengths)
    silent = [each for each in find_silent_units(network, data.images) if each.layer == layer - 1]
    deaths = find_deaths(run, update, silent, data.images, report) if silent else ()
    died_at = {death.unit: death.died_at for death in deaths}
    seconds = perf_counter() - began
    found = np.array(moments), np.array(active), np.array(gradients)
    return UnitStory(layer, *found, died_at, half, len(data), seconds)


def _look(
    network: Network, images: Pixels, labels: NDArray[np.uint8], layer: UnitLayer, report: Report
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the share of images that each unit is active for, and the length of its gradient."""
    layout = network.parameters.layout
    place, units = layer.operation, layer.units
    total, work = Parameters.zeros(layout), Parameters.zeros(layout)
    active, seen = np.zeros(units, np.int64), 0
    passes: Passes | None = None
    with np.errstate(over="ignore", invalid="ignore"):
        at_once = layout.chunk(_CHUNK)
        for start in range(0, len(images), at_once):
            report(start / len(images), "")
            targets = one_hot(labels[start : start + at_once])
            if passes is None or len(targets) != len(passes.inputs):
                passes = Passes.empty(layout, len(targets))
            forward(network, scaled(images[start : start + at_once]), passes)
            network.loss.forward(passes.loss, targets)
            total.vector[:] += backward(network, passes, targets, len(images), work).vector
            sums = layer.by_unit(passes.operations[place].output, place)
            active += (sums > 0).sum(axis=(0, 2))
            seen += sums.size // units
    squares = sum(
        (array.astype(np.float64) ** 2).reshape(-1, units).sum(axis=0) for array in total.by_operation[place].values()
    )
    return active / seen, np.sqrt(squares)
