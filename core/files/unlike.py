"""Whether a drawing is unlike all digits: a softmax cannot say so, it only shares 100 % out among ten of them.

A network asked for one of ten digits has no answer for a smiley, and may give one with 97 %. So a second network is
asked whether this is a digit at all. It was trained on digits and on drawings that are none
(`core.data.synthetic.other_drawings`); that others than these are told apart too is measured in docs/models.md.

What a network learned from may be no digits but, say, shoes. The second network then knows nothing of use; it is
believed only as far as it takes the training set itself for what it is: see `usual_limit`.

Source of the idea: D. Hendrycks, M. Mazeika, T. Dietterich, "Deep Anomaly Detection with Outlier Exposure", ICLR 2019,
https://arxiv.org/abs/1812.04606.

``python -m core.files.unlike FOLDER`` trains it again from the MNIST files in a folder, in some minutes.
"""

import logging
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.data.data_sources import load_pair
from core.data.dataset import Dataset
from core.data.synthetic.builtin_digits import generate_digits
from core.data.synthetic.handwriting import Hand
from core.data.synthetic.other_drawings import generate_other_drawings
from core.errors import DataError, ModelFileError
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.network.arrays import Floats, Pixels
from core.network.network import Network, forward
from core.network.prediction import scaled
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer

logger = logging.getLogger(__name__)

FILE = Path(__file__).parents[2] / "resources" / "unlike.npz"

LIMIT = 3.0
"""Logarithm of the odds against a digit from which on a drawing is called unlike all of them.

Chosen by measurement: about one genuine digit in a hundred is beyond it (docs/models.md).
"""

_SHARE = 99.5
"""Per cent of a training set that have to be like what was learned from."""
_LOOKED_AT = 2000
_DIGITS, _THIN_DIGITS, _OTHERS, _SEED = 40_000, 30_000, 130_000, 9
_THIN = Hand(pen=0.06, pen_spread=0.5)
"""In a photo, a digit may be large and its pen thin, which MNIST's never is."""
_CONFIG = TrainingConfig(
    hidden=(256, 64),
    optimizer="adam",
    learning_rate=1e-3,
    schedule="cosine",
    weight_decay=1e-3,
    batch_size=128,
    epochs=14,
    augmentation="distort",
)


def unlikeness(images: Pixels | Floats) -> Floats:
    """Return how unlike any digit images are.

    Parameters
    ----------
    images : uint8 or float32 array of shape (n, 784)
        Prepared as MNIST was.

    Returns
    -------
    float32 array of shape (n,)
        Logarithm of the odds that it is no digit; to be held against `LIMIT`. Zeros where the program's own file is
        missing or damaged: all else works without.
    """
    judge = _judge()
    if judge is None:
        return np.zeros(len(images), np.float32)
    logits = forward(judge, scaled(images)).logits
    odds: Floats = logits[:, 1] - logits[:, 0]
    return odds


def usual_limit(images: Pixels) -> float:
    """Return the limit for a network that learned from these images, so that hardly any of them is beyond it.

    Parameters
    ----------
    images : uint8 array of shape (n, 784)
        A training set; some two thousand of it are looked at, evenly spread.
    """
    some = images[:: max(1, len(images) // _LOOKED_AT)]
    return max(LIMIT, float(np.percentile(unlikeness(some), _SHARE)))


@lru_cache(maxsize=1)
def _judge() -> Network | None:
    try:
        return load_model(FILE).network
    except ModelFileError as error:
        logger.warning("%s", error)
        return None


def train(mnist: Dataset) -> SavedModel:
    """Train the network that tells digits, label 0, from other drawings, label 1; its other outputs stay unused."""
    thin = generate_digits(_THIN_DIGITS, _SEED + 1, hand=_THIN)
    like = np.concatenate([mnist.images, generate_digits(_DIGITS, _SEED).images, thin.images])
    others = generate_other_drawings(_OTHERS, _SEED)
    labels: NDArray[np.uint8] = np.repeat(np.array([0, 1], np.uint8), [len(like), len(others)])
    data = Dataset(np.concatenate([like, others]), labels, f"{mnist.name}, synthetic digits and other drawings")
    trainer = Trainer(Recipe(_CONFIG), data)
    state = trainer.initial_state()
    while state.update < trainer.plan.total_updates:
        trainer.step(state)
    return SavedModel(
        network=Network(state.parameters),
        config=_CONFIG,
        data_name=data.name,
        data_fingerprint=data.fingerprint,
        update=state.update,
        epoch=float(_CONFIG.epochs),
        note="Tells digits (0) from other drawings (1).",
    )


def main(arguments: Sequence[str]) -> int:
    """Train the network again from the MNIST in a folder."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m core.files.unlike MNIST_FOLDER\n")
        return 2
    try:
        mnist = load_pair(Path(arguments[0]))
    except DataError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    save_model(FILE, train(mnist.train), dtype=np.float16)
    return 0


if __name__ == "__main__":
    from core.system.launch import limit_blas_threads

    limit_blas_threads()
    sys.exit(main(sys.argv[1:]))
