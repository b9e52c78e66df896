"""The logistic sigmoid: squeezes any number into the range from 0 to 1.

    a = 1 / (1 + e^-z)          f'(z) = a (1 - a)

Its slope is 1/4 at most, at z = 0, and falls to 0 on both sides: through several layers of sigmoids the gradient
vanishes, for each multiplies it by 1/4 or less.
"""

from dataclasses import dataclass
from math import log

import numpy as np

from core.network.arrays import Floats
from core.network.nonlinearity import Nonlinearity


@dataclass(frozen=True)
class Sigmoid(Nonlinearity):
    """The logistic function of z."""

    name = title = "sigmoid"
    meaning = "Logistic function: maps the pre-activation smoothly to the range from 0 to 1."
    is_curved = True
    limits = "above 0 and below 1"
    levels = (0.1, 0.25, 0.5, 0.9)

    def apply(self, z: Floats, out: Floats | None) -> Floats:
        """Return 1 / (1 + e^-z)."""
        # As (1 + tanh(z / 2)) / 2 it cannot overflow, unlike e^-z.
        a = np.multiply(z, 0.5, out=out)
        np.tanh(a, out=a)
        np.add(a, 1, out=a)
        return np.multiply(a, 0.5, out=a)

    def derivative(self, a: Floats, out: Floats | None) -> Floats:
        """Return a (1 - a)."""
        complement = np.subtract(1, a, out=out)
        return np.multiply(complement, a, out=complement)

    def inverse(self, a: float) -> float | None:
        """Return ln(a / (1 - a)), the logit of a."""
        return log(a / (1 - a)) if 0 < a < 1 else None
