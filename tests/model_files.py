"""Small model files, whole and rewritten, and what the program says when it refuses one."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import ModelFileError
from core.files.model_files import load_model, save_model
from core.files.saved_model import SavedModel
from core.network.fully_connected import fully_connected
from core.network.network import Network
from core.network.parameters import Parameters
from core.training.config import TrainingConfig
from core.training.metrics import MetricsLog


def make_model(hidden=(10,), **known) -> SavedModel:
    sizes = (784, *hidden, 10)
    vector = np.random.default_rng(5).normal(0, 0.1, fully_connected(sizes).size).astype(np.float32)
    network = Network(Parameters(vector, fully_connected(sizes)))
    return SavedModel(network=network, config=TrainingConfig(hidden=hidden), **known)


def make_metrics(updates=70):
    log = MetricsLog()
    for update in range(1, updates + 1):
        log.add_batch(2.3 / update, 0.5)
        if update % 10 == 0:
            log.add_test(update, 2.4 / update, 0.6)
    return log.read()


def save_small_model(folder: Path) -> Path:
    path = folder / "model.npz"
    save_model(path, make_model(metrics=make_metrics()))
    return path


def arrays_of(path) -> dict[str, np.ndarray]:
    with np.load(path) as file:
        return dict(file)


def rewrite(path, **changes):
    """Write the arrays of a model again with some of them changed, and removed where the value is None."""
    arrays = {name: array for name, array in (arrays_of(path) | changes).items() if array is not None}
    np.savez(path, **arrays)


def refusal(path) -> str:
    with pytest.raises(ModelFileError) as caught:
        load_model(path)
    assert path.name in str(caught.value)
    return str(caught.value)
