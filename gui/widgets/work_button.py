"""A button for work in the background: pressed once it begins, pressed again it is cancelled; a bar shows how far."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from gui.session.task_slot import Policy, TaskSlot, Work

_CANCEL = "Cancel"


class WorkButton(QWidget):
    """Begins one piece of work, shows its progress and cancels it.

    Parameters
    ----------
    text : str
        What the work does.
    """

    pressed = Signal()
    """The work is wanted; call `start` with it."""

    done = Signal(object)
    """What the work returned."""

    failed = Signal(str)
    """Why it failed, in one sentence."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._is_ready = False
        self.slot = TaskSlot(Policy.REPLACE, self)
        self.button = QPushButton(text)
        self.button.setEnabled(False)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.setFixedHeight(4)
        self._progress.setAccessibleName(text)
        self._progress.hide()
        # Within the button, at its lower edge: in a row with other buttons it then stands as they do.
        inside = QVBoxLayout(self.button)
        inside.setContentsMargins(4, 0, 4, 3)
        inside.addStretch()
        inside.addWidget(self._progress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.button)
        self.button.clicked.connect(self._on_clicked)
        self.slot.started.connect(self._on_started)
        self.slot.progressed.connect(self._on_progressed)
        self.slot.ended.connect(self._on_ended)
        self.slot.succeeded.connect(self.done)
        self.slot.failed.connect(self.failed)

    def set_ready(self, ready: bool) -> None:
        """Say whether the work could begin."""
        self._is_ready = ready
        self.button.setEnabled(ready or self.slot.busy)

    def start(self, work: Work) -> None:
        """Do the work in the background; `done` or `failed` follows, or neither where it is cancelled."""
        self.slot.start(work, self._text)

    def abandon(self) -> None:
        """Give up what is under way, where anything is."""
        self.slot.abandon()

    @Slot()
    def _on_clicked(self) -> None:
        if self.slot.busy:
            self.slot.abandon()
        else:
            self.pressed.emit()

    @Slot()
    def _on_started(self) -> None:
        # As wide as before, so that nothing moves.
        self.button.setMinimumWidth(self.button.width())
        self.button.setText(_CANCEL)
        self._progress.setValue(0)
        self._progress.show()

    @Slot(float, str)
    def _on_progressed(self, fraction: float, text: str) -> None:
        self._progress.setValue(round(100 * fraction))

    @Slot()
    def _on_ended(self) -> None:
        self.button.setMinimumWidth(0)
        self.button.setText(self._text)
        self._progress.hide()
        self.button.setEnabled(self._is_ready)
