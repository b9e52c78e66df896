"""Momentum: a velocity that adds gradients up, while earlier ones fade.

    v <- momentum v - rate g
    w <- w + v

Where gradients agree from update to update, steps grow to 1 / (1 - momentum) of their length; where they disagree, they
cancel out.

Source: Polyak 1964, "Some methods of speeding up the convergence of iteration methods".
"""

from dataclasses import dataclass

from core.network.arrays import Floats
from core.training.optimizer import Optimizer


@dataclass(frozen=True)
class Momentum(Optimizer):
    """A step of a velocity; its slot is v."""

    name = title = "momentum"
    meaning = "SGD with momentum: adds up the gradients of earlier updates, which fade (a velocity)."
    slots = 1

    def apply(self, vector: Floats, gradient: Floats, slots: Floats, rate: float, momentum: float, count: int) -> None:
        """Make one update."""
        velocity = slots[0]
        velocity *= momentum
        gradient *= rate
        velocity -= gradient
        vector += velocity

    def fitting_rate(self, rate: float, momentum: float) -> float:
        """Return a rate shorter by the factor by which steps add up."""
        return rate * (1 - momentum)

    def rate_of_sgd(self, rate: float, momentum: float) -> float:
        """Return a rate longer by that factor."""
        return rate / (1 - momentum)

    def describe(self, momentum: float, usual: float) -> str:
        """Return the word with the value, which always matters."""
        return f"{self.title} {momentum:g}"
