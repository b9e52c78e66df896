"""Recipes are saved and opened from the window, in the background and one at a time."""

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog, QWidget

from core.files.recipe_check import Sameness
from core.runs.run import Run
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from gui.files.recipe_storage import RecipeStorage
from gui.session.task_slot import close_threads
from tests.small_data import small_pair

LONG = TrainingConfig(hidden=(256,), batch_size=1, epochs=1000)


@pytest.fixture
def storage(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    storage = RecipeStorage(window)
    yield storage
    close_threads(storage)


@pytest.fixture(scope="module")
def data():
    return small_pair()


@pytest.fixture(scope="module")
def run(data):
    run = Run(Recipe(TrainingConfig(batch_size=20, epochs=4)), data, name="Run 1", test_share=0)
    for _ in range(50):
        run.step()
    return run


def save(qtbot, storage, path, run):
    with qtbot.waitSignal(storage.stored) as stored:
        storage.save(path, run.snapshot(), run)
    return stored.args[0].sentence


def test_a_saved_run_opens_as_a_run_that_is_the_same(qtbot, storage, tmp_path, run, data):
    sentence = save(qtbot, storage, tmp_path / "mine.json", run)
    assert sentence == "Saved the recipe of Run 1 up to update 50 as mine.json."
    told = []
    storage.repeating.started.connect(told.append)
    storage.repeating.ended.connect(lambda: told.append("ended"))
    with qtbot.waitSignal(storage.repeated) as repeated:
        storage.open(tmp_path / "mine.json", data)
    again, verdict = repeated.args
    assert verdict.sameness is Sameness.IDENTICAL
    assert np.array_equal(again.snapshot().network.parameters.vector, run.snapshot().network.parameters.vector)
    assert told == ["repeating the run of mine.json", "ended"]
    assert not storage.repeating.busy


def test_what_cannot_be_opened_is_told_in_a_sentence(qtbot, storage, tmp_path, run, data):
    save(qtbot, storage, tmp_path / "mine.json", run)
    with qtbot.waitSignal(storage.failed) as failed:
        storage.open(tmp_path / "mine.json", small_pair(500))
    assert "the training images that are open now" in failed.args[0]
    assert not storage.repeating.busy
    with qtbot.waitSignal(storage.failed) as failed:
        storage.save(tmp_path / "nowhere" / "mine.json", run.snapshot(), run)
    assert "could not be saved" in failed.args[0]


def test_repeating_tells_of_its_progress_and_can_be_given_up(qtbot, storage, tmp_path, run, data):
    far = Run(Recipe(LONG), data, name="Far", test_share=0)
    far.step()
    path = tmp_path / "far.json"
    save(qtbot, storage, path, far)
    path.write_text(path.read_text(encoding="utf-8").replace('"update": 1,', '"update": 500000,'), encoding="utf-8")
    repeated = []
    storage.repeated.connect(lambda *result: repeated.append(result))
    with qtbot.waitSignal(storage.repeating.progressed):
        storage.open(path, data)
    with qtbot.waitSignal(storage.repeating.ended):
        storage.repeating.cancel()
    assert not storage.repeating.busy
    save(qtbot, storage, tmp_path / "mine.json", run)
    storage.open(path, data)
    with qtbot.waitSignal(storage.repeated):
        storage.open(tmp_path / "mine.json", data)
    assert [again.name for again, _ in repeated] == ["Run 1"]


def test_the_dialogs_begin_where_the_last_file_was(qtbot, storage, tmp_path, run, data, monkeypatch):
    asked = []

    def answer(path):
        return lambda parent, title, folder, kinds: (asked.append(folder), (str(path), ""))[1]

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer(tmp_path / "one.json"))
    with qtbot.waitSignal(storage.stored):
        storage.ask_and_save(run.snapshot(), run)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer(tmp_path / "one.json"))
    with qtbot.waitSignal(storage.repeated):
        storage.ask_and_open(data)
    assert asked[1] == str(tmp_path)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", answer(""))
    storage.ask_and_open(data)
    assert not storage.repeating.busy
