"""How Adam is explained: its two running means, step by step, and what they make of the rate."""

from math import sqrt

from core.explanation.optimizer_words import Formula, OptimizerWords
from core.explanation.terms import Working
from core.explanation.update import UpdateExplanation
from core.text.number_text import MINUS, counted, superscript
from core.training.adam import BETA2, EPSILON


class _AdamWords(OptimizerWords):
    def write(self, formula: Formula) -> None:
        beta, gradient, power = formula.momentum, formula.gradient, superscript(formula.updates)
        (old_mean, old_square), (mean, square) = formula.remembered()
        mean_part, square_part = 1 - beta**formula.updates, 1 - BETA2**formula.updates
        rest, square_rest = f"{1 - beta:.6g}", f"{1 - BETA2:.6g}"

        formula.steps += [
            (
                f"m = β₁ · m + (1 {MINUS} β₁) · gradient",
                mean,
                Working(
                    f"{beta:.6g} · {{0:f}} + {rest} · {{1:f}}",
                    (old_mean, gradient),
                    lambda m, g: beta * m + (1 - beta) * g,
                ),
            ),
            (
                f"ĝ = m / (1 {MINUS} β₁ᵗ)",
                mean / mean_part,
                Working(f"{{0}} / (1 {MINUS} {beta:.6g}{power})", (mean,), lambda m: m / mean_part),
            ),
            (
                f"s = β₂ · s + (1 {MINUS} β₂) · gradient²",
                square,
                Working(
                    f"{BETA2:.6g} · {{0}} + {square_rest} · {{1:f}}²",
                    (old_square, gradient),
                    lambda s, g: BETA2 * s + (1 - BETA2) * g * g,
                ),
            ),
            (
                f"ŝ = s / (1 {MINUS} β₂ᵗ)",
                square / square_part,
                Working(f"{{0}} / (1 {MINUS} {BETA2:.6g}{power})", (square,), lambda s: s / square_part),
            ),
        ]
        mean, square = mean / mean_part, square / square_part
        template = f" {MINUS} {{:t}} · {{:f}} / (√{{}} + 1e{MINUS}8)"
        formula.write(f" {MINUS} rate · ĝ / (√ŝ + ε)", template, formula.rate, mean, square)
        formula.parts[f"{MINUS}rate · ĝ / (√ŝ + ε)"] = -formula.rate * mean / (sqrt(square) + EPSILON)

    def compute(self, value: float, *numbers: float) -> float:
        rate, mean, square = numbers
        return value - rate * mean / (sqrt(square) + EPSILON)

    def legend(self, explanation: UpdateExplanation) -> list[str]:
        beta, updates = f"{explanation.config.momentum:.6g}", explanation.optimizer_count + 1
        return [
            f"ĝ = m / (1 − {beta}ᵗ): running mean m of the gradient, corrected because it began at 0",
            f"ŝ = s / (1 − {BETA2:.6g}ᵗ): running mean s of the gradient squared, corrected likewise",
            f"β₁ = {beta}, β₂ = {BETA2:.6g}: the shares of the running means that are kept",
            f"t = {counted(updates, 'update')} of Adam with this one",
            "ε = 1e−8: keeps the division from failing where ŝ is 0",
        ]

    def constants(self, explanation: UpdateExplanation) -> str:
        beta, updates = f"{explanation.config.momentum:.6g}", explanation.optimizer_count + 1
        return f"β₁ = {beta}, β₂ = {BETA2:.6g}, ε = 1e{MINUS}8, t = {updates:,}"


WORDS = _AdamWords()
