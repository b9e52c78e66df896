"""The network as a diagram: what flows along each connection, and what each unit makes of what arrives.

A connection from unit i to unit j carries a_i * w_ij: the activation at its start times its weight. What arrives at a
unit, plus its bias, is its pre-activation. The image's 784 connections to a unit are too many to be seen one by one;
they are told as one, their sum. Four questions can be asked of the same diagram:

    signal      a_i * w_ij          what this image sends along each connection; at a unit, its activation
    weights     w_ij                what a connection would do with any image; at a unit, its bias
    gradient    dl/dw_ij = a_i dz_j how the loss of this image answers to each weight; at a unit, dl/dz
    change      w_ij after - before what the next update does to each connection; at a unit, to its bias

What is left out of a diagram is told as a share: the connections not drawn carry so much of the sum of all strengths.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, Floats
from core.network.network import Network, Passes, forward, loss_and_gradient
from core.network.operation import Pass
from core.network.parameters import Parameters
from core.network.softmax_loss import one_hot, softmax

View = Literal["signal", "weights", "gradient", "change"]


@dataclass(frozen=True, eq=False)
class SignalFlow:
    """What a diagram of the network shows; layers count from 0, the first hidden one, to the output.

    Attributes
    ----------
    view : {"signal", "weights", "gradient", "change"}
        What the numbers are.
    units : tuple of float arrays
        ``units[l]`` of shape (units of layer l,): the activation, the bias, the gradient of the pre-activation, or the
        change of the bias; of the output layer the probability, or the same.
    arriving : float array of shape (units of layer 0,) or None
        The sum of what the pixels send to each unit of the first layer; None where the view has no such sum.
    lines : tuple of float arrays
        ``lines[l]`` of shape (units of layer l, units of layer l + 1): the strength of each connection.
    images : float array of shape (784, units of layer 0)
        A number for each pixel and unit: its weight, or the gradient or change of its weight.
    starts : tuple of float arrays
        ``starts[l]`` of shape (units of layer l,): the activation at the start of each of ``lines[l]``; empty in the
        views that no image has to do with.
    """

    view: View
    units: tuple[Floats, ...]
    arriving: Floats | None
    lines: tuple[Floats, ...]
    images: Floats
    starts: tuple[Floats, ...]

    def strength_of_units(self, layer: int) -> Floats:
        """Return how much each unit of a layer sends on, the sum of the strengths of its lines; ten ones at the end."""
        return np.abs(self.lines[layer]).sum(axis=1) if layer < len(self.lines) else np.ones(CLASSES, np.float32)


def flow_of_weights(network: Network) -> SignalFlow:
    """Return what the connections would do with any image."""
    weights, biases = network.parameters.weights, network.parameters.biases
    return SignalFlow("weights", tuple(biases), None, tuple(weights[1:]), weights[0], ())


def flow_of_change(before: Parameters, after: Parameters) -> SignalFlow:
    """Return what an update does to every weight and bias."""
    change = Parameters(after.vector - before.vector, before.layout)
    return SignalFlow("change", change.biases, None, change.weights[1:], change.weights[0], ())


def flow_of_signal(network: Network, pixels: Floats) -> SignalFlow:
    """Return what an image sends through the network.

    Parameters
    ----------
    network : Network
        float32 parameters.
    pixels : float32 array of shape (784,), in [0, 1]
        The image.
    """
    passes = forward(network, pixels[np.newaxis])
    weights, biases = network.parameters.weights, network.parameters.biases
    first, *others = _weighted(network, passes)
    starts = tuple(work.input[0] for work in others)
    lines = tuple(a[:, np.newaxis] * w for a, w in zip(starts, weights[1:], strict=True))
    arriving = first.output[0] - biases[0]
    return SignalFlow("signal", (*starts, softmax(passes.logits)[0]), arriving, lines, weights[0], starts)


def flow_of_gradient(network: Network, pixels: Floats, label: int) -> SignalFlow:
    """Return how the loss of one image, taken to show the digit ``label``, answers to every weight.

    Parameters
    ----------
    network : Network
        float32 parameters.
    pixels : float32 array of shape (784,), in [0, 1]
        The image.
    label : int
        0 to 9.
    """
    _, gradient, passes = loss_and_gradient(network, pixels[np.newaxis], one_hot(np.array([label], np.uint8)))
    starts = tuple(work.input[0] for work in _weighted(network, passes)[1:])
    # The gradient by a bias is that by the pre-activation to which it is added.
    return SignalFlow("gradient", gradient.biases, None, gradient.weights[1:], gradient.weights[0], starts)


def _weighted(network: Network, passes: Passes) -> list[Pass]:
    """Return the passes of the operations that have weights."""
    owners = sorted({place.operation for place in network.parameters.layout.places})
    return [passes.operations[owner] for owner in owners]


def strongest_units(strengths: Floats, room: int, shown: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
    """Return which units have room, in ascending order: the strongest.

    A unit that is shown already stays unless another is half as strong again: what changes a little does not flicker.

    Parameters
    ----------
    strengths : float array of shape (n,)
        See `SignalFlow.strength_of_units`.
    room : int
        Units that can be shown, at least 1.
    shown : int64 array, optional
        Those that are.
    """
    if len(strengths) <= room:
        return np.arange(len(strengths))
    favored = strengths.astype(np.float64)
    if shown is not None:
        favored[shown[shown < len(favored)]] *= 1.5
    order = np.argsort(-favored, kind="stable")
    return np.sort(order[:room])


def strongest_lines(lines: Floats, count: int) -> NDArray[np.int64]:
    """Return (row, column) of the strongest entries, the weakest of them first, an int64 array of shape (n, 2).

    Parameters
    ----------
    lines : float array of shape (rows, columns)
        Zeros are left out.
    count : int
        At most so many.
    """
    sizes = np.abs(lines).ravel()
    order = np.argsort(sizes, kind="stable")[max(0, len(sizes) - count) :]
    order = order[sizes[order] > 0]
    return np.stack(np.unravel_index(order, lines.shape), axis=1)
