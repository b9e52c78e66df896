"""Runs that learn nothing and say nothing: the loss stays that of guessing.

Ten equal chances have a cross-entropy of ln 10 = 2.303 nats, whatever the image. A network that starts there and stays
there guesses; one that comes back to it has lost what it had learned.
"""

from math import log

import numpy as np
from numpy.typing import NDArray

from core.training.config import TrainingConfig
from core.training.metrics import Metrics
from core.training.optimizers import OPTIMIZERS

GUESSING = log(10)
"""Cross-entropy of ten equal chances, in nats."""

_NEARLY = 0.05
"""So far below the loss of guessing a network still guesses."""

_LEARNED = 0.3
"""So far below the loss of guessing it had learned something."""

FIRST_LOOK = 500
"""Updates that a run has to get going."""

_FIRST_STEPS, _STEPS = 250, 10
_WILD = 0.8
"""So far above where it began a loss lies, on the mean of ten early batches, where steps are too long."""

_LONG_STEP = 0.5
"""A learning rate of plain SGD that is more likely too high than too low."""

_MOST = 4000
_PARTS = 50


def describe_stall(metrics: Metrics, config: TrainingConfig, epoch: float) -> str | None:
    """Say that a run only guesses, and what may help; None where it learns, or has not had the time to.

    Parameters
    ----------
    metrics : Metrics
        Those of the run so far.
    config : TrainingConfig
        The settings in force.
    epoch : float
        Passes over the training set so far.
    """
    loss, accuracy = metrics.batch_loss, metrics.batch_accuracy
    update = len(loss)
    if (update < FIRST_LOOK and epoch < 5) or update < FIRST_LOOK // 10:
        return None
    newest = min(max(update // 4, 1), _MOST)
    now, right = _mean(loss[-newest:]), _mean(accuracy[-newest:])
    if not now > GUESSING - _NEARLY or right > 0.2:
        return None
    values = f"the loss is {now:.2f}, that of guessing 2.30 (ln 10), and {100 * right:.0f} % are right"
    if config.initialization == "zeros":
        return (
            f"After {update:,} updates the network still guesses: {values}. Units that begin equal stay equal; choose "
            "another initialization and start again."
        )
    if _best(loss) < GUESSING - _LEARNED:
        return f"The network has come to guess: {values}. Lower the learning rate and start again."
    if now > GUESSING + _LEARNED or _is_wild(loss) or _step_length(config) >= _LONG_STEP:
        return f"The network only guesses: {values}. Lower the learning rate and start again."
    return f"After {update:,} updates the network still guesses: {values}. Try a larger learning rate."


def _is_wild(loss: NDArray[np.float32]) -> bool:
    """Return whether the first steps led far up."""
    early = loss[: _FIRST_STEPS // _STEPS * _STEPS]
    early = early[: len(early) // _STEPS * _STEPS].reshape(-1, _STEPS)
    means = [_mean(steps) for steps in early]
    return any(mean > max(float(loss[0]), GUESSING) + _WILD or not np.isfinite(mean) for mean in means)


def _step_length(config: TrainingConfig) -> float:
    """Return the learning rate that would be as bold with plain SGD."""
    return OPTIMIZERS[config.optimizer].rate_of_sgd(config.learning_rate, config.momentum)


def _mean(values: NDArray[np.float32]) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.mean()) if len(finite) else float("nan")


def _best(loss: NDArray[np.float32]) -> float:
    parts = np.array_split(loss, min(_PARTS, len(loss)))
    return min(_mean(part) for part in parts)
