"""What a single number of an update is made of: the terms that add up to it.

Every number between the pixels and the new weights has the same shape,

    value  =  multipliers x (sum of products + extras)

with a division in the place of the multiplication for softmax. For z1 the products are ink times weight, 784 of them,
and the extra is the bias; for a pixel of dW1 the multipliers are the pixel's ink and the ReLU mask, the products what
arrives from each unit of the next layer. The products are float64 of the float32 numbers that the update worked with,
so that their sum differs from the value shown by no more than the rounding of float32.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from core.network.operation import Shape


@dataclass(frozen=True, eq=False)
class Working:
    """A rule with numbers in it.

    Attributes
    ----------
    template : str
        The rule with places for the numbers: ``{0}``; ``{0:f}`` is bracketed where negative, ``{0:t}`` has no zeros at
        its end.
    parts : tuple of float
        The numbers.
    compute : callable
        Takes them and returns what the rule makes of them.
    """

    template: str
    parts: tuple[float, ...]
    compute: Callable[..., float]


@dataclass(frozen=True, eq=False, kw_only=True)
class Terms:
    """One number of an update, taken apart.

    Attributes
    ----------
    symbol : str
        Its name, such as "z₁[3]".
    rule : str
        How it is made of the numbers of the stages before, in symbols. The products go on from there to what these are
        made of in their turn, where that leads to no second sum: dW1 is x times dz1, and has the products of dz1.
    value : float
        What the update computed.
    over : str
        What the products run over, such as "digit" or "image"; "" where each is something of its own.
    labels : tuple of str
        Which of those each product belongs to, or what it is.
    factors : tuple of (str, float64 array of shape (n,))
        What the products are made of, column by column; empty where they are made of themselves.
    products : float64 array of shape (n,)
        The terms of the sum.
    extras : tuple of (str, float)
        What else is added, such as the bias.
    multipliers : tuple of (str, float)
        What the sum is multiplied by.
    divides : bool
        True where the product of the multipliers is divided by the sum instead.
    image : tuple of int
        (rows, columns) where the products make an image, such as (28, 28) for the pixels; else empty.
    working : Working or None
        The rule with its numbers put in, where it is no sum.
    digits : int
        Significant digits that the value is shown with.
    steps : tuple of (str, float, Working)
        Numbers that have to be worked out first, such as the running means of Adam: name and rule, value, numbers.
    meaning : str
        What the numbers that it is made of are, where their names do not tell; else "". ``{max}`` stands for the
        largest number of the first factor.
    term : str
        What each product is called, where it is neither a product of its factors nor a plain term; else "".
    """

    symbol: str
    rule: str
    value: float
    labels: tuple[str, ...]
    products: NDArray[np.float64]
    over: str = ""
    factors: tuple[tuple[str, NDArray[np.float64]], ...] = ()
    extras: tuple[tuple[str, float], ...] = ()
    multipliers: tuple[tuple[str, float], ...] = ()
    divides: bool = False
    image: Shape = ()
    working: Working | None = None
    digits: int = 3
    steps: tuple[tuple[str, float, Working], ...] = ()
    meaning: str = ""
    term: str = ""

    @property
    def sum(self) -> float:
        """Sum of products and extras."""
        return float(self.products.sum()) + sum(extra for _, extra in self.extras)

    @property
    def factor(self) -> float:
        """Product of the multipliers; 1 where there are none."""
        return prod(multiplier for _, multiplier in self.multipliers)

    @property
    def total(self) -> float:
        """What the terms make: the value, to rounding."""
        return self.factor / self.sum if self.divides else self.factor * self.sum
