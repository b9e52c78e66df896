"""What runs outside of the tests still fits the program: benchmarks and the taking of screenshots can start."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.data.data_sources import load_test
from core.data.dataset import Dataset
from tests.benchmarks.__main__ import NAMES, csv_bytes, flatten

ROOT = Path(__file__).parents[1]
MODULES = [*(f"tests.benchmarks.bench_{name}" for name in NAMES), "tests.pictures"]


@pytest.mark.parametrize("module", MODULES)
def test_it_can_be_imported(module):
    done = subprocess.run([sys.executable, "-c", f"import {module}"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_an_unknown_benchmark_is_refused_with_the_names_of_all():
    command = [sys.executable, "-m", "tests.benchmarks", "cooking"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert all(name in done.stderr for name in NAMES)


def test_data_are_written_as_the_original_csv_files_have_them(tmp_path):
    rng = np.random.default_rng(0)
    data = Dataset(rng.integers(0, 256, (20, 784), np.uint8), rng.integers(0, 10, 20, np.uint8), "random")
    (tmp_path / "data.csv").write_bytes(csv_bytes(data))
    assert load_test(tmp_path / "data.csv").fingerprint == data.fingerprint
    assert (tmp_path / "data.csv").read_text().startswith("label,1x1,1x2,")


def test_nested_metrics_become_lines():
    assert flatten({"a": {"b": 1.23456, "c": [1]}, "d": 12_345_678.0}) == [
        ("a.b", "1.235"),
        ("a.c", [1]),
        ("d", "1.235e+07"),
    ]
