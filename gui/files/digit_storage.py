"""My digits in the user's own folder, read and written in the background: a slow disk keeps nobody from drawing."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.data.kept_digits import keep_digits, load_kept_digits
from core.data.my_digits import MyDigits
from core.progress import Report
from gui.session.task_slot import Policy, TaskSlot


class DigitStorage(QObject):
    """Brings the collection that was kept, and keeps what it becomes: the newest, one at a time."""

    loaded = Signal(object, object)
    """The `core.data.my_digits.MyDigits` that were kept, and the path of a damaged file put aside, or None."""

    unreadable = Signal(str)
    """Why the kept digits can neither be read nor put aside, in one sentence."""

    merged = Signal(object, object)
    """A collection that was kept, and what it has become with the digits of other windows: both `MyDigits`."""

    failed = Signal(str)
    """Why the digits cannot be kept, in one sentence."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reading = TaskSlot(Policy.REFUSE, self)
        self._reading.succeeded.connect(self._on_loaded)
        self._reading.failed.connect(self.unreadable)
        self._writing = TaskSlot(Policy.NEWEST_WAITS, self, writes=True)
        self._writing.succeeded.connect(self._on_written)
        self._writing.failed.connect(self.failed)
        self._known = MyDigits.empty()
        self._last = self._known, self._known
        self._written = self._told = 0

    def load(self) -> None:
        """Read what was kept; `loaded` or `unreadable` follows."""
        self._reading.start(lambda report: load_kept_digits())

    def keep(self, digits: MyDigits) -> None:
        """Write a collection as soon as the one before it is written; a newer one takes its place."""
        told = self._told

        def work(report: Report) -> tuple[MyDigits, MyDigits]:
            # It may have been made when it was not known yet what became of the one before.
            mine = digits.merged(*self._last) if self._written > told else digits
            self._known = keep_digits(mine, self._known)
            self._last = mine, self._known
            self._written += 1
            return self._last

        self._writing.start(work)

    @Slot(object)
    def _on_loaded(self, result: tuple[MyDigits, Path | None]) -> None:
        self._known = result[0]
        self.loaded.emit(*result)

    @Slot(object)
    def _on_written(self, result: tuple[MyDigits, MyDigits]) -> None:
        self._told += 1
        mine, kept = result
        if kept is not mine:
            self.merged.emit(mine, kept)
