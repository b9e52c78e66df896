"""The time machine: how long it takes to reach random updates of a whole run, and what recording them costs.

Moments are asked of the thread that the window asks, one after the other. The cost of recording is what a run, with its
log and keyframes, takes longer than a bare trainer that makes the same updates; both take turns of some hundred
updates, and the median over the turns is told.

usage: python -m tests.benchmarks.bench_time_machine [DATA]   (default: MNIST on this computer, else built-in digits)
"""

import json
import sys
from queue import SimpleQueue
from statistics import median
from time import perf_counter
from typing import Any

from core.system.launch import limit_blas_threads

limit_blas_threads()

import numpy as np  # noqa: E402

from core.data.data_sources import load_default, load_pair  # noqa: E402
from core.data.dataset import DataPair  # noqa: E402
from core.runs.run import Run  # noqa: E402
from core.training.presets import PRESETS  # noqa: E402
from core.training.recipe import Recipe  # noqa: E402
from core.training.trainer import Trainer  # noqa: E402
from gui.session.replay_thread import Moment, ReplayThread  # noqa: E402

VISITS = 300
EPOCHS = 20
TURN = 512
"""Updates: enough for several keyframes, few enough for many turns."""


def measure(data: DataPair, visits: int = VISITS) -> dict[str, Any]:
    """Return figures of the default and the wide preset, each a run of 20 epochs."""
    return {name: _measure(name, data, visits) for name in ("default", "wide")}


def _measure(preset: str, data: DataPair, visits: int) -> dict[str, Any]:
    recipe = Recipe(PRESETS[preset].config.with_changes(epochs=EPOCHS))
    run = Run(recipe, data, test_share=0)
    recording = _train(run, Trainer(recipe, data.train))
    rng = np.random.default_rng(0)
    anywhere = _visit(run, rng.integers(0, run.update, visits).tolist())
    place = run.update // 2
    back = _visit(run, list(range(place, place - visits // 3, -1)))
    return {
        "updates": run.update,
        "reach_p50_ms": _percentile(anywhere, 50),
        "reach_p99_ms": _percentile(anywhere, 99),
        "reach_longest_ms": _percentile(anywhere, 100),
        "one_back_p50_ms": _percentile(back, 50),
        "keyframes": len(run.keyframes),
        "keyframes_mb": round(run.keyframes.nbytes / 2**20, 1),
        "recording_percent": round(100 * recording, 2),
    }


def _train(run: Run, bare: Trainer) -> float:
    """Train to the end and return by which share recording prolonged it."""
    state = bare.initial_state()

    def train_bare() -> float:
        began = perf_counter()
        for _ in range(turn):
            bare.step(state)
        return perf_counter() - began

    def train_run() -> float:
        began = perf_counter()
        for _ in range(turn):
            run.step()
        return perf_counter() - began

    shares = []
    while not run.finished:
        turn = min(TURN, run.total_updates - run.update)
        # Each goes first in every second round: whoever comes second finds warmer caches.
        if len(shares) % 2:
            recorded, alone = train_run(), train_bare()
        else:
            alone, recorded = train_bare(), train_run()
        shares.append(recorded / alone - 1)
    return median(shares)


def _visit(run: Run, updates: list[int]) -> list[float]:
    """Ask for one moment after the other and return how long each took, in seconds."""
    arrived: SimpleQueue[Moment] = SimpleQueue()
    thread = ReplayThread(arrived.put, lambda fraction, text: None, lambda: None)
    thread.start()
    thread.follow_run(run)
    taken = []
    for update in updates:
        began = perf_counter()
        thread.request(update)
        moment = arrived.get()
        taken.append(perf_counter() - began)
        assert moment.snapshot.update == update
    thread.end()
    thread.join()
    return taken


def _percentile(seconds: list[float], percent: float) -> float:
    return round(1000 * float(np.percentile(seconds, percent)), 2)


if __name__ == "__main__":
    print(json.dumps(measure(load_pair(sys.argv[1]) if len(sys.argv) > 1 else load_default()), indent=2))
