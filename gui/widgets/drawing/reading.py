"""What there is to show of one drawing at one moment: its preparation, and what a network computed from it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import DIGITS
from core.drawing.preparation import Preparation
from core.network.network import Network, Passes, forward
from core.network.softmax_loss import softmax


@dataclass(frozen=True, eq=False)
class Reading:
    """A drawing, read by a network.

    Attributes
    ----------
    drawing : uint8 array of shape (280, 280)
        The ink on the canvas.
    preparation : Preparation
        What became of it.
    network : Network or None
        Who reads it; None where there is none yet.
    passes : Passes or None
        What the network computed, for a batch of this one image; None where there is no network or no ink.
    probabilities : float32 array of shape (10,) or None
        Likewise.
    names : tuple of 10 str
        What the classes are called.
    """

    drawing: NDArray[np.uint8]
    preparation: Preparation
    network: Network | None
    passes: Passes | None
    probabilities: NDArray[np.float32] | None
    names: tuple[str, ...] = DIGITS

    @property
    def pixels(self) -> NDArray[np.float32] | None:
        """What the network gets, shape (784,); None where nothing is drawn."""
        return None if self.preparation.ink_box is None else self.preparation.pixels

    @property
    def digit(self) -> int | None:
        """Number of the class that the network answers with; None where it does not answer."""
        return None if self.probabilities is None else int(self.probabilities.argmax())

    def is_by(self, network: Network) -> bool:
        """Whether this network reads, number by number: training, another moment or another run make it another."""
        mine = self.network
        return mine is network or (
            mine is not None and np.array_equal(mine.parameters.vector, network.parameters.vector)
        )


def read_drawing(drawing: NDArray[np.uint8], preparation: Preparation, network: Network | None) -> Reading:
    """Let a network read a drawing that has been prepared."""
    if network is None or preparation.ink_box is None:
        return Reading(drawing, preparation, network, None, None)
    passes = forward(network, preparation.pixels[None, :])
    return Reading(drawing, preparation, network, passes, softmax(passes.logits)[0])
