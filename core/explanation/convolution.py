"""How a convolution is explained: see `core.network.convolution` for the mathematics.

Forward, each number of a map is the kernel laid on one patch of what came in: products, and their sum. Backward, a
weight of a kernel has been used at every place of the map, so its gradient is a sum over an image of terms; and what
came in gets its gradient through the kernel laid the other way round.
"""

from dataclasses import dataclass

import numpy as np

from core.explanation.parameter_gradient import BatchProducts, ParameterGradient, rise
from core.explanation.parts import OperationStages, Site
from core.explanation.sheets import Sheet
from core.explanation.stage import Cell, InputGradient, Stage, capital, doubles
from core.explanation.terms import Terms
from core.explanation.units import Units
from core.network.arrays import Floats
from core.network.convolution import Convolution
from core.text.number_text import whole


@dataclass(frozen=True, eq=False)
class _PreActivations(Stage):
    """z: a kernel laid on every patch, and the bias."""

    letter, one = "z", "pre-activation"
    name = "pre-activations"

    def rows(self) -> Floats:
        return self.work.output

    def _patch(self, cell: Cell, row: int) -> tuple[Floats, Floats]:
        """Return what lies under the kernel, and the kernel, both of shape (maps, rows, columns)."""
        c, r, s = cell
        kernel = _kernels(self)[c]
        _, side, _ = kernel.shape
        return doubles(_incoming(self)[row, :, r : r + side, s : s + side]), doubles(kernel)

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (c, r, s), x, edge = cell, self.sources[0].symbol, _padding(self)
        patch, kernel = self._patch(cell, row)
        b = f"b{self.n}[{c}]"
        return self.make_terms(
            cell,
            f"Σ {x}[d, {whole(r - edge)} + i, {whole(s - edge)} + j] · W{self.n}[{_weight('d', 'i', 'j', c)}] + {b}",
            self.value(cell, row),
            (patch * kernel).ravel(),
            _labels(kernel.shape),
            over="place",
            factors=((x, patch.ravel()), (f"W{self.n}", kernel.ravel())),
            extras=((b, float(self.arrays["b"][c])),),
            meaning="the kernel laid on one patch: what lies under each of its weights, times that weight",
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        (c, r, s), (incoming,), edge = cell, self.sources, _padding(self)
        patch, kernel = self._patch(cell, row)
        _, side, _ = kernel.shape
        return (
            _sheet(incoming, self.work.input[row], (r - edge, s - edge, side, side)),
            Sheet(f"W{self.n}, kernel {c}", f"weights of kernel {c}", kernel),
            Sheet("products", "products of both", patch * kernel),
        )

    def legend(self) -> list[str]:
        n, kernel = self.n, _kernels(self)[0]
        return [
            f"z{n}[c, r, s]: pre-activation of map c at row r, column s",
            _incoming_line(self),
            f"W{n}[{_weight('d', 'i', 'j', 'c')}]: weight of kernel c at its row i, column j, for incoming map d",
            f"b{n}[c]: bias of kernel c",
            f"Σ: sum over {_places(kernel.shape)}",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        c, *place = cell
        row, column = (whole(first - _padding(self)) for first in place)
        size = terms.products.size
        return (
            f"Kernel {c} is laid on the patch that begins at row {row}, column {column}: {size} products added up, "
            "and the bias. The larger the sum, the better the patch fits."
        )

    def batch_rule(self) -> str:
        incoming = self.sources[0].symbol
        return f"z{self.n} = W{self.n} laid on every patch of {incoming} + b{self.n}, the same kernels for all images"


class _WeightGradient(ParameterGradient):
    """dW: a weight is used once for every place of its map, and each use adds a term."""

    letter, parameter = "dW", "W"
    name = "gradient of L by the kernels"

    def _uses(self, cell: Cell) -> tuple[Floats, Floats]:
        """Return what one weight multiplied, and the gradients there: shape (images, rows, columns)."""
        (d, i, j, c), dz = cell, self.dz.rows()
        _, _, rows, columns = dz.shape
        return doubles(_incoming(self)[:, d, i : i + rows, j : j + columns]), doubles(dz[:, c])

    def part(self, row: int) -> Floats:
        incoming, dz = doubles(_incoming(self)[row]), doubles(self.dz.rows()[row])
        windows = np.lib.stride_tricks.sliding_window_view(incoming, dz.shape[1:], axis=(1, 2))
        part: Floats = np.tensordot(windows, dz, ((3, 4), (1, 2)))
        return part.astype(np.float32)

    def batch_products(self, cell: Cell) -> BatchProducts:
        inputs, dz = self._uses(cell)
        rule = f"Σ over its {_uses(dz)} of {self._product(cell)}"
        return BatchProducts(rule, (), (inputs * dz).sum(axis=(1, 2)), f"its {_uses(dz)} of this weight added up")

    def _product(self, cell: Cell) -> str:
        (d, i, j, c), edge = cell, _padding(self)
        down, across = (whole(offset - edge) for offset in (i, j))
        return f"{self.sources[0].symbol}[{d}, r + {down}, s + {across}] · {self.dz.symbol}[{c}, r, s]".replace(
            "+ −", "− "
        )

    def image_terms(self, cell: Cell, row: int) -> Terms:
        inputs, dz = (uses[row] for uses in self._uses(cell))
        products = (inputs * dz).ravel()
        return self.make_terms(
            cell,
            f"Σ {self._product(cell)}",
            float(np.float32(products.sum())),
            products,
            _labels(dz.shape),
            over="place",
            factors=((self.sources[0].symbol, inputs.ravel()), (self.dz.symbol, dz.ravel())),
            image=dz.shape,
            meaning=f"one weight, {_uses(dz)}: what it multiplied at each place of its map, times the gradient there",
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        (d, i, j, _), incoming, edge = cell, self.sources[0], _padding(self)
        inputs, dz = (uses[row] for uses in self._uses(cell))
        return (
            _sheet(incoming, self.work.input[row, d : d + 1], (i - edge, j - edge, *dz.shape)),
            Sheet(f"{self.dz.symbol}[{cell[-1]}]", f"gradients of map {cell[-1]}", dz[np.newaxis]),
            Sheet("products", "products of both", (inputs * dz)[np.newaxis]),
        )

    def legend(self) -> list[str]:
        n, weight = self.n, _weight("d", "i", "j", "c")
        rate = "how fast L rises with the weight of kernel c at its row i, column j, for incoming map d"
        return [
            f"dW{n}[{weight}] = ∂L/∂W{n}[{weight}]: {rate}",
            f"{_incoming_line(self)}; the weight multiplies it for row r, column s of map c",
            self.dz.line,
            "Σ: sum over all rows r and columns s of the map, for the same weight is used at each",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        _, i, j, c = cell
        whose = "all images of the batch added up" if example is None else self.whose_part
        uses = _uses(self.dz.rows())
        return (
            f"One weight, {uses}: that at row {i}, column {j} of kernel {c} has a say at every place. The terms of all "
            f"are added up: {whose}. With more weight the loss would {rise(terms.value)}."
        )


class _BiasGradient(ParameterGradient):
    """db: the gradients of the whole map, for a bias is added at every place."""

    letter, parameter = "db", "b"
    name = "gradient of L by the biases"

    def part(self, row: int) -> Floats:
        part: Floats = doubles(self.dz.rows()[row]).sum(axis=(1, 2)).astype(np.float32)
        return part

    def batch_products(self, cell: Cell) -> BatchProducts:
        (c,), dz = cell, self.dz.rows()
        rule, meaning = f"Σ {self.dz.symbol}[{c}, r, s]", f"the gradients of map {c} added up"
        return BatchProducts(rule, (), doubles(dz[:, c]).sum(axis=(1, 2)), meaning)

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (c,), dz = cell, doubles(self.dz.rows()[row, cell[0]])
        return self.make_terms(
            cell,
            f"Σ 1 · {self.dz.symbol}[{c}, r, s]",
            float(np.float32(dz.sum())),
            dz.ravel(),
            _labels(dz.shape),
            over="place",
            factors=((self.dz.symbol, dz.ravel()),),
            image=dz.shape,
            meaning=f"one bias, {_uses(dz)}: the gradients of the whole map",
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        (c,) = cell
        return (Sheet(f"{self.dz.symbol}[{c}]", f"gradients of map {c}", self.dz.rows()[row, c : c + 1]),)

    def legend(self) -> list[str]:
        n = self.n
        return [
            f"db{n}[c] = ∂L/∂b{n}[c]: how fast L rises with the bias of kernel c",
            f"1 = ∂z{n}[c, r, s]/∂b{n}[c]: every number of the map rises as its bias does",
            self.dz.line,
            "Σ: sum over all rows r and columns s of the map",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        whose = "all images of the batch added up" if example is None else self.whose_part
        return (
            f"The bias of kernel {cell[0]} is added at every place of its map, so the gradients of the whole map add "
            f"up: {whose}. Were the bias larger, the loss would {rise(terms.value)}."
        )


@dataclass(frozen=True, eq=False)
class _InputGradient(InputGradient):
    """The gradient by what came in: the kernels laid the other way round on the gradients of all maps."""

    def _reached(self, cell: Cell, row: int) -> tuple[Floats, Floats, tuple[slice, slice]]:
        """Return the gradients that a number helped to make, the weights between, and where the first lie.

        Both arrays have the shape (kernels, rows, columns); near the edge fewer patches hold the number.
        """
        dz, kernels, edge = self.sources[0].rows()[row], _kernels(self)[:, cell[0]], _padding(self)
        r, s = cell[1] + edge, cell[2] + edge
        (_, rows, columns), (_, side, _) = dz.shape, kernels.shape
        down, across = slice(max(0, r - side + 1), min(r + 1, rows)), slice(max(0, s - side + 1), min(s + 1, columns))
        # Place (p, q) of a map was made with the weight at (r - p, s - q): backwards as p and q go forwards.
        weights = kernels[:, r - np.arange(down.start, down.stop)][:, :, s - np.arange(across.start, across.stop)]
        return doubles(dz[:, down, across]), doubles(weights), (down, across)

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (d, *place), (dz,) = cell, self.sources
        r, s = (here + _padding(self) for here in place)
        arriving, weights, (down, across) = self._reached(cell, row)
        w = f"W{dz.n}"
        return self.make_terms(
            cell,
            f"Σ {w}[{_weight(d, 'i', 'j', 'c')}] · {dz.symbol}[c, {r} − i, {s} − j]",
            self.value(cell, row),
            (weights * arriving).ravel(),
            _labels(arriving.shape, (0, down.start, across.start)),
            over="place",
            factors=((w, weights.ravel()), (dz.symbol, arriving.ravel())),
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        (_, r, s), (dz,) = cell, self.sources
        arriving, weights, _ = self._reached(cell, row)
        side = _kernels(self).shape[-1]
        first = _padding(self) - side + 1
        kernels = _kernels(self)[:, cell[0], ::-1, ::-1]
        return (
            _sheet(dz, dz.rows()[row], (r + first, s + first, side, side)),
            Sheet(f"W{dz.n}, turned", "kernels, turned round", kernels),
            Sheet("products", "products of both", weights * arriving),
        )

    def legend(self) -> list[str]:
        (dz,), z, weight = self.sources, self.sources[0].symbol.removeprefix("d"), _weight("d", "i", "j", "c")
        return [
            self.line.replace("[c, ", "[d, ").replace("map c", "map d"),
            f"W{dz.n}[{weight}] = ∂{z}[c, r − i, s − j]/∂{self.of.symbol}[d, r, s]: weight of kernel c",
            dz.line,
            "Σ: sum over all kernels c, and over all of their places i, j that were ever laid on this number",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"{capital(self.unit(cell))} lay under each kernel several times, always under another weight. Through "
            "these weights the gradients come back: the kernels laid the other way round."
        )

    def batch_rule(self) -> str:
        (dz,) = self.sources
        return f"{self.symbol} = W{dz.n}, turned round, laid on every patch of {dz.symbol}"


def _padding(stage: Stage) -> int:
    """Return how many rows and columns of zeros lie around what comes in."""
    operation = stage.explanation.before.layout.operations[stage.place]
    assert isinstance(operation, Convolution)
    return operation.padding


def _incoming(stage: Stage) -> Floats:
    """Return what the kernels are laid on, zeros around it included: shape (images, maps, rows, columns)."""
    around = (_padding(stage),) * 2
    return np.pad(stage.work.input, ((0, 0), (0, 0), around, around)) if any(around) else stage.work.input


def _incoming_line(stage: Stage) -> str:
    (incoming, *_), edge = stage.sources, _padding(stage)
    what = f"{incoming.one} there" + (", in map d" if incoming.number else "; d is 0, for the image is one map")
    return f"{incoming.symbol}[d, r + i, s + j]: {what}" + ("; 0 outside of the map" if edge else "")


def _kernels(stage: Stage) -> Floats:
    """Return the kernels, shape (kernels, incoming maps, rows, columns)."""
    return stage.arrays["W"].transpose(3, 0, 1, 2)


def _weight(d: object, i: object, j: object, c: object) -> str:
    """Return the index of a weight."""
    return f"{d}, {i}, {j}, {c}"


def _sheet(stage: Stage, maps: Floats, frame: tuple[int, int, int, int]) -> Sheet:
    """Return what came in, with the part that takes part framed."""
    return Sheet(stage.symbol, stage.name, maps, frame, is_ink=stage.is_ink)


def _places(shape: tuple[int, ...]) -> str:
    maps, rows, columns = shape
    return f"the {rows} × {columns} places i, j of the kernel" + (
        f" and its {maps} incoming maps d" if maps > 1 else ""
    )


def _uses(dz: Floats) -> str:
    return f"{dz.shape[-2] * dz.shape[-1]:,} uses"


def _labels(shape: tuple[int, ...], first: tuple[int, ...] = (0, 0, 0)) -> tuple[str, ...]:
    """Return the name of each number of an array of rows and columns, or of several of these."""
    names = []
    for place in np.ndindex(shape):
        *maps, row, column = (start + offset for start, offset in zip(first[-len(shape) :], place, strict=True))
        which = f"map {maps[0]}, " if maps and shape[0] > 1 else ""
        names.append(f"{which}row {row}, column {column}")
    return tuple(names)


def _forward(site: Site) -> tuple[Stage, ...]:
    before, layout = site.incoming, site.explanation.before.layout
    maps, rows, columns = layout.shapes[site.place + 1]
    layer = before.units.layer + 1
    several = len(site.explanation.before.weights) > 2
    axes = (Units(layer, maps, "map", several), Units(layer, rows, "row"), Units(layer, columns, "column"))
    return (_PreActivations(site.explanation, site.place, before.number + 1, axes, (before,)),)


def _backward(site: Site, z: Stage, dz: Stage) -> tuple[Stage, ...]:
    before, here = site.incoming, (site.explanation, site.place)
    _, side, _, _ = site.explanation.before.by_operation[site.place]["W"].shape
    kernel, layer = z.axes[0], z.units.layer
    axes = (
        before.axes[0],
        Units(layer, side, "kernel row"),
        Units(layer, side, "kernel column"),
        kernel,
    )
    gradients = (
        _WeightGradient(*here, dz.number, axes, (before, dz)),
        _BiasGradient(*here, dz.number, (kernel,), (dz,)),
    )
    if site.is_first:
        return gradients
    return (*gradients, _InputGradient(*here, before.number, before.axes, (dz,), before))


STAGES = OperationStages(_forward, _backward, ("z", "dz", "dW", "db"))
