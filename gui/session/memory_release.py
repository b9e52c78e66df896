"""Gives memory back to the system after moments at which much of it is freed: a run ends, a drawing was explained."""

from PySide6.QtCore import QObject, QTimer, SignalInstance, Slot

from core.system.freed_memory import release_freed_memory
from gui.session.task_slot import Policy, TaskSlot
from gui.session.training_session import TrainingSession

CALM_MILLISECONDS = 1500
"""After such a moment: by then what was left is gone."""


class MemoryRelease(TaskSlot):
    """Watches a session; does nothing in the middle of training, which uses freed memory again.

    Parameters
    ----------
    session : TrainingSession
        Whose runs come and go.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, session: TrainingSession, parent: QObject | None = None) -> None:
        super().__init__(Policy.REFUSE, parent)
        self._session = session
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(CALM_MILLISECONDS)
        self._calm.timeout.connect(self._on_calm)
        session.run_changed.connect(self._on_changed)
        session.state_changed.connect(self._on_changed)

    def watch(self, *signals: SignalInstance) -> None:
        """Do it after these too: what they tell of takes memory for a moment."""
        for signal in signals:
            signal.connect(self._on_changed)

    def end(self) -> None:
        """Do it no more."""
        super().end()
        self._session.disconnect(self)
        self._calm.stop()

    @Slot()
    def _on_changed(self) -> None:
        self._calm.start()

    @Slot()
    def _on_calm(self) -> None:
        if not self._session.busy:
            if self._session.run is not None:
                self._session.run.release_buffers()
            self.start(lambda report: release_freed_memory())
