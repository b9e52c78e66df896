"""Where axes begin and end and where their marks stand: pure arithmetic on round numbers.

An axis that follows every new value must be redrawn twenty times a second, and its marks never stand still. These
ranges widen in jumps from one round number to the next instead.
"""

from collections.abc import Sequence
from math import ceil, floor, inf, isfinite, log10

import numpy as np
from numpy.typing import NDArray

_STEPS = (1.0, 1.25, 1.6, 2.0, 2.6, 3.2, 4.0, 5.0, 6.4, 8.0, 10.0)
"""About equal factors, so that an axis always widens by about a quarter; 2.6 just holds the 2.3 to 2.5 of guessing."""

_CLOSE_UPS = (0.99, 0.98, 0.95, 0.9, 0.8, 0.5, 0.0)
_MOMENT = 0.01
"""A share of a curve's time so short that what happens in it alone makes no room for itself."""

LOWEST_LOSS = 1e-6
"""Where a logarithmic axis of losses ends at the latest: float32 tells nothing below."""


def round_up(value: float) -> float:
    """Return the least number of few digits, such as 1.25, 2.6 or 640, that is not below a positive value."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in _STEPS if step * power >= value * (1 - 1e-12))


def widened(limit: float, value: float, fill: float, most: float = inf) -> float:
    """Return where an axis should end so that ``value`` lies on it.

    Parameters
    ----------
    limit : float
        Where it ends now; 0 where it has not been drawn yet.
    value : float
        The greatest value on it.
    fill : float
        The share of the axis that values may take.
    most : float
        Further it never need go; a jump that would leave but little of that goes all the way.

    Returns
    -------
    float
        ``limit`` where that will do, else a rounder and larger number, or ``most``.
    """
    if not isfinite(value) or value <= limit * fill:
        return limit
    wider = round_up(value / fill)
    return most if wider > 0.8 * most else wider


def lasting_top(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Return the greatest value of a curve, x ascending, apart from spikes.

    What a curve begins with counts always. Above that, a value counts if for more than a moment the curve is at least
    as high: a loss that shoots up to 100 and is back within a few of many thousand updates would otherwise squeeze all
    that matters into a line at the bottom.
    """
    if len(x) < 2 or y.max() <= 1.5 * y[0]:
        return float(y.max())
    falling = np.argsort(-y)
    spent_above = np.cumsum(np.gradient(x)[falling])
    lasting = y[falling][np.searchsorted(spent_above, _MOMENT * (x[-1] - x[0]))]
    return float(max(y[0], lasting))


def log_limits(low: float, high: float) -> tuple[float, float]:
    """Return a range that holds two positive values and begins and ends at 1, 2 or 5 times a power of ten."""
    low, high = max(low, LOWEST_LOSS), max(high, LOWEST_LOSS)
    begin = next(step * 10.0 ** floor(log10(low)) for step in (5, 2, 1) if step * 10.0 ** floor(log10(low)) <= low)
    power = 10.0 ** floor(log10(high))
    end = next(step * power for step in (1, 2, 5, 10) if step * power >= high)
    return begin, max(end, 2 * begin)


def close_up(lowest: float, current: float) -> float:
    """Return from which fraction an accuracy axis up to 1 should begin, so that ``lowest`` is on it.

    It comes closer only once there is room to spare, and so does not jump to and fro.
    """
    fitting = next(begin for begin in _CLOSE_UPS if begin <= lowest or begin == 0)
    if fitting > current and lowest < fitting + 0.1 * (1 - fitting):
        fitting = next(begin for begin in _CLOSE_UPS if begin < fitting or begin == 0)
        return max(fitting, current)
    return fitting


def round_ticks(low: float, high: float, most: int, least_step: float = 0.0) -> tuple[float, list[float]]:
    """Return the step and the places of at most ``most`` marks at multiples of 1, 2 or 5 times a power of ten."""
    wanted = max((high - low) / max(most, 1), least_step, 1e-12)
    power = 10.0 ** floor(log10(wanted))
    step = next(unit * power for unit in (1, 2, 5, 10) if unit * power >= wanted * (1 - 1e-9))
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return step, [index * step for index in range(first, last + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the places of at most ``most`` marks on a logarithmic axis: all of 1, 2, 5 per decade, or fewer."""
    exponents = range(floor(log10(low)), ceil(log10(high)) + 1)
    found: list[float] = []
    for units in ((1, 2, 5), (1, 3), (1,)):
        found = [unit * 10.0**exponent for exponent in exponents for unit in units]
        found = [tick for tick in found if low * (1 - 1e-9) <= tick <= high * (1 + 1e-9)]
        if len(found) <= most:
            return found
    return found[:: ceil(len(found) / max(most, 1))]


def pushed_apart(places: Sequence[float], distance: float, low: float, high: float) -> list[float]:
    """Move labels that would overlap.

    Parameters
    ----------
    places : sequence of float
        Where each label's middle should be.
    distance : float
        How far apart two neighbors must be.
    low, high : float
        Where the first and the last may be.

    Returns
    -------
    list of float
        Places in the order given, ``distance`` apart where there is room, in their old order from low to high.
    """
    order = sorted(range(len(places)), key=lambda index: places[index])
    moved: list[float] = []
    for index in order:
        moved.append(max(places[index], moved[-1] + distance if moved else low))
    if len(moved) == 2 and moved[1] - places[order[1]] > 0:
        # Two that meet give way equally.
        shift = min((moved[1] - places[order[1]]) / 2, moved[0] - low)
        moved = [place - shift for place in moved]
    limit = high
    for index in reversed(range(len(moved))):
        moved[index] = min(moved[index], limit)
        limit = moved[index] - distance
    result = [0.0] * len(places)
    for place, index in zip(moved, order, strict=True):
        result[index] = place
    return result


def touching(places: Sequence[float], distance: float) -> list[list[int]]:
    """Return which labels stand close to each other, block by block: the places in ``places``, from low to high.

    Two belong together where their middles are less than twice ``distance``, the height of a label, apart.
    """
    blocks: list[list[int]] = []
    for index in sorted(range(len(places)), key=lambda index: places[index]):
        if blocks and places[index] - places[blocks[-1][-1]] < 2 * distance:
            blocks[-1].append(index)
        else:
            blocks.append([index])
    return blocks


def free_shift(
    span: tuple[float, float], taken: Sequence[tuple[float, float]], bounds: tuple[float, float]
) -> float | None:
    """Return by how little something must move to touch nothing, None where there is no room at all.

    Parameters
    ----------
    span : (float, float)
        From where to where it reaches.
    taken : sequence of (float, float)
        What is in the way.
    bounds : (float, float)
        Beyond these it may not go.
    """
    low, high = span
    shifts = [0.0, *(begin - high for begin, _ in taken), *(end - low for _, end in taken)]
    fitting = [
        shift
        for shift in shifts
        if bounds[0] <= low + shift
        and high + shift <= bounds[1]
        and all(high + shift <= begin or low + shift >= end for begin, end in taken)
    ]
    return min(fitting, key=abs, default=None)
