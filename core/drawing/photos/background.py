"""Telling ink from paper in an image from elsewhere: dark on light or light on dark, evenly lit or not.

1. A surface laid through most of the image is the shade of the paper, where one shade makes most of it.
2. The **polarity**: what departs from that surface, and departs most, is ink, be it darker or lighter. On a page, where
   the surface may be that of a table, ink is what is thinner than the gaps between it.
3. The **background** is what remains when everything as narrow as a stroke is wiped out: a morphological closing. It
   follows shadows, which are wider than any stroke, and the edge between a sheet and the table below it. Even paper,
   as programs make it, needs no guess.
4. The difference is ink. **Printed lines** go: rulings, squares, boxes, tables (`core.drawing.photos.printed_lines`).
5. What is no stronger than the noise of the paper goes, shades between stay: they are the smooth edges that MNIST's
   digits have too. Of the connected **parts**, those that make up a digit stay (`core.drawing.photos.digit_parts`).

Closing: J. Serra, "Image Analysis and Mathematical Morphology", 1982. Threshold: N. Otsu, "A Threshold Selection
Method from Gray-Level Histograms", IEEE Transactions on Systems, Man, and Cybernetics 9, 1979.
"""

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from core.drawing.photos.digit_parts import keep_digit
from core.drawing.photos.morphology import closing, opening
from core.drawing.photos.printed_lines import erase_printed_lines
from core.errors import ImageError
from core.network.arrays import IMAGE_SIDE

_Shades = NDArray[np.float32]

_WINDOW_SHARES = (0.1, 0.14, 0.2, 0.28, 0.4, 0.5)
"""Widths of the closing that are tried, as shares of the image's longer side."""
_SETTLED = 1.08
_GRAIN = 2.0
"""Standard deviation of a photo's grain, in shades of 255, that does no harm."""
_NOISE_WIDTHS = 3.5
"""Standard deviations of the paper's noise that are still taken for paper."""
_LEAST_CONTRAST = 8.0
"""Shades of 255 by which ink has to differ from paper."""
_LEAST_ON_PAGE = 20.0
"""The same on a page, where blotches and creases are that dark."""
_LEAST_CLEARANCE = 6.0
"""Standard deviations of the paper's noise by which ink has to differ from paper."""
_CLEAR = 4.5
"""Standard deviations of the paper's noise beyond which next to no paper lies."""
_CLEAREST = 14.0
"""The same by which the ink of a small digit has to differ: a blur against grain leaves blotches."""
_MOST_INK = 0.35
"""Share of a page that ink may cover: of squared paper, the squares are more than that."""
_TILE = 16
"""Pixels of a square whose noise is measured."""
_EVEN = 0.5
"""Shades of 255 by which most of an even background departs from its surface at most."""
_SHEET_SHARE = 0.33
"""Width, as a share of the longer side, that no stroke has: what is wider is a sheet."""
_DARKEST_PAPER = 40.0
_DARKEST_SHARE = 0.4
"""Share of the brightest paper's shade that paper in a shadow has at least; what is darker is a table."""
_NOTHING = "nothing stands out from the background: there is no digit to be seen."
_LARGE = 100
"""Pixels from which on the averaging down to 20x20 makes soft edges anyway, and those of the image are blur."""
_PAGE = 150
"""Pixels of the shorter side from which on an image may be a page, with more on it than a digit."""
_FAINT = 0.15
"""Share of full ink below which blur is left out: it would make the box of the ink wider than the digit."""
_POLARITY_WINDOWS = (3, 5, 7, 9, 13, 17, 25, 33)
"""Widths, in pixels of half the image's size, that tell the thickness of what is dark and of what is light."""
_ABOUT_AS_THICK = 2
"""Steps of those widths within which the amount of both decides, where one is much less than the other."""
_DEEPEST = 99.95
"""Per cent of a page's pixels beyond which only ink lies, however small the digit."""
_MUCH = 0.5


