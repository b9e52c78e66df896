"""The network: operations one after another, its forward pass and its backward pass.

Forward, each operation takes what the one before gave out; what the last gives out are the logits, which the loss turns
into probabilities. Backward, the other way round, each gets the derivative of the loss by what it gave out and hands on
that by what it took in. So the chain rule is a loop, and the mathematics of each link stands in the file of its
operation: `core.network.dense`, `core.network.relu` and its like, `core.network.softmax_loss`.

Both passes write to a `Passes` and change nothing else, so that a prediction made in the middle of training disturbs
nothing and every number can be shown. A caller in a hurry hands in the same one for each batch.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import DTypeLike

from core.network.arrays import Floats
from core.network.layout import Layout
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Operation, Pass
from core.network.parameters import Parameters
from core.network.softmax_loss import SOFTMAX_LOSS, SoftmaxLoss


@dataclass(frozen=True, eq=False)
class Network:
    """Operations with their parameters, and the loss that they are trained for.

    Attributes
    ----------
    parameters : Parameters
        Weights and biases, with the operations that they belong to.
    loss : SoftmaxLoss
        What stands behind the last operation.
    training_seed : tuple of int or None
        Where its passes shall be those of an update, what chance is drawn from there; None where it is used or judged.
    """

    parameters: Parameters
    loss: SoftmaxLoss = SOFTMAX_LOSS
    training_seed: tuple[int, ...] | None = None

    @property
    def operations(self) -> tuple[Operation, ...]:
        """From the images to the logits."""
        return self.parameters.layout.operations

    @property
    def layer_sizes(self) -> tuple[int, ...]:
        """Numbers that enter, and that each operation with parameters gives out, such as (784, 10, 10)."""
        return self.parameters.layout.layer_sizes


@dataclass(frozen=True, eq=False)
class Passes:
    """All that the passes compute for a batch of m images, forward and, once they were made, backward.

    Attributes
    ----------
    operations : tuple of Pass
        One for each operation; the input of each is the output of the one before.
    loss : Pass
        That of the loss: its input are the logits, its output the probabilities.
    """

    operations: tuple[Pass, ...]
    loss: Pass

    @property
    def inputs(self) -> Floats:
        """The images, shape (m, 784)."""
        return self.operations[0].input

    @property
    def logits(self) -> Floats:
        """What the last operation gives out, shape (m, 10)."""
        return self.loss.input

    @classmethod
    def empty(cls, layout: Layout, batch: int, dtype: DTypeLike = np.float32) -> "Passes":
        """Return arrays of the right shapes for batches of so many images, whose own arrays are the caller's."""
        output: Floats = np.empty((0, *layout.in_shape), dtype)
        passes: list[Pass] = []
        for operation, in_shape, out_shape in zip(layout.operations, layout.shapes, layout.shapes[1:], strict=False):
            passes.append(Pass.empty(output, in_shape, out_shape, operation.kept_shape(in_shape), batch, dtype))
            output = passes[-1].output
        logits = layout.shapes[-1]
        return cls(tuple(passes), Pass.empty(output, logits, logits, (0,), batch, dtype))


class LossAndGradient(NamedTuple):
    """What one batch says: the sum of its images' losses, in nats, the gradient of their mean, and the passes."""

    loss_sum: float
    gradient: Parameters
    passes: Passes


def forward(
    network: Network, inputs: Floats, into: Passes | None = None, rng: np.random.Generator | None = None
) -> Passes:
    """Run a batch of images through the network, up to the logits.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Pixels scaled to [0, 1].
    into : Passes, optional
        Arrays to write to, for a batch of m images; overwritten and returned.
    rng : numpy.random.Generator, optional
        In training, the source of what operations draw anew for each update; by default one that begins with the
        network's ``training_seed``, where it has one.
    """
    if rng is None and network.training_seed is not None:
        rng = np.random.default_rng(network.training_seed)
    passes = into or Passes.empty(network.parameters.layout, len(inputs), network.parameters.vector.dtype)
    passes.operations[0].input = inputs
    parameters = network.parameters.by_operation
    for index, operation in enumerate(network.operations):
        operation.forward(parameters[index], passes.operations[index], rng)
    return passes


def backward(
    network: Network, passes: Passes, targets: Floats, batch_size: int, into: Parameters | None = None
) -> Parameters:
    """Return the derivative of the mean cross-entropy by every weight and bias, by the chain rule.

    Parameters
    ----------
    network : Network
        The network that made the forward pass.
    passes : Passes
        What `forward` returned for these m images, and the loss thereafter.
    targets : float array of shape (m, 10)
        One-hot rows.
    batch_size : int
        What the sum over images is divided by: m, or more where a large batch is worked through in chunks whose
        gradients are added up.
    into : Parameters, optional
        Where to write it; overwritten and returned.
    """
    gradient = into or Parameters.zeros(network.parameters.layout, network.parameters.vector.dtype)
    network.loss.backward(passes.loss, targets, batch_size)
    d_output = passes.loss.d_input
    first = network.parameters.layout.places[0].operation
    for index in reversed(range(first, len(network.operations))):
        operation, work = network.operations[index], passes.operations[index]
        operation.parameter_gradient(work, d_output, gradient.by_operation[index])
        # Nobody asks for the derivatives by the pixels.
        if index > first:
            operation.backward(network.parameters.by_operation[index], work, d_output)
            d_output = work.d_input
    return gradient


def back_to_input(network: Network, passes: Passes, d_logits: Floats) -> Floats:
    """Return the derivatives by the images of what has the derivatives ``d_logits`` by the logits.

    Parameters
    ----------
    network : Network
        The network that made the forward pass.
    passes : Passes
        What `forward` returned for m images.
    d_logits : float array of shape (m, 10)
        Of a loss, or of a sum of logits: row by row, for each image.

    Returns
    -------
    float array of shape (m, 784)
        The chain rule, as in `backward`, one step further: as far as the pixels.
    """
    steps = zip(network.operations, network.parameters.by_operation, passes.operations, strict=True)
    for operation, parameters, work in reversed(list(steps)):
        operation.backward(parameters, work, d_logits)
        d_logits = work.d_input
    return d_logits


def loss_and_gradient(network: Network, inputs: Floats, targets: Floats) -> LossAndGradient:
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
    passes = forward(network, inputs)
    loss_sum = network.loss.forward(passes.loss, targets)
    return LossAndGradient(loss_sum, backward(network, passes, targets, len(inputs)), passes)


def hidden_layers(network: Network) -> list[tuple[int, Nonlinearity]]:
    """Return the nonlinearities of a network, with their places among its operations: what they give out is hidden."""
    return [(place, each) for place, each in enumerate(network.operations) if isinstance(each, Nonlinearity)]
