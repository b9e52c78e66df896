"""The network: a stack of fully connected layers, its forward pass and its backward pass.

Forward: each layer takes the activations a of the layer before and computes

    z[l] = a[l] W[l] + b[l]        weighted sums
    a[l + 1] = f(z[l])             except in the last layer, whose sums are the logits, turned into
    p = softmax(z[last])           probabilities

Backward: the chain rule, from the loss back to every weight. For softmax with cross-entropy the first step collapses
to a subtraction, and the rest repeats the same three lines for each layer:

    dz[last] = (p - y) / m         y is one-hot, m the number of pictures in the batch
    dW[l] = a[l]^T dz[l]           what each weight multiplied, times what arrived
    db[l] = sum of dz[l] over the batch
    dz[l - 1] = (dz[l] W[l]^T) f'(z[l - 1])

Both passes are pure functions: they return all they computed and change nothing else, so that a prediction made in
the middle of training disturbs nothing and every number can be shown. A caller in a hurry passes ``into`` to have
the same arrays used again for each batch.

Source: Rumelhart, Hinton, Williams 1986, "Learning representations by back-propagating errors", Nature 323.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.network.activations import ACTIVATIONS, Activation
from core.network.arrays import Floats
from core.network.loss import SoftmaxLoss, softmax_cross_entropy
from core.network.parameters import Parameters


@dataclass(frozen=True, eq=False)
class Network:
    """Parameters together with the activation that they were trained for.

    Attributes
    ----------
    parameters : Parameters
        Weights and biases.
    activation : {"relu", "tanh", "sigmoid"}
        What hidden units do with their weighted sums.
    """

    parameters: Parameters
    activation: Activation = "relu"

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Units from input to output, such as (784, 10, 10)."""
        return self.parameters.layer_sizes


class ForwardPass(NamedTuple):
    """All that a forward pass computed for a batch of m pictures.

    Attributes
    ----------
    activations : list of float arrays
        ``activations[l]`` of shape (m, layer_sizes[l]) is the input of layer l; ``activations[0]`` are the pictures.
    sums : list of float arrays
        ``sums[l]`` of shape (m, layer_sizes[l + 1]): the weighted sums z[l]; ``sums[-1]`` are the logits.
    """

    activations: list[Floats]
    sums: list[Floats]

    @property
    def logits(self) -> Floats:
        """Weighted sums of the output layer, shape (m, 10)."""
        return self.sums[-1]

    @classmethod
    def empty(cls, layer_sizes: tuple[int, ...], batch: int) -> "ForwardPass":
        """Return float32 arrays of the right shapes, for ``into``."""
        activations = [np.empty((batch, units), np.float32) for units in layer_sizes[:-1]]
        sums = [np.empty((batch, units), np.float32) for units in layer_sizes[1:]]
        return cls(activations, sums)


class BackwardPass(NamedTuple):
    """All that a backward pass computed for a batch of m pictures.

    Attributes
    ----------
    gradient : Parameters
        Derivative of the mean loss with respect to every weight and bias.
    sum_gradients : list of float arrays
        ``sum_gradients[l]`` of shape (m, layer_sizes[l + 1]): dz[l], derivative with respect to the weighted sums.
    derivatives : list of float arrays
        ``derivatives[l]`` of shape (m, layer_sizes[l + 1]): f'(z[l]) of the hidden layers; for ReLU, the mask.
    """

    gradient: Parameters
    sum_gradients: list[Floats]
    derivatives: list[Floats]

    @classmethod
    def empty(cls, layer_sizes: tuple[int, ...], batch: int, gradient: Parameters | None = None) -> "BackwardPass":
        """Return float32 arrays of the right shapes, for ``into``; with this ``gradient``, where there is one."""
        sum_gradients = [np.empty((batch, units), np.float32) for units in layer_sizes[1:]]
        derivatives = [np.empty((batch, units), np.float32) for units in layer_sizes[1:-1]]
        return cls(gradient or Parameters.zeros(layer_sizes), sum_gradients, derivatives)


def forward(network: Network, inputs: Floats, into: ForwardPass | None = None) -> ForwardPass:
    """Run a batch of pictures through the network.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Pixels scaled to [0, 1].
    into : ForwardPass, optional
        Arrays to write to, from `ForwardPass.empty`; overwritten and returned. Its ``activations[0]`` is left alone.

    Returns
    -------
    ForwardPass
        Every weighted sum and every activation.
    """
    apply = ACTIVATIONS[network.activation].apply
    parameters = network.parameters
    last = len(parameters.weights) - 1
    activations, sums = [inputs], []
    for layer, (weights, biases) in enumerate(zip(parameters.weights, parameters.biases, strict=True)):
        z = np.dot(activations[layer], weights, out=None if into is None else into.sums[layer])
        z += biases
        sums.append(z)
        if layer < last:
            activations.append(apply(z, None if into is None else into.activations[layer + 1]))
    return ForwardPass(activations, sums)


def backward(
    network: Network,
    passed: ForwardPass,
    probabilities: Floats,
    targets: Floats,
    batch_size: int,
    into: BackwardPass | None = None,
) -> BackwardPass:
    """Compute the gradient of the mean cross-entropy by the chain rule.

    Parameters
    ----------
    network : Network
        The network that made the forward pass.
    passed : ForwardPass
        What `forward` returned for these m pictures.
    probabilities : float array of shape (m, 10)
        Softmax of the logits.
    targets : float array of shape (m, 10)
        One-hot rows.
    batch_size : int
        What the sum over pictures is divided by: m, or more where a large batch is worked through in chunks whose
        gradients are added up.
    into : BackwardPass, optional
        Arrays to write to, from `BackwardPass.empty`; overwritten and returned.

    Returns
    -------
    BackwardPass
        The gradient of every parameter, and the steps on the way to it.
    """
    derivative = ACTIVATIONS[network.activation].derivative
    weights = network.parameters.weights
    gradient = into.gradient if into else Parameters.zeros(network.layer_sizes, network.parameters.vector.dtype)
    sum_gradients: list[Floats] = [probabilities] * len(weights)
    derivatives: list[Floats] = [probabilities] * (len(weights) - 1)

    dz = np.subtract(probabilities, targets, out=into.sum_gradients[-1] if into else None)
    dz *= 1 / batch_size
    for layer in reversed(range(len(weights))):
        sum_gradients[layer] = dz
        np.dot(passed.activations[layer].T, dz, out=gradient.weights[layer])
        np.add.reduce(dz, axis=0, out=gradient.biases[layer])
        if layer:
            mask = derivative(passed.activations[layer], into.derivatives[layer - 1] if into else None)
            derivatives[layer - 1] = mask
            dz = np.dot(dz, weights[layer].T, out=into.sum_gradients[layer - 1] if into else None)
            dz *= mask
    return BackwardPass(gradient, sum_gradients, derivatives)


def loss_and_gradient(network: Network, inputs: Floats, targets: Floats) -> tuple[SoftmaxLoss, BackwardPass]:
    """Return loss and gradient of one batch: a forward and a backward pass, for checks and lessons.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Pixels scaled to [0, 1].
    targets : float array of shape (m, 10)
        One-hot rows.
    """
    passed = forward(network, inputs)
    loss = softmax_cross_entropy(passed.logits, targets)
    return loss, backward(network, passed, loss.probabilities, targets, len(inputs))
