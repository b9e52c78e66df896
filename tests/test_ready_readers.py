"""The networks that come with the program are offered, the best first; a missing one is no obstacle."""

import numpy as np

import core.files.shipped_models
from core.files.model_files import save_model
from core.files.saved_model import SavedModel
from core.network.fully_connected import fully_connected
from core.network.initialization import initialize
from core.network.network import Network
from core.training.config import TrainingConfig
from gui.session.ready_readers import ReadyReaders
from gui.session.task_slot import close_threads


def ship(folder, name, hidden):
    network = Network(initialize(fully_connected((784, *hidden, 10)), "relu", "auto", np.random.default_rng(0)))
    config = TrainingConfig(hidden=hidden)
    save_model(folder / f"{name}.npz", SavedModel(network=network, config=config))


def test_what_is_there_is_offered_best_first(qtbot, tmp_path, monkeypatch):
    monkeypatch.setattr(core.files.shipped_models, "FOLDER", tmp_path)
    ship(tmp_path, "ten", (10,))
    ship(tmp_path, "drawing", (32, 16))
    (tmp_path / "wide.npz").write_text("spoilt")
    readers = ReadyReaders()
    with qtbot.waitSignal(readers.succeeded) as loaded:
        readers.load()
    assert [reader.title for reader in loaded.args[0]] == ["Drawing", "10 hidden units"]
    assert [reader.network.layer_sizes for reader in loaded.args[0]] == [(784, 32, 16, 10), (784, 10, 10)]
    close_threads(readers)


def test_closing_before_loading_ends_quietly(qtbot):
    close_threads(ReadyReaders())
