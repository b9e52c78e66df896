"""The time machine: decides which moment of the run all panels show, the present one or one of the past.

It stands between the session and the panels. While live it hands on the session's snapshots; in the past it holds
them back and shows the moment that was asked for, replayed on a thread of its own. Training goes on meanwhile.
"""

from time import perf_counter

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from core.runs.learning_time import Pace, SteadyPace
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.trainer import TrainingState
from gui.session.background_task import UNEXPECTED
from gui.session.replay_thread import Moment, ReplayThread
from gui.session.task_slot import ThreadOwner

FRAME_MILLISECONDS = 33

LONGEST_FRAME = 0.25
"""Seconds of film that pass at most between two frames: after a stall the film goes on, it does not leap."""


class TimeMachine(ThreadOwner):
    """Knows the moment that is shown and brings it to the panels.

    Attributes
    ----------
    run : Run or None
        The run whose past can be visited.
    position : int or None
        Updates made at the moment that is shown or on its way; None is live.
    snapshot : Snapshot or None
        What the panels show at present.
    """

    moment_shown = Signal(object)
    """The `Snapshot` that all panels are to show."""

    position_changed = Signal(object)
    """The moment asked for: updates made (int), or None for live."""

    replaying = Signal(float, str)
    """Progress of a moment that takes a while to recover."""

    replay_ended = Signal()
    """The moment of which `replaying` told has arrived, or is not wanted any more."""

    playing_changed = Signal(bool)
    """Whether the past is running as a film."""

    state_ready = Signal(object)
    """The `TrainingState` of the moment shown, asked for by `request_state`; not to be changed."""

    failed = Signal(str)
    """What went wrong, in one sentence."""

    _arrived = Signal(object)
    _progressed = Signal(float, str)
    _broke = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.run: Run | None = None
        self.position: int | None = None
        self.snapshot: Snapshot | None = None
        self._live: Snapshot | None = None
        self._state: TrainingState | None = None
        self._state_requested = False
        self._is_showing = False
        self._asked: int | None = None
        self._progress_shown = False
        self._pace: Pace = SteadyPace(1.0)
        self._film_position = 0.0
        self._film_time = 0.0
        self._film = QTimer(self)
        self._film.setTimerType(Qt.TimerType.PreciseTimer)
        self._film.setInterval(FRAME_MILLISECONDS)
        self._film.timeout.connect(self._on_film_frame)
        self._arrived.connect(self._on_arrived)
        self._progressed.connect(self._on_progressed)
        self._broke.connect(self._on_broke)
        self._thread = ReplayThread(self._arrived.emit, self._progressed.emit, self._broke.emit)
        self._thread.start()

    @property
    def playing(self) -> bool:
        """Whether the past is running as a film."""
        return self._film.isActive()

    @Slot(object)
    def follow_run(self, run: Run) -> None:
        """Turn to another run, at its present moment."""
        self.stop()
        self.run = run
        self.snapshot = self._live = self._state = None
        self._state_requested = False
        self._thread.follow_run(run)
        self._return_to_present()

    @Slot(object)
    def show_live_snapshot(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot of the run: shown while live, kept for later while in the past."""
        if self.run is None or snapshot.run_id != self.run.id:
            return
        self._live = snapshot
        if self.position is None:
            self._show(snapshot, None)
            if self._state_requested and snapshot.state is not None:
                self._hand_over_state(snapshot.state)
        elif self.position > self.run.update:
            # The run went back behind the moment that is shown, because it had diverged.
            self.go_live()

    @Slot(int)
    def go_to(self, update: int) -> None:
        """Show the moment after ``update`` updates; at or beyond the present one that is live."""
        self._film_position = float(max(0, update))
        self._visit(max(0, update))

    @Slot(int)
    def step_by(self, updates: int) -> None:
        """Go so many updates forward, or back where negative; a film stops."""
        if self.run is not None:
            self.stop()
            self.go_to((self.run.update if self.position is None else self.position) + updates)

    @Slot()
    def go_live(self) -> None:
        """Return to the present."""
        self.stop()
        if self.position is not None:
            self._thread.drop()
            self._return_to_present()

    @Slot(object)
    def play(self, pace: Pace) -> None:
        """Show the past as a film from the moment shown, or from the first update when live, up to the present.

        While a film runs, this changes its pace.
        """
        self._pace = pace
        if self.run is None or not self.run.update or self.playing:
            return
        if self.position is None:
            self.go_to(0)
        self._film_time = perf_counter()
        self._film.start()
        self.playing_changed.emit(True)

    @Slot()
    def stop(self) -> None:
        """Hold the film at the moment it shows."""
        if self.playing:
            self._film.stop()
            self.playing_changed.emit(False)

    def request_state(self, *, comes: bool = False) -> None:
        """Ask for the state of the shown moment; `state_ready` brings it, at once or when it has been replayed.

        Parameters
        ----------
        comes : bool
            Whether a live snapshot that brings its state is on the way, so that the present is not replayed.
        """
        if self.snapshot is None:
            return
        self._state_requested = True
        if self.position is None and self.snapshot.state is not None:
            self._hand_over_state(self.snapshot.state)
        elif self.position is None:
            if not comes:
                self._ask(self.snapshot.update)
        elif self._state is not None and self._state.update == self.position:
            self._hand_over_state(self._state)

    def end(self) -> None:
        """Ask the thread to end after the update under way, and stop the film."""
        self.stop()
        self._thread.end()

    def wait(self) -> None:
        """Block until the update under way is made."""
        self._thread.join()

    def _visit(self, update: int) -> None:
        if self.run is None:
            return
        if update >= self.run.update:
            self.go_live()
        elif update != self.position:
            self.position = update
            self._ask(update)
            self.position_changed.emit(update)

    def _ask(self, update: int) -> None:
        self._asked = update
        self._thread.request(update)

    def _return_to_present(self) -> None:
        was_past, self.position = self.position is not None, None
        self._end_progress()
        if was_past:
            self.position_changed.emit(None)
        if self._live is not None:
            self._show(self._live, None)
        if self._state_requested:
            self.request_state()

    def _show(self, snapshot: Snapshot, state: TrainingState | None) -> None:
        self.snapshot, self._state = snapshot, state
        if self._is_showing:
            # Whoever brought this about was being shown another moment; those after it would get that one last.
            return
        self._is_showing, shown = True, None
        try:
            while self.snapshot is not None and self.snapshot is not shown:
                shown = self.snapshot
                self.moment_shown.emit(shown)
        finally:
            self._is_showing = False

    def _hand_over_state(self, state: TrainingState) -> None:
        self._state_requested = False
        self.state_ready.emit(state)

    def _end_progress(self) -> None:
        if self._progress_shown:
            self._progress_shown = False
            self.replay_ended.emit()

    @Slot(object)
    def _on_arrived(self, moment: Moment) -> None:
        snapshot = moment.snapshot
        if self.run is None or snapshot.run_id != self.run.id:
            return
        if self.position is not None:
            if snapshot.update == self.position:
                self._end_progress()
            self._show(snapshot, moment.state)
        if self._state_requested and snapshot.update == self._asked:
            self._hand_over_state(moment.state)

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.position is not None:
            self._progress_shown = True
            self.replaying.emit(fraction, text)

    @Slot()
    def _on_broke(self) -> None:
        self.failed.emit(UNEXPECTED)
        self.go_live()

    @Slot()
    def _on_film_frame(self) -> None:
        if self.snapshot is None or self.snapshot.update != self.position:
            return
        now = perf_counter()
        elapsed, self._film_time = min(now - self._film_time, LONGEST_FRAME), now
        self._film_position = self._pace.after(self._film_position, elapsed)
        self._visit(int(self._film_position))