def extract_ink(brightness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the drawing that an image shows.

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
    ImageError
        If nothing stands out from the background.
    """
    shades = _remove_grain(brightness).astype(np.float32)
    ink = _even_ink(shades)
    is_photo = ink is None
    if ink is None:
        ink = _photo_ink(shades)
    if ink.max() < _LEAST_CONTRAST:
        raise ImageError(_NOTHING)
    straight = None
    if min(ink.shape) >= _PAGE:
        ink, straight = erase_printed_lines(ink)
    low, full = _ink_range(ink)
    ink = np.clip((ink - low) / (full - low), 0, 1)
    if max(ink.shape) >= _LARGE:
        ink = np.where(ink >= _FAINT, ink, 0)
    return np.round(255 * keep_digit(ink, straight, is_photo=is_photo)).astype(np.uint8)


def is_from_camera(brightness: NDArray[np.uint8]) -> bool:
    """Return whether an image was taken by a camera or a scanner: programs make most of the paper one exact shade."""
    commonest = int(np.bincount(brightness.ravel()).max())
    return max(brightness.shape) > IMAGE_SIDE and 2 * commonest < brightness.size


def _even_ink(shades: _Shades) -> _Shades | None:
    """Return the ink of a scan, a screenshot or a drawing by a program; None where the background is not that even."""
    flat: _Shades = shades - _paper_surface(shades)
    if float(np.median(np.abs(flat))) >= _EVEN:
        return None
    dark_on_light = bool((flat**3).sum() < 0)
    ink: _Shades = np.maximum(-flat if dark_on_light else flat, 0)
    strong = ink > ink.max() / 2
    if min(ink.shape) >= _PAGE:
        window = round(_SHEET_SHARE * max(ink.shape))
        sheet = opening(np.pad(strong.astype(np.uint8), window), window)
        if 2 * sheet.sum(dtype=np.intp) > strong.sum():
            # Not ink on paper, but a sheet on a table.
            return None
    return _as_share(ink, shades) if dark_on_light else ink


def _photo_ink(shades: _Shades) -> _Shades:
    is_page = min(shades.shape) >= _PAGE
    dark_on_light = _is_dark_on_light(shades) if is_page else bool(((shades - _paper_surface(shades)) ** 3).sum() < 0)
    # On a page, a strip of the table beside the sheet goes on outside, and is no stroke.
    ink = _above_background(shades if dark_on_light else 255 - shades, goes_on=is_page)
    return _as_share(ink, shades) if dark_on_light else ink


def _as_share(ink: _Shades, shades: _Shades) -> _Shades:
    """Ink takes a share of the light that falls on it, and in a shadow there is less."""
    darkest = max(_DARKEST_PAPER, _DARKEST_SHARE * float(np.percentile(shades, 95)))
    share: _Shades = ink * (255 / np.maximum(shades + ink, darkest))
    return share


def _ink_range(ink: _Shades) -> tuple[float, float]:
    """Return up to which strength ink is noise, and from which on it is full."""
    threshold, least = _otsu_threshold(ink), _LEAST_CONTRAST
    if min(ink.shape) >= _PAGE:
        least = _LEAST_ON_PAGE
        paper, noise = _quiet_paper(ink)
        if float(np.percentile(ink, _DEEPEST)) - paper < _CLEAREST * noise:
            raise ImageError(_NOTHING)
        if (ink > threshold).mean() > _MOST_INK:
            # A small digit on a large page is no class of its own in the histogram: noise was split in two.
            threshold = max(threshold, paper + max(_CLEAR * noise, least / 2))
    background, strong = ink[ink <= threshold], ink[ink > threshold]
    if not strong.size:
        raise ImageError(_NOTHING)
    paper = float(np.median(background))
    noise = 1.4826 * float(np.median(np.abs(background - paper)))
    full = float(np.percentile(strong, 95))
    if full - paper < max(least, _LEAST_CLEARANCE * noise):
        raise ImageError(_NOTHING)
    return paper + _NOISE_WIDTHS * noise, full


def _quiet_paper(ink: _Shades) -> tuple[float, float]:
    """Return median and noise of the ink where a page is quietest: on the sheet, not on the wood around it."""
    rows, columns = (side // _TILE * _TILE for side in ink.shape)
    squares = ink[:rows, :columns].reshape(rows // _TILE, _TILE, columns // _TILE, _TILE)
    tiles = squares.swapaxes(1, 2).reshape(-1, _TILE * _TILE)
    middles = np.median(tiles, axis=1)
    noises = 1.4826 * np.median(np.abs(tiles - middles[:, None]), axis=1)
    quiet = noises <= np.percentile(noises, 25)
    return float(np.median(middles[quiet])), float(np.median(noises[quiet]))


def _remove_grain(brightness: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Blur just enough to bring the grain of a photo down to `_GRAIN`; leave a clean image as it is."""
    # Planes, straight edges and clean areas have no second difference along both axes; grain has.
    both = np.diff(np.diff(brightness.astype(np.int16), 2, axis=0), 2, axis=1)
    grain = float(np.median(np.abs(both))) / (0.6745 * 6) if both.size else 0.0
    if grain <= _GRAIN:
        return brightness
    radius = min(grain / _GRAIN / (2 * math.sqrt(math.pi)), 0.012 * max(brightness.shape))
    return np.asarray(Image.fromarray(brightness).filter(ImageFilter.GaussianBlur(radius)))


def _paper_surface(shades: _Shades) -> _Shades:
    """Lay a constant, a plane or a bowl through most of the shades: whichever follows the paper best.

    Paper is what covers most of the image, so the best surface is the one from which half of the pixels depart
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
    return best.astype(np.float32)


def _fit_most(points: NDArray[np.float64], values: _Shades) -> NDArray[np.float64]:
    """Fit a linear model to most of the values, ignoring outliers: least absolute deviations by reweighting."""
    factors: NDArray[np.float64] = np.zeros(points.shape[1])
    factors[0] = np.median(values)
    for _ in range(20):
        weights = 1 / np.sqrt(np.maximum(np.abs(values - points @ factors), 0.5))
        solution = np.linalg.lstsq(points * weights[:, None], values * weights, rcond=None)
        factors = np.asarray(solution[0], np.float64)
    return factors


def _is_dark_on_light(shades: _Shades) -> bool:
    """Return whether the ink on a page is darker than the paper: it is thinner than what lies between its strokes.

    Dark and light structures are wiped out by wider and wider windows; ink is what the narrower windows get. That does
    not ask how large the sheet is, nor whether the table below it is lighter or darker.
    """
    height, width = shades.shape
    half = Image.fromarray(shades).resize((max(1, width // 2), max(1, height // 2)), Image.Resampling.BOX)
    small = np.asarray(half)
    wiped = [
        [closing(image, window, goes_on=True) - image for window in _POLARITY_WINDOWS] for image in (small, 255 - small)
    ]
    strong = max(float(np.percentile(kind[-1], _DEEPEST)) for kind in wiped) / 2
    areas = np.array([[int((depth > strong).sum()) for depth in kind] for kind in wiped])
    dark, light = (int(np.argmax(area >= _MUCH * area[-1])) if area[-1] else len(area) for area in areas)
    if dark != light:
        few, many = sorted(areas[:, -1])
        if abs(dark - light) <= _ABOUT_AS_THICK and few < _MUCH * many and many < _MOST_INK * small.size:
            # Of a thick pen's strokes, what they enclose may be thinner than they are; but it is less.
            return bool(areas[0, -1] > areas[1, -1])
        return dark < light
    return bool(areas[0, dark] >= areas[1, light]) if areas.any() else True


def _above_background(shades: _Shades, *, goes_on: bool) -> _Shades:
    """Return how far dark ink departs from the background.

    The narrowest closing that is wider than the strokes follows shadows best. Closings that are too narrow find only a
    part of the ink, and more the wider they are; so the first is taken from which on the ink hardly grows.
    """
    windows = [round(share * max(shades.shape)) for share in _WINDOW_SHARES]
    closed = [closing(shades, window, goes_on=goes_on) - shades for window in windows]
    half = np.percentile(closed[-1], 99) / 2
    areas = [int((ink > half).sum()) for ink in closed]
    for ink, area, wider in zip(closed, areas, areas[1:], strict=False):
        if area and wider <= _SETTLED * area:
            return ink
    return closed[-1]


def _otsu_threshold(values: _Shades) -> float:
    """Return the value that splits a histogram in two classes as far apart as possible."""
    counts, borders = np.histogram(values, bins=256)
    middles = (borders[:-1] + borders[1:]) / 2
    below = np.cumsum(counts)[:-1]
    above = values.size - below
    sums = np.cumsum(counts * middles)
    distance = sums[:-1] / np.maximum(below, 1) - (sums[-1] - sums[:-1]) / np.maximum(above, 1)
    return float(borders[1 + int(np.argmax(below * above * distance**2))])
