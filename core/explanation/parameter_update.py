"""The stage with which every update ends: what the optimizer makes of the gradient."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from types import MappingProxyType

import numpy as np

from core.explanation import adam, momentum, sgd
from core.explanation.optimizer_words import Formula, OptimizerWords
from core.explanation.sheets import Sheet
from core.explanation.stage import Cell, Stage
from core.explanation.terms import Terms, Working
from core.network.arrays import Floats
from core.text.number_text import number, numbers_apart

WORDS: Mapping[str, OptimizerWords] = MappingProxyType(
    {"sgd": sgd.WORDS, "momentum": momentum.WORDS, "adam": adam.WORDS}
)
"""How each optimizer is explained, by its name."""

_WORDS: Mapping[str, str] = MappingProxyType({"W": "weight", "b": "bias"})
"""What a parameter is called, where its letter does not say it."""

_HELD = "held by hand: neither the gradient nor weight decay changes it"
_SHOWN, _MOST_DIGITS = 2, 8
"""Digits of the change that are to be seen in the new value, and of the value, which is a float32, at most."""


@dataclass(frozen=True, eq=False)
class ParameterUpdate(Stage):
    """The new value of every parameter of one array; its numbers are what the update adds."""

    is_backward = True
    is_by_image = False
    is_update = True

    @property
    def letter(self) -> str:  # type: ignore[override]
        """That of the parameters."""
        return self.parameter

    @property
    def parameter(self) -> str:  # type: ignore[override]
        """That of the gradient."""
        return self.sources[0].parameter

    @property
    def name(self) -> str:
        """Return what is updated."""
        return f"update of the {'biases' if self.parameter == 'b' else f'{self.one}s'}"

    @property
    def one(self) -> str:  # type: ignore[override]
        """What one of the parameters is called."""
        return _WORDS.get(self.parameter, self.parameter)

    def index(self, cell: Cell) -> int:
        """Return where in the vector of the parameters one of them lies."""
        return self.explanation.before.layout.index(f"{self.letter}{self.number}", cell)

    def values(self, example: int | None) -> Floats:
        """Return what the update adds, for which there is no single image."""
        return self.explanation.change.by_operation[self.place][self.letter]

    @property
    def _words(self) -> OptimizerWords:
        return WORDS[self.explanation.config.optimizer]

    @property
    def _decay(self) -> float:
        """The weight decay, which biases have none of."""
        return self.explanation.config.weight_decay if self.is_weights else 0.0

    def terms(self, cell: Cell, example: int | None) -> Terms:
        """Take a new value apart: the old one, its decay, and what the optimizer adds."""
        explanation, index, words = self.explanation, self.index(cell), self._words
        formula = Formula(explanation, index)
        if self._is_held(index):
            return self.make_terms(cell, formula.rule, formula.old, [formula.old], ("old value",), meaning=_HELD)
        if self._decay:
            formula.write_decay(self._decay)
        words.write(formula)
        new, size = float(explanation.after.vector[index]), explanation.batch_size
        of_all = f"gradient: the parts of all {size:,} images added up" if size > 1 else ""
        return self.make_terms(
            cell,
            formula.rule,
            new,
            list(formula.parts.values()),
            tuple(formula.parts),
            working=Working(formula.template, tuple(formula.numbers), self._compute),
            digits=_digits(new, new - formula.old),
            steps=tuple(formula.steps),
            meaning="; ".join(filter(None, (words.constants(explanation), of_all))),
        )

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        """Return a kernel's weights before the update, their gradient, and what the update adds."""
        if len(self.axes) < 4:
            return ()
        d, _, _, c = cell
        explanation, name = self.explanation, f"{self.symbol}, kernel {c}"
        parts = (
            (name, f"weights of kernel {c} before the update", explanation.before),
            (f"d{self.symbol}", f"gradient by the weights of kernel {c}", explanation.gradient),
            ("change", "change of the weights by this update", explanation.change),
        )
        arrays = (arrays.by_operation[self.place][self.parameter] for *_, arrays in parts)
        return tuple(
            Sheet(caption, words, array[d : d + 1, :, :, c])
            for (caption, words, _), array in zip(parts, arrays, strict=True)
        )

    def _is_held(self, index: int) -> bool:
        return bool(np.isin(index, self.explanation.held))

    def _compute(self, old: float, *numbers: float) -> float:
        """Work the formula out with the numbers as they are written."""
        value = old
        if self._decay:
            rate, decay, *numbers = numbers  # type: ignore[assignment]
            value -= rate * decay * old
        return self._words.compute(value, *numbers)

    def legend(self) -> list[str]:
        """Return the lines of what the optimizer works with."""
        lines = ["old: the value before this update", "rate: learning rate, how far to go"]
        if self._decay:
            lines.append("decay: weight decay; each update takes the share rate · decay of every weight")
        gradient = f"gradient: {self.sources[0].symbol} of the whole batch"
        return [*lines, gradient, *self._words.legend(self.explanation)]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        """Say which way the parameter moves, and what comes of it."""
        what = self.one
        if self._is_held(self.index(cell)):
            return f"This {what} is held by hand: training leaves it alone, whatever its gradient."
        change = terms.value - float(terms.products[0])
        moves = f"{'rises' if change > 0 else 'falls'} by {number(abs(change))}" if change else "stays"
        gradient = float(self.explanation.gradient.vector[self.index(cell)])
        carried = sum(part for name, part in zip(terms.labels, terms.products, strict=True) if "old" not in name)
        if change * gradient < 0:
            moves += ", against its gradient"
        elif carried * gradient > 0:
            moves += ", along its gradient: earlier updates still carry it"
        explanation = self.explanation
        loss, after = explanation.loss, explanation.loss_after
        effect = f"stays at {number(loss)}"
        if after != loss:
            before, behind = numbers_apart(loss, after)
            effect = f"{'falls' if after < loss else 'rises'} from {before} to {behind}"
        if explanation.own is not None:
            return (
                f"From your image alone, the {what} {moves}, and its loss {effect}. The run does not make this update."
            )
        return f"The {what} {moves}. With all parameters moved, the loss of this batch {effect}."


def _digits(value: float, change: float) -> int:
    """Return how many digits of a new value show what has changed."""
    if not value or not change or not np.isfinite([value, change]).all():
        return 3
    apart = floor(log10(abs(value))) - floor(log10(abs(change)))
    return min(max(3, apart + _SHOWN), _MOST_DIGITS)
