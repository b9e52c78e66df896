"""How plain gradient descent is explained."""

from core.explanation.optimizer_words import Formula, OptimizerWords
from core.text.number_text import MINUS


class _SGDWords(OptimizerWords):
    def write(self, formula: Formula) -> None:
        formula.write(f" {MINUS} rate · gradient", f" {MINUS} {{:t}} · {{:f}}", formula.rate, formula.gradient)
        formula.parts[f"{MINUS}rate · gradient"] = -formula.rate * formula.gradient

    def compute(self, value: float, *numbers: float) -> float:
        rate, gradient = numbers
        return value - rate * gradient


WORDS = _SGDWords()
