"""Runs of lessons, for the tests that hold what their texts say.

They are made on the kernels of OpenBLAS that this processor can run. Which is the machine's own decides the last
digits, and at high rates or symmetric starts the whole run, so a text may only name what holds on all of them. The
machine's own kernel is always tried; the others where MNIST_ANN_ALL_KERNELS is set, as in CI.
"""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.data.synthetic.builtin_digits import load_builtin_digits
from core.lessons.lesson import load_lessons
from core.lessons.lesson_data import lesson_data
from core.runs.run import Run
from core.training.evaluation import evaluate
from core.training.recipe import Recipe

ROOT = Path(__file__).parents[1]
LESSONS = {lesson.key: lesson for lesson in load_lessons()[0]}
OWN, OTHERS = "", ("SkylakeX", "Haswell", "Zen")
NEEDS = {"SkylakeX": "avx512f", "Haswell": "avx2", "Zen": "avx2"}
"""What a processor must have for a kernel; it would end with an illegal instruction otherwise."""

ALL_KERNELS = "MNIST_ANN_ALL_KERNELS"

MOST_SECONDS = 900
"""That the runs of one lesson may take, on a machine that has much else to do."""


def kernels():
    for kernel in (OWN, *OTHERS):
        reasons = []
        if kernel and not os.environ.get(ALL_KERNELS):
            reasons.append(f"{ALL_KERNELS} is not set")
        cpuinfo = Path("/proc/cpuinfo")
        if kernel and not (cpuinfo.exists() and NEEDS[kernel] in cpuinfo.read_text()):
            reasons.append(f"this processor has no {NEEDS[kernel]}")
        marks = [pytest.mark.skip(reason=reasons[0])] if reasons else []
        yield pytest.param(kernel, marks=marks, id=kernel or "own")


@functools.cache
def tried(key, kernel, data=""):
    """Return what ``main.py lesson KEY --try --json`` prints, made with a kernel."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    if kernel:
        environment["OPENBLAS_CORETYPE"] = kernel
    arguments = ["lesson", key, "--try", "--json", *(["--train-data", data] if data else [])]
    done = subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


DENSE_MOVED, CONV_MOVED = (93, 89, 70, 45, 29), (96, 96, 91, 80, 60)
"""What the lesson on moved digits names: accuracies in per cent, moved by 0 to 4 pixels."""


def final_losses(step, until=None, images=None):
    run = Run(Recipe(step.config, step.turns), lesson_data(load_builtin_digits(), step.images), test_share=0)
    while not run.finished and (until is None or run.update < until):
        run.step()
    return run.metrics.read().batch_loss


@functools.cache
def moved_accuracies(step):
    """Return how many test images a network of the lesson on moved digits reads, moved by 0 to 4 pixels."""
    data = load_builtin_digits()
    run = Run(Recipe(LESSONS["moved-digits"].steps[step].config), data, test_share=0)
    while not run.finished:
        run.step()
    network = run.snapshot().network
    return [evaluate(network, lesson_data(data, moved=moved).test).accuracy for moved in range(5)]
