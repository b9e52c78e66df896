"""Threads of runs that others took the place of: each still makes the update that was under way."""

from core.runs.run import Run
from gui.session.background_task import CLOSING_SECONDS
from gui.session.training_worker import TrainingWorker

_LEAVING_SECONDS = 0.05
"""How long a run that takes the place of another waits for the update of that which is under way."""


class LeftWorkers:
    """Nobody waits for their updates, which may take seconds, unless a run comes back."""

    def __init__(self) -> None:
        self._workers: list[TrainingWorker] = []

    @property
    def runs(self) -> list[Run]:
        """Those whose thread is still in its last update."""
        return [worker.training_run for worker in self._workers if worker.is_alive()]

    def leave(self, worker: TrainingWorker) -> None:
        """Ask a thread to end."""
        worker.abandon()
        # An ordinary update is over by then, and how far its run has come is settled when others are told of it.
        worker.join(_LEAVING_SECONDS)
        self._workers = [left for left in self._workers if left.is_alive()] + [worker]

    def wait_for(self, run: Run) -> None:
        """Block until the thread of a run has made its last update; then the run is anybody's."""
        for worker in self._workers:
            if worker.training_run is run:
                worker.join()

    def wait(self) -> None:
        """Block until all threads have ended, or for as long as a window that closes may wait."""
        for worker in self._workers:
            worker.join(CLOSING_SECONDS)
