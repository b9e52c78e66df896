"""Bugs in the backward pass, for the lesson "Break it". Nothing here ever trains a network.

Each is a mistake that people really make when they write backpropagation by hand. None of them raises an error, and
with most of them the loss even falls for a while: that is why gradients are checked. The backward pass is written out
once more, apart from `core.network.network`, so that no way leads from here to a run; a test holds that training does
not import this file.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np

from core.network.activations import ACTIVATIONS
from core.network.arrays import Floats
from core.network.loss import softmax_cross_entropy
from core.network.network import Network, forward
from core.network.parameters import Parameters


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
    gradient: Callable[[Network, Floats, Floats], Parameters]


def broken_gradient(network: Network, inputs: Floats, targets: Floats, *, mistake: str) -> Parameters:
    """Return the gradient of one batch by a backward pass with the named mistake; "" makes none.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Pixels scaled to [0, 1].
    targets : float array of shape (m, 10)
        One-hot rows.
    mistake : str
        A key of `BUGS`, or "".
    """
    passed = forward(network, inputs)
    probabilities = softmax_cross_entropy(passed.logits, targets).probabilities
    weights = network.parameters.weights
    gradient = Parameters.zeros(network.layer_sizes, network.parameters.vector.dtype)
    dz = targets - probabilities if mistake == "sign_flipped" else probabilities - targets
    if mistake != "mean_forgotten":
        dz = dz / len(inputs)
    for layer in reversed(range(len(weights))):
        np.matmul(passed.activations[layer].T, dz, out=gradient.weights[layer])
        if mistake != "biases_forgotten":
            np.add.reduce(dz, axis=0, out=gradient.biases[layer])
        if layer:
            dz = dz @ weights[layer].T
            if mistake != "mask_dropped":
                dz = dz * ACTIVATIONS[network.activation].derivative(passed.activations[layer], None)
    return gradient


def _bug(mistake: str, title: str, explanation: str) -> Bug:
    return Bug(title, explanation, partial(broken_gradient, mistake=mistake))


BUGS: Mapping[str, Bug] = MappingProxyType(
    {
        "mask_dropped": _bug(
            "mask_dropped",
            "The ReLU mask was dropped",
            "The output layer agrees, and the layers before it differ: the mistake is in the backward pass "
            "through the ReLU. A gradient was sent back through units that were off and had no part in the answer.",
        ),
        "sign_flipped": _bug(
            "sign_flipped",
            "The sign was flipped",
            "Every derivative has the right size and the wrong sign: y − p was written for p − y. Each update climbs "
            "the loss instead of descending it.",
        ),
        "mean_forgotten": _bug(
            "mean_forgotten",
            "1/m was left out",
            "Every derivative is too large by the same factor, the number of images in the batch: the sum was taken "
            "for the mean. It learns, with a learning rate that is m times the one that was set.",
        ),
        "biases_forgotten": _bug(
            "biases_forgotten",
            "The biases are not updated",
            "All weights agree, and for every bias the backward pass says 0: their gradient was never filled in. The "
            "network learns almost as well, which is why nobody notices.",
        ),
    }
)
"""By the names that lesson files use."""
