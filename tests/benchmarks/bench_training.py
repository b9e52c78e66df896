"""How fast training is beside PyTorch and scikit-learn: the same network, data and batch size, one thread each.

All train on float32 arrays, one epoch each in turn, so that whatever else the machine does falls on all alike. The
ratio of each round is taken, and the median of the rounds is told. PyTorch is left out where it is not installed.

usage: python -m tests.benchmarks.bench_training [DATA]   (default: the MNIST on this computer, else built-in digits)
"""

import json
import sys
import warnings
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

import numpy as np  # noqa: E402

from core.config import TrainingConfig  # noqa: E402
from core.data_sources import load_default, load_pair  # noqa: E402
from core.dataset import Dataset  # noqa: E402
from core.recipe import Recipe  # noqa: E402
from core.trainer import Trainer  # noqa: E402

BATCH = 64
RATE = 0.1
ROUNDS = 7
HIDDEN = (10, 128)

Epoch = Callable[[], None]


def measure(train: Dataset, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return seconds an epoch and ratios for each number of hidden units."""
    return {f"784-{hidden}-10": _compare(train, hidden, rounds) for hidden in HIDDEN}


def _compare(train: Dataset, hidden: int, rounds: int) -> dict[str, Any]:
    epochs: dict[str, Epoch] = {"ours": _our_epoch(train, hidden)}
    if find_spec("torch"):
        epochs["pytorch"] = _torch_epoch(train, hidden)
    if find_spec("sklearn"):
        epochs["scikit_learn"] = _sklearn_epoch(train, hidden)
    seconds: dict[str, list[float]] = {name: [] for name in epochs}
    for epoch in epochs.values():
        epoch()
    for _ in range(rounds):
        for name, epoch in epochs.items():
            began = perf_counter()
            epoch()
            seconds[name].append(perf_counter() - began)
    figures: dict[str, Any] = {f"{name}_seconds_an_epoch": round(median(taken), 4) for name, taken in seconds.items()}
    figures["ours_updates_a_second"] = round(-(-len(train) // BATCH) / median(seconds["ours"]))
    for peer in seconds.keys() - {"ours"}:
        ratios = [theirs / ours for theirs, ours in zip(seconds[peer], seconds["ours"], strict=True)]
        figures[f"times_as_fast_as_{peer}"] = round(median(ratios), 2)
        figures[f"times_as_fast_as_{peer}_from_to"] = [round(min(ratios), 2), round(max(ratios), 2)]
    return figures


def _our_epoch(train: Dataset, hidden: int) -> Epoch:
    config = TrainingConfig(hidden=(hidden,), batch_size=BATCH, learning_rate=RATE, epochs=1000)
    trainer = Trainer(Recipe(config), train)
    state = trainer.initial_state()

    def epoch() -> None:
        for _ in range(trainer.plan.segments[0].updates_per_epoch):
            trainer.step(state)

    return epoch


def _torch_epoch(train: Dataset, hidden: int) -> Epoch:
    """The plain loop of the tutorials, with the whole set in one tensor: PyTorch's DataLoader would be far slower."""
    import torch

    torch.set_num_threads(1)
    images = torch.from_numpy(train.images.astype(np.float32) / 255)
    labels = torch.from_numpy(train.labels.astype(np.int64))
    model = torch.nn.Sequential(torch.nn.Linear(784, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE)
    loss_of = torch.nn.CrossEntropyLoss()

    def epoch() -> None:
        order = torch.randperm(len(images))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            loss = loss_of(model(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    return epoch


def _sklearn_epoch(train: Dataset, hidden: int) -> Epoch:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    images = train.images.astype(np.float32) / 255
    # One epoch per call of fit; warm_start goes on with the weights of the last.
    model = MLPClassifier(
        (hidden,),
        solver="sgd",
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=0,
        alpha=0,
        max_iter=1,
        warm_start=True,
    )

    def epoch() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(images, train.labels)

    return epoch


if __name__ == "__main__":
    data = load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()
    print(json.dumps({"data": data.train.name, "rounds": ROUNDS, **measure(data.train)}, indent=2))
