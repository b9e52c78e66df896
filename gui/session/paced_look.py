"""Work that follows a moving moment: the newest request counts, and after each look training has the processor."""

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal, Slot

from gui.session.task_slot import Policy, TaskSlot, Work

REST_MILLISECONDS, LONGEST_REST_MILLISECONDS = 300, 5000
"""Between two looks, at least and at most."""

REST = 10
"""After a look that took long, training has the processor for this many times as long."""


class PacedLook(QObject):
    """Looks again and again, in the background."""

    found = Signal(object)
    """What a look returned."""

    failed = Signal(str)
    """Why one failed, in one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: Work | None = None
        self.slot = TaskSlot(Policy.REPLACE, self)
        self.slot.succeeded.connect(self._on_found)
        self.slot.failed.connect(self._on_failed)
        self._looking = QElapsedTimer()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._look)

    def request(self, work: Work, *, at_once: bool = False) -> None:
        """Do some work, see `gui.session.background_task.BackgroundTask`, in the place of what waits.

        Parameters
        ----------
        work : callable
            Returns what `found` is to bring.
        at_once : bool
            Whether what is under way is of no use any more, as the user has turned to something else.
        """
        self._waiting = work
        if at_once or not (self.slot.busy or self._rest.isActive()):
            self._look()

    def forget(self) -> None:
        """Give up what is under way and what waits."""
        self._waiting = None
        self._rest.stop()
        self.slot.abandon()

    @Slot()
    def _look(self) -> None:
        work, self._waiting = self._waiting, None
        if work is not None:
            self._rest.stop()
            self._looking.start()
            self.slot.start(work)

    @Slot(object)
    def _on_found(self, result: object) -> None:
        self._begin_rest()
        self.found.emit(result)

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._begin_rest()
        self.failed.emit(sentence)

    def _begin_rest(self) -> None:
        self._rest.start(min(max(REST * self._looking.elapsed(), REST_MILLISECONDS), LONGEST_REST_MILLISECONDS))
