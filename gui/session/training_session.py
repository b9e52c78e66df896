"""The state of training as the window knows it: one run at a time, idle, running, paused, finished or failed.

The session owns the run and the worker thread. It is asked to do things through methods and tells what happened
through signals; three to twenty-five times a second, while training goes on, it passes on the newest snapshot and
metrics.
"""

import logging
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot

from core.data.dataset import DataPair
from core.errors import ConfigError, DivergedError
from core.progress import Report, ignore_progress
from core.runs.run import Run
from core.runs.run_memory import require_memory
from core.runs.snapshot import Snapshot
from core.training.config import LIVE_KNOBS, TrainingConfig
from core.training.cuts import Cut
from core.training.recipe import KnobEvent, Recipe
from core.training.validation import fitting
from gui.session.background_task import describe_failure
from gui.session.frame_pace import FramePace
from gui.session.left_workers import LeftWorkers
from gui.session.run_names import RunNames
from gui.session.session_signals import SessionSignals, SessionState
from gui.session.task_slot import Policy, TaskSlot
from gui.session.training_worker import SlowStep, TrainingWorker

logger = logging.getLogger(__name__)

MADE_AT_ONCE = 4_000_000
"""Parameters of a network that is made while the window waits: a tenth of a second."""


class TrainingSession(SessionSignals):
    """Trains one run at a time on a thread of its own.

    A session has a run as soon as it has data: `start` or `reset` makes one from the settings, `train` and `step`
    make its updates, `pause` ends the thread after the update under way.

    Attributes
    ----------
    building : TaskSlot
        A run whose network takes a while to make is being made; the present one stays until then.
    """

    def __init__(self, config: TrainingConfig, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.config = config
        self.run: Run | None = None
        self.state = SessionState.IDLE
        self._data: DataPair | None = None
        self._updates_per_second: float | None = None
        self._worker: TrainingWorker | None = None
        self._left = LeftWorkers()
        self._names = RunNames()
        self._told_recipe: Recipe | None = None
        self.building = TaskSlot(Policy.REPLACE, self)
        self.building.succeeded.connect(self._on_built)
        self.building.failed.connect(self._on_building_failed)
        self._trains_when_built = False
        self._state_requested = False
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._on_frame)
        self._pace = FramePace()

    @property
    def busy(self) -> bool:
        """Whether a thread is making updates."""
        return self._worker is not None

    @property
    def slow_step(self) -> SlowStep | None:
        """How far the update is that is being made, where it takes long."""
        return self._worker.slow_step if self._worker else None

    def request_checkpoint(self) -> None:
        """Ask the thread that makes updates for a checkpoint; `checkpoint_taken` brings it."""
        if self._worker is not None:
            self._worker.request_checkpoint()

    @property
    def speed(self) -> float | None:
        """Updates a second; None is as fast as the machine goes."""
        return self._updates_per_second

    def start(
        self,
        config: TrainingConfig | None = None,
        data: DataPair | None = None,
        events: tuple[KnobEvent, ...] = (),
    ) -> None:
        """Put a new run in the place of the present one.

        Parameters
        ----------
        config, data : TrainingConfig and DataPair, optional
            Other settings, and other data, where they are given.
        events : tuple of KnobEvent
            Settings that change by themselves on the way.
        """
        self.config = config or self.config
        self._data = data or self._data
        self._begin(events)

    def set_config(self, config: TrainingConfig) -> None:
        """Start over with other settings; a run under way ends."""
        self.start(config)

    @Slot()
    def reset(self) -> None:
        """Put a new run, at update 0, in the place of the present one."""
        self._begin(())

    def number_runs_after(self, names: Iterable[str]) -> None:
        """Count new runs on from those of earlier starts, told by their names."""
        self._names.go_on_after(names)

    def _begin(self, events: tuple[KnobEvent, ...]) -> None:
        if self._data is None:
            return
        self.cancel_building()
        try:
            require_memory(self.config, in_window=True)
        except ConfigError as error:
            self._restore_config()
            self.failed.emit(str(error))
            return
        usable = fitting(self.config, self._data.train)
        if unusable := self.config.validation - usable.validation:
            self.failed.emit(
                f"{unusable:,} images cannot be held out of a training set of {len(self._data.train):,}, so none are: "
                "the run is judged by the test set."
            )
        self.config = usable
        recipe, data, name = Recipe(self.config, events), self._data, self._names.next()

        def make(report: Report = ignore_progress) -> Run:
            return Run(recipe, data, name=name, report=report)

        count = self.config.layout.size
        if count <= MADE_AT_ONCE:
            self._take_up(make())
            return
        self._leave_worker()
        if self.run is not None:
            self._set_state(SessionState.PAUSED if self.run.update else SessionState.IDLE)
        self.building.start(make, f"making a network of {count:,} parameters")

    def _take_up(self, run: Run) -> None:
        self._names.take(run)
        self.adopt(run)

    @Slot()
    def give_up_building(self) -> None:
        """Keep the present run and its settings in place of one that is being made, where there is one."""
        if self.building.busy:
            self._restore_config()
            self.cancel_building()

    def _restore_config(self) -> None:
        if self.run is not None:
            self.config = self.run.recipe.config_at(self.run.update)

    def cancel_building(self) -> None:
        """Make a run no further that is being made, where there is one."""
        self._trains_when_built = False
        self.building.abandon()

    @Slot(object)
    def _on_built(self, run: Run) -> None:
        trains = self._trains_when_built
        self._take_up(run)
        if trains:
            self.train()

    @Slot(str)
    def _on_building_failed(self, sentence: str) -> None:
        self._trains_when_built = False
        self._restore_config()
        self.failed.emit(sentence)

    def runs_in_use(self) -> list[Run]:
        """Return the present run, and those left whose thread is still in its last update."""
        return [*self._left.runs, *([self.run] if self.run else [])]

    def adopt(self, run: Run, config: TrainingConfig | None = None) -> None:
        """Put a run in the place of the present one, which ends.

        Parameters
        ----------
        run : Run
            The new present run.
        config : TrainingConfig, optional
            Settings that are chosen by now, where they are not those that the run goes by.
        """
        self.cancel_building()
        self._leave_worker()
        self.wait_until_left(run)
        self._names.settle()
        self.run = run
        self._told_recipe = run.recipe
        self._data = run.data
        self.config = config or run.recipe.config_at(run.update)
        begun = SessionState.PAUSED if run.update else SessionState.IDLE
        self._set_state(SessionState.FINISHED if run.finished else begun)
        self.run_changed.emit(run)
        self._tell_of_run()

    def wait_until_left(self, run: Run) -> None:
        """Block until the thread of a run that was left has made its last update; then the run is anybody's."""
        self._left.wait_for(run)

    @Slot()
    def train(self) -> None:
        """Go on until the run is finished or paused; a finished run starts over."""
        self._start(None)

    @Slot()
    def step(self) -> None:
        """Make one update."""
        if not self.busy and not self.building.busy and self.run is not None and not self.run.finished:
            self._start(1)

    @Slot()
    def pause(self) -> None:
        """End training after the update that is being made, or give that up where it takes long."""
        if self._worker:
            self._worker.halt()
            self._set_state(SessionState.PAUSING)

    def request_state(self) -> bool:
        """Let one of the next snapshots bring its state; return whether one will come, as it does while training."""
        self._state_requested = self.busy
        return self.busy

    def set_speed(self, updates_per_second: float | None) -> None:
        """Set the pace in updates a second; None is as fast as the machine goes. Works while training goes on."""
        self._updates_per_second = updates_per_second
        self._set_frame()
        if self._worker:
            self._worker.set_pace(updates_per_second)

    def turn_knob(self, name: str, value: Any) -> None:
        """Change a live setting, from the next update on.

        A finished run goes on with all that was changed as soon as it is made longer; until then, and should that not
        come, the changes are for the run that starts over.
        """
        if name not in LIVE_KNOBS:
            raise ValueError(f"{name} cannot change within a run")
        changes: dict[str, Any] = {name: value}
        self.config = self.config.with_changes(**changes)
        if self.building.busy:
            self.reset()
        elif self._worker:
            self._worker.turn_knob(**changes)
        elif self.run and not self.run.is_untrained:
            self._turn_knobs_at_rest(self.run)
        else:
            self.reset()
        self.config_changed.emit(self.config)

    def cut(self, cut: Cut) -> None:
        """Change a unit before the next update; at once where nothing trains.

        Raises
        ------
        ConfigError
            If nothing trains and there is no such unit, or nothing to set back.
        """
        if self._worker:
            self._worker.cut(cut)
        elif self.run and not self.building.busy:
            self.run.cut(cut)
            self._tell_of_recipe(self.run)
            self._tell_of_run()

    def take_back(self, recipe: Recipe) -> None:
        """Take cuts back: have those of a recipe since the last update; does nothing while it trains."""
        if self.run and not self._worker and not self.building.busy:
            self.run.take_back(recipe)
            self._tell_of_recipe(self.run)
            self._tell_of_run()

    def _turn_knobs_at_rest(self, run: Run) -> None:
        """Give a run what was changed since its last update, unless it is over anyway."""
        before = run.recipe.config_at(run.update)
        wanted = {name: getattr(self.config, name) for name in LIVE_KNOBS}
        changes = {name: value for name, value in wanted.items() if value != getattr(before, name)}
        if run.finished and not run.goes_on_with(**changes):
            return
        run.turn_knob(**changes)
        if run.finished:
            self._set_state(SessionState.FINISHED)
        elif self.state is SessionState.FINISHED:
            self._set_state(SessionState.PAUSED)
        self._tell_of_recipe(run)

    def end(self) -> None:
        """Leave the run at once, in the middle of an update too."""
        self._leave_worker()

    def wait(self) -> None:
        """Block until the threads of all runs have ended."""
        self._left.wait()

    def _start(self, limit: int | None) -> None:
        if self.building.busy:
            self._trains_when_built = limit is None
            return
        if self.busy or self.run is None:
            return
        if self.run.finished:
            self.reset()
        pace = self._updates_per_second if limit is None else None
        self._worker = TrainingWorker(self.run, pace, limit)
        self._set_state(SessionState.RUNNING)
        self._worker.start()
        self._pace.begin()
        self._set_frame()
        self._timer.start()

    def _set_frame(self) -> None:
        self._timer.setInterval(self._pace.milliseconds(flat_out=self._updates_per_second is None))

    @Slot()
    def _on_frame(self) -> None:
        worker, run = self._worker, self.run
        if worker is None or run is None:
            self._timer.stop()
            return
        if not worker.is_alive():
            self._on_worker_ended(worker, run)
            return
        self._set_frame()
        if worker.going_back is not None:
            self.going_back.emit(*worker.going_back)
            return
        if worker.snapshot is not None:
            self.snapshot_taken.emit(worker.snapshot)
        self.metrics_grown.emit(run.metrics.read())
        self._tell_of_recipe(run)
        self._tell_of_checkpoint(worker)
        worker.request_snapshot(with_state=self._state_requested)
        self._state_requested = False

    def _on_worker_ended(self, worker: TrainingWorker, run: Run) -> None:
        self._timer.stop()
        worker.join()
        self._worker = None
        self._tell_of_checkpoint(worker)
        worker.make_waiting_changes()
        error = worker.error
        self.config = run.recipe.config_at(run.update)
        self.config_changed.emit(self.config)
        if error is not None:
            self._set_state(SessionState.PAUSED if isinstance(error, DivergedError) else SessionState.FAILED)
        else:
            self._set_state(SessionState.FINISHED if run.finished else SessionState.PAUSED)
        self._tell_of_recipe(run)
        # The thread's last snapshot is of this moment; of a very large network, another takes a second.
        self._tell_of_run(None if error else worker.snapshot)
        if isinstance(error, DivergedError):
            self.diverged.emit(error.update, str(error))
        elif error is not None:
            self.failed.emit(describe_failure(error))

    def _leave_worker(self) -> None:
        worker, self._worker = self._worker, None
        self._timer.stop()
        if worker:
            self._left.leave(worker)
            self.worker_left.emit(worker)

    def _tell_of_checkpoint(self, worker: TrainingWorker) -> None:
        checkpoint, worker.checkpoint = worker.checkpoint, None
        if checkpoint is not None:
            self.checkpoint_taken.emit(worker.training_run, checkpoint)

    def _tell_of_recipe(self, run: Run) -> None:
        recipe = run.recipe
        if recipe is not self._told_recipe:
            self._told_recipe = recipe
            self.recipe_changed.emit(recipe)

    def _tell_of_run(self, snapshot: Snapshot | None = None) -> None:
        if self.run:
            self.snapshot_taken.emit(snapshot or self.run.snapshot())
            self.metrics_grown.emit(self.run.metrics.read())

    def _set_state(self, state: SessionState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)
