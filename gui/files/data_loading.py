"""Loading data in the background: one load at a time, with progress and cancel; the newest request counts."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from core.data.adjustment import Adjustment
from core.data.data_source import DataSource
from core.data.data_sources import BUILTIN, load_default, load_files
from core.data.dataset import DataPair
from core.data.readers.mnist_download import download_mnist
from core.progress import Report, ignore_progress
from gui.session.task_slot import Policy, TaskSlot

Loading = Callable[[Report], DataPair]

UNCHANGED = Adjustment()


@dataclass(frozen=True)
class LoadRequest(DataSource):
    """Data that were asked for: how to load them, again too, and what that is called.

    Attributes
    ----------
    loading : callable
        Loads them as they are in their files.
    text : str
        What that is called.
    """

    loading: Loading = field(kw_only=True)
    text: str = field(kw_only=True)

    @classmethod
    def of(cls, source: DataSource) -> "LoadRequest":
        """Return the request for data from a source."""
        if not source.paths:
            return cls((), source.adjustment, loading=load_default, text="looking for digits")
        asked = source.paths
        text = f"opening {Path(asked[0]).name}"
        return cls(asked, source.adjustment, loading=lambda report: load_files(asked, report), text=text)

    def __call__(self, report: Report = ignore_progress) -> DataPair:
        """Load the data, and adjust them."""
        return self.adjustment.apply(self.loading(report))


class DataLoader(TaskSlot):
    """Loads training and test sets; what was loaded before stays in use until a load has succeeded."""

    loaded = Signal(object, list)
    """The `DataPair` asked for, and the paths that open it again: none for what `load_default` finds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(Policy.REPLACE, parent)
        self._request: LoadRequest | None = None
        self.succeeded.connect(self._on_data_read)

    @property
    def request(self) -> LoadRequest | None:
        """What was asked for last, for `retry`; None before the first load."""
        return self._request

    def retry(self, request: LoadRequest) -> None:
        """Load what was asked for earlier, as it is now."""
        self._load(request)

    def load_default(self, adjustment: Adjustment = UNCHANGED) -> None:
        """Load the MNIST found on this computer, or the built-in digits, and adjust what is loaded."""
        self._load(LoadRequest.of(DataSource((), adjustment)))

    @Slot()
    def load_builtin(self) -> None:
        """Load the built-in digits."""
        self.open_paths([BUILTIN])

    def open_paths(self, paths: list[str], adjustment: Adjustment = UNCHANGED) -> None:
        """Load a folder, a file or files that belong together, or the word "builtin", and adjust what is loaded."""
        self._load(LoadRequest.of(DataSource(tuple(paths), adjustment)))

    def adjust(self, request: LoadRequest, change: Callable[[Adjustment], Adjustment]) -> None:
        """Load data once more, and change what is done to them; on top of changes to them that are under way."""
        if self.busy and self._request is not None and self._request.loading is request.loading:
            request = self._request
        self._load(replace(request, adjustment=change(request.adjustment)))

    @Slot()
    def download(self) -> None:
        """Fetch MNIST into the user's cache folder and load it."""
        self._load(LoadRequest((), loading=download_mnist, text="downloading MNIST"))

    def _load(self, request: LoadRequest) -> None:
        self._request = request
        self.start(request, request.text)

    @Slot(object)
    def _on_data_read(self, data: DataPair) -> None:
        if self._request is not None:
            self.loaded.emit(data, list(self._request.paths))
