"""How batch norm is explained: the mean and the variance of the batch, what is scaled and shifted, and back.

The numbers of a unit, over all images, and of a map, over all of its places as well, are worked on together. So the
mean and the variance belong to the batch, and on the backward pass every number has a say in the gradients of others.
"""

from abc import abstractmethod
from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.explanation.parameter_gradient import BatchProducts, ParameterGradient, rise
from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, InputGradient, Stage, at, capital, doubles
from core.explanation.terms import Terms, Working
from core.network.arrays import Floats
from core.network.batch_norm import EPSILON

_EPSILON = "0.00001"
_EPSILON_LINE = f"ε = {_EPSILON}: keeps the division finite where all numbers are equal"


class _OfUnits(Stage):
    """What the numbers of one unit, or of one map, have in common."""

    @property
    def letters(self) -> str:
        """One letter: a map counts as one unit."""
        return "j"

    @property
    def whose(self) -> str:
        """Whose number it is."""
        return f"{self.axes[0].kind} j"


class _Statistic(_OfUnits):
    """A number for each unit that all images of the batch make together."""

    is_by_image = False

    @property
    def numbers(self) -> Floats:
        """Those that take part, shape (images, units, places)."""
        source = doubles(self.sources[0].rows())
        return source.reshape(*source.shape[:2], -1)

    def rows(self) -> Floats:
        return np.stack([self.work.shared[self.row_of_shared]] * len(self.work.input))

    row_of_shared: int

    def values(self, example: int | None) -> Floats:
        """Return the same for every image."""
        values: Floats = self.work.shared[self.row_of_shared]
        return values

    def terms(self, cell: Cell, example: int | None) -> Terms:
        """Take it apart into what each image kept in full adds."""
        (unit,), explanation = cell, self.explanation
        numbers = self.numbers[:, unit]
        count = numbers.size
        added = self.added(numbers, unit).sum(axis=1)
        each = "" if numbers.shape[1] == 1 else f"; its {numbers.shape[1]} places added up"
        return self.make_terms(
            cell,
            f"(Σ {self.what(unit)}) / n",
            float(self.values(None)[unit]),
            added,
            tuple(str(explanation.first + row + 1) for row in range(len(added))),
            over="image",
            multipliers=(("1/n", 1 / count),),
            working=Working(f"{{0}} / {count:,}", (float(added.sum()),), lambda total: total / count),
            meaning=f"for each image, {self.what(unit)}{each}",
        )

    @abstractmethod
    def added(self, numbers: Floats, unit: int) -> Floats:
        """Return what each number adds."""

    @abstractmethod
    def what(self, unit: int) -> str:
        """Return that in symbols."""

    @property
    def count_line(self) -> str:
        """What n is."""
        images, _, places = self.numbers.shape
        of_maps = f" times {places:,} places of a map" if places > 1 else ""
        return f"n = {images * places:,}: {images:,} images{of_maps}"

    def _number(self, unit: int) -> str:
        source = self.sources[0]
        return f"{source.symbol}[{unit}{', r, s' if source.is_maps else ''}]"


class _Mean(_Statistic):
    letter, one = "mean", "mean over the batch"
    name = "means over the batch"
    row_of_shared = 0

    def added(self, numbers: Floats, unit: int) -> Floats:
        return numbers

    def what(self, unit: int) -> str:
        return self._number(unit)

    def legend(self) -> list[str]:
        return [
            self.sources[0].line,
            "Σ: sum over the images of the batch, and over all places of a map",
            self.count_line,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"What {self.unit(cell)} says on average to the images of this batch. A running mean follows it from "
            "update to update, and takes its place where the network is used."
        )


class _Variance(_Statistic):
    letter, one = "var", "variance over the batch"
    name = "variances over the batch, the spread squared"
    row_of_shared = 1

    def added(self, numbers: Floats, unit: int) -> Floats:
        return (numbers - float(self.work.shared[0][unit])) ** 2

    def what(self, unit: int) -> str:
        return f"({self._number(unit)} − {self.sources[1].symbol}[{unit}])²"

    def legend(self) -> list[str]:
        source, mean = self.sources
        lines = [source.line, mean.line, "Σ: sum over the images of the batch, and over all places of a map"]
        return [*lines, self.count_line]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        spread = f"{sqrt(max(terms.value, 0)):.3g}"
        return (
            f"How far the numbers of {self.unit(cell)} lie from their mean: their squared distances, averaged. Its "
            f"root, {spread}, is their spread (standard deviation)."
        )


