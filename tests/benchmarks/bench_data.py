"""Loading data: seconds and peak memory of each way, each in a process of its own, with a cache that starts empty.

``python -m tests.benchmarks.bench_data FOLDER`` prints the figures for a folder that holds mnist_train.csv and
mnist_test.csv.
"""

import gzip
import json
import os
import shutil
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPEATS = 3


def measure(mnist_csv_folder: Path) -> dict[str, object]:
    """Return seconds (median of three processes), peak memory in MB (the largest), and the cache's gain."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cache = folder / "cache"
        train = mnist_csv_folder / "mnist_train.csv"
        plain_idx, packed_idx, packed_csv = _write_other_forms(mnist_csv_folder, folder)
        figures: dict[str, object] = {
            "csv": _measure("read_csv", train, cache),
            "csv_first_time": _measure("load", train, cache, forget=True),
            "csv_second_time": _measure("load", train, cache),
            "csv_gz": _measure("read_csv", packed_csv, cache),
            "idx": _measure("load", plain_idx, cache),
            "idx_gz": _measure("load", packed_idx, cache),
            "pair_first_time": _measure("load_pair", mnist_csv_folder, cache, forget=True),
            "pair_second_time": _measure("load_pair", mnist_csv_folder, cache),
            "builtin": _measure("load_pair", Path("builtin"), cache),
            "csv_same_process": _measure("load_twice", train, cache, forget=True),
        }
    figures["cache_gain"] = figures["csv_first_time"]["seconds"] / figures["csv_second_time"]["seconds"]
    figures["cache_gain_same_process"] = figures["csv_same_process"]["gain"]
    return figures


def _measure(way: str, source: Path, cache: Path, *, forget: bool = False) -> dict[str, float]:
    """Load in fresh processes; with ``forget`` each starts with an empty cache, else one before them fills it."""
    runs = []
    for repeat in range(REPEATS + 1):
        if forget:
            shutil.rmtree(cache, ignore_errors=True)
        command = [sys.executable, "-m", "tests.benchmarks.bench_data", "--probe", way, str(source)]
        environment = {**os.environ, "MNIST_ANN_CACHE": str(cache)}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
        # The first process only warms the disk's cache, and fills our own.
        if repeat:
            runs.append(json.loads(done.stdout))
    figures = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    return figures | {"peak_mb": max(run["peak_mb"] for run in runs)}


def _probe(way: str, source: Path) -> dict[str, float]:
    """Load in this process and tell what it cost; modules of our own count as started, pandas as part of reading."""
    from core.data.data_sources import load_pair, load_test
    from core.data.readers.csv_reader import read_csv

    load = {
        "read_csv": read_csv,
        "load": load_test,
        "load_twice": load_test,
        "load_pair": lambda path: load_pair(str(path)),
    }[way]
    start = time.perf_counter()
    load(source)
    seconds = time.perf_counter() - start
    figures = {"seconds": seconds, "peak_mb": _peak_mb()}
    if way == "load_twice":
        start = time.perf_counter()
        load(source)
        figures["gain"] = seconds / (time.perf_counter() - start)
    return figures


def _peak_mb() -> float:
    """Return the largest resident size of this process so far, without what the process that started it had."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024
    import psutil

    memory = psutil.Process().memory_info()
    return getattr(memory, "peak_wset", memory.rss) / 2**20


def _write_other_forms(mnist_csv_folder: Path, folder: Path) -> tuple[Path, Path, Path]:
    """Write the training set as a plain and a gzipped IDX pair and as a gzipped CSV file."""
    from core.data.readers.csv_reader import read_csv

    train = mnist_csv_folder / "mnist_train.csv"
    digits = read_csv(train)
    images = struct.pack(">4B3I", 0, 0, 8, 3, len(digits), 28, 28) + digits.images.tobytes()
    labels = struct.pack(">4BI", 0, 0, 8, 1, len(digits)) + digits.labels.tobytes()
    for name, suffix, pack in (("plain", "", bytes), ("packed", ".gz", lambda content: gzip.compress(content, 6))):
        (folder / name).mkdir()
        (folder / name / f"train-images-idx3-ubyte{suffix}").write_bytes(pack(images))
        (folder / name / f"train-labels-idx1-ubyte{suffix}").write_bytes(pack(labels))
    packed_csv = folder / "mnist_train.csv.gz"
    with train.open("rb") as source, gzip.open(packed_csv, "wb", compresslevel=6) as target:
        shutil.copyfileobj(source, target, 2**20)
    return folder / "plain" / "train-images-idx3-ubyte", folder / "packed" / "train-images-idx3-ubyte.gz", packed_csv


if __name__ == "__main__":
    if sys.argv[1] == "--probe":
        print(json.dumps(_probe(sys.argv[2], Path(sys.argv[3]))))
    else:
        print(json.dumps(measure(Path(sys.argv[1])), indent=2))
