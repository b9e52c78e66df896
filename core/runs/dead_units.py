"""Dead ReLUs: units that no image activates any more.

The output of a ReLU is 0 while its pre-activation is not above 0, and so is the gradient that comes back through it. If
that is so for every image, no gradient reaches its weights: the unit is dead, and the network has one less to work
with. One large update is enough, which is why high learning rates kill. Weight decay may still shrink its weights,
momentum and Adam may carry them on for a while, and a unit of a later layer may come back as the layers before change.

"Every image" is every image of the training set, as it is before augmentation. The update at which a unit died is found
by going back through the run: first over a handful of moments spread evenly, from the end, until one is found where the
unit still answers; then by halving the stretch between.

Source: Lu, Shin, Su, Karniadakis 2019, "Dying ReLU and initialization", arXiv:1903.06733.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Pixels
from core.network.dense import Dense
from core.network.network import Network
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Pass
from core.network.prediction import scaled
from core.network.relu import ReLU
from core.network.unit_layers import layer_of
from core.progress import Report, ignore_progress
from core.runs.run import Run
from core.runs.timeline import Mark

FIRST_LOOK = 2000
"""Images that are tried before all others."""

MOMENTS = 32
"""Into so many stretches the run is cut to look for the one in which a unit died."""

_CHUNK = 500


@dataclass(frozen=True, order=True)
class Unit:
    """A hidden unit: ``layer`` 0 is the first hidden layer; both count from 0."""

    layer: int
    unit: int


@dataclass(frozen=True)
class DeadUnit:
    """A unit that has died.

    Attributes
    ----------
    layer, unit : int
        Which; ``layer`` 0 is the first hidden layer, and both count from 0.
    died_at : int
        Updates after which it first was dead, to stay so; 0 where it never lived.
    """

    layer: int
    unit: int
    died_at: int


def silent_units(network: Network, images: Pixels) -> tuple[NDArray[np.bool_], ...]:
    """Return which units of each hidden layer no image activates.

    Parameters
    ----------
    network : Network
        Only its ReLUs can be silent; other nonlinearities are not.
    images : uint8 array of shape (n, 784)
        The training set. Some spread evenly over it come first: they activate nearly every unit that lives, so that
        the others are worked out for the rest alone.

    Returns
    -------
    tuple of bool arrays
        One of shape (units,) for each hidden layer.
    """
    layout = network.parameters.layout
    silent = {
        index: np.full(layer_of(layout, index).units, isinstance(operation, ReLU))
        for index, operation in enumerate(network.operations)
        if isinstance(operation, Nonlinearity)
    }
    _strike_out(network, _spread(images), silent)
    _strike_out(network, images, silent)
    return tuple(silent.values())


def _spread(images: Pixels) -> Pixels:
    """Return some images spread evenly over all, or all where there are few; always the same ones."""
    if len(images) <= FIRST_LOOK:
        return images
    return images[np.linspace(0, len(images) - 1, FIRST_LOOK).astype(np.int64)]


def _strike_out(network: Network, images: Pixels, silent: dict[int, NDArray[np.bool_]]) -> None:
    """Take what these images activate out of ``silent``, the units of each nonlinearity by its place, in place."""
    layout, parameters = network.parameters.layout, network.parameters.by_operation
    at_once = layout.chunk(_CHUNK)
    for start in range(0, len(images), at_once):
        in_question = [index for index, units in silent.items() if units.any()]
        if not in_question:
            return
        x, last = scaled(images[start : start + at_once]), in_question[-1]
        for index, operation in enumerate(network.operations[:last]):
            arrays, shape = parameters[index], layout.shapes[index + 1]
            is_last = index == last - 1 and isinstance(operation, Dense)
            if is_last:
                # What it gives out leads to no other: only the units in question are worked out.
                units = np.flatnonzero(silent[last])
                arrays, shape = {name: array[..., units] for name, array in arrays.items()}, units.shape
            work = Pass.empty(x, x.shape[1:], shape, operation.kept_shape(x.shape[1:]), len(x), x.dtype)
            operation.forward(arrays, work, None)
            x = work.output
            if is_last:
                silent[last][units] &= ~(x > 0).any(axis=0)
            elif index + 1 in silent:
                silent[index + 1] &= ~layer_of(layout, index).by_unit(x > 0, index).any(axis=(0, 2))


def find_silent_units(network: Network, images: Pixels) -> frozenset[Unit]:
    """Return the units that no image activates; see `silent_units`."""
    layers = silent_units(network, images)
    return frozenset(Unit(layer, int(unit)) for layer, silent in enumerate(layers) for unit in np.flatnonzero(silent))


def find_deaths(
    run: Run, update: int, units: Iterable[Unit], images: Pixels, report: Report = ignore_progress
) -> tuple[DeadUnit, ...]:
    """Find out when units died that are silent after ``update`` updates; training may go on meanwhile.

    Parameters
    ----------
    run : Run
        Its past is replayed.
    update : int
        A moment at which these units are silent.
    units : iterable of Unit
        Which deaths to look for.
    images : uint8 array of shape (n, 784)
        The training set.
    report : Report
        Called for every moment that is looked at, and while it is replayed.

    Returns
    -------
    tuple of DeadUnit
        In the order of layers and units.
    """
    replay = run.replay()
    text = "looking for the update at which units died"

    some = _spread(images)

    @cache
    def silent_at(moment: int, *, for_all: bool) -> frozenset[Unit]:
        network = replay.network_at(moment, lambda fraction, _: report(0.0, text))
        return find_silent_units(network, images if for_all else some)

    def halve(alive: int, dead: int, unit: Unit, *, for_all: bool) -> int:
        while dead - alive > 1:
            middle = (alive + dead) // 2
            if unit in silent_at(middle, for_all=for_all):
                dead = middle
            else:
                alive = middle
        return dead

    wanted = sorted(set(units))
    deaths = []
    for place, unit in enumerate(wanted):
        report(place / len(wanted), text)
        dead, alive = update, -1
        for moment in _moments_before(update):
            if unit not in silent_at(moment, for_all=False):
                alive = moment
                break
            dead = moment
        # What is silent for all images is so for some: these few lead to the update, or to one before it.
        dead = halve(alive, dead, unit, for_all=False)
        if dead < update and unit not in silent_at(dead, for_all=True):
            dead = halve(dead, update, unit, for_all=True)
        deaths.append(DeadUnit(unit.layer, unit.unit, dead))
    return tuple(deaths)


def deaths_in_layer(deaths: Iterable[DeadUnit], layer: int = 0) -> dict[int, int]:
    """Return the updates at which units of one hidden layer died, by unit."""
    return {death.unit: death.died_at for death in deaths if death.layer == layer}


def death_marks(deaths: Iterable[DeadUnit]) -> tuple[Mark, ...]:
    """Return marks for a timeline: one for each update at which units died."""
    by_update: dict[int, list[DeadUnit]] = {}
    for death in sorted(deaths, key=lambda death: (death.died_at, death.layer, death.unit)):
        by_update.setdefault(death.died_at, []).append(death)
    return tuple(_death_mark(update, units) for update, units in by_update.items())


def _death_mark(update: int, units: list[DeadUnit]) -> Mark:
    names = [f"{unit.unit}{f' of layer {unit.layer + 1}' if unit.layer else ''}" for unit in units]
    text = f"hidden unit{'s' if len(units) > 1 else ''} {', '.join(names)} died"
    return Mark(update, "dead", text, (units[0].layer, units[0].unit))


def _moments_before(update: int) -> list[int]:
    """Return moments spread evenly from just before ``update`` down to 0."""
    step = max(1, -(-update // MOMENTS))
    return [*range(update - step, 0, -step), 0] if update else []
