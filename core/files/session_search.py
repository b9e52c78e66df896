"""What there is to take up at a start: the runs that are kept, and the one that was on display, with its data."""

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import uuid4

from core.errors import DataError, UserError
from core.files.run_store import Listing, RunStore
from core.progress import Report, ignore_progress, part_of
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.runs.run_record import RunSummary, fingerprint_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Found:
    """What there is to take up.

    Attributes
    ----------
    listing : Listing
        The runs that are kept.
    run : Run or None
        The one that was on display, as it was.
    summary : RunSummary or None
        What its file says of it.
    problem : str
        Why the run on display could not be taken up, in a sentence; "" where it could, or there was none.
    """

    listing: Listing
    run: Run | None = None
    summary: RunSummary | None = None
    problem: str = ""


def find_session(store: RunStore, run_id: str, others: Collection[str], report: Report = ignore_progress) -> Found:
    """Look up what there is to take up.

    Parameters
    ----------
    store : RunStore
        Where runs are kept.
    run_id : str
        The run that was on display; "" for none.
    others : collection of str
        Runs on display in other windows: such a one is taken up as a copy.
    report : Report
        Told of the progress.

    Raises
    ------
    CancelledError
        If ``report`` says so.
    """
    store.clear_removed()
    report(0.0, "looking for kept runs")
    listing = store.contents()
    if not run_id:
        return Found(listing)
    name = next((summary.name for summary in listing.runs if summary.id == run_id), "The run")
    try:
        record = store.load(run_id)
        require_memory(record.summary.recipe.config)
        if record.summary.data.source is None:
            raise DataError(f"Its data “{record.summary.data.name}” were put together in the program.")
        data = record.summary.data.source(part_of(report, 0.0, 0.8))
        if fingerprint_of(data) != record.summary.data.fingerprint:
            raise DataError(f"What is read for “{data.name}” now differs from what it was trained on.")
        if run_id in others:
            record = replace(record, summary=replace(record.summary, id=uuid4().hex))
        return Found(listing, record.to_run(data, part_of(report, 0.8, 1.0)), record.summary)
    except UserError as error:
        logger.warning("%s could not be taken up: %s", run_id, error)
        return Found(listing, problem=f"{name} could not be taken up where it was. {error}")
