"""Is the gradient right? Nudge a parameter and see what the loss really does.

The derivative of the loss with respect to a parameter w is what the loss changes by when w changes by a little:

    numeric  =  (loss at w + e  -  loss at w - e) / 2e

No chain rule is needed for that, only two forward passes; backpropagation has to come to the same number. What may
differ is known. The difference quotient leaves out terms of order e^2, and the losses, computed in float64, carry
rounding of about 1e-16 that the division by 2e blows up. With e = 1e-5 both stay below 1e-9, so an `ABSOLUTE` tolerance
of 1e-9 (more for smaller nudges) and a `RELATIVE` one of 1e-5 let right gradients pass and no bug that matters.

One honest exception: ReLU has a kink at 0. Where a unit's sum is so close to 0 that the nudge switches it on or off for
some image, the quotient straddles the kink and means little. Smaller nudges are tried then; if each of them switches
a unit, the verdict is `Verdict.AT_KINK`, neither right nor wrong.

Source: Karpathy, "CS231n: gradient checks", https://cs231n.github.io/neural-networks-3/#gradcheck.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from math import prod

import numpy as np

from core.network.arrays import Floats
from core.network.layout import Layout
from core.network.network import Network, forward, loss_and_gradient
from core.network.parameters import Parameters
from core.progress import Report, ignore_progress

EPSILON = 1e-5
"""The first nudge; a parameter is of the order of 0.1."""

SMALLER_EPSILONS = (1e-6, 1e-7)
"""Tried in turn where a nudge switches a ReLU."""

ABSOLUTE = 1e-9
"""Tolerance at `EPSILON` for losses up to 1 nat; rounding grows with the loss and as the nudge shrinks."""

RELATIVE = 1e-5

CHUNK = 512
"""Images turned into float64 and worked on at once."""

GradientFunction = Callable[[Network, Floats, Floats], Parameters]
"""``gradient(network, inputs, targets)``: the mean loss's derivatives by all parameters, in float64. Lessons hand in
one with a bug in it."""

Examples = tuple[Floats, Floats]
"""Inputs (m, 784) in [0, 1] and one-hot targets (m, 10)."""


class Verdict(Enum):
    """What a check says."""

    AGREES = "agrees"
    DIFFERS = "differs"
    AT_KINK = "at a kink"
    NOT_FINITE = "not finite"


@dataclass(frozen=True)
class GradientCheck:
    """One parameter's derivative, found in two ways.

    Attributes
    ----------
    index : int
        Its place in the parameter vector.
    epsilon : float
        By how much it was nudged.
    loss_above, loss_below : float
        Mean loss with the parameter nudged up and down.
    numeric : float
        What the two losses say.
    analytic : float
        What backpropagation says, in float64.
    tolerance : float
        By how much the two may differ.
    crosses_kink : bool
        Whether the nudge switched a ReLU on or off.
    verdict : Verdict
        The outcome.
    """

    index: int
    epsilon: float
    loss_above: float
    loss_below: float
    numeric: float
    analytic: float
    tolerance: float
    crosses_kink: bool
    verdict: Verdict

    @property
    def says_nothing(self) -> bool:
        """Whether both are 0, as for the weight of a pixel without ink: a wrong gradient would be 0 there as well."""
        return self.numeric == self.analytic == 0


def backpropagation(network: Network, inputs: Floats, targets: Floats) -> Parameters:
    """Return the gradient by the backward pass that training uses; the normal `GradientFunction`."""
    return loss_and_gradient(network, inputs, targets).gradient


def check_gradient(
    network: Network,
    batch: Examples,
    indices: Sequence[int],
    *,
    gradient: GradientFunction = backpropagation,
    report: Report = ignore_progress,
) -> list[GradientCheck]:
    """Check the derivatives of some parameters.

    Parameters
    ----------
    network : Network
        Of any float type; the check is done in float64. With a ``training_seed`` it is the loss of an update that is
        meant: every pass draws the same masks.
    batch : Examples
        The images whose mean loss is meant.
    indices : sequence of int
        Places in the parameter vector.
    gradient : GradientFunction
        What is to be checked.
    report : Report
        Called once a parameter and chunk of images.

    Returns
    -------
    list of GradientCheck
        One for each index, in order.
    """
    network = replace(network, parameters=network.parameters.astype(np.float64))
    with np.errstate(over="ignore", invalid="ignore"):
        analytic = _whole_gradient(network, batch, gradient, report)
        checks = []
        for count, index in enumerate(indices):

            def report_this(fraction: float, text: str, count: int = count) -> None:
                report((count + fraction) / len(indices), text)

            checks.append(_check(network, batch, int(index), float(analytic.vector[index]), report_this))
    return checks


def random_sample(layout: Layout, count: int, rng: np.random.Generator, gradient: Floats | None = None) -> list[int]:
    """Return places of parameters of which every operation's weights and biases have a share.

    Parameters
    ----------
    layout : Layout
        Where the weights and biases lie.
    count : int
        How many at most; a group that is smaller than its share gives all it has.
    rng : numpy.random.Generator
        Decides which.
    gradient : float array of shape (parameters,), optional
        Where it is not 0, parameters are taken first: a check of the others says little.
    """
    places = [place for place in layout.places if place not in layout.statistics]
    share = max(1, count // len(places))
    chosen: list[int] = []
    for place in places:
        order = rng.permutation(prod(place.shape))
        if gradient is not None:
            order = order[np.argsort(gradient[place.slice][order] == 0, kind="stable")]
        chosen += (place.slice.start + np.sort(order[:share])).tolist()
    return chosen


def _check(network: Network, batch: Examples, index: int, analytic: float, report: Report) -> GradientCheck:
    for epsilon in (EPSILON, *SMALLER_EPSILONS):
        check = _check_at(network, batch, index, analytic, epsilon, report)
        if check.verdict is not Verdict.AT_KINK:
            break
    return check


def _check_at(
    network: Network, batch: Examples, index: int, analytic: float, epsilon: float, report: Report
) -> GradientCheck:
    above, below, crosses = 0.0, 0.0, False
    up, down = _nudged(network, index, epsilon), _nudged(network, index, -epsilon)
    for fraction, inputs, targets in _chunks(network, batch):
        report(fraction, "nudging parameters")
        passes_up, passes_down = forward(up, inputs), forward(down, inputs)
        above += network.loss.forward(passes_up.loss, targets)
        below += network.loss.forward(passes_down.loss, targets)
        steps = zip(network.operations, passes_up.operations, passes_down.operations, strict=True)
        crosses = crosses or not all(operation.same_branch(one, other) for operation, one, other in steps)
    size = len(batch[0])
    above, below = above / size, below / size
    numeric = (above - below) / (2 * epsilon)
    rounding = ABSOLUTE * EPSILON / epsilon * max(1.0, above)
    tolerance = rounding + RELATIVE * max(abs(numeric), abs(analytic))
    if not np.isfinite([numeric, analytic]).all():
        verdict = Verdict.NOT_FINITE
    elif abs(numeric - analytic) <= tolerance:
        verdict = Verdict.AGREES
    else:
        verdict = Verdict.AT_KINK if crosses else Verdict.DIFFERS
    return GradientCheck(index, epsilon, above, below, numeric, analytic, tolerance, crosses, verdict)


def _whole_gradient(network: Network, batch: Examples, gradient: GradientFunction, report: Report) -> Parameters:
    """Return the gradient of a batch, worked through in chunks: the mean of their gradients, weighted by size."""
    total = Parameters.zeros(network.parameters.layout, np.float64)
    for _, inputs, targets in _chunks(network, batch):
        report(0.0, "working out the gradient")
        total.vector[:] += gradient(network, inputs, targets).vector * (len(inputs) / len(batch[0]))
    for place in network.parameters.layout.statistics:
        # What stands there is no derivative: the loss of an update does not depend on running means.
        total.vector[place.slice] = 0
    return total


def _chunks(network: Network, batch: Examples) -> Iterator[tuple[float, Floats, Floats]]:
    """Yield the fraction done, inputs and targets in float64, some images at a time; all where they act together."""
    inputs, targets = batch
    layout = network.parameters.layout
    chunk = layout.chunk(CHUNK) if network.training_seed is None or not layout.draws else len(inputs)
    for start in range(0, len(inputs), chunk):
        rows = slice(start, start + chunk)
        yield start / len(inputs), inputs[rows].astype(np.float64), targets[rows].astype(np.float64)


def _nudged(network: Network, index: int, by: float) -> Network:
    parameters = network.parameters.copy()
    parameters.vector[index] += by
    return replace(network, parameters=parameters)
