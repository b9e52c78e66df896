"""What there is to take up at a start: the runs that are kept, and the one that was on display, with its data."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from core.data.dataset import DataPair
from core.errors import UserError
from core.files.damaged_runs import DamagedRun, not_told_yet
from core.files.run_store import Listing, RunStore
from core.progress import Report, ignore_progress, part_of
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.runs.run_record import DataRecord, fingerprint_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class FoundRun:
    """A run that was on display.

    Attributes
    ----------
    run : Run
        As it was.
    data : DataRecord
        What its file says of its data.
    """

    run: Run
    data: DataRecord


@dataclass(frozen=True, eq=False)
class Found:
    """What there is to take up.

    Attributes
    ----------
    listing : Listing
        The runs that are kept.
    mine, of_lesson : FoundRun or None
        My run, and that of the lesson that was open.
    problem : str
        Why a run could not be taken up, in a sentence; "" where it could, or there was none.
    newly_damaged : tuple of DamagedRun
        Files of runs that cannot be read and that no start has told of yet.
    """

    listing: Listing
    mine: FoundRun | None = None
    of_lesson: FoundRun | None = None
    problem: str = ""
    newly_damaged: tuple[DamagedRun, ...] = ()


def find_session(
    store: RunStore,
    run_id: str,
    lesson_store: RunStore,
    lesson_run: str,
    others: Collection[str],
    report: Report = ignore_progress,
) -> Found:
    """Look up what there is to take up.

    Parameters
    ----------
    store, run_id : RunStore and str
        Where my runs are kept, and which was mine; "" for none.
    lesson_store, lesson_run : RunStore and str
        The same of the lesson that was open.
    others : collection of str
        Runs on display in other windows: such a one is taken up as a copy.
    report : Report
        Told of the progress.
    """
    store.clear_removed()
    report(0.0, "looking for kept runs")
    listing = store.contents()
    store.clear_unused_data(listing.runs)
    mine = of_lesson = None
    problem = ""
    try:
        if run_id:
            mine = _take(store, run_id, others, part_of(report, 0.0, 0.5))
        if lesson_run:
            known = mine.run.data if mine else None
            of_lesson = _take(lesson_store, lesson_run, (), part_of(report, 0.5, 1.0), known)
    except UserError as error:
        logger.warning("%s could not be taken up: %s", run_id, error)
        name = next((summary.name for summary in listing.runs if summary.id == run_id), "The run")
        problem = f"{name} could not be taken up where it was. {error}"
    return Found(listing, mine, of_lesson, problem, not_told_yet(store.folder, listing.damaged))


def _take(
    store: RunStore, run_id: str, others: Collection[str], report: Report, known: DataPair | None = None
) -> FoundRun:
    record = store.load(run_id)
    require_memory(record.summary.recipe.config)
    if known is not None and fingerprint_of(known) == record.summary.data.fingerprint:
        data = known
    else:
        data = store.load_data(record.summary.data, part_of(report, 0.0, 0.8))
    if run_id in others:
        record = replace(record, summary=replace(record.summary, id=uuid4().hex))
    return FoundRun(record.to_run(data, part_of(report, 0.8, 1.0)), record.summary.data)
