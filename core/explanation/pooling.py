"""How max pooling is explained: which number of each block is the largest, and that its gradient goes there alone."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from core.explanation.factor_gradient import FactorGradient
from core.explanation.parts import OperationStages, Site
from core.explanation.sheets import Sheet
from core.explanation.stage import Cell, Stage, at, capital, doubles
from core.explanation.terms import Terms, Working
from core.explanation.units import Units
from core.network.arrays import Floats
from core.network.pooling import MaxPooling


@dataclass(frozen=True, eq=False)
class _PoolingStage(Stage):
    """What all stages of a pooling know: how large its blocks are, and which number of each has won.

    Attributes
    ----------
    side : int
        Rows, and columns, of a block.
    """

    side: int

    @cached_property
    def won(self) -> Floats:
        """1 for each number that its block passed on and 0 for the others, shape (images, maps, rows, columns)."""
        operation, work = self.explanation.before.layout.operations[self.place], self.work
        assert isinstance(operation, MaxPooling)
        won, side = np.zeros_like(work.input), self.side
        images, maps, rows, columns = np.indices(work.output.shape)
        down, across = np.divmod(operation.winners(work), side)
        won[images, maps, rows * side + down, columns * side + across] = 1
        return won

    def block(self, cell: Cell) -> tuple[int, int, int]:
        """Return the block in which a number lies: its map, row and column."""
        c, r, s = cell
        return c, r // self.side, s // self.side

    def framed(self, source: Stage, block: Cell, row: int) -> Sheet:
        """Return the maps that came in, with a block framed."""
        c, r, s = block
        maps = source.rows()[row, c : c + 1]
        return Sheet(
            f"{source.symbol}[{c}]", f"{source.name}, map {c}", maps, (r * self.side, s * self.side) + (self.side,) * 2
        )


@dataclass(frozen=True, eq=False)
class _Pooled(_PoolingStage):
    """pool: the largest number of each block."""

    letter, one = "pool", "pooled number"

    @property
    def name(self) -> str:
        return f"pooled numbers, the largest of each {self.side} × {self.side}"

    @property
    def is_ink(self) -> bool:  # type: ignore[override]
        return self.sources[0].is_ink

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (c, r, s), (source,), side = cell, self.sources, self.side
        place = slice(r * side, (r + 1) * side), slice(s * side, (s + 1) * side)
        numbers = doubles(source.rows()[(row, c, *place)]).ravel()
        won = doubles(self.won[(row, c, *place)]).ravel()
        rows, columns = (f"{part.start} to {part.stop - 1}" for part in place)
        template = "max(" + ", ".join(f"{{{index}}}" for index in range(len(numbers))) + ")"
        return self.make_terms(
            cell,
            f"max {source.symbol}[{c}, {rows}, {columns}]",
            self.value(cell, row),
            numbers * won,
            tuple(
                f"row {p}, column {q}" for p in range(r * side, (r + 1) * side) for q in range(s * side, (s + 1) * side)
            ),
            over="place",
            factors=((source.symbol, numbers), ("won", won)),
            working=Working(template, tuple(map(float, numbers)), max) if len(numbers) <= 4 else None,
            meaning="the numbers of the block, and 1 for the one that won",
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        return (self.framed(self.sources[0], cell, row),)

    def legend(self) -> list[str]:
        (source,) = self.sources
        return [
            source.line,
            f"max: the largest of the {self.side**2} numbers of a block of {self.side} rows and {self.side} columns",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        winner = terms.labels[int(np.argmax(terms.factors[1][1]))]
        what = "ink" if self.is_ink else "what the kernel looks for"
        return (
            f"Only the largest of {len(terms.labels)} goes on, here that at {winner}: {what} is somewhere here, and "
            "where exactly no longer counts."
        )

    def batch_rule(self) -> str:
        (source,) = self.sources
        return f"{self.symbol} = the largest of each {self.side} × {self.side} numbers of {source.symbol}"


@dataclass(frozen=True, eq=False)
class _Winners(_PoolingStage):
    """won: 1 for the number of each block that was passed on, 0 for the others."""

    letter, one = "won", "mark of the winner"
    is_backward = True

    @property
    def name(self) -> str:
        return "winners of the pooling"

    @property
    def link(self) -> str:
        source, pooled = self.sources
        return f"∂{pooled.symbol}/∂{source.symbol}"

    @property
    def line(self) -> str:
        source, pooled = self.sources
        rate = f"∂{pooled.symbol}[c, {self.block_letters}]/∂{source.symbol}[c, r, s]"
        return f"{self.symbol}[c, r, s] = {rate}: 1 for the largest number of its block, the first of equals; else 0"

    @property
    def block_letters(self) -> str:
        """Row and column of the block in which row r and column s lie."""
        return f"r/{self.side}, s/{self.side}"

    def rows(self) -> Floats:
        return self.won

    def image_terms(self, cell: Cell, row: int) -> Terms:
        source, pooled = self.sources
        won = self.value(cell, row)
        if self.is_beyond(cell):
            return self.make_terms(cell, "0, for it lies in no block", 0.0, [0.0], ("in no block",))
        rule = f"1 if {source.symbol}{at(cell)} is the first {pooled.symbol}{at(self.block(cell))}, else 0"
        values = source.value(cell, row), pooled.value(self.inside(cell), row)
        working = Working("(1 if {0} is {1}, else 0)", values, lambda number, most: float(number == most))
        if not won and values[0] == values[1]:
            working = Working("(0 for the second {1})", values, lambda number, most: 0.0)
        return self.make_terms(cell, f"({rule})", won, [won], (rule,), working=working)

    def inside(self, cell: Cell) -> Cell:
        """Return the block of a number, or the last one where it lies beyond all blocks."""
        limits = (units.size - 1 for units in self.sources[1].axes)
        return tuple(map(min, self.block(cell), limits))

    def is_beyond(self, cell: Cell) -> bool:
        """Return whether a number lies beyond all blocks, where rows or columns do not come out even."""
        return self.inside(cell) != self.block(cell)

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        return (self.framed(self.sources[0], self.block(cell), row),)

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        if self.is_beyond(cell):
            return _beyond(self.unit(cell))
        if terms.value:
            return (
                f"{capital(self.unit(cell))} was the largest of its block, so all of the block's gradient goes there."
            )
        return f"{capital(self.unit(cell))} was not the largest of its block: it changed nothing and gets no gradient."

    def batch_rule(self) -> str:
        return f"{self.symbol} = 1 where a number is the largest of its block, else 0"


@dataclass(frozen=True, eq=False)
class _Returned(FactorGradient):
    """The gradient by what came in: the winner gets all of it."""

    side: int

    def cell_behind(self, cell: Cell) -> Cell:
        winners = self.sources[1]
        assert isinstance(winners, _Winners)
        return winners.inside(cell)

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        behind, winners = self.sources
        assert isinstance(winners, _Winners)
        c, *place = winners.inside(cell)
        arriving = Sheet(
            f"{behind.symbol}[{c}]",
            f"{behind.name}, map {c}",
            behind.rows()[row, c : c + 1],
            (place[0], place[1], 1, 1),
        )
        return arriving, winners.framed(winners, winners.block(cell), row)

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        what, winners = self.unit(cell), self.sources[1]
        assert isinstance(winners, _Winners)
        if winners.is_beyond(cell):
            return _beyond(what)
        if terms.multipliers[0][1]:
            return f"{capital(what)} won its block, so the gradient of the block goes on to it unchanged."
        return f"{capital(what)} did not win its block, so a small change of it changes nothing: its gradient is 0."

    def batch_rule(self) -> str:
        behind, winners = self.sources
        return f"{self.symbol} = {behind.symbol} of the block · {winners.symbol}, cell by cell"


def _beyond(unit: str) -> str:
    return f"{capital(unit)} lies beyond the last block and is left out: it changed nothing and gets no gradient."


def _forward(site: Site) -> tuple[Stage, ...]:
    before, layout = site.incoming, site.explanation.before.layout
    _, rows, columns = layout.shapes[site.place + 1]
    layer = before.units.layer
    axes = (before.axes[0], Units(layer, rows, "row"), Units(layer, columns, "column"))
    operation = layout.operations[site.place]
    assert isinstance(operation, MaxPooling)
    return (_Pooled(site.explanation, site.place, before.number, axes, (before,), operation.side),)


def _backward(site: Site, pooled: Stage, behind: Stage) -> tuple[Stage, ...]:
    before = site.incoming
    here = (site.explanation, site.place, before.number, before.axes)
    assert isinstance(pooled, _Pooled)
    won = _Winners(*here, (before, pooled), pooled.side)
    return won, _Returned(*here, (behind, won), before, pooled.side)


STAGES = OperationStages(_forward, _backward, ("pool", "dpool", "won"))
