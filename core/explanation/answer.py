"""What a network says about an image, in words a person can take at their value.

Ten probabilities always have a largest one, so a network always seems to answer. Where the largest says little, the
honest answer is "not sure: 4 or 9".
"""

from dataclasses import dataclass

import numpy as np

from core.network.arrays import Floats

SURE_FROM = 0.8
"""Probability from which on an answer is given without a second candidate.

Chosen by measurement: below it, one answer in three is wrong; just above it, at most one in four (docs/models.md).
"""


@dataclass(frozen=True)
class Answer:
    """The two likeliest digits and what they are worth.

    Attributes
    ----------
    digit, rival : int
        The likeliest digit and the next.
    probability, rival_probability : float
        Theirs, 0 to 1.
    """

    digit: int
    probability: float
    rival: int
    rival_probability: float

    @property
    def is_sure(self) -> bool:
        """True where the likeliest digit may stand alone."""
        return self.probability >= SURE_FROM


def read_answer(probabilities: Floats) -> Answer:
    """Return the answer that ten probabilities, a float array of shape (10,), amount to."""
    # Of equal ones the lowest, as everywhere where the most probable digit is looked for.
    digit, rival = (int(index) for index in np.argsort(-probabilities, kind="stable")[:2])
    return Answer(digit, float(probabilities[digit]), rival, float(probabilities[rival]))
