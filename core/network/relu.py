"""ReLU, the rectified linear unit: what is above 0 passes, and nothing else.

    a = max(z, 0)          f'(z) = 1 where a > 0, else 0

Its derivative is a switch: the gradient passes unchanged where the unit was on, and stops where it was off. It costs
next to nothing and does not flatten out for large z, which is why deep networks took to it. At z = 0 it has a kink,
where either derivative would do; 0 it is.

Source: Glorot, Bordes, Bengio 2011, "Deep sparse rectifier neural networks", AISTATS.
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats
from core.network.nonlinearity import Nonlinearity
from core.network.operation import Pass


@dataclass(frozen=True)
class ReLU(Nonlinearity):
    """The larger of z and 0."""

    name, title = "relu", "ReLU"
    meaning = "Rectified linear unit, max(0, z): keeps what is positive, else 0. Fast and usual."
    initialization = "he"
    limits = "0 or more"
    levels = (0.0, 0.5, 1.0, 2.0, 5.0)

    def apply(self, z: Floats, out: Floats | None) -> Floats:
        """Return max(z, 0)."""
        return np.maximum(z, 0, out=out)

    def derivative(self, a: Floats, out: Floats | None) -> Floats:
        """Return the mask: 1 where the unit is on, 0 where it is off."""
        # a is never negative, so its sign is just that.
        return np.sign(a, out=out)

    def inverse(self, a: float) -> float | None:
        """Return a itself."""
        return a if a >= 0 else None

    def same_branch(self, one: Pass, other: Pass) -> bool:
        """Return whether the same units are on."""
        return np.array_equal(one.input > 0, other.input > 0)
