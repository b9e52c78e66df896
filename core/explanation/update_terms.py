"""What a new weight is made of: the old one, its decay, and what the optimizer adds."""

import re
from itertools import count
from math import floor, log10, sqrt

import numpy as np

from core.explanation.stage import Stage
from core.explanation.terms import Terms, Working
from core.explanation.update import UpdateExplanation
from core.text.number_text import MINUS, counted, superscript
from core.training.optimizers import ADAM_BETA2, ADAM_EPSILON

_SHOWN, _MOST_DIGITS = 2, 8
"""Digits of the change that are to be seen in the new value, and of the value, which is a float32, at most."""

_PLACE = re.compile(r"\{(:\w)?\}")


def update_terms(explanation: UpdateExplanation, index: int, symbol: str, stage: Stage) -> Terms:
    """Take a weight or bias apart as it is after the update.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    index : int
        Where in the vector it lies.
    symbol : str
        What the number is called.
    stage : Stage
        The update of its layer's weights or biases.
    """
    return _UpdateTerms(explanation, index, stage).find(symbol)


class _UpdateTerms:
    """Gathers the terms of a new value, with the template and the numbers of its formula."""

    def __init__(self, explanation: UpdateExplanation, index: int, stage: Stage) -> None:
        self.explanation = explanation
        self.config, self.rate = explanation.config, explanation.learning_rate
        self.index = index
        self.decays = bool(self.config.weight_decay) and stage.is_weights
        self.gradient = float(explanation.gradient.vector[self.index])
        self.old = float(explanation.before.vector[self.index])
        self.rule, self.template = "old", "{0}"
        self.parts: dict[str, float] = {"old value": self.old}
        self.numbers: list[float] = [self.old]
        self.steps: list[tuple[str, float, Working]] = []

    def find(self, symbol: str) -> Terms:
        if self.decays:
            self._decay()
        {"sgd": self._sgd, "momentum": self._momentum, "adam": self._adam}[self.config.optimizer]()
        new = float(self.explanation.after.vector[self.index])
        return Terms(
            symbol=symbol,
            rule=self.rule,
            value=new,
            labels=tuple(self.parts),
            products=np.array(list(self.parts.values())),
            working=Working(self.template, tuple(self.numbers), self._compute),
            digits=_digits(new, new - self.old),
            steps=tuple(self.steps),
            meaning=self._meaning(),
        )

    def _compute(self, *numbers: float) -> float:
        """Work the formula out with the numbers as they are written."""
        old, *others = numbers
        value = old
        if self.decays:
            value -= others[0] * others[1] * old
            others = others[2:]
        match self.config.optimizer:
            case "sgd":
                rate, gradient = others
                return value - rate * gradient
            case "momentum":
                momentum, velocity, rate, gradient = others
                return value + momentum * velocity - rate * gradient
            case _:
                rate, mean, square = others
                return value - rate * mean / (sqrt(square) + ADAM_EPSILON)

    def _write(self, rule: str, template: str, *numbers: float) -> None:
        """Go on with the formula; ``{}`` in the template are the numbers in turn."""
        places = count(len(self.numbers))
        self.rule += rule
        self.template += _PLACE.sub(lambda place: f"{{{next(places)}{place[1] or ''}}}", template)
        self.numbers += numbers

    def _decay(self) -> None:
        decay = self.config.weight_decay
        self._write(f" {MINUS} rate · decay · old", f" {MINUS} {{:t}} · {{:t}} · {{0:f}}", self.rate, decay)
        # Never more than all of it.
        self.parts[f"{MINUS}rate · decay · old"] = self.old * (max(0.0, 1 - self.rate * decay) - 1)

    def _sgd(self) -> None:
        self._write(f" {MINUS} rate · gradient", f" {MINUS} {{:t}} · {{:f}}", self.rate, self.gradient)
        self.parts[f"{MINUS}rate · gradient"] = -self.rate * self.gradient

    def _momentum(self) -> None:
        momentum, velocity = self.config.momentum, float(self.explanation.slots_before[0, self.index])
        self._write(" + momentum · velocity", " + {:t} · {:f}", momentum, velocity)
        self.parts["momentum · velocity"] = momentum * velocity
        self._sgd()

    def _adam(self) -> None:
        explanation, beta = self.explanation, self.config.momentum
        updates = explanation.optimizer_count + 1
        old_mean, old_square = (float(slot[self.index]) for slot in explanation.slots_before)
        mean, square = (float(slot[self.index]) for slot in explanation.slots_after)
        mean_part, square_part = 1 - beta**updates, 1 - ADAM_BETA2**updates
        power = superscript(updates)
        rest, square_rest = f"{1 - beta:.6g}", f"{1 - ADAM_BETA2:.6g}"
        self.steps += [
            (
                f"m = β₁ · m + (1 {MINUS} β₁) · gradient",
                mean,
                Working(
                    f"{beta:.6g} · {{0:f}} + {rest} · {{1:f}}",
                    (old_mean, self.gradient),
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
                    f"{ADAM_BETA2:.6g} · {{0}} + {square_rest} · {{1:f}}²",
                    (old_square, self.gradient),
                    lambda s, g: ADAM_BETA2 * s + (1 - ADAM_BETA2) * g * g,
                ),
            ),
            (
                f"ŝ = s / (1 {MINUS} β₂ᵗ)",
                square / square_part,
                Working(f"{{0}} / (1 {MINUS} {ADAM_BETA2:.6g}{power})", (square,), lambda s: s / square_part),
            ),
        ]
        mean, square = mean / mean_part, square / square_part
        self._write(
            f" {MINUS} rate · ĝ / (√ŝ + ε)",
            f" {MINUS} {{:t}} · {{:f}} / (√{{}} + 1e{MINUS}8)",
            self.rate,
            mean,
            square,
        )
        self.parts[f"{MINUS}rate · ĝ / (√ŝ + ε)"] = -self.rate * mean / (sqrt(square) + ADAM_EPSILON)

    def _meaning(self) -> str:
        size = self.explanation.batch_size
        of_all = f"gradient: the parts of all {size:,} images added up" if size > 1 else ""
        if self.config.optimizer != "adam":
            return of_all
        updates = self.explanation.optimizer_count + 1
        constants = f"β₁ = {self.config.momentum:.6g}, β₂ = {ADAM_BETA2:.6g}, ε = 1e{MINUS}8, t = {updates:,}"
        return "; ".join(filter(None, (constants, of_all)))


