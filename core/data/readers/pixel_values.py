"""What the numbers in a data set mean: which is paper, which is full ink, and how to make 0 and 255 of them.

Told from the whole set, never from one cell: paper is what most of the outermost pixels hold, and full ink the other
end of the range, which most images reach, however small. So 0 and 1, 0 to 16, fractions, -1 to 1, standardized
numbers, 16 bits and paper that is white are all one case. Where a set does not look like that, it stays as it is if
its numbers are whole ones from 0 to 255, and is refused otherwise.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.readers.raw_set import RawSet, Values, wrong_pixel
from core.errors import DataError
from core.network.arrays import IMAGE_SIDE

FULL = 255

_SAMPLE = 2_000
"""So many images, spread evenly, are looked at for how most are."""

_MOSTLY, _SELDOM = 0.6, 0.2
"""At least, and at most, so many of the outermost pixels are white where paper is white."""

_OFTEN = 0.4
"""At least so many are black where paper is black: a digit's are all, but shirts and letters reach the rim."""

_NEAR = 1 / 8
"""What lies within an eighth of the range of its end counts as that end."""

_REACHING = 0.5
"""So many images reach full ink, where the numbers are to be stretched."""

_FAINT = 128
_STRAY = 0.01
"""A smaller share of values that fit nothing are mistakes in single cells."""

_RIM = np.pad(np.zeros((IMAGE_SIDE - 2, IMAGE_SIDE - 2), bool), 1, constant_values=True).reshape(-1)


@dataclass(frozen=True)
class PixelScale:
    """How values become pixels.

    Attributes
    ----------
    paper, ink : float
        The values that become 0 and 255.
    note : str
        What to tell of it; empty where the values stay as they are.
    """

    paper: float = 0.0
    ink: float = float(FULL)
    note: str = ""

    def apply(self, values: Values) -> NDArray[np.uint8]:
        """Return pixels, uint8 of the same shape."""
        if values.dtype == np.uint8:
            table = self._scaled(np.arange(FULL + 1, dtype=np.float32))
            is_plain = (self.paper, self.ink) == (0.0, FULL)
            return values.astype(np.uint8, copy=False) if is_plain else table[values]
        pixels = np.empty(values.shape, np.uint8)
        for start in range(0, len(values), _SAMPLE):
            rows = slice(start, start + _SAMPLE)
            pixels[rows] = self._scaled(values[rows].astype(np.float32))
        return pixels

    def _scaled(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        shares = (values - np.float32(self.paper)) / np.float32(self.ink - self.paper)
        pixels: NDArray[np.uint8] = np.rint(shares.clip(0, 1) * FULL).astype(np.uint8)
        return pixels


AS_THEY_ARE = PixelScale()


def find_scale(raw: RawSet) -> PixelScale | None:
    """Return how a set's values become pixels; None where the set is too empty to tell.

    Raises
    ------
    DataError
        If the values fit nothing; it names the first cell where a single one does not, and the range otherwise.
    """
    values = raw.values
    assert values is not None
    low, high = float(values.min()), float(values.max())
    if low == high:
        return _of_equal_values(raw, low)
    sample = values[:: -(-len(values) // _SAMPLE)]
    is_bytes = values.dtype == np.uint8
    inverted = _is_inverted(sample, low, high)
    if is_bytes and high >= _FAINT:
        return _inverted(low, high) if inverted else AS_THEY_ARE
    if not is_bytes:
        _refuse_stray_values(raw)
        if low >= 0 and _FAINT <= high <= FULL:
            # Gray levels that are not whole, as scaling or blurring leaves them.
            return _inverted(low, high) if inverted else AS_THEY_ARE
    if inverted is not None and _share_reaching(sample, low if inverted else high, high - low) >= _REACHING:
        paper, ink = (high, low) if inverted else (low, high)
        turned = ", and dark on light: inverted" if inverted else ""
        return PixelScale(paper, ink, f"The pixels are {_range_text(low, high, sample)}{turned}; scaled to 0 to 255.")
    if is_bytes and high >= 32:
        return PixelScale(note=f"Faint: no pixel is above {high:g} of 255.")
    raise DataError(
        f"{raw.name}: the pixels go from {low:g} to {high:g}, and which of them is paper and which full ink cannot be "
        "told for sure. Scale them to 0 for paper and 255 for ink, then open the file again."
    )


def _of_equal_values(raw: RawSet, value: float) -> PixelScale | None:
    if value in (0, FULL):
        return PixelScale(FULL, 0, "") if value else None
    if raw.values is not None and raw.values.dtype == np.uint8:
        return AS_THEY_ARE
    raise DataError(f"{raw.name}: all pixels are {value:g}; expected images. Choose another file.")


def _is_inverted(sample: Values, low: float, high: float) -> bool | None:
    """Tell whether paper is the high end of the range; None where the rim of the images is neither."""
    reach = (high - low) * _NEAR
    rim = sample[:, _RIM]
    at_low, at_high = float((rim <= low + reach).mean()), float((rim >= high - reach).mean())
    if at_high >= _MOSTLY and at_low <= _SELDOM and float(sample.mean()) > (low + high) / 2:
        return True
    return False if at_low >= _OFTEN and at_low >= 2 * at_high else None


def _share_reaching(sample: Values, ink: float, span: float) -> float:
    """Return the share of images that have a pixel near full ink."""
    distance = np.abs(sample.astype(np.float32) - np.float32(ink)).min(axis=1)
    return float((distance <= span * _NEAR).mean())


def _inverted(low: float, high: float) -> PixelScale:
    return PixelScale(high, low, "The images were dark on light: inverted.")


def _refuse_stray_values(raw: RawSet) -> None:
    """Refuse single cells that do not fit the whole numbers from 0 to 255 that all others are."""
    values = raw.values
    assert values is not None
    high = np.count_nonzero(values > 1)
    if not high:
        return
    wrong = (values < 0) | (values > FULL) | (values != np.floor(values))
    count = np.count_nonzero(wrong)
    if 0 < count <= max(_STRAY * np.count_nonzero(values), 1):
        image, pixel = (int(place) for place in np.argwhere(wrong)[0])
        raise wrong_pixel(raw, image, pixel)


def _range_text(low: float, high: float, sample: Values) -> str:
    if (low, high) == (0, 1):
        return "0 or 1" if np.isin(sample[:200], (0, 1)).all() else "fractions from 0 to 1"
    return f"from {_number(low)} to {_number(high)}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:.4g}"
