"""The least change of an image that makes a network answer something else.

Between the kinks of its ReLUs a network is linear in the pixels. There the least change that lifts a rival r to the
present answer c is found exactly: with f = z_r - z_c and g = df / dx,

    the shortest d  with  f + g . d = 0  and every pixel within [0, 1]    is    d = clip(t g),

each pixel by t times its slope, or as far as paper and full ink let it (`core.explanation.shortest_step`).

The change leads into another linear piece, with slopes of its own. Where the rival has not won there, that piece's
condition is added to the first, and the shortest change that meets both is looked for, and so on. Where it has won, the
search goes on from there with that piece alone, for a shorter one. It ends where none of the pieces met last allows a
shorter change: at the nearest image of the border between two answers, as far as those pieces reach. Whether a piece
far away holds a shorter one nobody can say without visiting all of them, which is beyond any method.

A network with maps has another piece at almost every step, since each place of a map has kinks of its own: the slopes
at one image say little of images far from it. There the search walks by short steps instead, each along the slopes
where it begins, and what it finds need not be the nearest.

Source: Moosavi-Dezfooli, Fawzi, Frossard 2016, "DeepFool: a simple and accurate method to fool deep neural networks",
arXiv:1511.04599; the limits of the pixels and the conditions kept together are added.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.explanation.shortest_step import Condition, shortest_step
from core.network.arrays import CLASSES, Floats
from core.network.input_gradient import slopes_by_pixels
from core.network.network import Network, forward
from core.progress import Report, ignore_progress

_MOST_STEPS = 60
_MOST_CONDITIONS = 12
_MOST_WALKED = 100
_SHORT = 0.1
"""Of a step where maps are: pixels from paper to full ink."""
_NARROWINGS = 3
_NO_SHORTER = 1 - 1e-4
_HOPELESS = 1.2
_MARGIN = 1e-6
"""By how much the rival's logit has to be above, as a share of the largest."""
_FURTHER = (1.0, 1.0001, 1.001, 1.01)


@dataclass(frozen=True, eq=False)
class LeastChange:
    """The shortest change that was found to another answer.

    Attributes
    ----------
    digit, rival : int
        The answer before and after.
    pixels : float32 array of shape (784,)
        The changed image, in [0, 1].
    distance : float
        Length of the change: root of the summed squares over the pixels; 1 is one pixel from paper to full ink.
    largest : float
        The most that any pixel changes, in gray levels.
    """

    digit: int
    rival: int
    pixels: Floats
    distance: float
    largest: float


def least_change(
    network: Network, pixels: Floats, rival: int | None = None, report: Report = ignore_progress
) -> LeastChange | None:
    """Look for the shortest change of an image that changes the answer.

    Parameters
    ----------
    network : Network
        With float32 parameters.
    pixels : float32 array of shape (784,)
        One image, scaled to [0, 1].
    rival : int, optional
        The digit that shall become the answer; without it, any other will do.
    report : Report
        Told how many rivals are tried.

    Returns
    -------
    LeastChange or None
        None where the rival is the answer already, or no such change was found.
    """
    logits = _logits(network, pixels)
    digit = int(logits.argmax())
    if rival == digit or not np.isfinite(logits).all():
        return None
    exact = Network(network.parameters.astype(np.float64))
    borders = [
        _Border(exact, other, [digit] if rival is None else [one for one in range(CLASSES) if one != other])
        for other in ([other for other in range(CLASSES) if other != digit] if rival is None else [rival])
    ]
    start = pixels.astype(np.float64)
    borders.sort(key=lambda border: border.first_guess(start))
    best: Floats | None = None
    for place, border in enumerate(borders):
        report(place / len(borders), "looking for the least change")
        nearest = border.nearest(start, np.inf if best is None else _distance(best, pixels))
        if nearest is None:
            continue
        for share in _FURTHER:
            # Rounded to float32 it may lie a hair before the border.
            single = np.clip(start + share * (nearest - start), 0, 1).astype(np.float32)
            answer = int(_logits(network, single).argmax())
            if answer == rival or (rival is None and answer != digit):
                if best is None or _distance(single, pixels) < _distance(best, pixels):
                    best = single
                break
    if best is None:
        return None
    answer = int(_logits(network, best).argmax())
    return LeastChange(digit, answer, best, _distance(best, pixels), 255 * float(np.abs(best - pixels).max()))


