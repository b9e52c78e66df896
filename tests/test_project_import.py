"""An import that is cancelled, or finds no room on the disk, leaves what was there and nothing else."""

import numpy as np
import pytest

from core.errors import CancelledError, UserError
from core.files.project_file import Contents, save_project
from core.files.project_import import DataFinder, import_project
from core.files.run_store import RunStore
from core.files.session_file import SessionRecord
from core.runs.run import Run
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from core.training.recipe import Recipe
from tests.obstinate_disks import tiny_disk
from tests.small_data import small_pair

OWN_LESSONS = {
    "mine.toml": b'title = "Mine"\n[[step]]\ntext = "Look."\n',
    "seven.png": np.random.default_rng(0).integers(0, 256, 30_000, np.uint8).tobytes(),
}


def trained(name, hidden=(10,)):
    run = Run(Recipe(TrainingConfig(hidden=hidden, batch_size=50, epochs=2)), small_pair(), name=name, test_share=0)
    while run.update < 5:
        run.step()
    return run


@pytest.fixture(scope="module")
def runs():
    return [trained("Run 1"), trained("Run 2", (40,)), trained("Run 3", (60,))]


@pytest.fixture
def project(tmp_path, runs):
    session = SessionRecord(run_id=runs[0].id, config=runs[0].recipe.config)
    path = tmp_path / "lab.mnistann"
    contents = Contents(session=session, own_lessons=OWN_LESSONS)
    save_project(path, contents, [lambda run=run: RunRecord.of(run, run.checkpoint()) for run in runs])
    return path


def own_store(folder):
    """Return a store with a run that was there before."""
    store, run = RunStore(folder), trained("mine")
    store.save(RunRecord.of(run, run.checkpoint()))
    return store


def files_in(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def come_in(project, store, lessons, runs, report=lambda fraction, text: None):
    return import_project(project, store, lessons, (), DataFinder([runs[0].data]), report)


def test_wherever_it_is_cancelled_nothing_of_it_has_come_in(project, tmp_path, runs):
    store = own_store(tmp_path / "runs")
    before, told = files_in(store.folder), []
    come_in(project, RunStore(tmp_path / "elsewhere"), tmp_path / "lessons elsewhere", runs, lambda *_: told.append(0))
    assert len(told) >= len(runs)
    for last in range(len(told)):
        left = iter(range(last))

        def report(fraction, text, left=left):
            if next(left, None) is None:
                raise CancelledError

        with pytest.raises(CancelledError):
            come_in(project, store, tmp_path / "lessons", runs, report)
        assert files_in(store.folder) == before
        assert not (tmp_path / "lessons").exists() or not any((tmp_path / "lessons").iterdir())
    assert len(come_in(project, store, tmp_path / "lessons", runs).summaries) == len(runs)
    assert {path.name for path in (tmp_path / "lessons").iterdir()} == set(OWN_LESSONS)


@pytest.mark.parametrize("room", [20_000, 120_000, 500_000])
def test_on_a_full_disk_it_says_so_and_nothing_of_it_has_come_in(project, tmp_path, runs, room):
    with tiny_disk(tmp_path / "disk", 6_000_000) as disk:
        store = own_store(disk / "runs")
        before = files_in(disk)
        filler = disk / "filler"
        used = sum(len(content) for content in before.values())
        filler.write_bytes(bytes(6_000_000 - used - 24_000 - room))
        before = files_in(disk)
        with pytest.raises(UserError, match=r"lab\.mnistann|could not be (saved|written|made)|No space left"):
            come_in(project, store, disk / "lessons", runs)
        assert files_in(disk) == before
        filler.unlink()
        assert len(come_in(project, store, disk / "lessons", runs).summaries) == len(runs)


def test_where_there_is_room_for_the_runs_but_not_for_the_lessons_nothing_comes_in_either(project, tmp_path, runs):
    store = own_store(tmp_path / "runs")
    before = files_in(store.folder)
    with tiny_disk(tmp_path / "disk", 16_384) as disk:
        with pytest.raises(UserError, match="No space left"):
            come_in(project, store, disk / "lessons", runs)
        assert not files_in(disk)
    assert files_in(store.folder) == before
