"""Run all benchmarks, or those that are named, and write build/bench.json.

usage: python -m tests.benchmarks [--data DATA] [NAME...]     (NAME such as training, data, window)
       python -m tests.benchmarks fuzz [--cases N]            (100,000 damaged files, in an hour or two)
       python -m tests.benchmarks kill [--cases N]            (100 windows killed at random, in half an hour)
       python -m tests.benchmarks soak [MINUTES]              (a user without rest, by default for ten minutes)

DATA is what main.py takes for --train-data; by default MNIST, if it is on this computer or beside the checkout in
../shared/mnist, else the built-in digits. Each benchmark runs in a process of its own, so that none warms the caches
or counts the memory of another; run nothing else meanwhile.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from core.data.data_sources import load_default, load_pair
from core.data.dataset import DataPair, Dataset
from core.system.launch import limit_blas_threads

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
SEPARATE = ("fuzz", "kill", "soak")
"""Run only where they are named."""

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main() -> int:
    """Run, print and write; return 1 where a benchmark failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    parser.add_argument(
        "--cases", type=int, metavar="N", help="how many damaged files fuzz tries, how many windows kill kills"
    )
    parser.add_argument("--data", metavar="DATA", help="what main.py takes for --train-data")
    arguments = parser.parse_args()
    if arguments.names[:1] == ["soak"]:
        return subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.bench_soak", *arguments.names[1:]], cwd=ROOT
        ).returncode
    if unknown := set(arguments.names) - set(NAMES):
        parser.error(f"no benchmark {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    limit_blas_threads()
    if len(arguments.names) == 1 and arguments.names[0] in SEPARATE:
        cases = ["--cases", str(arguments.cases)] if arguments.cases else []
        command = [sys.executable, "-m", f"tests.benchmarks.bench_{arguments.names[0]}", *cases]
        return subprocess.run(command, cwd=ROOT).returncode
    data = find_data(arguments.data)
    folder = write_csv(data)
    results: dict[str, Any] = {"machine": describe_machine(), "data": data.name}
    failed = False
    for name in arguments.names or [name for name in NAMES if name not in SEPARATE]:
        print(f"\n{name} …", flush=True)
        began = time.perf_counter()
        results[name] = run_one(name, folder)
        failed |= "error" in results[name]
        print(f"{name}, {time.perf_counter() - began:.0f} s")
        for key, value in flatten(results[name]):
            print(f"  {key:<52} {value}")
        (BUILD / "bench.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\nwritten to {BUILD.name}/bench.json")
    return int(failed)


def find_data(source: str | None) -> DataPair:
    """Load what was named, else MNIST, else the built-in digits."""
    if source is not None:
        return load_pair(source)
    beside = ROOT.parent / "shared" / "mnist"
    return load_pair(beside) if beside.is_dir() else load_default()


def write_csv(data: DataPair) -> Path:
    """Write mnist_train.csv and mnist_test.csv, unless they are there from the last time."""
    folder = BUILD / "bench_data" / data.train.fingerprint[:16]
    for name, part in (("mnist_train.csv", data.train), ("mnist_test.csv", data.test)):
        if not (folder / name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "part").write_bytes(csv_bytes(part))
            (folder / "part").replace(folder / name)
    return folder


def csv_bytes(data: Dataset) -> bytes:
    """Return a data set as the original CSV files have it: a header, then label and 784 pixels a row."""
    header = "label," + ",".join(f"{row}x{column}" for row in range(1, 29) for column in range(1, 29))
    words = np.array([str(number) for number in range(256)])
    rows = np.column_stack([data.labels, data.images])
    lines = [header, *(",".join(words[row]) for row in rows)]
    return ("\n".join(lines) + "\n").encode("ascii")


def run_one(name: str, folder: Path) -> dict[str, Any]:
    """Run one benchmark in a process of its own."""
    command = [sys.executable, "-m", f"tests.benchmarks.bench_{name}", str(folder)]
    environment = os.environ | {"QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or ["no message"])[-1]}
    return json.loads(done.stdout)


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    processor = platform.processor()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = information.read_text(encoding="utf-8").splitlines()
        processor = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), processor)
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas_threads": os.environ["OPENBLAS_NUM_THREADS"],
    }


def flatten(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    """Return nested figures as lines, such as ("wide.ours_seconds", 0.35)."""
    lines: list[tuple[str, Any]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            lines += flatten(value, f"{prefix}{key}.")
        else:
            lines.append((prefix + key, f"{value:,.4g}" if isinstance(value, float) else value))
    return lines


if __name__ == "__main__":
    sys.exit(main())
