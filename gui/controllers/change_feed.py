"""Brings the diagram of the network what the next update would change, worked out in the background."""

from PySide6.QtCore import QObject, Slot

from core.explanation.update import UpdateExplanation, UpdateSource
from core.training.trainer import TrainingState
from gui.panels.network import NetworkPanel
from gui.session.explainer import Explainer
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession


class ChangeFeed(QObject):
    """Connects the panel of the network to the time machine.

    Parameters
    ----------
    panel : NetworkPanel
        Asks.
    time_machine : TimeMachine
        Knows the moment and brings its state.
    session : TrainingSession
        Its thread hands over the present state while it trains.
    """

    def __init__(
        self, panel: NetworkPanel, time_machine: TimeMachine, session: TrainingSession, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._time_machine = time_machine
        self._session = session
        self._explainer = Explainer(self)
        self._asks = False
        self._run_id = ""
        panel.change_requested.connect(self._on_change_requested)
        time_machine.state_ready.connect(self._on_state_ready)
        self._explainer.explained.connect(self._on_explained)

    @Slot()
    def _on_change_requested(self) -> None:
        self._asks = True
        self._time_machine.request_state(comes=self._session.request_state())

    @Slot(object)
    def _on_state_ready(self, state: TrainingState) -> None:
        run = self._time_machine.run
        if self._asks and run is not None:
            self._asks, self._run_id = False, run.id
            self._explainer.explain(UpdateSource(run.id, run.recipe, run.data.train, state), 0)

    @Slot(object)
    def _on_explained(self, explanation: UpdateExplanation) -> None:
        self._panel.show_change(self._run_id, explanation)