class _Border:
    """Where a rival's logit comes up to those of other digits, and by a margin further."""

    def __init__(self, network: Network, rival: int, against: list[int]) -> None:
        self._network = network
        self._rival = rival
        self._against = np.array(against)

    def first_guess(self, start: Floats) -> float:
        """Return how far away the border is by the slopes at ``start``; infinity where they do not reach it."""
        step = shortest_step([self._condition(start, start)], -start, 1 - start)
        return np.inf if step is None else float(np.linalg.norm(step))

    def nearest(self, start: Floats, closer_than: float) -> Floats | None:
        """Return the nearest image beyond the border that is found, shape (784,); None where none is.

        The search is given up where its steps stay longer than ``closer_than`` by a good part.
        """
        low, high = -start, 1 - start
        if self._network.parameters.layout.has_maps:
            return self._walked_to(start)
        conditions = [self._condition(start, start)]
        best: Floats | None = None
        for _ in range(_MOST_STEPS):
            step = shortest_step(conditions, low, high)
            if best is not None and (step is None or np.linalg.norm(step) >= _NO_SHORTER * np.linalg.norm(best)):
                break
            if step is None:
                # Conditions of far pieces may exclude each other; the last alone, not to be met, shows where to go.
                conditions = conditions[-1:]
                slopes = conditions[0].slopes
                step = np.where(slopes > 0, high, np.where(slopes < 0, low, 0.0))
            if np.linalg.norm(step) > _HOPELESS * closer_than:
                break
            if self._is_beyond((start + step)[np.newaxis])[0]:
                best = self._shortened(start, step)
                conditions = [self._condition(start + best, start)]
            else:
                conditions = [*conditions, self._condition(start + step, start)][-_MOST_CONDITIONS:]
        return None if best is None else np.clip(start + best, 0, 1)

    def _walked_to(self, start: Floats) -> Floats | None:
        """Return an image beyond the border that short steps lead to, each by the slopes where it begins."""
        at = start
        for _ in range(_MOST_WALKED):
            step = shortest_step([self._condition(at, at)], -at, 1 - at)
            if step is None:
                return None
            length = float(np.linalg.norm(step))
            at = np.clip(at + step * min(1, _SHORT / length), 0, 1)
            if self._is_beyond(at[np.newaxis])[0]:
                return np.clip(start + self._shortened(start, at - start), 0, 1)
        return None

    def _condition(self, at: Floats, start: Floats) -> Condition:
        """Return what a step from ``start`` has to gain by the slopes found at another image."""
        logits = _logits(self._network, at)
        strongest = int(self._against[logits[self._against].argmax()])
        direction = np.zeros((1, CLASSES))
        direction[0, self._rival], direction[0, strongest] = 1, -1
        slopes = slopes_by_pixels(self._network, at, direction)[0]
        ahead = float(logits[self._rival] - logits[strongest])
        return Condition(slopes, self._wanted(logits) - ahead + float(slopes @ (at - start)))

    def _is_beyond(self, images: Floats) -> NDArray[np.bool_]:
        """Return for each image, of an array (m, 784), whether it lies beyond the border."""
        logits = forward(self._network, images).logits
        ahead = logits[:, self._rival] - logits[:, self._against].max(axis=1)
        # What a condition requires is met but for rounding.
        beyond: NDArray[np.bool_] = ahead >= 0.5 * self._wanted(logits)
        return beyond

    def _wanted(self, logits: Floats) -> Any:
        return _MARGIN * np.maximum(1, np.abs(logits).max(axis=-1))

    def _shortened(self, start: Floats, step: Floats) -> Floats:
        """Return the part of a step that leads just beyond the border, where the step as a whole leads further."""
        low, high = 0.0, 1.0
        for _ in range(_NARROWINGS):
            shares = np.linspace(low, high, 17)[1:]
            beyond = self._is_beyond(start + shares[:-1, np.newaxis] * step)
            # The last is known to be.
            first = int(np.append(beyond, True).argmax())
            low, high = (shares[first - 1] if first else low), shares[first]
        return high * step


def _logits(network: Network, pixels: Floats) -> Floats:
    logits: Floats = forward(network, pixels[np.newaxis]).logits[0]
    return logits


def _distance(one: Floats, other: Floats) -> float:
    return float(np.linalg.norm(one.astype(np.float64) - other))
