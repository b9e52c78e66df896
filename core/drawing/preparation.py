"""From a drawing to the 28x28 image that a network was trained on.

A network knows digits only as MNIST shows them, so a drawing has to be prepared exactly as the MNIST digits were:

1. find the **box** of the ink and widen it to a **square**;
2. reduce the square to 20x20 by **area averaging** and scale the darkest pixel to full ink;
3. paste the result into 28x28 so that its **center of mass**, not its box, lies in the middle.

Each step matters: a network that reads 95 of 100 drawings prepared in this way reads far fewer where, say, the box was
centered. `prepare` returns every intermediate image and can leave a step out, so that this can be seen.

The steps are those of the reconstruction of MNIST from its sources: C. Yadav and L. Bottou, "Cold Case: The Lost MNIST
Digits", NeurIPS 2019, https://arxiv.org/abs/1905.10498 and https://github.com/facebookresearch/qmnist.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import floor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import IMAGE_SIDE

DIGIT_SIDE = 20
"""Side of the square that MNIST scales every digit to, in pixels of the final image."""

SMALLEST_SQUARE = 10
"""Side of the smallest square that is cut out, in pixels of the drawing; it keeps a dot from growing without bound."""

_Ink = TypeVar("_Ink", np.uint8, np.float32)

# The barycenter is counted from the edge of the 20x20 image with pixel centers at i + 0.5, as MNIST's was.
_MIDDLE = IMAGE_SIDE // 2 + 1


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels: rows ``top`` to ``bottom - 1``, columns ``left`` to ``right - 1``; may reach outside."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.right - self.left


@dataclass(frozen=True, eq=False)
class Preparation:
    """What each step of the preparation made of one drawing.

    Attributes
    ----------
    ink_box : Box or None
        The tight box around all ink, in pixels of the drawing; None for an empty drawing.
    square_box : Box or None
        The square that was cut out; it may reach outside of the drawing, where there is paper.
    square : uint8 array of shape (m, m)
        The drawing inside ``square_box``.
    reduced : float32 array of shape (s, s), in [0, 1]
        The square, reduced; s is 20 unless scaling was left out.
    offset : tuple of two ints
        Row and column of ``pasted`` at which the top left pixel of ``reduced`` lies; may be negative.
    pasted : float32 array of shape (28, 28), in [0, 1]
        The final image.
    """

    ink_box: Box | None
    square_box: Box | None
    square: NDArray[np.uint8]
    reduced: NDArray[np.float32]
    offset: tuple[int, int]
    pasted: NDArray[np.float32]

    @property
    def pixels(self) -> NDArray[np.float32]:
        """The final image as a network takes it, shape (784,)."""
        return self.pasted.reshape(-1)


def normalize_drawing(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Prepare a drawing as the digits of MNIST were prepared.

    Parameters
    ----------
    image : uint8 array of shape (H, W)
        The drawing; 0 is paper, 255 is full ink. Any size, the digit anywhere on it.

    Returns
    -------
    float32 array of shape (784,), in [0, 1]
        Multiples of 1/255, as MNIST's bytes are; all zeros for an empty drawing.

    Raises
    ------
    ValueError
        If ``image`` is not a two-dimensional uint8 array.
    """
    return prepare(image).pixels


def prepare(image: NDArray[np.uint8], *, crop: bool = True, scale: bool = True, center: bool = True) -> Preparation:
    """Prepare a drawing step by step.

    Parameters
    ----------
    image : uint8 array of shape (H, W)
        The drawing; 0 is paper, 255 is full ink.
    crop : bool
        Cut out the square around the ink; otherwise the whole drawing, made square, is kept.
    scale : bool
        Scale the square to 20x20; otherwise the digit keeps the size it was drawn at, relative to the drawing.
    center : bool
        Paste by the center of mass; otherwise the middle of the square is put in the middle.

    Raises
    ------
    ValueError
        If ``image`` is not a two-dimensional uint8 array.
    """
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError(f"a drawing is a two-dimensional array of uint8, not {image.ndim}-dimensional {image.dtype}")
    ink_box = find_ink(image)
    if ink_box is None:
        side = max(*image.shape, 1)
        blank = np.zeros((DIGIT_SIDE, DIGIT_SIDE), np.float32)
        pasted, offset = _paste(blank, center=False)
        return Preparation(None, None, np.zeros((side, side), np.uint8), blank, offset, pasted)

    kept = ink_box if crop else Box(0, 0, *image.shape)
    square_box = _widen_to_square(kept)
    square = _cut(image, square_box)
    side = DIGIT_SIDE if scale else _side_as_drawn(square_box.height, max(image.shape))
    reduced = _reduce(square, side)
    pasted, offset = _paste(reduced, center=center)
    return Preparation(ink_box, square_box, square, reduced, offset, pasted)


