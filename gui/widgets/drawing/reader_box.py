"""Who reads the drawing: the run, or one of the networks that come with the program.

Until the user chooses, the box chooses: a run that has learned nothing yet leaves the reading to the best of the other
networks, so that a first drawing gets a sensible answer, and takes over with its first update or change by hand.
"""

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSizePolicy, QWidget

from core.network.network import Network
from core.runs.run_past import Origin
from core.runs.snapshot import Snapshot
from gui.session.ready_readers import Reader
from gui.widgets.fields.elided_box import ElidedBox

_RUN = 0
_ROOM_FOR = "the present run"
_INTERVAL_MS = 60
"""Between two answers while the run learns: quick for the eye, and most of the time is left to the training."""


class ReaderBox(ElidedBox):
    """A choice of networks; the run is always the first."""

    reader_changed = Signal()
    """Another network answers, or the same one has learned; `network` is the one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._readers: list[Reader] = []
        self._run_name = _ROOM_FOR
        self._run_network: Network | None = None
        self._run_update: int | None = None
        self._run_is_untrained = True
        self._run_origin: Origin | None = None
        self._is_chosen_by_user = False
        self._since_told = QElapsedTimer()
        self._since_told.start()
        self._telling = QTimer(self, singleShot=True)
        self._telling.timeout.connect(self._on_telling_due)
        self.addItem(self._run_name)
        self.setItemData(
            _RUN, "The network of the present run, at the update that is shown.", Qt.ItemDataRole.ToolTipRole
        )
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Read by")
        self.setToolTip("Which network reads the drawing: the run's, or one that was trained before (pretrained)")
        self.activated.connect(self._on_activated)

    def texts(self) -> tuple[str, ...]:
        """Return one text: what the run has learned changes its own many times a second, and moves nothing."""
        return (_ROOM_FOR,)

    @property
    def origin(self) -> Origin | None:
        """What the answers mean; None where the network that answers has learned from the run's data."""
        index = self.currentIndex()
        if index != _RUN:
            return self._readers[index - 1].origin
        return None if self._run_update else self._run_origin

    @property
    def network(self) -> Network | None:
        """The network that answers, None where there is none yet."""
        index = self.currentIndex()
        return self._run_network if index == _RUN else self._readers[index - 1].network

    def set_run(self, name: str, *, is_untrained: bool, origin: Origin | None = None) -> None:
        """Follow another run.

        Parameters
        ----------
        name : str
            What the user calls it.
        is_untrained : bool
            It has learned nothing yet. One that brings knowledge along answers at once.
        origin : Origin, optional
            What the answers of its first network mean, where that was opened.
        """
        self._run_name, self._run_is_untrained, self._run_origin = name, is_untrained, origin
        self._run_update = None
        if not is_untrained:
            self._is_chosen_by_user = False
        self._choose()

    def set_run_name(self, name: str) -> None:
        """Call the run otherwise."""
        self._run_name = name
        self._name_run()

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Know the run's network at this moment."""
        self._run_network = snapshot.network
        self._run_update = snapshot.update
        if self._run_is_untrained and not snapshot.is_initial:
            self._run_is_untrained = False
            self._choose()
        elif not self._telling.isActive():
            self._telling.start(max(0, _INTERVAL_MS - self._since_told.elapsed()))

    def set_readers(self, readers: Sequence[Reader]) -> None:
        """Offer these networks too, the best for drawings first."""
        while self.count() > 1:
            self.removeItem(self.count() - 1)
        self._readers = list(readers)
        for reader in readers:
            self.addItem(f"{reader.title} (pretrained)")
            self.setItemData(self.count() - 1, reader.sentence, Qt.ItemDataRole.ToolTipRole)
        self._choose()

    @Slot()
    def _on_activated(self) -> None:
        self._is_chosen_by_user = True
        self._tell()

    @Slot()
    def _on_telling_due(self) -> None:
        if self.currentIndex() == _RUN:
            self._tell()
        else:
            self._name_run()

    def _tell(self) -> None:
        self._telling.stop()
        self._since_told.restart()
        self._name_run()
        self.reader_changed.emit()

    def _name_run(self) -> None:
        text = self._run_name if self._run_update is None else f"{self._run_name}, update {self._run_update:,}"
        self.setItemText(_RUN, text)

    def _choose(self) -> None:
        if not self._is_chosen_by_user:
            self.setCurrentIndex(1 if self._run_is_untrained and self._readers else _RUN)
        self._tell()
