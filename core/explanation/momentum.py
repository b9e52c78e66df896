"""How momentum is explained: what earlier updates left, and a step of plain gradient descent."""

from core.explanation import sgd
from core.explanation.optimizer_words import Formula, OptimizerWords
from core.explanation.update import UpdateExplanation


class _MomentumWords(OptimizerWords):
    def write(self, formula: Formula) -> None:
        (velocity,), _ = formula.remembered()
        formula.write(" + momentum · velocity", " + {:t} · {:f}", formula.momentum, velocity)
        formula.parts["momentum · velocity"] = formula.momentum * velocity
        sgd.WORDS.write(formula)

    def compute(self, value: float, *numbers: float) -> float:
        momentum, velocity, *step = numbers
        return sgd.WORDS.compute(value + momentum * velocity, *step)

    def legend(self, explanation: UpdateExplanation) -> list[str]:
        return [
            "momentum: the share of the velocity that is kept",
            "velocity: what momentum and gradient added at the last update, apart from weight decay",
        ]


WORDS = _MomentumWords()
