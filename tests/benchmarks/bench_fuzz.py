"""Fuzzing: damaged files of every kind, each of which has to be read or refused in a sentence, within 5 s and 1 GB.

``python -m tests.benchmarks.bench_fuzz [--cases N]`` prints a table to standard error while it goes on, and the counts
as JSON. Each kind runs in a process of its own, which is started again behind a case that ended it.
"""

import argparse
import contextlib
import faulthandler
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from core.system.launch import limit_blas_threads

ROOT = Path(__file__).parents[2]
CASES = 100_000
MOST_SECONDS, MOST_MEGABYTES = 5.0, 1000.0
HANGS_AFTER = 120.0
"""Seconds of the clock, on a machine that may be busy with other things."""

_SHOWN = 20


def fuzz(cases: int) -> dict[str, Any]:
    """Damage files in so many ways in all, and return what came of it by kind."""
    from tests.fuzzing import KINDS

    results: dict[str, Any] = {}
    head = f"{'kind':<16} {'cases':>7} {'read':>7} {'refused':>7} {'faults':>6} {'worst s':>8} {'worst MB':>8}"
    print(head, file=sys.stderr)
    for name in KINDS:
        results[name] = found = _fuzz_kind(name, -(-cases // len(KINDS)))
        counts = (found["cases"], found["read"], found["refused"], len(found["faults"]))
        line = f"{name:<16} {counts[0]:>7,} {counts[1]:>7,} {counts[2]:>7,} {counts[3]:>6}"
        print(f"{line} {found['worst_seconds']:>8.2f} {found['worst_megabytes']:>8.0f}", file=sys.stderr, flush=True)
        for fault in found["faults"][:_SHOWN]:
            print(f"    {fault}", file=sys.stderr, flush=True)
    results["faults"] = sum(len(found["faults"]) for found in results.values())
    return results


def _fuzz_kind(name: str, cases: int) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    faults: list[str] = []
    worst_seconds = worst_megabytes = 0.0
    tried = 0
    while tried < cases:
        command = [sys.executable, "-m", "tests.benchmarks.bench_fuzz", "--kind", name, "--first", str(tried)]
        command += ["--cases", str(cases - tried)]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in done.stdout.splitlines():
            outcome, seconds, megabytes = json.loads(line)
            tried += 1
            counts[outcome] += 1
            if outcome not in ("read", "refused"):
                faults.append(outcome)
            worst_seconds, worst_megabytes = max(worst_seconds, seconds), max(worst_megabytes, megabytes)
        if done.returncode:
            faults.append(f"case {tried}: the process ended with {done.returncode}")
            tried += 1
    return {
        "cases": tried,
        "read": counts["read"],
        "refused": counts["refused"],
        "faults": faults,
        "worst_seconds": worst_seconds,
        "worst_megabytes": worst_megabytes,
    }


def _work(name: str, first: int, cases: int) -> None:
    """Try cases of a kind, and print a line of JSON for each."""
    from tests.fuzzing import KINDS, random_edits, try_case

    kind = KINDS[name]
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        os.environ["MNIST_ANN_CACHE"] = str(folder / "own_cache")
        kind.write(folder)
        whole = (folder / kind.target).read_bytes()
        kind.read(folder)
        for case in range(first, first + cases):
            rng = random.Random(f"{name} {case}")
            edits, inside = random_edits(rng), rng.random() < 0.5
            _forget_peak()
            faulthandler.dump_traceback_later(HANGS_AFTER, exit=True)
            began = time.process_time()
            try:
                outcome = try_case(kind, folder, whole, edits, inside=inside)
            except BaseException as error:  # noqa: BLE001
                place = traceback.extract_tb(error.__traceback__)[-1]
                where = f"{Path(place.filename).name}, line {place.lineno}"
                outcome = f"case {case}: {type(error).__name__} {str(error)[:100]} in {where}"
            seconds, megabytes = time.process_time() - began, _peak()
            if seconds > MOST_SECONDS or megabytes > MOST_MEGABYTES:
                outcome = f"case {case}: {seconds:.1f} s, {megabytes:.0f} MB ({outcome})"
            print(json.dumps([outcome, seconds, megabytes]), flush=True)
        faulthandler.cancel_dump_traceback_later()


def _forget_peak() -> None:
    """Begin to count the peak of memory anew, where the system allows that."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> float:
    from core.system.memory import peak_memory

    return peak_memory()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", help="taken and not used: what other benchmarks read")
    parser.add_argument("--cases", type=int, default=CASES)
    parser.add_argument("--kind")
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    limit_blas_threads()
    if arguments.kind:
        _work(arguments.kind, arguments.first, arguments.cases)
    else:
        results = fuzz(arguments.cases)
        print(json.dumps(results))
        sys.exit(bool(results["faults"]))


if __name__ == "__main__":
    main()
