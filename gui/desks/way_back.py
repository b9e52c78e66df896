"""One step back: the run whose place was taken last, and the offer to bring it back.

A click in a setting, Reset, a model, a branch, other data or a lesson: each puts another run in the place of one that
may have been trained for hours. None of them asks first; all of them can be undone.
"""

from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from core.run import Run
from gui.look.labels import as_caption
from gui.panels.message_bar import Message, MessageBar
from gui.session.training_session import TrainingSession

_LONGEST_NAME = 32


class WayBack(QObject):
    """Keeps the run that was left last, with all its past, and brings it back when asked to.

    A run from scratch that was never trained is not worth coming back to, and does not take the place of one that is.
    While a lesson is open, the run from before it is kept, whatever the lesson begins.

    Parameters
    ----------
    session : TrainingSession
        Whose runs come and go.
    action : QAction
        Brings the run back, and names it.
    messages : MessageBar
        Where it is offered when it has just been left.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self, session: TrainingSession, action: QAction, messages: MessageBar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._action = action
        self._messages = messages
        self._present: Run | None = None
        self._left: Run | None = None
        self._before_lesson: Run | None = None
        self._offer: Message | None = None
        action.triggered.connect(self._on_triggered)
        session.run_changed.connect(self._on_run_changed)
        self._nothing_left = action.text()
        self._show()

    @property
    def left(self) -> Run | None:
        """The run that can be brought back."""
        return self._left if self._left is not self._present else None

    @Slot(str)
    def tell(self, sentence: str) -> Message:
        """Say a sentence about the present run, and offer the way back from it where there is one."""
        left = self.left
        choices = () if left is None else ((_label(left), partial(self._session.adopt, left)),)
        self._offer = Message(sentence, choices=choices)
        self._messages.say(self._offer)
        return self._offer

    def offer(self) -> None:
        """Offer the way back, where there is one."""
        if self._present is not None and self.left is not None:
            self.tell(f"{self._present.name} has taken the place of {self.left.name}.")

    @Slot()
    def show_names(self) -> None:
        """Write what the runs are called now."""
        self._show()
        if self._offer is not None and self._offer is self._messages.message:
            self.offer()

    @Slot()
    def begin_lesson(self) -> None:
        """Keep the present run until the lesson is over, or the one left before it."""
        if self._before_lesson is None:
            self._before_lesson = self._present if _is_worth_keeping(self._present) else self.left

    @Slot()
    def end_lesson(self) -> None:
        """Offer the run from before the lesson."""
        before, self._before_lesson = self._before_lesson, None
        if before is not None and before is self.left:
            self.tell("The lesson is closed.")

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        known, previous, self._present = self.left, self._present, run
        if self._before_lesson is not None:
            self._left = self._before_lesson
        elif previous is not run and _is_worth_keeping(previous):
            self._left = previous
        self._show()
        left = self.left
        if left is None:
            self._messages.take_back(self._offer)
        elif left is not known:
            self.offer()

    def _show(self) -> None:
        left = self.left
        self._action.setEnabled(left is not None)
        self._action.setText(as_caption(_label(left)) if left else self._nothing_left)

    @Slot()
    def _on_triggered(self) -> None:
        if self.left is not None:
            self._session.adopt(self.left)


def _is_worth_keeping(run: Run | None) -> bool:
    return run is not None and not run.is_untrained


def _label(run: Run) -> str:
    name = run.name if len(run.name) <= _LONGEST_NAME else f"{run.name[: _LONGEST_NAME - 1].rstrip()}…"
    return f"Back to {name} at update {run.update:,}"
