"""One message at a time that says what happened or offers something, until it is answered or closed.

It stands over the line at the bottom of the window, so that nothing moves when it comes or goes, in two lines where
that helps. Where it is longer still, the tooltip has the rest; what is urgent is written out above the timeline, in
room that the columns give up: it would cover what they show until it is closed.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QWidget

from gui.files.saved_file import SavedFile
from gui.look.labels import PlainLabel, as_caption
from gui.look.theme import set_role
from gui.look.tooltip import paragraphs

_LEFT = 0.32
"""This share of what is stood over is left to be read, where there is room."""

_LEAST, _LEAST_LEFT = 24, 10
"""Characters of a message, and of what it stands over, that are to be read at least."""

_SLACK = 12
"""Logical pixels beside the text, so that it does not wrap for the sake of rounding."""

Choices = tuple[tuple[str, Callable[[], None]], ...]


_LONGEST_TEXT = 1_000
"""Letters that are shown: a sentence about a file may hold what the file holds."""


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
    details : str
        More, for the tooltip.
    undoes : bool
        Its choices undo something, which must not be lost to what is told in passing.
    passing : bool
        It tells of something that is done and asks for nothing: it leaves the choices of an error or of an undo in
        view, and goes by itself when the training goes on.
    """

    text: str
    kind: str = "muted"
    choices: Choices = ()
    details: str = ""
    undoes: bool = False
    passing: bool = False


