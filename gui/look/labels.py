"""Labels, and the one rule for text: what comes from a file, a name or a user is shown as it stands.

A plain `QLabel` guesses whether its text is HTML, and HTML may have it open a file or a device: a cell of a CSV file
that holds ``<img src=/dev/zero>`` would end the program through the message about it. Therefore every label is one of
these two, dialogs ask through `gui.files.file_dialogs`, and tooltips that hold foreign text are made by
`gui.look.tooltip.paragraphs`. Tests walk all of them with such a text.
"""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget


class PlainLabel(QLabel):
    """Shows any text as it stands."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


class RichLabel(QLabel):
    """Shows HTML that the program itself has written; whatever is foreign in it has gone through `html.escape`."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setText(text)


def as_caption(text: str) -> str:
    """Return a text for a button or a menu, where a lone ``&`` would vanish and underline what follows."""
    return text.replace("&", "&&")
