"""The thread that trains: updates one after another at the pace asked for, until done, paused or in trouble.

One worker lives as long as one stretch of training; Pause ends it and Train makes the next. While it is alive nobody
else touches the run's state; what others want to see it publishes as snapshots when asked.
"""

import logging
from queue import SimpleQueue
from threading import Event, Thread
from time import perf_counter
from typing import Any, NamedTuple

from core.errors import CancelledError, ConfigError, UserError
from core.runs.run import Run
from core.runs.run_past import Checkpoint
from core.runs.snapshot import Snapshot
from core.training.cuts import Cut

logger = logging.getLogger(__name__)

QUIET_SECONDS = 0.2
"""A recovery that takes no longer is neither told of nor cut short by Pause."""


SLOW_SECONDS = 1.0
"""An update that takes longer is told of, and given up by Pause if as much is left of it."""


class SlowStep(NamedTuple):
    """How far an update, or the look at the test set that belongs to it, is that takes long.

    Attributes
    ----------
    text : str
        What is being done; "" where no part of it is done yet.
    fraction : float
        The share done, from 0 to 1.
    seconds_left : float or None
        None where that cannot be told yet.
    """

    text: str
    fraction: float
    seconds_left: float | None


class _Part(NamedTuple):
    """A part of an update, when it began and how far it was then, and how far it is."""

    began: float
    start: float
    fraction: float
    text: str

    def seconds_left(self) -> float | None:
        done = self.fraction - self.start
        return (perf_counter() - self.began) * (1 - self.fraction) / done if done > 0 else None


class TrainingWorker(Thread):
    """Makes updates of a run.

    Parameters
    ----------
    run : Run
        Belongs to this thread until it has ended.
    updates_per_second : float or None
        The pace; None is as fast as the machine goes. May be set while training goes on.
    limit : int or None
        Ends after so many updates; None goes on until the run is finished.

    Attributes
    ----------
    snapshot : Snapshot or None
        The newest that was published.
    checkpoint : Checkpoint or None
        The newest that was published; in the end that of the last update.
    going_back : tuple of (fraction, text) or None
        How far the recovery of a run that diverged is, where that takes a while.
    error : BaseException or None
        What ended the thread early, to be looked at once it has ended.
    """

    def __init__(self, run: Run, updates_per_second: float | None, limit: int | None = None) -> None:
        super().__init__(name="training", daemon=True)
        self.training_run = run
        self.updates_per_second = updates_per_second
        self.snapshot: Snapshot | None = None
        self.checkpoint: Checkpoint | None = None
        self.going_back: tuple[float, str] | None = None
        self.error: BaseException | None = None
        self._went_back_at: float | None = None
        self._part: _Part | None = None
        self._step_began = 0.0
        self._limit = limit
        self._halt = Event()
        self._abandoned = False
        self._pace_changed = Event()
        self._snapshot_requested = self._with_state = self._checkpoint_wanted = False
        self._waiting: SimpleQueue[dict[str, Any] | Cut] = SimpleQueue()

    def halt(self) -> None:
        """Ask for the end after the update that is being made, or soon where that takes long; returns at once."""
        self._halt.set()
        self._pace_changed.set()

    def abandon(self) -> None:
        """Ask for the end at once, in the middle of an update too; returns at once."""
        self._abandoned = True
        self.halt()

    def set_pace(self, updates_per_second: float | None) -> None:
        """Change the pace now, even in the middle of waiting for the next update."""
        self.updates_per_second = updates_per_second
        self._pace_changed.set()

    def turn_knob(self, **changes: Any) -> None:
        """Change settings before the next update."""
        self._waiting.put(changes)

    def cut(self, cut: Cut) -> None:
        """Change a unit before the next update."""
        self._waiting.put(cut)

    def request_snapshot(self, *, with_state: bool = False) -> None:
        """Ask for a fresh `snapshot` after the next update; the one at the end brings its state anyway."""
        self._with_state = with_state
        self._snapshot_requested = True

    def request_checkpoint(self) -> None:
        """Ask for a fresh `checkpoint` after the next update."""
        self._checkpoint_wanted = True

    @property
    def slow_step(self) -> SlowStep | None:
        """How far the update is that is being made; None where it does not take long."""
        part = self._part
        if part is None or perf_counter() - self._step_began < SLOW_SECONDS:
            return None
        return SlowStep(part.text, part.fraction, part.seconds_left())

    def run(self) -> None:
        """Train; the body of the thread."""
        try:
            self._train()
        except CancelledError:
            # In the middle of an update; what was turned meanwhile holds from the next one on.
            self.make_waiting_changes()
        except BaseException as error:
            if not isinstance(error, UserError):
                logger.exception("training failed")
            self.error = error
        finally:
            self.checkpoint = self.training_run.checkpoint()
            self.snapshot = self.training_run.snapshot_of(self.checkpoint.state)

    def _train(self) -> None:
        run = self.training_run
        made = 0
        due = perf_counter()
        while not self._halt.is_set() and made != self._limit:
            # A knob may have made the run as short as it is by now.
            self.make_waiting_changes()
            if run.finished:
                break
            self._step_began = perf_counter()
            self._part = _Part(self._step_began, 0.0, 0.0, "")
            run.step(self._report_update, self._report_recovery)
            self._part = None
            made += 1
            self._publish_if_requested()
            due = self._wait_for_turn(due)
        self.make_waiting_changes()

    def _report_update(self, fraction: float, text: str) -> None:
        """Follow an update through its parts; give it up, as good as never begun, where somebody waits for the end."""
        if self._abandoned:
            raise CancelledError
        part = self._part
        if part is None or (part.text and part.text != text) or fraction < part.fraction:
            part = _Part(perf_counter(), fraction, fraction, text)
        self._part = part = part._replace(fraction=fraction, text=text)
        if self._halt.is_set() and (part.seconds_left() or 0.0) > SLOW_SECONDS:
            raise CancelledError

    def _report_recovery(self, fraction: float, text: str) -> None:
        now = perf_counter()
        if self._went_back_at is None:
            self._went_back_at = now
        takes_long = now - self._went_back_at > QUIET_SECONDS
        if self._abandoned or (takes_long and self._halt.is_set()):
            raise CancelledError
        if takes_long:
            self.going_back = fraction, text

    def make_waiting_changes(self) -> None:
        """Make the changes asked for so far; called by this thread, and by another only once it has ended."""
        while not self._waiting.empty():
            change = self._waiting.get()
            if not isinstance(change, Cut):
                self.training_run.turn_knob(**change)
                continue
            try:
                self.training_run.cut(change)
            except ConfigError as error:
                # Such as a unit set back that another request has set back meanwhile.
                logger.info("a cut was not made", exc_info=error)

    def _wait_for_turn(self, due: float) -> float:
        """Wait until the next update is due and return when that was; a halt or a new pace ends the wait."""
        pace = self.updates_per_second
        now = perf_counter()
        if pace is None:
            return now
        # After a stall the pace goes on from now: made-up updates would come in a burst.
        due = max(due + 1 / pace, now - 1 / pace)
        while (remaining := due - perf_counter()) > 0 and not self._halt.is_set():
            self._publish_if_requested()
            if self._pace_changed.wait(min(remaining, 0.03)):
                self._pace_changed.clear()
                return perf_counter()
        return due

    def _publish_if_requested(self) -> None:
        if self._snapshot_requested:
            self._snapshot_requested = False
            self.snapshot = self.training_run.snapshot(with_state=self._with_state)
        if self._checkpoint_wanted:
            self._checkpoint_wanted = False
            self.checkpoint = self.training_run.checkpoint()
