"""What there is to say of the hyperbolic tangent: it squeezes numbers into the range from -1 to 1."""

from math import tanh

from core.explanation.nonlinearity import NonlinearityWords, Slope, nonlinearity_stages
from core.explanation.terms import Working


class _TanhWords(NonlinearityWords):
    function_line = "tanh: hyperbolic tangent"
    slope_line = "at most 1, where the unit's pre-activation is 0"

    def rule(self, z: str) -> str:
        return f"tanh({z})"

    def working(self, z: float) -> Working:
        return Working("tanh({0})", (z,), tanh)

    def slope_rule(self, a: str) -> str:
        return f"1 − {a}²"

    def slope(self, name: str, a: float) -> Slope:
        working = Working("1 − {0:f}²", (a,), lambda a: 1 - a * a)
        return Slope(f"1 − {name}²", [1.0, -a * a], ("1", f"−{name}²"), (), working)

    def activation_sentence(self, unit: str, a: float) -> str:
        return f"{unit} squeezes its pre-activation into the range from −1 to 1: far from 0, more of it hardly counts."


STAGES = nonlinearity_stages(_TanhWords())