def _digits(value: float, change: float) -> int:
    """Return how many digits of a new value show what has changed."""
    if not value or not change or not np.isfinite([value, change]).all():
        return 3
    apart = floor(log10(abs(value))) - floor(log10(abs(change)))
    return min(max(3, apart + _SHOWN), _MOST_DIGITS)


def update_legend(explanation: UpdateExplanation, stage: Stage) -> list[str]:
    """Return what the symbols of an update's formula stand for, one line each."""
    config = explanation.config
    lines = ["old: the value before this update", "rate: learning rate, how far to go"]
    if config.weight_decay and stage.is_weights:
        lines.append("decay: weight decay; each update takes the share rate · decay of every weight")
    lines.append(f"gradient: {stage.sources[0].symbol} of the whole batch")
    if config.optimizer == "adam":
        beta, updates = f"{config.momentum:.6g}", explanation.optimizer_count + 1
        return [
            *lines,
            f"ĝ = m / (1 − {beta}ᵗ): running mean m of the gradient, corrected because it began at 0",
            f"ŝ = s / (1 − {ADAM_BETA2:.6g}ᵗ): running mean s of the gradient squared, corrected likewise",
            f"β₁ = {beta}, β₂ = {ADAM_BETA2:.6g}: the shares of the running means that are kept",
            f"t = {counted(updates, 'update')} of Adam with this one",
            "ε = 1e−8: keeps the division from failing where ŝ is 0",
        ]
    if config.optimizer == "momentum":
        lines += [
            "momentum: the share of the velocity that is kept",
            "velocity: what momentum and gradient added at the last update, apart from weight decay",
        ]
    return lines
