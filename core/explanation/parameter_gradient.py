"""What the gradients of weights and of biases have in common: each is a sum over the images of the batch."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.explanation.stage import Cell, GradientStage, Stage
from core.explanation.terms import Terms
from core.network.arrays import Floats
from core.text.number_text import counted


class BatchProducts(NamedTuple):
    """What each image kept in full adds to one derivative.

    Attributes
    ----------
    rule : str
        In symbols.
    factors : tuple of (str, float64 array of shape (r,))
        What each image's part is made of; empty where it is a sum itself.
    products : float64 array of shape (r,)
        The parts.
    meaning : str
        What they are, after "for each image, ".
    """

    rule: str
    factors: tuple[tuple[str, Floats], ...]
    products: Floats
    meaning: str

    @classmethod
    def of(cls, factors: Sequence[tuple[str, Floats]], meaning: str) -> "BatchProducts":
        """Return parts that are products of one number each."""
        rule = " · ".join(name for name, _ in factors)
        return cls(rule, tuple(factors), np.prod([column for _, column in factors], axis=0), meaning)


@dataclass(frozen=True, eq=False)
class ParameterGradient(GradientStage):
    """The derivatives by the numbers of one array of parameters."""

    is_by_image = False

    @property
    def dz(self) -> Stage:
        """The gradients that arrive at what the parameters helped to make."""
        return self.sources[-1]

    def values(self, example: int | None) -> Floats:
        """Return the batch's gradient, or an image's part of it."""
        if example is None:
            return self.explanation.gradient.by_operation[self.place][self.parameter]
        return self.part(self.explanation.row(example))

    @property
    def whose_part(self) -> str:
        """What the gradient of one image is called."""
        return "this image's part of the batch's gradient" if self.explanation.own is None else "your image's gradient"

    @abstractmethod
    def part(self, row: int) -> Floats:
        """Return the part of the image in this row of those kept in full."""

    @abstractmethod
    def batch_products(self, cell: Cell) -> BatchProducts:
        """Return what each image kept in full adds to one derivative."""

    def terms(self, cell: Cell, example: int | None) -> Terms:
        """Take a derivative apart, or an image's part of it."""
        return super().terms(cell, example) if example is not None else self._batch_terms(cell)

    def _batch_terms(self, cell: Cell) -> Terms:
        explanation, (rule, factors, products, meaning) = self.explanation, self.batch_products(cell)
        value = float(self.values(None)[cell])
        others = explanation.batch_size - len(products)
        rest = value - float(explanation.part.by_operation[self.place][self.parameter][cell])
        return self.make_terms(
            cell,
            f"Σ over the images of {rule}",
            value,
            products,
            tuple(str(explanation.first + row + 1) for row in range(len(products))),
            over="image",
            factors=factors,
            extras=((f"the other {counted(others, 'image')}", rest),) if others else (),
            meaning=f"for each image, {meaning}" + (f"; the other {others:,} together at the end" if others else ""),
        )


def rise(gradient: float) -> str:
    """Return what the loss does as a parameter rises."""
    return "rise" if gradient > 0 else "fall" if gradient < 0 else "stay the same"
