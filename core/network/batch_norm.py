"""Batch norm: every unit's numbers are shifted and scaled to mean 0 and spread 1 over the batch, then as is learned.

    xhat = (x - mean) / sqrt(variance + EPSILON)          mean and variance of this unit over the batch
    y = scale xhat + shift                                both learned, one for each unit; from 1 and 0

A unit of a dense layer is one number for each image; a map counts as one unit, with all its places. Layers behind it
see numbers of the same size whatever the layers before do. So networks train that otherwise would not: deep ones, of
sigmoids, at high learning rates.

Backward, over the n numbers of a unit. The mean and the variance depend on all of them, so each number has a say in the
others' as well; what the first term says beyond its mean and its slope along xhat is what is left:

    dL/dscale = sum of dy xhat          dL/dshift = sum of dy
    dx = scale / sqrt(variance + EPSILON) (dy - dL/dshift / n - xhat dL/dscale / n)

Where the network is used or judged there is no batch: an answer must not depend on what else is asked. Running means
take the place of both, which each update of training moves by `RATE` towards those of its batch. They are not learned
from the loss, yet belong to the network, so they lie among its parameters: snapshots, replays and files carry
them. In training, what stands at their places in the gradient are the mean and the variance of the batch.

A batch so large that it is worked through in chunks has means of its own in each chunk; the running means get to see
those of all chunks together.

Source: Ioffe, Szegedy 2015, "Batch normalization: accelerating deep network training by reducing internal covariate
shift", arXiv:1502.03167.
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape

EPSILON = 1e-5
"""Keeps the division finite for a unit that says the same to every image."""

RATE = 0.1
"""The share of the way that a running mean goes at each update."""


@dataclass(frozen=True)
class BatchNorm(Operation):
    """Mean 0 and spread 1 for every unit, or every map, then scale and shift."""

    draws = True
    starts_at_one = frozenset(("scale", "variance"))
    statistics = frozenset(("mean", "variance"))

    def parameter_shapes(self, in_shape: Shape) -> dict[str, Shape]:
        """Return those of scale and shift, which are learned, and of the running mean and variance."""
        return dict.fromkeys(("scale", "shift", "mean", "variance"), in_shape[:1])

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return that of xhat."""
        return in_shape

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute y; in training by the batch's mean and variance, and otherwise by the running ones."""
        mean, variance = parameters["mean"], parameters["variance"]
        work.in_training = rng is not None
        if work.in_training:
            axes = self._over(work.input)
            mean, variance = work.input.mean(axis=axes), work.input.var(axis=axes)
        work.shared = np.stack([mean, variance])
        np.subtract(work.input, self._spread(mean, work.input), out=work.kept)
        np.multiply(work.kept, self._spread(1 / np.sqrt(variance + EPSILON), work.input), out=work.kept)
        np.multiply(work.kept, self._spread(parameters["scale"], work.input), out=work.output)
        np.add(work.output, self._spread(parameters["shift"], work.input), out=work.output)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dx; where mean and variance were the running ones, they do not depend on x."""
        factor = parameters["scale"] / np.sqrt(work.shared[1] + EPSILON)
        if work.in_training:
            axes = self._over(d_output)
            count = d_output.size // d_output.shape[1]
            along = np.add.reduce(d_output * work.kept, axis=axes) / count
            np.multiply(work.kept, self._spread(along, d_output), out=work.d_input)
            np.subtract(d_output, work.d_input, out=work.d_input)
            mean = np.add.reduce(d_output, axis=axes) / count
            np.subtract(work.d_input, self._spread(mean, d_output), out=work.d_input)
            np.multiply(work.d_input, self._spread(factor, d_output), out=work.d_input)
        else:
            np.multiply(d_output, self._spread(factor, d_output), out=work.d_input)

    def parameter_gradient(self, work: Pass, d_output: Floats, gradient: Arrays) -> None:
        """Compute dscale and dshift; and in training hand on the batch's mean, and its variance as of a sample."""
        axes = self._over(d_output)
        np.add.reduce(d_output * work.kept, axis=axes, out=gradient["scale"])
        np.add.reduce(d_output, axis=axes, out=gradient["shift"])
        gradient["mean"][:], gradient["variance"][:] = work.shared if work.in_training else (0, 0)
        count = d_output.size // d_output.shape[1]
        gradient["variance"][:] *= count / max(1, count - 1)

    @staticmethod
    def _over(array: Floats) -> tuple[int, ...]:
        """Return the axes over which the numbers of one unit lie: images, and rows and columns of a map."""
        return (0, *range(2, array.ndim))

    @staticmethod
    def _spread(of_units: Floats, array: Floats) -> Floats:
        """Return one number for each unit in a shape that goes with that of the batch."""
        return of_units.reshape(-1, *(1,) * (array.ndim - 2))
