"""The thread that goes back in time: recovers moments of a run, the newest request first.

While somebody drags along the timeline, requests come faster than they can be served. Of those that wait only the
newest counts. One that is under way is finished if that takes but a moment, so that something is seen while dragging,
and given up otherwise.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from time import perf_counter

from core.errors import CancelledError
from core.runs.keyframes import Keyframes
from core.runs.replay import Replay
from core.runs.run import Run
from core.runs.snapshot import Snapshot
from core.training.trainer import TrainingState

logger = logging.getLogger(__name__)

PATIENCE = 0.1
"""Seconds that a replay may still take when a newer request is waiting; one that takes longer is given up."""

QUIET = 0.2
"""Seconds after which a replay begins to tell of its progress."""

PROGRESS_INTERVAL = 0.05


@dataclass(frozen=True, eq=False)
class Moment:
    """A moment of the past, brought back.

    Attributes
    ----------
    snapshot : Snapshot
        What panels show.
    state : TrainingState
        All that the next update depends on; copy it before changing it.
    """

    snapshot: Snapshot
    state: TrainingState


class ReplayThread(Thread):
    """Recovers moments of one run at a time.

    Parameters
    ----------
    arrived : callable
        Called with each `Moment`, on this thread.
    progressed : callable
        A `core.progress.Report` for replays that take long, called on this thread.
    failed : callable
        Called on this thread, without arguments, after an error that nobody expected; the log has the details.
    """

    def __init__(
        self,
        arrived: Callable[[Moment], None],
        progressed: Callable[[float, str], None],
        failed: Callable[[], None],
    ) -> None:
        super().__init__(name="replay", daemon=True)
        self._arrived = arrived
        self._progressed = progressed
        self._failed = failed
        self._requests = Condition()
        self._run: Run | None = None
        self._request: int | None = None
        self._cancel = False
        self._lets_go = False
        self._closed = False
        self._followed: Run | None = None
        self._replay: Replay | None = None
        self._keyframes: Keyframes | None = None
        self._began = self._reported = 0.0

    def follow_run(self, run: Run) -> None:
        """Forget the run so far, and whatever was asked for, for another one."""
        with self._requests:
            self._run, self._request, self._cancel = run, None, True
            self._requests.notify()

    def request(self, update: int) -> None:
        """Ask for the moment after ``update`` updates, in the place of what was asked for before."""
        with self._requests:
            self._request = update
            self._requests.notify()

    def drop(self) -> None:
        """Forget what was asked for, and let go of the memory that the way there took."""
        with self._requests:
            self._request, self._cancel, self._lets_go = None, True, True
            self._requests.notify()

    def end(self) -> None:
        """Ask for the end of the thread after the update under way; returns at once."""
        with self._requests:
            self._closed = self._cancel = True
            self._requests.notify()

    def run(self) -> None:
        """Serve one request after another; the body of the thread."""
        while not self._closed:
            try:
                self._serve_next_request()
            except CancelledError:
                continue
            except Exception:
                logger.exception("a moment could not be recovered")
                self._failed()

    def _serve_next_request(self) -> None:
        with self._requests:
            self._requests.wait_for(
                lambda: self._closed or self._lets_go or self._request is not None or self._run is not self._followed
            )
            run, request, self._request, self._cancel = self._run, self._request, None, self._closed
            lets_go, self._lets_go = self._lets_go, False
        if lets_go or run is not self._followed:
            self._followed, self._replay, self._keyframes = run, None, None
        if self._closed or run is None or request is None:
            return
        self._began = self._reported = perf_counter()
        # A run that went back from divergence knows nothing any more of what came after.
        # How far it has come is read before its recipe, which then holds every knob turned up to there.
        update = min(request, run.update)
        state = self._replay_of(run).state_at(update, self._report)
        self._arrived(Moment(run.snapshot_of(state), state))

    def _replay_of(self, run: Run) -> Replay:
        if self._replay is None or self._keyframes is not run.keyframes:
            self._keyframes = run.keyframes
            self._replay = run.replay()
        self._replay.follow(run.recipe)
        return self._replay

    def _report(self, fraction: float, text: str) -> None:
        if self._cancel:
            raise CancelledError
        now = perf_counter()
        elapsed = now - self._began
        if self._request is not None and elapsed * (1 - fraction) > PATIENCE * fraction:
            raise CancelledError
        if elapsed > QUIET and now - self._reported > PROGRESS_INTERVAL:
            self._reported = now
            self._progressed(fraction, text)
