"""A fully connected layer: every unit sums up all inputs, each times a weight of its own, and adds its bias.

Forward, for a batch x of shape (m, n) and weights W of shape (n, units), whose column j belongs to unit j:

    z[j] = sum over i of x[i] W[i, j] + b[j]            all at once:  z = x W + b

Backward, with dz = dL/dz from the operation behind:

    dL/dW = x^T dz              what a weight multiplied, times the gradient at the unit, added up over the batch
    dL/db = sum over the batch of dz        a bias is a weight whose input is always 1
    dL/dx = dz W^T              each input feeds every unit: back through the same weights, and added up

Source: Rumelhart, Hinton, Williams 1986, "Learning representations by back-propagating errors", Nature 323.
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape


@dataclass(frozen=True)
class Dense(Operation):
    """A layer of so many units; what they give out are pre-activations, or the logits where it is the last."""

    units: int

    def parameter_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """Return those of the weights W and the biases b."""
        (inputs,) = in_shape
        return {"W": (inputs, self.units), "b": (self.units,)}

    def out_shape(self, in_shape: Shape) -> Shape:
        """Return one number for each unit."""
        return (self.units,)

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute z = x W + b."""
        np.dot(work.input, parameters["W"], out=work.output)
        np.add(work.output, parameters["b"], out=work.output)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx = dz W^T."""
        np.dot(d_output, parameters["W"].T, out=work.d_input)

    def parameter_gradient(self, work: Pass, d_output: Floats, gradient: Arrays) -> None:
        """Compute dW = x^T dz, and db as the sum of dz over the batch."""
        np.dot(work.input.T, d_output, out=gradient["W"])
        np.add.reduce(d_output, axis=0, out=gradient["b"])
