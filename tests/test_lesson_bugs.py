"""The bugs of "Break it" are found by the gradient check and reach no run."""

import ast
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from core.lessons.bugs import BUGS
from core.network.fully_connected import fully_connected
from core.network.gradient_check import Verdict, backpropagation, check_gradient, random_sample
from core.network.network import Network
from core.network.parameters import Parameters
from core.training.config import TrainingConfig

ROOT = Path(__file__).parents[1]
OF_CONVOLUTIONS = {"places_overwritten", "winners_forgotten"}
AGREES, DIFFERS = {Verdict.AGREES}, {Verdict.DIFFERS}


@pytest.fixture(scope="module")
def batch():
    """A network of two hidden layers with units on and off, and 40 images."""
    rng = np.random.default_rng(4)
    layout = fully_connected((784, 6, 5, 10))
    parameters = Parameters(rng.normal(0, 0.1, layout.size), layout)
    inputs, targets = rng.random((40, 784)), np.eye(10)[rng.integers(0, 10, 40)]
    return Network(parameters), inputs, targets


def verdicts(batch, gradient):
    """Verdicts by the name of each group of parameters."""
    network, inputs, targets = batch
    layout = network.parameters.layout
    indices = random_sample(layout, 60, np.random.default_rng(0))
    checks = check_gradient(network, (inputs, targets), indices, gradient=gradient)
    groups = Parameters.zeros(layout)
    for layer, (weights, biases) in enumerate(zip(groups.weights, groups.biases, strict=True), start=1):
        weights[:], biases[:] = layer, -layer
    found = {}
    for check in checks:
        label = int(groups.vector[check.index])
        # Where the true derivative is 0 (a pixel behind a unit that is off), right and wrong may well be equal.
        if abs(check.numeric) > 1e-6 or check.verdict is Verdict.DIFFERS:
            found.setdefault(f"{'W' if label > 0 else 'b'}{abs(label)}", set()).add(check.verdict)
    return found


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_leaves_the_network_and_its_right_gradient_as_they_were(batch, bug):
    batch = batch_with_maps("conv 3 5x5, pool 2, 10") if bug in OF_CONVOLUTIONS else batch
    network, *_ = batch
    before, right = network.parameters.vector.copy(), backpropagation(*batch).vector
    assert not np.allclose(BUGS[bug].gradient(*batch).vector, right)
    assert np.array_equal(network.parameters.vector, before)
    assert np.array_equal(backpropagation(*batch).vector, right)


def test_the_gradient_check_finds_each_bug_where_the_lesson_says(batch):
    everywhere = ("W1", "b1", "W2", "b2", "W3", "b3")
    for bug in ("sign_flipped", "mean_forgotten"):
        assert verdicts(batch, BUGS[bug].gradient) == dict.fromkeys(everywhere, DIFFERS)
    found = verdicts(batch, BUGS["biases_forgotten"].gradient)
    assert {name: found[name] for name in ("W1", "W2", "W3")} == dict.fromkeys(("W1", "W2", "W3"), AGREES)
    assert {name: found[name] for name in ("b1", "b2", "b3")} == dict.fromkeys(("b1", "b2", "b3"), DIFFERS)
    found = verdicts(batch, BUGS["mask_dropped"].gradient)
    assert found["W3"] == found["b3"] == AGREES
    for name in ("W1", "b1", "W2", "b2"):
        assert Verdict.DIFFERS in found[name]


def test_sizes_of_the_mistakes_are_as_the_lesson_says(batch):
    right = backpropagation(*batch).vector
    assert np.allclose(BUGS["sign_flipped"].gradient(*batch).vector, -right)
    assert np.allclose(BUGS["mean_forgotten"].gradient(*batch).vector, 40 * right)


def test_bugs_can_never_reach_a_run():
    """Neither training nor anything it imports knows of them; only lessons do."""
    code = (
        "import sys, core.runs.run, core.training.trainer, core.network.network, core.runs.replay;"
        "import core.network.gradient_check, gui.session.training_session;"
        "sys.exit('core.lessons.bugs' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
    importers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("core", "gui")
        for path in (ROOT / folder).rglob("*.py")
        if _imports_bugs(path)
    }
    assert {name for name in importers if name.startswith("core/")} == {"core/lessons/step_file.py"}
    assert (
        not {"gui/session/training_session.py", "gui/session/training_worker.py", "gui/session/replay_thread.py"}
        & importers
    )


def _imports_bugs(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "core.lessons.bugs":
            return True
        if isinstance(node, ast.Import) and any(alias.name == "core.lessons.bugs" for alias in node.names):
            return True
    return False


def batch_with_maps(words):
    """A network of these layers, and 20 images."""
    layout = TrainingConfig(layers=words).layout
    rng = np.random.default_rng(4)
    parameters = Parameters(rng.normal(0, 0.1, layout.size), layout)
    for name in parameters.arrays.keys() & {"scale1", "variance1"}:
        parameters.arrays[name][:] = 1
    return Network(parameters), rng.random((20, 784)), np.eye(10)[rng.integers(0, 10, 20)]


def test_each_is_found_in_a_network_with_convolutions_as_well():
    batch = batch_with_maps("conv 3 5x5, pool 2, norm, 12, 10")
    indices = random_sample(batch[0].parameters.layout, 60, np.random.default_rng(0))
    for bug in BUGS.values():
        checks = check_gradient(batch[0], batch[1:], indices, gradient=bug.gradient)
        assert any(check.verdict is Verdict.DIFFERS for check in checks), bug.title


def test_bugs_of_convolutions_leave_alone_what_their_lesson_says():
    batch = batch_with_maps("conv 3 5x5, pool 2, conv 4 3x3, pool 2, 10")
    right = backpropagation(*batch).arrays
    broken = BUGS["places_overwritten"].gradient(*batch).arrays
    assert {name for name in right if not np.allclose(broken[name], right[name])} == {"W1", "W2"}
    broken = BUGS["winners_forgotten"].gradient(*batch).arrays
    assert {name for name in right if not np.allclose(broken[name], right[name])} == {"W1", "b1", "W2", "b2"}
    np.testing.assert_allclose(broken["b2"], 4 * right["b2"])
