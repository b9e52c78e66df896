"""Finding the terms of every number of an update, stage by stage: see `core.explanation.terms` for what they are."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats
from core.explanation.batch_terms import batch_gradient_terms, mean_loss_terms
from core.explanation.stages import Cell, Stage, StageKind, inputs_symbol, subscript, symbol, values
from core.explanation.terms import Terms, layer_name, unit_name
from core.explanation.update import UpdateExplanation
from core.explanation.update_terms import update_terms
from core.text.number_text import number


def terms_of(explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None) -> Terms:
    """Take one number of an update apart.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    stage : Stage
        The stage that the number belongs to.
    cell : Cell
        Where in the stage's array; see `core.explanation.stages.Cell`.
    example : int or None
        A picture of the batch, counted from 0. None takes the batch as a whole, where the stage has a number for it:
        the loss, the gradients of weights and biases, and the update.

    Raises
    ------
    ValueError
        If the batch as a whole has no such number.
    """
    return _TermFinder(explanation, stage, cell, example).find()


class _TermFinder:
    """Finds the terms of one number; holds what all kinds of number need."""

    def __init__(self, explanation: UpdateExplanation, stage: Stage, cell: Cell, example: int | None) -> None:
        self.explanation = explanation
        self.stage = stage
        self.layer = stage.layer
        self.cell = cell
        self.example = example
        self.sizes = explanation.layer_sizes
        self.is_last = stage.layer == len(self.sizes) - 2
        self.symbol = symbol(stage, explanation.config.activation) + _place(cell)

    def find(self) -> Terms:
        kinds = StageKind
        if self.stage.kind in (kinds.WEIGHT_UPDATE, kinds.BIAS_UPDATE):
            return update_terms(self.explanation, self.stage, self.cell, self.symbol)
        if self.example is None:
            if self.stage.kind is kinds.LOSS:
                return mean_loss_terms(self.explanation, self.symbol)
            if self.stage.kind in (kinds.WEIGHT_GRADIENT, kinds.BIAS_GRADIENT):
                return batch_gradient_terms(self.explanation, self.stage, self.cell, self.symbol)
            raise ValueError(f"the batch as a whole has no single {self.symbol}: choose a picture")
        self.row = self.explanation.row(self.example)
        finders = {
            kinds.INPUT: self._input,
            kinds.SUM: self._sum,
            kinds.ACTIVATION: self._activation,
            kinds.SOFTMAX: self._softmax,
            kinds.LOSS: self._loss,
            kinds.SUM_GRADIENT: self._sum_gradient,
            kinds.ACTIVATION_GRADIENT: self._activation_gradient,
            kinds.MASK: self._mask,
            kinds.WEIGHT_GRADIENT: self._weight_gradient,
            kinds.BIAS_GRADIENT: self._bias_gradient,
        }
        return finders[self.stage.kind]()

    # Forward.

    def _input(self) -> Terms:
        pixel = self._value()
        distorted = self.explanation.config.augmentation != "none"
        label = "ink after the random distortion" if distorted else "ink in the file, 0 to 255"
        return self._terms("ink / 255", pixel, [pixel * 255], (label,), multipliers=(("1/255", 1 / 255),))

    def _sum(self) -> Terms:
        (unit,), above = self.cell, self.layer
        incoming = self._doubles(self.explanation.passed.activations[above][self.row])
        weights = self._doubles(self.explanation.before.weights[above][:, unit])
        a, w, b = inputs_symbol(above), f"W{subscript(above + 1)}", f"b{subscript(above + 1)}"
        return self._terms(
            f"Σᵢ {a}[i] · {w}[i, {unit}] + {b}[{unit}]",
            self._value(),
            incoming * weights,
            self._unit_labels(above),
            over=layer_name(self.sizes, above),
            factors=((a, incoming), (w, weights)),
            extras=((f"{b}[{unit}]", float(self.explanation.before.biases[above][unit])),),
            over_pixels=above == 0,
        )

    def _activation(self) -> Terms:
        z = float(self.explanation.passed.sums[self.layer][self.row, self.cell[0]])
        source = f"z{subscript(self.layer + 1)}{_place(self.cell)}"
        match self.explanation.config.activation:
            case "relu":
                rule, value = "max(0, {})", max(z, 0.0)
            case "tanh":
                rule, value = "tanh({})", float(np.tanh(z))
            case "sigmoid":
                rule, value = "1 / (1 + e^(−{}))", float(1 + np.tanh(z / 2)) / 2
        label = rule.format(source)
        factors = ((source, self._doubles([z])),)
        return self._terms(label, self._value(), [value], (label,), factors=factors, worked=rule.format(number(z)))

    def _softmax(self) -> Terms:
        z, name = self._logits()
        exponentials = np.exp(z - z.max())
        (digit,) = self.cell
        return self._terms(
            f"e^({name}[{digit}] − max) / Σₖ e^({name}[k] − max)",
            self._value(),
            exponentials,
            self._unit_labels(self.layer + 1),
            over=layer_name(self.sizes, self.layer + 1),
            factors=((name, z),),
            multipliers=((f"e^({name}[{digit}] − max)", float(exponentials[digit])),),
            divides=True,
        )

    def _loss(self) -> Terms:
        z, name = self._logits()
        label = int(self.explanation.labels[self.row])
        parts = [float(np.log(np.exp(z - z.max()).sum())), float(z.max() - z[label])]
        names = (f"ln Σₖ e^({name}[k] − max)", f"max − {name}[{label}]")
        worked = f"−ln {number(float(self.explanation.probabilities[self.row, label]))}"
        return self._terms(f"−ln p[{label}]", self._value(), parts, names, worked=worked)

    # Backward: what arrives at a unit is part of all that is behind it, so most of these are made of the same parts.

    def _sum_gradient(self) -> Terms:
        return self._terms_of_parts(self._parts_of_sum_gradient(self.cell[0]))

    def _parts_of_sum_gradient(self, unit: int) -> "_Parts":
        """Return what dz of a unit of this layer is made of."""
        if self.is_last:
            parts = [
                float(self.explanation.probabilities[self.row, unit]),
                -float(self.explanation.targets[self.row, unit]),
            ]
            names = (f"p[{unit}]", f"−y[{unit}]: the truth")
            return _Parts(f"(p[{unit}] − y[{unit}]) / m", self._doubles(parts), names, (), (self._share(),))
        arriving = self._parts_of_activation_gradient(unit)
        mask = symbol(Stage(StageKind.MASK, self.layer), self.explanation.config.activation)
        derivative = float(self.explanation.returned.derivatives[self.layer][self.row, unit])
        return arriving.times(f"{mask}[{unit}]", derivative)

    def _activation_gradient(self) -> Terms:
        return self._terms_of_parts(self._parts_of_activation_gradient(self.cell[0]))

    def _parts_of_activation_gradient(self, unit: int) -> "_Parts":
        """Return what da of a unit of this hidden layer is made of."""
        following = self.layer + 1
        weights = self._doubles(self.explanation.before.weights[following][unit])
        dz = self._doubles(self.explanation.returned.sum_gradients[following][self.row])
        w, d = f"W{subscript(following + 1)}", f"dz{subscript(following + 1)}"
        rule = f"Σₖ {w}[{unit}, k] · {d}[k]"
        return _Parts(rule, weights * dz, self._unit_labels(following + 1), ((w, weights), (d, dz)))

    def _mask(self) -> Terms:
        a = float(self.explanation.passed.activations[self.layer + 1][self.row, self.cell[0]])
        name = f"a{subscript(self.layer + 1)}{_place(self.cell)}"
        match self.explanation.config.activation:
            case "relu":
                rule = f"1 if {name} is above 0, else 0"
                return self._terms(rule, self._value(), [float(a > 0)], (rule,), factors=((name, self._doubles([a])),))
            case "tanh":
                return self._terms(f"1 − {name}²", self._value(), [1.0, -a * a], ("1", f"−{name}²"))
            case "sigmoid":
                rule = f"{name} · (1 − {name})"
                return self._terms(rule, self._value(), [1.0, -a], ("1", f"−{name}"), multipliers=((name, a),))

    def _weight_gradient(self) -> Terms:
        source, unit = self.cell
        incoming = float(self.explanation.passed.activations[self.layer][self.row, source])
        arriving = self._parts_of_sum_gradient(unit)
        value = float(np.float32(incoming) * self.explanation.returned.sum_gradients[self.layer][self.row, unit])
        return self._terms_of_parts(arriving.times(f"{inputs_symbol(self.layer)}[{source}]", incoming), value)

    def _bias_gradient(self) -> Terms:
        arriving = self._parts_of_sum_gradient(self.cell[0])
        return self._terms_of_parts(arriving._replace(rule=f"1 · {arriving.rule}"))

    # What they share.

    def _terms_of_parts(self, parts: "_Parts", value: float | None = None) -> Terms:
        return self._terms(
            parts.rule,
            self._value() if value is None else value,
            parts.products,
            parts.labels,
            over=self._over(),
            factors=parts.factors,
            multipliers=parts.multipliers,
        )

    def _terms(
        self,
        rule: str,
        value: float,
        products: NDArray[np.float64] | list[float],
        labels: tuple[str, ...],
        *,
        over: str = "",
        factors: tuple[tuple[str, NDArray[np.float64]], ...] = (),
        extras: tuple[tuple[str, float], ...] = (),
        multipliers: tuple[tuple[str, float], ...] = (),
        divides: bool = False,
        over_pixels: bool = False,
        worked: str = "",
    ) -> Terms:
        return Terms(
            symbol=self.symbol,
            rule=rule,
            value=value,
            labels=labels,
            products=self._doubles(products),
            over=over,
            factors=factors,
            extras=extras,
            multipliers=multipliers,
            divides=divides,
            over_pixels=over_pixels,
            worked=worked,
        )

    def _value(self) -> float:
        array = values(self.explanation, self.stage, self.example)
        return float(array[self.cell] if self.cell else array[0])

    def _logits(self) -> tuple[NDArray[np.float64], str]:
        return self._doubles(self.explanation.passed.logits[self.row]), f"z{subscript(len(self.sizes) - 1)}"

    def _over(self) -> str:
        """Return what the sums of the way back run over: the units of the next layer, none after the last."""
        return "" if self.is_last else layer_name(self.sizes, self.layer + 2)

    def _share(self) -> tuple[str, float]:
        return "1/m", 1 / self.explanation.batch_size

    def _unit_labels(self, layer: int) -> tuple[str, ...]:
        if layer == 0:
            return tuple(unit_name(self.sizes, layer, unit) for unit in range(self.sizes[layer]))
        return tuple(map(str, range(self.sizes[layer])))

    @staticmethod
    def _doubles(array: Floats | list[float]) -> NDArray[np.float64]:
        return np.asarray(array, np.float64)


class _Parts(NamedTuple):
    """Some of the attributes of `core.explanation.terms.Terms`, on their way to a number that they are part of."""

    rule: str
    products: NDArray[np.float64]
    labels: tuple[str, ...]
    factors: tuple[tuple[str, NDArray[np.float64]], ...]
    multipliers: tuple[tuple[str, float], ...] = ()

    def times(self, name: str, multiplier: float) -> "_Parts":
        """Return the parts of this number multiplied by another one."""
        return self._replace(rule=f"{name} · {self.rule}", multipliers=((name, multiplier), *self.multipliers))


def _place(cell: Cell) -> str:
    return f"[{', '.join(map(str, cell))}]" if cell else ""
