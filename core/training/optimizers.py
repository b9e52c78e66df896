"""Optimizers: how a gradient becomes a change of the parameters.

    sgd        w <- w - rate g                                     straight down the slope
    momentum   v <- momentum v - rate g;  w <- w + v               a velocity that adds gradients up
    adam       steps scaled by running means of g and of g^2       a rate of its own for each parameter

An optimizer holds no state. What it remembers from update to update (v, or the two means) are rows of an array that
it is given each time, so that a keyframe of a run is two arrays and replaying is copying them back.

Weight decay is decoupled: weights shrink by rate x decay at each update, beside the gradient and not through it.

Sources: Polyak 1964, "Some methods of speeding up the convergence of iteration methods"; Kingma, Ba 2014, "Adam",
arXiv:1412.6980; Loshchilov, Hutter 2017, "Decoupled weight decay regularization", arXiv:1711.05101.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

import numpy as np

from core.network.arrays import Floats
from core.network.parameters import Parameters

ADAM_BETA2 = 0.999
ADAM_EPSILON = 1e-8


@dataclass(frozen=True)
class OptimizerRule:
    """One way of descending.

    Attributes
    ----------
    slots : int
        How many vectors, each as long as the parameters, it remembers.
    apply : callable
        ``apply(vector, gradient, slots, rate, momentum, count)`` changes ``vector`` (p,) and ``slots`` (slots, p) in
        place; ``gradient`` (p,) serves as scratch and is lost. ``count`` is the number of updates made before this
        one since the slots were 0.
    """

    slots: int
    apply: Callable[[Floats, Floats, Floats, float, float, int], None]


def _sgd(vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
    gradient *= rate
    vector -= gradient


def _momentum(vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
    velocity = slots[0]
    velocity *= momentum
    gradient *= rate
    velocity -= gradient
    vector += velocity


def _adam(vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
    mean, mean_of_squares = slots
    step = count + 1
    mean *= momentum
    mean += (1 - momentum) * gradient
    mean_of_squares *= ADAM_BETA2
    np.multiply(gradient, gradient, out=gradient)
    gradient *= 1 - ADAM_BETA2
    mean_of_squares += gradient
    # Both means start at 0 and are too small at first; the two corrections undo exactly that.
    corrected_rate = rate / (1 - momentum**step)
    np.sqrt(mean_of_squares, out=gradient)
    gradient *= 1 / sqrt(1 - ADAM_BETA2**step)
    gradient += ADAM_EPSILON
    np.divide(mean, gradient, out=gradient)
    gradient *= corrected_rate
    vector -= gradient


OPTIMIZERS: Mapping[str, OptimizerRule] = MappingProxyType(
    {"sgd": OptimizerRule(0, _sgd), "momentum": OptimizerRule(1, _momentum), "adam": OptimizerRule(2, _adam)}
)


def decay_weights(parameters: Parameters, rate: float, weight_decay: float) -> None:
    """Shrink every weight, and no bias, in place by the share ``rate * weight_decay``."""
    keep = max(0.0, 1 - rate * weight_decay)
    for weights in parameters.weights:
        weights *= keep
