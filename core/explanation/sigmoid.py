"""What there is to say of the logistic sigmoid: it squeezes numbers into the range from 0 to 1."""

from math import tanh

from core.explanation.nonlinearity import NonlinearityWords, Slope, nonlinearity_stages
from core.explanation.terms import Working


class _SigmoidWords(NonlinearityWords):
    function_line = "e = 2.718…"
    slope_line = "at most 0.25, where the unit's pre-activation is 0"

    def rule(self, z: str) -> str:
        return f"1 / (1 + e^(−{z}))"

    def working(self, z: float) -> Working:
        return Working("1 / (1 + e^({0}))", (-z,), lambda z: (1 - tanh(z / 2)) / 2)

    def slope_rule(self, a: str) -> str:
        return f"{a} · (1 − {a})"

    def slope(self, name: str, a: float) -> Slope:
        working = Working("{0} · (1 − {0})", (a,), lambda a: a * (1 - a))
        return Slope(f"{name} · (1 − {name})", [1.0, -a], ("1", f"−{name}"), ((name, a),), working)

    def activation_sentence(self, unit: str, a: float) -> str:
        return f"{unit} squeezes its pre-activation into the range from 0 to 1: far from 0, more of it hardly counts."


STAGES = nonlinearity_stages(_SigmoidWords())
