"""Stochastic gradient descent: straight down the slope.

    w <- w - rate g

g is the gradient of the loss over one batch: an estimate of that over all images, wrong by chance and for next to
nothing. Many rough steps lead further than few exact ones.

Source: Robbins, Monro 1951, "A stochastic approximation method", Annals of Mathematical Statistics 22.
"""

from dataclasses import dataclass

from core.network.arrays import Floats
from core.training.optimizer import Optimizer


@dataclass(frozen=True)
class SGD(Optimizer):
    """A step against the gradient."""

    name, title = "sgd", "SGD"
    meaning = "Stochastic gradient descent: straight down the slope of the batch, against its gradient."
    uses_momentum = False

    def apply(self, vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
        """Make one update."""
        gradient *= rate
        vector -= gradient

    def fitting_rate(self, rate: float, momentum: float) -> float:
        """Return the rate itself."""
        return rate

    def rate_of_sgd(self, rate: float, momentum: float) -> float:
        """Return the rate itself."""
        return rate
