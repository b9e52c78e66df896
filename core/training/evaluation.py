"""How good a network is: loss and accuracy over a whole data set, and which digits it takes for which."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import CLASSES, Labels
from core.network.network import Network
from core.network.prediction import logits_by_chunk
from core.network.softmax_loss import one_hot, softmax_cross_entropy
from core.progress import Report, ignore_progress


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A network's metrics on a data set.

    Attributes
    ----------
    loss : float
        Mean cross-entropy in nats.
    accuracy : float
        Share of right answers, 0 to 1.
    predictions : uint8 array of shape (n,)
        The most probable digit of each image.
    probabilities : float32 array of shape (n, 10)
        What each digit was given.
    confusion : int64 array of shape (10, 10)
        ``confusion[t, p]`` images of digit t were taken for p.
    """

    loss: float
    accuracy: float
    predictions: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    confusion: NDArray[np.int64]


def evaluate(network: Network, dataset: Dataset, report: Report = ignore_progress) -> Evaluation:
    """Return a network's metrics on a data set; a loss that overflows comes back as infinite or not a number."""
    targets = one_hot(dataset.labels)
    probabilities = np.empty((len(dataset), CLASSES), np.float32)
    loss = 0.0
    with np.errstate(over="ignore", invalid="ignore"):
        for rows, logits in logits_by_chunk(network, dataset.images):
            loss += softmax_cross_entropy(logits, targets[rows], out=probabilities[rows]).loss_sum
            report(rows.stop / len(dataset), f"looking at {len(dataset):,} images")
    predictions = probabilities.argmax(axis=1).astype(np.uint8)
    confusion = np.zeros((CLASSES, CLASSES), np.int64)
    np.add.at(confusion, (dataset.labels, predictions), 1)
    accuracy = float(np.trace(confusion)) / len(dataset)
    return Evaluation(loss / len(dataset), accuracy, predictions, probabilities, confusion)


def hardest(
    evaluation: Evaluation, labels: Labels, true: int | None = None, answered: int | None = None
) -> NDArray[np.int64]:
    """Return which images belong to a cell, a row or a column of the confusion matrix, the hardest first.

    An image is the harder, the less probability the network gave to the digit that it shows: first come the mistakes
    that it was most sure of, last the right answers that it was most sure of.

    Parameters
    ----------
    evaluation : Evaluation
        Metrics on n images.
    labels : uint8 array of shape (n,)
        What these images show.
    true : int, optional
        Only images that show this digit.
    answered : int, optional
        Only images that were taken for this digit.

    Returns
    -------
    int64 array of shape (m,)
        Indices into the data set. Equally hard images keep its order; a probability that is not a number counts as 0.
    """
    belongs = np.ones(len(labels), bool)
    if true is not None:
        belongs &= labels == true
    if answered is not None:
        belongs &= evaluation.predictions == answered
    rows = np.flatnonzero(belongs)
    given = np.nan_to_num(evaluation.probabilities[rows, labels[rows]])
    return rows[np.argsort(given, kind="stable")]
