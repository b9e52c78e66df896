"""A step of the image along the gradient of its loss: every pixel by the same amount, each in the direction that hurts.

    x'  =  x + G sign(d loss / d x)        cut off at paper and at full ink,

with G in gray levels. No pixel changes by more than G, so the step is hardly to be seen. Were the network linear in the
pixels, no other change that is as small in each of them would make it more wrong.

Source: Goodfellow, Shlens, Szegedy 2014, "Explaining and harnessing adversarial examples", arXiv:1412.6572 (the fast
gradient sign method, FGSM).
"""

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import Floats, Labels
from core.network.input_gradient import loss_by_pixels
from core.network.network import Network

LEVELS = 255
"""Gray levels from paper to full ink."""

Signs = NDArray[np.int8]
"""-1, 0 or 1 for each pixel."""


def step_signs(network: Network, inputs: Floats, labels: Labels, *, toward: bool = False) -> Signs:
    """Return which way each pixel has to go to raise each image's loss.

    Parameters
    ----------
    network : Network
        Parameters of the same float type as ``inputs``.
    inputs : float array of shape (m, 784)
        Images scaled to [0, 1].
    labels : uint8 array of shape (m,)
        The digit to lead away from.
    toward : bool
        Lead toward that digit instead.

    Returns
    -------
    int8 array of shape (m, 784)
        0 where the loss does not depend on a pixel.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        gradient = np.nan_to_num(loss_by_pixels(network, inputs, labels))
    signs: Signs = np.sign(gradient).astype(np.int8)
    return -signs if toward else signs


def stepped(images: Floats, signs: Signs, levels: float) -> Floats:
    """Return images in [0, 1] after a step of so many gray levels, cut off at paper and full ink.

    Parameters
    ----------
    images : float array of shape (m, 784)
        Scaled to [0, 1].
    signs : int8 array of shape (m, 784)
        Which way each pixel goes.
    levels : float
        By how much, 255 from paper to full ink.
    """
    moved: Floats = images + signs * images.dtype.type(levels / LEVELS)
    return np.clip(moved, 0, 1, out=moved)
