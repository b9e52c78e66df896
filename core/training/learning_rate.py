"""Learning-rate schedules: large steps while there is far to go, small ones to settle.

Each takes the share of the run that is done, from 0 to 1, and returns the factor for the learning rate:

    constant   1 throughout
    step       halved after each fifth of the run
    cosine     from 1 to 0 along half a cosine (Loshchilov, Hutter 2016, "SGDR", arXiv:1608.03983)
"""

from collections.abc import Callable, Mapping
from math import cos, pi
from types import MappingProxyType


def _constant(done: float) -> float:
    return 1.0


def _step(done: float) -> float:
    return 0.5 ** min(int(done * 5), 4)


def _cosine(done: float) -> float:
    return (1 + cos(pi * min(done, 1.0))) / 2


SCHEDULES: Mapping[str, Callable[[float], float]] = MappingProxyType(
    {"constant": _constant, "step": _step, "cosine": _cosine}
)
