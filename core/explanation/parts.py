"""What the file of an operation hands to the chain: functions that make its stages."""

from collections.abc import Callable
from typing import NamedTuple

from core.explanation.stage import Stage
from core.explanation.update import UpdateExplanation


class Site(NamedTuple):
    """Where an operation stands.

    Attributes
    ----------
    explanation : UpdateExplanation
        The update.
    place : int
        Of the operation in the network.
    incoming : Stage
        The stage whose numbers enter it.
    """

    explanation: UpdateExplanation
    place: int
    incoming: Stage

    @property
    def is_first(self) -> bool:
        """Whether it is the first with parameters: nobody asks for the gradient by what enters it."""
        return self.place == self.explanation.before.layout.places[0].operation


class OperationStages(NamedTuple):
    """How an operation is explained.

    Attributes
    ----------
    forward : callable
        Takes a `Site` and returns the stages of the forward pass; the numbers of the last are what comes out.
    backward : callable
        Takes a `Site`, the stage of what came out and that of the gradients that arrive there, and returns the stages
        of the backward pass; the numbers of the last, if it is no parameter's, are the gradients by what came in.
    letters : tuple of str
        Of all these stages, and of the gradients by the numbers that come out: a lesson can point at them.
    """

    forward: Callable[[Site], tuple[Stage, ...]]
    backward: Callable[[Site, Stage, Stage], tuple[Stage, ...]]
    letters: tuple[str, ...]
