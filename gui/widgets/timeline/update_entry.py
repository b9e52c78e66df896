"""The number of an update, to be read and to be typed."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from gui.look.follow_font import follow_font


class UpdateEntry(QLineEdit):
    """Shows the number of the update; a number typed in its place, with Enter, goes there."""

    chosen = Signal(int)
    """The user typed the number of an update and pressed Enter; it may lie beyond the run."""

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("update shown")
        self.setToolTip("Type the number of an update and press Enter to go there")
        follow_font(self, self._fit_text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._shown = 0
        self.returnPressed.connect(self._on_return_pressed)

    def _fit_text(self) -> None:
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("update 1,000,000") + 18)

    def show_update(self, update: int) -> None:
        """Show a number, unless somebody is typing one."""
        self._shown = update
        if not (self.hasFocus() and self.isModified()):
            self.setText(f"update {update:,}")

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget what was typed and not entered."""
        super().focusOutEvent(event)
        self.setText(f"update {self._shown:,}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape undo what was typed."""
        if event.key() == Qt.Key.Key_Escape:
            self.setText(f"update {self._shown:,}")
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_return_pressed(self) -> None:
        digits = "".join(character for character in self.text() if character.isdecimal())
        self.setText(f"update {self._shown:,}")
        if digits:
            self.chosen.emit(int(digits[:9]))
