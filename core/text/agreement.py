"""Numbers that agree with those beside them: whoever works with the figures on screen gets the result on screen.

A product of rounded factors is seldom the rounded product: 1.0 x -0.95 is not -0.978. So a result and what it is made
of are rounded together. The result has three digits where that is possible, and its parts get as many as it takes for
the rounded parts to lead to the rounded result. What is shown is then true twice over: each figure is rounded from its
number, and they can be worked with.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

import numpy as np
from numpy.typing import NDArray

from core.text.number_text import MINUS, number

_FEWEST, _MOST = 3, 12
"""Digits of a part: what is usual, and where the search ends; float32 has seven, float64 sixteen."""

_WHOLE = 1000
"""Whole numbers below this are written as such."""

_FORMATTED = 1000
"""More terms than this are not written out to see how they add up."""

_BEYOND = 8
"""So many decimals more than their sum has, terms get at most."""


@dataclass(frozen=True)
class Agreement:
    """A result and its parts, rounded to agree.

    Attributes
    ----------
    value : str
        The result.
    parts : tuple of str
        What it is made of, in the order in which they were given.
    is_exact : bool
        Whether the parts as written lead to the result as written; not where rounding in float32, which the numbers
        have behind them, is larger than the result itself.
    """

    value: str
    parts: tuple[str, ...]
    is_exact: bool = True

    @property
    def equals(self) -> str:
        """The sign between the parts and the result."""
        return "=" if self.is_exact else "≈"


def agree(
    value: float, parts: Sequence[float], compute: Callable[..., float], digits: int = 3, most: int = _MOST
) -> Agreement:
    """Round a result and its parts so that ``compute`` of the rounded parts is the rounded result.

    Parameters
    ----------
    value : float
        The result.
    parts : sequence of float
        What it is made of.
    compute : callable
        Takes the parts and returns the result.
    digits : int
        Significant digits of the result; one or two more or fewer where it lies halfway between two such numbers.
    most : int
        Significant digits of a part, at most.
    """
    if not all(map(isfinite, (value, *parts))):
        return Agreement(number(value, digits), tuple(number(part, digits) for part in parts), is_exact=False)
    for size in dict.fromkeys((digits, digits + 1, digits + 2, max(1, digits - 1), 1)):
        written = number(value, size)

        def fits(counts: Sequence[int], size: int = size, written: str = written) -> bool:
            shown = [read(_part(*pair)) for pair in zip(parts, counts, strict=True)]
            return number(_computed(compute, shown), size) == written

        for count in range(min(_FEWEST, most), most + 1):
            if fits([count] * len(parts)):
                counts = _fewest([count] * len(parts), fits)
                return Agreement(written, tuple(_part(*pair) for pair in zip(parts, counts, strict=True)))
    return Agreement(number(value, digits), tuple(number(part, digits) for part in parts), is_exact=False)


def places_in_sum(total: str, terms: NDArray[np.float64]) -> int | None:
    """Return to how many decimals terms are to be written for their sum to be ``total`` as that is written.

    All terms end at the same decimal, as in a bill; what is smaller is 0. It is None where no number of decimals will
    do.
    """
    last = decimals(total)
    for places in range(last, last + _BEYOND):
        if same_at(float(np.round(terms, places).sum()), total) and (
            len(terms) > _FORMATTED or same_at(sum(read(to_decimals(float(term), places)) for term in terms), total)
        ):
            return places
    return None


def same_at(value: float, written: str) -> bool:
    """Return whether a number is another as that is written: to its last digit."""
    # Half a unit of the last digit, with some room for what float64 does to numbers that lie at the very half.
    return abs(value - read(written)) <= 0.5000001 * 10.0 ** -decimals(written)


def decimals(written: str) -> int:
    """Return at which decimal a written number ends: 2 for "0.25", 0 for "3", 5 for "1.2e−4"."""
    mantissa, _, exponent = written.replace(MINUS, "-").partition("e")
    return len(mantissa.partition(".")[2]) - int(exponent or 0)


def to_decimals(value: float, places: int) -> str:
    """Write a number to so many decimals, with a power of ten where it is small: "0.012", "1.2e−5", "0"."""
    if not isfinite(value):
        return number(value)
    size = abs(round(value, places))
    return number(value, max(1, floor(log10(size) + 1e-9) + places + 1)) if size else "0"


def read(written: str) -> float:
    """Return the number that a text of `core.text.number_text.number` stands for."""
    return float(written.replace(MINUS, "-").replace(",", "").strip("()"))


def trimmed(written: str) -> str:
    """Return a written number without the zeros at its end: "0.1" for "0.100"."""
    mantissa, power, exponent = written.partition("e")
    return (mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa) + power + exponent


class Shown(str):
    """A written number that takes brackets in a template where it asks for them: ``{0:f}``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        """Return the number; with ``f`` (for factor) in brackets where it is negative, with ``t`` (for trim) short."""
        if spec == "t":
            return trimmed(self)
        return f"({self})" if spec == "f" and self.startswith(MINUS) else str(self)


def _part(value: float, digits: int) -> str:
    """Write a part; a small whole number has no digits behind the point."""
    return number(value, digits) if value % 1 or abs(value) >= _WHOLE else f"{value:.0f}".replace("-", MINUS)


def _computed(compute: Callable[..., float], parts: Sequence[float]) -> float:
    try:
        return float(compute(*parts))
    except (ArithmeticError, ValueError):
        return float("nan")


def _fewest(counts: list[int], fits: Callable[[Sequence[int]], bool]) -> list[int]:
    """Take digits away from one part after the other, as long as all still agree."""
    for place in range(len(counts)):
        while counts[place] > _FEWEST:
            fewer = [*counts[:place], counts[place] - 1, *counts[place + 1 :]]
            if not fits(fewer):
                break
            counts = fewer
    return counts
