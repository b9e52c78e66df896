"""Finding the terms of every number of an update, stage by stage: see `core.explanation.terms` for what they are."""

from dataclasses import replace
from math import log, tanh
from operator import mul

import numpy as np
from numpy.typing import NDArray

from core.explanation.batch_terms import batch_gradient_terms, mean_loss_terms
from core.explanation.stages import (
    BATCH_LOSS,
    IMAGE_LOSS,
    Cell,
    Stage,
    StageKind,
    inputs_symbol,
    subscript,
    symbol,
    values,
)
from core.explanation.terms import Terms, Working, layer_name, unit_name
from core.explanation.update import UpdateExplanation
from core.explanation.update_terms import update_terms
from core.network.arrays import Floats


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
        An image of the batch, counted from 0. None takes the batch as a whole, where the stage has a number for it:
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
        if stage.kind is StageKind.LOSS:
            self.symbol = BATCH_LOSS if example is None else IMAGE_LOSS

    def find(self) -> Terms:
        kinds = StageKind
        if self.stage.kind in (kinds.WEIGHT_UPDATE, kinds.BIAS_UPDATE):
            return update_terms(self.explanation, self.stage, self.cell, self.symbol)
        if self.example is None:
            if self.stage.kind is kinds.LOSS:
                return mean_loss_terms(self.explanation, self.symbol)
            if self.stage.kind in (kinds.WEIGHT_GRADIENT, kinds.BIAS_GRADIENT):
                return batch_gradient_terms(self.explanation, self.stage, self.cell, self.symbol)
            raise ValueError(f"the batch as a whole has no single {self.symbol}: choose an image")
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
        augmented = self.explanation.config.augmentation != "none"
        label = "ink after augmentation" if augmented else "ink in the file, 0 to 255"
        working = Working("{0:t} / 255", (pixel * 255,), lambda ink: ink / 255)
        return self._terms(
            "ink / 255", pixel, [pixel * 255], (label,), multipliers=(("1/255", 1 / 255),), working=working
        )

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
            meaning="" if above else "ink times weight of every pixel: blue adds, red takes away",
        )

    def _activation(self) -> Terms:
        z = float(self.explanation.passed.sums[self.layer][self.row, self.cell[0]])
        source = f"z{subscript(self.layer + 1)}{_place(self.cell)}"
        match self.explanation.config.activation:
            case "relu":
                rule, working = f"max(0, {source})", Working("max(0, {0})", (z,), lambda z: max(z, 0.0))
            case "tanh":
                rule, working = f"tanh({source})", Working("tanh({0})", (z,), tanh)
            case "sigmoid":
                rule = f"1 / (1 + e^(−{source}))"
                working = Working("1 / (1 + e^({0}))", (-z,), lambda z: (1 - tanh(z / 2)) / 2)
        value = float(working.compute(*working.parts))
        return self._terms(rule, self._value(), [value], (rule,), working=working)

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
            meaning="max is the largest of the logits, {max}; taken away from all, it changes no probability.",
            term=f"e^({name} − max)",
        )

    def _loss(self) -> Terms:
        z, _ = self._logits()
        label = int(self.explanation.labels[self.row])
        loss = float(np.log(np.exp(z - z.max()).sum()) + z.max() - z[label])
        # In float32 the probability of a truth that is ruled out altogether is 0, and its logarithm no number.
        probability = float(np.exp(-loss))
        rule = f"−ln p[{label}]"
        working = Working("−ln {0}", (probability,), lambda p: -log(p))
        return self._terms(rule, self._value(), [loss], (rule,), working=working)

    # Backward. By the chain rule each number is a product of numbers of the stages before, which its rule names; its
    # terms are those of the one that is a sum, with what that is multiplied by on the way.

    def _sum_gradient(self) -> Terms:
        return self._dz(self.cell[0])

    def _dz(self, unit: int) -> Terms:
        """Take the gradient at the pre-activation of a unit of this layer apart."""
        value = float(self.explanation.returned.sum_gradients[self.layer][self.row, unit])
        if self.is_last:
            m = self.explanation.batch_size
            p, y = (float(rows[self.row, unit]) for rows in (self.explanation.probabilities, self.explanation.targets))
            return self._terms(
                f"(p[{unit}] − y[{unit}]) / m",
                value,
                [p, -y],
                (f"p[{unit}]", f"−y[{unit}]: {'the truth' if y else 'not the truth'}"),
                multipliers=(("1/m", 1 / m),),
                working=Working(f"({{0}} − {y:.0f}) / {m:,}", (p,), lambda p: (p - y) / m),
            )
        arriving = self._da(unit)
        mask = f"{symbol(Stage(StageKind.MASK, self.layer), self.explanation.config.activation)}[{unit}]"
        slope = float(self.explanation.returned.derivatives[self.layer][self.row, unit])
        return replace(
            arriving,
            rule=f"da{subscript(self.layer + 1)}[{unit}] · {mask}",
            value=value,
            multipliers=((mask, slope),),
            working=Working("{0} · {1:f}", (arriving.value, slope), mul),
        )

    def _activation_gradient(self) -> Terms:
        return self._da(self.cell[0])

    def _da(self, unit: int) -> Terms:
        """Take the gradient at the activation of a unit of this hidden layer apart."""
        following = self.layer + 1
        weights = self._doubles(self.explanation.before.weights[following][unit])
        dz = self._doubles(self.explanation.returned.sum_gradients[following][self.row])
        w, d = f"W{subscript(following + 1)}", f"dz{subscript(following + 1)}"
        return self._terms(
            f"Σₖ {w}[{unit}, k] · {d}[k]",
            float(self.explanation.activation_gradients[self.layer][self.row, unit]),
            weights * dz,
            self._unit_labels(following + 1),
            over=layer_name(self.sizes, following + 1),
            factors=((w, weights), (d, dz)),
        )

    def _mask(self) -> Terms:
        a = float(self.explanation.passed.activations[self.layer + 1][self.row, self.cell[0]])
        name = f"a{subscript(self.layer + 1)}{_place(self.cell)}"
        match self.explanation.config.activation:
            case "relu":
                rule = f"(1 if {name} > 0, else 0)"
                working = Working("(1 if {0} > 0, else 0)", (a,), lambda a: float(a > 0))
                return self._terms(rule, self._value(), [float(a > 0)], (rule[1:-1],), working=working)
            case "tanh":
                working = Working("1 − {0:f}²", (a,), lambda a: 1 - a * a)
                return self._terms(f"1 − {name}²", self._value(), [1.0, -a * a], ("1", f"−{name}²"), working=working)
            case "sigmoid":
                rule, labels = f"{name} · (1 − {name})", ("1", f"−{name}")
                working = Working("{0} · (1 − {0})", (a,), lambda a: a * (1 - a))
                return self._terms(rule, self._value(), [1.0, -a], labels, multipliers=((name, a),), working=working)

    def _weight_gradient(self) -> Terms:
        source, unit = self.cell
        incoming = float(self.explanation.passed.activations[self.layer][self.row, source])
        dz, name = self._dz(unit), f"{inputs_symbol(self.layer)}[{source}]"
        return replace(
            dz,
            rule=f"{name} · dz{subscript(self.layer + 1)}[{unit}]",
            value=float(np.float32(incoming) * np.float32(dz.value)),
            multipliers=((name, incoming), *dz.multipliers),
            working=Working("{0} · {1:f}", (incoming, dz.value), mul),
        )

    def _bias_gradient(self) -> Terms:
        (unit,) = self.cell
        dz = self._dz(unit)
        working = Working("{0}", (dz.value,), float)
        return replace(dz, rule=f"1 · dz{subscript(self.layer + 1)}[{unit}]", working=working)

    # What they share.

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
        working: Working | None = None,
        meaning: str = "",
        term: str = "",
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
            working=working,
            meaning=meaning,
            term=term,
        )

    def _value(self) -> float:
        array = values(self.explanation, self.stage, self.example)
        return float(array[self.cell] if self.cell else array[0])

    def _logits(self) -> tuple[NDArray[np.float64], str]:
        return self._doubles(self.explanation.passed.logits[self.row]), f"z{subscript(len(self.sizes) - 1)}"

    def _unit_labels(self, layer: int) -> tuple[str, ...]:
        if layer == 0:
            return tuple(unit_name(self.sizes, layer, unit) for unit in range(self.sizes[layer]))
        return tuple(map(str, range(self.sizes[layer])))

    @staticmethod
    def _doubles(array: Floats | list[float]) -> NDArray[np.float64]:
        return np.asarray(array, np.float64)


def _place(cell: Cell) -> str:
    return f"[{', '.join(map(str, cell))}]" if cell else ""
