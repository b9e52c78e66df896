"""Keeps the runs of the window in files: while they train, when they pause, and when another takes their place."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from time import monotonic
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.files.run_store import RunStore
from core.runs.kept_data import KeptData
from core.runs.past_run import PastRun
from core.runs.run import Run
from core.runs.run_past import Checkpoint
from core.runs.run_record import RunRecord, RunSummary
from core.training.recipe import Recipe
from gui.session.keeping_thread import KeepingThread
from gui.session.past_runs import PastRuns
from gui.session.task_slot import ThreadOwner
from gui.session.training_session import TrainingSession
from gui.session.training_worker import TrainingWorker

KEEP_SECONDS = 5.0
"""From one time that a run is kept while it trains to the next: what a crash takes is less than ten seconds."""

LOOK_MILLISECONDS = 500

FAILURE = "Runs cannot be kept at present: {reason} Training goes on, and keeping them is tried again."


class RunKeeper(ThreadOwner):
    """Writes runs into the store as they change.

    Parameters
    ----------
    session : TrainingSession
        Has the present run.
    past_runs : PastRuns
        Has the others.
    store : RunStore
        Where runs are kept.
    is_shared : callable
        Returns whether other windows are open, which keep runs in the same folder.
    parent : QObject, optional
        Owner.
    """

    failed = Signal(str)
    """Nothing can be kept, and why, in one sentence; told once until something has been kept again."""

    kept = Signal(str)
    """Something has been written: a run, by its id, or what `put` was given as its key."""

    _done = Signal(str)
    _broke = Signal(str)

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        store: RunStore,
        is_shared: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self.store = store
        self._is_shared = is_shared
        self._present: Run | None = None
        self._kept: set[str] = set()
        self._written: tuple[str, int, Recipe] | None = None
        self._asked = 0.0
        self._is_failing = False
        self._removed: set[str] = set()
        self._thread = KeepingThread(self._done.emit, self._broke.emit)
        self._done.connect(self._on_done)
        self._broke.connect(self._on_broke)
        self._thread.start()
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MILLISECONDS)
        self._timer.timeout.connect(self._on_look_due)
        past_runs.loader_of = self.loader_of
        past_runs.described.connect(self._on_described)
        past_runs.forgotten.connect(self._on_forgotten)
        past_runs.put_back.connect(self._on_put_back)
        session.run_changed.connect(self._on_run_changed)
        session.state_changed.connect(self._on_state_changed)
        session.recipe_changed.connect(self._on_recipe_changed)
        session.checkpoint_taken.connect(self._on_checkpoint_taken)
        session.worker_left.connect(self._on_worker_left)

    def end(self) -> None:
        """Look no more; what is left to be written is written yet."""
        self._timer.stop()

    def wait(self) -> None:
        """Block until all is written."""
        self._thread.put("removed", partial(self.store.clear_removed, self._removed))
        self._thread.close()

    def put(self, key: str, work: Callable[[], None]) -> None:
        """Have something else written on the same thread, in the place of what waits under the same key."""
        self._thread.put(key, work)

    def take_up(self, run: Run) -> None:
        """Take note of a run that was read from the store and is about to become the present one."""
        if self.store.holds(run.id):
            self._kept.add(run.id)

    def keeps(self, run: Run) -> bool:
        """Return whether a run is kept, or being written."""
        return run.id in self._kept

    def will_keep(self, run: Run) -> bool:
        """Return whether a run will have been kept once the window is closed."""
        return run.update > 0 or not run.is_repeatable

    def loader_of(self, run_id: str) -> Callable[[], RunRecord] | None:
        """Return what reads a run from its file; None where it is not kept in one."""
        return partial(self._load, run_id) if run_id in self._kept else None

    def past_run(self, summary: RunSummary, data: KeptData, color_index: int | None = None) -> PastRun:
        """Return a run of an earlier start, which lies in the store, for the list of past runs."""
        self._kept.add(summary.id)
        # Once: whoever draws its curve looks whether the metrics are still the same.
        read_metrics = cache(partial(self.store.load_metrics, summary.id))
        return PastRun.of_kept(summary, data, partial(self._load, summary.id), read_metrics, color_index)

    def record(self, run_id: str) -> RunRecord:
        """Return a run as it was kept last, once that is written; call it from any thread but the window's.

        Raises
        ------
        RunFileError
            If it cannot be read.
        """
        self._thread.wait_for(run_id)
        return self.store.load(run_id)

    def _load(self, run_id: str) -> RunRecord:
        record = self.record(run_id)
        if self._is_shared():
            # Another window may be going on with the same run.
            record = replace(record, summary=replace(record.summary, id=uuid4().hex))
        return record

    # --- what is kept when

    def _keep(self, run: Run, checkpoint: Checkpoint) -> None:
        written = (run.id, checkpoint.state.update, checkpoint.recipe)
        if not self.will_keep(run) or written == self._written or self._past_runs.is_of_lesson(run):
            return
        self._written = written
        self._kept.add(run.id)
        self._put_run(run, lambda: checkpoint)

    def _put_run(self, run: Run, take: Callable[[], Checkpoint | None]) -> None:
        data = self._past_runs.data_of(run)
        source = data.source if data else None
        in_use = {run.id, *(other.id for other in self._session.runs_in_use())}

        def write() -> None:
            checkpoint = take()
            if checkpoint is not None:
                self.store.save(RunRecord.of(run, checkpoint, source))
                self.store.make_room(in_use)

        self._thread.put(run.id, write)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._present = run
        if run.id not in self._kept:
            self._keep(run, run.checkpoint())
        else:
            self._written = (run.id, run.update, run.recipe)

    @Slot(object)
    def _on_state_changed(self, state: object) -> None:
        if self._session.busy and not self._timer.isActive():
            # The first time soon: a run that is on display has a file then.
            self._asked = -KEEP_SECONDS
            self._timer.start()
        elif not self._session.busy:
            self._timer.stop()

    @Slot()
    def _on_look_due(self) -> None:
        if monotonic() - self._asked >= KEEP_SECONDS and not self._thread.busy:
            self._asked = monotonic()
            self._session.request_checkpoint()

    @Slot(object, object)
    def _on_checkpoint_taken(self, run: Run, checkpoint: Checkpoint) -> None:
        self._keep(run, checkpoint)

    @Slot(object)
    def _on_worker_left(self, worker: TrainingWorker) -> None:
        run = worker.training_run
        if self._past_runs.is_of_lesson(run):
            return
        self._kept.add(run.id)
        self._written = None

        def take() -> Checkpoint | None:
            worker.join()
            return worker.checkpoint

        self._put_run(run, take)

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        run = self._session.run
        if run is not None and run is self._present and not self._session.busy:
            self._keep(run, run.checkpoint())

    # --- what the user does

    @Slot(str, object)
    def _on_described(self, run_id: str, changes: dict[str, Any]) -> None:
        if run_id not in self._kept:
            return
        # Whatever is still to be written of the run has the new name anyway, and is written before.
        self._thread.put(f"{run_id}: {', '.join(changes)}", lambda: self.store.change(run_id, **changes))

    @Slot(object)
    def _on_forgotten(self, run_ids: Iterable[str]) -> None:
        for run_id in self._kept.intersection(run_ids):
            self._kept.discard(run_id)
            self._removed.add(run_id)
            self._thread.put(f"{run_id}: removed", partial(self.store.remove, run_id))

    @Slot(object)
    def _on_put_back(self, run_ids: Iterable[str]) -> None:
        for run_id in self._removed.intersection(run_ids):
            self._removed.discard(run_id)
            self._kept.add(run_id)
            self._thread.put(f"{run_id}: put back", partial(self.store.put_back, run_id))

    @Slot(str)
    def _on_done(self, key: str) -> None:
        self._is_failing = False
        self.kept.emit(key)

    @Slot(str)
    def _on_broke(self, sentence: str) -> None:
        if not self._is_failing:
            self._is_failing = True
            self.failed.emit(FAILURE.format(reason=sentence))
        # What could not be written is tried again with the next checkpoint.
        self._written = None
