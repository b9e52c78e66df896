"""A batch size: one of the usual ones, any other number, or "full" for all images at once."""

from PySide6.QtCore import QRegularExpression, Signal, Slot
from PySide6.QtGui import QRegularExpressionValidator
from PySide6.QtWidgets import QComboBox, QWidget

from core.errors import ConfigError
from core.training.config import TrainingConfig

OFFERED: tuple[int | None, ...] = (1, 8, 16, 32, 64, 128, 256, 512, 1024, None)

FULL = "full"


class BatchSizeField(QComboBox):
    """An editable choice; what makes no sense gives way to the last size that did."""

    edited = Signal(object)
    """The user settled on this size: an int, or None for full."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._size: int | None = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.addItems([_text(size) for size in OFFERED])
        self.setValidator(QRegularExpressionValidator(QRegularExpression(f"{FULL}|[0-9,]{{1,10}}")))
        self.activated.connect(self._on_finished)
        self.lineEdit().editingFinished.connect(self._on_finished)

    def show_value(self, size: int | None) -> None:
        """Show a size; tells nobody."""
        self._size = size
        self.setCurrentText(_text(size))

    @Slot()
    def _on_finished(self) -> None:
        text = self.currentText().replace(",", "").strip()
        size = None if text == FULL else int(text or 0)
        try:
            TrainingConfig(batch_size=size)
        except ConfigError:
            size = self._size
        chosen = size != self._size
        self.show_value(size)
        if chosen:
            self.edited.emit(size)


def _text(size: int | None) -> str:
    return FULL if size is None else f"{size:,}"
