"""How dropout is explained: the mask that was drawn for this update, and what it lets through, both ways."""

from dataclasses import dataclass
from operator import mul

from core.explanation.factor_gradient import FactorGradient
from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, Stage, at, capital
from core.explanation.terms import Terms, Working
from core.network.arrays import Floats
from core.network.dropout import Dropout
from core.text.number_text import percent


@dataclass(frozen=True, eq=False)
class _Mask(Stage):
    """keep: what was drawn for every number of every image.

    Attributes
    ----------
    share : float
        The probability of being left out.
    """

    share: float

    letter, one = "keep", "mask"
    name = "mask, drawn anew for each update"

    @property
    def line(self) -> str:
        return f"{self.symbol}[{self.letters}]: 0 where the number is left out, else {1 / (1 - self.share):.3g}"

    def rows(self) -> Floats:
        return self.work.kept

    def image_terms(self, cell: Cell, row: int) -> Terms:
        value = self.value(cell, row)
        drawn = "1 / (1 − q)" if value else "0"
        working = Working("1 / (1 − {0:t})", (self.share,), lambda q: 1 / (1 - q)) if value else Working("0", (), float)
        rule = f"{drawn}, drawn"
        return self.make_terms(cell, rule, value, [value], (rule,), working=working)

    def legend(self) -> list[str]:
        return [
            f"{self.symbol}[{self.letters}]: what was drawn for {self.whose}",
            f"q = {self.share:.6g}: probability of being left out",
            "1 / (1 − q): what stays is enlarged, so that sums are as large on average as without dropout",
            "drawn: by chance, from the seed and the number of the update alone, so that a replay draws the same",
        ]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        if terms.value:
            return f"{capital(self.unit(cell))} stays for this image, and is enlarged to make up for those left out."
        return f"{capital(self.unit(cell))} is left out for this image: the others have to do without it."

    def batch_rule(self) -> str:
        return f"{self.symbol} = 0 with probability {self.share:.6g}, else 1 / (1 − {self.share:.6g})"

    def batch_sentence(self) -> str:
        return f"{self.which}: {percent(float((self.rows() == 0).mean()), 0)} of the numbers are left out this time."


@dataclass(frozen=True, eq=False)
class _Masked(Stage):
    """drop: the numbers times the mask."""

    letter, one = "drop", "number"
    name = "numbers after dropout"

    @property
    def line(self) -> str:
        return super().line if self.is_maps else f"{self.symbol}[i]: what dropout lets through of {self.units.kind} i"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        names = [source.symbol + at(cell) for source in self.sources]
        number, mask = (source.value(cell, row) for source in self.sources)
        working = Working("{0:f} · {1}", (number, mask), mul)
        rule = " · ".join(names)
        return self.make_terms(cell, rule, self.value(cell, row), [number * mask], (rule,), working=working)

    def legend(self) -> list[str]:
        number, mask = self.sources
        return [f"{number.symbol}[{self.letters}]: {number.one} of {self.whose}", mask.line]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        mask = self.sources[1].values(example)[cell]
        what = "is left out this time, so 0 goes on" if mask == 0 else "goes on, enlarged"
        return (
            f"{capital(self.unit(cell))} {what}. Where the network is used, nothing is left out and nothing enlarged."
        )

    def batch_rule(self) -> str:
        return f"{self.symbol} = {' · '.join(source.symbol for source in self.sources)}, cell by cell"


class _Returned(FactorGradient):
    """The gradient by what came in: through the same mask."""

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        if terms.multipliers[0][1]:
            return f"{capital(self.unit(cell))} stayed, so its gradient comes back through the same mask, enlarged too."
        return f"{capital(self.unit(cell))} was left out, so it had no part in this loss: its gradient is 0."


def _forward(site: Site) -> tuple[Stage, ...]:
    before, operation = site.incoming, site.explanation.before.layout.operations[site.place]
    assert isinstance(operation, Dropout)
    here = (site.explanation, site.place, before.number, before.axes)
    mask = _Mask(*here, (), operation.share)
    return mask, _Masked(*here, (before, mask))


def _backward(site: Site, masked: Stage, behind: Stage) -> tuple[Stage, ...]:
    before, (_, mask) = site.incoming, masked.sources
    return (_Returned(site.explanation, site.place, before.number, before.axes, (behind, mask), before),)


STAGES = OperationStages(_forward, _backward, ("keep", "drop", "ddrop"))
