"""One step back: the run whose place was taken last, and the offer to bring it back.

A click in a setting, Reset, a model, a branch or other data: each puts another run in the place of one that may have
been trained for hours. None of them asks first; all of them can be undone.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction

from core.runs.past_run import PastRun
from core.runs.run import Run
from gui.look.labels import as_caption
from gui.panels.message_bar import Message, MessageBar
from gui.session.past_runs import PastRuns
from gui.session.training_session import TrainingSession

_LONGEST_NAME = 32


class RunUndo(QObject):
    """Offers the newest of the past runs: in the menu always, in a message when another has just taken its place.

    Parameters
    ----------
    session : TrainingSession
        Has the present run.
    past_runs : PastRuns
        Keeps the others.
    action : QAction
        Brings the run back, and names it.
    messages : MessageBar
        Where it is offered.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        action: QAction,
        messages: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self._action = action
        self._messages = messages
        self._offer: Message | None = None
        self._offered: str | None = None
        self._nothing_left = action.text()
        action.triggered.connect(self._on_triggered)
        session.run_changed.connect(self._on_run_changed)
        past_runs.changed.connect(self._on_changed)
        self._show_action()

    @Slot(str)
    def post(self, sentence: str, choices: tuple[tuple[str, Callable[[], None]], ...] = ()) -> Message:
        """Say a sentence about the present run, with choices before the offer to undo, where there is one."""
        newest = self._past_runs.newest
        self._offered = newest.id if newest else None
        if newest is not None:
            choices = (*choices, (_label(newest), partial(self._past_runs.bring_back, newest.id)))
        self._offer = Message(sentence, choices=choices, undoes=True)
        self._messages.say(self._offer)
        return self._offer

    def offer_undo(self) -> None:
        """Offer the newest past run, where there is one."""
        newest, run = self._past_runs.newest, self._session.run
        if newest is not None and run is not None:
            self.post(f"{run.name} has taken the place of {newest.name}.")

    def _withdraw(self) -> None:
        self._messages.take_back(self._offer)
        self._offer = None

    def _show_action(self) -> None:
        newest = self._past_runs.newest
        self._action.setEnabled(newest is not None)
        self._action.setText(as_caption(_label(newest)) if newest else self._nothing_left)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._show_action()
        if self._past_runs.just_left is not None:
            self.offer_undo()
        elif self._offered == run.id:
            self._withdraw()

    @Slot()
    def _on_changed(self) -> None:
        self._show_action()
        if self._offer is None or self._offer is not self._messages.message:
            return
        newest = self._past_runs.newest
        if newest is None or newest.id != self._offered:
            self._withdraw()
        else:
            # It may be called otherwise now, and so may the present run.
            self.offer_undo()

    @Slot()
    def _on_triggered(self) -> None:
        newest = self._past_runs.newest
        if newest is not None:
            self._past_runs.bring_back(newest.id)


def _label(past: PastRun) -> str:
    name = past.name if len(past.name) <= _LONGEST_NAME else f"{past.name[: _LONGEST_NAME - 1].rstrip()}…"
    return f"Back to {name} at update {past.update:,}"
