"""Keeps the runs of the window in files: while they train, when they pause, and when another takes their place."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from time import monotonic
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from core.files.damaged_runs import DamagedRun
from core.files.run_file import STATES_BUDGET
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

KEEP_SECONDS = 4.0
"""From one time that a run is kept while it trains to the next. What a crash takes is less than ten seconds where a
file is written in five: these four, half a second until it is looked again, and a file that is not yet whole."""

BUDGET_WHILE_TRAINING = STATES_BUDGET // 4
"""Bytes of states that are written every few seconds; all come with the last, when training pauses or ends."""

SLOW_SECONDS = 2.0
"""Where a file took longer to be written, the next ones hold but the newest state, until training pauses."""

LOOK_MILLISECONDS = 500

SESSION = "session"
"""The key under which is kept where the window stands."""

FAILURE = "Runs cannot be kept at present: {reason} Training goes on, and keeping them is tried again."


class RunKeeper(ThreadOwner):
    """Writes runs into the store as they change.

    Parameters
    ----------
    session : TrainingSession
        Has the present run.
    past_runs : PastRuns
        Has the others.
    store, lesson_store : RunStore
        Where my runs are kept, and those of the lesson that is open.
    is_shared : callable
        Returns whether other windows are open, which keep runs in the same folder.
    parent : QObject, optional
        Owner.
    """

    failed = Signal(str)
    """Something cannot be kept, and why, in one sentence; told once until all is kept again."""

    recovered = Signal()
    """What could not be kept has been kept after all."""

    kept = Signal(str)
    """Something has been written: a run, by its id, or what `put` was given as its key."""

    damaged_changed = Signal(object)
    """The files that cannot be read have become more or fewer: a tuple of `core.files.damaged_runs.DamagedRun`."""

    _done = Signal(str)
    _broke = Signal(str, str)

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        store: RunStore,
        lesson_store: RunStore,
        is_shared: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self.store = store
        self.lesson_store = lesson_store
        self._is_shared = is_shared
        self._present: Run | None = None
        self._kept: dict[str, RunStore] = {}
        self._written: tuple[str, int, Recipe, bool] | None = None
        self._asked = 0.0
        self._is_slow = False
        # False where runs cannot be kept, True where the session cannot.
        self._failing: set[bool] = set()
        self._removed: dict[str, RunStore] = {}
        self._damaged: tuple[DamagedRun, ...] = ()
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
        past_runs.lesson_begun.connect(self._on_lesson_begun)
        past_runs.taken_over.connect(self._on_taken_over)
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
        if not self._past_runs.in_lesson:
            self._thread.put("lesson", self.lesson_store.clear)
        self._thread.close()

    def put(self, key: str, work: Callable[[], None]) -> None:
        """Have something else written on the same thread, in the place of what waits under the same key."""
        self._thread.put(key, work)

    def find_damaged(self, damaged: tuple[DamagedRun, ...]) -> None:
        """Take note of the files in the store that cannot be read."""
        self._damaged = damaged
        self.damaged_changed.emit(damaged)

    def remove_damaged(self) -> Callable[[], None]:
        """Remove the files that cannot be read; return what puts them back."""
        damaged = self._damaged
        for run_id in (run.path.stem for run in damaged):
            self._removed[run_id] = self.store
            self._thread.put(f"{run_id}: removed", partial(self.store.remove, run_id))
        self.find_damaged(())
        return partial(self._put_back_damaged, damaged)

    def _put_back_damaged(self, damaged: tuple[DamagedRun, ...]) -> None:
        for run_id in (run.path.stem for run in damaged):
            self._removed.pop(run_id)
            self._thread.put(f"{run_id}: put back", partial(self.store.put_back, run_id))
        self.find_damaged(damaged)

    def take_up(self, run: Run) -> None:
        """Take note of a run of mine that was read from the store and is about to become the present one."""
        if self.store.holds(run.id):
            self._kept[run.id] = self.store

    def keeps(self, run: Run) -> bool:
        """Return whether a run is kept, or being written."""
        return run.id in self._kept

    def will_keep(self, run: Run) -> bool:
        """Return whether a run will have been kept once the window is closed."""
        is_new = run.update == 0 and not run.recipe.cuts and run.is_repeatable
        return not is_new or self.keeps(run)

    def loader_of(self, run_id: str) -> Callable[[], RunRecord] | None:
        """Return what reads a run of this window, which no other goes on with; None where it is not kept in a file."""
        return partial(self.record, run_id) if run_id in self._kept else None

    def past_run(self, summary: RunSummary, data: KeptData, color_index: int | None = None) -> PastRun:
        """Return a run of an earlier start, which lies in the store, for the list of past runs."""
        self._kept[summary.id] = self.store
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
        return self._kept.get(run_id, self.store).load(run_id)

    def _load(self, run_id: str) -> RunRecord:
        record = self.record(run_id)
        if self._kept.get(run_id) is not self.lesson_store and self._is_shared():
            # Another window may be going on with the same run.
            record = replace(record, summary=replace(record.summary, id=uuid4().hex))
        return record

    # --- what is kept when

    def _keep(self, run: Run, checkpoint: Checkpoint) -> None:
        written = (run.id, checkpoint.state.update, checkpoint.recipe, self._session.busy)
        if self.will_keep(run) and written != self._written:
            self._written = written
            self._put_run(run, lambda: checkpoint)

    def _put_run(self, run: Run, take: Callable[[], Checkpoint | None]) -> None:
        data = self._past_runs.data_of(run)
        source = data.source if data else None
        store = self._kept[run.id] = self.lesson_store if self._past_runs.is_of_lesson(run) else self.store
        in_use = {run.id, *(other.id for other in self._session.runs_in_use())}

        trains = self._session.busy

        def write() -> None:
            checkpoint = take()
            if checkpoint is not None:
                if source is None:
                    store.save_data(run.data)
                began = monotonic()
                least = 0 if self._is_slow else BUDGET_WHILE_TRAINING
                store.save(RunRecord.of(run, checkpoint, source), least if trains else STATES_BUDGET)
                self._is_slow = monotonic() - began > SLOW_SECONDS or (self._is_slow and trains)
                store.make_room(in_use)

        self._thread.put(run.id, write)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._present = run
        if run.id not in self._kept:
            self._keep(run, run.checkpoint())
        else:
            self._written = (run.id, run.update, run.recipe, False)

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
        if run_id in self._kept:
            # Whatever is still to be written of the run has the new name anyway, and is written before.
            change = partial(self._kept[run_id].change, run_id, **changes)
            self._thread.put(f"{run_id}: {', '.join(changes)}", change)

    @Slot(object)
    def _on_forgotten(self, run_ids: Iterable[str]) -> None:
        for run_id in self._kept.keys() & set(run_ids):
            store = self._removed[run_id] = self._kept.pop(run_id)
            self._thread.put(f"{run_id}: removed", partial(store.remove, run_id))

    @Slot(object)
    def _on_put_back(self, run_ids: Iterable[str]) -> None:
        for run_id in self._removed.keys() & set(run_ids):
            store = self._kept[run_id] = self._removed.pop(run_id)
            self._thread.put(f"{run_id}: put back", partial(store.put_back, run_id))

    @Slot()
    def _on_lesson_begun(self) -> None:
        for run_id in [run_id for run_id, store in self._kept.items() if store is self.lesson_store]:
            del self._kept[run_id]
        self._thread.put("lesson", self.lesson_store.clear)

    @Slot(object)
    def _on_taken_over(self, run_ids: Iterable[str]) -> None:
        for run_id in set(run_ids):
            if self._kept.get(run_id) is self.lesson_store:
                self._kept[run_id] = self.store
                self._thread.put(f"{run_id}: taken over", partial(self.store.move, run_id, self.lesson_store))
                continue
            past = self._past_runs.get(run_id)
            if past is not None and past.run is not None:
                self._session.wait_until_left(past.run)
                self._keep(past.run, past.run.checkpoint())

    @Slot(str)
    def _on_done(self, key: str) -> None:
        # A run that was renamed or removed does not tell whether runs can be written.
        if self._failing and (key in self._kept or key == SESSION):
            self._failing.discard(key == SESSION)
            if not self._failing:
                self.recovered.emit()
        self.kept.emit(key)

    @Slot(str, str)
    def _on_broke(self, key: str, sentence: str) -> None:
        if not self._failing:
            self.failed.emit(FAILURE.format(reason=sentence))
        self._failing.add(key == SESSION)
        # What could not be written is tried again with the next checkpoint.
        self._written = None
