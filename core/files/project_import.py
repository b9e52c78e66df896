"""What is in a project becomes part of what is here: nothing that was here is replaced, and all of it can be undone.

A run that is here already, at the same update, stays as it is; one of the same id that went on otherwise comes in
beside it. So does a lesson of the same name with another text.
"""

import contextlib
import itertools
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

from core.data.data_source import DataSource
from core.data.dataset import DataPair
from core.errors import DataError, LessonError, RunFileError, UserError
from core.files.project_file import Contents, open_project
from core.files.run_file import read_summary
from core.files.run_store import RunStore
from core.progress import Report, ignore_progress, part_of
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.runs.run_record import DataRecord, RunRecord, RunSummary, fingerprint_of
from core.system.atomic_file import make_folder, save_file

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class DataFinder:
    """Finds the data of a run on this computer, by what they hold.

    Attributes
    ----------
    pairs : sequence of DataPair
        Those in memory.
    sources : sequence of (str, DataSource)
        Names and places of others that were open here.
    """

    pairs: Sequence[DataPair] = ()
    sources: Sequence[tuple[str, DataSource]] = ()

    def source_of(self, record: DataRecord) -> DataSource | None:
        """Return what may load the data, None where nothing is known that may; reads nothing."""
        named = (source for name, source in self.sources if name == record.name)
        return record.source or next(named, None)

    def at_home(self, record: RunRecord) -> RunRecord:
        """Return a run with the place of its data on this computer, as far as that is known."""
        data = record.summary.data
        return replace(record, summary=replace(record.summary, data=replace(data, source=self.source_of(data))))

    def find(self, record: DataRecord, report: Report = ignore_progress) -> DataPair:
        """Return the data.

        Raises
        ------
        DataError
            If they are not here.
        """
        for pair in self.pairs:
            if record.sizes == (len(pair.train), len(pair.test)) and fingerprint_of(pair) == record.fingerprint:
                return pair
        source = self.source_of(record)
        if source is not None:
            with contextlib.suppress(DataError):
                pair = source(report)
                if fingerprint_of(pair) == record.fingerprint:
                    return pair
        images = f"{record.sizes[0]:,} + {record.sizes[1]:,} images"
        raise DataError(f"Its data “{record.name}” ({images}) are not here: open them, then bring the run back.")


@dataclass(frozen=True, eq=False, kw_only=True)
class ImportedProject:
    """What came in.

    Attributes
    ----------
    name : str
        Of the project's file.
    contents : Contents
        All but the runs; lessons of one's own are called as they are called here.
    summaries : tuple of RunSummary
        The runs that are new here; they lie in the store.
    known : int
        How many runs were here already.
    run : Run or None
        The run that was on display.
    problem : str
        Why that one is not there, in a sentence; "" where it is, or there was none.
    added_lessons : tuple of Path
        The files that are new in the folder of lessons.
    """

    name: str
    contents: Contents
    summaries: tuple[RunSummary, ...]
    known: int
    run: Run | None
    problem: str
    added_lessons: tuple[Path, ...]


