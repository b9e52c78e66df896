"""What the symbols in a stage's formula stand for, one line each, for whoever meets them for the first time.

On the backward pass each factor is named as the derivative that it is, so that the formula can be read as the chain
rule.
"""

from core.explanation.stages import BATCH_LOSS, IMAGE_LOSS, Stage, StageKind, inputs_symbol, subscript, symbol
from core.explanation.terms import layer_name
from core.explanation.update import UpdateExplanation
from core.network.activations import Activation
from core.text.number_text import counted
from core.training.optimizers import ADAM_BETA2

_SLOPES: dict[Activation, str] = {
    "relu": "1 where the unit is on, 0 where it is off",
    "tanh": "at most 1, where the unit's pre-activation is 0",
    "sigmoid": "at most 0.25, where the unit's pre-activation is 0",
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
    """Return the link of the chain rule that a stage of the backward pass adds, in a network of so many layers.

    It is "" for the stages before, and for the update.
    """
    n, after = subscript(stage.layer + 1), subscript(stage.layer + 2)
    kinds = StageKind
    match stage.kind:
        case kinds.SUM_GRADIENT:
            through = "p" if stage.layer == layers - 1 else f"a{n}"
            return f"∂L/∂z{n} = ∂L/∂{through} · ∂{through}/∂z{n}"
        case kinds.WEIGHT_GRADIENT:
            return f"∂L/∂W{n} = ∂L/∂z{n} · ∂z{n}/∂W{n}"
        case kinds.BIAS_GRADIENT:
            return f"∂L/∂b{n} = ∂L/∂z{n} · ∂z{n}/∂b{n}"
        case kinds.ACTIVATION_GRADIENT:
            return f"∂L/∂a{n} = ∂L/∂z{after} · ∂z{after}/∂a{n}"
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
        kinds, size = StageKind, self.explanation.batch_size
        match self.stage.kind:
            case kinds.INPUT:
                return ["x[i]: pixel i, counted from 0, row by row", "255: full ink (intensity) in the file"]
            case kinds.SUM:
                return self._sum()
            case kinds.ACTIVATION:
                return [f"z{self.n}[j]: pre-activation of unit j", *self._function()]
            case kinds.SOFTMAX:
                return [
                    f"z{self.n}[k]: logit of digit k, its pre-activation in the last layer",
                    "e = 2.718…: e to any power is above 0, and grows fast with it",
                    "max: the largest of the ten logits",
                    "Σₖ: sum over the ten digits",
                ]
            case kinds.LOSS:
                return [
                    f"{IMAGE_LOSS}: loss of one image, in nats",
                    f"{BATCH_LOSS} = Σ{IMAGE_LOSS} / m: loss of the batch, the mean over its {size:,} images",
                    "p[k]: probability of digit k",
                    "ln: natural logarithm; guessing among ten digits costs ln 10 = 2.303 nats",
                ]
            case kinds.WEIGHT_UPDATE | kinds.BIAS_UPDATE:
                return self._update()
            case _:
                return self._backward_pass()

    def _sum(self) -> list[str]:
        count = f"{self.sizes[self.stage.layer]:,} {self.source}s"
        return [
            f"z{self.n}[j]: {'logit of ' + self.unit if self.is_last else 'pre-activation of ' + self.unit} j, before "
            f"{'softmax' if self.is_last else 'the nonlinearity'}",
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
        why = "Without such a nonlinearity, several layers could do no more than one."
        return [functions[self.activation], why]

    def _m(self) -> str:
        return f"m = {self.explanation.batch_size:,}: images in the batch"

    def _backward_pass(self) -> list[str]:
        kinds, n, unit = StageKind, self.n, self.unit
        what = "logit" if self.is_last else "pre-activation"
        dz = f"dz{n}[j] = ∂L/∂z{n}[j]: how fast L, the mean loss of the batch, rises with the {what} of {unit} j"
        da = f"da{n}[j] = ∂L/∂a{n}[j]: how fast L rises with the activation of unit j"
        mask = symbol(Stage(kinds.MASK, self.stage.layer), self.activation)
        slope = f"{mask}[j] = ∂a{n}[j]/∂z{n}[j]: derivative of the activation function, {_SLOPES[self.activation]}"
        match self.stage.kind:
            case kinds.SUM_GRADIENT if self.is_last:
                return [
                    dz,
                    "p[j]: probability of digit j",
                    "y[j]: 1 for the true digit, 0 for the others",
                    self._m(),
                    "Multiplied out, the derivatives of −ln and softmax leave exactly this difference.",
                ]
            case kinds.SUM_GRADIENT:
                return [dz, da, slope]
            case kinds.WEIGHT_GRADIENT:
                incoming = f"{inputs_symbol(self.stage.layer)}[i]"
                gradient = f"dW{n}[i, j] = ∂L/∂W{n}[i, j]: how fast L rises with the weight from"
                return [
                    f"{gradient} {self.source} i to {unit} j",
                    f"{incoming} = ∂z{n}[j]/∂W{n}[i, j]: what the weight multiplies",
                    dz,
                ]
            case kinds.BIAS_GRADIENT:
                return [
                    f"db{n}[j] = ∂L/∂b{n}[j]: how fast L rises with the bias of {unit} j",
                    f"1 = ∂z{n}[j]/∂b{n}[j]: the pre-activation rises as its bias does",
                    dz,
                ]
            case kinds.ACTIVATION_GRADIENT:
                after, next_unit = subscript(self.stage.layer + 2), layer_name(self.sizes, self.stage.layer + 2)
                return [
                    da,
                    f"W{after}[j, k] = ∂z{after}[k]/∂a{n}[j]: weight from unit j to {next_unit} k",
                    f"dz{after}[k] = ∂L/∂z{after}[k]: how fast L rises with the pre-activation of {next_unit} k",
                    f"Σₖ: sum over the {self.sizes[self.stage.layer + 2]:,} {next_unit}s that unit j feeds",
                ]
            case _:
                return [slope, f"a{n}[j]: activation of unit j"]

    def _update(self) -> list[str]:
        config = self.explanation.config
        gradient = symbol(Stage(StageKind.WEIGHT_GRADIENT, self.stage.layer), self.activation)
        if not self.stage.is_weights:
            gradient = symbol(Stage(StageKind.BIAS_GRADIENT, self.stage.layer), self.activation)
        lines = ["old: the value before this update", "rate: learning rate, how far to go"]
        if config.weight_decay and self.stage.is_weights:
            lines.append("decay: weight decay; each update takes the share rate · decay of every weight")
        lines.append(f"gradient: {gradient} of the whole batch")
        if config.optimizer == "adam":
            beta, updates = f"{config.momentum:.6g}", self.explanation.optimizer_count + 1
            return [
                *lines,
                f"ĝ = m / (1 − {beta}ᵗ): running mean m of the gradient, corrected because it began at 0",
                f"ŝ = s / (1 − {ADAM_BETA2:.6g}ᵗ): running mean s of the gradient squared, corrected likewise",
                f"β₁ = {beta}, β₂ = {ADAM_BETA2:.6g}: the shares of the running means that are kept",
                f"t = {counted(updates, 'update')} of Adam with this one",
                "ε = 1e−8: keeps the division from failing where ŝ is 0",
            ]
        if config.optimizer == "momentum":
            lines += [
                "momentum: the share of the velocity that is kept",
                "velocity: what momentum and gradient added at the last update, apart from weight decay",
            ]
        return lines
