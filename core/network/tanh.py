"""The hyperbolic tangent: squeezes any number into the range from -1 to 1.

    a = tanh(z) = (e^z - e^-z) / (e^z + e^-z)          f'(z) = 1 - a^2

Its slope is 1 at z = 0 and falls to 0 on both sides: a unit far from 0 is saturated, and next to no gradient passes.
"""

from dataclasses import dataclass
from math import atanh

import numpy as np

from core.network.arrays import Floats
from core.network.nonlinearity import Nonlinearity


@dataclass(frozen=True)
class Tanh(Nonlinearity):
    """The hyperbolic tangent of z."""

    name = title = "tanh"
    meaning = "Hyperbolic tangent: maps the pre-activation smoothly to the range from −1 to 1."
    is_curved = is_signed = True
    limits = "above -1 and below 1"
    levels = (-0.9, -0.5, 0.0, 0.5, 0.9)

    def apply(self, z: Floats, out: Floats | None) -> Floats:
        """Return tanh(z)."""
        return np.tanh(z, out=out)

    def derivative(self, a: Floats, out: Floats | None) -> Floats:
        """Return 1 - a^2."""
        squared = np.multiply(a, a, out=out)
        return np.subtract(1, squared, out=squared)

    def inverse(self, a: float) -> float | None:
        """Return artanh(a)."""
        return atanh(a) if abs(a) < 1 else None
