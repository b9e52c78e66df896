"""A stage: one step of an update, with its numbers, what they are made of, and what there is to say of them.

Each operation has stages on the forward pass and on the backward pass; they stand in the file of its name, such as
`core.explanation.dense`. `core.explanation.chain` puts those of a network in a row:

    x -> z1 -> a1 -> z2 -> p -> loss                               forward, from the image to the loss
    dz2 -> dW2 -> db2 -> da1 -> mask1 -> dz1 -> dW1 -> db1         back, by the chain rule
    update                                                         what the optimizer makes of it

``d`` stands for "gradient of the loss L, the mean over the batch, by". Numbers of layers count from 1, as on paper.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from core.explanation.sheets import Sheet
from core.explanation.terms import Terms
from core.explanation.units import Units, is_maps, name_of
from core.explanation.update import UpdateExplanation
from core.explanation.worked_terms import WorkedTerms
from core.network.arrays import Floats
from core.network.operation import Arrays, Pass

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

Cell = tuple[int, ...]
"""Where in a stage's array: () for the loss, (unit,) for a vector, (from, to) for weights, (map, row, column)."""


@dataclass(frozen=True)
class StageText:
    """What is said of a stage.

    Attributes
    ----------
    title : str
        Symbol and name.
    formula : str
        How the chosen number is made, with numbers.
    sentence : str
        What that means, without symbols.
    chain_rule : str
        The link of the chain rule that the stage adds; "" before the backward pass.
    legend : str
        What the symbols of the formula stand for, one a line.
    """

    title: str
    formula: str
    sentence: str
    chain_rule: str
    legend: str


