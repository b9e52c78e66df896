"""Brings the microscope what it takes apart: the state of the moment shown, its next update, and the drawing."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Slot

from core.drawing.preparation import Preparation
from core.explanation.update import UpdateSource
from core.runs.run import Run
from core.training.recipe import Recipe
from core.training.trainer import TrainingState
from gui.look.preferences import Preferences
from gui.panels.drawing import DrawingPanel
from gui.panels.step_through import StepThroughPanel
from gui.session.session_signals import SessionState
from gui.session.time_machine import TimeMachine
from gui.session.training_session import TrainingSession


class MicroscopeFeed(QObject):
    """Connects the step-through panel to the time machine, the session and the drawing.

    Parameters
    ----------
    panel : StepThroughPanel
        The microscope.
    drawing : DrawingPanel
        What is drawn there can be stepped through.
    time_machine : TimeMachine
        Knows the moment and brings its state.
    session : TrainingSession
        Makes the update when the user finishes it at the present moment.
    preferences : Preferences
        Remembers whether stages are shown in the network.
    show_tab : callable
        Brings a tab to the front by its title.
    """

    def __init__(
        self,
        panel: StepThroughPanel,
        drawing: DrawingPanel,
        time_machine: TimeMachine,
        session: TrainingSession,
        preferences: Preferences,
        show_tab: Callable[[str], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._panel = panel
        self._time_machine = time_machine
        self._session = session
        self._preferences = preferences
        panel.view.head.network.setChecked(preferences.shows_stage_network)
        panel.view.head.network_toggled.connect(self._on_network_toggled)
        self._show_tab = show_tab
        self._asks = False
        self._drawing = drawing
        self._sample: tuple[NDArray[np.uint8] | None, int] = (None, 0)
        drawing.drawing_prepared.connect(self._on_drawing_prepared)
        drawing.step_action.triggered.connect(self._on_step_triggered)
        panel.explanation_requested.connect(self._on_explanation_requested)
        panel.finish_update_requested.connect(self._on_finish_update_requested)
        time_machine.state_ready.connect(self._on_state_ready)
        time_machine.position_changed.connect(self._on_position_changed)
        session.state_changed.connect(self._on_state_changed)
        session.recipe_changed.connect(self._on_recipe_changed)
        session.run_changed.connect(self._on_run_changed)

    @Slot(bool)
    def _on_network_toggled(self, shown: bool) -> None:
        self._preferences.shows_stage_network = shown

    @Slot(object)
    def _on_drawing_prepared(self, preparation: Preparation) -> None:
        sample, label = self._sample
        # The canvas gives back the very array until something is drawn over it.
        is_sample = sample is not None and self._drawing.canvas.example is sample
        pixels = None if preparation.ink_box is None else preparation.pixels
        self._panel.show_drawing(pixels, label if is_sample else None)

    @Slot(object, int)
    def label_sample(self, pixels: NDArray[np.uint8], label: int) -> None:
        """Know what an image of a data set shows that is put on the canvas."""
        self._sample = pixels, label

    @Slot()
    def _on_step_triggered(self) -> None:
        self._show_tab("Step through")
        self._panel.follow_drawing()

    @Slot()
    def _on_explanation_requested(self) -> None:
        self._asks = True
        self._time_machine.request_state(comes=self._session.request_state())

    @Slot(object)
    def _on_state_ready(self, state: TrainingState) -> None:
        run = self._time_machine.run
        if self._asks and run is not None:
            self._asks = False
            self._panel.show_source(UpdateSource(run.id, run.recipe, run.data.train, state))

    @Slot()
    def _on_finish_update_requested(self) -> None:
        if self._time_machine.position is None:
            self._session.step()
        else:
            # In the past the update has been made already: going one on shows what came of it.
            self._time_machine.step_by(1)

    @Slot(object)
    def _on_run_changed(self, run: Run) -> None:
        self._panel.explainer.forget()

    @Slot(object)
    def _on_recipe_changed(self, recipe: Recipe) -> None:
        self._panel.show_recipe(recipe)

    @Slot(object)
    def _on_state_changed(self, state: SessionState) -> None:
        self._allow_finish()

    @Slot(object)
    def _on_position_changed(self, position: int | None) -> None:
        self._allow_finish()

    def _allow_finish(self) -> None:
        run = self._session.run
        is_past = self._time_machine.position is not None
        has_ended = not is_past and run is not None and run.finished
        at_rest = run is not None and not self._session.busy
        self._panel.allow_finish(is_past or (at_rest and not has_ended), has_ended=has_ended)
