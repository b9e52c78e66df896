"""A nonlinearity, number by number, lets layers together do more than one layer alone: a = f(z).

By the chain rule, what comes back is multiplied by the derivative:

    dz = da f'(z)

The derivative is written in terms of a, because the forward pass has computed that already. Each function has a file of
its own, such as `core.network.relu`.
"""

from abc import abstractmethod
from typing import ClassVar, Literal

import numpy as np

from core.network.arrays import Floats
from core.network.operation import Arrays, Operation, Pass, Shape


class Nonlinearity(Operation):
    """A function applied to every number, and its derivative.

    Attributes
    ----------
    name, title, meaning : str
        What settings and files call it, what people do, and what it does, for somebody who chooses.
    initialization : {"he", "xavier"}
        The spread of the weights before it that keeps the signal steady; see `core.network.initialization`.
    is_signed : bool
        Whether it gives out negative numbers too.
    limits : str
        Which numbers it gives out.
    levels : tuple of float
        Some of them, from low to high: what a unit may be held at to see what follows.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    meaning: ClassVar[str]
    initialization: ClassVar[Literal["he", "xavier"]] = "xavier"
    is_signed: ClassVar[bool] = False
    limits: ClassVar[str]
    levels: ClassVar[tuple[float, ...]]

    @abstractmethod
    def apply(self, z: Floats, out: Floats | None) -> Floats:
        """Return f(z), written to ``out``: an array like ``z``, or None for a new one."""

    @abstractmethod
    def derivative(self, a: Floats, out: Floats | None) -> Floats:
        """Return f'(z), given a = f(z), written to ``out`` likewise."""

    @abstractmethod
    def inverse(self, a: float) -> float | None:
        """Return a z with f(z) = a; None where there is none."""

    def kept_shape(self, in_shape: Shape) -> Shape:
        """Return that of the derivative, one number for each input."""
        return in_shape

    def forward(self, parameters: Arrays, work: Pass, rng: np.random.Generator | None) -> None:
        """Compute a = f(z)."""
        self.apply(work.input, work.output)

    def backward(self, parameters: Arrays, work: Pass, d_output: Floats) -> None:
        """Compute dz = da f'(z)."""
        np.multiply(d_output, self.derivative(work.output, work.kept), out=work.d_input)
