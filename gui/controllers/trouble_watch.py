"""Says aloud what goes wrong in silence: a network whose hidden units are all dead, or one that only guesses."""

from collections import Counter
from functools import partial

from PySide6.QtCore import QObject, Slot

from core.network.unit_layers import UnitLayer, unit_layers
from core.runs.dead_units import DeadUnit
from core.runs.run import Run
from core.runs.stalled import FIRST_LOOK, describe_stall
from core.training.config import TrainingConfig
from core.training.metrics import Metrics
from core.training.setting_words import describe_value
from gui.controllers.run_display import RunDisplay
from gui.panels.message_bar import Message, MessageBar
from gui.session.session_signals import SessionState
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession

_CALMER = 10
"""By so much the learning rate is lowered that is offered after all units of a layer have died."""


class TroubleWatch(QObject):
    """Looks at the present run, and posts a message once where it cannot learn.

    Parameters
    ----------
    session : TrainingSession
        Has the run.
    time_machine : TimeMachine
        Leads to the moment before.
    display : RunDisplay
        Tells of units that have died.
    messages : MessageBar
        Where it is said.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self,
        session: TrainingSession,
        time_machine: TimeMachine,
        display: RunDisplay,
        messages: MessageBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._time_machine = time_machine
        self._messages = messages
        self._run: Run | None = None
        self._about_death: Message | None = None
        self._about_stall: Message | None = None
        self._next_look = FIRST_LOOK // 10
        session.run_changed.connect(self._on_run_changed)
        session.metrics_grown.connect(self._on_metrics_grown)
        display.dead_units_changed.connect(self._on_dead_units_changed)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._withdraw()
        # One that is brought back was told of when it was trained.
        self._run, self._next_look = run, max(FIRST_LOOK // 10, run.update + 1)

    @Slot(object)
    def _on_dead_units_changed(self, dead: tuple[DeadUnit, ...]) -> None:
        # Of the moment that is shown, which may be another than the present one.
        run = self._run
        if run is None or self._time_machine.position is not None:
            return
        counts = Counter(unit.layer for unit in dead)
        hidden = unit_layers(run.recipe.config.layout)[:-1]
        lost = next((layer for layer, each in enumerate(hidden) if counts[layer] == each.units), None)
        if lost is None:
            if self._about_death is not None:
                self._messages.take_back(self._about_death)
                self._about_death = None
            return
        if self._about_death is not None or run.is_untrained:
            return
        died_at = max(unit.died_at for unit in dead if unit.layer == lost)
        began_equal = not died_at and run.recipe.config.initialization == "zeros"
        ways_out = (self._begin_at_random(run),) if began_equal else self._ways_out(run, died_at)
        self._about_death = Message(_tell_of_death(hidden, lost, began_equal), "error", ways_out)
        self._messages.say(self._about_death)

    def _ways_out(self, run: Run, died_at: int) -> tuple[tuple[str, partial[None]], ...]:
        config = run.recipe.config_at(died_at)
        lower = float(f"{config.learning_rate / _CALMER:.2g}")
        again = run.recipe.config.with_changes(learning_rate=lower)
        start = (f"Start again at rate {describe_value('learning_rate', lower)}", partial(self._start_again, again))
        before = max(died_at - 1, 0)
        show = (f"Show update {before:,}", partial(self._time_machine.go_to, before))
        return (show, start) if died_at else (start,)

    def _begin_at_random(self, run: Run) -> tuple[str, partial[None]]:
        config = run.recipe.config.with_changes(initialization="auto")
        return "Start again at random", partial(self._start_again, config)

    def _start_again(self, config: TrainingConfig) -> None:
        self._session.set_config(config)
        self._session.train()

    @Slot(object)
    def _on_metrics_grown(self, metrics: Metrics) -> None:
        run, update = self._run, len(metrics.batch_loss)
        if run is None or update < self._next_look or self._session.state is not SessionState.RUNNING:
            return
        self._next_look = update + max(update // 4, FIRST_LOOK // 10)
        sentence = describe_stall(metrics, run.recipe.config_at(update), run.epoch_at(update))
        if sentence is None and self._about_stall is not None:
            self._messages.take_back(self._about_stall)
            self._about_stall = None
        elif sentence is not None and self._about_stall is None and self._about_death is None:
            self._about_stall = Message(sentence, "warning")
            self._messages.say(self._about_stall)

    def _withdraw(self) -> None:
        for message in (self._about_death, self._about_stall):
            if message is not None:
                self._messages.take_back(message)
        self._about_death = self._about_stall = None


def _tell_of_death(hidden: tuple[UnitLayer, ...], layer: int, began_equal: bool) -> str:
    count, noun = hidden[layer].units, hidden[layer].noun
    units = f"{count:,} hidden {noun}s" if len(hidden) == 1 else f"{count:,} {noun}s of layer {layer + 1}"
    whole = f"All {units} are dead" if count > 1 else f"The only hidden {noun} is dead"
    remedy = "Lower the learning rate and start again."
    if began_equal:
        remedy = "All weights began at 0, so no gradient reaches them. Choose another initialization and start again."
    return f"{whole}: the network answers the same for every image. {remedy}"
