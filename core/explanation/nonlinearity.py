"""How a nonlinearity is explained: its activations, its derivative, and what of the gradient passes.

What all of them have in common stands here; what is said of one alone, in the file of its name, such as
`core.explanation.relu`.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from core.explanation.factor_gradient import FactorGradient
from core.explanation.parts import OperationStages, Site
from core.explanation.stage import Cell, Stage, at, capital
from core.explanation.terms import Terms, Working
from core.network.arrays import Floats


class Slope(NamedTuple):
    """A derivative, taken apart: the rule, the terms of the sum that it is, what that is multiplied by, its working."""

    rule: str
    products: list[float]
    labels: tuple[str, ...]
    multipliers: tuple[tuple[str, float], ...]
    working: Working


class NonlinearityWords(ABC):
    """What there is to say of one nonlinearity.

    Attributes
    ----------
    slope_symbol, slope_name : str
        What its derivative is called.
    function_line, slope_line : str
        What its formula means, and what its derivative is, for a legend.
    flat : str
        What is said of a unit where the derivative is 0, in "unit 3 … for this image".
    """

    slope_symbol: ClassVar[str] = "f′"
    slope_name: ClassVar[str] = "derivative of the activation"
    function_line: ClassVar[str]
    slope_line: ClassVar[str]
    flat: ClassVar[str] = "stands where its activation function is flat"

    @abstractmethod
    def rule(self, z: str) -> str:
        """Return its formula for this z."""

    @abstractmethod
    def working(self, z: float) -> Working:
        """Return its formula with numbers."""

    @abstractmethod
    def slope_rule(self, a: str) -> str:
        """Return the formula of its derivative for this a."""

    @abstractmethod
    def slope(self, name: str, a: float) -> Slope:
        """Take its derivative apart: of the activation that has this name, and is a."""

    @abstractmethod
    def activation_sentence(self, unit: str, a: float) -> str:
        """Say what a unit does with its pre-activation."""

    def slope_sentence(self, unit: str, slope: float) -> str:
        """Say what becomes of the gradient."""
        return (
            f"How steep the activation function is where {unit} stands: where it is flat, little of the gradient "
            "passes."
        )

    def batch_sentence(self, which: str, activations: Floats) -> str:
        """Say what is seen in the activations of a batch; "" for nothing in particular."""
        return ""


@dataclass(frozen=True, eq=False)
class _NonlinearStage(Stage):
    words: NonlinearityWords


@dataclass(frozen=True, eq=False)
class _Activations(_NonlinearStage):
    """a = f(z)."""

    letter, one = "a", "activation"
    name = "activations"

    @property
    def line(self) -> str:
        return super().line if self.is_maps else f"a{self.n}[i]: activation of unit i"

    def rows(self) -> Floats:
        return self.work.output

    def image_terms(self, cell: Cell, row: int) -> Terms:
        rule = self.words.rule(self.sources[0].symbol + at(cell))
        working = self.words.working(self.sources[0].value(cell, row))
        value = float(working.compute(*working.parts))
        return self.make_terms(cell, rule, self.value(cell, row), [value], (rule,), working=working)

    def legend(self) -> list[str]:
        why = "Without such a nonlinearity, several layers could do no more than one."
        return [self.sources[0].line, self.words.function_line, why]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return self.words.activation_sentence(capital(self.unit(cell)), terms.value)

    def batch_rule(self) -> str:
        return f"a{self.n} = {self.words.rule(self.sources[0].symbol)}"

    def batch_sentence(self) -> str:
        return self.words.batch_sentence(self.which, self.rows()) or super().batch_sentence()


@dataclass(frozen=True, eq=False)
class _Derivatives(_NonlinearStage):
    """f'(z), in terms of a."""

    is_backward = True

    @property
    def letter(self) -> str:  # type: ignore[override]
        return self.words.slope_symbol

    @property
    def name(self) -> str:
        return self.words.slope_name

    @property
    def link(self) -> str:
        (a,) = self.sources
        return f"∂{a.symbol}/∂{a.sources[0].symbol}"

    @property
    def line(self) -> str:
        (a,), cell = self.sources, f"[{self.letters}]"
        what = f"derivative of the activation function, {self.words.slope_line}"
        return f"{self.symbol}{cell} = ∂{a.symbol}{cell}/∂{a.sources[0].symbol}{cell}: {what}"

    def rows(self) -> Floats:
        return self.work.kept

    def image_terms(self, cell: Cell, row: int) -> Terms:
        (a,) = self.sources
        slope = self.words.slope(a.symbol + at(cell), a.value(cell, row))
        more = {"multipliers": slope.multipliers, "working": slope.working}
        return self.make_terms(cell, slope.rule, self.value(cell, row), slope.products, slope.labels, **more)

    def legend(self) -> list[str]:
        return [self.line, f"a{self.n}[{self.letters}]: activation of {self.whose}"]

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        return self.words.slope_sentence(self.unit(cell), terms.value)

    def batch_rule(self) -> str:
        return f"{self.symbol} = {self.words.slope_rule(f'a{self.n}')}"


@dataclass(frozen=True, eq=False)
class _PreActivationGradient(FactorGradient):
    """dz = da f'(z): what of the gradient passes."""

    words: NonlinearityWords

    @property
    def line(self) -> str:
        return super().line.replace("how fast L rises", "how fast L, the mean loss of the batch, rises")

    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        unit = self.unit(cell)
        if terms.factor == 0:
            return (
                f"{capital(unit)} {self.words.flat} for this image, so a small change of its pre-activation changes "
                "nothing: its gradient is 0."
            )
        return (
            f"The gradient at the activation of {unit} times the derivative of its activation function: how the loss "
            f"changes with its {self.of.one}."
        )


def nonlinearity_stages(words: NonlinearityWords) -> OperationStages:
    """Return how a nonlinearity is explained that this is said of."""

    def forward(site: Site) -> tuple[Stage, ...]:
        z = site.incoming
        return (_Activations(site.explanation, site.place, z.number, z.axes, (z,), words),)

    def backward(site: Site, a: Stage, da: Stage) -> tuple[Stage, ...]:
        here = (site.explanation, site.place, a.number, a.axes)
        slope = _Derivatives(*here, (a,), words)
        return slope, _PreActivationGradient(*here, (da, slope), site.incoming, words)

    return OperationStages(forward, backward, ("a", "da", words.slope_symbol))
