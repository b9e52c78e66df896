"""My digits in the user's own folder, read and written in the background: a slow disk keeps nobody from drawing."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.data.kept_digits import keep_digits, load_kept_digits
from core.data.my_digits import MyDigits
from core.errors import DataError
from core.progress import Report
from gui.session.background_task import BackgroundTask


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
        self._task: BackgroundTask | None = None
        self._known = MyDigits.empty()
        self._waiting: MyDigits | None = None
        self._written: tuple[MyDigits, MyDigits] | None = None

    def load(self) -> None:
        """Read what was kept; `loaded` or `unreadable` follows."""
        self._task = BackgroundTask(lambda report: load_kept_digits(), self)
        self._task.succeeded.connect(self._on_loaded)
        self._task.failed.connect(self._on_unreadable)
        self._task.start()

    def keep(self, digits: MyDigits) -> None:
        """Write a collection as soon as the one before it is written; a newer one takes its place."""
        self._waiting = digits
        self._write_if_needed()

    def close(self) -> None:
        """Wait until the newest collection is written."""
        task, self._task = self._task, None
        if task is None or task.wait():
            self._settle()
            self._write_if_needed()
            if self._task is not None:
                self._task.wait()

    def _write_if_needed(self) -> None:
        digits, known = self._waiting, self._known
        if digits is None or self._task is not None:
            return
        self._waiting = None

        def work(report: Report) -> None:
            self._written = digits, keep_digits(digits, known)

        self._task = BackgroundTask(work, self)
        self._task.succeeded.connect(self._on_written)
        self._task.failed.connect(self._on_failed)
        self._task.start()

    def _settle(self) -> None:
        """Go on from what was written last, and from what other windows have added to it."""
        if self._written is None:
            return
        (digits, self._known), self._written = self._written, None
        if self._known is digits:
            return
        if self._waiting is not None:
            try:
                self._waiting = self._waiting.merged(digits, self._known)
            except DataError as error:
                self._waiting = None
                self.failed.emit(str(error))
        self.merged.emit(digits, self._known)

    @Slot(object)
    def _on_loaded(self, result: tuple[MyDigits, Path | None]) -> None:
        self._task = None
        self._known = result[0]
        self.loaded.emit(*result)

    @Slot(str)
    def _on_unreadable(self, sentence: str) -> None:
        self._task = None
        self.unreadable.emit(sentence)

    @Slot()
    def _on_written(self) -> None:
        self._task = None
        self._settle()
        self._write_if_needed()

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        self._task = None
        self._write_if_needed()
        self.failed.emit(sentence)
