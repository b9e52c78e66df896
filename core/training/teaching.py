"""Teaching: a few updates on a handful of digits, what they change, and what they make the network forget.

A network that reads one hand badly can be taught by that hand's digits alone. It learns them quickly, and forgets:
nothing in the gradient of ten sevens says that the other digits must stay as they are. The test set shows how much was
lost, and where it hurts, so that one can see why a real training set mixes everything.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.data.dataset import Dataset
from core.network.arrays import CLASSES, Floats
from core.network.network import Network, loss_and_gradient
from core.network.prediction import scaled
from core.network.softmax_loss import one_hot
from core.network.unit_layers import unit_layers
from core.progress import Report, ignore_progress, part_of
from core.training.evaluation import Evaluation, evaluate
from core.training.sgd import SGD


@dataclass(frozen=True, eq=False)
class Teaching:
    """A network before and after a few updates on some digits.

    Attributes
    ----------
    before, after : Network
        Read-only, of the same shape.
    updates : int
        How many updates lie between them.
    digits : Dataset
        What was taught.
    digits_before, digits_after : Evaluation
        How each network does on what was taught.
    test_before, test_after : Evaluation
        How each network does on the test set.
    test_labels : uint8 array of shape (n,)
        What the test set shows.
    """

    before: Network
    after: Network
    updates: int
    digits: Dataset
    digits_before: Evaluation
    digits_after: Evaluation
    test_before: Evaluation
    test_after: Evaluation
    test_labels: NDArray[np.uint8]

    @property
    def forgotten(self) -> NDArray[np.int64]:
        """How many test images of each digit were right before and are wrong now, shape (10,)."""
        was_right = self.test_before.predictions == self.test_labels
        is_right = self.test_after.predictions == self.test_labels
        return np.bincount(self.test_labels[was_right & ~is_right], minlength=CLASSES)

    @property
    def gained(self) -> NDArray[np.int64]:
        """How many test images of each digit were wrong before and are right now, shape (10,)."""
        was_right = self.test_before.predictions == self.test_labels
        is_right = self.test_after.predictions == self.test_labels
        return np.bincount(self.test_labels[~was_right & is_right], minlength=CLASSES)

    @property
    def weight_change(self) -> Floats:
        """What was added to the first layer's weights: an image for each unit, shape (units, rows, columns)."""
        first = unit_layers(self.after.parameters.layout)[0]
        after, before = (each.parameters.arrays[first.weights.name] for each in (self.after, self.before))
        return first.source_images(after - before)[:, 0]


def teach(
    network: Network,
    digits: Dataset,
    test: Dataset,
    *,
    updates: int,
    learning_rate: float,
    report: Report = ignore_progress,
) -> Teaching:
    """Make some updates of plain gradient descent on all of the digits at once.

    Parameters
    ----------
    network : Network
        Who learns; float32. It is not changed itself.
    digits : Dataset
        What is taught; a few up to some thousands.
    test : Dataset
        What shows how much is forgotten.
    updates : int
        How many updates; 1 or more.
    learning_rate : float
        Length of each step.
    report : Report
        Told of progress; may cancel.
    """
    parameters = network.parameters.copy()
    learner = Network(parameters)
    inputs, targets = scaled(digits.images), one_hot(digits.labels)
    sgd = SGD()
    no_slots = np.zeros((sgd.slots, parameters.vector.size), np.float32)
    with np.errstate(over="ignore", invalid="ignore"):
        for update in range(updates):
            report(0.8 * update / updates, f"update {update + 1:,} of {updates:,}")
            gradient = loss_and_gradient(learner, inputs, targets).gradient
            sgd.apply(parameters.vector, gradient.vector, no_slots, learning_rate, 0.0, update)
        after = Network(parameters.frozen())
        return Teaching(
            network,
            after,
            updates,
            digits,
            evaluate(network, digits),
            evaluate(after, digits),
            evaluate(network, test, part_of(report, 0.8, 0.9)),
            evaluate(after, test, part_of(report, 0.9, 1.0)),
            test.labels,
        )
