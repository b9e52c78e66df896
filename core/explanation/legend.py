"""What the symbols in a stage's formula stand for, one line each, for whoever meets them for the first time.

On the way back each factor is named as the derivative that it is, so that the formula can be read as the chain rule.
"""

from core.config import Activation
from core.explanation.stages import Stage, StageKind, inputs_symbol, subscript, symbol
from core.explanation.terms import layer_name
from core.explanation.update import UpdateExplanation

_SLOPES: dict[Activation, str] = {
    "relu": "1 where the unit is on, 0 where it is off",
    "tanh": "steepest, 1, where its sum is 0",
    "sigmoid": "steepest, 0.25, where its sum is 0",
}


def legend(explanation: UpdateExplanation, stage: Stage) -> str:
    """Return what the symbols of a stage's formula mean, one a line.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        One of its stages.
    """
    return "\n".join(_Legend(explanation, stage).lines())


def chain_rule(stage: Stage, layers: int) -> str:
    """Return the link of the chain rule that a stage of the way back adds, in a network with so many layers of weights.

    It is "" for the stages before, and for the update.
    """
    n, after = subscript(stage.layer + 1), subscript(stage.layer + 2)
    kinds = StageKind
    match stage.kind:
        case kinds.SUM_GRADIENT:
            through = "p" if stage.layer == layers - 1 else f"a{n}"
            return f"∂loss/∂z{n} = ∂loss/∂{through} · ∂{through}/∂z{n}"
        case kinds.WEIGHT_GRADIENT:
            return f"∂loss/∂W{n} = ∂loss/∂z{n} · ∂z{n}/∂W{n}"
        case kinds.BIAS_GRADIENT:
            return f"∂loss/∂b{n} = ∂loss/∂z{n} · ∂z{n}/∂b{n}"
        case kinds.ACTIVATION_GRADIENT:
            return f"∂loss/∂a{n} = ∂loss/∂z{after} · ∂z{after}/∂a{n}"
        case kinds.MASK:
            return f"∂a{n}/∂z{n}"
        case _:
            return ""


