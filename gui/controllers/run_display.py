"""The present run on display: leads its moments and metrics from the session to the panels.

All panels show the same moment. The session tells what is live, the time machine decides whether that or a moment of
the past is shown, and the timeline is where the user says so.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from core.network.unit_layers import unit_layers
from core.progress import Report
from core.runs.dead_units import DeadUnit, death_marks, deaths_in_layer
from core.runs.learning_time import half_of_fall
from core.runs.run import Run
from core.runs.timeline import Mark, cut_marks, knob_marks
from core.training.metrics import Metrics
from core.training.recipe import Recipe
from core.training.setting_words import describe_recipe
from gui.panels.message_bar import Message
from gui.panels.network import NetworkPanel
from gui.panels.status_line import StatusLine
from gui.panels.timeline import TimelinePanel
from gui.panels.training_plots import TrainingPlotsPanel
from gui.panels.weights import WeightsPanel
from gui.session.dead_unit_watch import DeadUnitWatch
from gui.session.session_signals import SessionState
from gui.session.task_slot import Policy, TaskSlot
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession
from gui.widgets.panel import Panel

MARKS_ACROSS = 50
"""Turns of one knob that lie closer than this share of a run are one mark."""

CALM_UPDATES = 100
"""So long before training diverged lies the moment that is offered to look at."""


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
        Shows its metrics.
    status : StatusLine
        Tells how far it is.
    weights : WeightsPanel
        Marks dead units, and shows the one whose mark on the timeline is pressed.
    panels : sequence of Panel
        Show the moment; the weights among them.
    """

    message_posted = Signal(object)
    """A `gui.panels.message_bar.Message` on what happened to the run."""

    dead_units_changed = Signal(object)
    """A tuple of `core.runs.dead_units.DeadUnit`: those that are dead at the shown moment."""

    message_withdrawn = Signal(object)
    """A message is about what is past: the run has gone on, or another has taken its place."""

    failed = Signal(str)
    """Why a moment or a branch could not be had, in one sentence."""

    def __init__(
        self,
        session: TrainingSession,
        time_machine: TimeMachine,
        timeline: TimelinePanel,
        plots: TrainingPlotsPanel,
        status: StatusLine,
        weights: WeightsPanel,
        network: NetworkPanel,
        panels: Sequence[Panel],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._time_machine = time_machine
        self._timeline = timeline
        self._plots = plots
        self._status = status
        self._panels = panels
        self._weights = weights
        self._network = network
        self._dead_units = DeadUnitWatch(self)
        self._deaths: tuple[DeadUnit, ...] = ()
        self._divergences: list[Mark] = []
        self._posted: Message | None = None
        self._run: Run | None = None
        self._next_half = 1
        self._branching = TaskSlot(Policy.REFUSE, self)
        self._is_going_back = False
        self._connect()

    def _connect(self) -> None:
        session, machine, timeline = self._session, self._time_machine, self._timeline
        session.run_changed.connect(self._on_run_changed)
        session.snapshot_taken.connect(machine.show_live_snapshot)
        session.metrics_grown.connect(self._on_metrics_grown)
        session.recipe_changed.connect(self._on_recipe_changed)
        session.state_changed.connect(self._on_state_changed)
        # One by one: where a panel fails, the others show the moment nevertheless.
        for panel in self._panels:
            machine.moment_shown.connect(panel.show_snapshot)
        machine.position_changed.connect(self._plots.show_moment)
        machine.position_changed.connect(timeline.show_position)
        machine.playing_changed.connect(timeline.set_playing)
        machine.replaying.connect(timeline.show_progress)
        machine.replay_ended.connect(timeline.end_progress)
        machine.failed.connect(self.failed)
        timeline.update_requested.connect(machine.go_to)
        timeline.mark_chosen.connect(self._on_mark_chosen)
        timeline.step_requested.connect(machine.step_by)
        timeline.live_requested.connect(machine.go_live)
        timeline.play_requested.connect(machine.play)
        timeline.hold_requested.connect(machine.stop)
        timeline.branch_requested.connect(self._on_branch_requested)
        machine.moment_shown.connect(self._dead_units.watch)
        self._dead_units.dead_units_changed.connect(self._on_dead_units_changed)
        self._dead_units.deaths_found.connect(self._on_deaths_found)
        session.going_back.connect(self._on_going_back)
        session.diverged.connect(self._on_diverged)
        self._status.cancel_pressed.connect(self._on_cancel_pressed)
        self._status.cancel_pressed.connect(session.give_up_building)
        for slot in (session.building, self._branching):
            self._status.follow(slot)
        self._branching.succeeded.connect(session.adopt)
        self._branching.failed.connect(self.failed)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._withdraw()
        # Whoever turns to another run does not wait for a branch of this one any more.
        self._branching.cancel()
        self._run = run
        self._deaths, self._divergences = (), []
        self._dead_units.follow_run(run)
        self._time_machine.follow_run(run)
        self._timeline.show_run(run)
        self._share_out_time(run.metrics.read())
        self._plots.set_run(run.name, run.epoch_scale)
        self._on_recipe_changed(run.recipe)

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        run = self._run
        if run is not None:
            # It may be longer or shorter now, and so may its epochs.
            self._timeline.show_length()
            self._plots.set_plan(run.epoch_scale, run.total_updates)
            self._show_status(run.metrics.read())
            self._plots.set_caption(f"{run.data.name}: {describe_recipe(recipe)}")
        marks = self._recipe_marks()
        self._plots.set_markers([(mark.update, mark.text) for mark in marks])
        self._show_marks()

    def _recipe_marks(self) -> tuple[Mark, ...]:
        run = self._run
        if run is None:
            return ()
        return (*knob_marks(run.recipe, run.total_updates // MARKS_ACROSS), *cut_marks(run.recipe))

    @Slot(object)
    def _on_dead_units_changed(self, dead: tuple[DeadUnit, ...]) -> None:
        layers = len(unit_layers(self._run.recipe.config.layout)) if self._run else 1
        for layer in range(layers):
            self._weights.set_dead_units(deaths_in_layer(dead, layer), layer)
            self._network.unit.set_dead_units(deaths_in_layer(dead, layer), layer + 1)
        self.dead_units_changed.emit(dead)

    @Slot(object)
    def _on_deaths_found(self, deaths: tuple[DeadUnit, ...]) -> None:
        self._deaths = deaths
        self._show_marks()

    @Slot(float, str)
    def _on_going_back(self, fraction: float, text: str) -> None:
        if not self._is_going_back:
            self._is_going_back = True
            self._status.begin_task(text)
        self._status.show_task(fraction, text)

    @Slot(int, str)
    def _on_diverged(self, update: int, sentence: str) -> None:
        self._divergences.append(Mark(update, "diverged", f"training diverged at update {update:,}"))
        self._show_marks()
        earlier = max(0, update - CALM_UPDATES)
        go_back = (f"Show update {earlier:,}", partial(self._time_machine.go_to, earlier))
        has_past = self._run is not None and earlier < self._run.update
        self._posted = Message(sentence, "error", (go_back,) if has_past else ())
        self.message_posted.emit(self._posted)

    @Slot(object)
    def _on_mark_chosen(self, mark: Mark) -> None:
        if mark.unit is not None:
            self._weights.select_unit(*mark.unit)

    def _withdraw(self) -> None:
        if self._posted is not None:
            self.message_withdrawn.emit(self._posted)
            self._posted = None

    def _show_marks(self) -> None:
        if self._run:
            self._timeline.set_marks([*self._recipe_marks(), *death_marks(self._deaths), *self._divergences])

    def _share_out_time(self, metrics: Metrics) -> None:
        """Give the timeline's room to where the run has learned; anew when it is twice as long, so that it is calm."""
        self._next_half = 2 * max(len(metrics.batch_loss), 1)
        half = half_of_fall(metrics.batch_loss)
        if half is not None:
            self._timeline.show_half(half)

    @Slot(object)
    def _on_metrics_grown(self, metrics: Metrics) -> None:
        self._plots.show_metrics(metrics)
        self._timeline.show_trained(len(metrics.batch_loss))
        if len(metrics.batch_loss) >= self._next_half:
            self._share_out_time(metrics)
        self._show_status(metrics)

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        if state is SessionState.RUNNING:
            self._withdraw()
        elif self._is_going_back and state is not SessionState.PAUSING:
            self._is_going_back = False
            self._status.end_task()
        if self._run:
            self._show_status(self._run.metrics.read())

    def _show_status(self, metrics: Metrics) -> None:
        state = self._session.state
        if self._run:
            is_running, slow_step = state is SessionState.RUNNING, self._session.slow_step
            self._status.show_run(self._run, state.value, is_running, metrics, slow_step)

    @Slot(int, str, object)
    def _on_branch_requested(self, update: int, name: str, changes: dict[str, Any]) -> None:
        run = self._run
        if run is None:
            return

        def work(report: Report) -> Run:
            return run.branch(update, name, report, **changes)

        self._branching.start(work, f"branching off at update {update:,}")

    @Slot()
    def _on_cancel_pressed(self) -> None:
        if self._is_going_back:
            self._session.pause()
