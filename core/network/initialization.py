"""The first weights: random, because units that start equal stay equal, and of the right size.

Weights too small and the signal dies out from layer to layer; too large and it explodes. The variance that keeps it
steady depends on how many inputs a unit sums over (fan in), and on the activation:

    he       variance 2 / fan_in                 for ReLU, which throws away half of the signal
    xavier   variance 2 / (fan_in + fan_out)     for tanh and sigmoid
    zeros    no variance: every unit of a layer computes, and learns, the same thing (a lesson, not a choice)

Biases start at 0, and the scales of batch norm at 1.

On a computer "the same thing" has an end: a matrix product may add up the terms of one column in another order than
those of the next, and after some hundred updates such differences in the last bit can grow until the units part. A
sigmoid shows it; with ReLU and tanh, which give 0 for 0, no weight ever moves.

Sources: He, Zhang, Ren, Sun 2015, "Delving deep into rectifiers", arXiv:1502.01852; Glorot, Bengio 2010,
"Understanding the difficulty of training deep feedforward neural networks", AISTATS.
"""

from math import prod, sqrt
from typing import Literal

import numpy as np

from core.network.activations import ACTIVATIONS, Activation
from core.network.layout import Layout
from core.network.parameters import Parameters
from core.progress import Report, ignore_progress

Initialization = Literal["auto", "he", "xavier", "zeros"]

_DRAWN_AT_ONCE = 250_000


def initialize(
    layout: Layout,
    activation: Activation,
    initialization: Initialization,
    rng: np.random.Generator,
    report: Report = ignore_progress,
) -> Parameters:
    """Return float32 parameters for a new network.

    Parameters
    ----------
    layout : Layout
        Its operations.
    activation : {"relu", "tanh", "sigmoid"}
        Decides what "auto" stands for.
    initialization : {"auto", "he", "xavier", "zeros"}
        How the weights are drawn.
    rng : numpy.random.Generator
        Source of the random numbers.
    report : Report
        Told how many are drawn; may cancel.
    """
    parameters = Parameters.zeros(layout)
    for place in layout.places:
        if place.kind in layout.operations[place.operation].starts_at_one:
            parameters.vector[place.slice] = 1
    if initialization == "auto":
        initialization = ACTIVATIONS[activation].initialization
    if initialization == "zeros":
        return parameters
    drawn = 0
    for weights in parameters.weights:
        # The last axis are the units, all others what each sums over. A number of a map meets every weight of a kernel.
        matrix = weights.reshape(-1, weights.shape[-1])
        fan_in, fan_out = len(matrix), prod(weights.shape[1:])
        variance = 2 / fan_in if initialization == "he" else 2 / (fan_in + fan_out)
        # In pieces: drawn in double precision, a large layer would take four times its memory for a moment.
        rows = max(1, _DRAWN_AT_ONCE // weights.shape[-1])
        for first in range(0, fan_in, rows):
            piece = matrix[first : first + rows]
            piece[:] = rng.standard_normal(piece.shape) * sqrt(variance)
            drawn += piece.size
            report(drawn / parameters.vector.size, "drawing the first weights")
    return parameters
