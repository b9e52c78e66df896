"""From logits to probabilities to one number that says how wrong the network is, and back.

Softmax turns the ten logits into probabilities: p_i = e^z_i / sum_k e^z_k. Subtracting the largest logit first
changes nothing in the result and keeps every exponent at or below 0, so nothing overflows.

Cross-entropy is the mean of -log(probability given to the true digit), in nats: 0 for certain and right, 2.303 (that
is ln 10) for a network that knows nothing. Computed from the logits as log(sum_k e^z_k) - z_true, it stays finite where
the probability itself has become too small for a float.

Backward, the derivatives of the logarithm and of softmax, multiplied out, leave a difference:

    dz = (p - y) / m         y is one-hot, m the number of images in the batch

Every logit but the true one is pushed down by its probability, and the true one pulled up by what it lacks.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.network.arrays import CLASSES, Floats, Labels
from core.network.operation import Pass


class CrossEntropy(NamedTuple):
    """What one batch's logits amount to.

    Attributes
    ----------
    probabilities : float array of shape (m, 10)
        One row an image; each row sums to 1.
    loss_sum : float
        Sum over the batch of the cross-entropy, in nats; divide by m for the mean.
    """

    probabilities: Floats
    loss_sum: float


@dataclass(frozen=True)
class SoftmaxLoss:
    """What stands behind the last operation: softmax and cross-entropy together."""

    def forward(self, work: Pass, targets: Floats) -> float:
        """Compute the probabilities from the logits, and return the sum of the images' losses.

        Parameters
        ----------
        work : Pass
            Its input are the logits; the probabilities become its output.
        targets : float array of shape (m, 10)
            One-hot rows.
        """
        return softmax_cross_entropy(work.input, targets, out=work.output).loss_sum

    def backward(self, work: Pass, targets: Floats, batch_size: int) -> None:
        """Compute dz = (p - y) / m, the derivative of the mean loss by the logits, as ``work.d_input``."""
        np.subtract(work.output, targets, out=work.d_input)
        np.multiply(work.d_input, 1 / batch_size, out=work.d_input)


SOFTMAX_LOSS = SoftmaxLoss()

_ONE_HOT_ROWS = np.eye(CLASSES, dtype=np.float32)


def one_hot(labels: Labels, out: Floats | None = None) -> Floats:
    """Return a row for each label that is 1 at the label and 0 elsewhere.

    Parameters
    ----------
    labels : uint8 array of shape (m,)
        Digits, 0 to 9 as `core.data.dataset.Dataset` makes sure.
    out : float32 array of shape (m, 10), optional
        Where to write the rows.
    """
    # mode="clip" writes straight to ``out``; the default checks indices through a buffer and a second copy.
    return _ONE_HOT_ROWS.take(labels, axis=0, out=out, mode="clip")


def count_correct(logits: Floats, labels: Labels) -> int:
    """Return how many rows of logits, of shape (m, 10), are largest at their label; of equals the first counts."""
    return int(np.count_nonzero(logits.argmax(axis=1) == labels))


def softmax(logits: Floats, out: Floats | None = None) -> Floats:
    """Return the probabilities of each row of logits.

    Parameters
    ----------
    logits : float array of shape (m, 10)
        What the last operation gives out.
    out : float array of shape (m, 10), optional
        Where to write the result; may be ``logits`` itself.
    """
    shifted = np.subtract(logits, _largest(logits), out=out)
    exponentials: Floats = np.exp(shifted, out=shifted)
    exponentials /= np.add.reduce(exponentials, axis=1, keepdims=True)
    return exponentials


def softmax_cross_entropy(logits: Floats, targets: Floats, out: Floats | None = None) -> CrossEntropy:
    """Return probabilities and loss in one go.

    Parameters
    ----------
    logits : float array of shape (m, 10)
        What the last operation gives out.
    targets : float array of shape (m, 10)
        One-hot rows, as `one_hot` makes them.
    out : float array of shape (m, 10), optional
        Where to write the probabilities; may be ``logits`` itself.
    """
    shifted = np.subtract(logits, _largest(logits), out=out)
    at_target = float(np.vdot(shifted, targets))
    exponentials: Floats = np.exp(shifted, out=shifted)
    totals = np.add.reduce(exponentials, axis=1, keepdims=True)
    exponentials /= totals
    return CrossEntropy(exponentials, float(np.add.reduce(np.log(totals), axis=None)) - at_target)


def _largest(logits: Floats) -> Floats:
    """Return the largest logit of each row, shape (m, 1)."""
    # Turned on its side first: ten long rows are compared at a fraction of the cost of many short ones.
    largest: Floats = np.maximum.reduce(logits.T.copy(), axis=0)[:, np.newaxis]
    return largest
