"""One line across the window that says what happened or offers something, until it is answered or closed."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.look.labels import PlainLabel, as_caption
from gui.look.theme import set_role


@dataclass(frozen=True)
class Message:
    """What the bar says.

    Attributes
    ----------
    text : str
        One sentence or two.
    kind : {"muted", "warning", "error"}
        How loudly.
    choices : tuple of (label, handler)
        Buttons; pressing one closes the bar.
    """

    text: str
    kind: str = "muted"
    choices: tuple[tuple[str, Callable[[], None]], ...] = field(default=())


class MessageBar(QFrame):
    """Shows one message at a time; a newer one takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 5, 6, 5)
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layout.addWidget(self._text, 1)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        set_role(close, "flat")
        close.clicked.connect(self.dismiss)
        self._layout.addWidget(close)
        self._buttons: list[QPushButton] = []
        self.message: Message | None = None
        self.hide()

    def say(self, message: Message) -> None:
        """Show a message in the place of the present one."""
        self.dismiss()
        self.message = message
        self._text.setText(message.text)
        set_role(self._text, message.kind)
        for label, handler in message.choices:
            button = QPushButton(as_caption(label))
            button.clicked.connect(self.dismiss)
            button.clicked.connect(handler)
            self._layout.insertWidget(self._layout.count() - 1, button)
            self._buttons.append(button)
        self.show()

    @Slot(object)
    def take_back(self, message: Message | None) -> None:
        """Say this message no more, if it is the present one."""
        if message is not None and message is self.message:
            self.dismiss()

    @Slot()
    def forget_error(self) -> None:
        """Say no more what went wrong: the user is trying something else."""
        if self.message is not None and self.message.kind == "error":
            self.dismiss()

    @Slot()
    def dismiss(self) -> None:
        """Say nothing any more."""
        self.message = None
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self.hide()
