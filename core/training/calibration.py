"""Confidence against accuracy, and the temperature that brings them together.

The confidence of an answer is its probability. Is a network as often right as it is sure? It is calibrated if of its
answers with 80 % confidence 80 % are right. Answers are sorted into bins by confidence; how far confidence and accuracy
lie apart, in the mean over all answers, is the **expected calibration error**:

    ECE  =  sum over the bins of  (answers in the bin / all)  |accuracy - mean confidence|

A network that learned its training images by heart is sure of nearly everything. **Temperature scaling** divides all
logits by one number T before the softmax:

    p  =  softmax(z / T)

which changes no answer, for the largest stays the largest, and makes the network less sure (T > 1) or surer (T < 1).
The best T minimizes the mean cross-entropy of images that the network has not learned from. That loss is convex in 1/T,
so it has a single minimum, which golden-section search on ln T finds.

Source: Guo, Pleiss, Sun, Weinberger 2017, "On calibration of modern neural networks", arXiv:1706.04599.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from core.network.arrays import CLASSES, Floats, Labels
from core.network.softmax_loss import one_hot, softmax, softmax_cross_entropy

BINS = 10
"""Of confidence, from 0 to 1: 0 to 10 %, 10 to 20 %, …"""

COLDEST, HOTTEST = 0.1, 10.0
"""Temperatures between which the best is looked for."""

_CLOSE = 1e-4


@dataclass(frozen=True, eq=False)
class Reliability:
    """How sure a network was of its answers, and how often it was right.

    Attributes
    ----------
    counts : int64 array of shape (BINS,)
        Answers in each bin of confidence.
    confidence, accuracy : float64 arrays of shape (BINS,)
        Their mean confidence and the share of right ones; not a number where a bin is empty.
    """

    counts: NDArray[np.int64]
    confidence: NDArray[np.float64]
    accuracy: NDArray[np.float64]

    @property
    def error(self) -> float:
        """The expected calibration error, 0 to 1."""
        return self._mean(np.abs(self.accuracy - self.confidence))

    @property
    def mean_confidence(self) -> float:
        """The mean confidence of all answers, 0 to 1."""
        return self._mean(self.confidence)

    @property
    def share_right(self) -> float:
        """The accuracy of all answers, 0 to 1."""
        return self._mean(self.accuracy)

    @property
    def chance(self) -> float:
        """How far confidence and accuracy of a calibrated network lie apart by chance: two standard errors."""
        spread = np.nan_to_num(self.confidence * (1 - self.confidence))
        return 2 * sqrt(float((self.counts * spread).sum())) / max(1, int(self.counts.sum()))

    def _mean(self, of_bins: NDArray[np.float64]) -> float:
        return float((self.counts * np.nan_to_num(of_bins)).sum() / max(1, self.counts.sum()))


def at_temperature(logits: Floats, temperature: float) -> Floats:
    """Return softmax(z / T), of logits of shape (m, 10), as float64."""
    return softmax(logits.astype(np.float64) / temperature)


def reliability(logits: Floats, labels: Labels, temperature: float = 1.0) -> Reliability:
    """Sort answers into bins by their confidence.

    Parameters
    ----------
    logits : float array of shape (m, 10)
        What a network computed for m images.
    labels : uint8 array of shape (m,)
        What these show.
    temperature : float
        What the logits are divided by before the softmax.
    """
    probabilities = at_temperature(logits, temperature)
    confidence, right = probabilities.max(axis=1), probabilities.argmax(axis=1) == labels
    bins = np.minimum((np.nan_to_num(confidence) * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(bins, minlength=BINS)
    with np.errstate(invalid="ignore"):
        sure, correct = (np.bincount(bins, of, BINS) / counts for of in (confidence, right))
    return Reliability(counts, sure, correct)


def mean_loss(logits: Floats, labels: Labels, temperature: float) -> float:
    """Return the mean cross-entropy in nats at a temperature."""
    targets = one_hot(labels).astype(np.float64)
    return softmax_cross_entropy(logits.astype(np.float64) / temperature, targets).loss_sum / max(1, len(labels))


def fit_temperature(logits: Floats, labels: Labels) -> float:
    """Return the temperature with the least mean cross-entropy, from `COLDEST` to `HOTTEST`.

    Parameters
    ----------
    logits : float array of shape (m, CLASSES)
        What a network computed for images that it has not learned from.
    labels : uint8 array of shape (m,)
        What these show.
    """
    assert logits.shape[1] == CLASSES
    low, high = log(COLDEST), log(HOTTEST)
    shrink = (sqrt(5) - 1) / 2
    while high - low > _CLOSE:
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        if mean_loss(logits, labels, exp(left)) < mean_loss(logits, labels, exp(right)):
            high = right
        else:
            low = left
    return exp((low + high) / 2)
