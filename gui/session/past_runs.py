"""The one past of runs: what "Back", Undo of a teaching, the tab Runs and a lesson that closes bring back.

Every run that another takes the place of goes on top of the list, with its network, its keyframes and its data. A
lesson has a list of its own; mine waits, with the run on display and its settings, until the lesson is closed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.data.dataset import DataPair
from core.runs.kept_data import KeptData, LoadData
from core.runs.past_run import PastRun
from core.runs.run import Run
from core.runs.run_history import MEMORY_BUDGET, RunHistory
from core.runs.run_record import RunRecord
from core.training.config import TrainingConfig
from gui.session.task_slot import Policy, TaskSlot
from gui.session.training_session import TrainingSession

LESSON_SHARE = 0.25
"""Of the memory for past runs: what those of a lesson may take while it is open."""


@dataclass
class _Own:
    """What waits for the end of a lesson: my runs, and the one on display with the settings chosen beside it."""

    history: RunHistory
    run: Run | None
    config: TrainingConfig


class PastRuns(QObject):
    """Remembers each run of a session that another takes the place of, and brings it back.

    Make it before anything else that follows the session: others look here when they hear of a new run.

    Parameters
    ----------
    session : TrainingSession
        Whose runs come and go.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    history : RunHistory
        The list: mine, or that of the lesson that is open.
    returning : TaskSlot
        A run is being brought back that takes a while: how far it is, and how it is cancelled.
    just_left : PastRun or None
        The run that the present one has taken the place of, unless it was not worth keeping.
    loader_of : callable
        Returns what reads a run, by its id, from its file, or None where it is not kept in one.
    """

    changed = Signal()
    """The list has changed in another way than by a new present run."""

    described = Signal(str, object)
    """A run, by its id, has another ``name``, ``note`` or star (``is_starred``): the changes by their names."""

    forgotten = Signal(object)
    """Runs were dropped from my list, by their ids."""

    lesson_begun = Signal()
    """A lesson has a list of its own from now on; what is left of the one before is not needed any more."""

    taken_over = Signal(object)
    """Runs of a lesson are in my list, by their ids."""

    put_back = Signal(object)
    """Runs that had been dropped are in my list again, by their ids."""

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._present: Run | None = None
        self._present_data: KeptData | None = None
        self._opened: KeptData | None = None
        self._own: _Own | None = None
        self._mine_next: DataPair | None = None
        self.returning = TaskSlot(Policy.REPLACE, self)
        self.returning.succeeded.connect(session.adopt)
        self.history = RunHistory()
        self._home = self.history
        self.loader_of: Callable[[str], Callable[[], RunRecord] | None] = lambda run_id: None
        self.just_left: PastRun | None = None
        session.run_changed.connect(self._on_run_changed)
        session.config_changed.connect(self._on_config_changed)

    @property
    def runs(self) -> tuple[PastRun, ...]:
        """The runs of the list but the one that has been brought back, the newest first."""
        return tuple(past for past in self.history.runs if self._present is None or past.id != self._present.id)

    @property
    def newest(self) -> PastRun | None:
        """The run to which one step back leads."""
        return next((past for past in self.runs if past.can_return), None)

    @property
    def mine(self) -> tuple[Run | None, TrainingConfig]:
        """My run, and the settings chosen beside it; while a lesson is open, those that wait for its end."""
        return (self._own.run, self._own.config) if self._own else (self._present, self._session.config)

    @property
    def own_data(self) -> DataPair | None:
        """The data that the user has opened, whatever a lesson is working on."""
        run = self._own.run if self._own else self._present
        return run.data if run else None

    # --- data

    @property
    def all_data(self) -> tuple[KeptData, ...]:
        """The data of the present run, and of all past runs from the newest to the oldest."""
        pasts = [*self.history.runs, *(self._own.history.runs if self._own else ())]
        kept = [self._present_data, self._opened, *(past.data for past in pasts)]
        return tuple(dict.fromkeys(data for data in kept if data is not None))

    def known(self, data: DataPair, load: LoadData | None = None) -> DataPair:
        """Return data as they are in memory already, so that equal data are one and the same.

        Parameters
        ----------
        data : DataPair
            Data that are about to be used.
        load : callable, optional
            Loads them again, should their memory be needed once only past runs use them.
        """
        # Under another name they are shown as what was opened.
        kept = next((kept for kept in self.all_data if kept.name == data.name and kept.holds(data)), None)
        if kept is None:
            kept = self._opened = KeptData(data, load)
        kept.pair = kept.pair or data
        kept.load = kept.load or load
        return kept.pair

    def has_open(self, data: DataPair) -> bool:
        """Return whether the present run, and mine while a lesson is open, has these very data, under their name."""
        kept, run = self._present_data, self._present
        if kept is None or run is None or self.own_data is not run.data:
            return False
        return kept.name == data.name and kept.holds(data)

    def open_data(self, data: DataPair, load: LoadData | None = None) -> None:
        """Begin a run of mine on other data, also while a lesson is open, which goes on from these then."""
        self._mine_next = data = self.known(data, load)
        self._session.start(self._own.config if self._own else None, data)

    def data_of(self, run: Run) -> KeptData | None:
        """Return the data of a run that is in memory."""
        return next((kept for kept in self.all_data if kept.pair is run.data), None)

    @property
    def my_runs(self) -> tuple[PastRun, ...]:
        """My past runs, whether a lesson is open or not."""
        return (self._own.history if self._own else self.history).runs

    def source_of(self, data: DataPair) -> LoadData | None:
        """Return what loads data again that are in use; None where nothing does."""
        return next((kept.load for kept in self.all_data if kept.pair is data), None)

    # --- back

    def get(self, run_id: str) -> PastRun | None:
        """Return a run by its id, of the list or of mine while a lesson is open; None where it is in neither."""
        return self.history.get(run_id) or (self._own.history.get(run_id) if self._own else None)

    @Slot(str)
    def bring_back(self, run_id: str) -> None:
        """Put a past run in the place of the present one."""
        past = self.get(run_id)
        if past is None or not past.can_return:
            return
        if past.run is not None:
            self.returning.abandon()
            self._session.adopt(past.run)
        else:
            self.returning.start(past.bring_back, f"bringing {past.name} back")

    # --- the list

    def keep_present(self) -> None:
        """Put the present run into the list even if it was never trained."""
        if self._present is not None:
            self._remember(self._home, self._present)

    def _remember(self, history: RunHistory, run: Run) -> PastRun:
        in_use = self._session.runs_in_use()
        return history.remember(run, self._present_data, in_use, self.loader_of(run.id))

    def put_below(self, runs: Sequence[PastRun]) -> None:
        """Put runs of earlier starts below mine."""
        (self._own.history if self._own else self.history).put_below(runs)
        self.changed.emit()

    def is_of_lesson(self, run: Run) -> bool:
        """Return whether a run belongs to a lesson, and not to me."""
        mine = self._own.history if self._own else self.history
        return self._home is not mine if run is self._present else self._own is not None and mine.get(run.id) is None

    def describe(self, run_id: str, **changes: Any) -> None:
        """Change ``name``, ``note`` or ``is_starred`` of a run, the present one or one of the list."""
        self.history.describe(run_id, **changes)
        if self._present is not None and self._present.id == run_id:
            for name, value in changes.items():
                setattr(self._present, name, value)
        self.described.emit(run_id, changes)
        self.changed.emit()

    def show_curve(self, run_id: str, shown: bool) -> None:
        """Show or hide the curve of a run."""
        self.history.show(run_id, shown)
        self.changed.emit()

    def forget(self, run_ids: Iterable[str]) -> Callable[[], None]:
        """Drop runs from the list; return what puts them back."""
        history, before, dropped = self.history, self.history.runs, tuple(run_ids)
        history.forget(dropped)
        self.forgotten.emit(dropped)
        self.changed.emit()
        return partial(self._put_back, history, before, dropped)

    def _put_back(self, history: RunHistory, before: tuple[PastRun, ...], dropped: tuple[str, ...]) -> None:
        history.restore(before)
        self.put_back.emit(dropped)
        history.keep_within_budget(self._session.runs_in_use())
        self.changed.emit()

    def keep(self, runs: tuple[PastRun, ...]) -> None:
        """Put runs of a lesson into my list."""
        history = self._own.history if self._own else self.history
        history.add(runs)
        self.taken_over.emit([past.id for past in runs])
        history.keep_within_budget(self._session.runs_in_use())
        self.changed.emit()

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        before, self._present, home, self._home = self._present, run, self._home, self.history
        self.just_left = None
        if before is not None and before is not run and not before.is_untrained:
            left = self._remember(home, before)
            self.just_left = left if home is self.history else None
        if before is None or before.data is not run.data:
            same = (kept for kept in self.all_data if kept.pair is run.data)
            self._present_data, self._opened = next(same, None) or KeptData(run.data), None
        own = self._own
        if own is not None and (own.run is None or run.id == own.run.id or run.data is self._mine_next):
            own.run, own.config, self._home = run, self._session.config, own.history
        self._mine_next = None
        # It was to take the place of a run that has gone itself.
        self.returning.abandon()

    @Slot(object)
    def _on_config_changed(self, config: TrainingConfig) -> None:
        if self._own is not None and self._own.run is self._present:
            self._own.config = config

    # --- lessons

    @property
    def in_lesson(self) -> bool:
        """Whether a lesson is open, and the list its own."""
        return self._own is not None

    def begin_lesson(self) -> None:
        """Put my list aside, with the present run and its settings, and begin one for a lesson."""
        if self._own is None:
            self._own = _Own(self.history, self._present, self._session.config)
            self.history.budget = round((1 - LESSON_SHARE) * MEMORY_BUDGET)
            self.history.keep_within_budget(self._session.runs_in_use())
            self.history = RunHistory(round(LESSON_SHARE * MEMORY_BUDGET))
            self.lesson_begun.emit()
            self.returning.abandon()
            self.changed.emit()

    def end_lesson(self) -> tuple[PastRun, ...]:
        """Bring back my list, the run on display and its settings; return the runs of the lesson."""
        own, self._own = self._own, None
        if own is None:
            return ()
        lesson, self.history = self.history, own.history
        self.history.budget = MEMORY_BUDGET
        if own.run is not None and own.run is not self._present:
            self._home = lesson
            self._session.adopt(own.run, own.config)
        self.changed.emit()
        return lesson.runs
