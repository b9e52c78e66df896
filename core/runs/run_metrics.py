"""How good a run is, in the few metrics by which runs are compared."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from core.training.metrics import Metrics

NEWEST_SHARE = 0.01
"""Share of the batches whose mean is told as the loss of now: a single small batch says little."""

BETTER: Mapping[str, Callable[[Iterable[float]], float]] = MappingProxyType(
    {
        "train_loss": min,
        "validation_loss": min,
        "validation_accuracy": max,
        "test_loss": min,
        "test_accuracy": max,
        "best_accuracy": max,
    }
)
"""By the name of a metric: which of several is the best."""


@dataclass(frozen=True)
class RunMetrics:
    """What a run has come to; None where nothing is known.

    Attributes
    ----------
    updates : int
        Updates made.
    epochs : float
        Passes over the training set, with the fraction.
    train_loss : float or None
        Mean loss of the newest hundredth of its batches, nats.
    test_loss, test_accuracy : float or None
        The last look at the test set: nats, fraction.
    best_accuracy : float or None
        The highest accuracy that any look has found: at the validation set where there is one, else at the test set.
    best_update : int or None
        Updates made at the first look that found it.
    seconds : float
        Time spent in its own updates.
    validation_loss, validation_accuracy : float or None
        The last look at the images held out for validation: nats, fraction.
    """

    updates: int
    epochs: float
    train_loss: float | None
    test_loss: float | None
    test_accuracy: float | None
    best_accuracy: float | None
    best_update: int | None
    seconds: float
    validation_loss: float | None = None
    validation_accuracy: float | None = None


def metrics_of(metrics: Metrics, epoch_at: Callable[[int], float], seconds: float) -> RunMetrics:
    """Sum up the metrics of a run.

    Parameters
    ----------
    metrics : Metrics
        Its metrics by update.
    epoch_at : callable
        Passes over the training set by update.
    seconds : float
        Time spent in its updates.
    """
    updates = len(metrics.batch_loss)
    newest = metrics.batch_loss[updates - newest_count(updates) :] if updates else None
    watched = metrics.watched
    best = int(np.argmax(watched.accuracy)) if len(watched.accuracy) else None
    return RunMetrics(
        updates=updates,
        epochs=epoch_at(updates),
        train_loss=None if newest is None else float(newest.mean(dtype=np.float64)),
        test_loss=_last(metrics.test_loss),
        test_accuracy=_last(metrics.test_accuracy),
        best_accuracy=None if best is None else float(watched.accuracy[best]),
        best_update=None if best is None else int(watched.updates[best]),
        seconds=seconds,
        validation_loss=_last(metrics.validation_loss),
        validation_accuracy=_last(metrics.validation_accuracy),
    )


def newest_count(updates: int) -> int:
    """Return over how many of its newest batches the metrics of a run at present are averaged."""
    return max(1, int(NEWEST_SHARE * updates))


def _last(values: NDArray[np.float32]) -> float | None:
    return float(values[-1]) if len(values) else None
