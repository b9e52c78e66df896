"""Loading data in the background: one load at a time, with progress and cancel; the newest wish counts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.data.adjustment import Adjustment
from core.data.data_sources import BUILTIN, load_default, load_files
from core.data.dataset import DataPair
from core.data.readers.mnist_download import download_mnist
from core.progress import Report
from gui.session.background_task import BackgroundTask

Loading = Callable[[Report], DataPair]

UNCHANGED = Adjustment()


@dataclass(frozen=True)
class Wish:
    """How to load data that were asked for; loads them again, too, with what was done to them by hand.

    Attributes
    ----------
    loading : callable
        Loads them as they are in their files.
    text : str
        What that is called.
    paths : tuple of str
        Opens them again: paths, the word "builtin", or nothing where the program looks for itself.
    adjustment : Adjustment
        What is done to them by hand.
    """

    loading: Loading
    text: str
    paths: tuple[str, ...]
    adjustment: Adjustment = UNCHANGED

    def __call__(self, report: Report) -> DataPair:
        """Load the data, and adjust them."""
        return self.adjustment.apply(self.loading(report))


class DataLoader(QObject):
    """Loads training and test sets; what was loaded before stays in use until a load has succeeded."""

    started = Signal(str)
    """A load began; what is being loaded, in a few words."""

    progressed = Signal(float, str)
    """The fraction done, and what is being done."""

    loaded = Signal(object, list)
    """The `DataPair` asked for, and the paths that open it again: none for what `load_default` finds."""

    failed = Signal(str)
    """Why it could not be loaded, in one sentence."""

    cancelled = Signal()
    """The user gave the load up; what was loaded before stays in use."""

    ended = Signal()
    """Nothing is being loaded any more, whatever the outcome."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task: BackgroundTask | None = None
        self._wish: Wish | None = None
        self._left_tasks: list[BackgroundTask] = []

    @property
    def busy(self) -> bool:
        """Whether a load is under way."""
        return self._task is not None

    @property
    def wish(self) -> Wish | None:
        """What was asked for last, for `grant`; None before the first load."""
        return self._wish

    def grant(self, wish: Wish) -> None:
        """Load what was asked for earlier, as it is now."""
        self._start(wish)

    def load_default(self, adjustment: Adjustment = UNCHANGED) -> None:
        """Load the MNIST found on this computer, or the built-in digits, and adjust what is loaded."""
        self._start(Wish(load_default, "looking for digits", (), adjustment))

    @Slot()
    def load_builtin(self) -> None:
        """Load the built-in digits."""
        self.open_paths([BUILTIN])

    def open_paths(self, paths: list[str], adjustment: Adjustment = UNCHANGED) -> None:
        """Load a folder, a file or files that belong together, or the word "builtin", and adjust what is loaded."""
        asked = tuple(paths)
        text = f"opening {Path(paths[0]).name}"
        self._start(Wish(lambda report: load_files(asked, report), text, asked, adjustment))

    def adjust(self, wish: Wish, change: Callable[[Adjustment], Adjustment]) -> None:
        """Load data once more, and change what is done to them; on top of changes to them that are under way."""
        if self.busy and self._wish is not None and self._wish.loading is wish.loading:
            wish = self._wish
        self._start(replace(wish, adjustment=change(wish.adjustment)))

    @Slot()
    def download(self) -> None:
        """Fetch MNIST into the user's cache folder and load it."""
        self._start(Wish(download_mnist, "downloading MNIST", ()))

    @Slot()
    def cancel(self) -> None:
        """End the load under way; the data in use stay."""
        if self._task:
            self._task.cancel()

    def close(self) -> None:
        """Cancel and wait for the thread to end."""
        self.cancel()
        tasks = [*self._left_tasks, *([self._task] if self._task else [])]
        # Whatever comes of it now is not the newest wish any more.
        self._task = None
        for task in tasks:
            task.wait()

    def _start(self, wish: Wish) -> None:
        self._wish = wish
        if self._task:
            self._task.cancel()
            self._left_tasks.append(self._task)
        self._task = task = BackgroundTask(wish, self)
        task.progressed.connect(self._on_progressed)
        task.succeeded.connect(self._on_succeeded)
        task.failed.connect(self._on_failed)
        task.cancelled.connect(self._on_cancelled)
        self.started.emit(wish.text)
        task.start()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        if self.sender() is self._task:
            self.progressed.emit(fraction, text)

    @Slot(object)
    def _on_succeeded(self, data: DataPair) -> None:
        if self._end(self.sender()) and self._wish is not None:
            self.loaded.emit(data, list(self._wish.paths))

    @Slot(str)
    def _on_failed(self, sentence: str) -> None:
        if self._end(self.sender()):
            self.failed.emit(sentence)

    @Slot()
    def _on_cancelled(self) -> None:
        if self._end(self.sender()):
            self.cancelled.emit()

    def _end(self, task: QObject) -> bool:
        """Forget a task that has ended; return whether it was the newest."""
        newest = task is self._task
        if newest:
            self._task = None
            self.ended.emit()
        elif task in self._left_tasks:
            self._left_tasks.remove(task)
        return newest
