"""The folder of kept runs: its list, names and notes, deletion with undo, the disk budget, and damaged files."""

import os

import numpy as np
import pytest

from core.errors import RunFileError
from core.files.run_file import load_run, save_run
from core.files.run_store import RunStore, runs_folder
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.obstinate_disks import as_ordinary_user, tiny_disk
from tests.small_data import small_pair


@pytest.fixture(scope="module")
def data():
    return small_pair()


def make_run(data, name, updates=40, seed=0):
    run = Run(Recipe(TrainingConfig(batch_size=30, epochs=9, seed=seed)), data, name=name, test_share=0)
    run.advance(updates, lambda *_: None, "")
    return run


def keep(store, run, age=0):
    store.save(RunRecord.of(run, run.checkpoint()))
    status = store.path(run.id).stat()
    os.utime(store.path(run.id), ns=(status.st_atime_ns, status.st_mtime_ns - age * 10**9))
    return run


def names(store):
    return [summary.name for summary in store.contents().runs]


def test_a_store_that_nobody_has_written_to_is_empty_and_makes_no_folder():
    store = RunStore(runs_folder())
    assert store.contents().runs == store.contents().damaged == ()
    assert store.nbytes == 0
    store.clear_removed()
    store.make_room()
    assert not store.folder.exists()


def test_runs_are_listed_kept_last_first(data, tmp_path):
    store = RunStore(tmp_path / "runs")
    for age, name in ((5, "second"), (9, "oldest"), (0, "newest")):
        keep(store, make_run(data, name), age)
    assert names(store) == ["newest", "second", "oldest"]
    assert store.nbytes == sum(path.stat().st_size for path in store.folder.glob("*.npz"))


def test_name_note_and_star_change_and_nothing_else(data, tmp_path):
    store = RunStore(tmp_path / "runs")
    run = keep(store, make_run(data, "a"), 5)
    keep(store, make_run(data, "b"))
    before = store.load(run.id)
    store.change(run.id, name="α", note="one\ntwo", is_starred=True)
    after = store.load(run.id)
    assert (after.summary.name, after.summary.note, after.summary.is_starred) == ("α", "one\ntwo", True)
    assert after.summary.run_metrics == before.summary.run_metrics
    assert np.array_equal(after.states[-1].parameters.vector, before.states[-1].parameters.vector)
    assert names(store) == ["b", "α"]
    with pytest.raises(RunFileError, match="no such file"):
        store.change("0" * 32, name="nobody")


def test_what_is_removed_is_put_back_as_it_was_until_it_is_cleared_away(data, tmp_path):
    store = RunStore(tmp_path / "runs")
    run = keep(store, make_run(data, "a"))
    whole = store.path(run.id).read_bytes()
    store.remove(run.id)
    assert names(store) == []
    store.clear_removed()
    store.put_back(run.id)
    assert store.path(run.id).read_bytes() == whole
    store.remove(run.id)
    store.clear_removed([run.id])
    store.put_back(run.id)
    assert names(store) == []
    assert not list(store.folder.rglob("*.npz"))


def test_a_damaged_file_is_told_and_left_as_it_is(data, tmp_path):
    store = RunStore(tmp_path / "runs")
    good, bad = keep(store, make_run(data, "good")), keep(store, make_run(data, "bad"))
    damaged = store.path(bad.id).read_bytes()[:-3000]
    store.path(bad.id).write_bytes(damaged)
    (store.folder / "notes.txt").write_text("mine")
    (store.folder / "copy.npz").write_bytes(store.path(good.id).read_bytes())
    listing = store.contents()
    assert [summary.name for summary in listing.runs] == ["good"]
    assert {run.path.name for run in listing.damaged} == {f"{bad.id}.npz", "copy.npz"}
    assert any(f"{bad.id}.npz" in run.sentence and "damaged" in run.sentence for run in listing.damaged)
    RunStore(store.folder, budget=1).make_room()
    assert store.path(bad.id).read_bytes() == damaged
    assert (store.folder / "notes.txt").read_text() == "mine"


def test_where_the_budget_is_spent_the_oldest_give_up_keyframes_then_networks_and_never_recipes(data, tmp_path):
    store = RunStore(tmp_path / "runs")
    old, starred, new = (
        keep(store, make_run(data, name, seed=seed), age)
        for seed, (name, age) in enumerate((("old", 9), ("starred", 8), ("new", 0)))
    )
    store.change(starred.id, is_starred=True)
    each = store.path(new.id).stat().st_size

    def states(run):
        return len(store.load(run.id).states)

    whole = states(new)
    assert whole > 5
    RunStore(store.folder, budget=3 * each + 9).make_room()
    assert [states(run) for run in (old, starred, new)] == [whole, whole, whole]
    RunStore(store.folder, budget=round(2.9 * each)).make_room()
    assert [states(run) for run in (old, starred, new)] == [1, whole, whole]
    RunStore(store.folder, budget=round(1.152 * each)).make_room(in_use=[new.id])
    assert [states(run) for run in (old, starred, new)] == [0, 1, whole]
    RunStore(store.folder, budget=1).make_room()
    assert [states(run) for run in (old, starred, new)] == [0, 0, 0]
    assert names(store) == ["new", "starred", "old"]
    again = store.load(old.id).to_run(data)
    assert np.array_equal(again.snapshot().network.parameters.vector, old.snapshot().network.parameters.vector)


def test_a_run_that_no_recipe_leads_to_keeps_its_network(data, tmp_path):
    store = RunStore(tmp_path / "runs", budget=1)
    opened = Run.from_network(make_run(data, "a").snapshot().network, None, data, name="opened")
    opened.advance(20, lambda *_: None, "")
    keep(store, opened)
    store.make_room()
    assert [state.update for state in store.load(opened.id).states] == [0, 20]


def test_a_folder_that_cannot_be_written_is_named(data, tmp_path):
    run = make_run(data, "a")
    record = RunRecord.of(run, run.checkpoint())
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(RunFileError, match="could not be made"):
        RunStore(tmp_path / "file" / "runs").save(record)
    folder = tmp_path / "locked"
    folder.mkdir()
    store = RunStore(folder)
    store.save(record)
    folder.chmod(0o500)
    try:
        with as_ordinary_user(), pytest.raises(RunFileError, match="Permission denied"):
            store.save(record)
        with as_ordinary_user(), pytest.raises(RunFileError, match="Permission denied"):
            store.remove(run.id)
    finally:
        folder.chmod(0o700)


def test_a_full_disk_leaves_what_was_kept_before(data, tmp_path):
    run = make_run(data, "a", updates=3)
    with tiny_disk(tmp_path / "disk", 300_000) as disk:
        store = RunStore(disk / "runs")
        keep(store, run)
        run.advance(60, lambda *_: None, "")
        with pytest.raises(RunFileError, match="could not be saved"):
            keep(store, run)
        assert store.load(run.id).summary.update == 3


def test_files_of_killed_writes_are_cleared_away_at_the_next_start_and_no_other(data):
    from core.system.leftovers import clear_own_leftovers

    store = RunStore(runs_folder())
    run = keep(store, make_run(data, "a"))
    save_run(store.folder / "mine.part", RunRecord.of(run, run.checkpoint()))
    left = store.folder / f".{run.id}.npz.999999999-{'0' * 8}.part"
    left.write_bytes(b"half")
    os.utime(left, (0, 0))
    clear_own_leftovers()
    assert sorted(path.name for path in store.folder.iterdir()) == [".lock", f"{run.id}.npz", "mine.part"]
    assert load_run(store.path(run.id)).summary.id == run.id
