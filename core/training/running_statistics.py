"""Running means of what batches have, which belong to the network and are not learned by descending.

Batch norm needs them where the network is used (`core.network.batch_norm`). They lie in the vector of parameters, and
their places in the gradient hold what the batch has; each update moves them a share of the way there:

    r <- r + RATE (batch's - r)

Whatever the optimizer is, it must not see them: it gets a gradient of 0 there, with which it changes and remembers
nothing.
"""

from core.network.arrays import Floats
from core.network.batch_norm import RATE
from core.network.parameters import Parameters


def take_statistics(gradient: Parameters) -> tuple[Floats, ...]:
    """Return what the batch has, one array for each place of such means, and put 0 there instead."""
    there = [gradient.vector[place.slice] for place in gradient.layout.statistics]
    taken = tuple(array.copy() for array in there)
    for array in there:
        array[:] = 0
    return taken


def move_statistics(parameters: Parameters, of_batch: tuple[Floats, ...]) -> None:
    """Move running means, in place, towards what `take_statistics` returned."""
    for place, batch in zip(parameters.layout.statistics, of_batch, strict=True):
        running = parameters.vector[place.slice]
        running += RATE * (batch - running)
