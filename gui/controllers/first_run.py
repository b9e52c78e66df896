"""The first run can be watched: it begins slowly and speeds up by itself, until the user takes the speed in hand.

At full speed the default network has learned all it ever will before one has looked. The steps of the Speed slider are
about equal factors, and it climbs one every few seconds: then the loss, which falls fast first and slowly later, falls
evenly to the eye, and the whole run takes about twenty seconds.
"""

from PySide6.QtCore import QObject, QTimer, Slot

from gui.look.preferences import Preferences
from gui.panels.control_bar import SPEEDS, ControlBar
from gui.panels.status_line import StatusLine
from gui.session.session_signals import SessionState
from gui.session.training_session import TrainingSession

FIRST_STEP = SPEEDS.index(10)

STEP_MILLISECONDS = 3000
"""From one step of the slider to the next."""

SHORTEST = 2000
"""Updates of a run that is worth slowing down."""

NOTE = "slow at first, then faster: move Speed to take over"


class FirstRun(QObject):
    """Moves the Speed slider while the first run that the user starts goes on.

    Parameters
    ----------
    session : TrainingSession
        Trains.
    controls : ControlBar
        Has the slider; whoever moves it takes over.
    status : StatusLine
        Says why it is slow.
    preferences : Preferences
        Remembers that somebody would rather have it fast from the start.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        session: TrainingSession,
        controls: ControlBar,
        status: StatusLine,
        preferences: Preferences,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._controls = controls
        self._status = status
        self._preferences = preferences
        self._is_over = not preferences.begins_slowly
        self._is_under_way = self._is_moving = self._is_by_hand = False
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MILLISECONDS)
        self._timer.timeout.connect(self._on_step)
        controls.speed.actionTriggered.connect(self._on_slider_taken)
        controls.speed_changed.connect(self._on_speed_changed)
        session.state_changed.connect(self._on_state_changed)

    @property
    def is_under_way(self) -> bool:
        """Whether the slider moves by itself."""
        return self._is_under_way

    @Slot()
    def begin(self) -> None:
        """Slow down where this is the first run and nobody has chosen a speed; called when the user presses Train."""
        run = self._session.run
        if not self._is_over and not self._is_under_way and run is not None and run.total_updates >= SHORTEST:
            if self._controls.speed.value() == len(SPEEDS) - 1:
                self._is_under_way = True
                self._controls.set_gathers_speed(True)
                self._status.set_note(NOTE)
                self._move_to(FIRST_STEP)
            else:
                self._is_over = True

    def _move_to(self, step: int) -> None:
        self._is_moving = True
        self._controls.set_speed(step)
        self._is_moving = False

    @Slot()
    def _on_step(self) -> None:
        step = self._controls.speed.value() + 1
        self._move_to(step)
        if step == len(SPEEDS) - 1:
            self._end()

    @Slot()
    def _on_slider_taken(self) -> None:
        self._is_by_hand = True

    @Slot(object)
    def _on_speed_changed(self, speed: float | None) -> None:
        if self._is_moving:
            return
        if self._is_under_way and self._is_by_hand:
            self._preferences.begins_slowly = speed is not None
        # Whoever has chosen a speed, a lesson too, gets it from now on.
        self._end()

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        if self._is_under_way and state is SessionState.RUNNING:
            self._timer.start()
        else:
            self._timer.stop()
        run = self._session.run
        if state is SessionState.FINISHED and run is not None and not run.is_untrained:
            # Whatever follows is not the first run, however this one was started.
            if self._is_under_way:
                self._move_to(len(SPEEDS) - 1)
            self._end()

    def _end(self) -> None:
        self._is_over, self._is_under_way = True, False
        self._timer.stop()
        self._controls.set_gathers_speed(False)
        self._status.set_note("")