def import_project(
    path: Path,
    store: RunStore,
    lessons: Path,
    in_memory: Collection[str],
    finder: DataFinder,
    report: Report = ignore_progress,
) -> ImportedProject:
    """Read a project, and put its runs and lessons beside those that are here.

    Parameters
    ----------
    path : Path
        The project.
    store : RunStore
        Where runs are kept.
    lessons : Path
        Folder of lessons of one's own.
    in_memory : collection of str
        Runs that are here without being kept, by their ids.
    finder : DataFinder
        Finds the data of the run on display.
    report : Report
        Told of the progress.

    Raises
    ------
    ProjectFileError
        If it cannot be read; see `core.files.project_file.open_project`. Nothing of it has come in then.
    RunFileError, LessonError
        If what came in cannot be written; likewise.
    CancelledError
        If ``report`` says so; likewise.
    """
    added: list[RunSummary] = []
    files: list[Path] = []
    known = 0
    shown: RunRecord | None = None
    try:
        with open_project(path) as project:
            contents = project.contents
            for number, run_id in enumerate(project.run_ids):
                report(0.8 * number / len(project.run_ids), f"reading run {number + 1} of {len(project.run_ids)}")
                record = finder.at_home(project.load_run(run_id))
                record, is_new = _beside(store, record, in_memory)
                if is_new:
                    store.save(record)
                    added.append(record.summary)
                known += not is_new
                if run_id == contents.session.run_id:
                    shown = record
        names = _add_lessons(lessons, contents, files)
        results = {names.get(key, key): result for key, result in contents.lessons.items()}
        lesson = contents.session.lesson
        run_id = shown.summary.id if shown else ""
        session = replace(contents.session, lesson=names.get(lesson, lesson), run_id=run_id)
        contents = replace(contents, session=session, lessons=results)
        run, problem = _take_up(shown, finder, part_of(report, 0.8, 1.0)) if shown else (None, "")
    except BaseException:
        take_back(store, [summary.id for summary in added], files, contents if files else None)
        raise
    return ImportedProject(
        name=path.name,
        contents=contents,
        summaries=tuple(added),
        known=known,
        run=run,
        problem=problem,
        added_lessons=tuple(files),
    )


def take_back(store: RunStore, run_ids: Collection[str], files: Sequence[Path], contents: Contents | None) -> None:
    """Remove what came in with a project: runs for good, and lesson files that nobody has changed since."""
    for run_id in run_ids:
        with contextlib.suppress(RunFileError):
            store.remove(run_id)
    store.clear_removed(run_ids)
    own = set(contents.own_lessons.values()) if contents else set()
    for file in files:
        with contextlib.suppress(OSError):
            if file.read_bytes() in own:
                file.unlink()


def _beside(store: RunStore, record: RunRecord, in_memory: Collection[str]) -> tuple[RunRecord, bool]:
    """Return the run as it is to be kept here, under another id where its own is taken, and whether it is new."""
    run_id = record.summary.id
    if store.holds(run_id):
        try:
            here = read_summary(store.path(run_id))
        except RunFileError:
            here = None
        if here and _what_it_is(here) == _what_it_is(record.summary):
            return record, False
    elif run_id not in in_memory:
        return record, True
    return replace(record, summary=replace(record.summary, id=uuid4().hex)), True


def _what_it_is(summary: RunSummary) -> tuple[object, ...]:
    return summary.update, summary.recipe, summary.run_metrics


def _take_up(record: RunRecord, finder: DataFinder, report: Report) -> tuple[Run | None, str]:
    try:
        require_memory(record.summary.recipe.config)
        data = finder.find(record.summary.data, part_of(report, 0.0, 0.7))
        return record.to_run(data, part_of(report, 0.7, 1.0)), ""
    except UserError as error:
        logger.warning("%s could not be taken up: %s", record.summary.name, error)
        return None, f"{record.summary.name} is in the tab Runs. {error}"


def _add_lessons(folder: Path, contents: Contents, added: list[Path]) -> dict[str, str]:
    """Write lessons of one's own into a folder; return what those are called here that are called otherwise there."""
    renamed = {}
    for name, content in contents.own_lessons.items():
        target, is_free = _place(folder, name, content)
        if target.name != name:
            renamed[name] = target.name
        if not is_free:
            continue
        make_folder(folder, LessonError)
        with save_file(target, LessonError) as file:
            file.write(content)
        added.append(target)
    return renamed


def _place(folder: Path, name: str, content: bytes) -> tuple[Path, bool]:
    """Return where a file is to be, and whether it still has to be written there."""
    for number in itertools.count(1):
        path = folder / name if number == 1 else (folder / name).with_stem(f"{Path(name).stem} {number}")
        if not path.exists():
            return path, True
        with contextlib.suppress(OSError):
            if path.is_file() and path.read_bytes() == content:
                return path, False
    raise AssertionError("numbers have no end")
