"""Telling ink from paper in a picture from elsewhere: dark on light or light on dark, evenly lit or not.

1. A plane laid through the picture's edge tells the shade of the paper and how it changes from side to side.
2. The **polarity**: what departs from that plane, and departs most, is ink, be it darker or lighter.
3. The **background** is what remains when everything as narrow as a stroke is wiped out: a morphological closing. It
   follows shadows, which are wider than any stroke. Even paper, as programs make it, needs no guess.
4. The difference is ink. What is no stronger than the noise of the paper goes, shades between stay: they are the
   smooth edges that MNIST's digits have too.
5. Of the connected **parts**, specks go, and so does what reaches in from a corner, such as the table under the sheet.

Closing: J. Serra, "Image Analysis and Mathematical Morphology", 1982. Threshold: N. Otsu, "A Threshold Selection
Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics 9, 1979.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.errors import PictureError
from core.pictures.connected_parts import Part, label_parts

_Shades = NDArray[np.float64]

_WINDOW_SHARES = (0.1, 0.14, 0.2, 0.28, 0.4, 0.5)
"""Widths of the closing that are tried, as shares of the picture's longer side."""
_SETTLED = 1.08
_GRAIN = 2.0
"""Standard deviation of a photo's grain, in shades of 255, that does no harm."""
_NOISE_WIDTHS = 3.5
"""Standard deviations of the paper's noise that are still taken for paper."""
_LEAST_CONTRAST = 8.0
"""Shades of 255 by which ink has to differ from paper."""
_LEAST_CLEARANCE = 6.0
"""Standard deviations of the paper's noise by which ink has to differ from paper."""
_EVEN = 0.5
"""Shades of 255 by which most of an even background departs from its surface at most."""
_DARKEST_PAPER = 40.0
_NOTHING = "nothing stands out from the background: there is no digit to be seen."
_LARGE = 100
"""Pixels from which on the averaging down to 20x20 makes soft edges anyway, and those of the picture are blur."""
_FAINT = 0.15
"""Share of full ink below which blur is left out: it would make the box of the ink wider than the digit."""
_SPECK_SHARE = 0.03
_STRONG = 0.5
_SOFT_EDGE_SHARE = 0.05


