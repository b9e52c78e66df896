"""How accurate each preset becomes: test accuracy over five seeds, with the data as they are.

usage: python -m tests.benchmarks.bench_accuracy [DATA]   (default: the MNIST on this computer, else built-in digits)
"""

import json
import sys
from statistics import mean
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

from core.data_sources import load_default, load_pair  # noqa: E402
from core.dataset import DataPair  # noqa: E402
from core.evaluation import evaluate  # noqa: E402
from core.presets import PRESETS  # noqa: E402
from core.recipe import Recipe  # noqa: E402
from core.run import Run  # noqa: E402

SEEDS = range(5)


def measure(data: DataPair) -> dict[str, Any]:
    """Train every preset from every seed and return its accuracies on the test set, in per cent."""
    return {name: _measure(name, data) for name in PRESETS}


def _measure(preset: str, data: DataPair) -> dict[str, Any]:
    accuracies, seconds = [], []
    for seed in SEEDS:
        run = Run(Recipe(PRESETS[preset].config.with_changes(seed=seed)), data, test_share=0)
        while not run.finished:
            run.step()
        accuracies.append(100 * evaluate(run.snapshot().network, data.test).accuracy)
        seconds.append(run.train_seconds)
    return {
        "mean_percent": round(mean(accuracies), 2),
        "least_percent": round(min(accuracies), 2),
        "most_percent": round(max(accuracies), 2),
        "seconds_each": round(mean(seconds), 2),
    }


if __name__ == "__main__":
    print(json.dumps(measure(load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()), indent=2))
