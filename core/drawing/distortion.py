"""Random distortions of training images, so that the network never meets the same image twice.

A slanted 7 is still a 7. Nobody tells the network so: it has to see both. Instead of collecting more digits, the ones
at hand are changed at random, a little differently whenever they come up, in ways that leave the meaning alone:

- **shift**: by at most one pixel along both axes;
- **distort**: slanted, turned and scaled as a whole (an affine map), bent by a smooth field of displacements (an
  elastic deformation), and written with a thinner or thicker pen;
- **mix**: half of them distorted, half only shifted. Distortions blur, as they read between the pixels, and bend a 1
  into a 7: a network that meets nothing else is surprised by the sharp and straight.

The network then learns what the changes have in common, and reads handwriting that it was never shown.

P. Simard, D. Steinkraus, J. Platt, "Best Practices for Convolutional Neural Networks Applied to Visual Document
Analysis", ICDAR 2003, https://doi.org/10.1109/ICDAR.2003.1227801.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import IMAGE_SIDE, PIXELS

Floats32 = NDArray[np.float32]
"""Images, and whatever is computed for each of their pixels on the way."""

# Stronger ones teach the network digits that nobody writes: docs/models.md has the numbers.
# Spreads (standard deviations) of the affine map: angle in radians, slant, logarithm of the size, pixels.
TURN, SLANT, SIZE, MOVE = 0.08, 0.10, 0.06, 0.5
# Spread of the elastic displacement in pixels, on a grid of so many points a side.
BEND, BEND_GRID = 0.6, 6
# Largest share of a step of gray dilation or erosion, which grows or shrinks a stroke by one pixel on each side.
THICKEN, THIN = 0.25, 0.2

# Few enough images at once for all that is computed on the way to stay in the processor's cache.
_CHUNK = 32
_PADDED_SIDE = IMAGE_SIDE + 2


def distort(images: Floats32, kind: Literal["shift", "distort", "mix"], rng: np.random.Generator) -> Floats32:
    """Return distorted images.

    Parameters
    ----------
    images : float32 array of shape (n, 784)
        Images in [0, 1]; not changed.
    kind : {"shift", "distort", "mix"}
        "shift" moves each image by at most one pixel along both axes; "distort" changes slant, angle, size, form
        and thickness as well; "mix" draws for each image which of the two is done.
    rng : numpy.random.Generator
        Source of the random numbers.

    Returns
    -------
    float32 array of shape (n, 784), in [0, 1]
    """
    if kind == "shift":
        return _shift(images, rng)
    if kind == "mix":
        mixed = _shift(images, rng)
        chosen = rng.random(len(images)) < 0.5
        mixed[chosen] = distort(images[chosen], "distort", rng)
        return mixed
    distorted = np.empty_like(images)
    for start in range(0, len(images), _CHUNK):
        rows = slice(start, start + _CHUNK)
        distorted[rows] = _change_thickness(_warp(images[rows], rng), rng)
    return distorted


def _shift(images: Floats32, rng: np.random.Generator) -> Floats32:
    """Move every image by -1, 0 or 1 pixels along both axes."""
    count = len(images)
    down, right = rng.integers(-1, 2, (2, count))
    # Seen as one long row of pixels, an image moves down by starting 28 pixels earlier and right by starting one
    # earlier, so that every image is one contiguous copy.
    margin = IMAGE_SIDE + 1
    padded = np.zeros((count, PIXELS + 2 * margin), np.float32)
    padded[:, margin : margin + PIXELS] = images
    row, item = padded.strides
    starts = np.lib.stride_tricks.as_strided(padded, (count, 2 * margin + 1, PIXELS), (row, item, item))
    shifted: Floats32 = starts[np.arange(count), margin - IMAGE_SIDE * down - right]
    # What left a row at one end came in at the other end of the next.
    squares = shifted.reshape(count, IMAGE_SIDE, IMAGE_SIDE)
    squares[right == 1, :, 0] = 0
    squares[right == -1, :, -1] = 0
    return shifted


def _warp(images: Floats32, rng: np.random.Generator) -> Floats32:
    """Take every pixel from a place a little off: an affine map of the image plus a smooth random displacement."""
    count = len(images)
    places = _affine_maps(count, rng) @ _PIXEL_PLACES
    places += _displacements(count, rng)
    return _sample(images, places[:, 0], places[:, 1])


def _affine_maps(count: int, rng: np.random.Generator) -> Floats32:
    """Return ``count`` random matrices (2, 3) that turn, slant, scale and move (y, x, 1)."""
    turn, slant, high, wide, down, right = rng.standard_normal((6, count), dtype=np.float32)
    cosine, sine = np.cos(TURN * turn), np.sin(TURN * turn)
    high, wide = np.exp(SIZE * high), np.exp(SIZE * wide)
    maps = np.empty((count, 2, 3), np.float32)
    maps[:, 0] = np.stack([cosine * high, -sine * wide, MOVE * down], axis=1)
    maps[:, 1] = np.stack(
        [(sine + SLANT * slant * cosine) * high, (cosine - SLANT * slant * sine) * wide, MOVE * right], axis=1
    )
    return maps


def _displacements(count: int, rng: np.random.Generator) -> Floats32:
    """Return smooth random fields of shape (count, 2, 784), in pixels."""
    coarse = rng.standard_normal((count * 2, BEND_GRID * BEND_GRID), dtype=np.float32)
    return (coarse @ _SMOOTH).reshape(count, 2, PIXELS)


def _sample(images: Floats32, y: Floats32, x: Floats32) -> Floats32:
    """Read images at places between the pixels (bilinear interpolation); outside there is paper.

    Parameters
    ----------
    images : float32 array of shape (n, 784)
    y, x : float32 arrays of shape (n, 784)
        Where to read, counted from the middle of the image.
    """
    count = len(images)
    padded = np.zeros((count, _PADDED_SIDE, _PADDED_SIDE), np.float32)
    padded[:, 1:-1, 1:-1] = images.reshape(count, IMAGE_SIDE, IMAGE_SIDE)
    flat = padded.reshape(-1)
    middle, last = np.float32((_PADDED_SIDE - 1) / 2), np.float32(_PADDED_SIDE - 1.001)
    y = np.clip(y + middle, np.float32(0), last)
    x = np.clip(x + middle, np.float32(0), last)
    above, left = y.astype(np.int32), x.astype(np.int32)
    y -= above.astype(np.float32)
    x -= left.astype(np.float32)
    first = np.arange(count, dtype=np.int32)[:, None] * _PADDED_SIDE**2
    corner = (above * _PADDED_SIDE + left + first).astype(np.intp)
    upper_left, upper_right, lower_left, lower_right = (
        # "clip" spares the check of every index; all of them lie inside.
        flat.take(corner + offset, mode="clip")
        for offset in (0, 1, _PADDED_SIDE, _PADDED_SIDE + 1)
    )
    upper = upper_left + x * (upper_right - upper_left)
    lower = lower_left + x * (lower_right - lower_left)
    sampled: Floats32 = upper + y * (lower - upper)
    return sampled


def _change_thickness(images: Floats32, rng: np.random.Generator) -> Floats32:
    """Mix every image with its gray dilation or erosion, then bring its darkest pixel back to full ink."""
    count = len(images)
    amount: Floats32 = rng.uniform(-THIN, THICKEN, (count, 1, 1)).astype(np.float32)
    padded = np.zeros((count, _PADDED_SIDE, _PADDED_SIDE), np.float32)
    middle = padded[:, 1:-1, 1:-1]
    middle[:] = images.reshape(count, IMAGE_SIDE, IMAGE_SIDE)
    neighbors = (padded[:, :-2, 1:-1], padded[:, 2:, 1:-1], padded[:, 1:-1, :-2], padded[:, 1:-1, 2:])
    grown, shrunk = middle.copy(), middle.copy()
    for neighbor in neighbors:
        np.maximum(grown, neighbor, out=grown)
        np.minimum(shrunk, neighbor, out=shrunk)
    grown -= middle
    shrunk -= middle
    zero = np.float32(0)
    middle += np.maximum(amount, zero) * grown + np.maximum(-amount, zero) * shrunk
    middle /= np.maximum(middle.max(axis=(1, 2), keepdims=True), np.float32(0.05))
    return middle.reshape(count, PIXELS)


def _pixel_places() -> Floats32:
    """Return (y, x, 1) of every pixel, counted from the middle of the image; shape (3, 784)."""
    y, x = np.indices((IMAGE_SIDE, IMAGE_SIDE), dtype=np.float32).reshape(2, PIXELS) - (IMAGE_SIDE - 1) / 2
    return np.stack([y, x, np.ones_like(x)]).astype(np.float32)


def _smoothing() -> Floats32:
    """Return the matrix (grid points, 784) that spreads independent displacements into a smooth field.

    Every pixel gets a sum of its surroundings weighted by a Gaussian, scaled to the spread `BEND` at every pixel.
    """
    spacing = IMAGE_SIDE / (BEND_GRID - 1)
    distance = np.arange(IMAGE_SIDE)[None, :] + 0.5 - np.arange(BEND_GRID)[:, None] * spacing
    weights = np.exp(-0.5 * (distance / (0.8 * spacing)) ** 2)
    weights /= np.sqrt((weights**2).sum(axis=0))
    both_axes = BEND * np.einsum("iy,jx->ijyx", weights, weights)
    smoothing: Floats32 = both_axes.reshape(BEND_GRID**2, PIXELS).astype(np.float32)
    return smoothing


_PIXEL_PLACES = _pixel_places()
_SMOOTH = _smoothing()
