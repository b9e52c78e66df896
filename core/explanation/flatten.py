"""How a change of shape is explained: the same numbers under other names."""

from dataclasses import dataclass, replace

from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, InputGradient, Stage, at
from core.explanation.terms import Terms, Working
from core.explanation.units import Units
from core.network.arrays import Floats


@dataclass(frozen=True, eq=False)
class _Flattened(Stage):
    """flat: the numbers of all maps in a row."""

    letter, one = "flat", "value"
    name = "flattened maps, their numbers in a row"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        value, rule = self.value(cell, row), self.sources[0].symbol + at(in_maps(self.units, cell))
        return self.make_terms(cell, rule, value, [value], (rule,), working=Working("{0}", (value,), float))

    @property
    def line(self) -> str:
        return f"{self.symbol}[i]: number i of the row"

    def legend(self) -> list[str]:
        _, rows, columns = self.units.shape
        order = f"number (c · {rows} + r) · {columns} + s is that of map c at row r, column s"
        return [f"{self.symbol}[j]: number j of the row; {order}", self.sources[0].line]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return (
            f"Nothing is computed: {self.units.name(cell[0])} is number {cell[0]} of the row. From here on it no "
            "longer counts which numbers lie beside each other."
        )

    def batch_rule(self) -> str:
        return f"{self.symbol} = {self.sources[0].symbol}, map after map, row after row"


class _Returned(InputGradient):
    """The gradients of the row, back at their places in the maps."""

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (behind,) = self.sources
        _, rows, columns = (units.size for units in self.axes)
        place = ((cell[0] * rows + cell[1]) * columns + cell[2],)
        arriving = behind.image_terms(place, row)
        return replace(
            arriving,
            symbol=self.symbol + at(cell),
            rule=behind.symbol + at(place),
            working=Working("{0}", (arriving.value,), float),
        )

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return f"The same number under its other name: the gradient goes back to {self.unit(cell)}, where it came from."

    def batch_rule(self) -> str:
        return f"{self.symbol} = {self.sources[0].symbol}, at their places in the maps"


def in_maps(units: Units, cell: Cell) -> Cell:
    """Return map, row and column of a number of the row."""
    _, rows, columns = units.shape
    which, place = divmod(cell[0], rows * columns)
    return which, *divmod(place, columns)


def _forward(site: Site) -> tuple[Stage, ...]:
    before, layout = site.incoming, site.explanation.before.layout
    (size,) = layout.shapes[site.place + 1]
    row = Units(before.units.layer, size, "number", shape=layout.shapes[site.place])
    return (_Flattened(site.explanation, site.place, before.number, (row,), (before,)),)


def _backward(site: Site, flat: Stage, behind: Stage) -> tuple[Stage, ...]:
    before = site.incoming
    return (_Returned(site.explanation, site.place, before.number, before.axes, (behind,), before),)


STAGES = OperationStages(_forward, _backward, ("flat", "dflat"))

NO_STAGES = OperationStages(lambda site: (), lambda site, out, behind: (), ())
"""Of the image, which is shown as what it is, rows and columns, without a stage of its own."""
