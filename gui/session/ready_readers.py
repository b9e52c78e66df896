"""The networks that come with the program, loaded in the background so that they can read drawings at once."""

import logging
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from core.errors import ModelFileError
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model
from core.files.unlike import LIMIT
from core.network.network import Network
from core.progress import Report
from gui.session.background_task import BackgroundTask

logger = logging.getLogger(__name__)

_BEST_FIRST = ("drawing", "wide", "ten")


@dataclass(frozen=True, eq=False)
class Reader:
    """A network that can be asked instead of the run; ``title`` names it, ``sentence`` says what it is good for.

    An image is unlike all that it learned from where `core.files.unlike.unlikeness` is beyond ``unlike_limit``.
    """

    title: str
    sentence: str
    network: Network
    unlike_limit: float = LIMIT


class ReadyReaders(QObject):
    """Loads the shipped models, the best reader of drawings first."""

    loaded = Signal(list)
    """The `Reader` of every model that could be loaded."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._task = BackgroundTask(_load_all, self)
        self._task.succeeded.connect(self._on_succeeded)

    def load(self) -> None:
        """Begin; `loaded` follows."""
        self._task.start()

    def close(self) -> None:
        """Give up what is still being loaded."""
        self._task.cancel()
        self._task.wait()

    @Slot(object)
    def _on_succeeded(self, readers: list[Reader]) -> None:
        self.loaded.emit(readers)


def _load_all(report: Report) -> list[Reader]:
    readers = []
    for number, name in enumerate(_BEST_FIRST):
        shipped = SHIPPED_MODELS[name]
        report(number / len(_BEST_FIRST), f"loading {shipped.title}")
        try:
            network = load_shipped_model(name).network
        except ModelFileError as error:
            # The program works without it; that one of its own files is gone belongs into the log.
            logger.warning("%s", error)
        else:
            readers.append(Reader(shipped.title, shipped.sentence, network))
    return readers
