"""How fast training is beside PyTorch and scikit-learn: the same network, data and batch size, one thread each.

Each peer is measured in two ways. As it is commonly used: PyTorch does the job that ours does, from images stored as
bytes to loss and accuracy of every batch; scikit-learn gets the images divided by 255, which is float64. And at its
best: all images as float32 beforehand, and PyTorch is never asked how it does.

All take turns of a few epochs, so that whatever else the machine does falls on all alike. The ratio of each round is
taken, and the median of the rounds is told. A peer that is not installed is left out.

usage: python -m tests.benchmarks.bench_training [DATA]   (default: the MNIST on this computer, else built-in digits)
"""

import json
import os
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()
# Where a machine forces old kernels upon OpenBLAS, NumPy and scikit-learn would suffer and PyTorch would not.
os.environ.pop("OPENBLAS_CORETYPE", None)

import numpy as np  # noqa: E402

from core.data.data_sources import load_default, load_pair  # noqa: E402
from core.data.dataset import Dataset  # noqa: E402
from core.training.config import TrainingConfig  # noqa: E402
from core.training.recipe import Recipe  # noqa: E402
from core.training.trainer import Trainer  # noqa: E402

BATCH = 64
RATE = 0.1
HIDDEN = (10, 128)
ROUNDS = 7
_UPDATES = 300
EPOCHS = 2
"""In one turn; scikit-learn checks its input at each call, which must not count for more than it does in use."""

Turn = Callable[[], None]


def measure(train: Dataset, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return seconds an epoch and ratios for each number of hidden units."""
    figures = {f"784-{hidden}-10": _compare(train, hidden, rounds) for hidden in HIDDEN}
    return figures | {"update_of_64_images_takes_times_that_of_one": _batch_over_single(train, rounds)}


def _batch_over_single(train: Dataset, rounds: int) -> float:
    """Return how many times as long an update takes that learns from 64 images: the lesson on batches tells of it."""
    ratios = []
    for _ in range(rounds):
        taken = []
        for batch_size in (64, 1):
            trainer = Trainer(Recipe(TrainingConfig(batch_size=batch_size, epochs=1)), train)
            state = trainer.initial_state()
            began = perf_counter()
            for _ in range(_UPDATES):
                trainer.step(state)
            taken.append(perf_counter() - began)
        ratios.append(taken[0] / taken[1])
    return round(median(ratios), 1)


def _compare(train: Dataset, hidden: int, rounds: int) -> dict[str, Any]:
    turns = {"ours": _our_turn(train, hidden)}
    if find_spec("torch"):
        turns["pytorch"] = _torch_turn(train, hidden, at_its_best=False)
        turns["pytorch_at_its_best"] = _torch_turn(train, hidden, at_its_best=True)
    if find_spec("sklearn"):
        turns["scikit_learn"] = _sklearn_turn(train, hidden, np.float64)
        turns["scikit_learn_at_its_best"] = _sklearn_turn(train, hidden, np.float32)
    seconds: dict[str, list[float]] = {name: [] for name in turns}
    for turn in turns.values():
        turn()
    for _ in range(rounds):
        for name, turn in turns.items():
            began = perf_counter()
            turn()
            seconds[name].append((perf_counter() - began) / EPOCHS)
    figures: dict[str, Any] = {f"{name}_seconds_an_epoch": round(median(taken), 4) for name, taken in seconds.items()}
    figures["ours_updates_a_second"] = round(-(-len(train) // BATCH) / median(seconds["ours"]))
    for peer in list(turns)[1:]:
        ratios = [theirs / ours for theirs, ours in zip(seconds[peer], seconds["ours"], strict=True)]
        figures[f"times_as_fast_as_{peer}"] = round(median(ratios), 2)
    return figures


def _our_turn(train: Dataset, hidden: int) -> Turn:
    config = TrainingConfig(hidden=(hidden,), batch_size=BATCH, learning_rate=RATE, epochs=100_000)
    trainer = Trainer(Recipe(config), train)
    state = trainer.initial_state()

    def turn() -> None:
        for _ in range(EPOCHS * trainer.plan.segments[0].updates_per_epoch):
            trainer.step(state)

    return turn


def _torch_turn(train: Dataset, hidden: int, *, at_its_best: bool) -> Turn:
    """The plain loop over one tensor that holds all images; a DataLoader would be several times slower."""
    import torch

    torch.set_num_threads(1)
    images = torch.from_numpy(train.images.copy())
    labels = torch.from_numpy(train.labels.astype(np.int64))
    if at_its_best:
        images = images.float() / 255
    model = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loss_of = torch.nn.CrossEntropyLoss()

    def turn() -> None:
        losses, accuracies = [], []
        for _ in range(EPOCHS):
            order = torch.randperm(len(images))
            for start in range(0, len(order), BATCH):
                rows = order[start : start + BATCH]
                inputs, targets = images[rows], labels[rows]
                if not at_its_best:
                    inputs = inputs.float() / 255
                logits = model(inputs)
                loss = loss_of(logits, targets)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                if not at_its_best:
                    losses.append(loss.item())
                    accuracies.append((logits.argmax(dim=1) == targets).float().mean().item())

    return turn


def _sklearn_turn(train: Dataset, hidden: int, dtype: type) -> Turn:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    images = train.images / dtype(255)
    model = MLPClassifier(
        (hidden,),
        solver="sgd",
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=0,
        alpha=0,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS + 1,
        warm_start=True,
    )

    def turn() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(images, train.labels)

    return turn


if __name__ == "__main__":
    data = load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()
    print(json.dumps({"data": data.train.name, "rounds": ROUNDS, **measure(data.train)}, indent=2))