@dataclass(frozen=True, eq=False)
class _Normalized(Stage):
    """norm: mean 0 and spread 1 over the batch."""

    letter, one = "norm", "normalized number"
    name = "normalized numbers"

    def rows(self) -> Floats:
        return self.work.kept

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (source, mean, variance), unit = self.sources, cell[0]
        number, middle, spread = source.value(cell, row), *(float(each.values(None)[unit]) for each in (mean, variance))
        names = f"{source.symbol}{at(cell)}", f"{mean.symbol}[{unit}]", f"{variance.symbol}[{unit}]"
        return self.make_terms(
            cell,
            f"({names[0]} − {names[1]}) / √({names[2]} + ε)",
            self.value(cell, row),
            [number, -middle],
            (names[0], f"−{names[1]}"),
            multipliers=((f"({names[2]} + ε)^−½", 1 / sqrt(spread + EPSILON)),),
            working=Working(
                f"({{0}} − {{1:f}}) / √({{2}} + {_EPSILON})",
                (number, middle, spread),
                lambda number, middle, spread: (number - middle) / sqrt(spread + EPSILON),
            ),
        )

    def legend(self) -> list[str]:
        return [*(source.line for source in self.sources), _EPSILON_LINE]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        side = "above" if terms.value > 0 else "below"
        return (
            f"By how many spreads {self.unit(cell)} lies {side} its mean over the batch. Now every unit has the mean 0 "
            "and the spread 1, whatever the layers before have done."
        )

    def batch_rule(self) -> str:
        source, mean, variance = self.sources
        return f"{self.symbol} = ({source.symbol} − {mean.symbol}) / √({variance.symbol} + ε)"


@dataclass(frozen=True, eq=False)
class _Scaled(Stage):
    """bn: scaled and shifted as has been learned."""

    letter, one = "bn", "scaled and shifted number"
    name = "scaled and shifted numbers"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (norm,), unit = self.sources, cell[0]
        number, scale, shift = norm.value(cell, row), *(float(self.arrays[name][unit]) for name in ("scale", "shift"))
        names = f"scale{self.n}[{unit}]", norm.symbol + at(cell), f"shift{self.n}[{unit}]"
        return self.make_terms(
            cell,
            f"{names[0]} · {names[1]} + {names[2]}",
            self.value(cell, row),
            [scale * number],
            (f"{names[0]} · {names[1]}",),
            extras=((names[2], shift),),
            working=Working("{0:f} · {1:f} + {2:f}", (scale, number, shift), lambda a, b, c: a * b + c),
        )

    def legend(self) -> list[str]:
        (norm,), unit = self.sources, self.axes[0].kind
        return [
            f"scale{self.n}[j]: scale of {unit} j, learned like a weight, from 1",
            norm.line,
            f"shift{self.n}[j]: shift of {unit} j, learned like a bias, from 0",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"Mean 0 and spread 1 need not be best for {self.unit(cell)}, so the layer learns by how much to stretch "
            "and to shift."
        )

    def batch_rule(self) -> str:
        return f"{self.symbol} = scale{self.n} · {self.sources[0].symbol} + shift{self.n}, unit by unit"


class _LearnedGradient(_OfUnits, ParameterGradient):
    """What the gradients of scales and of shifts have in common: a sum over all images, and places of a map."""

    def _numbers(self, unit: int) -> tuple[tuple[str, Floats], ...]:
        """Return what is multiplied, with its symbol: shape (images, places)."""
        found = []
        for source in self.sources:
            rows = doubles(source.rows()[:, unit])
            found.append((f"{source.symbol}[{unit}{', r, s' if source.is_maps else ''}]", rows.reshape(len(rows), -1)))
        return tuple(found)

    def part(self, row: int) -> Floats:
        product = np.prod([doubles(source.rows()[row]) for source in self.sources], axis=0)
        part: Floats = product.reshape(len(product), -1).sum(axis=1).astype(np.float32)
        return part

    def batch_products(self, cell: Cell) -> BatchProducts:
        numbers = self._numbers(cell[0])
        products = np.prod([rows for _, rows in numbers], axis=0).sum(axis=1)
        rule = " · ".join(name for name, _ in numbers)
        places = " added up over all places" if self.dz.is_maps else ""
        return BatchProducts(rule, (), products, f"{rule}{places}")

    def image_terms(self, cell: Cell, row: int) -> Terms:
        numbers = [(name, rows[row]) for name, rows in self._numbers(cell[0])]
        products, rule = np.prod([rows for _, rows in numbers], axis=0), " · ".join(name for name, _ in numbers)
        shape = self.dz.rows().shape[2:]
        labels = tuple(f"row {place[0]}, column {place[1]}" for place in np.ndindex(shape)) if shape else (rule,)
        return self.make_terms(
            cell,
            f"Σ {rule}" if shape else rule,
            float(np.float32(products.sum())),
            products,
            labels,
            over="place" if shape else "",
            factors=tuple(numbers),
            image=shape,
        )

    def legend(self) -> list[str]:
        name, unit = f"{self.parameter}{self.n}[j]", self.axes[0].kind
        rate = f"d{name} = ∂L/∂{name}: how fast L rises with the {self.parameter} of {unit} j"
        return [rate, *(source.line for source in self.sources), "Σ: sum over all places of the map"]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        whose = "all images of the batch added up" if example is None else self.whose_part
        return (
            f"{self.says}: {whose}. Were the {self.parameter} of {self.unit(cell)} larger, the loss would "
            f"{rise(terms.value)}."
        )

    says: str


