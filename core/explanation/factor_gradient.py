"""A gradient that passes number by number, each times a factor: through a nonlinearity, a mask or a pooling."""

from dataclasses import replace
from operator import mul

from core.explanation.stage import Cell, InputGradient, at
from core.explanation.terms import Terms, Working


class FactorGradient(InputGradient):
    """The gradient that arrives times a factor; its sources are these two."""

    def cell_behind(self, cell: Cell) -> Cell:
        """Return where the gradient arrives that goes on to a cell: the same one, unless an operation says else."""
        return cell

    def image_terms(self, cell: Cell, row: int) -> Terms:
        """Take one number apart: the terms of the gradient that arrives, and the factor."""
        (behind, factor), place = self.sources, self.cell_behind(cell)
        arriving, by, name = behind.image_terms(place, row), factor.value(cell, row), factor.symbol + at(cell)
        return replace(
            arriving,
            symbol=self.symbol + at(cell),
            rule=f"{behind.symbol}{at(place)} · {name}",
            value=self.value(cell, row),
            multipliers=((name, by), *arriving.multipliers),
            working=Working("{0} · {1:f}", (arriving.value, by), mul),
        )

    def batch_rule(self) -> str:
        """Return the product."""
        return f"{self.symbol} = {' · '.join(source.symbol for source in self.sources)}, cell by cell"
