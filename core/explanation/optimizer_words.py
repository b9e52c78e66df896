"""What an update's formula is made of, and what optimizers write into it: see `core.explanation.sgd` and its like."""

import re
from abc import ABC, abstractmethod
from itertools import count

from core.explanation.terms import Working
from core.explanation.update import UpdateExplanation
from core.text.number_text import MINUS

_PLACE = re.compile(r"\{(:\w)?\}")


class Formula:
    """The formula of one parameter's new value as it is put together.

    Parameters
    ----------
    explanation : UpdateExplanation
        The update.
    index : int
        The parameter's place in the vector.

    Attributes
    ----------
    old, gradient : float
        Its value before the update, and the gradient.
    rate, momentum : float
        Those settings.
    updates : int
        That this optimizer has made, with this one.
    rule, template : str
        The formula in symbols, and with places for numbers.
    numbers : list of float
        The numbers.
    parts : dict of str to float
        The terms that the new value is the sum of.
    steps : list of (str, float, Working)
        What has to be worked out first.
    """

    def __init__(self, explanation: UpdateExplanation, index: int) -> None:
        self.explanation, self.index = explanation, index
        self.rate, self.momentum = explanation.learning_rate, explanation.config.momentum
        self.updates = explanation.optimizer_count + 1
        self.gradient = float(explanation.gradient.vector[index])
        self.old = float(explanation.before.vector[index])
        self.rule, self.template = "old", "{0}"
        self.numbers: list[float] = [self.old]
        self.parts: dict[str, float] = {"old value": self.old}
        self.steps: list[tuple[str, float, Working]] = []

    def remembered(self) -> tuple[list[float], list[float]]:
        """Return what the optimizer remembers of the parameter before and after the update."""
        slots = self.explanation.slots_before, self.explanation.slots_after
        before, after = ([float(slot[self.index]) for slot in each] for each in slots)
        return before, after

    def write(self, rule: str, template: str, *numbers: float) -> None:
        """Go on with the formula; ``{}`` in the template are the numbers in turn."""
        places = count(len(self.numbers))
        self.rule += rule
        self.template += _PLACE.sub(lambda place: f"{{{next(places)}{place[1] or ''}}}", template)
        self.numbers += numbers

    def write_decay(self, decay: float) -> None:
        """Take away what weight decay takes."""
        self.write(f" {MINUS} rate · decay · old", f" {MINUS} {{:t}} · {{:t}} · {{0:f}}", self.rate, decay)
        # Never more than all of it.
        self.parts[f"{MINUS}rate · decay · old"] = self.old * (max(0.0, 1 - self.rate * decay) - 1)


class OptimizerWords(ABC):
    """How one optimizer is explained."""

    @abstractmethod
    def write(self, formula: Formula) -> None:
        """Add its step to the formula."""

    @abstractmethod
    def compute(self, value: float, *numbers: float) -> float:
        """Work its step out from the value before and the numbers that it wrote."""

    def legend(self, explanation: UpdateExplanation) -> list[str]:
        """Return what its symbols stand for, one line each."""
        return []

    def constants(self, explanation: UpdateExplanation) -> str:
        """Return its constants with their values; "" where it has none."""
        return ""
