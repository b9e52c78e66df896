"""A few lines of one's own about something: shown as they stand, whatever its name holds."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from gui.look.labels import PlainLabel


class NoteDialog(QDialog):
    """Asks for a note; goes with its last button.

    Parameters
    ----------
    about : str
        The name of what the note is about.
    note : str
        What it is so far.
    parent : QWidget
        The program's window.
    """

    written = Signal(str)
    """The note as it is to be."""

    def __init__(self, about: str, note: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Note")
        self.label = PlainLabel(f"About {about}:")
        self.label.setWordWrap(True)
        self.text = QPlainTextEdit(note)
        self.text.setAccessibleName("Note")
        self.text.setTabChangesFocus(True)
        self.label.setBuddy(self.text)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self._on_accepted)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (self.label, self.text, buttons):
            layout.addWidget(widget)

    @Slot()
    def _on_accepted(self) -> None:
        self.written.emit(self.text.toPlainText())
        self.accept()
