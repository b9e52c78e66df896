"""Bugs in the backward pass, for the lessons that break it. Nothing here ever trains a network.

Each is a mistake that people really make when they write backpropagation by hand. None of them raises an error, and
with most of them the loss even falls for a while: that is why gradients are checked. Most are a network in which one
kind of operation is swapped for a broken one; the forward pass is the same. No way leads from here to a run: an import
contract and a test hold that training does not import this file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np

from core.network.arrays import Floats
from core.network.convolution import Convolution
from core.network.gradient_check import GradientFunction, backpropagation
from core.network.network import Network
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Arrays, Operation, Pass, batch_last
from core.network.parameters import Parameters
from core.network.pooling import MaxPooling
from core.network.softmax_loss import SoftmaxLoss


@dataclass(frozen=True)
class MaskDropped(Nonlinearity):
    """A nonlinearity whose derivative is taken for 1."""

    right: Nonlinearity

    def apply(self, z: Floats, out: Floats | None) -> Floats:
        """Return what it should."""
        return self.right.apply(z, out)

    def derivative(self, a: Floats, out: Floats | None) -> Floats:
        """Return 1 for every unit."""
        return np.ones_like(a)

    def inverse(self, a: float) -> float | None:
        """Return what it should."""
        return self.right.inverse(a)


@dataclass(frozen=True)
class PlacesOverwritten(Convolution):
    """A convolution that fills in the gradient of its kernels place by place, with = where += belongs."""

    def parameter_gradient(self, work: Pass, d_output: Floats, gradient: Arrays) -> None:
        """Compute db as it should be, and of dW what the last place says."""
        super().parameter_gradient(work, d_output, gradient)
        patches, d_sums = batch_last(work.kept)[:, -1, -1], batch_last(d_output)[:, -1, -1]
        gradient["W"][...] = (patches @ d_sums.T).reshape(gradient["W"].shape)


@dataclass(frozen=True)
class WinnersForgotten(MaxPooling):
    """A pooling whose backward pass hands what arrives to each number of a square."""

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx as if all had won."""
        work.d_input[...] = 0
        rows, columns = (count * self.side for count in d_output.shape[2:])
        work.d_input[:, :, :rows, :columns] = d_output.repeat(self.side, axis=2).repeat(self.side, axis=3)


@dataclass(frozen=True)
class SignFlipped(SoftmaxLoss):
    """A loss whose derivative is (y - p) / m."""

    def backward(self, work: Pass, targets: Floats, batch_size: int) -> None:
        """Compute the negative of what it should."""
        super().backward(work, targets, -batch_size)


@dataclass(frozen=True)
class MeanForgotten(SoftmaxLoss):
    """A loss whose derivative is p - y."""

    def backward(self, work: Pass, targets: Floats, batch_size: int) -> None:
        """Compute m times what it should."""
        super().backward(work, targets, 1)


@dataclass(frozen=True)
class Bug:
    """A backward pass with one mistake.

    Attributes
    ----------
    title : str
        What is wrong, in a few words.
    explanation : str
        How one can tell by the gradient check, and why.
    gradient : callable
        ``gradient(network, inputs, targets)`` returns what the broken backward pass takes for the derivatives of the
        mean loss; a `core.network.gradient_check.GradientFunction`.
    """

    title: str
    explanation: str
    gradient: GradientFunction


def _broken(swap: Callable[[Network], Network], network: Network, inputs: Floats, targets: Floats) -> Parameters:
    return backpropagation(swap(network), inputs, targets)


def _swap(operation: Callable[[Operation], Operation], network: Network) -> Network:
    """Return a network with other operations and the same parameters."""
    layout = network.parameters.layout
    layout = replace(layout, operations=tuple(map(operation, layout.operations)))
    return replace(network, parameters=Parameters(network.parameters.vector, layout))


def _without_mask(network: Network) -> Network:
    return _swap(lambda each: MaskDropped(each) if isinstance(each, Nonlinearity) else each, network)


def _with_places_overwritten(network: Network) -> Network:
    return _swap(
        lambda each: PlacesOverwritten(**vars(each)) if isinstance(each, Convolution) else each,
        network,
    )


def _without_winners(network: Network) -> Network:
    return _swap(lambda each: WinnersForgotten(each.side) if isinstance(each, MaxPooling) else each, network)


def _biases_forgotten(network: Network, inputs: Floats, targets: Floats) -> Parameters:
    """Return a gradient in which that of the biases was never filled in."""
    gradient = backpropagation(network, inputs, targets)
    for place in gradient.layout.places:
        if place.kind == "b":
            gradient.vector[place.slice] = 0
    return gradient


BUGS: Mapping[str, Bug] = MappingProxyType(
    {
        "mask_dropped": Bug(
            "The ReLU mask was dropped",
            "The output layer agrees, and the layers before it differ: the mistake is in the backward pass "
            "through the ReLU. A gradient was sent back through units that were off and had no part in the answer.",
            partial(_broken, _without_mask),
        ),
        "sign_flipped": Bug(
            "The sign was flipped",
            "Every derivative has the right size and the wrong sign: y − p was written for p − y. Each update climbs "
            "the loss instead of descending it.",
            partial(_broken, partial(replace, loss=SignFlipped())),
        ),
        "mean_forgotten": Bug(
            "1/m was left out",
            "Every derivative is too large by the same factor, the number of images in the batch: the sum was taken "
            "for the mean. It learns, with a learning rate that is m times the one that was set.",
            partial(_broken, partial(replace, loss=MeanForgotten())),
        ),
        "biases_forgotten": Bug(
            "The biases are not updated",
            "All weights agree, and for every bias the backward pass says 0: their gradient was never filled in. The "
            "network learns almost as well, which is why nobody notices.",
            _biases_forgotten,
        ),
        "places_overwritten": Bug(
            "Each place wrote over the one before",
            "Only the kernels differ: their gradient is the sum over all places of the map, and = was written for +=, "
            "so the last place is all that is left of it. The biases and the layers before agree.",
            partial(_broken, _with_places_overwritten),
        ),
        "winners_forgotten": Bug(
            "The pooling rewards the losers too",
            "The layer behind the pooling agrees, and those before it differ: a bias right before a pooling of 2 x 2 "
            "is too large by exactly 4. The gradient went to all four of a square, and only the largest had a part in "
            "the answer.",
            partial(_broken, _without_winners),
        ),
    }
)
"""By the names that lesson files use."""
