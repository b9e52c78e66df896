"""Few pixels, changed as far as they go: how many it takes to erase or ink for another answer.

A step along the gradient changes every pixel a little. Here few are changed altogether: ink becomes paper, or paper
ink. Which k pixels are best nobody can try out: there are 784 over k choices. A greedy search takes them one by
one: each time, every pixel that is left is changed on trial, and the one after which the wanted answer is furthest
ahead, or least far behind, stays changed. It finds few pixels and not always the fewest, so it can be beaten.

Source: Papernot, McDaniel, Jha, Fredrikson, Celik, Swami 2016, "The limitations of deep learning in adversarial
settings", arXiv:1511.07528, which chooses by the gradient what is tried out here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import PIXELS, Floats
from core.network.network import Network, forward
from core.network.prediction import logits_by_chunk
from core.progress import Report, ignore_progress

MOST_PIXELS = 60
"""Pixels after which the search is given up."""


@dataclass(frozen=True, eq=False)
class PixelChanges:
    """Pixels that change the answer.

    Attributes
    ----------
    digit, rival : int
        The answer before and after.
    order : int64 array of shape (k,)
        Which pixels were changed, the first first.
    pixels : float32 array of shape (784,)
        The changed image, in [0, 1].
    """

    digit: int
    rival: int
    order: NDArray[np.int64]
    pixels: Floats


def flipped(pixels: Floats) -> Floats:
    """Return each pixel as far away as it can be: paper where there is ink, and ink where there is paper."""
    return (pixels < 0.5).astype(pixels.dtype)


def few_pixels(
    network: Network, pixels: Floats, rival: int | None = None, report: Report = ignore_progress
) -> PixelChanges | None:
    """Look for few pixels which, erased or inked, change the answer.

    Parameters
    ----------
    network : Network
        With float32 parameters.
    pixels : float32 array of shape (784,)
        One image, scaled to [0, 1].
    rival : int, optional
        The digit that shall become the answer; without it, any other will do.
    report : Report
        Told how many pixels have been changed.

    Returns
    -------
    PixelChanges or None
        None where the rival is the answer already, or `MOST_PIXELS` do not suffice.
    """
    digit = int(forward(network, pixels[np.newaxis]).logits[0].argmax())
    if rival == digit:
        return None
    image, other, left = pixels.copy(), flipped(pixels), np.ones(PIXELS, bool)
    order: list[int] = []
    for count in range(MOST_PIXELS):
        report(count / MOST_PIXELS, "looking for the fewest pixels")
        tried = np.flatnonzero(left)
        images = np.repeat(image[np.newaxis], len(tried), axis=0)
        images[np.arange(len(tried)), tried] = other[tried]
        logits = np.concatenate([found.copy() for _, found in logits_by_chunk(network, images)])
        best = int(np.nan_to_num(_ahead(logits, digit, rival), nan=-np.inf).argmax())
        order.append(int(tried[best]))
        image[order[-1]], left[order[-1]] = other[order[-1]], False
        answer = int(logits[best].argmax())
        if answer == rival or (rival is None and answer != digit):
            return PixelChanges(digit, answer, np.array(order), image)
    return None


def _ahead(logits: Floats, digit: int, rival: int | None) -> Floats:
    """Return by how much the wanted answer is ahead of what it has to beat, for each row of logits."""
    if rival is None:
        ahead: Floats = np.delete(logits, digit, axis=1).max(axis=1) - logits[:, digit]
    else:
        ahead = logits[:, rival] - np.delete(logits, rival, axis=1).max(axis=1)
    return ahead