def find_ink(image: NDArray[np.uint8]) -> Box | None:
    """Return the tight box around everything that is not paper, None where there is only paper."""
    rows = np.flatnonzero(image.any(axis=1))
    if not rows.size:
        return None
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    columns = np.flatnonzero(image[top:bottom].any(axis=0))
    return Box(top, int(columns[0]), bottom, int(columns[-1]) + 1)


def _widen_to_square(box: Box) -> Box:
    """Widen the shorter side on both ends alike; an odd pixel goes to the end."""
    side = max(box.height, box.width, SMALLEST_SQUARE)
    top = box.top - (side - box.height) // 2
    left = box.left - (side - box.width) // 2
    return Box(top, left, top + side, left + side)


def _cut(image: NDArray[_Ink], box: Box) -> NDArray[_Ink]:
    """Cut ``box`` out of ``image``, with paper where it reaches outside."""
    cut = np.zeros((box.height, box.width), image.dtype)
    top, left = max(box.top, 0), max(box.left, 0)
    inside = image[top : box.bottom, left : box.right]
    row, column = top - box.top, left - box.left
    cut[row : row + inside.shape[0], column : column + inside.shape[1]] = inside
    return cut


def _side_as_drawn(square_side: int, drawing_side: int) -> int:
    """Return the side of the square when the whole drawing is reduced to 28 pixels."""
    return min(max(round(IMAGE_SIDE * square_side / drawing_side), 1), IMAGE_SIDE)


def _reduce(square: NDArray[np.uint8], side: int) -> NDArray[np.float32]:
    """Average areas down (or up) to (side, side), scale the maximum to 1, round to bytes."""
    weights = _area_weights(square.shape[0], side)
    averaged = weights @ square @ weights.T
    largest = float(averaged.max())
    if largest <= 0:
        return np.zeros((side, side), np.float32)
    levels: NDArray[np.float64] = np.floor(averaged * (255 / largest) + 0.5)
    return (levels / 255).astype(np.float32)


@lru_cache(maxsize=256)
def _area_weights(old: int, new: int) -> NDArray[np.float64]:
    """Return the (new, old) matrix whose row i holds the share of each old pixel in new pixel i; rows sum to 1."""
    edges = np.arange(new + 1) * (old / new)
    lower, upper = edges[:-1, None], edges[1:, None]
    pixels = np.arange(old)[None, :]
    overlap = np.minimum(upper, pixels + 1) - np.maximum(lower, pixels)
    weights: NDArray[np.float64] = np.clip(overlap, 0, None) * (new / old)
    weights.flags.writeable = False
    return weights


def _paste(reduced: NDArray[np.float32], *, center: bool) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """Paste an image into 28x28, by its center of mass or by its middle; return it with the offset (row, column)."""
    side = len(reduced)
    row = column = (IMAGE_SIDE - side) // 2
    total = float(reduced.sum())
    if center and total > 0:
        # Rounded down, so that the center of mass lies in (13.5, 14.5] from the top left pixel's center. The original
        # truncates towards zero, which differs only beyond 15 of 20 pixels, where no digit of MNIST has its center.
        centers = np.arange(side) + 0.5
        row = floor(_MIDDLE - float(centers @ reduced.sum(axis=1)) / total)
        column = floor(_MIDDLE - float(reduced.sum(axis=0) @ centers) / total)
    # To paste an image there is to cut 28x28 out of it and of the paper around it.
    return _cut(reduced, Box(-row, -column, IMAGE_SIDE - row, IMAGE_SIDE - column)), (row, column)
