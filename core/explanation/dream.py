"""What would the network call a 7 most surely? Gradient ascent on the image instead of on the weights.

The image is changed, step by step, so that the logit of the digit grows against those of all others:

    x  <-  clip(x + rate  d log p[digit] / dx)          within paper and full ink

A network asked so answers with nothing that a person would write, and is surer of it than of any digit it was shown:
it was only ever taught to tell ten kinds of images apart, and not what else an image may be.

Source: Simonyan, Vedaldi, Zisserman 2013, "Deep inside convolutional networks: visualising image classification models
and saliency maps", arXiv:1312.6034.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.explanation.input_gradient import loss_by_pixels, slopes_by_pixels
from core.network.arrays import CLASSES, PIXELS, Floats
from core.network.network import Network
from core.network.prediction import predict
from core.progress import Report, ignore_progress

STEPS = 200

_LENGTH = 0.25
"""Of a step, in pixels from paper to full ink; it shrinks to nothing toward the last step."""
_SURE = 1e-3
"""Where the digit has all but this probability, its loss is flat, and the logit leads on."""


@dataclass(frozen=True, eq=False)
class Dream:
    """An image on its way to what the network calls a digit most surely.

    Attributes
    ----------
    digit : int
        Which.
    images : float32 array of shape (steps + 1, 784)
        Within [0, 1], from the first to the last.
    probabilities : float32 array of shape (steps + 1,)
        What the network gives the digit for each.
    """

    digit: int
    images: NDArray[np.float32]
    probabilities: NDArray[np.float32]


def dream(
    network: Network, digit: int, start: Floats | None = None, steps: int = STEPS, report: Report = ignore_progress
) -> Dream:
    """Climb from an image to one that the network calls a digit more surely.

    Parameters
    ----------
    network : Network
        Of float32.
    digit : int
        What it shall be called, 0 to 9.
    start : float32 array of shape (784,), optional
        Within [0, 1]; a blank image unless given.
    steps : int
        How many steps are made, 1 or more.
    report : Report
        Told how many are made.

    Raises
    ------
    CancelledError
        If ``report`` says so.
    """
    images = np.zeros((steps + 1, PIXELS), np.float32)
    if start is not None:
        images[0] = start
    for step in range(steps):
        report(step / steps, f"dreaming of a {digit}")
        uphill = _uphill(network, images[step], digit)
        # What leads out of the range of a pixel is no way on.
        uphill[((images[step] <= 0) & (uphill < 0)) | ((images[step] >= 1) & (uphill > 0))] = 0
        length = float(np.linalg.norm(uphill))
        if not length:
            images[step + 1 :] = images[step]
            break
        images[step + 1] = np.clip(images[step] + _LENGTH * (1 - step / steps) / length * uphill, 0, 1)
    return Dream(digit, images, predict(network, images)[:, digit])


def _uphill(network: Network, pixels: Floats, digit: int) -> Floats:
    """Return which way the digit's probability grows; once it is all but 1, which way its lead over the mean does."""
    if predict(network, pixels[np.newaxis])[0, digit] < 1 - _SURE:
        downhill: Floats = loss_by_pixels(network, pixels[np.newaxis], np.array([digit], np.uint8))[0]
        return -downhill
    direction = np.full((1, CLASSES), -1 / (CLASSES - 1), np.float32)
    direction[0, digit] = 1
    slopes: Floats = slopes_by_pixels(network, pixels, direction)[0]
    return slopes
