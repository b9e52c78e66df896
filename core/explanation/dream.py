"""What would the network call a 7 most surely? Gradient ascent on the image instead of on the weights.

The image is changed, step by step, so that the logit of the digit grows against those of all others:

    x  <-  clip(x + rate  d log p[digit] / dx)          within paper and full ink

A network asked so answers with nothing that a person would write, and is surer of it than of any digit it was shown:
it was only ever taught to tell ten kinds of images apart, and not what else an image may be.

A hidden unit can be asked the same: the image that it wants most is the one of the largest pre-activation z. Its
activation would not do as the goal, since a ReLU that is off has no gradient to lead the way. A unit of the first layer
that sees all pixels wants ink wherever its weight is positive, and no other: the ascent comes near that, and behind
later layers, where nothing so simple holds, it goes as far as the gradient leads.

Source: Simonyan, Vedaldi, Zisserman 2013, "Deep inside convolutional networks: visualising image classification models
and saliency maps", arXiv:1312.6034.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, PIXELS, Floats
from core.network.input_gradient import loss_by_pixels, slopes_by_pixels
from core.network.layout import Layout
from core.network.network import Network, back_to_input, forward
from core.network.parameters import Parameters
from core.network.prediction import predict
from core.network.unit_layers import UnitLayer
from core.progress import Report, ignore_progress
from core.training.cuts import require_unit

STEPS = 200

_LENGTH, _UNIT_LENGTH = 0.25, 0.5
"""Of a step toward a digit or a unit, in pixels from paper to full ink; it shrinks to nothing toward the last step."""
_FAINT = 0.2
"""The most ink of the noise that a blank image becomes where nothing else leads on."""
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
    """
    images = _ascend(
        lambda pixels: _uphill(network, pixels, digit), start, steps, _LENGTH, report, f"dreaming of a {digit}"
    )
    return Dream(digit, images, predict(network, images)[:, digit])


@dataclass(frozen=True, eq=False)
class UnitDream:
    """An image on its way to what excites a unit most.

    Attributes
    ----------
    layer, unit : int
        Which; layers count from 1, units from 0.
    images : float32 array of shape (steps + 1, 784)
        Within [0, 1], from the first to the last.
    pre_activations : float32 array of shape (steps + 1,)
        The unit's for each; of a convolution, at the place in the middle of the image.
    """

    layer: int
    unit: int
    images: NDArray[np.float32]
    pre_activations: NDArray[np.float32]


def dream_of_unit(
    network: Network,
    layer: int,
    unit: int,
    start: Floats | None = None,
    steps: int = STEPS,
    report: Report = ignore_progress,
) -> UnitDream:
    """Climb from an image to one that excites a unit more.

    Parameters
    ----------
    network : Network
        Of float32.
    layer : int
        Counted from 1; the last is the layer of the ten digits.
    unit : int
        Counted from 0.
    start, steps, report
        As in `dream`.

    Raises
    ------
    ConfigError
        If there is no such unit.
    """
    its_layer = require_unit(layer, unit, network.parameters.layout, only_hidden=False)
    front = _up_to(network, its_layer)
    one = np.zeros((1, *front.parameters.layout.shapes[-1]), np.float32)
    places = np.flatnonzero(its_layer.owners[0] == unit).reshape(its_layer.map_shape)
    one.ravel()[places[tuple(side // 2 for side in places.shape)]] = 1

    def uphill(pixels: Floats) -> Floats:
        found: Floats = back_to_input(front, forward(front, pixels[np.newaxis]), one)[0]
        return found

    images = _ascend(uphill, start, steps, _UNIT_LENGTH, report, f"dreaming of unit {unit}")
    sums = forward(front, images).operations[-1].output
    return UnitDream(layer, unit, images, sums[one.astype(bool).repeat(len(sums), axis=0)])


def _up_to(network: Network, layer: UnitLayer) -> Network:
    """Return the operations up to a layer's pre-activations as a network of their own, on the same parameters."""
    whole = network.parameters.layout
    layout = Layout(whole.operations[: layer.operation + 1], whole.in_shape)
    return Network(Parameters(network.parameters.vector[: layout.size], layout))


def _ascend(
    uphill: Callable[[Floats], Floats], start: Floats | None, steps: int, length: float, report: Report, text: str
) -> NDArray[np.float32]:
    """Return the images from a start, or a blank one, that steps up a slope lead to: float32 of (steps + 1, 784)."""
    images = np.zeros((steps + 1, PIXELS), np.float32)
    if start is not None:
        images[0] = start
    for step in range(steps):
        report(step / steps, text)
        slope = uphill(images[step])
        # What leads out of the range of a pixel is no way on.
        slope[((images[step] <= 0) & (slope < 0)) | ((images[step] >= 1) & (slope > 0))] = 0
        size = float(np.linalg.norm(slope))
        if not size and not images[step].any():
            # Where paper lights no unit up, no direction leads on; a faint noise may show one.
            faint = _FAINT * np.random.default_rng(0).random(PIXELS, np.float32)
            if uphill(faint).any():
                images[step + 1] = faint
                continue
        if not size:
            images[step + 1 :] = images[step]
            break
        images[step + 1] = np.clip(images[step] + length * (1 - step / steps) / size * slope, 0, 1)
    return images


def _uphill(network: Network, pixels: Floats, digit: int) -> Floats:
    """Return which way the digit's probability grows; once it is all but 1, which way its lead over the mean does."""
    if predict(network, pixels[np.newaxis])[0, digit] < 1 - _SURE:
        downhill: Floats = loss_by_pixels(network, pixels[np.newaxis], np.array([digit], np.uint8))[0]
        return -downhill
    direction = np.full((1, CLASSES), -1 / (CLASSES - 1), np.float32)
    direction[0, digit] = 1
    slopes: Floats = slopes_by_pixels(network, pixels, direction)[0]
    return slopes
