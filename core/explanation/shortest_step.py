"""The shortest step that meets some linear conditions and stays within limits.

    shortest d  with  s_k . d >= r_k  for every condition k  and  low <= d <= high

is the point of a convex set that is nearest to 0, so there is exactly one. It has the form d = clip(sum of t_k s_k)
with every t_k at or above 0: each condition pushes along its own slopes, as hard as it has to. The t_k are found one
after the other, over and over, with a step of Newton's method for all of them between. The gain s_k . d grows with t_k
along straight pieces whose ends are known, where a number of d enters or leaves its limits, so t_k is read off and not
approached; one condition takes one round.

Source: Hildreth 1957, "A quadratic programming procedure", Naval Research Logistics Quarterly 4; the limits and the
Newton step are added.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from core.network.arrays import Floats

_MOST_ROUNDS = 4
_MOST_NEWTON_STEPS = 15
_MET = 1e-9


class Condition(NamedTuple):
    """That ``slopes . d`` comes up to ``required``; ``slopes`` is a float64 array of shape (n,)."""

    slopes: Floats
    required: float


def shortest_step(conditions: Sequence[Condition], low: Floats, high: Floats) -> Floats | None:
    """Return the shortest step that meets all conditions, a float64 array of shape (n,); None where none does.

    Parameters
    ----------
    conditions : sequence of Condition
        What the step has to gain.
    low, high : float64 arrays of shape (n,)
        Limits of each number, ``low`` at or below 0 and ``high`` at or above it.
    """
    slopes = np.array([condition.slopes for condition in conditions])
    required = np.array([condition.required for condition in conditions])
    pushes = np.zeros(len(conditions))
    tolerance = _MET * (1 + np.abs(required))
    for _ in range(_MOST_ROUNDS):
        for k in range(len(conditions)):
            push = _push(slopes[k], required[k], np.delete(pushes, k) @ np.delete(slopes, k, axis=0), low, high)
            if push is None:
                return None
            pushes[k] = push
        for _ in range(_MOST_NEWTON_STEPS):
            pushed = pushes @ slopes
            step: Floats = np.clip(pushed, low, high)
            missing = required - slopes @ step
            # Met, and nothing gained beyond what is required by a condition that pushes.
            if np.all(np.where(pushes > 0, np.abs(missing), missing) <= tolerance):
                return step
            moved = slopes[:, (low < pushed) & (pushed < high)]
            curvature = moved @ moved.T
            way = _best_pushes(curvature, missing + curvature @ pushes) - pushes
            length = _push(way @ slopes, float(way @ required), pushed, low, high)
            if not length:
                break
            pushes = np.maximum(pushes + min(length, 1.0) * way, 0)
    return None


def _best_pushes(curvature: Floats, gains: Floats) -> Floats:
    """Return the t >= 0, shape (k,), with the largest ``gains . t - t . curvature t / 2``.

    Those that are not 0 are found one by one, as in Lawson and Hanson's method for least squares.
    """
    best = np.zeros(len(gains))
    some = np.zeros(len(gains), bool)
    for _ in range(3 * len(gains)):
        rising = np.where(some, -np.inf, gains - curvature @ best)
        if rising.max() <= _MET * (1 + np.abs(gains).max()):
            break
        some[rising.argmax()] = True
        while True:
            wanted = np.zeros(len(gains))
            wanted[some] = np.linalg.lstsq(curvature[some][:, some], gains[some], rcond=None)[0]
            below = some & (wanted <= 0)
            if not below.any():
                break
            share = np.min(best[below] / (best[below] - wanted[below] + 1e-300))
            best += share * (wanted - best)
            some &= best > 1e-12 * best.max(initial=1e-300)
            best[~some] = 0
        best = wanted
    return best


def _push(slopes: Floats, required: float, pushed: Floats, low: Floats, high: Floats) -> float | None:
    """Return the least t at or above 0 with ``slopes . clip(pushed + t slopes) >= required``; None where none is."""
    missing = required - float(slopes @ np.clip(pushed, low, high))
    if missing <= 0:
        return 0.0
    some = slopes != 0
    steep, at, floor, ceiling = slopes[some], pushed[some], low[some], high[some]
    first, last = np.where(steep > 0, floor, ceiling), np.where(steep > 0, ceiling, floor)
    enters, leaves = np.maximum((first - at) / steep, 0), np.maximum((last - at) / steep, 0)
    # By how much the gain grows faster from each of these t on.
    turns, growth = np.concatenate((enters, leaves)), np.concatenate((steep**2, -(steep**2)))
    order = np.argsort(turns, kind="stable")
    turns, rates = turns[order], np.cumsum(growth[order])
    gains = np.concatenate(([0.0], np.cumsum(rates[:-1] * np.diff(turns))))
    piece = int(np.searchsorted(gains, missing)) - 1
    if piece == len(gains) - 1:
        return None
    return float(turns[piece] + (missing - gains[piece]) / rates[piece])
