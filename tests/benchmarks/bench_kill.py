"""Kill -9 at random moments of a window that trains, saves, collects digits and writes settings: what is lost?

``python -m tests.benchmarks kill [--cases N]`` prints a line for each kill to standard error while it goes on, and the
counts as JSON: damaged files, runs that did not come back, updates lost that had been said to be written, and how old
the newest on the disk was at most. Listing 500 kept runs is timed too.
"""

import argparse
import json
import random
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from core.system.launch import limit_blas_threads

CASES = 100
LONGEST = 15.0
"""Seconds from the opening of a window to its end, at most."""

LISTED = 500
TIMES = 5


def kill(cases: int, folder: Path) -> dict[str, Any]:
    """Kill so many windows one after the other, and return the counts."""
    from tests.killed_windows import kill_once

    rng = random.Random(0)
    kills = []
    for number in range(cases):
        found = kill_once(folder, number, rng, LONGEST)
        kills.append(found)
        print(f"{number + 1:>4}  {json.dumps(asdict(found))}", file=sys.stderr, flush=True)
    return {
        "kills": cases,
        "damaged_files": sum(len(found.damaged) for found in kills),
        "not_come_back": sum(len(found.wrong) for found in kills),
        "half_written_files_left": sum(len(found.left) for found in kills),
        "written_and_lost_updates": sum(found.lost_updates for found in kills),
        "lost_seconds_median": statistics.median(found.lost_seconds for found in kills),
        "lost_seconds_max": max(found.lost_seconds for found in kills),
    }


def list_runs(folder: Path) -> dict[str, float]:
    """Return how long it takes to list kept runs, in milliseconds: of the clock, and of the processor."""
    from core.files.run_store import RunStore
    from core.runs.run import Run
    from core.runs.run_record import RunRecord
    from core.training.config import TrainingConfig
    from core.training.recipe import Recipe
    from tests.small_data import small_pair

    store, data = RunStore(folder / "listed"), small_pair()
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=30)), data, test_share=0)
    run.advance(900, lambda *_: None, "")
    record = RunRecord.of(run, run.checkpoint())
    for number in range(LISTED):
        store.save(replace(record, summary=replace(record.summary, id=f"{number:032x}")))
    clock, processor = [], []
    for _ in range(TIMES):
        began, used = time.perf_counter(), time.process_time()
        store.contents()
        clock.append(1000 * (time.perf_counter() - began))
        processor.append(1000 * (time.process_time() - used))
    return {"list_500_ms": statistics.median(clock), "list_500_cpu_ms": statistics.median(processor)}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=CASES)
    arguments = parser.parse_args()
    limit_blas_threads()
    folder = Path(tempfile.mkdtemp(prefix="killed-"))
    try:
        results = kill(arguments.cases, folder) | list_runs(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(results))
    faults = ("damaged_files", "not_come_back", "written_and_lost_updates", "half_written_files_left")
    sys.exit(any(results[name] for name in faults))


if __name__ == "__main__":
    main()