class _Legend:
    """Knows what all kinds of stage need for their lines."""

    def __init__(self, explanation: UpdateExplanation, stage: Stage) -> None:
        self.explanation = explanation
        self.stage = stage
        self.sizes = explanation.layer_sizes
        self.activation = explanation.config.activation
        self.is_last = stage.layer == len(self.sizes) - 2
        self.n = subscript(stage.layer + 1)
        self.source = layer_name(self.sizes, stage.layer)
        self.unit = layer_name(self.sizes, stage.layer + 1)

    def lines(self) -> list[str]:
        kinds = StageKind
        match self.stage.kind:
            case kinds.INPUT:
                return ["x[i]: pixel i, counted from 0, row by row", "255: full ink in the file"]
            case kinds.SUM:
                return self._sum()
            case kinds.ACTIVATION:
                return [f"z{self.n}[j]: weighted sum of unit j", *self._function()]
            case kinds.SOFTMAX:
                return [
                    f"z{self.n}[k]: weighted sum of digit k",
                    "e = 2.718…: e to any power is above 0, and grows fast with it",
                    "max: the largest of the ten sums",
                    "Σₖ: sum over the ten digits",
                ]
            case kinds.LOSS:
                return ["p[k]: probability of digit k", "ln: natural logarithm", self._m()]
            case kinds.WEIGHT_UPDATE | kinds.BIAS_UPDATE:
                return self._update()
            case _:
                return self._way_back()

    def _sum(self) -> list[str]:
        count = f"{self.sizes[self.stage.layer]:,} {self.source}s"
        return [
            self._incoming(),
            f"W{self.n}[i, j]: weight from {self.source} i to {self.unit} j",
            f"b{self.n}[j]: bias of {self.unit} j",
            f"Σᵢ: sum over the {count}",
        ]

    def _incoming(self) -> str:
        name = inputs_symbol(self.stage.layer)
        return f"{name}[i]: activation of unit i" if self.stage.layer else f"{name}[i]: ink of pixel i, from 0 to 1"

    def _function(self) -> list[str]:
        functions: dict[Activation, str] = {
            "relu": "max(0, z): the larger of the two",
            "tanh": "tanh: hyperbolic tangent",
            "sigmoid": "e = 2.718…",
        }
        bend = "Without such a bend, several layers could do no more than one."
        return [functions[self.activation], bend]

    def _m(self) -> str:
        return f"m = {self.explanation.batch_size:,}: pictures in the batch"

    def _way_back(self) -> list[str]:
        kinds, n, unit = StageKind, self.n, self.unit
        dz = f"dz{n}[j] = ∂loss/∂z{n}[j]: how fast the loss rises with the sum of {unit} j"
        da = f"da{n}[j] = ∂loss/∂a{n}[j]: how fast the loss rises with the activation of unit j"
        mask = symbol(Stage(kinds.MASK, self.stage.layer), self.activation)
        slope = f"{mask}[j] = ∂a{n}[j]/∂z{n}[j]: slope of the activation function, {_SLOPES[self.activation]}"
        match self.stage.kind:
            case kinds.SUM_GRADIENT if self.is_last:
                return [
                    dz,
                    "p[j]: probability of digit j",
                    "y[j]: 1 for the true digit, 0 for the others",
                    self._m(),
                    "The slopes of −ln and of softmax, multiplied, come to no more than this difference.",
                ]
            case kinds.SUM_GRADIENT:
                return [dz, da, slope]
            case kinds.WEIGHT_GRADIENT:
                incoming = f"{inputs_symbol(self.stage.layer)}[i]"
                gradient = f"dW{n}[i, j] = ∂loss/∂W{n}[i, j]: how fast the loss rises with the weight from"
                return [
                    f"{gradient} {self.source} i to {unit} j",
                    f"{incoming} = ∂z{n}[j]/∂W{n}[i, j]: what the weight multiplies",
                    dz,
                ]
            case kinds.BIAS_GRADIENT:
                return [
                    f"db{n}[j] = ∂loss/∂b{n}[j]: how fast the loss rises with the bias of {unit} j",
                    f"1 = ∂z{n}[j]/∂b{n}[j]: the sum rises as its bias does",
                    dz,
                ]
            case kinds.ACTIVATION_GRADIENT:
                after, next_unit = subscript(self.stage.layer + 2), layer_name(self.sizes, self.stage.layer + 2)
                return [
                    da,
                    f"W{after}[j, k] = ∂z{after}[k]/∂a{n}[j]: weight from unit j to {next_unit} k",
                    f"dz{after}[k] = ∂loss/∂z{after}[k]: how fast the loss rises with the sum of {next_unit} k",
                    f"Σₖ: sum over the {self.sizes[self.stage.layer + 2]:,} {next_unit}s that unit j feeds",
                ]
            case _:
                return [slope, f"a{n}[j]: activation of unit j"]

    def _update(self) -> list[str]:
        config = self.explanation.config
        gradient = symbol(Stage(StageKind.WEIGHT_GRADIENT, self.stage.layer), self.activation)
        if not self.stage.is_weights:
            gradient = symbol(Stage(StageKind.BIAS_GRADIENT, self.stage.layer), self.activation)
        lines = ["old: the value before this update", "rate: learning rate, how far to step"]
        if config.weight_decay and self.stage.is_weights:
            lines.append("decay: weight decay, the share of the weight that is taken away at rate 1")
        if config.optimizer == "adam":
            return [
                *lines,
                f"g: running mean of the gradient {gradient} over the updates so far",
                "s: running mean of its square",
                "ε = 1e−8: keeps the division from failing where s is 0",
            ]
        lines.append(f"gradient: {gradient} of the whole batch")
        if config.optimizer == "momentum":
            lines += ["momentum: the share of the last step that is kept", "last step: what the last update added"]
        return lines
