"""Do the shipped models' probabilities mean what they say, and from which probability on is an answer to be trusted?

``python -m tests.benchmarks.calibration MNIST_FOLDER PEN_FILE`` measures both on MNIST's test set and on the pen
digits, before and after **temperature scaling**: all logits divided by one number T, which leaves every answer as it is
and makes a network less sure of it (T > 1) or surer (T < 1). The best T minimizes the mean cross-entropy of digits that
the network has not learned from. The shipped models have learned from all of MNIST's training set, so each half of what
is measured on gets its T from the other half, and the figures are those of both halves together. No writer is in both.

C. Guo et al., "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from core.data.data_sources import load_pair
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model
from core.network.prediction import logits_by_chunk
from core.network.softmax_loss import one_hot, softmax, softmax_cross_entropy
from tests.benchmarks.pen_digits import draw, expected_calibration_error, read_strokes

THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mnist", type=Path)
    parser.add_argument("pen_digits", type=Path)
    arguments = parser.parse_args()
    sources = {"MNIST test": mnist_test_set(arguments.mnist), "pen digits": drawn_digits(arguments.pen_digits)}
    for name in SHIPPED_MODELS:
        network = load_shipped_model(name).network
        for source, (images, labels, second_half) in sources.items():
            logits = np.concatenate([found for _, found in logits_by_chunk(network, images)]).astype(np.float64)
            scaled, temperatures = scale_by_other_half(logits, labels, second_half)
            before, after = (describe(rows, labels) for rows in (logits, scaled))
            shown = " and ".join(f"{temperature:.2f}" for temperature in temperatures)
            print(f"\n{name}, {source}: temperatures {shown}; before {before}; after {after}")
            for line in describe_thresholds(softmax(logits), labels):
                print(line)


def mnist_test_set(folder):
    """Return images, labels and which belong to the second half, written by other people than the first."""
    test = load_pair(folder).test
    return test.images, test.labels, np.arange(len(test)) >= len(test) // 2


def drawn_digits(file):
    """Return the same of the pen digits, every second writer in the second half."""
    digits, labels = read_strokes(file)
    with np.load(file, allow_pickle=False) as data:
        _, writers = np.unique(data["writers"], return_inverse=True)
    return np.array([draw(strokes) for strokes in digits]), labels, writers % 2 == 1


def scale_by_other_half(logits, labels, second_half):
    """Return logits of which each half is divided by the other half's temperature, and both temperatures."""
    temperatures = [fit_temperature(logits[half], labels[half]) for half in (~second_half, second_half)]
    return logits / np.where(second_half, *temperatures)[:, None], temperatures


def fit_temperature(logits, labels):
    """Return the temperature with the least mean cross-entropy, by golden-section search on its logarithm.

    The loss is convex in 1 / T, so it has a single minimum.
    """
    low, high = np.log(0.1), np.log(10)
    shrink = (np.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        if cross_entropy(logits / np.exp(left), labels) < cross_entropy(logits / np.exp(right), labels):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def cross_entropy(logits, labels):
    """Return the mean cross-entropy in nats."""
    return softmax_cross_entropy(logits, one_hot(labels)).loss_sum / len(labels)


def describe(logits, labels):
    """Return calibration error and loss in words."""
    error = expected_calibration_error(softmax(logits), labels)
    return f"calibration error {error:.4f}, loss {cross_entropy(logits, labels):.4f}"


def describe_thresholds(probabilities, labels):
    """Yield how often the network is right when sure, barely sure (short of the next threshold) and not sure."""
    sure_of = probabilities.max(axis=1)
    order = np.argsort(probabilities, axis=1)
    right, second = (order[:, -place] == labels for place in (1, 2))
    for threshold, next_threshold in pairwise((*THRESHOLDS, np.inf)):
        sure = sure_of >= threshold
        unsure, barely = ~sure, sure & (sure_of < next_threshold)
        yield (
            f"  sure from {threshold:.2f}: not sure of {unsure.mean():.2%} ({unsure.sum()}); right "
            f"{_share(right[sure], 2)} when sure, {_share(right[barely])} when barely, {_share(right[unsure])} "
            f"when not, {_share((right | second)[unsure])} with two candidates"
        )


def _share(hits, digits=0):
    """Return how many are hit, "90%", or "none" where nothing was asked."""
    return f"{hits.mean():.{digits}%}" if hits.size else "none"


if __name__ == "__main__":
    sys.exit(main())
