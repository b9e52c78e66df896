"""Two windows on one folder of runs, or a user who deletes in it: nothing is lost, told wrongly, or comes back."""

import os
import shutil
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from core.errors import RunFileError
from core.files.run_store import REMOVED_SECONDS, RunStore
from core.files.stored_data import load_data
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.system import file_lock
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.at_once import meanwhile
from tests.small_data import small_pair

TURNS = 100
LONG_AGO = time.time() - 2 * REMOVED_SECONDS


@pytest.fixture(scope="module")
def data():
    return small_pair()


@pytest.fixture(autouse=True)
def _waits_long(monkeypatch):
    """Let both wait for each other on any machine: here they hold the lock nearly all the time."""
    monkeypatch.setattr(file_lock, "LOCK_SECONDS", 300.0)


@pytest.fixture
def windows(tmp_path):
    return RunStore(tmp_path / "runs"), RunStore(tmp_path / "runs")


def make_record(data, updates=40):
    run = Run(Recipe(TrainingConfig(batch_size=30, epochs=9)), data, name="a", test_share=0)
    run.advance(updates, lambda *_: None, "")
    return RunRecord.of(run, run.checkpoint())


def test_a_run_of_long_ago_that_is_removed_can_be_put_back_whatever_another_window_clears_away(data, windows):
    store, other = windows
    record = make_record(data)
    store.save(record)
    with meanwhile(other.clear_removed, pause=0):
        for _ in range(TURNS):
            os.utime(store.path(record.summary.id), (LONG_AGO, LONG_AGO))
            store.remove(record.summary.id)
            store.put_back(record.summary.id)
            assert store.holds(record.summary.id)


def test_a_run_that_is_removed_while_another_window_lists_is_not_called_damaged(data, windows):
    store, other = windows
    record = make_record(data, 1)
    store.save(record)
    for number in range(30):
        # Those kept last are read first.
        copy = replace(record, summary=replace(record.summary, id=f"{number:032x}"))
        store.save(copy)
        os.utime(store.path(copy.summary.id), (time.time() + 3600, time.time() + 3600))

    def look() -> None:
        assert other.contents().damaged == ()

    with meanwhile(look, pause=0):
        for _ in range(TURNS):
            store.remove(record.summary.id)
            store.put_back(record.summary.id)


def test_what_one_window_writes_is_not_written_over_by_another_that_makes_room(data, windows):
    store, other = windows
    shorter, longer = make_record(data, 20), make_record(data, 40)
    longer = replace(longer, summary=replace(longer.summary, id=shorter.summary.id))
    other.budget = 1

    def make_room() -> None:
        other._given_up.clear()
        other.make_room()

    with meanwhile(make_room):
        for turn in range(TURNS // 4):
            store.save(shorter)
            store.save(longer)
            assert store.load(shorter.summary.id).summary.update == 40
            store.change(shorter.summary.id, name=f"turn {turn}")
            assert store.load(shorter.summary.id).summary.name == f"turn {turn}"


def test_a_run_that_one_window_removes_does_not_come_back_through_another(data, windows):
    store, other = windows
    record = make_record(data)

    def give_note() -> None:
        with suppress(RunFileError):
            other.change(record.summary.id, note="seen")

    with meanwhile(give_note):
        for _ in range(TURNS // 2):
            store.save(record)
            store.remove(record.summary.id)
            assert not store.holds(record.summary.id)


def test_data_stay_while_the_removal_of_their_run_can_be_undone(data, windows):
    store, other = windows
    record = make_record(data)
    store.save_data(data)
    store.save(record)
    [path] = (store.folder / "data").iterdir()
    os.utime(path, (LONG_AGO, LONG_AGO))
    store.remove(record.summary.id)
    other.clear_unused_data(other.contents().runs)
    store.put_back(record.summary.id)
    assert store.load_data(record.summary.data).name == data.name


def test_data_that_a_window_is_about_to_need_again_are_not_cleared_away_by_another(data, windows):
    store, other = windows
    store.save_data(data)
    [path] = (store.folder / "data").iterdir()
    with meanwhile(lambda: other.clear_unused_data(())):
        for _ in range(TURNS):
            os.utime(path, (LONG_AGO, LONG_AGO))
            store.save_data(data)
            assert path.exists()
            load_data(path)


def test_a_folder_that_the_user_deletes_is_made_again(data, windows):
    store, _ = windows
    record = make_record(data, 1)

    def delete() -> None:
        shutil.rmtree(store.folder, ignore_errors=True)

    with meanwhile(delete):
        for _ in range(TURNS):
            # What fails is said, and the next checkpoint tries again.
            with suppress(RunFileError):
                store.save(record)
                store.change(record.summary.id, note="here")
                store.remove(record.summary.id)
    store.save(record)
    assert store.load(record.summary.id).summary.update == 1


def renamed(record, name):
    return replace(record, summary=replace(record.summary, name=name))


def test_a_name_that_another_window_gives_a_run_that_trains_is_not_written_over(data, windows):
    trains, other = windows
    record = make_record(data)
    run_id = record.summary.id
    trains.save(record)
    other.change(run_id, name="from the other", is_starred=True)
    trains.save(record)
    trains.save(record)
    kept = trains.load(run_id).summary
    assert (kept.name, kept.is_starred) == ("from the other", True)
    # What is changed here afterwards counts, and of the rest what was changed there.
    trains.change(run_id, note="from here")
    trains.save(replace(record, summary=replace(record.summary, note="from here")))
    kept = other.load(run_id).summary
    assert (kept.name, kept.note, kept.is_starred) == ("from the other", "from here", True)
    trains.save(renamed(record, "renamed here"))
    assert other.load(run_id).summary.name == "renamed here"


def test_a_name_is_kept_when_the_other_window_gives_up_states_of_the_run(data, windows):
    trains, other = windows
    record = make_record(data)
    trains.save(record)
    other.change(record.summary.id, name="from the other")
    trains.budget = 0
    trains.make_room()
    trains.save(record)
    assert other.load(record.summary.id).summary.name == "from the other"
