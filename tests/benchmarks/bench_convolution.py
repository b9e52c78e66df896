"""How fast networks with convolutions train beside PyTorch, eager, one thread each: batch 32, momentum, equal weights.

Both do the same job, from images stored as bytes to the loss and the accuracy of every batch. They take turns of some
updates, so that whatever else the machine does falls on both alike; the ratio of each round is taken, and the median
of the rounds is told, once by the clock and once by the processor's time. "All images as floats" is PyTorch at its
best, which has them so beforehand and is never asked how it does. Where PyTorch is not installed, it is left out.

usage: python -m tests.benchmarks.bench_convolution [DATA]   (default: the MNIST on this computer, else built-in digits)
"""

import json
import os
import sys
from collections.abc import Callable
from importlib.util import find_spec
from statistics import median
from time import perf_counter, process_time
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()
# Where a machine forces old kernels upon OpenBLAS, NumPy would suffer and PyTorch would not.
os.environ.pop("OPENBLAS_CORETYPE", None)

import numpy as np  # noqa: E402

from core.data.data_sources import load_default, load_pair  # noqa: E402
from core.data.dataset import Dataset  # noqa: E402
from core.training.config import TrainingConfig  # noqa: E402
from core.training.recipe import Recipe  # noqa: E402
from core.training.trainer import Trainer  # noqa: E402

NETWORKS = {
    "convolution": "conv 8 5x5, pool 2, conv 16 5x5, pool 2, 10",
    "lenet": "conv 6 5x5 same, pool 2, conv 16 5x5, pool 2, 120, 84, 10",
}
BATCH, RATE, MOMENTUM = 32, 0.02, 0.9
ROUNDS = 25
UPDATES = 60
"""In one turn."""

Turn = Callable[[], None]


def measure(train: Dataset, rounds: int = ROUNDS) -> dict[str, Any]:
    """Return seconds an epoch and ratios for each network."""
    return {name: _compare(train, layers, rounds) for name, layers in NETWORKS.items()}


def _compare(train: Dataset, layers: str, rounds: int) -> dict[str, Any]:
    config = TrainingConfig(
        layers=layers, batch_size=BATCH, learning_rate=RATE, optimizer="momentum", momentum=MOMENTUM, epochs=100_000
    )
    turns = {"ours": _our_turn(train, config)}
    if find_spec("torch"):
        turns["pytorch"] = _torch_turn(train, config, at_its_best=False)
        turns["pytorch_all_images_as_floats"] = _torch_turn(train, config, at_its_best=True)
    clock: dict[str, list[float]] = {name: [] for name in turns}
    processor: dict[str, list[float]] = {name: [] for name in turns}
    for turn in turns.values():
        turn()
    an_epoch = len(train) / BATCH / UPDATES
    for _ in range(rounds):
        for name, turn in turns.items():
            began, spent = perf_counter(), process_time()
            turn()
            processor[name].append((process_time() - spent) * an_epoch)
            clock[name].append((perf_counter() - began) * an_epoch)
    figures: dict[str, Any] = {"parameters": config.layout.size}
    for name in turns:
        figures[f"{name}_seconds_an_epoch"] = round(median(clock[name]), 2)
        figures[f"{name}_processor_seconds_an_epoch"] = round(median(processor[name]), 2)
    for peer in list(turns)[1:]:
        for word, seconds in (("", clock), ("_by_processor_time", processor)):
            ratios = [theirs / ours for theirs, ours in zip(seconds[peer], seconds["ours"], strict=True)]
            figures[f"times_as_fast_as_{peer}{word}"] = round(median(ratios), 2)
    return figures


def _our_turn(train: Dataset, config: TrainingConfig) -> Turn:
    trainer = Trainer(Recipe(config), train)
    state = trainer.initial_state()

    def turn() -> None:
        for _ in range(UPDATES):
            trainer.step(state)

    return turn


def _torch_turn(train: Dataset, config: TrainingConfig, *, at_its_best: bool) -> Turn:
    """The plain loop over one tensor that holds all images; a DataLoader would be several times slower."""
    import torch

    from tests.torch_networks import module_of

    torch.set_num_threads(1)
    images = torch.from_numpy(train.images.copy())
    labels = torch.from_numpy(train.labels.astype(np.int64))
    if at_its_best:
        images = images.float() / 255
    model = module_of(config.layout, Trainer(Recipe(config), train).initial_state().parameters.vector)
    optimizer = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    loss_of = torch.nn.CrossEntropyLoss()
    batches = iter(())

    def turn() -> None:
        nonlocal batches
        losses, accuracies = [], []
        for _ in range(UPDATES):
            rows = next(batches, None)
            if rows is None:
                batches = iter(torch.randperm(len(images)).split(BATCH))
                rows = next(batches)
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


if __name__ == "__main__":
    data = load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()
    print(json.dumps({"data": data.train.name, "rounds": ROUNDS, **measure(data.train)}, indent=2))
