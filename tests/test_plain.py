"""The network on one page learns the same numbers as the trainer: each is the other's proof."""

import subprocess
import sys

import numpy as np
import pytest

from core.network import plain
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from core.training.trainer import Trainer
from tests.program import MAIN
from tests.small_data import small_dataset

DATA = small_dataset(230, 1)


@pytest.mark.parametrize("batch_size", [1, 32, None])
def test_it_learns_what_the_trainer_learns(batch_size):
    trainer = Trainer(Recipe(TrainingConfig(hidden=(7,), batch_size=batch_size, learning_rate=0.3), ()), DATA)
    state = trainer.initial_state()
    start = state.parameters.astype(np.float64)
    ours = [start.weights[0], start.biases[0], start.weights[1], start.biases[1]]
    batches = [trainer.batch_indices(update) for update in range(40)]
    losses = list(plain.train(DATA.images, DATA.labels, ours, batches, 0.3))
    results = [trainer.step(state) for _ in range(40)]
    np.testing.assert_allclose(losses, [result.loss for result in results], rtol=1e-4)
    for plainly, trained in zip(ours[::2], state.parameters.weights, strict=True):
        np.testing.assert_allclose(plainly, trained, atol=1e-5)
    for plainly, trained in zip(ours[1::2], state.parameters.biases, strict=True):
        np.testing.assert_allclose(plainly, trained, atol=1e-5)


def test_it_runs_as_the_page_says():
    done = subprocess.run([sys.executable, "-m", "core.network.plain"], cwd=MAIN.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    shares = [float(line.split("%")[0].split()[-1]) for line in done.stdout.splitlines()]
    assert len(shares) == 5
    assert shares[-1] > 80
