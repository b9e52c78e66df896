"""The stage with which every update ends: what the optimizer makes of the gradient."""

from dataclasses import dataclass

from core.explanation.stage import Cell, Stage, at
from core.explanation.terms import Terms
from core.explanation.update_terms import update_legend, update_terms
from core.network.arrays import Floats
from core.text.number_text import number, numbers_apart


@dataclass(frozen=True, eq=False)
class ParameterUpdate(Stage):
    """The new value of every parameter of one array; its numbers are what the update adds."""

    is_backward = True
    is_by_image = False
    is_update = True

    @property
    def letter(self) -> str:  # type: ignore[override]
        """That of the parameters, whose gradient the source is."""
        return self.sources[0].parameter

    @property
    def name(self) -> str:
        """Return what is updated."""
        return f"update of the {'weights' if self.is_weights else 'biases'}"

    def index(self, cell: Cell) -> int:
        """Return where in the vector of the parameters one of them lies."""
        return self.explanation.before.layout.index(f"{self.letter}{self.number}", cell)

    def values(self, example: int | None) -> Floats:
        """Return what the update adds, for which there is no single image."""
        return self.explanation.change.by_operation[self.place][self.letter]

    def terms(self, cell: Cell, example: int | None) -> Terms:
        """Take a new value apart."""
        return update_terms(self.explanation, self.index(cell), self.symbol + at(cell), self)

    def legend(self) -> list[str]:
        """Return the lines of what the optimizer works with."""
        return update_legend(self.explanation, self)

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        """Say which way the parameter moves, and what comes of it."""
        change = terms.value - float(terms.products[0])
        moves = f"{'rises' if change > 0 else 'falls'} by {number(abs(change))}" if change else "stays"
        gradient = float(self.explanation.gradient.vector[self.index(cell)])
        carried = sum(part for name, part in zip(terms.labels, terms.products, strict=True) if "old" not in name)
        if change * gradient < 0:
            moves += ", against its gradient"
        elif carried * gradient > 0:
            moves += ", along its gradient: earlier updates still carry it"
        loss, after = self.explanation.loss, self.explanation.loss_after
        effect = f"stays at {number(loss)}"
        if after != loss:
            before, behind = numbers_apart(loss, after)
            effect = f"{'falls' if after < loss else 'rises'} from {before} to {behind}"
        what = "weight" if self.is_weights else "bias"
        return f"The {what} {moves}. With all parameters moved, the loss of this batch {effect}."
