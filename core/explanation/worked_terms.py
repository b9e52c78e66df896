"""The terms of a number written out so that they agree: whoever works with what is shown gets what is shown."""

from functools import cached_property
from math import exp

import numpy as np
from numpy.typing import NDArray

from core.explanation.terms import Terms, Working
from core.text.agreement import Agreement, Shown, agree, decimals, places_in_sum, read, same_at, to_decimals
from core.text.number_text import MINUS, number

_MOST_PLACES = 12
_FEW = 4
"""So many terms of a sum are written one by one in a formula; more are written as one number."""


class WorkedTerms:
    """The digits of a number's terms as text.

    Parameters
    ----------
    terms : Terms
        What is written out.

    Attributes
    ----------
    value, sum : str
        The number, and the sum of products and extras.
    equals : str
        What stands before the value: "=", or "≈" where float32 had no more digits for it.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._divisors = [round(1 / value) if name.startswith("1/") else 0 for name, value in terms.multipliers]
        agreement = agree(terms.value, [*self._free(), terms.sum], self._total_of, terms.digits)
        *self._multipliers, self.sum = agreement.parts
        if not terms.multipliers and same_at(terms.sum, agreement.value):
            # To the same digit as the number, which it is.
            self.sum = agreement.value
        self.value, self.equals = agreement.value, agreement.equals
        self._rows: dict[int, tuple[str, ...]] = {}

    def _free(self) -> list[float]:
        """Return the multipliers that are not written as a whole number that is divided by."""
        pairs = zip(self.terms.multipliers, self._divisors, strict=True)
        return [value for (_, value), divisor in pairs if not divisor]

    def _total_of(self, *numbers: float) -> float:
        *factors, total = numbers
        product = float(np.prod(factors)) / float(np.prod([divisor or 1 for divisor in self._divisors]))
        return product / total if self.terms.divides else product * total

    # What stands in the table.

    @cached_property
    def _places(self) -> int:
        extras = [extra for _, extra in self.terms.extras]
        places = places_in_sum(self.sum, np.array([*self.terms.products, *extras]))
        return decimals(self.sum) if places is None else places

    def row(self, place: int) -> tuple[str, ...]:
        """Return the factors of a product, and the product."""
        if place not in self._rows:
            self._rows[place] = self._write_row(place)
        return self._rows[place]

    def extra(self, place: int) -> str:
        """Return what else is added, such as the bias."""
        return to_decimals(self.terms.extras[place][1], self._places)

    def _write_row(self, place: int) -> tuple[str, ...]:
        factors = [float(factor[place]) for _, factor in self.terms.factors]
        written = to_decimals(float(self.terms.products[place]), self._places)
        if self.terms.divides:
            return (to_decimals(factors[0], self._logit_places), written)
        if len(factors) < 2:
            return (*([written] if self._is_itself else [number(factor) for factor in factors]), written)
        for digits in range(2, _MOST_PLACES):
            texts = [number(factor, digits) for factor in factors]
            if to_decimals(float(np.prod([read(text) for text in texts])), self._places) == written:
                return (*texts, written)
        return (*(number(factor, 3) for factor in factors), written)

    @property
    def _is_itself(self) -> bool:
        """Whether the only factor is the product."""
        return len(self.terms.factors) == 1 and np.array_equal(self.terms.factors[0][1], self.terms.products)

    @cached_property
    def _logit_places(self) -> int:
        """Decimals with which all exponentials of softmax come out as they are written."""
        logits: NDArray[np.float64] = self.terms.factors[0][1]
        wanted = [to_decimals(float(term), self._places) for term in self.terms.products]
        for places in range(2, _MOST_PLACES):
            written = [read(to_decimals(float(logit), places)) for logit in logits]
            if [to_decimals(exp(logit - max(written)), self._places) for logit in written] == wanted:
                return places
        return _MOST_PLACES

    # What stands around it.

    @property
    def meaning(self) -> str:
        """What the numbers are."""
        if "{max}" not in self.terms.meaning:
            return self.terms.meaning
        largest = to_decimals(float(self.terms.factors[0][1].max()), self._logit_places)
        return self.terms.meaning.replace("{max}", largest)

    @property
    def multiplied_by(self) -> str:
        """What the sum is multiplied by, or what is divided by it; "" for nothing."""
        texts, free = [], iter(self._multipliers)
        for (name, _), divisor in zip(self.terms.multipliers, self._divisors, strict=True):
            if divisor:
                texts.append(
                    f"divided by {name.removeprefix('1/')}" + (f" = {divisor:,}" if name in ("1/m", "1/n") else "")
                )
            else:
                texts.append(f"times {name} = {next(free)}")
        if self.terms.divides:
            return f"{texts[0].removeprefix('times ')}, divided by the sum of"
        what = "the sum" if len(self.terms.products) + len(self.terms.extras) > 1 else "this number"
        return f"{what} {', '.join(texts)}" if texts else ""

    @property
    def total(self) -> str:
        """What the terms add up to, and how the number comes of that."""
        count = len(self.terms.products)
        if self.terms.image and not self.terms.multipliers:
            return self._total_of_image()
        text = f"sum {self.sum}" if count + len(self.terms.extras) > 1 else ""
        if not self.terms.multipliers:
            return text if self.sum == self.value else f"{text} ≈ {self.value}"
        factors = [Shown(text) for text in self._multipliers]
        shown_sum = Shown(self.sum)
        if self.terms.divides:
            worked = f"{factors[0]} / {self.sum}"
        else:
            worked = " · ".join([*map("{0:f}".format, factors), f"{shown_sum:f}"])
            worked += "".join(f" / {divisor:,}" for divisor in self._divisors if divisor)
        return f"{text}{'; ' * bool(text)}{worked} {self.equals} {self.value}"

    def _total_of_image(self) -> str:
        extras = [extra for _, extra in self.terms.extras]
        agreement = agree(self.terms.value, [float(self.terms.products.sum()), *extras], lambda *parts: sum(parts))
        products, *others = agreement.parts
        count, what = len(self.terms.products), "products" if len(self.terms.factors) > 1 else "terms"
        if not extras:
            return f"{count} {what} add up to {agreement.value}"
        parts = " + ".join(f"{name} {text}" for (name, _), text in zip(self.terms.extras, others, strict=True))
        return f"{count} {what} add up to {products}; + {parts} {agreement.equals} {agreement.value}"

    @property
    def formula(self) -> str:
        """How the number is made: in symbols, then with its numbers, then what it comes to."""
        worked = self._worked()
        middle, value = worked[0], worked[1].value
        steps = [self.terms.symbol, self.terms.rule, *([middle] if middle != value else [])]
        return f"{' = '.join(steps)} {worked[1].equals} {value}"

    def _worked(self) -> tuple[str, Agreement]:
        """Return the right side with numbers, and what it comes to; long sums are one number."""
        terms = self.terms
        if terms.working is not None:
            return write(terms.working, terms.value, terms.digits)
        products = [float(product) for product in terms.products]
        inner = [*(products if len(products) <= _FEW else [sum(products)]), *(extra for _, extra in terms.extras)]
        free = self._free()

        def compute(*numbers: float) -> float:
            return self._total_of(*numbers[: len(free)], sum(numbers[len(free) :]))

        agreement = agree(terms.value, [*free, *inner], compute, terms.digits)
        factors = [f"{Shown(text):f}" for text in agreement.parts[: len(free)]]
        added = _added(agreement.parts[len(free) :])
        if terms.divides:
            return f"{factors[0]} / {added}", agreement
        if not terms.multipliers:
            return added, agreement
        bracketed = f"({added})" if len(inner) > 1 or added.startswith(MINUS) else added
        divided = "".join(f" / {divisor:,}" for divisor in self._divisors if divisor)
        return " · ".join([*factors, bracketed]) + divided, agreement

    @property
    def steps(self) -> list[tuple[str, str, str]]:
        """What has to be worked out first: name with rule, the rule with numbers, and what it comes to."""
        written = []
        for name, value, working in self.terms.steps:
            text, agreement = write(working, value)
            written.append((name, text, agreement.value))
        return written


def write(working: Working, value: float, digits: int = 3) -> tuple[str, Agreement]:
    """Return a rule with its numbers in it, and the numbers that agree."""
    agreement = agree(value, working.parts, working.compute, digits)
    return working.template.format(*map(Shown, agreement.parts)), agreement


def _added(parts: tuple[str, ...]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += f" {MINUS} {part[1:]}" if part.startswith(MINUS) else f" + {part}"
    return text
