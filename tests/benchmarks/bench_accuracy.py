"""How accurate each preset becomes: test accuracy over five seeds, with the data as they are.

``--held-out`` judges by a sixth of the training set instead and leaves the test set alone: for choosing settings.

usage: python -m tests.benchmarks.bench_accuracy [--preset NAME] [--held-out] [DATA]

DATA is what main.py takes for --train-data; by default the MNIST on this computer, else the built-in digits.
"""

import argparse
import json
from statistics import mean, stdev
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

from core.data.data_sources import load_default, load_pair  # noqa: E402
from core.data.dataset import DataPair, hold_out  # noqa: E402
from core.runs.run import Run  # noqa: E402
from core.training.evaluation import evaluate  # noqa: E402
from core.training.presets import PRESETS  # noqa: E402
from core.training.recipe import Recipe  # noqa: E402

SEEDS = range(5)


def main() -> None:
    """Measure what was asked for and print it."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.bench_accuracy")
    parser.add_argument("data", nargs="?", metavar="DATA")
    parser.add_argument("--preset", action="append", choices=tuple(PRESETS))
    parser.add_argument("--held-out", action="store_true", help="judge by a sixth of the training set")
    arguments = parser.parse_args()
    data = load_pair(arguments.data) if arguments.data else load_default()
    if arguments.held_out:
        data = hold_out(data.train, 1 / 6)
    figures = {name: _measure(name, data) for name in arguments.preset or PRESETS}
    print(json.dumps({"judged_by": data.test.name, **figures}, indent=2))


def _measure(preset: str, data: DataPair) -> dict[str, Any]:
    """Train a preset from every seed and return its accuracies, in per cent."""
    accuracies, seconds = [], []
    for seed in SEEDS:
        run = Run(Recipe(PRESETS[preset].config.with_changes(seed=seed)), data, test_share=0)
        while not run.finished:
            run.step()
        accuracies.append(100 * evaluate(run.snapshot().network, data.test).accuracy)
        seconds.append(run.train_seconds)
    return {
        "mean_percent": round(mean(accuracies), 2),
        "standard_deviation": round(stdev(accuracies), 2),
        "each_percent": [round(accuracy, 2) for accuracy in accuracies],
        "epochs": run.epoch_at(run.update),
        "updates": run.update,
        "seconds_each": round(mean(seconds), 2),
    }


if __name__ == "__main__":
    main()