def extract_ink(brightness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the drawing that a picture shows.

    Parameters
    ----------
    brightness : uint8 array of shape (H, W)
        0 is black, 255 is white.

    Returns
    -------
    uint8 array of shape (H, W)
        0 is paper, 255 is full ink, as `core.drawing.preparation.normalize_drawing` expects it.

    Raises
    ------
    PictureError
        If nothing stands out from the background.
    """
    shades = _remove_grain(brightness).astype(np.float64)
    flat = shades - _paper_surface(shades)
    dark_on_light = (flat**3).sum() < 0
    dark = flat if dark_on_light else -flat
    # A scan, a screenshot or a drawing by a program has a background that needs no guess.
    is_even = float(np.median(np.abs(flat))) < _EVEN
    ink = np.maximum(-dark, 0) if is_even else _above_background(dark)
    if dark_on_light:
        # Ink takes a share of the light that falls on it, and in a shadow there is less.
        ink *= 255 / np.maximum(shades + ink, _DARKEST_PAPER)
    if ink.max() < _LEAST_CONTRAST:
        raise PictureError(_NOTHING)
    threshold = _otsu_threshold(ink)
    background, strong = ink[ink <= threshold], ink[ink > threshold]
    paper = float(np.median(background))
    noise = 1.4826 * float(np.median(np.abs(background - paper)))
    full = float(np.percentile(strong, 95))
    if full - paper < max(_LEAST_CONTRAST, _LEAST_CLEARANCE * noise):
        raise PictureError(_NOTHING)
    low = paper + _NOISE_WIDTHS * noise
    ink = np.clip((ink - low) / (full - low), 0, 1)
    if max(ink.shape) >= _LARGE:
        ink = np.where(ink >= _FAINT, ink, 0)
    return np.round(255 * _keep_digit(ink)).astype(np.uint8)


def _remove_grain(brightness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blur just enough to bring the grain of a photo down to `_GRAIN`; leave a clean picture as it is."""
    # Planes, straight edges and clean areas have no second difference along both axes; grain has.
    both = np.diff(np.diff(brightness.astype(np.int16), 2, axis=0), 2, axis=1)
    grain = float(np.median(np.abs(both))) / (0.6745 * 6) if both.size else 0.0
    if grain <= _GRAIN:
        return brightness
    radius = min(grain / _GRAIN / (2 * math.sqrt(math.pi)), 0.012 * max(brightness.shape))
    return np.asarray(Image.fromarray(brightness).filter(ImageFilter.GaussianBlur(radius)))


def _paper_surface(shades: _Shades) -> _Shades:
    """Lay a constant, a plane or a bowl through most of the shades: whichever follows the paper best.

    Paper is what covers most of the picture, so the best surface is the one from which half of the pixels depart
    least (least median of squares: P. Rousseeuw, Journal of the American Statistical Association 79, 1984).
    """
    y, x = np.meshgrid(*(np.linspace(-1, 1, side) for side in shades.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    thin = max(1, round(max(shades.shape) / 64))
    points, values = terms[::thin, ::thin].reshape(-1, 6), shades[::thin, ::thin].reshape(-1)
    best, least = None, np.inf
    for count, worth in ((1, 1.0), (3, 0.8), (6, 0.6)):
        factors = _fit_most(points[:, :count], values)
        departure = float(np.median(np.abs(values - points[:, :count] @ factors))) + 0.5
        if best is None or departure < worth * least:
            best, least = terms[..., :count] @ factors, departure
    assert best is not None
    return best


def _fit_most(points: _Shades, values: _Shades) -> _Shades:
    """Fit a linear model to most of the values, ignoring outliers: least absolute deviations by reweighting."""
    factors: _Shades = np.zeros(points.shape[1])
    factors[0] = np.median(values)
    for _ in range(20):
        weights = 1 / np.sqrt(np.maximum(np.abs(values - points @ factors), 0.5))
        solution = np.linalg.lstsq(points * weights[:, None], values * weights, rcond=None)
        factors = np.asarray(solution[0], np.float64)
    return factors


def _above_background(flat: _Shades) -> _Shades:
    """Return how far the ink, dark in ``flat``, departs from the background.

    The narrowest closing that is wider than the strokes follows shadows best. Closings that are too narrow find only a
    part of the ink, and more the wider they are; so the first is taken from which on the ink hardly grows.
    """
    closed = [_close(flat, round(share * max(flat.shape))) - flat for share in _WINDOW_SHARES]
    half = np.percentile(closed[-1], 99) / 2
    areas = [int((ink > half).sum()) for ink in closed]
    for ink, area, wider in zip(closed, areas, areas[1:], strict=False):
        if area and wider <= _SETTLED * area:
            return ink
    return closed[-1]


def _close(shades: _Shades, window: int) -> _Shades:
    """Wipe out everything dark that is narrower than ``window`` pixels."""
    half = max(1, window // 2)
    return -_dilate(-_dilate(shades, half), half)


def _dilate(shades: _Shades, half: int) -> _Shades:
    """Give each pixel the brightest shade within ``half`` pixels in both directions.

    Windows of twice the length are made of two windows, so that a wide one takes a handful of steps.
    """
    for axis in (0, 1):
        padding = [(half, half) if along == axis else (0, 0) for along in (0, 1)]
        padded = np.moveaxis(np.pad(shades, padding, constant_values=-np.inf), axis, 0)
        window, length = 2 * half + 1, 1
        while 2 * length <= window:
            padded = np.maximum(padded[:-length], padded[length:])
            length *= 2
        rest = window - length
        widest = np.maximum(padded[: len(padded) - rest], padded[rest:])
        shades = np.moveaxis(widest, 0, axis)
    return shades


def _otsu_threshold(values: _Shades) -> float:
    """Return the value that splits a histogram in two classes as far apart as possible."""
    counts, borders = np.histogram(values, bins=256)
    middles = (borders[:-1] + borders[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    sums = np.cumsum(counts * middles)
    distance = sums[:-1] / np.maximum(below, 1) - (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(borders[1 + int(np.argmax(below * above * distance**2))])


def _keep_digit(ink: _Shades) -> _Shades:
    """Leave the parts that make up the digit, and nothing else."""
    # The soft edge of a stroke lies beside it; what is faint and farther away is the edge of a shadow.
    strong = np.where(ink >= _STRONG, 1.0, 0.0)
    ink = np.where(_dilate(strong, max(2, round(_SOFT_EDGE_SHARE * max(ink.shape)))) > 0, ink, 0)
    labels, parts = label_parts(ink > 0, ink)
    solid = [part for part in parts if part.strongest >= _STRONG]
    inner = [part for part in solid if not _holds_corner(part, labels)]
    largest_inner = max((part.ink for part in inner), default=0.0)
    least = 0.15 * min(ink.shape)
    if any(max(part.height, part.width) >= least and part.ink == largest_inner for part in inner):
        solid = inner
    largest = max(part.ink for part in solid)
    kept = [part.label for part in solid if part.ink >= _SPECK_SHARE * largest]
    return np.where(np.isin(labels, kept), ink, 0)


def _holds_corner(part: Part, labels: NDArray[np.intp]) -> bool:
    return part.label in labels[[0, 0, -1, -1], [0, -1, 0, -1]]
