"""What there is to say of ReLU: it is a switch."""

from core.explanation.nonlinearity import NonlinearityWords, Slope, nonlinearity_stages
from core.explanation.terms import Working
from core.network.arrays import Floats
from core.text.number_text import percent


class _ReLUWords(NonlinearityWords):
    slope_symbol = "mask"
    slope_name = "ReLU mask"
    function_line = "max(0, z): the larger of the two"
    slope_line = "1 where the unit is on, 0 where it is off"
    flat = "is off"

    def rule(self, z: str) -> str:
        return f"max(0, {z})"

    def working(self, z: float) -> Working:
        return Working("max(0, {0})", (z,), lambda z: max(z, 0.0))

    def slope_rule(self, a: str) -> str:
        return f"1 where {a} > 0, else 0"

    def slope(self, name: str, a: float) -> Slope:
        rule = f"1 if {name} > 0, else 0"
        working = Working("(1 if {0} > 0, else 0)", (a,), lambda a: float(a > 0))
        return Slope(f"({rule})", [float(a > 0)], (rule,), (), working)

    def activation_sentence(self, unit: str, a: float) -> str:
        state = "is off: its pre-activation is not above 0, so it passes on 0"
        if a > 0:
            state = "is on and passes its pre-activation on"
        return f"ReLU lets what is above 0 through and nothing else. {unit} {state}."

    def slope_sentence(self, unit: str, slope: float) -> str:
        state = "was on, so its gradient passes unchanged" if slope else "was off, so its gradient stops here"
        return f"ReLU works like a switch: {unit} {state}."

    def batch_sentence(self, which: str, activations: Floats) -> str:
        silent = (activations == 0).all(axis=0)
        units, each = ("units", "one row each") if silent.ndim == 1 else ("places", "the same map of each")
        dead = f" {silent.sum():,} of {silent.size:,} {units} are off for all of them." if silent.any() else ""
        share = percent(float((activations > 0).mean()), 0)
        return f"{which}, {each}: {share} of the activations are above 0.{dead}"


STAGES = nonlinearity_stages(_ReLUWords())
