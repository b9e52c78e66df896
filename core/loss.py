"""From logits to probabilities to one number that says how wrong the network is.

Softmax turns the ten logits into probabilities: p_i = e^z_i / sum_k e^z_k. Subtracting the largest logit first
changes nothing in the result and keeps every exponent at or below 0, so nothing overflows.

Cross-entropy is the mean of -log(probability given to the true digit), in nats: 0 for certain and right, 2.303 (that
is ln 10) for a network that knows nothing. Computed from the logits as log(sum_k e^z_k) - z_true, it stays finite where
the probability itself has become too small for a float.
"""

from typing import NamedTuple

import numpy as np

from core.arrays import Floats, Labels
from core.dataset import CLASSES


class SoftmaxLoss(NamedTuple):
    """What one batch's logits amount to.

    Attributes
    ----------
    probabilities : float array of shape (m, 10)
        One row a picture; each row sums to 1.
    loss_sum : float
        Sum over the batch of the cross-entropy, in nats; divide by m for the mean.
    correct : int
        How many pictures have their largest logit at their label.
    """

    probabilities: Floats
    loss_sum: float
    correct: int


def one_hot(labels: Labels) -> Floats:
    """Return labels of shape (n,) as float32 rows of shape (n, 10) that are 1 at the label and 0 elsewhere."""
    return np.eye(CLASSES, dtype=np.float32)[labels]


def softmax(logits: Floats, out: Floats | None = None) -> Floats:
    """Return the probabilities of each row of logits.

    Parameters
    ----------
    logits : float array of shape (m, 10)
        Weighted sums of the output layer.
    out : float array of shape (m, 10), optional
        Where to write the result; may be ``logits`` itself.
    """
    shifted = np.subtract(logits, _largest(logits), out=out)
    exponentials: Floats = np.exp(shifted, out=shifted)
    exponentials /= np.add.reduce(exponentials, axis=1, keepdims=True)
    return exponentials


def softmax_cross_entropy(logits: Floats, targets: Floats, out: Floats | None = None) -> SoftmaxLoss:
    """Return probabilities, loss and number of right answers in one go.

    Parameters
    ----------
    logits : float array of shape (m, 10)
        Weighted sums of the output layer.
    targets : float array of shape (m, 10)
        One-hot rows, as `one_hot` makes them.
    out : float array of shape (m, 10), optional
        Where to write the probabilities; may be ``logits`` itself.
    """
    correct = int(np.count_nonzero(logits.argmax(axis=1) == targets.argmax(axis=1)))
    shifted = np.subtract(logits, _largest(logits), out=out)
    at_target = float(np.vdot(shifted, targets))
    exponentials: Floats = np.exp(shifted, out=shifted)
    totals = np.add.reduce(exponentials, axis=1, keepdims=True)
    exponentials /= totals
    return SoftmaxLoss(exponentials, float(np.log(totals).sum()) - at_target, correct)


def _largest(logits: Floats) -> Floats:
    """Return the largest logit of each row, shape (m, 1)."""
    # Turned on its side first: ten long rows are compared at a fraction of the cost of many short ones.
    largest: Floats = np.maximum.reduce(logits.T.copy(), axis=0)[:, np.newaxis]
    return largest
