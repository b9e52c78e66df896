"""The networks that come with the program, loaded in the background so that they can read drawings at once."""

import logging
from dataclasses import dataclass

from PySide6.QtCore import QObject

from core.data.dataset import DIGITS
from core.errors import ModelFileError
from core.files.shipped_models import SHIPPED_MODELS, load_shipped_model
from core.files.unlike import LIMIT
from core.network.network import Network
from core.progress import Report
from core.runs.run_past import Origin
from gui.session.task_slot import Policy, TaskSlot

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

    @property
    def origin(self) -> Origin:
        """What its answers mean."""
        return Origin(DIGITS, self.unlike_limit)


class ReadyReaders(TaskSlot):
    """Loads the shipped models; `succeeded` brings the `Reader` of each that could be, the best of drawings first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(Policy.REFUSE, parent)

    def load(self) -> None:
        """Begin; `succeeded` follows."""
        self.start(_load_all)


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
