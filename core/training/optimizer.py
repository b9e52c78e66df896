"""What an optimizer is: how a gradient becomes a change of the parameters. Each has a file, as `core.training.sgd`.

An optimizer holds no state. What it remembers from update to update are rows of an array that it is given each time, so
that a keyframe of a run is two arrays and replaying is copying them back.
"""

from abc import ABC, abstractmethod
from typing import ClassVar

from core.network.arrays import Floats


class Optimizer(ABC):
    """One way of descending; subclasses are frozen dataclasses.

    Attributes
    ----------
    name, title : str
        What settings and files call it, and what people do.
    meaning : str
        What it does, for somebody who chooses.
    slots : int
        How many vectors, each as long as the parameters, it remembers.
    uses_momentum : bool
        Whether the setting momentum means something to it.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    meaning: ClassVar[str]
    slots: ClassVar[int] = 0
    uses_momentum: ClassVar[bool] = True

    @abstractmethod
    def apply(self, vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
        """Make one update.

        Parameters
        ----------
        vector : float array of shape (p,)
            The parameters, changed in place.
        gradient : float array of shape (p,)
            Theirs; it serves as scratch and is lost.
        slots : float array of shape (slots, p)
            What is remembered, changed in place.
        rate, momentum : float
            Those settings.
        count : int
            Updates made before this one since the slots were 0.
        """

    @abstractmethod
    def fitting_rate(self, rate: float, momentum: float) -> float:
        """Return the learning rate that fits where ``rate`` was chosen for plain SGD."""

    @abstractmethod
    def rate_of_sgd(self, rate: float, momentum: float) -> float:
        """Return the learning rate that would be about as bold with plain SGD."""

    def advice(self, rate: float) -> str:
        """Return what is to be said of a learning rate that does not suit it; "" for nothing."""
        return ""

    def describe(self, momentum: float, usual: float) -> str:
        """Put it into words with its momentum, where that is not the usual one."""
        return self.title + ("" if momentum == usual or not self.uses_momentum else f" with momentum {momentum:g}")
