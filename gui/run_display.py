"""The present run on display: leads its moments, figures and history from the session to the panels.

All panels show the same moment. The session tells what is live, the time machine decides whether that or a moment of
the past is shown, and the timeline is where the user says so.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from core.metrics import Metrics
from core.progress import Report
from core.recipe import Recipe
from core.run import Run
from core.run_history import RunHistory
from core.snapshot import Snapshot
from core.timeline import describe_changes, knob_marks
from gui.background_task import BackgroundTask
from gui.panels.status_line import StatusLine
from gui.panels.timeline import TimelinePanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.time_machine import TimeMachine
from gui.training_session import SessionState, TrainingSession

CLOSING_SECONDS = 10.0


class ShowsSnapshot(Protocol):
    """A panel that shows a moment of a run."""

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show a moment."""


class RunDisplay(QObject):
    """Connects session, time machine, timeline, plots and every panel that shows a moment.

    Parameters
    ----------
    session : TrainingSession
        Has the run.
    time_machine : TimeMachine
        Decides which moment is shown.
    timeline : TimelinePanel
        Where the user goes through the run.
    plots : TrainingPlotsPanel
        Shows its figures.
    status : StatusLine
        Tells how far it is.
    panels : sequence of widgets
        Show the moment, through ``show_snapshot``.
    """

    failed = Signal(str)
    """Why a moment or a branch could not be had, in one sentence."""

    def __init__(
        self,
        session: TrainingSession,
        time_machine: TimeMachine,
        timeline: TimelinePanel,
        plots: TrainingPlotsPanel,
        status: StatusLine,
        panels: Sequence[ShowsSnapshot],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._time_machine = time_machine
        self._timeline = timeline
        self._plots = plots
        self._status = status
        self._panels = panels
        self._history = RunHistory()
        self._run: Run | None = None
        self._branching: BackgroundTask | None = None
        self._connect()

    def _connect(self) -> None:
        session, machine, timeline = self._session, self._time_machine, self._timeline
        session.run_changed.connect(self._on_run_changed)
        session.snapshot_taken.connect(machine.show_live_snapshot)
        session.metrics_grown.connect(self._on_metrics_grown)
        session.recipe_changed.connect(self._on_recipe_changed)
        session.state_changed.connect(self._on_state_changed)
        machine.moment_shown.connect(self._on_moment_shown)
        machine.position_changed.connect(self._plots.show_moment)
        machine.position_changed.connect(timeline.show_position)
        machine.playing_changed.connect(timeline.set_playing)
        machine.replaying.connect(timeline.show_progress)
        machine.replay_ended.connect(timeline.end_progress)
        machine.failed.connect(self.failed)
        timeline.update_requested.connect(machine.go_to)
        timeline.step_requested.connect(machine.step_by)
        timeline.live_requested.connect(machine.go_live)
        timeline.play_requested.connect(machine.play)
        timeline.hold_requested.connect(machine.stop)
        timeline.branch_requested.connect(self._on_branch_requested)

    def close(self) -> None:
        """End what is under way in the background."""
        if self._branching:
            self._branching.cancel()
            self._branching.wait(CLOSING_SECONDS)
        self._time_machine.close()

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        if self._run is not None and self._history.remember(self._run):
            self._show_history(run)
        self._run = run
        self._time_machine.follow_run(run)
        self._timeline.show_run(run)
        self._plots.set_run(run.name, run.updates_per_epoch)
        self._on_recipe_changed(run.recipe)

    def _show_history(self, present: Run) -> None:
        past = [run for run in self._history.runs if run.id != present.id]
        self._plots.set_past_runs([(run.name, run.metrics, run.updates_per_epoch) for run in past])

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        self._plots.set_markers([(event.update, describe_changes(event.changes)) for event in recipe.events])
        self._timeline.set_marks(knob_marks(recipe))

    @Slot(object)
    def _on_moment_shown(self, snapshot: Snapshot) -> None:
        for panel in self._panels:
            panel.show_snapshot(snapshot)

    @Slot(object)
    def _on_metrics_grown(self, metrics: Metrics) -> None:
        self._plots.show_metrics(metrics)
        self._timeline.show_trained(len(metrics.batch_loss))
        self._show_status(metrics)

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        if self._run:
            self._show_status(self._run.metrics.read())

    def _show_status(self, metrics: Metrics) -> None:
        state = self._session.state
        if self._run:
            self._status.show_run(self._run, state.value, state is SessionState.RUNNING, metrics)

    @Slot(int, str, object)
    def _on_branch_requested(self, update: int, name: str, changes: dict[str, Any]) -> None:
        run = self._run
        if run is None or (self._branching and self._branching.running):
            return

        def work(report: Report) -> Run:
            return run.branch(update, name, **changes)

        self._branching = BackgroundTask(work, self)
        self._branching.succeeded.connect(self._session.adopt)
        self._branching.failed.connect(self.failed)
        self._branching.start()