class MessageBar(QFrame):
    """Shows one message at a time; a newer one takes its place, but one in passing leaves the choices of an offer."""

    said = Signal(object)
    """The `Message` that the bar says from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "card")
        self._layout = QHBoxLayout(self)
        self._layout.setContentsMargins(10, 1, 6, 1)
        self._text = PlainLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._layout.addWidget(self._text, 1)
        self._close = close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        set_role(close, "flat")
        close.clicked.connect(self._on_close_clicked)
        self._layout.addWidget(close)
        self._buttons: list[QPushButton] = []
        self._ground: QWidget | None = None
        self._above: QWidget | None = None
        self._reserve: Callable[[int], None] = lambda width: None
        self._make_room: Callable[[int], None] = lambda height: None
        self.message: Message | None = None
        """The one that counts: an offer, even while another one is told in passing."""
        self._passing: Message | None = None
        self._said: Message | None = None
        self.hide()

    def stand_over(
        self, ground: QWidget, above: QWidget, reserve: Callable[[int], None], make_room: Callable[[int], None]
    ) -> None:
        """Stand at the right end of a widget, in its parent.

        Parameters
        ----------
        ground : QWidget
            What is stood over.
        above : QWidget
            Lies over it, and is not covered either: messages of several lines stand above.
        reserve : callable
            Told how much of its width is taken, in logical pixels.
        make_room : callable
            Told how much height is taken above both.
        """
        self.setParent(ground.parentWidget())
        self._ground, self._above, self._reserve, self._make_room = ground, above, reserve, make_room
        ground.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay where the ground is."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and self.isVisibleTo(self.parentWidget()):
            self._place()
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Make room for text of another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange) and self.message is not None:
            self._place()

    def _place(self) -> None:
        """Take the end of the ground; what is urgent and has no room there stands above, and the rest is shortened."""
        ground, message = self._ground, self._said
        if ground is None or message is None:
            return
        metrics, margins, spacing = self._text.fontMetrics(), self._layout.contentsMargins(), self._layout.spacing()
        others = sum(widget.sizeHint().width() + spacing for widget in (*self._buttons, self._close))
        others += margins.left() + margins.right() + _SLACK
        text = _shortened(message.text)
        wanted = others + metrics.horizontalAdvance(text)
        # What lies below keeps a few words of its own, and fewer where the message would be left with none.
        least, letter = ground.minimumSizeHint().width(), metrics.averageCharWidth()
        room = ground.width() - least
        most = max(
            ground.width() - max(least, round(_LEFT * ground.width())),
            min(others + _LEAST * letter, room - _LEAST_LEFT * letter),
        )
        if message.kind != "muted" and wanted > most:
            self._write(text)
            height = self._layout.totalHeightForWidth(ground.width())
            self.setGeometry(ground.x(), self._top() - height, ground.width(), height)
            self._reserve(0)
            self._make_room(height)
        else:
            width = min(wanted, most)
            self._write(self._fitted(text, width - others + _SLACK // 2))
            self.setGeometry(ground.x() + ground.width() - width, ground.y(), width, ground.height())
            self._reserve(width)
            self._make_room(0)
        self.raise_()

    def _fitted(self, text: str, width: int) -> str:
        """Return as much of a text as fits into the lines that the ground has room for."""
        ground, metrics, margins = self._ground, self._text.fontMetrics(), self._layout.contentsMargins()
        assert ground is not None
        height = ground.height() - margins.top() - margins.bottom() - 2 * self.frameWidth()
        lines = QRect(0, 0, max(width - _SLACK, 1), max(height, metrics.lineSpacing()))
        flags = Qt.TextFlag.TextWordWrap

        def fits(letters: int) -> bool:
            shown = text if letters == len(text) else f"{text[:letters]}…"
            return metrics.boundingRect(lines, flags, shown).height() <= lines.height()

        if height < 2 * metrics.lineSpacing():
            return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        letters = bisect_left(range(len(text) + 1), True, key=lambda count: not fits(count)) - 1
        return text if letters >= len(text) else f"{text[:letters].rstrip()}…"

    def _write(self, text: str) -> None:
        said = self._said
        assert said is not None
        self._text.setText(text)
        self._text.setToolTip(paragraphs("" if text == said.text else _shortened(said.text), said.details))

    def _top(self) -> int:
        """Return where the lines at the bottom of the window begin."""
        return self._above.y() if self._above is not None else 0

    def hideEvent(self, event: QHideEvent) -> None:
        """Give the room back."""
        super().hideEvent(event)
        self._reserve(0)
        self._make_room(0)

    @property
    def first_stop(self) -> QWidget:
        """What the Tab key comes to first in the bar; its buttons follow from left to right."""
        return self._text

    @property
    def text(self) -> str:
        """What the bar says at present."""
        return self._said.text if self._said is not None else ""

    @Slot(object)
    def say(self, message: Message) -> None:
        """Show a message in the place of the present one."""
        offer = self.message if message.passing and self._is_offer() else None
        self.dismiss()
        self.message = offer or message
        self._passing = message if message.passing else None
        self._show(message, offer.choices if offer else ())

    def reword(self, message: Message, text: str) -> Message:
        """Say a message in other words where it is the present one; its buttons stay. Return what is said then."""
        if message is not self.message:
            return message
        reworded = replace(message, text=text)
        if self._said is message:
            self._said = reworded
            self._place()
        self.message = reworded
        return reworded

    @Slot(object)
    def tell_saved(self, saved: SavedFile) -> None:
        """Say in passing what has been saved, and offer to show it."""
        choices = (("Show in folder", saved.show_in_folder),)
        self.say(Message(saved.sentence, choices=choices, details=str(saved.path), passing=True))

    def _is_offer(self) -> bool:
        message = self.message
        return message is not None and bool(message.choices) and (message.undoes or message.kind != "muted")

    def _show(self, message: Message, more: Choices) -> None:
        self._said = message
        self._write(_shortened(message.text))
        set_role(self._text, message.kind)
        for label, handler in (*message.choices, *more):
            button = QPushButton(as_caption(label))
            button.clicked.connect(self._on_close_clicked if (label, handler) in message.choices else self.dismiss)
            button.clicked.connect(handler)
            self._layout.insertWidget(self._layout.count() - 1, button)
            self._buttons.append(button)
        stops = (self.first_stop, *self._buttons, self._close)
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)
        self.show()
        self._place()
        self.said.emit(message)

    @Slot(object)
    def take_back(self, message: Message | None) -> None:
        """Say this message no more, if it is the present one."""
        if message is not None and message is self.message:
            passing = self._passing if self._passing is not message else None
            self.dismiss()
            if passing is not None:
                self.say(passing)

    @Slot()
    def forget_passing(self) -> None:
        """Say no more what was told in passing; an offer beside it stays."""
        if self._passing is not None:
            offer = self.message if self.message is not self._passing else None
            self.dismiss()
            if offer is not None:
                self.say(offer)

    @Slot()
    def _on_close_clicked(self) -> None:
        if self._passing is not None:
            self.forget_passing()
        else:
            self.dismiss()

    @Slot()
    def forget_error(self) -> None:
        """Say no more what went wrong: the user is trying something else."""
        if self.message is not None and self.message.kind == "error":
            self.dismiss()

    @Slot()
    def dismiss(self) -> None:
        """Say nothing any more."""
        self.message = self._passing = self._said = None
        for button in self._buttons:
            button.hide()
            button.deleteLater()
        self._buttons.clear()
        self.hide()


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_TEXT else f"{text[:_LONGEST_TEXT]}…"
