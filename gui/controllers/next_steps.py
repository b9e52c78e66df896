"""Says what one might try when a run is finished, and that a run which begins has been trained before."""

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from core.runs.run import Run
from core.text.number_text import counted
from core.training.config import MOST_EPOCHS, MOST_UPDATES, SEEDS
from gui.controllers.run_undo import RunUndo
from gui.look.formatting import percent
from gui.panels.message_bar import Message, MessageBar
from gui.session.past_runs import PastRuns
from gui.session.session_signals import SessionState
from gui.session.training_session import TrainingSession


class NextSteps(QObject):
    """Posts a message when a run begins or ends; lessons lead on by themselves.

    Parameters
    ----------
    session : TrainingSession
        Trains.
    past_runs : PastRuns
        Knows what has been trained before.
    undo : RunUndo
        Offers the previous run where a run begins.
    messages : MessageBar
        Where an error is not displaced.
    parent : QObject, optional
        Owner.
    """

    knobs_turned = Signal(object)
    """The run goes on with other settings that were chosen here: the `core.training.config.TrainingConfig` that holds
    now."""

    def __init__(
        self,
        session: TrainingSession,
        past_runs: PastRuns,
        undo: RunUndo,
        messages: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._past_runs = past_runs
        self._undo = undo
        self._messages = messages
        self._posted: Message | None = None
        self._was_training = False
        session.state_changed.connect(self._on_state_changed)
        past_runs.changed.connect(self._withdraw)

    @Slot()
    def train_on(self) -> None:
        """Train on; a run that is finished is made longer, and not begun anew."""
        run = self._session.run
        if run is not None and run.finished:
            self._train_longer(run)
        else:
            self._session.train()

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        was_training, run = self._was_training, self._session.run
        self._was_training = state in (SessionState.RUNNING, SessionState.PAUSING)
        if state is SessionState.RUNNING:
            self._withdraw()
        message = self._messages.message
        if run is None or self._past_runs.in_lesson or (message is not None and message.kind != "muted"):
            return
        if state is SessionState.RUNNING and not run.update:
            self._say_if_known(run)
        elif state is SessionState.FINISHED and was_training:
            self._suggest(run)

    @Slot()
    def _withdraw(self) -> None:
        """Say no more of a run that goes on, or is called otherwise by now."""
        self._messages.take_back(self._posted)

    def _say_if_known(self, run: Run) -> None:
        known = (past for past in self._past_runs.runs if past.update and past.data.pair is run.data)
        same = next((past for past in known if past.is_repeatable and past.recipe == run.recipe), None)
        if same is not None and run.is_repeatable:
            self._posted = self._undo.post(
                f"{run.name} repeats {same.name}: data, settings and seed are the same, and so every number will be.",
                (("Another seed", partial(self._train_anew, run)),),
            )

    def _suggest(self, run: Run) -> None:
        config, judged = run.recipe.config_at(run.update), run.metrics.read().watched
        accuracy = percent(float(judged.accuracy[-1])) if len(judged.accuracy) else ""
        so_good = f" with a {judged.name} accuracy of {accuracy}" if accuracy else ""
        more = counted(config.updates or config.epochs, "more update" if config.updates else "more epoch")
        # Without the offer to undo: its time is when the run begins, and the room is small.
        self._posted = Message(
            f"{run.name} is finished{so_good}. Train longer, try another seed, or branch off on the timeline.",
            choices=((more, partial(self._train_longer, run)), ("Another seed", partial(self._train_anew, run))),
        )
        self._messages.say(self._posted)

    def _train_longer(self, run: Run) -> None:
        if run is not self._session.run:
            return
        config = run.recipe.config_at(run.update)
        name, most = ("updates", MOST_UPDATES) if config.updates else ("epochs", MOST_EPOCHS)
        self._session.turn_knob(name, min(2 * getattr(config, name), most))
        self.knobs_turned.emit(self._session.config)
        self._session.train()

    def _train_anew(self, run: Run) -> None:
        config = run.recipe.config
        self._session.start(config.with_changes(seed=(config.seed + 1) % SEEDS), run.data)
        self._session.train()
