"""How a fully connected layer is explained: see `core.network.dense` for the mathematics.

Forward it makes the pre-activations z. Backward, from dz that arrives at them, the gradients of its weights and biases,
and the gradient by what came in, which the layer before wants.
"""

from dataclasses import dataclass, replace
from operator import mul

import numpy as np

from core.explanation.parameter_gradient import BatchProducts, ParameterGradient, rise
from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, InputGradient, Stage, at, capital, doubles, shape
from core.explanation.terms import Terms, Working
from core.explanation.units import Units
from core.network.arrays import IMAGE_SIDE, Floats


@dataclass(frozen=True, eq=False)
class _PreActivations(Stage):
    """z: what comes in times the weights, added up, and the bias; in the last layer, the logits."""

    letter, one = "z", "pre-activation"

    @property
    def name(self) -> str:
        return "logits" if self.units.is_output else "pre-activations"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (unit,), (incoming,) = cell, self.sources
        inputs, weights = doubles(self.work.input[row]), doubles(self.arrays["W"][:, unit])
        x, b, sees_pixels = incoming.symbol, f"b{self.n}[{unit}]", incoming.units.kind == "pixel"
        return self.make_terms(
            cell,
            f"Σᵢ {x}[i] · W{self.n}[i, {unit}] + {b}",
            self.value(cell, row),
            inputs * weights,
            incoming.units.labels,
            over=incoming.units.kind,
            factors=((x, inputs), (f"W{self.n}", weights)),
            extras=((b, float(self.arrays["b"][unit])),),
            image=(IMAGE_SIDE, IMAGE_SIDE) if sees_pixels else (),
            meaning="ink times weight of every pixel: blue adds, red takes away" if sees_pixels else "",
        )

    def legend(self) -> list[str]:
        n, (incoming,), unit = self.n, self.sources, self.units.kind
        what, before = ("logit", "softmax") if self.units.is_output else ("pre-activation", "the nonlinearity")
        return [
            f"z{n}[j]: {what} of {unit} j, before {before}",
            incoming.line,
            f"W{n}[i, j]: weight from {incoming.units.kind} i to {unit} j",
            f"b{n}[j]: bias of {unit} j",
            f"Σᵢ: sum over the {incoming.units.size:,} {incoming.units.several}",
            *self.units.numbering,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        (incoming,), unit = self.sources, self.unit(cell)
        what, image = "activation of the layer before", "input"
        if incoming.units.kind == "pixel":
            what, image = "pixel", "image"
        name, use = "pre-activation", f"the better the {image} fits this unit's weights"
        if self.units.is_output:
            name, use = "logit", f"the more speaks for {unit}"
        return (
            f"{capital(unit)} adds up every {what} times a weight, and its bias: its {name}. The larger it is, {use}."
        )

    def batch_rule(self) -> str:
        (incoming,), n, m = self.sources, self.n, self.explanation.batch_size
        inputs, units = incoming.units.size, self.units.size
        product = f"{incoming.symbol} {shape(m, inputs)} · W{n} {shape(inputs, units)}"
        return f"z{n} {shape(m, units)} = {product} + b{n} {shape(units)}"


class _WeightGradient(ParameterGradient):
    """dW: what a weight multiplied, times the gradient at the unit."""

    letter, parameter = "dW", "W"
    name = "gradient of L by the weights"

    def part(self, row: int) -> Floats:
        with np.errstate(over="ignore", invalid="ignore"):
            part: Floats = np.outer(self.work.input[row], self.dz.rows()[row])
        return part

    def batch_products(self, cell: Cell) -> BatchProducts:
        (source, unit), incoming = cell, self.sources[0]
        factors = [
            (f"{incoming.symbol}[{source}]", doubles(incoming.rows()[:, source])),
            (f"{self.dz.symbol}[{unit}]", doubles(self.dz.rows()[:, unit])),
        ]
        meaning = f"what came from {incoming.units.name(source)} times the gradient at {self.unit(cell)}"
        return BatchProducts.of(factors, meaning)

    def image_terms(self, cell: Cell, row: int) -> Terms:
        source, unit = cell
        incoming = float(self.work.input[row, source])
        dz, name = self.dz.image_terms((unit,), row), f"{self.sources[0].symbol}[{source}]"
        return replace(
            dz,
            symbol=self.symbol + at(cell),
            rule=f"{name} · {self.dz.symbol}[{unit}]",
            value=float(np.float32(incoming) * np.float32(dz.value)),
            multipliers=((name, incoming), *dz.multipliers),
            working=Working("{0} · {1:f}", (incoming, dz.value), mul),
        )

    def legend(self) -> list[str]:
        n, incoming, unit = self.n, self.sources[0], self.units.kind
        rate = f"how fast L rises with the weight from {incoming.units.kind} i to {unit} j"
        return [
            f"dW{n}[i, j] = ∂L/∂W{n}[i, j]: {rate}",
            f"{incoming.symbol}[i] = ∂z{n}[j]/∂W{n}[i, j]: what the weight multiplies",
            self.dz.line,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        source, unit = self.sources[0].units.name(cell[0]), self.unit(cell)
        if example is None:
            return (
                f"All images of the batch added up: were the weight from {source} to {unit} larger, the loss would "
                f"{rise(terms.value)}."
            )
        if terms.value == 0 and terms.multipliers[0][1] == 0:
            return f"Nothing came in from {source}, so for this image the gradient of the weight to {unit} is 0."
        return (
            f"What came from {source} times the gradient at {unit}: {self.whose_part}. "
            f"With more weight its loss would {rise(terms.value)}."
        )


class _BiasGradient(ParameterGradient):
    """db: the gradient at the unit, for a bias is a weight whose input is always 1."""

    letter, parameter = "db", "b"
    name = "gradient of L by the biases"

    def part(self, row: int) -> Floats:
        part: Floats = self.dz.rows()[row]
        return part

    def batch_products(self, cell: Cell) -> BatchProducts:
        factor = f"{self.dz.symbol}{at(cell)}", doubles(self.dz.rows()[:, cell[-1]])
        return BatchProducts.of([factor], f"the gradient at {self.unit(cell)}")

    def image_terms(self, cell: Cell, row: int) -> Terms:
        dz = self.dz.image_terms(cell, row)
        working = Working("{0}", (dz.value,), float)
        return replace(dz, symbol=self.symbol + at(cell), rule=f"1 · {self.dz.symbol}{at(cell)}", working=working)

    def legend(self) -> list[str]:
        n = self.n
        return [
            f"db{n}[j] = ∂L/∂b{n}[j]: how fast L rises with the bias of {self.units.kind} j",
            f"1 = ∂z{n}[j]/∂b{n}[j]: the pre-activation rises as its bias does",
            self.dz.line,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        whose = "all images of the batch added up" if example is None else self.whose_part
        return (
            f"A bias is a weight whose input is always 1: {whose}. Were the bias of {self.unit(cell)} larger, the loss "
            f"would {rise(terms.value)}."
        )


class _InputGradient(InputGradient):
    """da: the gradient by what came in, back through the same weights."""

    @property
    def _z(self) -> str:
        return self.sources[0].symbol.removeprefix("d")

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (unit,), (dz,) = cell, self.sources
        weights, arriving = doubles(self.arrays["W"][unit]), doubles(dz.rows()[row])
        w = f"W{dz.n}"
        return self.make_terms(
            cell,
            f"Σₖ {w}[{unit}, k] · {dz.symbol}[k]",
            self.value(cell, row),
            weights * arriving,
            dz.units.labels,
            over=dz.units.kind,
            factors=((w, weights), (dz.symbol, arriving)),
        )

    def legend(self) -> list[str]:
        (dz,), z, fed, unit = self.sources, self._z, self.sources[0].units, self.whose
        return [
            self.line,
            f"W{dz.n}[j, k] = ∂{z}[k]/∂{self.of.symbol}[j]: weight from {unit} to {fed.kind} k",
            f"{dz.symbol}[k] = ∂L/∂{z}[k]: how fast L rises with the pre-activation of {fed.kind} k",
            f"Σₖ: sum over the {fed.size:,} {fed.several} that {unit} feeds",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"The gradient flows back through the same weights: every unit that {self.unit(cell)} feeds sends its own "
            "gradient back, times the weight between them, and these products are added up."
        )

    def batch_rule(self) -> str:
        (dz,), m, units = self.sources, self.explanation.batch_size, self.units.size
        product = f"{dz.symbol} {shape(m, dz.units.size)} · W{dz.n}ᵀ {shape(dz.units.size, units)}"
        return f"{self.symbol} {shape(m, units)} = {product}"


def _forward(site: Site) -> tuple[Stage, ...]:
    before, layout = site.incoming, site.explanation.before.layout
    is_output = site.place == len(layout.operations) - 1
    (size,) = layout.shapes[site.place + 1]
    several, layer = len(site.explanation.before.weights) > 2, before.units.layer + 1
    units = Units.of_classes(layer, site.explanation.class_names) if is_output else Units(layer, size, "unit", several)
    return (_PreActivations(site.explanation, site.place, before.number + 1, (units,), (before,)),)


def _backward(site: Site, z: Stage, dz: Stage) -> tuple[Stage, ...]:
    before, here = site.incoming, (site.explanation, site.place)
    gradients = (
        _WeightGradient(*here, dz.number, (before.units, dz.units), (before, dz)),
        _BiasGradient(*here, dz.number, dz.axes, (dz,)),
    )
    if site.is_first:
        return gradients
    return (*gradients, _InputGradient(*here, before.number, before.axes, (dz,), before))


STAGES = OperationStages(_forward, _backward, ("z", "dz", "dW", "db"))
