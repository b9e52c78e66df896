"""Says aloud what happens: messages, the answer to a drawing, the end of training.

Only while a screen reader listens. A drawing is answered once its pen has rested for a moment: the answer may change
with every stroke, and each would cut off the one before.
"""

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from gui.look.announcements import announce
from gui.panels.drawing import DrawingPanel
from gui.panels.message_bar import Message, MessageBar
from gui.session.session_signals import SessionState
from gui.session.training_session import TrainingSession

ANSWER_MILLISECONDS = 700


class Announcer(QObject):
    """Lets screen readers say what others see happen.

    Parameters
    ----------
    session : TrainingSession
        Trains.
    messages : MessageBar
        What it says is said aloud, errors at once.
    drawing : DrawingPanel
        Whose answer is said once its drawing rests.
    window : QWidget
        Speaks; owner.
    """

    announced = Signal(str)
    """What has just been said."""

    def __init__(self, session: TrainingSession, messages: MessageBar, drawing: DrawingPanel, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._messages = messages
        self._drawing = drawing
        self._window = window
        self._was_training = False
        self._rest = QTimer(self, singleShot=True, interval=ANSWER_MILLISECONDS)
        self._rest.timeout.connect(self._on_drawing_rested)
        messages.said.connect(self._on_said)
        drawing.drawing_prepared.connect(self._on_drawing_prepared)
        session.state_changed.connect(self._on_state_changed)

    def close(self) -> None:
        """Say nothing any more."""
        self._rest.stop()

    def _say(self, text: str, *, urgent: bool = False) -> None:
        announce(self._window, text, urgent=urgent)
        self.announced.emit(text)

    @Slot(object)
    def _on_said(self, message: Message) -> None:
        self._say(message.text, urgent=message.kind == "error")

    @Slot()
    def _on_drawing_prepared(self) -> None:
        if QAccessible.isActive():
            self._rest.start()

    @Slot()
    def _on_drawing_rested(self) -> None:
        self._say(self._drawing.answer_label.text or "Nothing is drawn.")

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        was_training = self._was_training
        self._was_training = state in (SessionState.RUNNING, SessionState.PAUSING)
        run = self._session.run
        if was_training and run is not None and state in (SessionState.FINISHED, SessionState.PAUSED):
            ended = f"{run.name} is {'finished' if state is SessionState.FINISHED else 'paused'}"
            if not self._messages.text.startswith(ended):
                self._say(f"{ended} at update {run.update:,}.")
