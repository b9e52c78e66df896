"""From a way of writing to strokes as a hand would draw them.

No two digits written by people are alike. The points of the ideal shape are shifted, each on its own; a smooth curve
is laid through them; then the whole is bent by slow waves, squeezed, slanted and turned. Each follows a normal
distribution with its tails cut. How wide they are was set by comparing the images, and the networks trained on them,
with MNIST's training set: wider ones teach a network more but hold digits that nobody could read.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.synthetic.digit_shapes import Allograph

_STEPS = 6
_t = np.arange(_STEPS) / _STEPS
# Three waves of some 4 radians per height of the digit: half a wave to a whole one.
_WAVES, _WAVE_NUMBER = 3, 4
# Beyond so many spreads nobody could read the digit any more.
_MOST = 1.3
# Basis of the Catmull-Rom spline: the curve between the second and third of four neighboring points.
_SPLINE = 0.5 * np.stack(
    [-_t + 2 * _t**2 - _t**3, 2 - 5 * _t**2 + 3 * _t**3, _t + 4 * _t**2 - 3 * _t**3, -(_t**2) + _t**3], axis=1
)


@dataclass(frozen=True, kw_only=True)
class Hand:
    """How much handwriting varies; lengths are in heights of the digit, angles in radians.

    Attributes
    ----------
    jitter, end_jitter : float
        Spread by which points inside a stroke and its two ends are shifted.
    stroke_jitter : float
        Spread by which a whole stroke is shifted against the others.
    wave : float
        Spread of the displacement by waves about as long as the digit is high.
    slant, slant_spread : float
        Mean and spread of the shear; positive leans to the right.
    turn_spread : float
        Spread of the rotation.
    width, width_spread : float
        Median of the width of a digit, and the spread of its logarithm.
    balance_spread : float
        Spread of the logarithm of the exponent that makes upper or lower, left or right parts larger.
    pen, pen_spread : float
        Median of the pen's width, and the spread of its logarithm.
    """

    jitter: float = 0.036
    end_jitter: float = 0.08
    stroke_jitter: float = 0.02
    wave: float = 0.053
    slant: float = 0.15
    slant_spread: float = 0.3
    turn_spread: float = 0.11
    width: float = 0.8
    width_spread: float = 0.25
    balance_spread: float = 0.2
    pen: float = 0.13
    pen_spread: float = 0.32


def write(allograph: Allograph, hand: Hand, rng: np.random.Generator) -> tuple[list[NDArray[np.float64]], float]:
    """Write a digit once.

    Returns
    -------
    strokes : list of arrays of shape (p, 2)
        Points (x, y), the digit about one unit high.
    pen : float
        Width of the pen in the same unit.
    """
    warp = _random_warp(hand, rng)
    strokes = [warp(_smooth(_shift_points(stroke, hand, rng))) for stroke in allograph.strokes]
    pen = hand.pen * float(np.exp(hand.pen_spread * _vary(rng, 1)[0]))
    return strokes, pen


def _shift_points(points: NDArray[np.float64], hand: Hand, rng: np.random.Generator) -> NDArray[np.float64]:
    """Shift every point at random, the ends more; the two points of a corner move together."""
    spreads = np.full((len(points), 1), hand.jitter)
    spreads[[0, -1]] = hand.end_jitter
    shifts = spreads * _vary(rng, points.shape)
    corners = np.flatnonzero((points[1:] == points[:-1]).all(axis=1))
    shifts[corners + 1] = shifts[corners]
    return points + shifts + hand.stroke_jitter * _vary(rng, 2)


def _smooth(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lay a Catmull-Rom spline through the points, shape (p, 2) to (q, 2)."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    quads = np.stack([padded[k : len(padded) - 3 + k] for k in range(4)])
    curve: NDArray[np.float64] = np.einsum("sk,kpd->psd", _SPLINE, quads)
    between_corners = (quads[1] != quads[2]).any(axis=1)
    return np.concatenate([curve[between_corners].reshape(-1, 2), points[-1:]])


def _random_warp(hand: Hand, rng: np.random.Generator) -> Callable[[NDArray[np.float64]], NDArray[np.float64]]:
    """Return a function that bends, squeezes, slants and turns points of shape (p, 2)."""
    balance = np.exp(hand.balance_spread * _vary(rng, 2))
    frequencies = _WAVE_NUMBER * _vary(rng, (_WAVES, 2))
    phases = rng.uniform(0, 2 * np.pi, _WAVES)
    amplitudes = hand.wave * _vary(rng, (_WAVES, 2))
    width, slant, angle = _vary(rng, 3)
    width = hand.width * np.exp(hand.width_spread * width)
    slant = hand.slant + hand.slant_spread * slant
    angle = hand.turn_spread * angle
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    linear = turn @ np.array([[1.0, -slant], [0.0, 1.0]]) @ np.diag([width, 1.0])

    def warp(points: NDArray[np.float64]) -> NDArray[np.float64]:
        balanced = np.sign(points) * np.abs(points) ** balance
        waved = balanced + np.sin(points @ frequencies.T + phases) @ amplitudes
        warped: NDArray[np.float64] = waved @ linear.T
        return warped

    return warp


def _vary(rng: np.random.Generator, shape: int | tuple[int, ...]) -> NDArray[np.float64]:
    """Draw from the standard normal distribution, with its tails cut."""
    return np.clip(rng.standard_normal(shape), -_MOST, _MOST)