@dataclass(frozen=True, eq=False)
class Stage(ABC):
    """One step of an update.

    Attributes
    ----------
    explanation : UpdateExplanation
        The update.
    place : int
        Of its operation in the network; that of the loss is one more than the last.
    number : int
        Of its layer, from 1; 0 for the image.
    axes : tuple of Units
        What its array runs over: (pixels, units) for dW1, () for the loss.
    sources : tuple of Stage
        Whose numbers its numbers are made of; on the backward pass the factors of the chain rule. Parameters and
        labels, which are no stages, are left out.
    """

    explanation: UpdateExplanation
    place: int
    number: int
    axes: tuple[Units, ...]
    sources: tuple["Stage", ...]

    is_backward: ClassVar[bool] = False
    """Whether it comes after the loss."""

    is_by_image: ClassVar[bool] = True
    """Whether each image of the batch has numbers of its own, and the batch as a whole has none."""

    is_update: ClassVar[bool] = False
    """Whether it is what the optimizer does."""

    letter: ClassVar[str]
    """Its symbol, without the number of the layer."""

    parameter: ClassVar[str] = ""
    """The letter of the parameters whose gradients it has, such as "W"; else ""."""

    one: ClassVar[str] = ""
    """What one of its numbers is called in a sentence, such as "activation"."""

    is_ink: ClassVar[bool] = False
    """Whether its numbers are ink from 0 to 1."""

    # What each stage knows of itself.

    @property
    def symbol(self) -> str:
        """Its short name, such as "dW₁"."""
        return f"{self.letter}{self.n}"

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is called."""

    @property
    def link(self) -> str:
        """The link of the chain rule that it adds on the backward pass; else ""."""
        return ""

    @property
    def line(self) -> str:
        """What one of its numbers is, in a line of the legends of later stages; "" where none has it."""
        return f"{self.symbol}[{self.letters}]: {self.one} of {self.whose}" if self.one else ""

    def legend(self) -> list[str]:
        """Return what the symbols of its formula stand for, one line each: its own, and those that it is made of."""
        return [self.line, *(source.line for source in self.sources)]

    @abstractmethod
    def sentence(self, cell: Cell, example: int | None, terms: Terms) -> str:
        """Say what one of its numbers means, in one plain sentence; ``terms`` are those of that number."""

    def sheets(self, cell: Cell, row: int) -> tuple[Sheet, ...]:
        """Return the maps that one number of an image in this row is made of, to be seen beside it.

        Where each number is made of those at the same place, these are the maps that it lies in.
        """
        if not self.is_maps:
            return ()
        (c, *place), alike = cell, [source for source in self.sources if source.axes == self.axes]
        frame = place[0], place[1], 1, 1
        return tuple(
            Sheet(f"{each.symbol}[{c}]", f"{each.name}, map {c}", each.rows()[row, c : c + 1], frame, each.is_ink)
            for each in alike
        )

    def rows(self) -> Floats:
        """Return its numbers for the images that are kept in full, one row each."""
        raise NotImplementedError

    def image_terms(self, cell: Cell, row: int) -> Terms:
        """Take one number of one image apart: of that in this row of those kept in full."""
        raise NotImplementedError

    def batch_rule(self) -> str:
        """Return the rule for all images at once; matrix products with the shapes of what is multiplied."""
        raise NotImplementedError

    def batch_sentence(self) -> str:
        """Say what is seen where all images of the batch are shown, one row each."""
        if self.is_maps:
            return f"{self.which}: the same map of each. Point at a cell to see its terms."
        return f"{self.which}, one row each, one column for each unit. Point at a cell to see its terms."

    # What can be asked of each.

    def values(self, example: int | None) -> Floats:
        """Return its numbers.

        Parameters
        ----------
        example : int or None
            An image of the batch, or None for the batch as a whole.

        Returns
        -------
        float array
            For one image as long as `axes` are, (units,) or (maps, rows, columns); for weights its own part of the
            batch's gradient. For the batch (r, units), one row for each image kept in full; losses (m,); gradients of
            weights and biases without the first axis, for they are sums over the batch; and so is the change that the
            update makes.
        """
        rows = self.rows()
        return rows if example is None else rows[self.explanation.row(example)]

    def terms(self, cell: Cell, example: int | None) -> Terms:
        """Take one of its numbers apart.

        Parameters
        ----------
        cell : Cell
            Where in its array.
        example : int or None
            An image of the batch, counted from 0. None takes the batch as a whole, where that has such a number.

        Raises
        ------
        ValueError
            If it has none.
        """
        if example is None:
            raise ValueError(f"the batch as a whole has no single {self.symbol}{at(cell)}: choose an image")
        return self.image_terms(cell, self.explanation.row(example))

    def describe(self, cell: Cell, example: int | None) -> StageText:
        """Put the stage into words, around one of its numbers: of an image of the batch, or (None) of the batch."""
        meanings = "\n".join(self.legend())
        if example is None and self.is_by_image:
            return StageText(self.title, self.batch_rule(), self.batch_sentence(), self.link, meanings)
        terms = self.terms(cell, example)
        said = self.sentence(cell, example, terms)
        return StageText(self.title, WorkedTerms(terms).formula, said, self.link, meanings)

    @property
    def title(self) -> str:
        """Symbol, name and size, such as "z₁: pre-activations (10)"."""
        size = " × ".join(f"{units.size:,}" for units in self.axes)
        return f"{self.symbol}: {self.name}" + (f" ({size})" if size else "")

    @property
    def tip(self) -> str:
        """The title and what it is made of, such as "…; made of x and dz₁"."""
        made_of = " and ".join(source.symbol for source in self.sources)
        return self.title + (f"; made of {made_of}" if made_of else "")

    @property
    def is_weights(self) -> bool:
        """Whether its numbers are one for each weight of a layer, and not for each bias or unit."""
        return self.parameter.startswith("W")

    @property
    def is_maps(self) -> bool:
        """Whether its numbers lie in maps, each of rows and columns."""
        return is_maps(self.axes)

    # What stages need to answer.

    @property
    def n(self) -> str:
        """The number of its layer as an index."""
        return subscript(self.number)

    @property
    def units(self) -> Units:
        """The units that its numbers belong to."""
        return self.axes[-1]

    @property
    def work(self) -> Pass:
        """What its operation computed."""
        return self.explanation.work(self.place)

    @property
    def arrays(self) -> Arrays:
        """The parameters of its operation before the update."""
        return self.explanation.before.by_operation[self.place]

    @property
    def which(self) -> str:
        """Which images are shown, to begin a sentence."""
        shown, size = len(self.explanation.targets), self.explanation.batch_size
        if shown == size:
            return f"{capital(all_images(size))} of the batch"
        return f"{shown:,} of the batch's {size:,} images"

    @property
    def letters(self) -> str:
        """The letters of a cell in a rule."""
        return "c, r, s" if self.is_maps else "j"

    @property
    def whose(self) -> str:
        """Whose number stands at these letters."""
        return "map c at row r, column s" if self.is_maps else f"{self.units.kind} j"

    def unit(self, cell: Cell) -> str:
        """Return what people call the place of a cell: "unit 3", or "map 2, row 4, column 5"."""
        return name_of(self.axes, cell)

    def value(self, cell: Cell, row: int) -> float:
        """Return the number of an image at a cell."""
        return float(self.rows()[(row, *cell)])

    def make_terms(
        self, cell: Cell, rule: str, value: float, products: Floats | list[float], labels: tuple[str, ...], **more: Any
    ) -> Terms:
        """Return the terms of the number at a cell; ``more`` are other fields of `Terms`."""
        symbol = more.pop("symbol", self.symbol + at(cell))
        return Terms(symbol=symbol, rule=rule, value=value, labels=labels, products=doubles(products), **more)


class GradientStage(Stage):
    """A stage of the backward pass: derivatives of the loss by something."""

    is_backward = True

    @property
    def link(self) -> str:
        """The derivative by what lies behind, times the derivative of that."""
        behind = next((source for source in self.sources if isinstance(source, GradientStage)), self.sources[0])
        by, through = self.symbol.removeprefix("d"), behind.symbol.removeprefix("d")
        return f"∂L/∂{by} = ∂L/∂{through} · ∂{through}/∂{by}"

    def batch_sentence(self) -> str:
        """Say what is blank."""
        if self.is_maps:
            return (
                f"{self.which}: the same map of each. Nearly blank ones are of images with little left to learn from."
            )
        return f"{self.which}, one row each. Rows that are nearly blank are images with little left to learn from."


@dataclass(frozen=True, eq=False)
class InputGradient(GradientStage):
    """The gradient by what entered an operation, which the operation before wants.

    Attributes
    ----------
    of : Stage
        Whose numbers entered.
    """

    of: Stage

    @property
    def letter(self) -> str:  # type: ignore[override]
        """That of what entered, behind a d."""
        return f"d{self.of.letter}"

    @property
    def name(self) -> str:
        """Return by what the derivatives are."""
        return f"gradient of L by the {self.of.name.partition(',')[0]}"

    @property
    def line(self) -> str:
        """How fast the loss rises."""
        cell = f"[{self.letters}]"
        return (
            f"{self.symbol}{cell} = ∂L/∂{self.of.symbol}{cell}: how fast L rises with the {self.of.one} of {self.whose}"
        )

    def rows(self) -> Floats:
        """Return what the operation handed back."""
        return self.work.d_input


def subscript(count: int) -> str:
    """Return a number as a lowered index."""
    return str(count).translate(_SUBSCRIPTS)


def at(cell: Cell) -> str:
    """Return a cell as it stands behind a symbol: "[3]"."""
    return f"[{', '.join(map(str, cell))}]" if cell else ""


def shape(*sizes: int) -> str:
    """Return the shape of an array as it stands behind its symbol: "(64 × 10)"."""
    return f"({' × '.join(f'{size:,}' for size in sizes)})"


def all_images(count: int) -> str:
    """Return what the images of a batch of this size are called."""
    return "the only image" if count == 1 else f"all {count:,} images"


def capital(text: str) -> str:
    """Return a text that begins with a capital letter."""
    return text[0].upper() + text[1:]


def doubles(array: Floats | list[float]) -> NDArray[np.float64]:
    """Return numbers in double precision."""
    return np.asarray(array, np.float64)