class _ScaleGradient(_LearnedGradient):
    letter, parameter = "dscale", "scale"
    name = "gradient of L by the scales"
    says = "What the scale multiplies, times the gradient behind it"


class _ShiftGradient(_LearnedGradient):
    letter, parameter = "dshift", "shift"
    name = "gradient of L by the shifts"
    says = "A shift is added to every number, so the gradients behind it add up"


@dataclass(frozen=True, eq=False)
class _Returned(InputGradient):
    """The gradient by what came in: what moves the mean or the spread of all is taken out of it."""

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (behind, norm, variance, along, shift), unit = self.sources, cell[0]
        names = [behind.symbol + at(cell), norm.symbol + at(cell)]
        variance_name, along_name, shift_name = (f"{source.symbol}[{unit}]" for source in (variance, along, shift))
        scale_name = f"scale{self.n}[{unit}]"
        arriving, normal = behind.value(cell, row), norm.value(cell, row)
        part = self.explanation.part.by_operation[self.place]
        d_scale, d_shift = float(part["scale"][unit]), float(part["shift"][unit])
        scale, spread = float(self.arrays["scale"][unit]), float(variance.values(None)[unit])
        rows = behind.rows()
        n = rows.size // rows.shape[1]
        factor = scale / sqrt(spread + EPSILON)
        return self.make_terms(
            cell,
            f"{scale_name} / √({variance_name} + ε) · ({names[0]} − {shift_name} / n − {names[1]} · {along_name} / n)",
            self.value(cell, row),
            [arriving, -d_shift / n, -normal * d_scale / n],
            (names[0], f"−{shift_name} / n", f"−{names[1]} · {along_name} / n"),
            multipliers=((f"{scale_name} / √({variance_name} + ε)", factor),),
            meaning="what arrives; less its mean over all numbers of this unit; less its slope along norm",
        )

    def legend(self) -> list[str]:
        rows, unit = self.sources[0].rows(), self.axes[0].kind
        return [
            self.line,
            *(source.line for source in self.sources[:3]),
            f"{self.sources[3].symbol}[j], {self.sources[4].symbol}[j]: of {unit} j, for all images shown",
            f"scale{self.n}[j]: scale of {unit} j",
            f"n = {rows.size // rows.shape[1]:,}: numbers of a {unit} in the batch",
            _EPSILON_LINE,
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"{capital(self.unit(cell))} has a say in the mean and the spread of all numbers beside it. What would "
            "only move or stretch all of them changes nothing behind the norm, so it is taken out of the gradient."
        )

    def batch_rule(self) -> str:
        behind, norm, variance, along, shift = (source.symbol for source in self.sources)
        return f"{self.symbol} = scale{self.n} / √({variance} + ε) · ({behind} − {shift} / n − {norm} · {along} / n)"


def _forward(site: Site) -> tuple[Stage, ...]:
    before = site.incoming
    here = (site.explanation, site.place, before.number)
    mean = _Mean(*here, before.axes[:1], (before,))
    variance = _Variance(*here, before.axes[:1], (before, mean))
    norm = _Normalized(*here, before.axes, (before, mean, variance))
    return mean, variance, norm, _Scaled(*here, before.axes, (norm,))


def _backward(site: Site, scaled: Stage, behind: Stage) -> tuple[Stage, ...]:
    before, (norm,) = site.incoming, scaled.sources
    here = (site.explanation, site.place, before.number)
    along = _ScaleGradient(*here, before.axes[:1], (norm, behind))
    shift = _ShiftGradient(*here, before.axes[:1], (behind,))
    if site.is_first:
        return along, shift
    return along, shift, _Returned(*here, before.axes, (behind, norm, norm.sources[2], along, shift), before)


STAGES = OperationStages(_forward, _backward, ("mean", "var", "norm", "bn", "dbn", "dscale", "dshift"))
